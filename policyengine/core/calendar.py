"""Business calendars: opening hours and holidays in a zone, and arithmetic in opening time.

Arithmetic is in UTC. Opening hours are wall times, and a wall time is the first instant at which the clock shows it or
a later time (see `instant.wall_instant`). So, where clocks go forward, hours inside the gap do not exist: a window that
begins there begins with the change, one that ends there ends with it, and one that lies inside is not open that day.
Where they go back, of a time that is shown twice the first is meant: a shift that is running then runs through the
repeated hour, and one that has ended does not begin again.

Where several calendars have to be open at once, each keeps its own clock and holidays (`intersect`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.duration import Duration, shifted
from policyengine.core.hours import MINUTES_A_DAY, WeeklyHours, parse_hours
from policyengine.core.instant import EARLIEST, LATEST, parse_zone, wall_instant
from policyengine.core.public_holidays import holidays_in, parse_holidays, public_holidays
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, shown

__all__ = [
    "ALWAYS",
    "BUILT_IN",
    "Calendar",
    "intersect",
    "parse_calendar",
    "parse_hours",
    "public_holidays",
    "roll",
    "weekdays",
]

Span = tuple[datetime, datetime]

CLOSED_AT_MOST = 3650  # days without opening hours after which a calendar counts as closed for good: ten years
SEARCHED_AT_MOST = 36_600  # days that one addition looks at: a hundred years
_SECOND = timedelta(seconds=1)
_TICK = timedelta(microseconds=1)


class Calendar(Struct, frozen=True, cache_hash=True):
    """Opening hours.

    `hours` are the open intervals of the seven weekdays from Monday, in minutes since midnight on the wall in `zone`.
    `holidays` are keys of public holidays (`GB-ENG`, `US`), `closed` are further days; both are closed all day.
    `all_of` are calendars that have to be open as well, each in its own zone.
    """

    zone: ZoneInfo
    hours: WeeklyHours
    holidays: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()
    all_of: frozenset[Calendar] = frozenset()

    def __and__(self, other: Calendar) -> Calendar:
        """Return the calendar that is open where both are."""
        return intersect((self, other))

    def is_open(self, instant: datetime) -> bool:
        """Tell whether business is open at an instant. The opening instant is open, the closing one is not."""
        for start, end in _after(self, instant):
            return start <= instant < end
        return False

    def is_business_day(self, day: date) -> bool:
        """Tell whether a day has opening hours."""
        return bool(_spans(self, day.toordinal()))

    def next_open(self, instant: datetime) -> datetime | None:
        """Return the instant itself while open, else the next opening; None when there is none for ten years."""
        return _forward(self, instant, timedelta(0))

    def previous_close(self, instant: datetime) -> datetime | None:
        """Return the instant itself while open, else the last closing before it; None as in `next_open`."""
        return _backward(self, instant, timedelta(0))

    def add(self, instant: datetime, duration: Duration) -> datetime | None:
        """Return the instant, in UTC, at which a duration that begins at `instant` is over.

        Seconds, minutes and hours are opening time: they begin at the next opening, and one that is used up at closing
        time ends there. A business day is a day with opening hours: n of them lead from the next open instant to the
        same time on the wall on the nth following such day, or there to the next opening after a break, or to the
        closing instant when it closes earlier. Days (24 h) and months go by the calendar on the wall, open or not.
        None when the calendar does not open any more (ten years closed, a hundred years searched).
        """
        moved: datetime | None = instant
        if duration.months or duration.days:
            moved = shifted(instant, duration.months, timedelta(days=duration.days), self.zone)
        if moved is not None and duration.business_days:
            moved = _business_days_after(self, moved, duration.business_days)
        if moved is not None and _counts_opening_time(duration):
            moved = _forward(self, moved, timedelta(seconds=duration.seconds))
        return moved

    def subtract(self, instant: datetime, duration: Duration) -> datetime | None:
        """Return the latest instant, in UTC, from which a duration leads up to `instant`: the mirror image of `add`.

        Opening time is counted back from the last closing; what is used up at an opening begins there.
        """
        moved: datetime | None = instant
        if duration.months or duration.days:
            moved = shifted(instant, -duration.months, -timedelta(days=duration.days), self.zone)
        if moved is not None and duration.business_days:
            moved = _business_days_before(self, moved, duration.business_days)
        if moved is not None and _counts_opening_time(duration):
            moved = _backward(self, moved, timedelta(seconds=duration.seconds))
        return moved

    def between(self, start: datetime, end: datetime) -> int | None:
        """Return the whole seconds of opening time from one instant to another, negative when they are reversed.

        None when they are more than a hundred years apart, or outside the years 2 to 9998.
        """
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end < start:
            seconds = self.between(end, start)
            return None if seconds is None else -seconds
        if not EARLIEST <= start <= end <= LATEST or end - start > timedelta(days=SEARCHED_AT_MOST):
            return None
        total = timedelta(0)
        for opened, closed in _until(self, start, end):
            total += min(closed, end) - max(opened, start)
        return total // _SECOND


def _counts_opening_time(duration: Duration) -> bool:
    """Tell whether a duration has hours; an empty one has none of anything, and begins when business does."""
    return duration.seconds != 0 or not (duration.months or duration.days or duration.business_days)


def roll(day: date, calendar: Calendar) -> date | None:
    """Return the day itself when it has opening hours, else the next that has; None when there is none for ten years.

    Source: the «following» convention of ISDA's business-day adjustments.
    """
    for ordinal in range(day.toordinal(), min(day.toordinal() + CLOSED_AT_MOST, date.max.toordinal() + 1)):
        if _spans(calendar, ordinal):
            return date.fromordinal(ordinal)
    return None


@lru_cache(maxsize=32_768)
def _spans(calendar: Calendar, ordinal: int) -> tuple[Span, ...]:
    """Return the open spans of a day, in UTC, in order; they may touch, never overlap."""
    day = date.fromordinal(ordinal)
    intervals = calendar.hours[day.weekday()]
    if not intervals or not EARLIEST.year <= day.year <= LATEST.year or _is_holiday(calendar, day):
        return ()
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a wall time
    spans = (
        (wall_instant(midnight + timedelta(minutes=start), calendar.zone),
         wall_instant(midnight + timedelta(minutes=end), calendar.zone))
        for start, end in intervals
    )  # fmt: skip
    opened = tuple(span for span in spans if span[0] < span[1])  # what the clocks skip has no length
    for other in calendar.all_of:
        opened = _common(opened, other)
    return opened


def _common(spans: tuple[Span, ...], other: Calendar) -> tuple[Span, ...]:
    """Return the parts of spans in which another calendar is open, too."""
    return tuple(
        (max(start, opens), min(end, closes))
        for start, end in spans
        for opens, closes in _until(other, start, end)
    )  # fmt: skip


def _ordinal(calendar: Calendar, instant: datetime) -> int:
    """Return the day that the wall shows."""
    return instant.astimezone(calendar.zone).toordinal()


def _after(calendar: Calendar, instant: datetime) -> Iterator[Span]:
    """Yield the spans that end after an instant, in order, until the calendar is closed for good."""
    if not EARLIEST <= instant <= LATEST:
        return
    first = _ordinal(calendar, instant)
    closed = 0
    for ordinal in range(first, first + SEARCHED_AT_MOST):
        if ordinal > _LAST or closed > CLOSED_AT_MOST:
            return
        closed += 1
        for span in _spans(calendar, ordinal):
            closed = 0
            if span[1] > instant:
                yield span


def _before(calendar: Calendar, instant: datetime) -> Iterator[Span]:
    """Yield the spans that begin before an instant, the latest first, until the calendar is closed for good."""
    if not EARLIEST <= instant <= LATEST:
        return
    last = _ordinal(calendar, instant)
    closed = 0
    # The day after has begun already where clocks went back over midnight, and the wall shows the day before again.
    for ordinal in range(last + 1, last - SEARCHED_AT_MOST, -1):
        if ordinal < _FIRST or closed > CLOSED_AT_MOST:
            return
        closed += 1
        for span in reversed(_spans(calendar, ordinal)):
            closed = 0
            if span[0] < instant:
                yield span


def _until(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Span]:
    for ordinal in range(_ordinal(calendar, start), _ordinal(calendar, end) + 2):  # one more: as in `_before`
        for span in _spans(calendar, ordinal):
            if start < span[1] and span[0] < end:
                yield span


_FIRST, _LAST = EARLIEST.toordinal(), LATEST.toordinal()


def _forward(calendar: Calendar, instant: datetime, left: timedelta) -> datetime | None:
    for start, end in _after(calendar, instant):
        begin = max(start, instant)
        if left <= end - begin:
            return begin.astimezone(UTC) + left
        left -= end - begin
    return None


def _backward(calendar: Calendar, instant: datetime, left: timedelta) -> datetime | None:
    # An open instant is its own previous closing even at the moment of opening, where no span lies before it yet.
    if not left and calendar.is_open(instant):
        return instant.astimezone(UTC)
    for start, end in _before(calendar, instant):
        finish = min(end, instant)
        if left <= finish - start:
            return finish.astimezone(UTC) - left
        left -= finish - start
    return None


def _business_days_after(calendar: Calendar, instant: datetime, count: int) -> datetime | None:
    start = _forward(calendar, instant, timedelta(0))
    if start is None:
        return None
    ordinal, clock = _on_the_wall(calendar, start)
    target = _nth_business_day(calendar, ordinal, count)
    if target is None:
        return None
    wanted, spans = _wall(calendar, target, clock), _spans(calendar, target)
    return next((max(wanted, opens) for opens, closes in spans if wanted < closes), spans[-1][1])


def _business_days_before(calendar: Calendar, instant: datetime, count: int) -> datetime | None:
    start = _backward(calendar, instant, timedelta(0))
    if start is None:
        return None
    if calendar.is_open(start):
        ordinal, clock = _on_the_wall(calendar, start)
    else:  # a closing instant belongs to the day that ends with it, also at 24:00
        ordinal, clock = _on_the_wall(calendar, start - _TICK)
        clock += _TICK
    target = _nth_business_day(calendar, ordinal, -count)
    if target is None:
        return None
    wanted, spans = _wall(calendar, target, clock), _spans(calendar, target)
    return next((min(wanted, closes) for opens, closes in reversed(spans) if wanted >= opens), spans[0][0])


def _on_the_wall(calendar: Calendar, instant: datetime) -> tuple[int, timedelta]:
    """Return the day and the time since its midnight that the wall shows."""
    local = instant.astimezone(calendar.zone).replace(tzinfo=None)
    return local.toordinal(), local - datetime.combine(local.date(), time.min)


def _wall(calendar: Calendar, ordinal: int, clock: timedelta) -> datetime:
    return wall_instant(datetime.combine(date.fromordinal(ordinal), time.min) + clock, calendar.zone)


def _nth_business_day(calendar: Calendar, ordinal: int, count: int) -> int | None:
    """Return the nth business day after a day, before it when negative, or None when there are not so many."""
    step, left, closed, searched = (1 if count > 0 else -1), abs(count), 0, 0
    while left:
        ordinal, closed, searched = ordinal + step, closed + 1, searched + 1
        if not _FIRST < ordinal < _LAST or closed > CLOSED_AT_MOST or searched > SEARCHED_AT_MOST:
            return None
        if _spans(calendar, ordinal):
            left, closed = left - 1, 0
    return ordinal


def _is_holiday(calendar: Calendar, day: date) -> bool:
    return day in calendar.closed or any(day in holidays_in(key, day.year) for key in calendar.holidays)


def parse_calendar(written: Mapping[str, object]) -> Calendar | list[Problem]:
    """Return the calendar of `{zone: Europe/London, hours: {…}, holidays: GB-ENG}`, or everything that is wrong."""
    problems = [
        Problem(f"{shown(key)} is not a part of a calendar", nearest(key, _PARTS), path=(key,), at_key=True)
        for key in written
        if key not in _PARTS
    ]
    zone = parse_zone(written.get("zone"))
    hours = parse_hours(written.get("hours"))
    holidays = parse_holidays(written.get("holidays") or ())
    if isinstance(zone, Problem):
        problems.append(zone.below("zone"))
    for key, part in (("hours", hours), ("holidays", holidays)):
        if isinstance(part, list):
            problems += [problem.below(key) for problem in part]
    if problems or isinstance(zone, Problem) or isinstance(hours, list) or isinstance(holidays, list):
        return problems
    return Calendar(zone, hours, *holidays)


_PARTS: Final = ("zone", "hours", "holidays")
_ALL_DAY: Final = ((0, MINUTES_A_DAY),)
ALL_WEEK: Final[WeeklyHours] = (_ALL_DAY,) * 7
ALWAYS: Final = Calendar(ZoneInfo("UTC"), ALL_WEEK)
BUILT_IN: Final = {"always": ALWAYS}


def weekdays(zone: ZoneInfo) -> Calendar:
    """Return the calendar that stands in where none is named: Monday to Friday, all day, without holidays."""
    return Calendar(zone, (_ALL_DAY,) * 5 + ((),) * 2)


def intersect(
    calendars: Iterable[Calendar],
    *,
    zone: ZoneInfo | None = None,
    holidays: tuple[str, ...] = (),
    closed: frozenset[date] = frozenset(),
) -> Calendar:
    """Return the calendar that is open where all of some calendars are, each by its own clock and holidays.

    A business day is a day in `zone` on which they are open together; without it, in the zone that all of them share,
    else in UTC. It may have `holidays` and `closed` days of its own. The order of the calendars means nothing.
    """
    parts = frozenset(calendars)
    shared = {part.zone for part in parts}
    own = zone or (shared.pop() if len(shared) == 1 else ALWAYS.zone)
    return Calendar(own, ALL_WEEK, holidays, closed, parts)
