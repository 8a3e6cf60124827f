"""Durations added to instants: fixed lengths in UTC, months on the calendar of a zone, and what has no answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.calendar import ALWAYS
from policyengine.core.duration import add, in_seconds, needs_calendar, subtract
from policyengine.core.instant import LATEST, day_of, end_of_day, month_shifted, start_of_day, wall_instant
from policyengine.core.quantity import Duration, parse_duration, parse_time, write_time

WALL_TIMES = st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2037-12-31"))
LONDON = ZoneInfo("Europe/London")
ZONES = [ZoneInfo(z) for z in ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca")]


def at(text: str) -> datetime:
    found = parse_time(text)
    assert isinstance(found, datetime), found
    return found


def lasting(text: str) -> Duration:
    found = parse_duration(text)
    assert isinstance(found, Duration), found
    return found


@pytest.mark.parametrize(
    ("start", "length", "zone", "end"),
    [
        ("2026-03-28T12:00:00Z", "1d", "Europe/London", "2026-03-29T12:00:00Z"),  # 24 h, though the day there has 23
        ("2026-03-28T12:00:00Z", "24h", "Europe/London", "2026-03-29T12:00:00Z"),
        ("2026-03-01T12:00:00Z", "1 month", "Europe/London", "2026-04-01T11:00:00Z"),  # noon on the wall both times
        ("2026-03-01T12:00:00Z", "1 month", "UTC", "2026-04-01T12:00:00Z"),
        ("2026-01-31T12:00:00Z", "1 month", "UTC", "2026-02-28T12:00:00Z"),
        ("2024-01-31T12:00:00Z", "1 month", "UTC", "2024-02-29T12:00:00Z"),
        ("2024-02-29T12:00:00Z", "1 year", "UTC", "2025-02-28T12:00:00Z"),
        ("2024-02-29T12:00:00Z", "4 years", "UTC", "2028-02-29T12:00:00Z"),
        ("2026-01-31T23:30:00Z", "1 month", "Asia/Tokyo", "2026-02-28T23:30:00Z"),  # it is 1 February there already
        ("2026-02-28T01:30:00Z", "1 month", "Europe/London", "2026-03-28T01:30:00Z"),
        ("2026-02-28T23:30:00-02:00", "1 month", "Europe/London", "2026-04-01T00:30:00Z"),
        ("2026-02-08T07:30:00Z", "1 month", "America/New_York", "2026-03-08T07:00:00Z"),  # 02:30 is skipped that day
        ("2026-10-01T05:30:00Z", "1 month", "America/New_York", "2026-11-01T05:30:00Z"),  # 01:30, the first of the two
    ],
)
def test_lengths_added(start: str, length: str, zone: str, end: str) -> None:
    found = add(at(start), lasting(length), zone=ZoneInfo(zone))
    assert found is not None
    assert write_time(found) == end


@pytest.mark.parametrize(
    ("end", "length", "zone", "start"),
    [
        ("2026-03-30T12:00:00Z", "7d", "Europe/London", "2026-03-23T12:00:00Z"),
        ("2026-03-31T12:00:00Z", "1 month", "UTC", "2026-02-28T12:00:00Z"),
        ("2026-04-15T11:00:00Z", "1 month", "Europe/London", "2026-03-15T12:00:00Z"),
    ],
)
def test_lengths_subtracted(end: str, length: str, zone: str, start: str) -> None:
    found = subtract(at(end), lasting(length), zone=ZoneInfo(zone))
    assert found is not None
    assert write_time(found) == start


def test_business_days_have_no_answer_without_a_calendar() -> None:
    duration = Duration(business_days=1)
    assert needs_calendar(duration)
    assert add(at("2026-03-02T09:00:00Z"), duration) is None
    assert subtract(at("2026-03-02T09:00:00Z"), duration) is None
    assert add(at("2026-03-02T09:00:00Z"), duration, ALWAYS) == at("2026-03-03T09:00:00Z")
    assert subtract(at("2026-03-02T09:00:00Z"), duration, ALWAYS) == at("2026-03-01T09:00:00Z")


def test_the_end_of_time_has_no_answer_and_no_exception() -> None:
    for duration in (Duration(days=36_600), Duration(months=1200), Duration(seconds=10**9), Duration(business_days=9)):
        for calendar in (None, ALWAYS):
            assert add(LATEST, duration, calendar) is None
            assert add(datetime.max.replace(tzinfo=UTC), duration, calendar) is None
            assert subtract(datetime.min.replace(tzinfo=UTC), duration, calendar) is None


def test_only_fixed_lengths_have_seconds() -> None:
    assert in_seconds(Duration(days=1, seconds=1)) == 86_401
    assert in_seconds(Duration()) == 0
    assert in_seconds(Duration(months=1)) is None
    assert in_seconds(Duration(business_days=1)) is None


@given(
    WALL_TIMES.map(lambda wall: wall.replace(tzinfo=UTC)),
    st.builds(Duration, days=st.integers(0, 4000), seconds=st.integers(0, 10**8)),
    st.sampled_from(ZONES),
)
def test_fixed_lengths_are_those_of_utc_in_every_zone(instant: datetime, duration: Duration, zone: ZoneInfo) -> None:
    later = add(instant.astimezone(zone), duration, zone=zone)
    assert later is not None
    assert (later - instant).total_seconds() == in_seconds(duration)
    assert subtract(later, duration, zone=zone) == instant


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.integers(-1200, 1200))
def test_months_keep_the_day_or_end_with_the_month(day: date, count: int) -> None:
    moved = month_shifted(day, count)
    if moved is None:
        assert not 1 <= day.year + (day.month - 1 + count) // 12 <= 9999
    else:
        assert (moved.year - day.year) * 12 + moved.month - day.month == count
        assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00:00Z"),  # skipped: when the clocks change
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z"),  # shown twice: the first
        ("Europe/London", "2026-03-29T01:59", "2026-03-29T01:00:00Z"),
        ("Europe/London", "2026-10-25T01:00", "2026-10-25T00:00:00Z"),
        ("Australia/Sydney", "2026-10-04T02:15", "2026-10-03T16:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z"),
        ("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30:00Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z"),  # a day that did not exist there
        ("UTC", "2026-03-29T01:30", "2026-03-29T01:30:00Z"),
    ],
)  # fmt: skip
def test_a_wall_time_is_the_first_instant_that_shows_it_or_a_later_one(zone: str, wall: str, instant: str) -> None:
    assert write_time(wall_instant(datetime.fromisoformat(wall), ZoneInfo(zone))) == instant


@given(WALL_TIMES, st.integers(0, 7200), st.sampled_from(ZONES))
def test_the_order_of_wall_times_is_the_order_of_instants(wall: datetime, later: int, zone: ZoneInfo) -> None:
    assert wall_instant(wall, zone) <= wall_instant(wall + timedelta(seconds=later), zone)


def test_a_bare_date_is_the_whole_day_in_its_zone() -> None:
    assert write_time(start_of_day(date(2026, 7, 31), LONDON)) == "2026-07-30T23:00:00Z"
    assert write_time(end_of_day(date(2026, 7, 31), LONDON)) == "2026-07-31T23:00:00Z"
    assert day_of(at("2026-07-30T23:00:00Z"), LONDON) == date(2026, 7, 31)
    assert write_time(start_of_day(date(2026, 4, 24), ZoneInfo("Africa/Cairo"))) == "2026-04-23T22:00:00Z"  # at 01:00


def test_the_first_and_the_last_day_stand_for_always_and_never() -> None:
    for zone in ZONES:
        assert start_of_day(date.min, zone) == datetime.min.replace(tzinfo=UTC)
        assert end_of_day(date.max, zone) == datetime.max.replace(tzinfo=UTC)
        assert day_of(datetime.max.replace(tzinfo=UTC), zone).year == 9999
