"""What a window measures: how many, how many different, which share, how many times as many, how many in a row.

What is only possibly counted makes an interval of each measure; a comparison is unknown where it differs inside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
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


GAUGES: Final[dict[str, Callable[[int, Window], Gauge]]] = {
    "count": lambda floating, _: _Count(floating),
    "distinct": lambda floating, _: _Distinct(floating),
    "share": lambda floating, _: _Share(floating),
    "ratio": lambda floating, _: _Ratio(floating),
    "spike": _Spike,
    "in_a_row": lambda floating, _: _InARow(floating),
    "rising": lambda floating, _: _Rising(floating),
}
MEASURES: Final = tuple(GAUGES)
