"""Windows of time: hours of the week, opening hours, days of the month, months, and a beginning and an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import Calendar
from policyengine.core.hours import WeeklyHours
from policyengine.core.instant import month_length, parse_date, parse_time, start_of_day
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, shown

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
LONGEST_MONTH: Final = 31
_DAYS: Final = re.compile(r"(-?[1-9][0-9]?)(?: to (-?[1-9][0-9]?))?")


class Window(Struct, frozen=True, kw_only=True):
    """A time in which something holds: all of what is given, on the wall in `zone`; bounds are from inclusive to not.

    `days` are stretches of days of the month, both ends included, counted from its end where negative. `inside` and
    `outside` name calendars.
    """

    zone: ZoneInfo
    hours: WeeklyHours | None = None
    inside: str | None = None
    outside: str | None = None
    days: tuple[tuple[int, int], ...] = ()
    months: frozenset[int] = frozenset()
    start: datetime | None = None
    end: datetime | None = None

    def covers(self, at: datetime, calendars: Callable[[str], Iterable[Calendar]]) -> bool:
        """Tell whether an instant lies in the window; of several calendars of one name all have to say so."""
        if (self.start is not None and at < self.start) or (self.end is not None and at >= self.end):
            return False
        local = at.astimezone(self.zone)
        if (self.months and local.month not in self.months) or (self.days and not self._on_day(local)):
            return False
        if self.hours is not None and not Calendar(self.zone, self.hours).is_open(at):
            return False
        if self.inside is not None and not all(calendar.is_open(at) for calendar in calendars(self.inside)):
            return False
        return self.outside is None or not any(calendar.is_open(at) for calendar in calendars(self.outside))

    def _on_day(self, local: datetime) -> bool:
        length = month_length(local.year, local.month)
        return any(_counted(first, length) <= local.day <= _counted(last, length) for first, last in self.days)


def _counted(day: int, length: int) -> int:
    """Return a day of a month; the last is -1. One that the month does not have lies outside of it."""
    return day if day > 0 else length + 1 + day


def parse_days(written: object) -> tuple[int, int] | Problem:
    """Return a stretch of days of the month: `1`, `-1`, `1 to 7`, `-3 to -1`."""
    match = _DAYS.fullmatch(str(written)) if isinstance(written, int | str) and not isinstance(written, bool) else None
    first, last = (int(match[1]), int(match[2] or match[1])) if match is not None else (0, 0)
    if match is None or max(abs(first), abs(last)) > LONGEST_MONTH:
        return Problem(f"{shown(written)} is no day of the month", choices=("1", "1 to 7", "-1"))
    if (first > 0) == (last > 0) and last < first:
        return Problem(f"{shown(written)} ends before it begins", f"{last} to {first}")
    return first, last


def parse_months(written: str) -> frozenset[int] | Problem:
    """Return months: `december`, or a stretch of them, also over the turn of the year (`november to january`)."""
    names = written.split(" to ")
    unknown = [name for name in names if name not in MONTHS]
    if unknown or len(names) > 2:  # noqa: PLR2004 - from one to another
        near = nearest(unknown[0].lower(), MONTHS) if unknown else None
        return Problem(f"{shown(written)} is no month", near or "january to december")
    first, last = MONTHS.index(names[0]), MONTHS.index(names[-1])
    return frozenset((first + i) % 12 + 1 for i in range((last - first) % 12 + 1))


def parse_moment(written: str, zone: ZoneInfo) -> datetime | Problem:
    """Return a time as it is, and a day as the instant with which it begins in a zone."""
    if "T" in written.upper():
        return parse_time(written)
    day = parse_date(written)
    return day if isinstance(day, Problem) else start_of_day(day, zone)
