"""When a stage has to be done: opening hours, a warning on the way, and the deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct

from policyengine.core.calendar import ALWAYS, Calendar, weekdays
from policyengine.core.duration import Duration
from policyengine.kinds.approval.flow import Deadline
from policyengine.shapes.contract import Case

STARTS = ("submitted_at", "created_at")
"""The fields that tell when the first stages open; the first one that is told."""


class Clock(Struct, frozen=True):
    """The times of an open stage."""

    due_at: datetime
    warn_at: datetime | None = None
    expires: bool = False

    def overdue(self, at: datetime) -> bool:
        """Tell whether the deadline has passed."""
        return at >= self.due_at


def started_at(case: Case) -> datetime | None:
    """Return when the record was handed in, or made; None where it does not tell."""
    for name in STARTS:
        told = case.facts.get(name)
        if isinstance(told, datetime):
            return told
    return None


def clock_of(deadline: Deadline | None, opens_at: datetime | None, case: Case) -> Clock | None:
    """Return the times of a stage that opens at a time, by the calendar whose deadline comes first."""
    if deadline is None or opens_at is None:
        return None
    clocks = [
        clock
        for calendar in _calendars(deadline.calendar, case)
        if (clock := _by(calendar, deadline, opens_at)) is not None
    ]
    return min(clocks, key=lambda clock: clock.due_at, default=None)


def _calendars(name: str, case: Case) -> tuple[Calendar, ...]:
    """Return the calendars of a deadline: one, or those of the record's markets.

    Where a market has no calendar, or none is told, the working week of the set's zone stands in.
    """
    if name == "always":
        return (ALWAYS,)
    if name != "market":
        found = case.directory.calendars.get(name)
        return (found,) if found is not None else ()
    stand_in = weekdays(case.zone)
    return tuple(case.directory.calendar_of(m) or stand_in for m in case.markets) or (stand_in,)


def _by(calendar: Calendar, deadline: Deadline, opens_at: datetime) -> Clock | None:
    due_at = calendar.add(opens_at, deadline.within)
    if due_at is None:
        return None
    return Clock(due_at, _warning(calendar, deadline.warn_at, opens_at, due_at), deadline.expires)


def _warning(calendar: Calendar, share: Decimal | None, opens_at: datetime, due_at: datetime) -> datetime | None:
    """Return when a share of the opening time up to the deadline is used up; of all time where there is none."""
    if share is None:
        return None
    opening = calendar.between(opens_at, due_at)
    if opening:
        return calendar.add(opens_at, Duration(seconds=int((opening * share).to_integral_value(ROUND_FLOOR))))
    whole = int((due_at - opens_at).total_seconds())
    return opens_at + timedelta(seconds=int((whole * share).to_integral_value(ROUND_FLOOR)))
