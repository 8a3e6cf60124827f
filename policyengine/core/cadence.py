"""What recurs: `every: quarter` on the `second Tuesday of the first month`, `every: 6 months` after the last time.

An *anchored* cadence divides the calendar into periods with one or more due days each; what is done in a period counts
for it. A *rolling* one (`every: 6 months` without a `day`) falls due a length of time after it was last done. No search
looks further than thirty years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import Calendar, roll
from policyengine.core.day_rule import DayRule, Frame, parse_day_rule, pick
from policyengine.core.instant import day_of, end_of_day, month_shifted
from policyengine.core.recurrence import FREQUENCIES, HORIZON_DAYS, LONGEST_DAYS, Recurrence, parse_recurrence
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, plain_text, shown

__all__ = ["Cadence", "Period", "parse_cadence", "roll"]

_UTC = ZoneInfo("UTC")
_ONE = timedelta(days=1)
# Calendar periods by name; 2000 began with January, and its first Monday is the 3rd.
_EPOCH = date(2000, 1, 1)
_EPOCH_MONDAY = date(2000, 1, 3)
_YEAR = 12
_NAMED = {
    "day": ("day", 1), "week": ("week", 1), "month": ("month", 1), "quarter": ("month", 3),
    "half-year": ("month", 6), "year": ("month", _YEAR),
}  # fmt: skip
_COUNTED = re.compile(r"([1-9][0-9]{0,4})(?:d| (day|week|month|quarter|half-year|year)s?)")
_MEANT = {
    "daily": ("day",), "weekly": ("week",), "monthly": ("month",), "quarterly": ("quarter",), "yearly": ("year",),
    "annually": ("year",), "annual": ("year",), "every year": ("year",), "half year": ("half-year",),
    "half-yearly": ("half-year",), "semi-annually": ("half-year",), "twice a year": ("half-year",),
    "biannually": ("half-year", "2 years"), "fortnight": ("2 weeks",), "fortnightly": ("2 weeks",),
    "biweekly": ("2 weeks", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH"), "bi-weekly": ("2 weeks", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH"),
    "bimonthly": ("2 months", "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15"), "biennially": ("2 years",),
    "weekday": ("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",),
}  # fmt: skip
_LOOSE = r"(?:every )?(?:([0-9]{1,5}|one|two|three|four|six|twelve) ?)?(?:calendar )?([a-z-]+)"
_NUMERALS = {"one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "twelve": 12}
_SHORT = {"w": "week", "wk": "week", "wks": "week", "mo": "month", "mos": "month", "y": "year", "yr": "year",
          "yrs": "year", "q": "quarter"}  # fmt: skip


class Period(Struct, frozen=True):
    """A stretch of days from `start` until `end` (exclusive), and the day in it on which something falls due.

    `due` is None only where a business day is asked for and the period has none.
    """

    start: date
    end: date
    due: date | None


class Cadence(Struct, frozen=True):
    """What recurs, in days of a zone.

    Periods are `frame.count` units long, one of them begins on `frame.first`. `rule` or `recurrence` says the due day;
    without both it is the last day of a period. `rolling` cadences have no periods; they count from when it was last
    done, at first from `anchor`. `calendar` says what a business day is (Monday to Friday without one).
    """

    frame: Frame
    rule: DayRule | None = None
    recurrence: Recurrence | None = None
    rolling: bool = False
    anchor: date | None = None
    zone: ZoneInfo = _UTC
    calendar: Calendar | None = None

    def occurrences(self, from_: date, until: date) -> Iterator[date]:
        """Yield the due days from a day until another (exclusive), in order, for at most thirty years.

        A rolling cadence gives those of somebody who is always on time since the anchor; without an anchor, none.
        """
        end = min(until.toordinal(), from_.toordinal() + HORIZON_DAYS)
        index = self._index(from_)
        while index is not None:
            days = self._days(index)
            if days is None:
                return
            for day in days:
                if day.toordinal() >= end:
                    return
                if day >= from_:
                    yield day
            index += 1
            start = self._start(index)
            if start is None or start.toordinal() >= end:
                return

    def next_after(self, day: date) -> date | None:
        """Return the first due day after a day, or None when there is none within thirty years."""
        return next(self.occurrences(day + _ONE, date.max), None) if day < date.max else None

    def previous(self, day: date) -> date | None:
        """Return the last due day on or before a day, or None when there is none within thirty years."""
        index = self._index(day)
        while index is not None:
            days = self._days(index)
            end = self._start(index + 1)
            if days is None or end is None or (day - end).days > HORIZON_DAYS:
                return None
            found = [due for due in days if due <= day]
            if found:
                return found[-1]
            index -= 1
        return None

    def due_after(self, last: date) -> date | None:
        """Return when it is due again after it was done on a day.

        Rolling: that length of time later. Anchored: the due day of the next period, because what was done counts for
        the period in which it was done. Not yet rolled to a business day (see `roll`).
        """
        if self.rolling:
            return _moved(last, self.frame, 1)
        period = self.period_of(last)
        return None if period is None else self.next_after(period.end - _ONE)

    def first_due(self) -> date | None:
        """Return when a rolling cadence is due that was never done: a length of time after its anchor."""
        return self.due_after(self.anchor) if self.rolling and self.anchor is not None else None

    def period_of(self, day: date) -> Period | None:
        """Return the period that a day is in; None for a rolling cadence.

        Under a recurrence rule a period reaches from the start of the day, week or month (by FREQ; months of years)
        in which something falls due until the start of the next such one, and two due days in one divide it.
        """
        if self.rolling:
            return None
        if self.recurrence is not None:
            return self._period_of_recurrence(day)
        index = self._index(day)
        if index is None:
            return None
        start, end, days = self._start(index), self._start(index + 1), self._days(index)
        return None if start is None or end is None else Period(start, end, days[0] if days else None)

    def due_until(self, day: date) -> datetime:
        """Return the instant, in UTC, with which a due day ends in the cadence's zone."""
        return end_of_day(day, self.zone)

    def day_of(self, instant: datetime) -> date:
        """Return the day in the cadence's zone that an instant is in."""
        return day_of(instant, self.zone)

    def _period_of_recurrence(self, day: date) -> Period | None:
        after = self.next_after(day - _ONE) if day > date.min else day
        due = after if after is not None and self._slot(after) <= day else self.previous(day)
        following = None if due is None else self.next_after(due)
        return None if due is None or following is None else Period(self._slot(due), self._slot(following), due)

    def _slot(self, due: date) -> date:
        """Return the first day that counts for a due day of a recurrence rule."""
        freq = "" if self.recurrence is None else self.recurrence.freq
        start = {"DAILY": due, "WEEKLY": due - timedelta(days=due.weekday())}.get(freq, due.replace(day=1))
        before = self.previous(due - _ONE)
        return start if before is None else max(start, before + _ONE)

    def _index(self, day: date) -> int | None:
        first = self.frame.first
        if self.rolling:
            if self.anchor is None:
                return None
            first = self.anchor
        if self.frame.unit == "month":
            index = ((day.year - first.year) * _YEAR + day.month - first.month) // self.frame.count
        else:
            index = (day - first).days // _length(self.frame)
        return max(1, index) if self.rolling else index

    def _start(self, index: int) -> date | None:
        if self.rolling:
            return None if self.anchor is None or index < 1 else _moved(self.anchor, self.frame, index)
        return _moved(self.frame.first, self.frame, index)

    def _days(self, index: int) -> list[date] | None:
        """Return the due days of a period; None beyond the years 1 to 9999."""
        start, end = self._start(index), self._start(index + 1)
        if start is None or end is None:
            return None
        if self.rolling:
            return [start]
        if self.recurrence is not None:
            return self.recurrence.dates(start)
        due = end - _ONE if self.rule is None else pick(self.rule, start, end, self.calendar)
        return [] if due is None else [due]


def _length(frame: Frame) -> int:
    return frame.count * (7 if frame.unit == "week" else 1)


def _moved(day: date, frame: Frame, times: int) -> date | None:
    if frame.unit == "month":
        return month_shifted(day, frame.count * times)
    ordinal = day.toordinal() + _length(frame) * times
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def parse_cadence(
    every: object,
    day: object = None,
    anchor: date | None = None,
    zone: ZoneInfo = _UTC,
    calendar: Calendar | None = None,
) -> Cadence | Problem:
    """Return the cadence of `every` and `day`.

    A name (`quarter`) is a calendar period; a number (`6 months`) rolls unless `day` anchors it. The anchor, as a rule
    the day from which the policy is in force, says from where to count where the calendar does not.
    """
    if isinstance(every, str) and every[:6].upper().startswith(("RRULE:", "FREQ=")):
        if day is not None:
            return Problem("a recurrence rule says its day itself; `day` stands beside words only", path=("day",))
        return _of_recurrence(every, anchor, zone)
    found = _unit(every)
    if isinstance(found, Problem):
        return found
    unit, count, step = found
    if step and day is None:
        return Cadence(Frame(unit, count, _EPOCH), rolling=True, anchor=anchor, zone=zone)
    frame = _frame(unit, count, step or count, anchor)
    if frame is None:
        return _needs_start(shown(every))
    rule = None if day is None else parse_day_rule(day, frame)
    if isinstance(rule, Problem):
        return rule.below("day")
    return Cadence(frame, rule, anchor=anchor, zone=zone, calendar=calendar)


def _needs_start(name: str) -> Problem:
    return Problem(f"{name} does not divide the calendar evenly and needs a start: `effective: {{from: 2026-01-01}}`")


def _of_recurrence(every: str, anchor: date | None, zone: ZoneInfo) -> Cadence | Problem:
    rule = parse_recurrence(every, anchor)
    if isinstance(rule, Problem):
        return rule
    unit, size = FREQUENCIES[rule.freq]
    frame = _frame(unit, rule.interval * size, size, anchor)
    if frame is None:
        return _needs_start(shown(every))
    cadence = Cadence(frame, recurrence=rule, anchor=anchor, zone=zone)
    due = cadence.next_after(anchor or _EPOCH)
    if due is None or cadence.next_after(due) is None:
        return Problem(f"{shown(every)} does not take place twice in thirty years")
    return cadence


def _unit(every: object) -> tuple[str, int, int] | Problem:
    """Return the unit, how many make a period, and for a counted unit its own size (0 for a named period)."""
    text = every if isinstance(every, str) else ""
    if text in _NAMED:
        return (*_NAMED[text], 0)
    match = _COUNTED.fullmatch(text)
    if match is None:
        return _refused(every)
    unit, size = _NAMED[match[2] or "day"]
    frame = Frame(unit, int(match[1]) * size, _EPOCH)
    if _length(frame) * (30 if unit == "month" else 1) > LONGEST_DAYS:
        return Problem(f"{shown(every)} is longer than ten years")
    return unit, frame.count, size


def _refused(every: object) -> Problem:
    if not isinstance(every, str) or not every.strip():
        return Problem(f"{shown(every)} is not a cadence; cadences are written like `quarter`, `6 months` or `90 days`")
    text = plain_text(every).casefold()
    message = f"{shown(every)} is not a cadence as written here"
    meant = _MEANT.get(text.removeprefix("every "))
    if meant is not None:
        return Problem(message, meant[0]) if len(meant) == 1 else Problem(message, choices=meant)
    match = re.fullmatch(_LOOSE, text)
    if match is None:
        return Problem(message)
    word = _SHORT.get(match[2], match[2])
    unit = word if word in _NAMED else nearest(word.removesuffix("s"), _NAMED)
    if unit is None or (match[1] or "").strip("0") == "" != (match[1] or ""):
        return Problem(message)
    count = int(_NUMERALS.get(match[1], match[1])) if match[1] else 0
    return Problem(message, unit if not count else f"{count} {unit}{'' if count == 1 else 's'}")


def _frame(unit: str, count: int, step: int, anchor: date | None) -> Frame | None:
    """Return the periods, or None where neither the calendar nor an anchor says from where to count.

    Months count from the anchor's month, larger units of `step` months from the one that the anchor is in.
    """
    even = _YEAR % count == 0 if unit == "month" else count == 1
    if anchor is None:
        first = _EPOCH_MONDAY if unit == "week" else _EPOCH
        return Frame(unit, count, first) if even else None
    if unit == "month":
        month = (anchor.month - 1) // min(step, _YEAR) * min(step, _YEAR) + 1
        return Frame(unit, count, date(anchor.year, month, 1))
    return Frame(unit, count, anchor - timedelta(days=anchor.weekday()) if unit == "week" else anchor)
