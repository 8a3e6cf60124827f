"""Sliding windows over events: when does something happen too often, too much at once, or too many times in a row?

A window is `(t - within, t]` on event time. It is looked at whenever an event enters or leaves it, so what comes out
depends neither on the order of the input nor on when anybody asks. What is only possibly counted (its condition is
unknown, its time or group is not told) makes an interval of each measure, and an alert that is only possible where the
comparison differs inside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from policyengine.shapes.gauges import GAUGES, Event, Gauge, Window


class Alert(Struct, frozen=True):
    """A time in which a window held too much: from the report on, with the ids that contributed (sorted).

    `ended` is when it was over, None while it goes on. An alert that is not `sure` is only possible.
    """

    first: datetime
    last: datetime
    ended: datetime | None
    ids: tuple[str, ...]
    sure: bool = True


def alerts(events: Sequence[Event], window: Window, until: datetime, *, floating: int = 0) -> tuple[Alert, ...]:
    """Return the alerts that the events of one group give up to a time, in order.

    `floating` is the number of further records of which nobody knows whether or when they belong to the group: they
    count as possible in every window. Only possible alerts are left out where a sure one covers them.
    """
    ordered = sorted((e for e in events if e.at <= until), key=lambda e: (e.at, e.id))
    sure, possible = _Watch(window, sure=True), _Watch(window, sure=False)
    doubtful = bool(floating) or any(_doubtful(e, window.measure) for e in ordered)
    watches = (sure, possible) if doubtful else (sure,)
    gauge = GAUGES[window.measure](floating, window)
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
