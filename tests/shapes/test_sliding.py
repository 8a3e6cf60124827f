"""Windows against a count that looks at everything anew at each instant, and named cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest
from msgspec import structs

from policyengine.shapes.gauges import MEASURES, Event, Threshold, Window
from policyengine.shapes.sliding import Alert, alerts

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = START + timedelta(days=30)


def seconds(*at: float) -> list[datetime]:
    """Return instants so many seconds after the start."""
    return [START + timedelta(seconds=second) for second in at]


def accounts(times: Iterable[datetime]) -> list[Event]:
    """Return one event of another account each."""
    return [Event(at, f"c{i}", value=f"a{i}") for i, at in enumerate(times)]


RAID = Window(timedelta(minutes=1), "distinct", Threshold("at_least", 20), quiet_for=timedelta(hours=1))


# Named cases ----------------------------------------------------------------------------------------------------------


def test_a_raid_of_25_accounts_in_a_minute_is_said_once() -> None:
    found = alerts(accounts(seconds(*(2.4 * i for i in range(25)))), RAID, LATER)
    assert [(len(a.ids), a.sure) for a in found] == [(25, True)]


def test_19_accounts_are_no_raid() -> None:
    assert alerts(accounts(seconds(*range(19))), RAID, LATER) == ()


def test_25_accounts_over_5_minutes_are_no_raid() -> None:
    assert alerts(accounts(seconds(*(12.5 * i for i in range(25)))), RAID, LATER) == ()


def test_one_account_that_writes_25_times_is_no_raid() -> None:
    events = [structs.replace(e, value="one") for e in accounts(seconds(*range(25)))]
    assert alerts(events, RAID, LATER) == ()


def test_the_window_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    two = Window(timedelta(seconds=10), "count", Threshold("at_least", 2))
    assert alerts(accounts(seconds(0, 10)), two, LATER) == ()
    assert len(alerts(accounts(seconds(0, 9.999)), two, LATER)) == 1


def test_what_happens_after_the_evaluation_time_does_not_count() -> None:
    two = Window(timedelta(seconds=10), "count", Threshold("at_least", 2))
    assert alerts(accounts(seconds(0, 5)), two, START + timedelta(seconds=4)) == ()


def test_a_second_raid_within_the_quiet_time_goes_on_with_the_first() -> None:
    again = accounts(seconds(*range(25), *(600 + i for i in range(25))))
    assert [len(a.ids) for a in alerts(again, RAID, LATER)] == [50]
    loud = structs.replace(RAID, quiet_for=timedelta(0))
    assert [len(a.ids) for a in alerts(again, loud, LATER)] == [25, 25]


def test_until_below_keeps_an_alert_going() -> None:
    times = seconds(0, 1, 2, 11, 12, 13)
    window = Window(timedelta(seconds=10), "count", Threshold("at_least", 3))
    assert [a.first for a in alerts(accounts(times), window, LATER)] == seconds(2, 13)
    lasting = structs.replace(window, threshold=Threshold("at_least", 3, until_below=1))
    assert [(a.first, a.ended) for a in alerts(accounts(times), lasting, LATER)] == [tuple(seconds(2, 23))]


@pytest.mark.parametrize(
    ("report", "first"), [("when it starts", [1]), ("once a window", [1, 11]), ("every time", [1, 5, 9, 11])]
)
def test_how_often_it_is_said(report: Any, first: list[float]) -> None:
    window = Window(timedelta(seconds=10), "count", Threshold("at_least", 2), report=report)
    found = alerts(accounts(seconds(0, 1, 5, 9, 11)), window, LATER)
    assert [a.first for a in found] == seconds(*first)


def test_a_spike_is_measured_against_equal_stretches_empty_ones_included() -> None:
    spike = Window(timedelta(hours=1), "spike", Threshold("at_least", 5), history=timedelta(hours=10), least=10)
    usual = [3600 * i for i in range(10)]  # one an hour
    burst = [36_000 + i for i in range(12)]
    found = alerts(accounts(seconds(*usual, *burst)), spike, LATER)
    assert [a.first for a in found] == seconds(36_009)  # the tenth record is the first that is enough
    assert alerts(accounts(seconds(*usual, *burst[:9])), spike, LATER) == ()


def test_a_share_is_too_low_only_where_there_is_something() -> None:
    answered = Window(timedelta(seconds=10), "share", Threshold("at_most", Decimal("0.2")))
    events = [Event(at, f"c{i}", of=i == 0) for i, at in enumerate(seconds(0, 1, 2, 3, 4))]
    assert [a.first for a in alerts(events, answered, LATER)] == seconds(4)
    assert alerts([], answered, LATER) == ()


def test_some_against_none_is_more_than_any_ratio() -> None:
    ratio = Window(timedelta(seconds=10), "ratio", Threshold("at_least", 3))
    bad = [Event(at, f"c{i}", of=True, to=False) for i, at in enumerate(seconds(0, 1))]
    neither = [Event(at, f"c{i}", of=False, to=False) for i, at in enumerate(seconds(0, 1))]
    assert [a.first for a in alerts(bad, ratio, LATER)] == seconds(0)
    assert alerts(neither, ratio, LATER) == ()


def test_the_newest_in_a_row_count_until_one_breaks_the_row() -> None:
    row = Window(timedelta(hours=1), "in_a_row", Threshold("at_least", 3))
    truths = [True, True, False, True, True, True]
    events = [Event(at, f"c{i}", of=t) for i, (at, t) in enumerate(zip(seconds(*range(6)), truths, strict=True))]
    assert [a.first for a in alerts(events, row, LATER)] == seconds(5)


def test_what_rises_has_a_higher_value_each_time() -> None:
    rise = Window(timedelta(hours=1), "rising", Threshold("at_least", 3))
    values = [5, 1, 2, 2, 3, 4]
    events = [Event(at, f"c{i}", value=v) for i, (at, v) in enumerate(zip(seconds(*range(6)), values, strict=True))]
    assert [a.first for a in alerts(events, rise, LATER)] == seconds(5)


def test_what_is_possibly_counted_makes_an_alert_possible() -> None:
    events = [structs.replace(e, sure=int(e.id[1:]) < 15) for e in accounts(seconds(*range(25)))]
    found = alerts(events, RAID, LATER)
    assert [a.sure for a in found] == [False]
    assert [a.sure for a in alerts(events[:15], RAID, LATER, floating=5)] == [False]
    assert alerts(events[:15], RAID, LATER, floating=4) == ()


# Brute force ----------------------------------------------------------------------------------------------------------


def measured(window: Window, inside: Sequence[Event], before: Sequence[Event]) -> bool:
    """Tell whether a window holds too much, by looking at everything in it."""
    op, wanted = window.threshold.op, window.threshold.wanted
    if not inside:
        return False
    if window.measure == "ratio":
        of, to = sum(e.of is True for e in inside), sum(e.to is True for e in inside)
        if op in {"at_most", "below"}:
            return of > 0 and to > 0 and _compared(op, Decimal(of) / to, wanted)
        return of > 0 and (to == 0 or _compared(op, Decimal(of) / to, wanted))
    if window.measure == "spike":
        usual = len(before) * Fraction(window.within // SECOND, window.history // SECOND)
        return len(inside) >= window.least and _compared(op, len(inside), wanted * usual)
    return _compared(op, _measure(window.measure, inside), wanted)


def _measure(measure: str, inside: Sequence[Event]) -> Any:
    if measure == "count":
        return len(inside)
    if measure == "distinct":
        return len({e.value for e in inside})
    if measure == "share":
        return Decimal(sum(e.of is True for e in inside)) / len(inside)
    length = 0
    for newer, event in zip([None, *reversed(inside)], reversed(inside), strict=False):
        if measure == "in_a_row" and event.of is not True:
            break
        if measure == "rising" and newer is not None and not event.value < newer.value:
            break
        length += 1
    return length


def _compared(op: str, value: Any, wanted: Any) -> bool:
    if op in {"at_least", "above"}:
        return bool(value >= wanted if op == "at_least" else value > wanted)
    return bool(value <= wanted if op == "at_most" else value < wanted)


def brute(events: Sequence[Event], window: Window, until: datetime) -> list[Alert]:
    """Return the alerts of events that are all sure, by looking at each instant anew."""
    ordered = sorted(events, key=lambda e: (e.at, e.id))
    instants = sorted({e.at for e in ordered} | {e.at + window.within for e in ordered})
    found: list[dict[str, Any]] = []
    firing = False
    for at in (i for i in instants if i <= until):
        inside = [e for e in ordered if at - window.within < e.at <= at]
        before = [e for e in ordered if at - window.within - window.history < e.at <= at - window.within]
        now = measured(window, inside, before)
        lower = window.threshold.until_below
        if firing and not now and lower is not None:
            now = measured(structs.replace(window, threshold=Threshold("at_least", lower)), inside, before)
        arrived = [e for e in ordered if e.at == at]
        if now and (arrived or not firing):
            _tell(found, window, at, inside, firing=firing)
            if arrived:
                found[-1]["last"] = at
                found[-1]["ids"] |= {e.id for e in arrived}
            found[-1]["ended"] = None
        if firing and not now:
            found[-1]["ended"] = at
        firing = now
    return [Alert(f["first"], f["last"], f["ended"], tuple(sorted(f["ids"]))) for f in found]


def _tell(found: list[dict[str, Any]], window: Window, at: datetime, inside: Sequence[Event], *, firing: bool) -> None:
    due = not firing or window.report == "every time"
    if firing and window.report == "once a window":
        due = at - found[-1]["first"] >= window.within
    quiet = bool(found) and at - found[-1]["first"] < window.quiet_for
    if not found or (due and not quiet):
        found.append({"first": at, "last": at, "ended": None, "ids": {e.id for e in inside}})
    elif not firing:
        found[-1]["ids"] |= {e.id for e in inside}


def windows(random: Random) -> Window:
    """Return a window of any measure."""
    measure = random.choice(MEASURES)
    proportion = measure in {"share", "ratio"}
    op: Any = random.choice(["at_least", "above", *(["at_most", "below"] if proportion else [])])
    wanted: Any = Decimal(random.randint(1, 9)) / 10 if measure == "share" else random.randint(1, 6)
    lower = None
    if op in {"at_least", "above"} and measure not in {"ratio", "spike"} and random.random() < 0.3:
        lower = wanted * Decimal("0.5") if measure == "share" else max(1, wanted - random.randint(0, 3))
    return Window(
        timedelta(seconds=random.randint(1, 30)),
        measure,
        Threshold(op, wanted, lower),
        report=random.choice(["when it starts", "once a window", "every time"]),
        quiet_for=timedelta(seconds=random.choice([0, 0, 5, 40])),
        history=timedelta(seconds=random.randint(30, 90)) if measure == "spike" else timedelta(0),
        least=random.randint(1, 4),
    )


def happenings(random: Random) -> list[Event]:
    """Return events of which several may fall on one instant."""
    return [
        Event(
            START + timedelta(seconds=random.randint(0, 60)),
            f"c{i}",
            value=random.randint(0, 5),
            of=random.random() < 0.5,
            to=random.random() < 0.5,
        )
        for i in range(random.randint(0, 25))
    ]


def sets(seed: int, many: int) -> Iterator[tuple[Random, Window, list[Event]]]:
    """Yield random windows and events."""
    random = Random(seed)
    for _ in range(many):
        yield random, windows(random), happenings(random)


def test_windows_equal_a_brute_force_count_on_10000_random_sets_whatever_their_order() -> None:
    fired = 0
    for random, window, events in sets(5, 10_000):
        until = START + timedelta(seconds=random.randint(20, 120))
        expected = brute(events, window, until)
        shuffled = random.sample(events, len(events))
        assert list(alerts(shuffled, window, until)) == expected, (window, events)
        fired += bool(expected)
    assert fired > 2_000


def completions(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Yield every way in which what is not sure may turn out."""
    unknown = [e for e in events if not e.sure or e.of is None or e.to is None or e.value is None]
    known = [e for e in events if e not in unknown]
    ways = [
        [None] * (not e.sure)
        + [
            structs.replace(e, sure=True, of=of, to=to, value=value)
            for of in ([e.of] if e.of is not None else [True, False])
            for to in ([e.to] if e.to is not None else [True, False])
            for value in ([e.value] if e.value is not None else [0.5, 2.5, 7])
        ]
        for e in unknown
    ]
    for way in product(*ways):
        yield [*known, *(e for e in way if e is not None)]


def test_what_is_sure_is_so_however_the_unknown_turns_out_and_what_may_be_is_possible() -> None:
    sure = possible = 0
    for random, window, events in sets(11, 1_500):
        plain = structs.replace(window, report="when it starts", quiet_for=timedelta(0))
        plain = structs.replace(plain, threshold=structs.replace(plain.threshold, until_below=None))
        few = events[:7]
        for index in random.sample(range(len(few)), min(len(few), 2)):
            hidden = random.choice(["sure", "of", "value"])
            few[index] = structs.replace(few[index], **{hidden: False if hidden == "sure" else None})
        found = alerts(few, plain, LATER)
        ways = [brute(way, plain, LATER) for way in completions(few)]
        if any(a.sure for a in found):
            assert all(ways), (plain, few)
            sure += 1
        if any(ways):
            assert found, (plain, few)
            possible += 1
    assert sure > 100
    assert possible > 300
