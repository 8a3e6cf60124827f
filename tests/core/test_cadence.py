"""Cadences: anchored and rolling, in words and as recurrence rules; searches that always end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from policyengine.core.cadence import Cadence, Period, parse_cadence, roll
from policyengine.core.calendar import Calendar, parse_calendar
from policyengine.core.quantity import Problem, write_time

START = date(2026, 1, 15)


def day(text: str) -> date:
    return date.fromisoformat(text)


def cadence(every: object, on: object = None, anchor: date | None = START, zone: str = "UTC") -> Cadence:
    found = parse_cadence(every, on, anchor, ZoneInfo(zone))
    assert isinstance(found, Cadence), found
    return found


def first(found: Cadence, count: int, from_: str = "2026-01-01") -> list[str]:
    return [due.isoformat() for due in islice(found.occurrences(day(from_), date.max), count)]


UK = parse_calendar({"zone": "Europe/London", "hours": {"monday to friday": "09:00 to 17:30"}, "holidays": "GB-ENG"})


@pytest.mark.parametrize(
    ("every", "on", "expected"),
    [
        ("quarter", "second Tuesday of the first month", ["2026-01-13", "2026-04-14", "2026-07-14", "2026-10-13"]),
        ("quarter", None, ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        ("quarter", "second Tuesday", ["2026-01-13", "2026-04-14"]),
        ("quarter", "last Friday", ["2026-03-27", "2026-06-26"]),
        ("quarter", "last business day of the quarter", ["2026-03-31", "2026-06-30"]),
        ("quarter", "15th", ["2026-01-15", "2026-04-15"]),
        ("quarter", "15th of the last month", ["2026-03-15", "2026-06-15"]),
        ("month", None, ["2026-01-31", "2026-02-28"]),
        ("month", "15th", ["2026-01-15", "2026-02-15"]),
        ("month", "31st", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("month", "last Friday", ["2026-01-30", "2026-02-27"]),
        ("month", "first business day of the month", ["2026-01-01", "2026-02-02", "2026-03-02"]),
        ("month", "third business day", ["2026-01-05", "2026-02-04"]),
        ("week", "Tuesday", ["2026-01-06", "2026-01-13"]),
        ("week", None, ["2026-01-04", "2026-01-11"]),
        ("day", None, ["2026-01-01", "2026-01-02"]),
        ("half-year", "first Monday of the second month", ["2026-02-02", "2026-08-03"]),
        ("half-year", "last day", ["2026-06-30", "2026-12-31"]),
        ("year", "second Tuesday of March", ["2026-03-10", "2027-03-09"]),
        ("year", "29th of February", ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("year", "first business day", ["2026-01-01", "2027-01-01"]),
        ("6 months", "first Monday", ["2026-01-05", "2026-07-06"]),
        ("2 quarters", "15th of the second month", ["2026-02-15", "2026-08-15"]),
        ("5 months", "15th", ["2026-01-15", "2026-06-15", "2026-11-15"]),
        ("12 weeks", "Tuesday", ["2026-01-13", "2026-04-07", "2026-06-30"]),
        ("2 years", "last day", ["2027-12-31", "2029-12-31"]),
        ("6 months", None, ["2026-07-15", "2027-01-15"]),
        ("90 days", None, ["2026-04-15", "2026-07-14"]),
        ("90d", None, ["2026-04-15", "2026-07-14"]),
        ("12 weeks", None, ["2026-04-09", "2026-07-02"]),
        ("2 quarters", None, ["2026-07-15"]),
        ("RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", None, ["2026-01-13", "2026-04-14"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=2TU", None, ["2026-01-13", "2026-04-14", "2026-07-14"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TH", None, ["2026-01-01", "2026-01-05", "2026-01-08"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2", None, ["2026-01-01", "2026-01-15", "2026-01-29"]),
        ("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYMONTH=2", None, ["2026-02-02", "2026-02-03"]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", None, ["2026-01-31", "2026-02-28"]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31", None, ["2026-01-31", "2026-03-31", "2026-05-31"]),  # RFC 5545 skips
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", None, ["2026-02-13", "2026-03-13", "2026-11-13"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", None, ["2026-01-30", "2026-02-27"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=5FR", None, ["2026-01-30", "2026-05-29"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1FR,1MO", None, ["2026-01-05", "2026-01-30", "2026-02-02"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None, ["2028-02-29", "2032-02-29"]),
        ("RRULE:FREQ=YEARLY", None, ["2026-01-15", "2027-01-15"]),
    ],
)
def test_due_days(every: str, on: object, expected: list[str]) -> None:
    assert first(cadence(every, on), len(expected)) == expected


REFUSED: list[tuple[object, object, date | None, tuple[str, ...]]] = [
    ("monthly", None, START, ("month",)),
    ("quarterly", None, START, ("quarter",)),
    ("annually", None, START, ("year",)),
    ("half year", None, START, ("half-year",)),
    ("fortnightly", None, START, ("2 weeks",)),
    ("biweekly", None, START, ("2 weeks", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH")),
    ("biannually", None, START, ("half-year", "2 years")),
    ("6months", None, START, ("6 months",)),
    ("six months", None, START, ("6 months",)),
    ("every 3 months", None, START, ("3 months",)),
    ("12w", None, START, ("12 weeks",)),
    ("qaurter", None, START, ("quarter",)),
    ("0 days", None, START, ()),
    ("11 years", None, START, ()),
    ("4000 days", None, START, ()),
    ("24h", None, START, ()),
    ("2 business days", None, START, ()),
    (6, None, START, ()),
    (None, None, START, ()),
    ("5 months", "15th", None, ()),  # from where to count?
    ("2 weeks", "Tuesday", None, ()),
    ("month", "Tuesday", START, ("first Tuesday", "last Tuesday")),
    ("month", "fifth Friday", START, ("last Friday",)),
    ("month", "23rd business day", START, ("last business day",)),
    ("month", 15, START, ("15th",)),
    ("month", "15", START, ("15th",)),
    ("month", "2th", START, ("2nd",)),
    ("month", "32nd", START, ()),
    ("month", "second tusday", START, ("second Tuesday",)),
    ("month", "first working day", START, ("first business day",)),
    ("month", "15th of March", START, ()),
    ("year", "15 March", START, ("15th of March",)),
    ("year", "Mar 15th", START, ("15th of March",)),
    ("quarter", "first Monday of the month", START,
     ("first Monday of the first month", "first Monday of the last month")),
    ("quarter", "first Monday of the fourth month", START, ()),
    ("quarter", "first Monday of the qarter", START, ("first Monday of the quarter",)),
    ("week", "second Tuesday", START, ()),
    ("week", "first Monday of the month", START, ("Monday",)),
    ("week", "15th of the month", START, ()),
    ("day", "Tuesday", START, ()),
    ("month", "whenever", START, ()),
    ("month", ["first Monday"], START, ()),
    # recurrence rules outside the subset
    ("FREQ=MONTHLY;BYMONTHDAY=1", None, START, ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1",)),
    ("rrule:freq=daily", None, START, ("RRULE:FREQ=DAILY",)),
    ("RRULE:FREQ=MONTHLY; BYMONTHDAY=1", None, START, ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1",)),
    ("RRULE:FREQ=HOURLY", None, START, ("RRULE:FREQ=DAILY",)),
    ("RRULE:FREQ=SECONDLY;BYMONTH=2", None, START, ("RRULE:FREQ=DAILY;BYMONTH=2",)),
    ("RRULE:FREQ=MONTLY", None, START, ("RRULE:FREQ=MONTHLY",)),
    ("RRULE:INTERVAL=2", None, START, ()),
    ("RRULE:FREQ=MONTHLY;FREQ=DAILY", None, START, ()),
    ("RRULE:FREQ=DAILY;COUNT=3", None, START, ("RRULE:FREQ=DAILY",)),
    ("RRULE:FREQ=DAILY;UNTIL=20270101T000000Z", None, START, ("RRULE:FREQ=DAILY",)),
    ("RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=SU", None, START, ("RRULE:FREQ=WEEKLY;BYDAY=MO",)),
    ("RRULE:FREQ=DAILY;BYHOUR=9", None, START, ("RRULE:FREQ=DAILY",)),
    ("RRULE:FREQ=YEARLY;BYWEEKNO=20;BYMONTH=5;BYDAY=MO", None, START, ("RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=MO",)),
    ("RRULE:FREQ=YEARLY;BYYEARDAY=100", None, None, ("RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",)),
    ("RRULE:FREQ=DAILY;BYDYA=MO", None, START, ("RRULE:FREQ=DAILY;BYDAY=MO",)),
    ("RRULE:FREQ=DAILY;INTERVAL=0", None, START, ()),
    ("RRULE:FREQ=YEARLY;INTERVAL=11", None, START, ()),
    ("RRULE:FREQ=DAILY;INTERVAL=2", None, None, ()),
    ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", None, START, ()),
    ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", None, START, ()),
    ("RRULE:FREQ=MONTHLY;BYMONTH=13;BYMONTHDAY=1", None, START, ()),
    ("RRULE:FREQ=MONTHLY;BYDAY=6TU", None, START, ()),
    ("RRULE:FREQ=MONTHLY;BYDAY=TUE", None, START, ()),
    ("RRULE:FREQ=MONTHLY;BYDAY=TU,1MO", None, START, ()),
    ("RRULE:FREQ=WEEKLY;BYDAY=2MO", None, START, ("RRULE:FREQ=WEEKLY;BYDAY=MO",)),
    ("RRULE:FREQ=YEARLY;BYMONTHDAY=1", None, START, ("RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",)),
    ("RRULE:FREQ=YEARLY;BYDAY=MO", None, START, ("RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=MO",)),
    ("RRULE:FREQ=YEARLY;BYDAY=20MO", None, START, ()),
    ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", None, START, ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU",)),
    ("RRULE:FREQ=MONTHLY", None, None, ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1",)),
    ("RRULE:FREQ=WEEKLY", None, None, ("RRULE:FREQ=WEEKLY;BYDAY=MO",)),
    ("RRULE:FREQ=YEARLY", None, None, ("RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",)),
    ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", None, START, ()),
    ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2", None, START, ()),
    ("RRULE:FREQ=YEARLY;INTERVAL=9;BYMONTH=2;BYMONTHDAY=29", None, START, ()),
    ("RRULE:FREQ=DAILY", "first Monday", START, ()),
    ("RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", None, START, ()),
    ("RRULE:" + "BYDAY=MO;" * 1000, None, START, ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("every", "on", "anchor", "right"), REFUSED, ids=[f"{every!s:.60} {on or ''}".strip() for every, on, *_ in REFUSED]
)
def test_refused_with_the_nearest_allowed_form(
    every: object, on: object, anchor: date | None, right: tuple[str, ...]
) -> None:
    found = parse_cadence(every, on, anchor)
    assert isinstance(found, Problem), found
    assert (found.choices or ((found.suggestion,) if found.suggestion else ())) == right
    assert len(found.message) < 200
    for spelling in right:
        about_day = found.path == ("day",)
        mended = parse_cadence(every if about_day else spelling, spelling if about_day else on, anchor)
        assert isinstance(mended, Cadence)


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("America/New_York", ["2026-01-14T05:00:00Z", "2026-04-15T04:00:00Z", "2026-07-15T04:00:00Z"]),
        ("Europe/London", ["2026-01-14T00:00:00Z", "2026-04-14T23:00:00Z", "2026-07-14T23:00:00Z"]),
        ("Australia/Sydney", ["2026-01-13T13:00:00Z", "2026-04-14T14:00:00Z", "2026-07-14T14:00:00Z"]),
        ("Australia/Lord_Howe", ["2026-01-13T13:00:00Z", "2026-04-14T13:30:00Z", "2026-07-14T13:30:00Z"]),
        ("UTC", ["2026-01-14T00:00:00Z", "2026-04-15T00:00:00Z", "2026-07-15T00:00:00Z"]),
    ],
)
def test_second_tuesday_of_the_first_month_in_several_zones(zone: str, ends: list[str]) -> None:
    found = cadence("quarter", "second Tuesday of the first month", zone=zone)
    days = islice(found.occurrences(day("2026-01-01"), date.max), 3)
    assert [write_time(found.due_until(due)) for due in days] == ends
    instant = datetime(2026, 4, 14, 14, 30, tzinfo=UTC)
    assert found.day_of(instant) == (day("2026-04-15") if zone.startswith("Australia") else day("2026-04-14"))


def test_second_tuesdays_over_ten_years() -> None:
    found = cadence("quarter", "second Tuesday of the first month", anchor=None)
    days = list(found.occurrences(day("2024-01-01"), day("2034-01-01")))
    assert len(days) == 40
    assert all(due.weekday() == 1 and 8 <= due.day <= 14 and due.month in (1, 4, 7, 10) for due in days)


def test_what_is_done_in_a_period_counts_for_it() -> None:
    found = cadence("quarter", "second Tuesday of the first month")
    assert found.period_of(day("2026-04-01")) == Period(day("2026-04-01"), day("2026-07-01"), day("2026-04-14"))
    for done in ("2026-04-01", "2026-04-14", "2026-06-30"):
        assert found.due_after(day(done)) == day("2026-07-14")


def test_under_a_recurrence_rule_two_due_days_divide_a_week() -> None:
    found = cadence("RRULE:FREQ=WEEKLY;BYDAY=MO,TH")
    assert found.period_of(day("2026-05-18")) == Period(day("2026-05-18"), day("2026-05-19"), day("2026-05-18"))
    assert found.period_of(day("2026-05-19")) == Period(day("2026-05-19"), day("2026-05-25"), day("2026-05-21"))
    assert found.period_of(day("2026-05-24")) == Period(day("2026-05-19"), day("2026-05-25"), day("2026-05-21"))
    assert found.due_after(day("2026-05-20")) == day("2026-05-25")


def test_a_recurrence_rule_by_month_has_the_periods_of_the_words() -> None:
    words = cadence("quarter", "second Tuesday of the first month")
    for rule in ("RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "RRULE:FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=2TU"):
        found = cadence(rule)
        for offset in range(0, 800, 7):
            there = START + timedelta(days=offset)
            assert found.period_of(there) == words.period_of(there)


def test_a_rolling_cadence_counts_from_when_it_was_last_done() -> None:
    found = cadence("6 months")
    assert found.rolling
    assert found.period_of(START) is None
    assert found.first_due() == day("2026-07-15")
    assert found.due_after(day("2026-08-31")) == day("2027-02-28")
    assert found.due_after(day("2027-08-31")) == day("2028-02-29")
    assert cadence("1 year").due_after(day("2024-02-29")) == day("2025-02-28")
    assert cadence("6 months", anchor=None).first_due() is None
    assert first(cadence("6 months", anchor=None), 3) == []


def test_the_month_end_does_not_drift() -> None:
    assert first(cadence("1 month", anchor=day("2026-01-31")), 4) == [
        "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31",
    ]  # fmt: skip


def test_rolled_to_business_days() -> None:
    assert isinstance(UK, Calendar)
    assert roll(day("2026-04-03"), UK) == day("2026-04-07")  # Good Friday
    assert roll(day("2026-04-02"), UK) == day("2026-04-02")
    found = parse_cadence("month", "first business day", None, UK.zone, UK)
    assert isinstance(found, Cadence)
    assert first(found, 5) == ["2026-01-02", "2026-02-02", "2026-03-02", "2026-04-01", "2026-05-01"]
    never = Calendar(UK.zone, ((),) * 7)
    closed = parse_cadence("month", "first business day", None, UK.zone, never)
    assert isinstance(closed, Cadence)
    assert closed.next_after(START) is None
    assert closed.previous(START) is None
    assert closed.period_of(START) == Period(day("2026-01-01"), day("2026-02-01"), None)


def test_the_last_due_day_is_on_or_before_and_the_next_is_after() -> None:
    found = cadence("month", "15th")
    assert found.previous(day("2026-03-15")) == day("2026-03-15")
    assert found.previous(day("2026-03-14")) == day("2026-02-15")
    assert found.next_after(day("2026-03-15")) == day("2026-04-15")
    assert found.next_after(day("2026-03-14")) == day("2026-03-15")


EVERY = st.one_of(
    st.sampled_from(["day", "week", "month", "quarter", "half-year", "year"]),
    st.builds(
        "{} {}s".format, st.integers(1, 40), st.sampled_from(["day", "week", "month", "quarter", "half-year", "year"])
    ),
)
ON = st.one_of(
    st.none(),
    st.sampled_from(["15th", "31st", "last day", "first business day", "last business day", "Tuesday"]),
    st.builds(
        "{} {} of the {} month".format,
        st.sampled_from(["first", "second", "fourth", "last"]),
        st.sampled_from(["Monday", "Friday", "day", "business day"]),
        st.sampled_from(["first", "second", "last"]),
    ),
)
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@given(EVERY, ON, DAYS, DAYS)
def test_due_days_next_previous_and_periods_agree(every: str, on: str | None, anchor: date, there: date) -> None:
    found = parse_cadence(every, on, anchor)
    assume(isinstance(found, Cadence))
    assert isinstance(found, Cadence)
    days = list(islice(found.occurrences(there, date.max), 6))
    assert all(a < b for a, b in pairwise(days))
    assert all(due >= there for due in days)
    for before, after in pairwise(days):
        assert found.next_after(before) == after
        assert found.previous(after - timedelta(days=1)) == before
    for due in days:
        assert found.previous(due) == due
        period = found.period_of(due)
        assert found.rolling == (period is None)
        if period is not None:
            assert period.start <= due < period.end
            assert period.due == due
            following = found.period_of(period.end)
            assert following is not None
            assert following.start == period.end
            assert found.due_after(due) == following.due


@given(
    EVERY,
    ON,
    st.sampled_from([date.min, date(1, 1, 2), date(9999, 12, 30), date.max]),
    st.sampled_from([date.min, START, date.max]),
)
def test_the_ends_of_time_raise_nothing(every: str, on: str | None, there: date, anchor: date) -> None:
    found = parse_cadence(every, on, anchor)
    if isinstance(found, Cadence):
        assert all(date.min <= due <= date.max for due in islice(found.occurrences(there, date.max), 3))
        for due in (found.next_after(there), found.previous(there), found.due_after(there)):
            assert due is None or date.min <= due <= date.max
        found.period_of(there)


MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=3).map(lambda ns: ",".join(map(str, ns)))
MONTH_DAYS = st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=3).map(lambda ns: ",".join(map(str, ns)))
PLAIN_DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3).map(",".join)
POSITIONS = st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=2).map(lambda ns: ",".join(map(str, ns)))
NUMBERED_DAYS = st.lists(
    st.builds("{}{}".format, st.integers(-5, 5).filter(bool), st.sampled_from(["MO", "TU", "FR", "SU"])),
    min_size=1,
    max_size=3,
).map(",".join)


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 9))}"]
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(MONTHS)}")
    if draw(st.booleans()):
        parts.append(
            f"BYDAY={draw(PLAIN_DAYS if freq in {'DAILY', 'WEEKLY'} else st.one_of(PLAIN_DAYS, NUMBERED_DAYS))}"
        )
    if freq in {"MONTHLY", "YEARLY"} and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(MONTH_DAYS)}")
    if freq == "MONTHLY" and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(POSITIONS)}")
    return "RRULE:" + ";".join(parts)


@given(rules(), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_recurrence_rules_are_those_of_dateutil(rule: str, anchor: date) -> None:
    found = parse_cadence(rule, None, anchor)
    assume(isinstance(found, Cadence))
    assert isinstance(found, Cadence)
    midnight = datetime(anchor.year, anchor.month, anchor.day)  # noqa: DTZ001  dateutil's own form for days
    until = midnight + timedelta(days=3000)
    theirs = [due.date() for due in rrulestr(rule, dtstart=midnight).between(midnight, until, inc=True)]
    assert list(found.occurrences(anchor, until.date() + timedelta(days=1))) == theirs


@given(rules(), st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_periods_of_recurrence_rules_join(rule: str, anchor: date, there: date) -> None:
    found = parse_cadence(rule, None, anchor)
    assume(isinstance(found, Cadence))
    assert isinstance(found, Cadence)
    period = found.period_of(there)
    if period is not None:
        assert period.start <= there < period.end
        assert period.due is not None
        assert period.start <= period.due < period.end
        following = found.period_of(period.end)
        assert following is None or following.start == period.end
