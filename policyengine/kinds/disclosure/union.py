"""The European Union as a market: its own law, and that of every member."""

from __future__ import annotations

from typing import Final

UNION: Final = "EU"
MEMBERS: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - 27 codes
)
"""Source: europa.eu, list of the member states, 27 since 2020-02-01."""


def jurisdictions(market: str) -> tuple[str, ...]:
    """Return the markets of a record for which a document is judged.

    A member's law holds for the market `EU`, too, and the Union's own law in every member state.
    """
    if market == UNION:
        return (UNION, *sorted(MEMBERS))
    return (market, UNION) if market in MEMBERS else (market,)
