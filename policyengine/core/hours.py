"""Weekly opening hours as they are written in a directory: `{monday to friday: "09:00 to 17:30"}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from policyengine.core.diagnostic import PathPart
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, plain_text, shown

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_A_DAY = 1440

# Seven days from Monday; of each the open intervals, in minutes since midnight on the wall, in order and apart.
WeeklyHours = tuple[tuple[tuple[int, int], ...], ...]

_Found = tuple[int, int, int, tuple[PathPart, ...]]  # weekday, start, end, where it was written
_INTERVAL = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) to ([01][0-9]|2[0-4]):([0-5][0-9])")
_CLOCK = r"([0-9]{1,2})(?:[:.h]([0-9]{2}))? ?(am|pm)?"
_LOOSE_INTERVAL = rf"(?:from )?{_CLOCK} ?(?:to|until|till|-+) ?{_CLOCK}"
_HALF_A_DAY = 12
_MOST_INTERVALS = 24


def parse_hours(written: object) -> WeeklyHours | list[Problem]:
    """Return the opening hours of a week, or everything that is wrong with them.

    A key is a weekday, `monday to friday` or `every day`; a value is an interval or a list of them (breaks lie
    between). An interval ends at `24:00` at the latest, or on the next day when its end is not after its start
    (`22:00 to 06:00`).
    """
    if not isinstance(written, Mapping) or not written:
        return [Problem('opening hours are written like `{monday to friday: "09:00 to 17:30"}`')]
    problems: list[Problem] = []
    found: list[_Found] = []
    named: dict[int, str] = {}
    for key, value in written.items():
        days = _days(key)
        if isinstance(days, Problem):
            problems.append(days)
            days = []
        twice = [day for day in days if day in named]
        if twice:
            already = f"{WEEKDAYS[twice[0]]} is in `{named[twice[0]]}` already"
            problems.append(Problem(already, path=(str(key),), at_key=True))
        named.update(dict.fromkeys(days, str(key)))
        problems.extend(_read(days, value, (str(key),), found))
    problems.extend(_overlaps(found))
    return problems or _week(found)


def _days(key: object) -> list[int] | Problem:
    text = key if isinstance(key, str) else ""
    if text == "every day":
        return list(range(7))
    first, to, last = text.partition(" to ")
    if first in WEEKDAYS and (last in WEEKDAYS or not to):
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        return [(start + i) % 7 for i in range((end - start) % 7 + 1)]
    return Problem(f"{shown(key)} is not a day of the week", _near_days(text), path=(str(key),), at_key=True)


def _near_days(text: str) -> str | None:
    plain = plain_text(text).casefold()
    if plain in {"daily", "all", "always", "everyday", "all days"}:
        return "every day"
    if plain in {"weekdays", "weekday", "workdays"}:
        return "monday to friday"
    if plain in {"weekend", "weekends"}:
        return "saturday to sunday"
    words = [_near_day(word) for word in re.split(r" ?(?:-|to|until|till) ?", plain)]
    days = [word for word in words if word is not None]
    return " to ".join(days) if len(days) == len(words) and len(days) in {1, 2} else None


def _near_day(word: str) -> str | None:
    abbreviated = [day for day in WEEKDAYS if len(word) > 1 and day.startswith(word.rstrip("."))]
    return abbreviated[0] if abbreviated else nearest(word, WEEKDAYS)


def _read(days: list[int], value: object, path: tuple[PathPart, ...], found: list[_Found]) -> list[Problem]:
    """Add the intervals of one entry to `found` and return what is wrong with it."""
    if isinstance(value, str):
        parts: list[tuple[object, tuple[PathPart, ...]]] = [(value, path)]
    elif isinstance(value, (list, tuple)) and 0 < len(value) <= _MOST_INTERVALS:
        parts = [(item, (*path, i)) for i, item in enumerate(value)]
    else:
        return [Problem('hours of a day are written like `"09:00 to 17:30"`, or as a list of up to 24', path=path)]
    problems = []
    for item, place in parts:
        interval = _interval(item, place)
        if isinstance(interval, Problem):
            problems.append(interval)
            continue
        start, end = interval
        for day in days:
            if start < end:
                found.append((day, start, end, place))
            else:
                found.append((day, start, MINUTES_A_DAY, place))
                found.append(((day + 1) % 7, 0, end, place))
    return problems


def _interval(item: object, path: tuple[PathPart, ...]) -> tuple[int, int] | Problem:
    match = _INTERVAL.fullmatch(item) if isinstance(item, str) else None
    if match is None:
        near = _near_interval(item) if isinstance(item, str) else None
        return Problem(f"{shown(item)} is not an interval; it is written like `09:00 to 17:30`", near, path=path)
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if end > MINUTES_A_DAY:
        return Problem(f"{shown(item)} ends after the day, which ends at `24:00`", path=path)
    if start == end:
        return Problem(f"{shown(item)} has no length", "00:00 to 24:00", path=path)
    return start, end


def _near_interval(text: str) -> str | None:
    match = re.fullmatch(_LOOSE_INTERVAL, plain_text(text).casefold())
    if match is None:
        return None
    start, end = _clock(match[1], match[2], match[3]), _clock(match[4], match[5], match[6])
    near = f"{start} to {end}"
    return near if _INTERVAL.fullmatch(near) else None


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    hours = int(hour) if half is None else int(hour) % _HALF_A_DAY + (_HALF_A_DAY if half == "pm" else 0)
    return f"{hours:02}:{minute or '00'}"


def _overlaps(found: list[_Found]) -> list[Problem]:
    ordered = sorted(found, key=lambda part: part[:3])
    problems = {
        later[3]: Problem(f"hours on {WEEKDAYS[later[0]]} overlap", path=later[3])
        for earlier, later in pairwise(ordered)
        if earlier[0] == later[0] and later[1] < earlier[2]
    }
    return list(problems.values())


def _week(found: list[_Found]) -> WeeklyHours:
    """Return the intervals by weekday, those that touch as one."""
    week: list[list[tuple[int, int]]] = [[] for _ in WEEKDAYS]
    for day, start, end, _ in sorted(found, key=lambda part: part[:3]):
        if start == end:
            continue  # the empty second half of an interval that ends at midnight
        if week[day] and week[day][-1][1] == start:
            week[day][-1] = (week[day][-1][0], end)
        else:
            week[day].append((start, end))
    return tuple(tuple(intervals) for intervals in week)
