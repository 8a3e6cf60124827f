"""Instants and days: how they are written, and which instant a clock on the wall means.

Inside, an instant is an aware datetime in UTC. One rule covers both changes of the clocks: *a wall time is the first
instant at which the clock there shows it or a later time*. So a time that the clocks skip is the instant of the
change, a time that they show twice is the first of the two, and the order of wall times is the order of instants.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, plain_text, shown, too_long

# A margin of a year at both ends keeps every conversion between zones inside what a date can say.
EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
LATEST = datetime(9998, 12, 31, tzinfo=UTC)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})",
)
_LOOSE_TIME = (
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[Tt]| +)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r" ?(Z|z|UTC|GMT|([+-][0-9]{2}):?([0-9]{2})?)?"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LOOSE_DATE = r"([0-9]{4})(?:[-/.]?([0-9]{2})[-/.]?([0-9]{2})|[-/.]([0-9]{1,2})[-/.]([0-9]{1,2}))(?:[Tt ].*)?"
_DAY_FIRST = r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})"
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = 12
_FEBRUARY = 2
_SHORT_MONTHS = (4, 6, 9, 11)
_LAST_HOUR = 23
_LAST_MINUTE = 59
_LEAP_SECOND = 60
_END_OF_DAY = 24


def parse_date(written: object) -> date | Problem:
    """Return a day written as `2026-07-31` (RFC 3339, full-date)."""
    if not isinstance(written, str) or not written.strip():
        return Problem(f"{shown(written)} is not a day; days are written like `2026-07-31`")
    problem = too_long(written)
    if problem is not None:
        return problem
    match = _DATE.fullmatch(written)
    if match is not None:
        return _day(int(match[1]), int(match[2]), int(match[3]), written)
    return _refused_date(written)


def _day(year: int, month: int, day: int, written: str) -> date | Problem:
    if not 1 <= month <= _MONTHS or year == 0:
        return Problem(f"{shown(written)} does not exist: there is no {'year 0' if year == 0 else f'month {month}'}")
    last = month_length(year, month)
    if 1 <= day <= last:
        return date(year, month, day)
    name = MONTH_NAMES[month - 1].capitalize()
    near = date(year, month, max(1, min(day, last))).isoformat()
    return Problem(f"{shown(written)} does not exist: {name} {year} has {last} days", near)


def _refused_date(written: str) -> Problem:
    text = plain_text(written)
    loose = re.fullmatch(_LOOSE_DATE, text)
    if loose is not None:
        found = [_iso(loose[1], loose[2] or loose[4], loose[3] or loose[5])]
    else:
        turned = re.fullmatch(_DAY_FIRST, text)
        found = [] if turned is None else [_iso(turned[3], turned[2], turned[1])]
        if turned is not None and "." not in text:  # 03/04 is March or April, by country; 3.4. is always April
            found.append(_iso(turned[3], turned[1], turned[2]))
    spellings = sorted({spelling for spelling in found if spelling is not None})
    message = f"{shown(written)} is not a day as written here"
    if len(spellings) > 1:
        return Problem(message, choices=tuple(spellings))
    return Problem(message, spellings[0] if spellings else None)


def _iso(year: str, month: str, day: str) -> str | None:
    found = _day(int(year), int(month), int(day), "")
    return found.isoformat() if isinstance(found, date) else None


def parse_time(written: object) -> datetime | Problem:
    """Return the instant, in UTC, of a time written as `2026-03-02T09:00:00Z` or with an offset such as `+01:00`.

    Source: RFC 3339, date-time. The offset is compulsory; digits after the microseconds are cut off.
    """
    if not isinstance(written, str) or not written.strip():
        return Problem(f"{shown(written)} is not a time; times are written like `2026-03-02T09:00:00Z`")
    if len(written) > _LAST_MINUTE:
        return Problem(f"{shown(written)} is too long for a time")
    match = _TIME.fullmatch(written)
    if match is None:
        return _refused_time(written)
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return _spelled_out(match, written)


def _spelled_out(match: re.Match[str], written: str) -> datetime | Problem:
    """Return the instant part by part: what the library does not take, and why."""
    day = parse_date(match[1])
    if isinstance(day, Problem):
        near = day.suggestion and day.suggestion + written[len(day.suggestion) :]
        return Problem(day.message, near if near and not isinstance(parse_time(near), Problem) else None)
    return _instant(day, match, written)


def _instant(day: date, match: re.Match[str], written: str) -> datetime | Problem:
    hour, minute, second = int(match[2]), int(match[3]), int(match[4])
    if second == _LEAP_SECOND:
        near = f"{written[:17]}{_LAST_MINUTE}{written[19:]}"
        return Problem(
            f"{shown(written)} is a leap second, which computers' clocks do not count",
            near if minute <= _LAST_MINUTE and hour <= _LAST_HOUR else None,
        )
    if (hour, minute, second) == (_END_OF_DAY, 0, 0) and day < date.max:
        near = f"{(day + timedelta(days=1)).isoformat()}T00{written[13:]}"
        return Problem(f"{shown(written)} does not exist: a day ends where the next begins", near)
    offset = _offset(match[6])
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LAST_MINUTE or offset is None:
        return Problem(f"{shown(written)} does not exist: hours go to 23, minutes and seconds to 59")
    micros = int((match[5] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, micros, tzinfo=UTC) - offset
    except OverflowError:
        return Problem(f"{shown(written)} is outside the years 1 to 9999")


def _offset(text: str) -> timedelta | None:
    if text in "Zz":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > _LAST_HOUR or minutes > _LAST_MINUTE:
        return None
    size = timedelta(hours=hours, minutes=minutes)
    return -size if text[0] == "-" else size


def _refused_time(written: str) -> Problem:
    text = plain_text(written)
    if _DATE.fullmatch(text):
        near: str | None = f"{text}T00:00:00Z"
        message = f"{shown(written)} is a day, and a time is needed here"
    else:
        near = _mended_time(text)
        loose = re.fullmatch(_LOOSE_TIME, text)
        message = f"{shown(written)} is not a time as written here"
        if loose is not None and loose[6] is None:
            message = f"{shown(written)} does not say its offset from UTC"
    fits = near is not None and near != written and not isinstance(parse_time(near), Problem)
    return Problem(message, near if fits else None)


def _mended_time(text: str) -> str | None:
    match = re.fullmatch(_LOOSE_TIME, text)
    if match is None:
        return None
    year, month, day = match[1].split("-")
    fraction = f".{match[5]}" if match[5] else ""
    offset = f"{match[7]}:{match[8] or '00'}" if match[7] else "Z"
    return f"{year}-{month:0>2}-{day:0>2}T{match[2]:0>2}:{match[3]}:{match[4] or '00'}{fraction}{offset}"


def write_time(instant: datetime) -> str:
    """Return the canonical spelling of an instant: in UTC, ending with `Z`, a fraction only where there is one."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


_ZONE_WORDS = {
    "bst": "Europe/London", "cet": "Europe/Berlin", "cst": "America/Chicago", "est": "America/New_York",
    "gb": "Europe/London", "gmt": "UTC", "japan": "Asia/Tokyo", "jst": "Asia/Tokyo", "mst": "America/Denver",
    "pst": "America/Los_Angeles", "uk": "Europe/London", "us/eastern": "America/New_York", "z": "UTC",
}  # fmt: skip


def parse_zone(written: object) -> ZoneInfo | Problem:
    """Return the time zone of an IANA name (`Europe/London`, `UTC`).

    Abbreviations are refused: `EST` never has summer time, `GMT+1` does not say which way, `CST` names three zones.
    """
    if not isinstance(written, str) or not written.strip():
        return Problem(f"{shown(written)} is not a time zone; zones are written like `Europe/London`")
    regional = "/" in written and not written.startswith(("posix/", "right/", "Etc/", "/", "US/"))
    if written == "UTC" or (regional and ".." not in written and len(written) <= _LAST_MINUTE):
        try:
            return ZoneInfo(written)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    return Problem(f"{shown(written)} is not a time zone", _near_zone(written))


def _near_zone(written: str) -> str | None:
    from zoneinfo import available_timezones  # noqa: PLC0415  reads a directory: only for a mistake

    word = plain_text(written).casefold().replace(" ", "_")
    if word in _ZONE_WORDS:
        return _ZONE_WORDS[word]
    known = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "US/")))
    cities = [zone for zone in known if zone.rpartition("/")[2].casefold() == word]
    return cities[0] if cities else nearest(word, known)


def wall_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the clock in the zone shows the naive time `wall` or a later one, in UTC."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    # Skipped: the change, at a whole second, lies between the readings with the offset after it and that before it.
    whole = wall.replace(microsecond=0, tzinfo=zone)
    before, after = whole.replace(fold=1).astimezone(UTC), whole.replace(fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant with which a day begins in a zone (not always midnight there).

    For days in the years 1 and 9999, which stand for «always» and «never», the first and the last instant there is.
    """
    if not EARLIEST.year <= day.year <= LATEST.year:
        return _FIRST if day.year < EARLIEST.year else _LAST
    return wall_instant(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001  a wall time has no zone yet


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant with which the next day begins: `expires: 2026-07-31` holds until then."""
    return start_of_day(day + timedelta(days=1) if day < date.max else day, zone)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """Return the day that a calendar on the wall in the zone shows at an instant."""
    try:
        return instant.astimezone(zone).date()
    except OverflowError:  # within a day of the first or the last instant that can be said
        return instant.astimezone(UTC).date()


def month_length(year: int, month: int) -> int:
    """Return how many days a month has."""
    if month == _FEBRUARY:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in _SHORT_MONTHS else 31


def month_shifted(day: date, count: int) -> date | None:
    """Return the day `count` months later (earlier when negative), the last of the month where it has no such day.

    None beyond the years 1 to 9999.
    """
    index = day.year * _MONTHS + day.month - 1 + count
    year, month = index // _MONTHS, index % _MONTHS + 1
    if not 1 <= year <= date.max.year:
        return None
    return date(year, month, min(day.day, month_length(year, month)))
