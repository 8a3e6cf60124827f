"""Which day of a period: `15th`, `last Friday`, `second Tuesday of the first month`, `first business day`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from policyengine.core.hours import WEEKDAYS
from policyengine.core.instant import MONTH_NAMES, month_shifted
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, plain_text, shown, too_long

if TYPE_CHECKING:
    from policyengine.core.calendar import Calendar

PERIODS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
_ORDINALS = {**{word: i for i, word in enumerate(_WORDS, 1)}, "twelfth": 12, "last": -1}
_NUMERAL = re.compile(r"([1-9]|[12][0-9]|3[01])(st|nd|rd|th)")
_WHAT = (*WEEKDAYS, "business day", "day")
_DATE_WORDS = r"(?:([0-9]{1,2})(?:st|nd|rd|th)? ([a-z]+)|([a-z]+) ([0-9]{1,2})(?:st|nd|rd|th)?)"
_MOST_WEEKDAYS = 4
_MOST_BUSINESS_DAYS = 20
_MOST_DAYS = 31
_MOST_MONTHS = 12
_WEEK = 7


class DayRule(Struct, frozen=True):
    """A day of a period: the nth (-1: the last) `what` of its month number `month` (-1: the last), or of all of it.

    `what` is a weekday, `day` or `business day`.
    """

    nth: int
    what: str
    month: int | None = None


class Frame(Struct, frozen=True):
    """The kind of period that a rule picks from: `count` units (`day`, `week`, `month`), the first from `first`."""

    unit: str
    count: int
    first: date


def parse_day_rule(written: object, frame: Frame) -> DayRule | Problem:
    """Return the day of a period that a text names.

    A day of the month that a month does not have is its last day. Without `of …` a weekday or business day is counted
    in the whole period, and a number in its first month.
    """
    if isinstance(written, int) and not isinstance(written, bool):
        near = numeral(written) if 1 <= written <= _MOST_DAYS else None
        return Problem(f"{shown(written)} is not a day of a period", near)
    if not isinstance(written, str):
        return Problem("a day is written like `second Tuesday of the first month`")
    if frame.unit == "day":
        return Problem("a cadence that counts days has no `day`")
    problem = too_long(written)
    if problem is not None:
        return problem
    text = written.casefold()
    head, of, where = text.partition(" of ")
    found = _head(head)
    if found is None:
        return Problem(f"{shown(written)} is not a day of a period as written here", _near(text))
    nth, what = found
    if frame.unit == "week":
        return _in_weeks(written, nth, what, where if of else "the week", frame.count)
    return _in_months(written, nth, what, where if of else None, frame)


def numeral(number: int) -> str:
    """Return `1st`, `2nd`, `15th`."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _ordinal(word: str) -> int | None:
    match = _NUMERAL.fullmatch(word)
    return int(match[1]) if match is not None and numeral(int(match[1])) == word else _ORDINALS.get(word)


def _head(head: str) -> tuple[int | None, str] | None:
    if head in WEEKDAYS:
        return None, head
    if _NUMERAL.fullmatch(head) and _ordinal(head) is not None:
        return _ordinal(head), "day"
    first, _, what = head.partition(" ")
    nth = _ordinal(first)
    return (nth, what) if nth is not None and what in _WHAT else None


def _near(text: str) -> str | None:
    """Return the right spelling of `15`, `15 march`, `2th`, `1st monday`, `second tusday`, or None."""
    plain = " ".join(plain_text(text).replace(" of ", " ").replace(" the ", " ").split())
    match = re.fullmatch(_DATE_WORDS, plain)
    if match is not None:
        month = _month_named(match[2] or match[3])
        number = int(match[1] or match[4])
        return f"{numeral(number)} of {month.capitalize()}" if month and 1 <= number <= _MOST_DAYS else None
    digits = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", plain)
    if digits is not None:
        return numeral(int(digits[1])) if 1 <= int(digits[1]) <= _MOST_DAYS else None
    head, of, where = text.partition(" of ")
    first, _, what = plain_text(head).partition(" ")
    word = nearest(first, _ORDINALS) if _ordinal(first) is None else first
    what = {"working day": "business day", "workday": "business day", "weekday": "business day"}.get(what, what)
    thing = nearest(what, _WHAT)
    if word is None or thing is None:
        return None
    return f"{word} {thing.capitalize() if thing in WEEKDAYS else thing}{of}{where}"


def _month_named(word: str) -> str | None:
    short = [name for name in MONTH_NAMES if len(word) > 2 and name.startswith(word)]  # noqa: PLR2004  `jan`
    return short[0] if short else nearest(word, MONTH_NAMES)


def _in_weeks(written: str, nth: int | None, what: str, where: str, weeks: int) -> DayRule | Problem:
    most = {"day": _WEEK * weeks, "business day": 5 * weeks}.get(what, weeks)
    if where not in {"the week", "each week", "every week", "the period"}:
        return Problem(f"{shown(written)} does not name a day of a week", _name(what) if what in WEEKDAYS else None)
    if nth is not None and nth > most:
        return Problem(f"{shown(written)} does not exist in {'a week' if weeks == 1 else f'{weeks} weeks'}")
    return DayRule(1 if nth is None else nth, what)


def _in_months(written: str, nth: int | None, what: str, where: str | None, frame: Frame) -> DayRule | Problem:
    month = _month(written, where, frame)
    if isinstance(month, Problem):
        return month
    of = "" if where is None else f" of {where}"
    if nth is None:
        choices = tuple(f"{word} {_name(what)}{of}" for word in ("first", "last"))
        return Problem(f"{shown(written)} does not say which {_name(what)}", choices=choices)
    if what in WEEKDAYS and nth > _MOST_WEEKDAYS:
        return Problem(f"{shown(written)} does not exist in every month", f"last {_name(what)}{of}")
    if what == "business day" and nth > _MOST_BUSINESS_DAYS:
        return Problem(f"{shown(written)} does not exist in every month", f"last business day{of}")
    if what == "day" and nth > 0 and month is None:
        month = 1
    return DayRule(nth, what, month)


def _name(what: str) -> str:
    return what.capitalize() if what in WEEKDAYS else what


def _month(written: str, where: str | None, frame: Frame) -> int | Problem | None:
    """Return the month of the period (1 is its first, -1 its last), or None for all of it."""
    if where is None:
        return None
    if where in MONTH_NAMES:
        if frame.count % _MOST_MONTHS:
            return Problem(f"{shown(written)} names a month, which only a cadence of years can do")
        return (MONTH_NAMES.index(where) + 1 - frame.first.month) % _MOST_MONTHS + 1
    word = re.sub("^(?:the|each|every) ", "", where)
    first, _, thing = word.partition(" ")
    if thing == "month" and _ordinal(first) is not None:
        number = _ordinal(first)
        if number is not None and number > frame.count:
            return Problem(f"{shown(written)} is outside the period, which has {frame.count} months")
        return number
    if word == "period" or PERIODS.get(word) == frame.count:
        return None
    head = written.partition(" of ")[0]
    if word == "month":
        choices = (f"{head} of the first month", f"{head} of the last month")
        return Problem(f"{shown(written)} does not say which month", choices=choices)
    names = (*PERIODS, *MONTH_NAMES, "first month", "last month")
    near = nearest(word, names)
    article = "" if near in MONTH_NAMES else "the "
    fits = near in MONTH_NAMES or (near is not None and PERIODS.get(near, frame.count) == frame.count)
    shown_name = near.capitalize() if near in MONTH_NAMES else near
    return Problem(
        f"{shown(written)} names no part of the period", f"{head} of {article}{shown_name}" if fits else None
    )


def pick(rule: DayRule, start: date, end: date, calendar: Calendar | None) -> date | None:
    """Return the day that a rule means in the period from `start` until `end` (exclusive).

    None only where a business day is meant and the period has none.
    """
    if rule.month is not None:
        begin = month_shifted(start, rule.month - 1) if rule.month > 0 else month_shifted(end, -1)
        after = None if begin is None else month_shifted(begin, 1)
        if begin is None or after is None:
            return None
        start, end = begin, after
    last = end - timedelta(days=1)
    if rule.what == "day":
        return last if rule.nth < 0 else min(start + timedelta(days=rule.nth - 1), last)
    if rule.what == "business day":
        days = list(_business_days(start, end, calendar))
        return days[rule.nth if rule.nth < 0 else min(rule.nth, len(days)) - 1] if days else None
    weekday = WEEKDAYS.index(rule.what)
    if rule.nth < 0:
        return last - timedelta(days=(last.weekday() - weekday) % _WEEK)
    return start + timedelta(days=(weekday - start.weekday()) % _WEEK + _WEEK * (rule.nth - 1))


def _business_days(start: date, end: date, calendar: Calendar | None) -> Iterator[date]:
    for ordinal in range(start.toordinal(), end.toordinal()):
        day = date.fromordinal(ordinal)
        if calendar.is_business_day(day) if calendar is not None else day.weekday() < WEEKDAYS.index("saturday"):
            yield day
