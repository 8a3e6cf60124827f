"""The timeline: columns, days, marks, colours, and nothing that acts on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.report.ink import Ink
from policyengine.report.timeline import Row, clocks, draw, signs

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROWS = (
    Row(at=datetime(2026, 3, 2, 10, 2, tzinfo=UTC), mark="done", name="brand", words="ana said yes"),
    Row(at=datetime(2026, 3, 2, 10, 2, tzinfo=UTC), mark="now", name="legal", words="waiting for ben", more=("why",)),
    Row(mark="later", name="finance", words="opens after legal"),
)


PLAIN = Ink()


def drawn(*rows: Row, ink: Ink = PLAIN) -> list[str]:
    return list(draw(rows, ink, NOW))


def test_the_columns_are_aligned_and_what_is_more_stands_below_the_words() -> None:
    assert drawn(*ROWS) == [
        "10:02  ✓ brand    ana said yes",
        "10:02  ● legal    waiting for ben",
        "                  why",
        "       ○ finance  opens after legal",
    ]


def test_without_signs_every_mark_is_ascii() -> None:
    assert drawn(*ROWS, ink=Ink(signs=False))[0] == "10:02  + brand    ana said yes"
    assert "".join(drawn(*ROWS, ink=Ink(signs=False))).isascii()
    assert not signs().isascii()


@pytest.mark.parametrize(
    ("at", "zone", "time"),
    [
        ("2026-03-02T23:30:00+00:00", "UTC", "23:30"),
        ("2026-03-03T00:00:00+00:00", "UTC", "Tue 3 Mar 00:00"),
        ("2027-03-02T12:00:00+00:00", "UTC", "Tue 2 Mar 2027 12:00"),
        ("2026-03-02T23:30:00+00:00", "Europe/Berlin", "Tue 3 Mar 00:30"),
        ("2026-07-01T08:00:00+00:00", "Europe/London", "Wed 1 Jul 09:00"),
    ],
    ids=["today", "tomorrow", "another_year", "tomorrow_in_the_zone", "summer_time"],
)
def test_a_day_is_named_where_it_is_not_today(at: str, zone: str, time: str) -> None:
    (line,) = drawn(Row(at=datetime.fromisoformat(at), mark="now", words="x"), ink=Ink(zone=ZoneInfo(zone)))
    assert line == f"{time}  ● x"


@pytest.mark.parametrize(
    ("until", "day"), [("2026-03-09T00:00:00+00:00", "Mon 9 Mar"), ("2026-03-09T14:00:00+00:00", "Mon 9 Mar 14:00")]
)
def test_a_day_without_its_time_is_one_that_begins_then(until: str, day: str) -> None:
    assert Ink().day(datetime.fromisoformat(until), NOW) == day


def test_the_zone_is_stated_in_words() -> None:
    assert clocks(Ink(zone=ZoneInfo("Asia/Tokyo")), NOW) == "times in Asia/Tokyo, where it is Mon 2 Mar 2026 21:00"


def test_a_mark_has_its_colour_unless_the_row_has_another() -> None:
    assert "\x1b[1;32m✓\x1b[0m" in drawn(ROWS[0], ink=Ink(colour=True))[0]
    assert "\x1b[1;31m✓\x1b[0m" in drawn(Row(mark="done", words="x", role="block"), ink=Ink(colour=True))[0]


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawn() == []


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12), st.booleans()), max_size=6))
def test_whatever_is_told_stays_on_its_line_and_in_its_column(told: list[tuple[str, str, bool]]) -> None:
    rows = [Row(at=NOW if timed else None, mark="now", name=name, words=words) for name, words, timed in told]
    lines = drawn(*rows)
    assert len(lines) == len(rows)
    assert not any(ord(character) < 32 for line in lines for character in line)
    assert len({line.index("●") for line in lines}) <= 1
