"""Business calendars: opening time over changes of the clocks, holidays, business days, and a brute-force answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policyengine.core.calendar import (
    ALWAYS,
    Calendar,
    intersect,
    parse_calendar,
    parse_hours,
    public_holidays,
    roll,
    weekdays,
)
from policyengine.core.quantity import Duration, Problem, parse_duration, parse_time, write_time

OFFICE = {"monday to friday": "09:00 to 17:30"}
NIGHT = {"every day": "22:00 to 06:00"}
EARLY = {"every day": "01:00 to 05:00"}


def calendar(zone: str, hours: object, holidays: object = ()) -> Calendar:
    found = parse_calendar({"zone": zone, "hours": hours, "holidays": holidays})
    assert isinstance(found, Calendar), found
    return found


def at(text: str) -> datetime:
    found = parse_time(text)
    assert isinstance(found, datetime), found
    return found


def lasting(text: str) -> Duration:
    found = parse_duration(text)
    assert isinstance(found, Duration), found
    return found


UK = calendar("Europe/London", OFFICE, "GB-ENG")
SUNDAYS = calendar("America/New_York", {"sunday": "00:00 to 01:30"})
SHOP = calendar(
    "Europe/Berlin", {"monday to friday": "09:00 to 18:00", "saturday": ["10:00 to 12:00", "13:00 to 16:00"]}
)


@pytest.mark.parametrize(
    ("cal", "start", "length", "end"),
    [
        # within a day, over a night, a weekend and holidays
        (UK, "2026-03-02T09:00:00Z", "4h", "2026-03-02T13:00:00Z"),
        (UK, "2026-03-02T09:00:00Z", "510 min", "2026-03-02T17:30:00Z"),  # used up at closing time: ends there
        (UK, "2026-03-02T16:00:00Z", "4h", "2026-03-03T11:30:00Z"),
        (UK, "2026-03-06T17:00:00Z", "1h", "2026-03-09T09:30:00Z"),
        (UK, "2026-03-07T12:00:00Z", "0s", "2026-03-09T09:00:00Z"),
        (UK, "2026-03-02T17:30:00Z", "0s", "2026-03-03T09:00:00Z"),
        (UK, "2026-04-02T16:00:00Z", "1h", "2026-04-07T08:30:00Z"),  # Good Friday, Easter Monday and summer time
        (UK, "2026-12-24T17:00:00Z", "1h", "2026-12-29T09:30:00Z"),  # Boxing Day's substitute on Monday
        # around a break
        (SHOP, "2026-03-07T10:30:00Z", "2h", "2026-03-07T13:30:00Z"),
        (SHOP, "2026-03-07T11:30:00Z", "0s", "2026-03-07T12:00:00Z"),
        # clocks go forward: the hour that does not exist is not counted
        (calendar("America/New_York", EARLY), "2026-03-08T06:00:00Z", "3h", "2026-03-08T09:00:00Z"),
        (calendar("Europe/London", EARLY), "2026-03-29T00:00:00Z", "3h", "2026-03-29T04:00:00Z"),
        (calendar("Australia/Sydney", EARLY), "2026-10-03T15:00:00Z", "3h", "2026-10-03T18:00:00Z"),
        (calendar("Australia/Lord_Howe", EARLY), "2026-10-03T14:30:00Z", "210 min", "2026-10-03T18:00:00Z"),
        (calendar("Africa/Casablanca", EARLY), "2026-03-22T01:00:00Z", "3h", "2026-03-22T04:00:00Z"),
        (calendar("UTC", EARLY), "2026-03-29T01:00:00Z", "4h", "2026-03-29T05:00:00Z"),
        # clocks go back: the running shift runs through the repeated hour
        (calendar("America/New_York", EARLY), "2026-11-01T05:00:00Z", "5h", "2026-11-01T10:00:00Z"),
        (calendar("Europe/London", NIGHT), "2026-10-24T21:00:00Z", "9h", "2026-10-25T06:00:00Z"),
        (calendar("Australia/Sydney", EARLY), "2026-04-04T14:00:00Z", "5h", "2026-04-04T19:00:00Z"),
        (calendar("Australia/Lord_Howe", EARLY), "2026-04-04T14:00:00Z", "270 min", "2026-04-04T18:30:00Z"),
        (calendar("Africa/Casablanca", EARLY), "2026-02-15T00:00:00Z", "5h", "2026-02-15T05:00:00Z"),
        # … and a shift that has ended does not begin again
        (SUNDAYS, "2026-11-01T05:30:00Z", "0s", "2026-11-08T05:00:00Z"),
        # a calendar that never closes
        (ALWAYS, "2026-03-07T23:59:59Z", "30 min", "2026-03-08T00:29:59Z"),
        # days and months go by the calendar on the wall, open or not
        (UK, "2026-03-28T12:00:00Z", "7d", "2026-04-04T12:00:00Z"),
        (UK, "2026-03-01T12:00:00Z", "1 month", "2026-04-01T11:00:00Z"),
        # whole business days
        (UK, "2026-03-02T15:00:00Z", "1 business day", "2026-03-03T15:00:00Z"),
        (UK, "2026-03-06T15:00:00Z", "1 business day", "2026-03-09T15:00:00Z"),
        (UK, "2026-03-27T15:00:00Z", "1 business day", "2026-03-30T14:00:00Z"),  # the same time on the wall
        (UK, "2026-03-07T12:00:00Z", "1 business day", "2026-03-10T09:00:00Z"),
        (UK, "2026-03-02T20:00:00Z", "2 business days", "2026-03-05T09:00:00Z"),
        (UK, "2026-04-02T15:00:00Z", "1 business day", "2026-04-07T15:00:00Z"),
        (SHOP, "2026-03-06T16:30:00Z", "1 business day", "2026-03-07T15:00:00Z"),  # Saturday closes at 16:00
        (SHOP, "2026-03-06T11:30:00Z", "1 business day", "2026-03-07T12:00:00Z"),  # its break ends at 13:00
        (weekdays(ZoneInfo("UTC")), "2026-03-06T23:30:00Z", "1 business day", "2026-03-09T23:30:00Z"),
        (calendar("America/New_York", EARLY), "2026-03-07T07:30:00Z", "1 business day", "2026-03-08T07:00:00Z"),
    ],
)  # fmt: skip
def test_added(cal: Calendar, start: str, length: str, end: str) -> None:
    found = cal.add(at(start), lasting(length))
    assert found is not None
    assert write_time(found) == end


@pytest.mark.parametrize(
    ("cal", "end", "length", "start"),
    [
        (UK, "2026-03-03T11:30:00Z", "4h", "2026-03-02T16:00:00Z"),
        (UK, "2026-03-02T17:30:00Z", "510 min", "2026-03-02T09:00:00Z"),
        (UK, "2026-03-08T12:00:00Z", "0s", "2026-03-06T17:30:00Z"),
        (UK, "2026-03-09T09:00:00Z", "0s", "2026-03-09T09:00:00Z"),
        (UK, "2026-03-09T09:00:00Z", "30 min", "2026-03-06T17:00:00Z"),
        (UK, "2026-03-08T12:00:00Z", "2 business days", "2026-03-04T17:30:00Z"),
        (UK, "2026-03-03T09:00:00Z", "1 business day", "2026-03-02T09:00:00Z"),
        (UK, "2026-04-07T08:30:00Z", "1 business day", "2026-04-02T08:30:00Z"),
        (UK, "2026-03-31T11:00:00Z", "7d", "2026-03-24T11:00:00Z"),
        (SHOP, "2026-03-09T11:30:00Z", "1 business day", "2026-03-07T11:00:00Z"),  # in Saturday's break: its beginning
        (calendar("UTC", {"monday": "18:00 to 24:00", "tuesday": "10:00 to 12:00"}), "2026-03-10T09:00:00Z",
         "1 business day", "2026-03-03T12:00:00Z"),
        (weekdays(ZoneInfo("UTC")), "2026-03-07T12:00:00Z", "1 business day", "2026-03-06T00:00:00Z"),
    ],
)  # fmt: skip
def test_subtracted(cal: Calendar, end: str, length: str, start: str) -> None:
    found = cal.subtract(at(end), lasting(length))
    assert found is not None
    assert write_time(found) == start


@pytest.mark.parametrize(
    ("cal", "start", "end", "hours"),
    [
        (UK, "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", 42.5),
        (UK, "2026-03-09T00:00:00Z", "2026-03-02T00:00:00Z", -42.5),
        (UK, "2026-03-30T00:00:00Z", "2026-04-06T00:00:00Z", 34),  # without Good Friday
        (UK, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z", 0),
        (SHOP, "2026-03-07T00:00:00Z", "2026-03-08T00:00:00Z", 5),
        (calendar("Australia/Lord_Howe", EARLY), "2026-10-03T12:00:00Z", "2026-10-04T00:00:00Z", 3.5),
        (calendar("Australia/Lord_Howe", EARLY), "2026-04-04T12:00:00Z", "2026-04-05T00:00:00Z", 4.5),
        (calendar("Pacific/Apia", {"every day": "09:00 to 17:00"}), "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z", 24),
        (ALWAYS, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 8760),
    ],
)
def test_between(cal: Calendar, start: str, end: str, hours: float) -> None:
    assert cal.between(at(start), at(end)) == int(hours * 3600)


US = calendar("America/New_York", OFFICE, "US")
BOTH = UK & US
IN_SYDNEY = intersect([calendar("Australia/Sydney", {"every day": "08:00 to 22:00"}), UK])


@pytest.mark.parametrize(
    ("cal", "start", "length", "end"),
    [
        # London and New York: 14:00 to 17:30 in London, an hour longer while only New York has summer time
        (BOTH, "2026-03-02T09:00:00Z", "0s", "2026-03-02T14:00:00Z"),
        (BOTH, "2026-03-02T09:00:00Z", "210 min", "2026-03-02T17:30:00Z"),
        (BOTH, "2026-03-02T09:00:00Z", "4h", "2026-03-03T14:30:00Z"),
        (BOTH, "2026-03-09T09:00:00Z", "4h", "2026-03-09T17:00:00Z"),
        (BOTH, "2026-03-30T09:00:00Z", "4h", "2026-03-31T13:30:00Z"),
        # the holidays of both: the late May bank holiday is Memorial Day, then Thanksgiving, and Boxing Day's Monday
        (BOTH, "2026-05-22T16:00:00Z", "1h", "2026-05-26T13:30:00Z"),
        (BOTH, "2026-11-25T17:00:00Z", "1h", "2026-11-27T14:30:00Z"),
        (BOTH, "2026-12-24T17:00:00Z", "1h", "2026-12-29T14:30:00Z"),
        (BOTH, "2026-03-06T15:00:00Z", "1 business day", "2026-03-09T15:00:00Z"),
        (BOTH, "2026-03-07T15:00:00Z", "1 business day", "2026-03-10T13:00:00Z"),
        # a morning in London is an evening in Sydney, until 22:00 there
        (IN_SYDNEY, "2026-06-15T00:00:00Z", "4h", "2026-06-15T12:00:00Z"),
        (IN_SYDNEY, "2026-01-15T00:00:00Z", "2h", "2026-01-15T11:00:00Z"),
        (IN_SYDNEY, "2026-01-15T00:00:00Z", "3h", "2026-01-16T10:00:00Z"),
        (UK & ALWAYS, "2026-03-02T16:00:00Z", "4h", "2026-03-03T11:30:00Z"),
    ],
)  # fmt: skip
def test_added_where_all_are_open(cal: Calendar, start: str, length: str, end: str) -> None:
    found = cal.add(at(start), lasting(length))
    assert found is not None
    assert write_time(found) == end
    assert found.tzinfo is UTC


def test_subtracted_where_all_are_open() -> None:
    assert BOTH.subtract(at("2026-03-03T14:30:00Z"), lasting("4h")) == at("2026-03-02T14:00:00Z")
    assert BOTH.previous_close(at("2026-03-03T13:00:00Z")) == at("2026-03-02T17:30:00Z")
    assert BOTH.between(at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z")) == int(17.5 * 3600)


def test_calendars_together_know_no_order() -> None:
    zone = ZoneInfo("Europe/London")
    assert intersect([UK, US, SHOP], zone=zone) == intersect([SHOP, UK, US], zone=zone)
    assert (UK & SHOP).zone.key == "UTC"
    assert (UK & calendar("Europe/London", NIGHT)).zone.key == "Europe/London"


def test_calendars_that_share_no_hour_end_every_search() -> None:
    never = calendar("Europe/London", {"monday": "09:00 to 17:00"}) & calendar("UTC", {"thursday": "09:00 to 17:00"})
    assert never.next_open(at("2026-03-02T09:00:00Z")) is None
    assert never.add(at("2026-03-02T09:00:00Z"), lasting("1 business day")) is None
    assert never.between(at("2026-03-02T00:00:00Z"), at("2026-04-02T00:00:00Z")) == 0


def test_fractions_of_a_second_are_kept_in_instants_and_cut_in_counts() -> None:
    start = at("2026-03-02T16:59:59.25Z")
    end = UK.add(start, Duration(seconds=3600))
    assert end is not None
    assert write_time(end) == "2026-03-03T09:29:59.25Z"
    assert UK.between(start, end) == 3600
    assert UK.between(start, start + timedelta(seconds=1.9)) == 1


def test_instants_of_any_zone_are_taken() -> None:
    local = at("2026-10-24T22:00:00Z").astimezone(ZoneInfo("Europe/London"))
    night = calendar("Europe/London", NIGHT)
    assert night.add(local, lasting("8h")) == at("2026-10-25T06:00:00Z")
    assert night.between(local, at("2026-10-25T06:00:00Z").astimezone(ZoneInfo("Europe/London"))) == 8 * 3600


def test_the_opening_instant_is_open_and_the_closing_one_is_not() -> None:
    assert UK.is_open(at("2026-03-02T09:00:00Z"))
    assert not UK.is_open(at("2026-03-02T17:30:00Z"))
    assert not UK.is_open(at("2026-04-03T12:00:00Z"))
    assert ALWAYS.is_open(at("2026-04-03T00:00:00Z"))


TEN_YEARS = frozenset(date(2026, 1, 1) + timedelta(days=i) for i in range(3660))


@pytest.mark.parametrize(
    "cal",
    [
        Calendar(ZoneInfo("Europe/London"), ((),) * 7),
        Calendar(ZoneInfo("Europe/London"), UK.hours, closed=TEN_YEARS),
    ],
    ids=["without hours", "ten years of holidays"],
)
def test_a_calendar_that_does_not_open_ends_every_search(cal: Calendar) -> None:
    start, end = at("2026-01-02T12:00:00Z"), at("2036-01-05T12:00:00Z")
    assert cal.next_open(start) is None
    assert cal.previous_close(end) is None
    assert cal.add(start, lasting("1h")) is None
    assert cal.add(start, lasting("1 business day")) is None
    assert cal.subtract(end, lasting("1 business day")) is None
    assert cal.between(start, end) == 0
    assert not cal.is_open(start)
    assert roll(date(2026, 1, 2), cal) is None


def test_a_search_ends_after_a_hundred_years() -> None:
    once = calendar("UTC", {"sunday": "00:00 to 00:01"})
    assert once.add(at("2026-01-01T00:00:00Z"), lasting("100h")) is None
    assert once.between(at("0002-01-01T00:00:00Z"), at("9998-01-01T00:00:00Z")) is None
    assert once.next_open(datetime.max.replace(tzinfo=UTC)) is None
    assert once.previous_close(datetime.min.replace(tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("key", "closed", "open_"),
    [
        ("GB-ENG", ["2026-04-03", "2026-04-06", "2026-08-31", "2026-12-28", "2022-09-19"], ["2026-08-03"]),
        ("GB-SCT", ["2026-01-02", "2026-08-03", "2026-11-30"], ["2026-04-06", "2026-08-31"]),
        ("DE-BE", ["2026-03-08", "2026-05-01", "2026-10-03", "2026-12-26"], ["2026-06-04", "2026-10-31"]),
        ("DE-BY", ["2026-01-06", "2026-06-04", "2026-11-01"], ["2026-03-08"]),
        ("US", ["2026-07-04", "2026-07-03", "2026-11-26", "2026-06-19", "2021-12-31"], ["2026-11-27", "2026-04-03"]),
    ],
)  # fmt: skip
def test_public_holidays(key: str, closed: list[str], open_: list[str]) -> None:
    days = public_holidays(key, (2021, 2022, 2026))
    assert isinstance(days, frozenset)
    assert [day for day in closed if date.fromisoformat(day) not in days] == []
    assert [day for day in open_ if date.fromisoformat(day) in days] == []


@pytest.mark.parametrize(
    ("key", "right"),
    [("UK", "GB"), ("gb-eng", "GB-ENG"), ("USA", "US"), ("US_CA", "US-CA"), ("DE-BAY", "DE-BY"), ("XX", None)],
)
def test_unknown_holidays(key: str, right: str | None) -> None:
    found = public_holidays(key, (2026,))
    assert isinstance(found, Problem)
    assert found.suggestion == right


def test_holiday_keys_and_single_days_stand_together() -> None:
    cal = calendar("Europe/London", OFFICE, ["GB-ENG", "2026-12-24"])
    assert not cal.is_business_day(date(2026, 12, 24))
    assert not cal.is_business_day(date(2026, 12, 25))
    assert cal.is_business_day(date(2026, 12, 23))
    assert roll(date(2026, 12, 24), cal) == date(2026, 12, 29)
    assert roll(date(2026, 12, 23), cal) == date(2026, 12, 23)


def test_hours_are_seven_days_of_minutes() -> None:
    week = parse_hours({"monday to tuesday": "09:00 to 17:30", "friday": ["22:00 to 06:00", "09:00 to 12:00"],
                        "sunday": ["10:00 to 12:00", "12:00 to 24:00"]})  # fmt: skip
    day = ((540, 1050),)
    assert week == (day, day, (), (), ((540, 720), (1320, 1440)), ((0, 360),), ((600, 1440),))
    assert parse_hours({"saturday to monday": "22:00 to 00:00"}) == (
        ((1320, 1440),), (), (), (), (), ((1320, 1440),), ((1320, 1440),),
    )  # fmt: skip
    assert parse_hours({"every day": "00:00 to 24:00"}) == ALWAYS.hours


@pytest.mark.parametrize(
    ("hours", "path", "right"),
    [
        ({"mon-fri": "09:00 to 17:00"}, ("mon-fri",), "monday to friday"),
        ({"Monday": "09:00 to 17:00"}, ("Monday",), "monday"),
        ({"weekdays": "09:00 to 17:00"}, ("weekdays",), "monday to friday"),
        ({"mnday": "09:00 to 17:00"}, ("mnday",), "monday"),
        ({"someday soon": "09:00 to 17:00"}, ("someday soon",), None),
        ({"monday": "9 to 5"}, ("monday",), "09:00 to 05:00"),
        ({"monday": "9am to 5pm"}, ("monday",), "09:00 to 17:00"),
        ({"monday": "09:00-17:30"}, ("monday",), "09:00 to 17:30"),
        ({"monday": ["09:00 to 12:00", "1 pm - 5 pm"]}, ("monday", 1), "13:00 to 17:00"),
        ({"monday": "09:00 to 24:30"}, ("monday",), None),
        ({"monday": "25:00 to 26:00"}, ("monday",), None),
        ({"monday": "09:00 to 09:00"}, ("monday",), "00:00 to 24:00"),
        ({"monday": ["09:00 to 12:00", "11:00 to 13:00"]}, ("monday", 1), None),
        ({"friday": "22:00 to 06:00", "saturday": "05:00 to 09:00"}, ("saturday",), None),
        ({"monday": []}, ("monday",), None),
        ({"monday": 9}, ("monday",), None),
        ({}, (), None),
        (None, (), None),
    ],
)
def test_hours_refused_at_their_place(hours: object, path: tuple[str | int, ...], right: str | None) -> None:
    found = parse_hours(hours)
    assert isinstance(found, list)
    assert (found[0].path, found[0].suggestion) == (path, right)


def test_one_weekday_under_two_keys() -> None:
    found = parse_hours({"monday to friday": "09:00 to 17:00", "friday": "18:00 to 19:00"})
    assert [(p.message, p.path, p.at_key) for p in found if isinstance(p, Problem)] == [
        ("friday is in `monday to friday` already", ("friday",), True)
    ]


def test_every_fault_of_a_calendar_in_one_run() -> None:
    found = parse_calendar({"zone": "London", "hours": {"mon": "9-17"}, "holidays": ["UK", "2026-02-30"], "colour": 1})
    assert isinstance(found, list)
    assert [(p.path, p.suggestion) for p in found] == [
        (("colour",), None),
        (("zone",), "Europe/London"),
        (("hours", "mon"), "monday"),
        (("hours", "mon"), "09:00 to 17:00"),
        (("holidays", 0), "GB"),
        (("holidays", 1), "2026-02-28"),
    ]


# --- Properties over random calendars --------------------------------------------------------------------------------

ZONES = ("America/New_York", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Casablanca", "UTC",
         "America/Havana", "Asia/Beirut")  # fmt: skip
# Days on which clocks change in one of the zones; the others are as good as any.
CHANGES = tuple(
    date.fromisoformat(day)
    for day in ("2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04", "2026-02-15",
                "2026-03-22", "2026-08-12")
)  # fmt: skip


@st.composite
def intervals(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    step = draw(st.sampled_from([1, 15, 30]))
    bounds = sorted(draw(st.sets(st.integers(0, 1440 // step), max_size=6)))
    return tuple((a * step, b * step) for a, b in zip(bounds[::2], bounds[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.tuples(*[intervals()] * 7))
    assume(any(week))
    closed = draw(st.frozensets(st.builds(_near, st.sampled_from(CHANGES), st.integers(-4, 4)), max_size=4))
    return Calendar(ZoneInfo(draw(st.sampled_from(ZONES))), week, closed=closed)


def _near(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _minute(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)


INSTANTS = st.builds(_minute, st.sampled_from(CHANGES), st.integers(-3000, 3000))
SECONDS = st.integers(0, 40 * 3600)


@settings(max_examples=400)
@given(calendars(), INSTANTS, SECONDS)
def test_what_is_added_lies_between(cal: Calendar, instant: datetime, seconds: int) -> None:
    begin, end = cal.next_open(instant), cal.add(instant, Duration(seconds=seconds))
    assert begin is not None
    assert end is not None
    assert cal.between(begin, end) == seconds
    assert cal.between(instant, end) == seconds
    assert cal.between(end, instant) == -seconds


@settings(max_examples=400)
@given(calendars(), INSTANTS, SECONDS)
def test_what_is_added_and_subtracted_is_the_same_business_time(cal: Calendar, instant: datetime, seconds: int) -> None:
    begin, end = cal.next_open(instant), cal.add(instant, Duration(seconds=seconds))
    assert begin is not None
    assert end is not None
    back = cal.subtract(end, Duration(seconds=seconds))
    assert back is not None
    assert back == begin or (back < begin and cal.between(back, begin) == 0)
    assert cal.next_open(back) == begin


@settings(max_examples=400)
@given(calendars(), INSTANTS, st.integers(0, 5000), SECONDS, SECONDS)
def test_addition_is_monotone(cal: Calendar, instant: datetime, later: int, seconds: int, more: int) -> None:
    end = cal.add(instant, Duration(seconds=seconds))
    after = cal.add(instant + timedelta(minutes=later), Duration(seconds=seconds))
    longer = cal.add(instant, Duration(seconds=seconds + more))
    assert end is not None
    assert after is not None
    assert longer is not None
    assert end <= after
    assert end <= longer


@given(calendars(), INSTANTS, st.integers(0, 5000), st.integers(0, 5000))
def test_opening_time_adds_up(cal: Calendar, instant: datetime, first: int, second: int) -> None:
    middle = instant + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    parts = (cal.between(instant, middle), cal.between(middle, end), cal.between(instant, end))
    assert parts[0] is not None
    assert parts[1] is not None
    assert parts[0] + parts[1] == parts[2]


@given(calendars(), INSTANTS, st.integers(0, 8), st.integers(0, 3))
def test_business_days_end_while_open_and_in_order(cal: Calendar, instant: datetime, count: int, more: int) -> None:
    end = cal.add(instant, Duration(business_days=count))
    later = cal.add(instant, Duration(business_days=count + more))
    assert end is not None
    assert later is not None
    assert end <= later
    previous = cal.previous_close(end)
    assert previous == end  # an open instant, or the closing one


def walk(cal: Calendar, instant: datetime, minutes: int) -> list[bool]:
    """Answer minute by minute: open while the latest wall time shown so far lies in the hours of its day."""
    shown = (instant - timedelta(days=1)).astimezone(cal.zone).replace(tzinfo=None)
    found = []
    for i in range(-1440, minutes):
        local = (instant + timedelta(minutes=i)).astimezone(cal.zone).replace(tzinfo=None)
        shown = max(shown, local)
        if i >= 0:
            minute = shown.hour * 60 + shown.minute
            hours = () if shown.date() in cal.closed else cal.hours[shown.weekday()]
            found.append(any(start <= minute < end for start, end in hours))
    return found


@settings(max_examples=200)
@given(calendars(), INSTANTS, st.integers(0, 600))
def test_counting_minute_by_minute_agrees(cal: Calendar, instant: datetime, minutes: int) -> None:
    days = 3
    opened = walk(cal, instant, days * 1440)
    assert [cal.is_open(instant + timedelta(minutes=i)) for i in range(0, len(opened), 17)] == opened[::17]
    assert cal.between(instant, instant + timedelta(days=days)) == 60 * sum(opened)
    used = [i for i, is_open in enumerate(opened) if is_open]
    if len(used) > minutes:
        last = used[0] if minutes == 0 else used[minutes - 1] + 1
        assert cal.add(instant, Duration(seconds=60 * minutes)) == instant + timedelta(minutes=last)
    if 0 < minutes <= len(used):
        first = used[-minutes]
        end = instant + timedelta(days=days)
        assert cal.subtract(end, Duration(seconds=60 * minutes)) == instant + timedelta(minutes=first)
