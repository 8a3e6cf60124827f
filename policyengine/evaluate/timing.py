"""When: the governing time of a record, and which policies and rules are in force at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from policyengine.core.facts import Facts
from policyengine.core.instant import start_of_day
from policyengine.core.record import RecordType

Standing = Literal["in_force", "upcoming", "past"]


def governing_time(kind: RecordType, facts: Facts, at: datetime) -> datetime:
    """Return the time that decides which rules govern a record.

    When it was published, else the later of the schedule and the evaluation time (language.md, Time); types without such
    fields: the evaluation time.
    """
    settled = _instant(facts.get(kind.settled)) if kind.settled is not None else None
    if settled is not None and settled <= at:
        return settled
    planned = [_instant(facts.get(name)) for name in (*kind.planned, *([kind.settled] if kind.settled else []))]
    return max([at, *(p for p in planned if p is not None)])


def _instant(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None


def standing(starts: date | None, ends: date | None, governing: datetime, zone: ZoneInfo) -> Standing:
    """Tell whether something with a first day and an exclusive last day is in force at a time."""
    if ends is not None and governing >= start_of_day(ends, zone):
        return "past"
    if starts is not None and governing < start_of_day(starts, zone):
        return "upcoming"
    return "in_force"
