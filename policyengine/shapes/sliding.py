"""Sliding windows over events: when does something happen too often, too much at once, or too many times in a row?

A window is `(t - within, t]` on event time. It is looked at whenever an event enters or leaves it, so what comes out
depends neither on the order of the input nor on when anybody asks. What is only possibly counted (its condition is
unknown, its time or group is not told) makes an interval of each measure, and an alert that is only possible where the
comparison differs inside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, Protocol

from msgspec import Struct

from policyengine.language.counting import within as compare
from policyengine.language.tree import Truth

Reporting = Literal["when it starts", "once a window", "every time"]


class Event(Struct, frozen=True, eq=False):
    """One record as a window sees it.

    `sure`: it is certainly counted, else only possibly. `value` is what `distinct` and `rising` look at (None: not
    told), `of` and `to` whether it fulfils the conditions of `share`, `in_a_row` and `ratio`.
    """

    at: datetime
    id: str
    sure: bool = True
    value: Any = None
    of: Truth = None
    to: Truth = None


class Threshold(Struct, frozen=True):
    """When a measure is too much (`op` and `wanted`), and below what it is over (default: when it is not any more)."""

    op: Literal["at_least", "above", "at_most", "below"]
    wanted: Any
    until_below: Any = None


class Window(Struct, frozen=True, eq=False):
    """A window: how long, what is measured, what is too much, and how often that is said.

    `history` is how far back `spike` looks before the window; `least` the records that a spike has at least.
    """

    within: timedelta
    measure: str
    threshold: Threshold
    report: Reporting = "when it starts"
    quiet_for: timedelta = timedelta(0)
    history: timedelta = timedelta(0)
    least: int = 1


class Alert(Struct, frozen=True):
    """A time in which a window held too much: from the report on, with the ids that contributed (sorted).

    `ended` is when it was over, None while it goes on. An alert that is not `sure` is only possible.
    """

    first: datetime
    last: datetime
    ended: datetime | None
    ids: tuple[str, ...]
    sure: bool = True


class Gauge(Protocol):
    """Measures the events that are in the window; for `spike` also those before it."""

    def add(self, event: Event) -> None:
        """Take an event that enters the window."""

    def drop(self, event: Event) -> None:
        """Take out an event that leaves the window."""

    def forget(self, event: Event) -> None:
        """Take out an event that is too old for the history, too."""

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:
        """Compare the measure of what is `inside` (in the order of time and id)."""


class _Count:
    """How many records."""

    def __init__(self, floating: int) -> None:
        self.low = 0
        self.high = floating

    def add(self, event: Event) -> None:
        self.low += event.sure
        self.high += 1

    def drop(self, event: Event) -> None:
        self.low -= event.sure
        self.high -= 1

    def forget(self, event: Event) -> None:
        """Nothing is kept of what left the window."""

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:  # noqa: ARG002 - the gauges' contract
        return compare(op, (self.low, self.high), wanted)


class _Distinct(_Count):
    """How many different values; a value that is not told may be any."""

    def __init__(self, floating: int) -> None:
        super().__init__(floating)
        self._sure: Counter[Hashable] = Counter()
        self._any: Counter[Hashable] = Counter()
        self._untold = floating

    def add(self, event: Event) -> None:
        super().add(event)
        self._move(event, 1)

    def drop(self, event: Event) -> None:
        super().drop(event)
        self._move(event, -1)

    def _move(self, event: Event, by: int) -> None:
        if event.value is None:
            self._untold += by
            return
        for counter in (self._sure, self._any) if event.sure else (self._any,):
            counter[event.value] += by
            if not counter[event.value]:
                del counter[event.value]

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:  # noqa: ARG002 - the gauges' contract
        low = max(len(self._sure), min(self.low, 1))
        return compare(op, (low, len(self._any) + self._untold), wanted)


class _Tally(_Count):
    """Which of the records fulfil conditions, for `share` and `ratio`."""

    def __init__(self, floating: int) -> None:
        super().__init__(floating)
        self.of: Counter[tuple[bool, Truth]] = Counter({(False, None): floating})
        self.to: Counter[tuple[bool, Truth]] = Counter({(False, None): floating})

    def add(self, event: Event) -> None:
        self.of[event.sure, event.of] += 1
        self.to[event.sure, event.to] += 1

    def drop(self, event: Event) -> None:
        self.of[event.sure, event.of] -= 1
        self.to[event.sure, event.to] -= 1


class _Share(_Tally):
    """Which share of the records fulfils a condition, as the interval of all that unknown ones may turn out to be."""

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:  # noqa: ARG002 - the gauges' contract
        yes, no, open_ = self.of[True, True], self.of[True, False], self.of[True, None]
        maybe_yes, maybe_no, maybe = self.of[False, True], self.of[False, False], self.of[False, None]
        low_of = yes + no + open_ + maybe_no + maybe
        high_yes = yes + open_ + maybe_yes + maybe
        low = Decimal(yes) / low_of if low_of else Decimal(0)
        high = Decimal(high_yes) / (high_yes + no) if high_yes + no else Decimal(0)
        truth = compare(op, (low, high), wanted)
        return truth if yes + no + open_ or not truth else None  # perhaps there is nothing at all


class _Ratio(_Tally):
    """How many times as many fulfil one condition as another; some against none is more than any number."""

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:  # noqa: ARG002 - the gauges' contract
        of_low, of_high = _bounds(self.of)
        to_low, to_high = _bounds(self.to)
        sure = of_low > 0 and _holds(op, of_low, wanted * to_high)
        possible = of_high > 0 and _holds(op, of_high, wanted * to_low)
        if op in {"at_most", "below"}:
            sure = of_low > 0 and to_low > 0 and _holds(op, of_high, wanted * to_low)
            possible = of_high > 0 and to_high > 0 and _holds(op, of_low, wanted * to_high)
        return True if sure else None if possible else False


def _bounds(tally: Counter[tuple[bool, Truth]]) -> tuple[int, int]:
    sure = tally[True, True]
    return sure, sure + tally[True, None] + tally[False, True] + tally[False, None]


def _holds(op: str, left: Any, right: Any) -> bool:
    return bool(compare(op, (left, left), right))


class _Spike(_Count):
    """How many times as many records as usual: the mean of equal stretches before the window, empty ones included."""

    def __init__(self, floating: int, window: Window) -> None:
        super().__init__(floating)
        self._past_low = 0
        self._past_high = floating
        # Compared crosswise, since the number of equal stretches may be any fraction.
        self._history = window.history // timedelta(microseconds=1)
        self._within = window.within // timedelta(microseconds=1)
        self._least = window.least

    def drop(self, event: Event) -> None:
        super().drop(event)
        self._past_low += event.sure
        self._past_high += 1

    def forget(self, event: Event) -> None:
        self._past_low -= event.sure
        self._past_high -= 1

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:  # noqa: ARG002 - the gauges' contract
        sure = self.low >= self._least and self._high(op, wanted, self.low, self._past_high)
        possible = self.high >= self._least and self._high(op, wanted, self.high, self._past_low)
        return True if sure else None if possible else False

    def _high(self, op: str, wanted: Any, now: int, past: int) -> bool:
        return _holds(op, now * self._history, wanted * past * self._within)


class _InARow(_Count):
    """How many of the newest records, one after the other, fulfil a condition."""

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:
        floating = self.high - len(inside)
        return compare(op, (_streak(inside, wanted, sure=True), _streak(inside, wanted, sure=False) + floating), wanted)


def _streak(inside: Sequence[Event], wanted: int, *, sure: bool) -> int:
    """Return the length of the newest streak, counted no further than it matters."""
    length = 0
    for event in reversed(inside):
        if length > wanted:
            break
        if sure:
            if event.of is not True:
                break
            length += event.sure
        elif event.of is not False:
            length += 1
        elif event.sure:
            break
    return length


class _Rising(_Count):
    """How many of the newest records, one after the other, have a higher value than the one before."""

    def truth(self, op: str, wanted: Any, inside: Sequence[Event]) -> Truth:
        floating = self.high - len(inside)
        return compare(op, (_rise(inside, wanted, sure=True), _rise(inside, wanted, sure=False) + floating), wanted)


def _rise(inside: Sequence[Event], wanted: int, *, sure: bool) -> int:
    """Return the length of the newest rise, counted no further than it matters; what is not told may be any value."""
    length, above = 0, None
    for event in reversed(inside):
        if length > wanted:
            break
        if sure and (event.value is None or not event.sure):
            break
        falls = above is not None and event.value is not None and event.value >= above
        if falls and event.sure:
            break
        if not falls:
            length += 1
            # One that is not told may have any value in between, one that is not sure may be left out.
            above = event.value if event.sure and event.value is not None else above
    return length


_GAUGES: Final[dict[str, Callable[[int, Window], Gauge]]] = {
    "count": lambda floating, _: _Count(floating),
    "distinct": lambda floating, _: _Distinct(floating),
    "share": lambda floating, _: _Share(floating),
    "ratio": lambda floating, _: _Ratio(floating),
    "spike": _Spike,
    "in_a_row": lambda floating, _: _InARow(floating),
    "rising": lambda floating, _: _Rising(floating),
}
MEASURES: Final = tuple(_GAUGES)


def alerts(events: Sequence[Event], window: Window, until: datetime, *, floating: int = 0) -> tuple[Alert, ...]:
    """Return the alerts that the events of one group give up to a time, in order.

    `floating` is the number of further records of which nobody knows whether or when they belong to the group: they
    count as possible in every window. Only possible alerts are left out where a sure one covers them.
    """
    ordered = sorted((e for e in events if e.at <= until), key=lambda e: (e.at, e.id))
    sure, possible = _Watch(window, sure=True), _Watch(window, sure=False)
    doubtful = bool(floating) or any(_doubtful(e, window.measure) for e in ordered)
    watches = (sure, possible) if doubtful else (sure,)
    gauge = _GAUGES[window.measure](floating, window)
    for at, arrived, inside in _instants(ordered, window, gauge, until):
        for watch in watches:
            watch.look(at, arrived, inside, gauge)
    certain = sure.found()
    return tuple(sorted([*certain, *(a for a in possible.found() if not _covered(a, certain))], key=_order))


def _doubtful(event: Event, measure: str) -> bool:
    """Tell whether an event may count or not count, as far as the measure looks at it."""
    if not event.sure:
        return True
    if measure in {"distinct", "rising"}:
        return event.value is None
    if measure in {"share", "in_a_row", "ratio"}:
        return event.of is None or (measure == "ratio" and event.to is None)
    return False


def _order(alert: Alert) -> tuple[object, ...]:
    return (alert.first, not alert.sure, alert.ids)


def _covered(alert: Alert, certain: Sequence[Alert]) -> bool:
    return any(
        (a.ended is None or alert.first <= a.ended) and (alert.ended is None or a.first <= alert.ended) for a in certain
    )


def _instants(
    ordered: Sequence[Event], window: Window, gauge: Gauge, until: datetime
) -> Iterator[tuple[datetime, Sequence[Event], Sequence[Event]]]:
    """Yield every instant at which something enters or leaves the window: its time, what arrived, what is inside.

    The gauge has taken all of it in by then.
    """
    leaves = [later(event.at, window.within) for event in ordered]
    forgets = [later(at, window.history) for at in leaves] if window.history else []
    total = len(ordered)
    begin = enter = old = 0
    while begin < total:
        at = leaves[begin]
        if enter < total and (begin == enter or ordered[enter].at < at):
            at = ordered[enter].at
        if at > until:
            return
        while begin < enter and leaves[begin] <= at:
            gauge.drop(ordered[begin])
            begin += 1
        while forgets and old < begin and forgets[old] <= at:
            gauge.forget(ordered[old])
            old += 1
        first = enter
        while enter < total and ordered[enter].at == at:
            gauge.add(ordered[enter])
            enter += 1
        yield at, ordered[first:enter], _Slice(ordered, begin, enter)


def later(at: datetime, by: timedelta) -> datetime:
    """Return a later time; the end of all times where there is none."""
    try:
        return at + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


class _Slice(Sequence[Event]):
    """A part of a list that is not copied."""

    def __init__(self, whole: Sequence[Event], begin: int, end: int) -> None:
        self._whole, self._begin, self._end = whole, begin, end

    def __len__(self) -> int:
        return self._end - self._begin

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._whole[self._begin + i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._whole[self._begin + index if index >= 0 else self._end + index]


class _Open:
    """An alert that goes on."""

    def __init__(self, at: datetime) -> None:
        self.first = self.last = at
        self.ended: datetime | None = None
        self.ids: set[str] = set()


class _Watch:
    """Decides when an alert begins, is said again, and is over."""

    def __init__(self, window: Window, *, sure: bool) -> None:
        self._window = window
        self._sure = sure
        self._firing = False
        self._alerts: list[_Open] = []

    def look(self, at: datetime, arrived: Sequence[Event], inside: Sequence[Event], gauge: Gauge) -> None:
        """Look at the window at an instant."""
        threshold = self._window.threshold
        truth = gauge.truth(threshold.op, threshold.wanted, inside) if len(inside) else False
        now = truth is True if self._sure else truth is not False
        if not now and self._firing and threshold.until_below is not None and len(inside):
            lasting = gauge.truth("at_least", threshold.until_below, inside)
            now = lasting is True if self._sure else lasting is not False
        counted = [e.id for e in arrived if e.sure or not self._sure]
        if now and counted:
            self._said(at, inside)
            last = self._alerts[-1]
            last.last, last.ended = at, None
            last.ids.update(counted)
        elif now and not self._firing:  # something left, and only that made it too much (a share, a ratio)
            self._said(at, inside)
        elif not now and self._firing:
            self._alerts[-1].ended = at
        self._firing = now

    def _said(self, at: datetime, inside: Sequence[Event]) -> None:
        """Begin an alert where one is to be said now; what begins in the quiet time goes on with the one before."""
        last = self._alerts[-1] if self._alerts else None
        quiet = last is not None and at - last.first < self._window.quiet_for
        again = {
            "when it starts": not self._firing,
            "once a window": not self._firing or (last is not None and at - last.first >= self._window.within),
            "every time": True,
        }[self._window.report]
        if last is None or (again and not quiet):
            last = _Open(at)
            self._alerts.append(last)
        elif self._firing:
            return
        last.ended = None
        last.ids.update(e.id for e in inside if e.sure or not self._sure)

    def found(self) -> list[Alert]:
        """Return the alerts."""
        return [Alert(a.first, a.last, a.ended, tuple(sorted(a.ids)), self._sure) for a in self._alerts]
