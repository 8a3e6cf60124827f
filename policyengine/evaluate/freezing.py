"""What freezes do to everything else: what is frozen is held, and a freeze may ask for approvals once more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec import structs

from policyengine.evaluate.timing import standing
from policyengine.policyset.units import Unit
from policyengine.shapes.contract import AskedAgain, Case

FROZEN: Final = "frozen"
"""The status of an entry under `frozen` that holds the record; the others (exempt, void, …) only say what there is."""

Cases = tuple[tuple[Unit, Case], ...]


def ask_again(cases: Cases) -> Cases:
    """Return the cases of a record, told which votes are void because a freeze that caught it asks again.

    Of several freezes the one that ended last counts, of two at one instant the first by name.
    """
    found = [
        AskedAgain(unit.id, ended)
        for unit, case in cases
        if unit.votes_judges and standing(unit.starts, unit.ends, case.governing, case.env.zone) == "in_force"
        for judge in unit.votes_judges
        if (ended := judge(case)) is not None
    ]
    if not found:
        return cases
    last = max(asked.ended for asked in found)
    again = min((asked for asked in found if asked.ended == last), key=lambda asked: asked.freeze)
    return tuple((unit, structs.replace(case, asked_again=again)) for unit, case in cases)


def holding(frozen: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the entries that hold the record, out of all that a Decision lists under `frozen`."""
    return tuple(item for item in frozen if item.get("status", FROZEN) == FROZEN)


def in_order(frozen: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the entries in the order in which a Decision lists them: by policy, then by order."""
    return tuple(sorted(frozen, key=lambda item: (str(item["policy"]), str(item.get("order", "")))))
