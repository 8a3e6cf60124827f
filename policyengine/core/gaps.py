"""Opening hours that the clocks skip: windows of a week that begin or end where clocks go forward."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.hours import MINUTES_A_DAY, WeeklyHours

# The rules for changing clocks repeat, so any stretch of years shows them. Ramadan, by which Morocco goes, needs some.
FIRST_YEAR: Final = 2026
LAST_YEAR: Final = 2032
# Nowhere do clocks go forward at another time of day (a test asks all zones), so most hours need no look at a zone.
_NIGHT: Final = (5 * 60, 21 * 60)
# Shorter than any time between two changes of the clocks (Morocco: the month of Ramadan).
_STEP: Final = timedelta(days=14)
_SECOND: Final = timedelta(seconds=1)


class Gap(Struct, frozen=True):
    """A time that no clock in a zone shows: from `start`, included, to `end`, excluded, on the wall."""

    start: datetime
    end: datetime


class Skipped(Struct, frozen=True):
    """A window of opening hours on a day on which the clocks skip its beginning, its end (`last`), or all of it.

    `minute` is the time that is skipped, in minutes since midnight on the weekday of `day`.
    """

    day: date
    minute: int
    gap: Gap
    last: bool = False
    whole: bool = False


@lru_cache(maxsize=256)
def gaps(zone: ZoneInfo) -> tuple[Gap, ...]:
    """Return the times that the clocks in a zone skip in the years looked at, in order."""
    found = []
    at, last = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    before = _offset(at, zone)
    while at < last:
        after = _offset(at + _STEP, zone)
        if before < after:
            change = _change(at, at + _STEP, zone).replace(tzinfo=None)
            found.append(Gap(change + before, change + after))
        at, before = at + _STEP, after
    return tuple(found)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant with the later offset between two instants with different ones."""
    offset = _offset(after, zone)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after


def skipped(hours: WeeklyHours, zone: ZoneInfo) -> tuple[Skipped, ...]:
    """Return each time at which weekly hours begin or end and that clocks skip, with the first day on which they do."""
    found: dict[tuple[int, int, bool], Skipped] = {}
    for gap in gaps(zone) if _at_night(hours) else ():
        day = gap.start.date()
        while day <= gap.end.date():
            for item in _on(day, hours, gap):
                found.setdefault((day.weekday(), item.minute, item.last), item)
            day += timedelta(days=1)
    return tuple(found.values())


def _at_night(hours: WeeklyHours) -> bool:
    return any(not _NIGHT[0] < minute < _NIGHT[1] for day in hours for window in day for minute in window)


def _on(day: date, hours: WeeklyHours, gap: Gap) -> Iterator[Skipped]:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a wall time
    for start, end in hours[day.weekday()]:
        opens, closes = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
        if gap.start <= opens < gap.end and not _runs_on(day, hours, start):
            yield Skipped(day, start, gap, whole=closes <= gap.end)
        elif gap.start < closes < gap.end:
            yield Skipped(day, end, gap, last=True)


def _runs_on(day: date, hours: WeeklyHours, start: int) -> bool:
    """Tell whether hours that begin at midnight go on from the day before: then nothing begins there."""
    before = hours[(day.weekday() - 1) % 7]
    return start == 0 and bool(before) and before[-1][1] == MINUTES_A_DAY
