"""The safe subset of RFC 5545 recurrence rules: `RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU`.

FREQ from DAILY to YEARLY, INTERVAL, BYMONTH, BYDAY, BYMONTHDAY (monthly, or with BYMONTH), BYSETPOS (monthly). Weeks
begin on Monday. Everything else is refused with the nearest rule that is allowed.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from msgspec import Struct, structs

from policyengine.core.instant import month_length
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, shown

PREFIX = "RRULE:"
FREQUENCIES = {"DAILY": ("day", 1), "WEEKLY": ("week", 1), "MONTHLY": ("month", 1), "YEARLY": ("month", 12)}
HORIZON_DAYS = 10_958  # thirty years: as far as a search looks
LONGEST_DAYS = 3_660  # ten years: the longest that may lie between two times

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KEYS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS")
_WHY_NOT = {
    "COUNT": "a cadence has no end of its own; `effective` of the policy ends it",
    "UNTIL": "a cadence has no end of its own; `effective` of the policy ends it",
    "WKST": "weeks begin on Monday",
    "BYHOUR": "a cadence names days, not times of the day",
    "BYMINUTE": "a cadence names days, not times of the day",
    "BYSECOND": "a cadence names days, not times of the day",
    "BYWEEKNO": "week numbers are not supported; BYMONTH and BYDAY say the same more plainly",
    "BYYEARDAY": "days of the year are not supported; BYMONTH and BYMONTHDAY say the same more plainly",
}
_SUB_DAILY = ("SECONDLY", "MINUTELY", "HOURLY")
_BYDAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = r"[+-]?[0-9]{1,5}"
_LONGEST = 200
_MOST_FAULTS = 20
_UNIT_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_LIMITS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYSETPOS": 31}


class Recurrence(Struct, frozen=True):
    """A recurrence rule. `by_day` holds (nth, weekday), nth 0 for every one; the others are RFC 5545's lists."""

    freq: str
    interval: int = 1
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_set_pos: tuple[int, ...] = ()

    def dates(self, slot: date) -> list[date]:
        """Return the days of one day, week, month or year (by `freq`) that begins with `slot`, in order."""
        if self.freq == "DAILY":
            found = [slot] if not self.by_day or slot.weekday() in self._weekdays() else []
        elif self.freq == "WEEKLY":
            found = [slot + timedelta(days=weekday) for weekday in sorted(self._weekdays())]
        elif self.freq == "MONTHLY":
            found = self._of_month(slot.year, slot.month)
        else:
            found = [day for month in range(1, 13) for day in self._of_month(slot.year, month)]
        found = [day for day in found if not self.by_month or day.month in self.by_month]
        if not self.by_set_pos:
            return found
        picked = {found[p - 1 if p > 0 else p] for p in self.by_set_pos if abs(p) <= len(found)}
        return sorted(picked)

    def _weekdays(self) -> set[int]:
        return {weekday for _, weekday in self.by_day}

    def _of_month(self, year: int, month: int) -> list[date]:
        size = month_length(year, month)
        numbers = {n if n > 0 else size + 1 + n for n in self.by_month_day} or set(range(1, size + 1))
        days = (date(year, month, n) for n in sorted(numbers) if 1 <= n <= size)
        return [day for day in days if not self.by_day or self._by_day_holds(day, size)]

    def _by_day_holds(self, day: date, size: int) -> bool:
        nth, from_end = (day.day - 1) // 7 + 1, -((size - day.day) // 7 + 1)
        return any(day.weekday() == weekday and n in (0, nth, from_end) for n, weekday in self.by_day)


def parse_recurrence(written: str, anchor: date | None) -> Recurrence | Problem:
    """Return the rule of `RRULE:FREQ=…`; what the rule leaves out is taken from the anchor, as from a DTSTART.

    A problem suggests a rule only where it is allowed itself.
    """
    found = _parsed(written, anchor)
    if isinstance(found, Recurrence) or found.suggestion is None:
        return found
    return structs.replace(found, suggestion=_allowed(found.suggestion, anchor))


def _allowed(near: str, anchor: date | None) -> str | None:
    """Return the nearest allowed rule: each fault that is mended may show the next one."""
    for _ in range(_MOST_FAULTS):
        found = _parsed(near, anchor)
        if isinstance(found, Recurrence):
            return near
        if found.suggestion is None:
            break
        near = found.suggestion
    return None


def _parsed(written: str, anchor: date | None) -> Recurrence | Problem:
    if len(written) > _LONGEST or "\n" in written:
        return Problem(f"{shown(written)} is too long for a recurrence rule")
    text = written.removeprefix(PREFIX)
    tidy = re.sub(r"\s", "", text).upper().removeprefix(PREFIX).strip(";")
    if text != tidy or not written.startswith(PREFIX):
        return Problem(f"{shown(written)} is not a recurrence rule as written here", PREFIX + tidy)
    parts: dict[str, str] = {}
    for part in text.split(";"):
        key, _, value = part.partition("=")
        problem = _key_problem(written, key, parts)
        if problem is not None:
            return problem
        parts[key] = value
    rule = _rule(written, parts)
    return rule if isinstance(rule, Problem) else _completed(written, rule, anchor)


def _key_problem(written: str, key: str, seen: dict[str, str]) -> Problem | None:
    if key in seen:
        return Problem(f"{shown(written)} says {key} twice")
    if key in _KEYS:
        return None
    if key in _WHY_NOT:
        rest = PREFIX + ";".join(p for p in written.removeprefix(PREFIX).split(";") if p.partition("=")[0] != key)
        return Problem(f"{shown(key)} is not allowed: {_WHY_NOT[key]}", rest)
    near = nearest(key, _KEYS)
    return Problem(f"{shown(key)} is not a part of a recurrence rule", written.replace(key, near) if near else None)


def _rule(written: str, parts: dict[str, str]) -> Recurrence | Problem:
    freq = parts.get("FREQ", "")
    if freq not in FREQUENCIES:
        near = "DAILY" if freq in _SUB_DAILY else nearest(freq, FREQUENCIES)
        rest = ";".join(f"{key}={value}" for key, value in parts.items() if key not in {"FREQ", "INTERVAL"})
        fits = PREFIX + f"FREQ={near}" + (f";{rest}" if rest else "")
        what = "is shorter than a day" if freq in _SUB_DAILY else "is not a frequency"
        return Problem(f"{shown(freq)} {what}; FREQ is one of {', '.join(FREQUENCIES)}", fits if near else None)
    lists: dict[str, tuple[int, ...]] = {}
    for key, most in _LIMITS.items():
        numbers = _numbers(key, parts[key], most) if key in parts else ()
        if isinstance(numbers, Problem):
            return numbers
        lists[key] = numbers
    days = _by_day(parts["BYDAY"]) if "BYDAY" in parts else ()
    if isinstance(days, Problem):
        return days
    interval = parts.get("INTERVAL", "1")
    if not re.fullmatch("[1-9][0-9]{0,4}", interval) or int(interval) * _UNIT_DAYS[freq] > LONGEST_DAYS:
        return Problem(f"{shown(interval)} is not an interval; it is a whole number and at most ten years")
    rule = Recurrence(freq, int(interval), lists["BYMONTH"], lists["BYMONTHDAY"], days, lists["BYSETPOS"])
    return _combination(written, rule) or rule


def _numbers(key: str, value: str, most: int) -> tuple[int, ...] | Problem:
    numbers = []
    for item in value.split(","):
        number = int(item) if re.fullmatch(_NUMBER, item) else 0
        if not 1 <= abs(number) <= most or (key == "BYMONTH" and number < 0):
            return Problem(f"{shown(item)} is not a value of {key}, which goes from 1 to {most}")
        numbers.append(number)
    return tuple(sorted(set(numbers)))


def _by_day(value: str) -> tuple[tuple[int, int], ...] | Problem:
    days = []
    for item in value.split(","):
        match = re.fullmatch(_BYDAY, item)
        if match is None:
            return Problem(f"{shown(item)} is not a day; days are written like `TU`, `2TU` or `-1FR`")
        days.append((int(match[1] or 0), _DAYS.index(match[2])))
    return tuple(sorted(set(days)))


def _combination(written: str, rule: Recurrence) -> Problem | None:
    """Refuse the combinations on which implementations disagree, or that are more than a cadence needs."""
    monthly = rule.freq == "MONTHLY"
    if rule.by_month_day and not monthly and not (rule.freq == "YEARLY" and rule.by_month):
        return Problem("BYMONTHDAY stands with FREQ=MONTHLY, or with FREQ=YEARLY and BYMONTH", _yearly(written, rule))
    if any(nth for nth, _ in rule.by_day) and not monthly and not (rule.freq == "YEARLY" and rule.by_month):
        near = _plain(written, rule)
        return Problem("a numbered day stands with FREQ=MONTHLY, or with FREQ=YEARLY and BYMONTH", near)
    if any(nth for nth, _ in rule.by_day) and any(nth == 0 for nth, _ in rule.by_day):
        return Problem("BYDAY has numbered days and plain ones; a rule has one sort")
    if rule.by_day and rule.freq == "YEARLY" and not rule.by_month:
        return Problem("BYDAY with FREQ=YEARLY needs BYMONTH", written.replace("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=1"))
    if rule.by_set_pos and not (monthly and (rule.by_day or rule.by_month_day)):
        near = re.sub(";?BYSETPOS=[^;]*", "", written)
        return Problem("BYSETPOS stands with FREQ=MONTHLY and BYDAY or BYMONTHDAY", near)
    return None


def _yearly(written: str, rule: Recurrence) -> str | None:
    return written.replace("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=1") if rule.freq == "YEARLY" else None


def _plain(written: str, rule: Recurrence) -> str | None:
    return re.sub(r"[+-]?[1-5](?=[A-Z]{2}\b)", "", written) if rule.freq in {"DAILY", "WEEKLY"} else (
        _yearly(written, rule)
    )  # fmt: skip


def _completed(written: str, rule: Recurrence, anchor: date | None) -> Recurrence | Problem:
    """Fill what the rule leaves open from the anchor, and refuse a rule under which nothing ever takes place."""
    open_day = rule.freq != "DAILY" and not rule.by_day and not rule.by_month_day
    if open_day and anchor is None:
        near = {
            "WEEKLY": f"{written};BYDAY=MO",
            "MONTHLY": f"{written};BYMONTHDAY=1",
        }.get(rule.freq, f"{written}{'' if rule.by_month else ';BYMONTH=1'};BYMONTHDAY=1")
        return Problem(f"{shown(written)} does not say on which day", near)
    by_day, by_month, by_month_day = rule.by_day, rule.by_month, rule.by_month_day
    if open_day and anchor is not None:
        if rule.freq == "WEEKLY":
            by_day = ((0, anchor.weekday()),)
        else:
            by_month_day = (anchor.day,)
            by_month = by_month or ((anchor.month,) if rule.freq == "YEARLY" else ())
    done = Recurrence(rule.freq, rule.interval, by_month, by_month_day, by_day, rule.by_set_pos)
    return done if _possible(done) else Problem(f"{shown(written)} never takes place: no month has such a day")


def _possible(rule: Recurrence) -> bool:
    """Tell whether there is a day at all; a leap year among the two stands for all years."""
    if rule.freq in {"DAILY", "WEEKLY"}:
        return True
    slots = [date(year, month, 1) for year in range(2000, 2028) for month in range(1, 13)]
    return any(rule.dates(slot) for slot in slots)
