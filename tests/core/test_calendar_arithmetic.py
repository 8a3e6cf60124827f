"""The laws of business time over 100,000 random calendars, instants and durations, and a count minute by minute.

Everything is drawn from one seed, near changes of the clocks on purpose: half of the calendars are two that have to be
open together, often in different zones.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from policyengine.core.calendar import Calendar, intersect
from policyengine.core.gaps import gaps
from policyengine.core.quantity import Duration

SEED = 20261122
ZONES = (
    "America/New_York", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata",
    "America/St_Johns",  # until 2011 its clocks went back over midnight, at 00:01
)  # fmt: skip
# Days on which clocks change in one of the zones, both ways; the others are as good as any.
CHANGES = tuple(
    date.fromisoformat(day)
    for day in ("2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04", "2026-02-15",
                "2026-03-22", "2026-08-12", "2010-11-07")
)  # fmt: skip
CALENDARS = 2_000
EACH = 50
COUNTED = 2_000
DAYS = 6  # that are counted minute by minute, from two days before a change


def hours(draw: random.Random) -> tuple[tuple[int, int], ...]:
    """Return the hours of one day: up to three windows, many of them in the night in which clocks change."""
    step = draw.choice((1, 15, 30, 60))
    bounds = sorted(draw.sample(range(1440 // step + 1), 2 * draw.choice((0, 1, 1, 2, 3))))
    if draw.random() < 0.3:
        bounds = sorted({draw.randrange(241), draw.randrange(241)})
        return ((bounds[0], bounds[1]),) if len(bounds) == 2 else ()
    return tuple((a * step, b * step) for a, b in zip(bounds[::2], bounds[1::2], strict=True))


def office(draw: random.Random, zone: str, near: date) -> Calendar:
    week = tuple(hours(draw) for _ in range(7))
    if not any(week):
        week = (((0, 1440),), *week[1:])
    closed = frozenset(near + timedelta(days=draw.randint(-4, 4)) for _ in range(draw.choice((0, 0, 1, 3))))
    return Calendar(ZoneInfo(zone), week, closed=closed)


def shift(draw: random.Random, zone: str, near: date) -> Calendar:
    """Return a calendar that is open for most of the day, so that with another one some time is left."""
    week = tuple(((start, start + draw.randint(700, 1440 - start)),) for start in draw.choices(range(600), k=7))
    return Calendar(ZoneInfo(zone), week, closed=frozenset({near} if draw.random() < 0.2 else ()))


def calendar(draw: random.Random) -> tuple[Calendar, date]:
    near = draw.choice(CHANGES)
    if draw.random() < 0.5:
        return office(draw, draw.choice(ZONES), near), near
    parts = [office(draw, draw.choice(ZONES), near), shift(draw, draw.choice(ZONES), near)]
    found = intersect(parts, zone=ZoneInfo(draw.choice(ZONES)))
    opens = found.next_open(datetime(near.year, 1, 1, tzinfo=UTC))
    return (found, near) if opens is not None else calendar(draw)


def cases(seed: int) -> Iterator[tuple[Calendar, datetime, int, int, int]]:
    """Yield calendars with an instant, a duration, and how much later and longer others are, in seconds."""
    draw = random.Random(seed)
    for _ in range(CALENDARS):
        found, near = calendar(draw)
        midnight = datetime(near.year, near.month, near.day, tzinfo=UTC)
        for _ in range(EACH):
            instant = midnight + timedelta(seconds=draw.randint(-180_000, 180_000))
            length = draw.choice((0, 60 * draw.randint(0, 600), draw.randint(0, 150_000)))
            yield found, instant, length, draw.randint(0, 200_000), draw.randint(0, 40_000)


def test_the_laws_of_business_time_hold() -> None:
    seen = 0
    for cal, instant, seconds, later, longer in cases(SEED):
        length = Duration(seconds=seconds)
        begin, end = cal.next_open(instant), cal.add(instant, length)
        assert begin is not None
        assert end is not None
        assert cal.between(begin, end) == seconds, (cal, instant, seconds)
        back = cal.subtract(end, length)
        assert back is not None
        assert back == begin or (back < begin and cal.between(back, begin) == 0), (cal, instant, seconds)
        after, beyond = cal.add(instant + timedelta(seconds=later), length), cal.add(end, Duration(seconds=longer))
        whole = cal.add(instant, Duration(seconds=seconds + longer))
        assert after is not None
        assert beyond is not None
        assert whole is not None
        assert end <= after, (cal, instant, seconds, later)
        assert end <= whole, (cal, instant, seconds, longer)
        assert longer == 0 or whole == beyond, (cal, instant, seconds, longer)
        seen += 1
    assert seen == 100_000


# Counting minute by minute ------------------------------------------------------------------------------------------


@cache
def walls(zone: ZoneInfo, near: date) -> tuple[tuple[date, int], ...]:
    """Return, minute by minute, the latest wall time that the clock has shown so far: its day and its minute."""
    first = datetime(near.year, near.month, near.day, tzinfo=UTC) - timedelta(days=2)
    shown = (first - timedelta(days=1)).astimezone(zone).replace(tzinfo=None)
    found = []
    for minute in range(-1440, DAYS * 1440):
        shown = max(shown, (first + timedelta(minutes=minute)).astimezone(zone).replace(tzinfo=None))
        if minute >= 0:
            found.append((shown.date(), shown.hour * 60 + shown.minute))
    return tuple(found)


def counted(cal: Calendar, near: date) -> list[bool]:
    """Return whether a calendar is open, minute by minute."""
    days: dict[date, list[bool]] = {}
    for day in {day for day, _ in walls(cal.zone, near)}:
        days[day] = [False] * 1440
        for start, end in () if day in cal.closed else cal.hours[day.weekday()]:
            days[day][start:end] = [True] * (end - start)
    found = [days[day][minute] for day, minute in walls(cal.zone, near)]
    for part in cal.all_of:
        found = [one and other for one, other in zip(found, counted(part, near), strict=True)]
    return found


def test_counting_minute_by_minute_agrees() -> None:
    draw = random.Random(SEED)
    intersections = 0
    for _ in range(COUNTED):
        cal, near = calendar(draw)
        intersections += bool(cal.all_of)
        first = datetime(near.year, near.month, near.day, tzinfo=UTC) - timedelta(days=2)
        opened = counted(cal, near)
        passed = [0, *accumulate(opened)]
        for _ in range(4):
            start, end = sorted((draw.randrange(len(opened)), draw.randrange(len(opened))))
            begin, finish = first + timedelta(minutes=start), first + timedelta(minutes=end)
            assert cal.is_open(begin) is opened[start], (cal, begin)
            assert cal.between(begin, finish) == 60 * (passed[end] - passed[start]), (cal, begin, finish)
            minutes = draw.randint(1, 600)
            last = bisect_left(passed, passed[start] + minutes)
            if last < len(passed):
                assert cal.add(begin, Duration(seconds=60 * minutes)) == first + timedelta(minutes=last)
            if passed[end] >= minutes:
                least = len(passed) - 1 - bisect_left([-p for p in reversed(passed)], minutes - passed[end])
                assert cal.subtract(finish, Duration(seconds=60 * minutes)) == first + timedelta(minutes=least)
    assert intersections > COUNTED // 3


# Gaps ---------------------------------------------------------------------------------------------------------------


def test_clocks_go_forward_at_night_everywhere() -> None:
    from zoneinfo import available_timezones

    found = [gap for name in sorted(available_timezones()) if "/" in name for gap in gaps(ZoneInfo(name))]
    assert found
    assert [gap for gap in found if 5 <= gap.start.hour < 21 or 5 < gap.end.hour < 21] == []


@pytest.mark.parametrize(
    ("zone", "day", "start", "end"),
    [
        ("America/New_York", "2026-03-08", "02:00", "03:00"),
        ("Europe/London", "2026-03-29", "01:00", "02:00"),
        ("Australia/Sydney", "2026-10-04", "02:00", "03:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:00", "02:30"),
        ("Africa/Casablanca", "2026-03-22", "02:00", "03:00"),  # Ramadan is over
        ("Asia/Beirut", "2026-03-29", "00:00", "01:00"),
    ],
)
def test_the_first_gap_of_a_zone(zone: str, day: str, start: str, end: str) -> None:
    first = gaps(ZoneInfo(zone))[0]
    assert (first.start.date().isoformat(), f"{first.start:%H:%M}", f"{first.end:%H:%M}") == (day, start, end)


def test_a_zone_without_summer_time_has_no_gaps() -> None:
    assert gaps(ZoneInfo("Asia/Kolkata")) == ()
