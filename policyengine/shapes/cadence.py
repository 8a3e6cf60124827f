"""Cadences and what took place: what was done last, what is due next, what is late. Time is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from policyengine.core.cadence import Cadence
from policyengine.core.calendar import Calendar, roll, weekdays
from policyengine.core.duration import Duration, add, needs_calendar
from policyengine.core.instant import month_shifted

Status = Literal["done", "due", "overdue", "never", "upcoming"]
_ONE = timedelta(days=1)
_DAY = 86_400


class Plan(Struct, frozen=True):
    """How often something takes place. `calendar` says what a business day is; due days are rolled onto one."""

    cadence: Cadence
    grace: Duration | None = None
    calendar: Calendar | None = None


class Trigger(Struct, frozen=True):
    """Something that makes an extra time due `within` a length of time; `at` None: nobody told when it happened."""

    name: str
    at: datetime | None
    within: Duration


class Occasion(Struct, frozen=True):
    """A time that is asked for: on which day it is due, with which day it becomes late, what asks for it."""

    day: date
    late_after: date
    because: str = ""

    def order(self) -> tuple[date, date, str]:
        """Return the key by which the most urgent comes first."""
        return (self.late_after, self.day, self.because)


class Standing(Struct, frozen=True):
    """Where something recurring stands.

    `done`: nothing is asked for before `due`. `due`: asked for now, and in time, grace included. `overdue`: late, by so
    many days since `due`. `never`: late, or nobody knows since when, and it never took place. `upcoming`: it never took
    place and need not have. `late_after` is the last day that is in time, `because` the trigger that asks for it.
    """

    status: Status
    last: date | None = None
    due: date | None = None
    late_after: date | None = None
    overdue_by: int | None = None
    because: str = ""


def standing(plan: Plan, done: Iterable[datetime], triggers: Iterable[Trigger], at: datetime) -> Standing:
    """Return where something stands at a time, from the times at which it took place. Their order means nothing."""
    times = [when for when in done if when <= at]
    days = sorted({plan.cadence.day_of(when) for when in times})
    last = days[-1] if days else None
    today = plan.cadence.day_of(at)
    regular = _regular(plan, days, today)
    extra = tuple(_extra(plan, triggers, max(times, default=None), at))
    late = [o for o in (*extra, *([regular] if regular else [])) if today > o.late_after]
    asked = [o for o in (*extra, *([regular] if regular and regular.day <= today else [])) if o not in late]
    if late:
        return _said("overdue" if last else "never", last, min(late, key=lambda o: (o.day, o.order())), today)
    if last is None and regular is None:
        return Standing("never")
    if asked:
        return _said("due", last, min(asked, key=Occasion.order), today)
    return _said("done" if last else "upcoming", last, regular, today)


def _said(status: Status, last: date | None, occasion: Occasion | None, today: date) -> Standing:
    if occasion is None:
        return Standing(status, last)
    by = (today - occasion.day).days if status in {"overdue", "never"} else None
    return Standing(status, last, occasion.day, occasion.late_after, by, occasion.because)


def _regular(plan: Plan, days: Sequence[date], today: date) -> Occasion | None:
    """Return what the cadence asks for; `days` are those on which it took place, each once and in order.

    What fell due before it began to count does not.
    """
    cadence = plan.cadence
    last = days[-1] if days else None
    met = _met_late(plan, days)
    due = None if last is None else cadence.due_after(last) if met is None else cadence.next_after(met)
    if due is None or (cadence.anchor is not None and due < cadence.anchor):
        due = _first(cadence, today) if last is None or cadence.anchor is not None else None
    if due is None:
        return None
    return Occasion(*rolled(plan, due))


def _met_late(plan: Plan, days: Sequence[date]) -> date | None:
    """Return the due day before this period that the newest time met in its grace, None where it counts for its own.

    Else whoever is a little late for one period would have the next one for nothing.
    """
    cadence = plan.cadence
    period = cadence.period_of(days[-1]) if days else None
    due = cadence.previous(period.start - _ONE) if period is not None else None
    if period is None or due is None or (cadence.anchor is not None and due < cadence.anchor):
        return None
    before = cadence.period_of(due)
    done = any((before is not None and before.start <= day < before.end) or period.start <= day for day in days[:-1])
    return None if done or days[-1] > rolled(plan, due)[1] else due


def rolled(plan: Plan, due: date) -> tuple[date, date]:
    """Return the business day to which a due day is rolled, and the last day that is in time."""
    day = due if plan.calendar is None else roll(due, plan.calendar) or due
    return day, _grace_end(plan, day)


def _first(cadence: Cadence, today: date) -> date | None:
    """Return the first due day: the first since the anchor; without one the last that has come, else the next."""
    if cadence.rolling:
        return cadence.first_due()
    if cadence.anchor is not None:
        return cadence.next_after(cadence.anchor - _ONE)
    return cadence.previous(today) or cadence.next_after(today)


def _grace_end(plan: Plan, day: date) -> date:
    """Return the last day that is in time. Hours of grace count as begun days."""
    grace = plan.grace
    if grace is None:
        return day
    calendar = plan.calendar or weekdays(plan.cadence.zone)
    for _ in range(grace.business_days):
        day = roll(day + _ONE, calendar) or day + _ONE
    days = grace.days + -(-grace.seconds // _DAY)
    return (month_shifted(day, grace.months) or day) + timedelta(days=days)


def _extra(plan: Plan, triggers: Iterable[Trigger], last: datetime | None, at: datetime) -> Iterator[Occasion]:
    """Yield what triggers ask for and nothing met since. One without a time may be new: it asks for today."""
    cadence = plan.cadence
    today = cadence.day_of(at)
    for trigger in triggers:
        if trigger.at is None:
            yield Occasion(today, today, trigger.name)
            continue
        before = cadence.anchor is not None and cadence.day_of(trigger.at) < cadence.anchor
        if before or trigger.at > at or (last is not None and last > trigger.at):
            continue
        calendar = (plan.calendar or weekdays(cadence.zone)) if needs_calendar(trigger.within) else None
        due = add(trigger.at, trigger.within, calendar, zone=cadence.zone)
        if due is not None:
            yield Occasion(cadence.day_of(due), cadence.day_of(due), trigger.name)
