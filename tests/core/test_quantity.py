"""Written quantities: the canonical spellings, every refusal with the right spelling, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.quantity import (
    Duration,
    Money,
    Problem,
    parse_date,
    parse_duration,
    parse_money,
    parse_number,
    parse_share,
    parse_time,
    parse_zone,
    write_duration,
    write_money,
    write_number,
    write_share,
    write_time,
)


def spellings(found: object) -> tuple[str, ...]:
    """Return the right spellings that a refusal names."""
    assert isinstance(found, Problem), found
    assert found.message[0] in "`abcdefghijklmnopqrstuvwxyz"
    assert not found.message.endswith(".")
    return found.choices or ((found.suggestion,) if found.suggestion is not None else ())


ACCEPTED: dict[tuple[Callable[[object], object], str], object] = {
    (parse_number, "0.95"): Decimal("0.95"),
    (parse_number, "-3"): Decimal(-3),
    (parse_share, "20%"): Decimal("0.2"),
    (parse_share, "-12.5%"): Decimal("-0.125"),
    (parse_share, "150%"): Decimal("1.5"),
    (parse_money, "1000 EUR"): Money(Decimal(1000), "EUR"),
    (parse_money, "10.50 GBP"): Money(Decimal("10.5"), "GBP"),
    (parse_money, "0.125 USD"): Money(Decimal("0.125"), "USD"),
    (parse_money, "1.250 KWD"): Money(Decimal("1.25"), "KWD"),
    (parse_duration, "4h"): Duration(seconds=4 * 3600),
    (parse_duration, "30 min"): Duration(seconds=1800),
    (parse_duration, "15 minutes"): Duration(seconds=900),
    (parse_duration, "2 hours"): Duration(seconds=7200),
    (parse_duration, "10s"): Duration(seconds=10),
    (parse_duration, "0 min"): Duration(),
    (parse_duration, "7d"): Duration(days=7),
    (parse_duration, "90 days"): Duration(days=90),
    (parse_duration, "12 weeks"): Duration(days=84),
    (parse_duration, "6 months"): Duration(months=6),
    (parse_duration, "1 year"): Duration(months=12),
    (parse_duration, "100 years"): Duration(months=1200),
    (parse_duration, "1 business day"): Duration(business_days=1),
    (parse_duration, "2 business days"): Duration(business_days=2),
    (parse_time, "2026-03-02T09:00:00Z"): datetime(2026, 3, 2, 9, tzinfo=UTC),
    (parse_time, "2026-03-02t10:00:00+01:00"): datetime(2026, 3, 2, 9, tzinfo=UTC),
    (parse_time, "2026-03-01T22:30:00.25-10:30"): datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC),
    (parse_time, "2024-02-29T00:00:00-00:00"): datetime(2024, 2, 29, tzinfo=UTC),
    (parse_date, "2026-07-31"): date(2026, 7, 31),
    (parse_date, "2024-02-29"): date(2024, 2, 29),
}


@pytest.mark.parametrize(("parse", "text"), ACCEPTED, ids=lambda p: p if isinstance(p, str) else p.__name__)
def test_canonical_and_alternative_spellings_are_read(parse: Callable[[object], object], text: str) -> None:
    assert parse(text) == ACCEPTED[parse, text]


def _name(written: object) -> str:
    return "huge" if written == 10**5000 else f"{written!s:.24}"


REFUSED: dict[Callable[[object], object], dict[object, tuple[str, ...]]] = {
    parse_number: {
        "0,95": ("0.95",),
        "2,000": ("2000",),
        "2_000": ("2000",),
        "2 000": ("2000",),
        "1.000.000": ("1000000",),
        "1,234.5": ("1234.5",),
        "1.234,5": ("1234.5",),
        "１０": ("10",),
        "−3": ("-3",),
        "+3": ("3",),
        ".5": ("0.5",),
        "5.": ("5",),
        "007": ("7",),
        "12k": ("12000",),
        "1e5": ("100000",),
        "1e999999999": (),
        "NaN": (),
        "many": (),
        "": (),
        "9" * 19: (),
        "9" * 5000: (),
        10**18: (),
        10**5000: (),
        Decimal("Infinity"): (),
        Decimal("1e999999"): (),
        None: (),
        True: (),
    },
    parse_share: {
        "20 %": ("20%",),
        "0,5%": ("0.5%",),
        "２０％": ("20%",),
        "20 percent": ("20%",),
        "5‰": ("0.5%",),
        "0.2": ("20%",),
        "20": ("20%",),
        "1": ("1%", "100%"),
        "half": (),
        "%": (),
    },
    parse_money: {
        "1.000 EUR": ("1000 EUR",),
        "1.000.000 EUR": ("1000000 EUR",),
        "1.125 EUR": ("1125 EUR", "1.1250 EUR"),
        "1.000,50 EUR": ("1000.50 EUR",),
        "1,000 EUR": ("1000 EUR",),
        "EUR 1000": ("1000 EUR",),
        "1000EUR": ("1000 EUR",),
        "1000 eur": ("1000 EUR",),
        "€1000": ("1000 EUR",),
        "10 £": ("10 GBP",),
        "1000": (),
        1000: (),
        "EUR 5 USD": (),
        "a lot of EUR": (),
    },
    parse_duration: {
        "15m": ("15 min", "15 months"),
        "3 m": ("3 min", "3 months"),
        "30mins": ("30 min",),
        "30min": ("30 min",),
        "4 h": ("4h",),
        "4H": ("4h",),
        "2 hrs": ("2h",),
        "7 d": ("7d",),
        "９d": ("9d",),
        "12w": ("12 weeks",),
        "1 fortnight": ("2 weeks",),
        "2bd": ("2 business days",),
        "2 working days": ("2 business days",),
        "1 quarter": ("3 months",),
        "1d 2h": ("26h",),
        "1h 30min": ("90 min",),
        "1 year 6 months": ("18 months",),
        "1d 1 month": (),
        "1.5h": ("90 min",),
        "1,5h": ("90 min",),
        "0.5 days": ("12h",),
        "P7D": ("7d",),
        "PT4H30M": ("270 min",),
        "P1M": ("1 month",),
        "-7d": ("7d",),
        "5 dyas": ("5d",),
        "30": ("30 min", "30h", "30d"),
        30: ("30 min", "30h", "30d"),
        "500ms": (),
        "5 parsecs": (),
        "soon": (),
        "": (),
        "101 years": (),
        "40000d": (),
        "9" * 19 + "d": (),
        None: (),
    },
    parse_time: {
        "2026-03-02T09:00:00": ("2026-03-02T09:00:00Z",),
        "2026-03-02 09:00": ("2026-03-02T09:00:00Z",),
        "2026-03-02 09:00:00Z": ("2026-03-02T09:00:00Z",),
        "2026-03-02T09:00Z": ("2026-03-02T09:00:00Z",),
        "2026-03-02T09:00:00+0100": ("2026-03-02T09:00:00+01:00",),
        "2026-03-02T09:00:00 UTC": ("2026-03-02T09:00:00Z",),
        "2026-03-02": ("2026-03-02T00:00:00Z",),
        "２026-03-02T09:00:00Z": ("2026-03-02T09:00:00Z",),
        "2026-02-30T09:00:00Z": ("2026-02-28T09:00:00Z",),
        "2016-12-31T23:59:60Z": ("2016-12-31T23:59:59Z",),
        "2026-03-02T24:00:00Z": ("2026-03-03T00:00:00Z",),
        "2026-03-02T25:00:00Z": (),
        "2026-03-02T09:00:00+24:00": (),
        "0000-01-01T00:00:00Z": (),
        "0001-01-01T00:00:00+05:00": (),
        "tomorrow": (),
        "2" * 5000: (),
        1_700_000_000: (),
    },
    parse_date: {
        "2026-02-30": ("2026-02-28",),
        "2023-02-29": ("2023-02-28",),
        "2026-7-1": ("2026-07-01",),
        "2026/07/31": ("2026-07-31",),
        "20260731": ("2026-07-31",),
        "31.07.2026": ("2026-07-31",),
        "31/07/2026": ("2026-07-31",),
        "03/04/2026": ("2026-03-04", "2026-04-03"),
        "2026-07-31T00:00:00Z": ("2026-07-31",),
        "2026-13-01": (),
        "0000-01-01": (),
        "some day": (),
    },
    parse_zone: {
        "London": ("Europe/London",),
        "europe/london": ("Europe/London",),
        "Europe/Lodnon": ("Europe/London",),
        "EST": ("America/New_York",),
        "GMT": ("UTC",),
        "Etc/GMT+1": (),
        "../../etc/passwd": (),
        "right/Europe/London": (),
        None: (),
    },
}


@pytest.mark.parametrize(
    ("parse", "written", "right"),
    [
        pytest.param(parse, written, right, id=f"{parse.__name__} {_name(written)}")
        for parse, cases in REFUSED.items()
        for written, right in cases.items()
    ],
)  # fmt: skip
def test_other_spellings_are_refused_with_the_right_one(
    parse: Callable[[object], object], written: object, right: tuple[str, ...]
) -> None:
    found = parse(written)
    assert spellings(found) == right
    for spelling in right:
        assert not isinstance(parse(spelling), Problem)


def test_messages_show_a_bounded_piece_of_what_was_written() -> None:
    for parse in REFUSED:
        found = parse("x" * 100_000)
        assert isinstance(found, Problem)
        assert len(found.message) < 160


def test_the_help_line_names_every_choice() -> None:
    found = parse_duration("15m")
    assert isinstance(found, Problem)
    assert found.help == "write `15 min` or `15 months`"
    assert Problem("no way out").help is None


@pytest.mark.parametrize(
    ("written", "path", "right"),
    [
        ({"amount": "0,5", "currency": "EUR"}, ("amount",), ("0.5",)),
        ({"amount": 5, "currency": "eur"}, ("currency",), ("EUR",)),
        ({"amout": 5, "currency": "EUR"}, ("amout",), ("amount",)),
        ({"amount": 5}, (), ()),
        ({"currency": "EUR", "amount": None}, (), ()),
    ],
)
def test_money_as_a_mapping_points_at_the_part_at_fault(
    written: dict[str, object], path: tuple[str, ...], right: tuple[str, ...]
) -> None:
    found = parse_money(written)
    assert spellings(found) == right
    assert isinstance(found, Problem)
    assert found.path == path


def test_money_as_a_mapping() -> None:
    assert parse_money({"amount": Decimal("1.125"), "currency": "EUR"}) == Money(Decimal("1.125"), "EUR")


NUMBERS = st.decimals(-(10**9), 10**9, places=4, allow_nan=False)


@given(NUMBERS)
def test_numbers_and_shares_come_back(number: Decimal) -> None:
    assert parse_number(write_number(number)) == number
    assert parse_share(write_share(number)) == number


@given(NUMBERS, st.from_regex(r"[A-Z]{3}", fullmatch=True))
def test_money_comes_back(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    assert parse_money(write_money(money)) == money


@given(
    st.one_of(
        st.builds(Duration, months=st.integers(0, 1200)),
        st.builds(Duration, days=st.integers(0, 36_600)),
        st.builds(Duration, seconds=st.integers(0, 36_600 * 86_400)),
        st.builds(Duration, business_days=st.integers(0, 36_600)),
    )
)
def test_durations_come_back(duration: Duration) -> None:
    assert parse_duration(write_duration(duration)) == duration


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_come_back(instant: datetime) -> None:
    assert write_time(instant).endswith("Z")
    assert parse_time(write_time(instant)) == instant


@given(st.dates())
def test_dates_come_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@given(st.text(max_size=30))
def test_no_text_makes_a_parser_raise_and_every_suggestion_is_accepted(text: str) -> None:
    for parse in REFUSED:
        found = parse(text)
        if isinstance(found, Problem):
            assert all(not isinstance(parse(right), Problem) for right in spellings(found))


@given(st.text(alphabet="0123456789.,-+% hdminEURkeT:Z_yswk", max_size=24))
def test_nearly_right_texts_never_make_a_parser_raise(text: str) -> None:
    for parse in REFUSED:
        found = parse(text)
        if isinstance(found, Problem):
            assert all(not isinstance(parse(right), Problem) for right in spellings(found))


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(), "0s"),
        (Duration(days=7), "7d"),
        (Duration(days=84), "12 weeks"),
        (Duration(days=30), "30d"),
        (Duration(seconds=5400), "90 min"),
        (Duration(months=24), "2 years"),
        (Duration(months=18), "18 months"),
        (Duration(business_days=1), "1 business day"),
        (Duration(days=1, seconds=3600), "25h"),
        (Duration(months=1, business_days=2), "1 month and 2 business days"),
    ],
)
def test_durations_are_written_in_the_unit_that_people_use(duration: Duration, text: str) -> None:
    assert write_duration(duration) == text
