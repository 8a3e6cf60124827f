"""Recurrence rules as RFC 5545, libical and dateutil have them; ten years of cadences; no cadence makes us loop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.cadence import Cadence, parse_cadence
from policyengine.core.quantity import Problem
from policyengine.core.recurrence import HORIZON_DAYS, parse_recurrence


def cadence(every: str, on: str | None = None, anchor: date | None = None, zone: str = "UTC") -> Cadence:
    found = parse_cadence(every, on, anchor, ZoneInfo(zone))
    assert isinstance(found, Cadence), found
    return found


# The examples of RFC 5545 (3.8.5.3) that are in the subset, which libical and dateutil test as well; and the corners on
# which both are tested. The first day is DTSTART there and the anchor here; COUNT and UNTIL are left out.
STANDARD: dict[str, tuple[str, str, list[str]]] = {
    "daily": ("FREQ=DAILY", "1997-09-02", ["1997-09-02", "1997-09-03", "1997-09-04"]),
    "every other day": ("FREQ=DAILY;INTERVAL=2", "1997-09-02", ["1997-09-02", "1997-09-04", "1997-09-06"]),
    "every 10 days": ("FREQ=DAILY;INTERVAL=10", "1997-09-02", ["1997-09-02", "1997-09-12", "1997-09-22"]),
    "every day in January, by days": (
        "FREQ=DAILY;BYMONTH=1",
        "1998-01-30",
        ["1998-01-30", "1998-01-31", "1999-01-01"],
    ),
    "every day in January, by years": (
        "FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "1998-01-30",
        ["1998-01-30", "1998-01-31", "1999-01-01"],
    ),
    "weekly": ("FREQ=WEEKLY", "1997-09-02", ["1997-09-02", "1997-09-09", "1997-09-16"]),
    "every other week": ("FREQ=WEEKLY;INTERVAL=2", "1997-09-02", ["1997-09-02", "1997-09-16", "1997-09-30"]),
    "on Tuesday and Thursday": ("FREQ=WEEKLY;BYDAY=TU,TH", "1997-09-02", ["1997-09-02", "1997-09-04", "1997-09-09"]),
    "every other week on three days": (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
        "1997-09-01",
        ["1997-09-01", "1997-09-03", "1997-09-05", "1997-09-15"],
    ),
    "weeks begin on Monday": (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
        "1997-08-05",
        ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
    ),
    "the first Friday": ("FREQ=MONTHLY;BYDAY=1FR", "1997-09-05", ["1997-09-05", "1997-10-03", "1997-11-07"]),
    "first and last Sunday of every other month": (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU",
        "1997-09-07",
        ["1997-09-07", "1997-09-28", "1997-11-02", "1997-11-30"],
    ),
    "the second-to-last Monday": ("FREQ=MONTHLY;BYDAY=-2MO", "1997-09-22", ["1997-09-22", "1997-10-20", "1997-11-17"]),
    "the third-to-last day": (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28",
        ["1997-09-28", "1997-10-29", "1997-11-28", "1997-12-29", "1998-01-29", "1998-02-26"],
    ),
    "the 2nd and the 15th": ("FREQ=MONTHLY;BYMONTHDAY=2,15", "1997-09-02", ["1997-09-02", "1997-09-15", "1997-10-02"]),
    "the first and the last day": (
        "FREQ=MONTHLY;BYMONTHDAY=1,-1",
        "1997-09-30",
        ["1997-09-30", "1997-10-01", "1997-10-31", "1997-11-01"],
    ),
    "six days every 18 months": (
        "FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10",
        ["1997-09-10", "1997-09-11", "1997-09-12", "1997-09-13", "1997-09-14", "1997-09-15", "1999-03-10"],
    ),
    "Tuesdays of every other month": (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997-09-30",
        ["1997-09-30", "1997-11-04", "1997-11-11"],
    ),
    "June and July": ("FREQ=YEARLY;BYMONTH=6,7", "1997-06-10", ["1997-06-10", "1997-07-10", "1998-06-10"]),
    "three months of every other year": (
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=1,2,3",
        "1997-03-10",
        ["1997-03-10", "1999-01-10", "1999-02-10", "1999-03-10"],
    ),
    "Thursdays in March": (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13",
        ["1997-03-13", "1997-03-20", "1997-03-27", "1998-03-05"],
    ),
    "Friday the 13th": (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1997-09-02",
        ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13", "2000-10-13"],
    ),
    "the Saturday after the first Sunday": (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13",
        ["1997-09-13", "1997-10-11", "1997-11-08"],
    ),
    "election day in the United States": (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05",
        ["1996-11-05", "2000-11-07", "2004-11-02"],
    ),
    "the third of Tuesday, Wednesday, Thursday": (
        "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997-09-04",
        ["1997-09-04", "1997-10-07", "1997-11-06"],
    ),
    "the second-to-last weekday": (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29",
        ["1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30", "1998-01-29"],
    ),
    "a day that is not there is left out": (
        "FREQ=MONTHLY;BYMONTHDAY=15,30",
        "2007-01-15",
        ["2007-01-15", "2007-01-30", "2007-02-15", "2007-03-15", "2007-03-30"],
    ),
    "begun on the 31st, short months are left out": (
        "FREQ=MONTHLY",
        "1997-01-31",
        ["1997-01-31", "1997-03-31", "1997-05-31", "1997-07-31"],
    ),
    "begun on 29 February, common years are left out": (
        "FREQ=YEARLY",
        "1996-02-29",
        ["1996-02-29", "2000-02-29", "2004-02-29"],
    ),
    "29 February over the year 2100": (
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "2092-02-29",
        ["2092-02-29", "2096-02-29", "2104-02-29"],
    ),
    "the last day of February": (
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "1999-02-28",
        ["1999-02-28", "2000-02-29", "2001-02-28"],
    ),
    "a fifth Friday": ("FREQ=MONTHLY;BYDAY=5FR", "2026-01-30", ["2026-01-30", "2026-05-29", "2026-07-31"]),
    "the begin does not count where it does not fit": (
        "FREQ=WEEKLY;BYDAY=MO",
        "1997-09-02",
        ["1997-09-08", "1997-09-15"],
    ),
    "weeks over the turn of a year": (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
        "1997-12-22",
        ["1997-12-22", "1997-12-28", "1998-01-05", "1998-01-11"],
    ),
}


@pytest.mark.parametrize("name", STANDARD)
def test_rules_of_the_standard(name: str) -> None:
    rule, begin, expected = STANDARD[name]
    anchor = date.fromisoformat(begin)
    found = islice(cadence(f"RRULE:{rule}", anchor=anchor).occurrences(anchor, date.max), len(expected))
    assert [due.isoformat() for due in found] == expected
    theirs = rrulestr(rule, dtstart=datetime(anchor.year, anchor.month, anchor.day))  # noqa: DTZ001  dateutil's days
    assert [due.date().isoformat() for due in islice(theirs, len(expected))] == expected


# Those that are outside, each with the nearest rule that is allowed; None where no single one is near.
OUTSIDE: dict[str, tuple[str, str | None]] = {
    "ten times": ("FREQ=DAILY;COUNT=10", "FREQ=DAILY"),
    "until a day": ("FREQ=WEEKLY;UNTIL=19971224T000000Z", "FREQ=WEEKLY"),
    "the 20th Monday": ("FREQ=YEARLY;BYDAY=20MO", None),
    "the 20th week": ("FREQ=YEARLY;BYWEEKNO=20;BYMONTH=5;BYDAY=MO", "FREQ=YEARLY;BYMONTH=5;BYDAY=MO"),
    "the 100th day": ("FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200", "FREQ=YEARLY;INTERVAL=3"),
    "Thursdays of a year": ("FREQ=YEARLY;BYDAY=TH", "FREQ=YEARLY;BYMONTH=1;BYDAY=TH"),
    "weeks from Sunday on": ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU"),
    "every 3 hours": ("FREQ=HOURLY;INTERVAL=3", "FREQ=DAILY"),
    "every 15 minutes": ("FREQ=MINUTELY;INTERVAL=15", "FREQ=DAILY"),
    "every 20 minutes from 9 to 16": ("FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40", "FREQ=DAILY"),
    "never, by the second": ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", None),
    "30 February": ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", None),
    "31 April": ("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", None),
    "the sixth Friday": ("FREQ=MONTHLY;BYDAY=6FR", None),
    "day zero": ("FREQ=MONTHLY;BYMONTHDAY=0", None),
    "the third day of a week": ("FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=3", "FREQ=WEEKLY;BYDAY=MO,TU,WE"),
    "a position of nothing": ("FREQ=MONTHLY;BYSETPOS=1", "FREQ=MONTHLY"),
    "a numbered day of a week": ("FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=MO"),
    "a day of the month in a week": ("FREQ=WEEKLY;BYMONTHDAY=1", None),
    "no step": ("FREQ=DAILY;INTERVAL=0", None),
    "a step back": ("FREQ=DAILY;INTERVAL=-1", None),
    "a step of 100 years": ("FREQ=YEARLY;INTERVAL=100", None),
    "an extension": ("FREQ=DAILY;X-NOTE=HELLO", None),
    "skipping as RFC 7529 does": ("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;RSCALE=GREGORIAN", None),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_is_outside_is_refused_with_the_nearest(name: str) -> None:
    rule, near = OUTSIDE[name]
    found = parse_cadence(f"RRULE:{rule}", None, date(1997, 9, 2))
    assert isinstance(found, Problem)
    assert found.suggestion == (f"RRULE:{near}" if near is not None else None)
    if found.suggestion is not None:
        cadence(found.suggestion, anchor=date(1997, 9, 2))


# Ten years ------------------------------------------------------------------------------------------------------------

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
"""Summer time from the end of March, from the second Sunday of March, of half an hour, and beginning at midnight."""
TEN_YEARS = [date(2024, 1, 1) + timedelta(days=n) for n in range(3_653)]


def second_tuesday_of_a_quarter(day: date) -> bool:
    return day.weekday() == 1 and 8 <= day.day <= 14 and day.month in {1, 4, 7, 10}


def last_of_its_weekday(day: date) -> bool:
    return (day + timedelta(days=7)).month != day.month


TEN = {
    "second Tuesday of the first month of each quarter": (
        "quarter", "second Tuesday of the first month", second_tuesday_of_a_quarter
    ),
    "every Sunday, when the clocks change": ("week", "Sunday", lambda day: day.weekday() == 6),
    "the last Friday, when they change in Cairo": (
        "month", "last Friday", lambda day: day.weekday() == 4 and last_of_its_weekday(day)
    ),
    "29 February, else the day before": (
        "year", "29th of February", lambda day: (day + timedelta(days=1)).day == 1 and day.month == 2
    ),
    "29 February only": (
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None, lambda day: (day.month, day.day) == (2, 29)
    ),
    "the last day of each month": ("month", "last day", lambda day: (day + timedelta(days=1)).day == 1),
}  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", TEN)
def test_ten_years_day_by_day(name: str, zone: str) -> None:
    every, on, fits = TEN[name]
    found = cadence(every, on, zone=zone)
    days = list(found.occurrences(TEN_YEARS[0], TEN_YEARS[-1] + timedelta(days=1)))
    assert days == [day for day in TEN_YEARS if fits(day)]
    second = timedelta(seconds=1)
    for day in days:
        end = found.due_until(day)
        assert end.tzinfo is UTC
        assert found.day_of(end - second) == day
        assert found.day_of(end) == day + timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_ten_years_has_its_length(zone: str) -> None:
    """A due day ends when the next one begins, though days are 23 to 25 hours long."""
    found = cadence("day", zone=zone)
    ends = [found.due_until(day) for day in TEN_YEARS]
    lengths = {(b - a) / timedelta(hours=1) for a, b in pairwise(ends)}
    assert lengths == ({23.5, 24, 24.5} if zone == "Australia/Lord_Howe" else {23, 24, 25})


def test_a_year_from_29_february_comes_back_to_it_only_by_the_calendar() -> None:
    found = cadence("1 year", anchor=date(2024, 2, 29))
    days = [due.isoformat() for due in found.occurrences(date(2024, 1, 1), date(2034, 1, 1))]
    assert days == [
        "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28",
        "2032-02-29", "2033-02-28",
    ]  # fmt: skip


# Nothing loops --------------------------------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(-40, 40), min_size=1, max_size=4).map(lambda ns: ",".join(map(str, ns)))
DAYS = st.lists(st.sampled_from(["MO", "TU", "5FR", "-5SU", "1WE", "6MO", "XX"]), min_size=1, max_size=3).map(",".join)
PARTS = st.one_of(
    st.builds("INTERVAL={}".format, st.integers(-1, 20_000)),
    st.builds("{}={}".format, st.sampled_from(["BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYYEARDAY", "BYHOUR"]), NUMBERS),
    st.builds("BYDAY={}".format, DAYS),
    st.just("COUNT=1000000000"),
)
RULES = st.builds(
    lambda freq, parts: ";".join([f"RRULE:FREQ={freq}", *parts]),
    st.sampled_from(["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.lists(PARTS, max_size=4),
)
WORDS = st.builds(
    "{} {}s".format,
    st.integers(0, 99_999),
    st.sampled_from(["day", "week", "month", "quarter", "half-year", "year"]),
)
ANY_EVERY = st.one_of(RULES, WORDS, st.text(max_size=40))
ANY_ON = st.one_of(st.none(), st.sampled_from(["31st", "fifth Friday", "last business day", "29th of February"]))
ANY_DAY = st.dates()
MOST_STEPS = HORIZON_DAYS + 2
"""Periods that one search looks at: a day each for thirty years, and the two at its ends."""


@given(RULES, st.one_of(st.none(), ANY_DAY))
def test_every_suggested_rule_is_allowed(rule: str, anchor: date | None) -> None:
    found = parse_cadence(rule, None, anchor)
    if isinstance(found, Problem) and found.suggestion is not None:
        assert not isinstance(parse_recurrence(found.suggestion, anchor), Problem)


@given(ANY_EVERY, ANY_ON, st.one_of(st.none(), ANY_DAY), ANY_DAY)
def test_no_cadence_makes_the_program_loop(every: str, on: str | None, anchor: date | None, there: date) -> None:
    steps = 0
    days = Cadence._days  # noqa: SLF001 - what every search goes through, a period at a time

    def counted(self: Cadence, index: int) -> list[date] | None:
        nonlocal steps
        steps += 1
        assert steps <= MOST_STEPS * searches
        return days(self, index)

    searches = 2
    with patch.object(Cadence, "_days", counted):
        found = parse_cadence(every, on, anchor)  # two searches: it takes place at all, and again
        if not isinstance(found, Cadence):
            return
        for search in (found.next_after, found.previous, found.due_after):
            steps, searches = 0, 5
            search(there)
        # The period of a day: the due days around it, and those before and after them.
        steps, searches = 0, 10
        found.period_of(there)
        steps, searches = 0, 1
        assert sum(1 for _ in islice(found.occurrences(there, date.max), 12_000)) <= HORIZON_DAYS * 31
