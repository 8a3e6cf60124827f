"""A timeline in text: one row for each thing that happened, is waited for, or comes.

    10:02  ✓ brand    ana said yes
    10:02  ● legal    waiting for 1 of role counsel: ben; until 14:02
           ○ finance  opens after legal

The caller gives the rows in their order, and says once, with `clocks`, whose time it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from policyengine.report.escape import terminal
from policyengine.report.ink import Ink
from policyengine.report.snippet import width

Mark = Literal["done", "now", "later", "no", "late", "paused", "passed", "broken"]

_SIGNS: Final[dict[Mark, tuple[str, str]]] = {
    "done": ("✓", "+"),
    "now": ("●", "*"),
    "later": ("○", "o"),
    "no": ("✗", "x"),
    "late": ("!", "!"),
    "paused": ("‖", "="),
    "passed": ("–", "-"),  # noqa: RUF001 - drawn, not written
    "broken": ("?", "?"),
}
_ROLES: Final[dict[Mark, str]] = {"done": "allow", "now": "hold", "no": "block", "late": "block", "broken": "hold"}


class Row(Struct, frozen=True, kw_only=True):
    """One row. `role` is the colour of the mark where it is not the mark's own; `more` stands below the words."""

    at: datetime | None = None
    mark: Mark
    name: str = ""
    words: str = ""
    role: str = ""
    more: tuple[str, ...] = ()


def signs() -> str:
    """Return every sign that a timeline may draw: what a terminal has to be able to show."""
    return "".join(sign for sign, _ in _SIGNS.values())


def clocks(ink: Ink, now: datetime) -> str:
    """Return whose time it is that rows and lines show, and what time it is there, in words."""
    return ink.dim(terminal(f"times in {ink.zone}, where it is {ink.date(now)}"))


def draw(rows: Iterable[Row], ink: Ink, now: datetime) -> Iterator[str]:
    """Yield the lines of the rows, their columns aligned; days are named where a row is not of the day of `now`."""
    drawn = list(rows)
    times = _times(drawn, ink, now)
    names = [terminal(row.name) for row in drawn]
    before, middle = max(map(width, times), default=0), max(map(width, names), default=0)
    for row, time, name in zip(drawn, times, names, strict=True):
        mark = ink.paint(row.role or _ROLES.get(row.mark, "dim"), _SIGNS[row.mark][not ink.signs])
        gap = "  " if before else ""
        told = f"{' ' * (before - width(time))}{ink.dim(time)}{gap}{mark}"
        parts = [told] + ([f"{name}{' ' * (middle - width(name))} "] if middle else []) + [terminal(row.words)]
        yield " ".join(parts).rstrip()
        indent = " " * (before + len(gap) + 2 + (middle + 2 if middle else 0))
        yield from (f"{indent}{ink.dim(terminal(line))}" for line in row.more)


def _times(rows: Sequence[Row], ink: Ink, now: datetime) -> list[str]:
    return [ink.time(row.at, now) if row.at is not None else "" for row in rows]
