"""Durations: how they are written, and what it means to add one to an instant.

Hours, minutes, seconds, days and weeks are fixed lengths in UTC (a day is 24 h, so `7d before` a launch keeps its
meaning over a change of the clocks); months and years follow the calendar in a zone, and end with the month where it
has no such day; business days and opening hours need a calendar.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.instant import EARLIEST, LATEST, month_shifted, wall_instant
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, mended_number, plain_text, shown, too_long, write_number

if TYPE_CHECKING:
    from policyengine.core.calendar import Calendar

_UTC = ZoneInfo("UTC")
_YEARS = 100
_DAY = 86_400
_WEEK = 7
_YEAR = 12


class Duration(Struct, frozen=True):
    """A length of time; one written quantity fills one field.

    `seconds` are opening time when there is a calendar, `days` are 24 h each even then (weeks are seven), `months` are
    calendar months (years are twelve), `business_days` are days with opening hours.
    """

    months: int = 0
    days: int = 0
    seconds: int = 0
    business_days: int = 0


_MOST = Duration(months=_YEARS * _YEAR, days=_YEARS * 366, seconds=_YEARS * 366 * _DAY, business_days=_YEARS * 366)

# Accepted spellings: the field that they fill, and how often.
_GLUED = {"s": ("seconds", 1), "h": ("seconds", 3600), "d": ("days", 1)}
_SPACED = {
    "second": ("seconds", 1), "seconds": ("seconds", 1), "min": ("seconds", 60), "minute": ("seconds", 60),
    "minutes": ("seconds", 60), "hour": ("seconds", 3600), "hours": ("seconds", 3600), "day": ("days", 1),
    "days": ("days", 1), "week": ("days", _WEEK), "weeks": ("days", _WEEK), "month": ("months", 1),
    "months": ("months", 1), "year": ("months", _YEAR), "years": ("months", _YEAR),
    "business day": ("business_days", 1), "business days": ("business_days", 1),
}  # fmt: skip
# Spellings that are understood only to name the right one.
_UNDERSTOOD = {
    **_GLUED, **_SPACED, "sec": ("seconds", 1), "secs": ("seconds", 1), "mins": ("seconds", 60),
    "hr": ("seconds", 3600), "hrs": ("seconds", 3600), "w": ("days", _WEEK), "wk": ("days", _WEEK),
    "wks": ("days", _WEEK), "fortnight": ("days", 14), "fortnights": ("days", 14), "mo": ("months", 1),
    "mos": ("months", 1), "mth": ("months", 1), "mths": ("months", 1), "quarter": ("months", 3),
    "quarters": ("months", 3), "half-year": ("months", 6), "half-years": ("months", 6), "y": ("months", _YEAR),
    "yr": ("months", _YEAR), "yrs": ("months", _YEAR), "bd": ("business_days", 1), "bds": ("business_days", 1),
    "businessday": ("business_days", 1), "businessdays": ("business_days", 1), "workday": ("business_days", 1),
    "workdays": ("business_days", 1), "working day": ("business_days", 1), "working days": ("business_days", 1),
}  # fmt: skip

_EXACT = re.compile(rf"(0|[1-9][0-9]*)(?:({'|'.join(_GLUED)})| ({'|'.join(sorted(_SPACED, reverse=True))}))")
_PART = re.compile(r"([0-9][0-9.,_]*) ?([a-z]+(?:[- ](?:days?|years?))?)(?:(?: ?,| and)? ?)")
_ISO = r"p(?:([0-9]+)y)?(?:([0-9]+)m)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:t(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?)?"
_ISO_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


def parse_duration(written: object) -> Duration | Problem:
    """Return a length of time written as one whole number and one unit: `10s`, `30 min`, `4h`, `7d`, `2 business days`.

    At most 100 years.
    """
    if not isinstance(written, str):
        return _unitless(shown(written), written if isinstance(written, int) else None)
    problem = too_long(written)
    if problem is not None:
        return problem
    match = _EXACT.fullmatch(written)
    if match is None:
        return _refused(written)
    unit = _GLUED[match[2]] if match[2] else _SPACED[match[3]]
    duration = _of({unit[0]: int(match[1]) * unit[1]})
    return duration if _within_limits(duration) else Problem(f"{shown(written)} is longer than {_YEARS} years")


def _of(fields: dict[str, int]) -> Duration:
    return Duration(
        fields.get("months", 0), fields.get("days", 0), fields.get("seconds", 0), fields.get("business_days", 0)
    )


def _within_limits(d: Duration) -> bool:
    most = _MOST
    return d.months <= most.months and d.days <= most.days and d.seconds <= most.seconds and (
        d.business_days <= most.business_days
    )  # fmt: skip


def _unitless(name: str, number: int | None) -> Problem:
    fits = number is not None and not isinstance(number, bool) and 0 <= number <= _MOST.days
    choices = (f"{number} min", f"{number}h", f"{number}d") if fits else ()
    return Problem(f"{name} has no unit of time", choices=choices)


def _refused(written: str) -> Problem:
    """Say what is wrong with a text that is no duration, and which spelling is meant."""
    name, text = shown(written), plain_text(written).casefold()
    if not text:
        return Problem("a length of time is missing")
    if text.startswith("-"):
        return Problem(f"{name} is negative; `before` and `after` say the direction", _right(text[1:].lstrip()))
    bare = mended_number(text)
    if bare is not None:
        return _unitless(name, int(bare)) if "." not in bare else Problem(f"{name} has no unit of time")
    parts = _parts(text)
    if parts is not None and len(parts) == 1 and parts[0][1] in {"m", "ms"}:
        number = parts[0][0]
        if parts[0][1] == "m":
            return Problem(f"{name} may mean minutes or months", choices=(f"{number} min", f"{number} months"))
        return Problem(f"{name} is shorter than a second, the smallest unit")
    near = _right(text)
    if parts is not None and len(parts) > 1:
        return Problem(f"{name} has several units; one number and one unit are written", near)
    unknown = [part for part in parts or [] if part[1] not in _UNDERSTOOD]
    if unknown:
        number, unit = unknown[0]
        meant = _right(f"{number} {nearest(unit, _SPACED) or unit}") if len(parts or []) == 1 else None
        return Problem(f"{name} is not a length of time: {shown(unit)} is not a unit", meant)
    return Problem(f"{name} is not a length of time as written here", near)


def _parts(text: str) -> list[tuple[str, str]] | None:
    """Return the pairs of number and unit that a text is made of, or None when it is something else."""
    found, at = [], 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            return None
        found.append((match[1].rstrip(",."), match[2]))
        at = match.end()
    return found


def _iso_parts(text: str) -> list[tuple[str, str]] | None:
    match = re.fullmatch(_ISO, text)
    if match is None:
        return None
    return [(number, unit) for number, unit in zip(match.groups(), _ISO_UNITS, strict=True) if number]


def _right(text: str) -> str | None:
    """Return the canonical spelling of a duration that is written in another way, or None when nothing is certain."""
    parts = _iso_parts(text) or _parts(text)
    fields: dict[str, int] = {}
    for number, unit in parts or []:
        plain, known = mended_number(number), _UNDERSTOOD.get(unit)
        if plain is None or known is None or (unit == "m" and len(text) > 1):
            return None
        field, amount = known[0], Decimal(plain) * known[1]
        if field == "days" and amount != int(amount):
            field, amount = "seconds", amount * _DAY
        if amount != int(amount):
            return None
        fields[field] = fields.get(field, 0) + int(amount)
    duration = _of(fields)
    single = in_seconds(duration) is not None or len(fields) == 1
    return write_duration(duration) if fields and single and _within_limits(duration) else None


def write_duration(duration: Duration) -> str:
    """Return the canonical spelling, in the largest unit that divides the length: `7d`, `12 weeks`, `90 min`, `4h`."""
    seconds = in_seconds(duration)
    if seconds is not None and duration.seconds:
        return _write_seconds(seconds)
    words = []
    if duration.months:
        years = duration.months % _YEAR == 0
        words.append(_counted(duration.months // _YEAR if years else duration.months, "year" if years else "month"))
    if duration.days:
        weeks = duration.days % _WEEK == 0 and duration.days > _WEEK
        words.append(f"{duration.days // _WEEK} weeks" if weeks else f"{duration.days}d")
    if duration.business_days:
        words.append(_counted(duration.business_days, "business day"))
    if duration.seconds or not words:
        words.append(_write_seconds(duration.seconds))
    return " and ".join(words)


def spoken(seconds: int) -> str:
    """Return a length of time as people say it, in minutes below ten hours and in hours above: `53.8 min`."""
    unit, name = (60, "min") if seconds < 36_000 else (3600, "h")  # noqa: PLR2004 - ten hours
    number = (Decimal(seconds) / unit).quantize(Decimal("0.1"))
    return f"{number.to_integral_value() if number == number.to_integral_value() else number} {name}"


def _write_seconds(seconds: int) -> str:
    if seconds and seconds % 3600 == 0:
        return f"{write_number(Decimal(seconds // 3600))}h"
    return f"{seconds // 60} min" if seconds and seconds % 60 == 0 else f"{seconds}s"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def in_seconds(duration: Duration) -> int | None:
    """Return the length in seconds, or None for months and business days, whose length depends on when they begin.

    Only durations that have one can be put in order.
    """
    return None if duration.months or duration.business_days else duration.days * _DAY + duration.seconds


def of_seconds(seconds: int) -> Duration:
    """Return a fixed length, in days where it has no rest."""
    return Duration(days=seconds // _DAY) if seconds % _DAY == 0 else Duration(seconds=seconds)


def needs_calendar(duration: Duration) -> bool:
    """Tell whether a duration means nothing without opening hours."""
    return duration.business_days != 0


def add(
    instant: datetime, duration: Duration, calendar: Calendar | None = None, *, zone: ZoneInfo = _UTC
) -> datetime | None:
    """Return the instant, in UTC, at which a duration that begins at `instant` is over.

    With a calendar, seconds are opening time and months are those of its zone; otherwise months are those of `zone`.
    None for business days without a calendar, where a calendar does not open any more, and beyond the years 2 to 9998.
    """
    if calendar is not None:
        return calendar.add(instant, duration)
    if needs_calendar(duration):
        return None
    return shifted(instant, duration.months, timedelta(days=duration.days, seconds=duration.seconds), zone)


def subtract(
    instant: datetime, duration: Duration, calendar: Calendar | None = None, *, zone: ZoneInfo = _UTC
) -> datetime | None:
    """Return the instant, in UTC, from which a duration leads up to `instant`; None as in `add`."""
    if calendar is not None:
        return calendar.subtract(instant, duration)
    if needs_calendar(duration):
        return None
    return shifted(instant, -duration.months, -timedelta(days=duration.days, seconds=duration.seconds), zone)


def shifted(instant: datetime, months: int, fixed: timedelta, zone: ZoneInfo) -> datetime | None:
    """Return the instant moved by calendar months in a zone and then by a fixed length, or None out of range."""
    if not EARLIEST <= instant <= LATEST:
        return None
    moved = instant.astimezone(UTC)
    if months:
        local = moved.astimezone(zone).replace(tzinfo=None, fold=0)
        day = month_shifted(local.date(), months)
        if day is None or not EARLIEST.year <= day.year <= LATEST.year:
            return None
        moved = wall_instant(local.replace(year=day.year, month=day.month, day=day.day), zone)
    try:
        moved += fixed
    except OverflowError:
        return None
    return moved if EARLIEST <= moved <= LATEST else None
