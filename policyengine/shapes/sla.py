"""Clocks of a service promise: when they start, pause and stop, what is left of them, and what many of them took.

A pure fold over the moments of a case. A clock runs in *cycles*: each has one start and at most one stop, and what
happens after the stop never changes it. At one instant a stop beats a pause beats a start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from policyengine.core.calendar import Calendar
from policyengine.core.duration import Duration
from policyengine.shapes.clock import Clock, Pause
from policyengine.shapes.hops import SEVERITIES

ClockStatus = Literal["not_started", "running", "off_hours", "paused", "late", "met", "missed", "unproven"]
STOPPED: Final = frozenset(["met", "missed"])
ANY: Final = "any"
_SECOND: Final = timedelta(seconds=1)


class Moment(Struct, frozen=True, order=True):
    """What holds of a case from an instant on, as everything that happened until then left it.

    `start` and `stop` say that a clock starts or stops there; `paused` that time stands still from there on.
    """

    at: datetime
    start: bool = False
    stop: bool = False
    paused: bool = False


class Cycle(Struct, frozen=True):
    """One run of a clock; without `stopped` it goes on."""

    started: datetime
    stopped: datetime | None = None
    pauses: tuple[Pause, ...] = ()


def cycles(moments: Iterable[Moment], *, again: bool = True) -> tuple[Cycle, ...]:
    """Return the runs of a clock, the first one first; without `again` there is at most one."""
    found: list[Cycle] = []
    started: datetime | None = None
    pauses: list[Pause] = []
    for moment in sorted(moments):
        if started is None:
            if moment.start and not moment.stop and (again or not found):
                started, pauses = moment.at, [Pause(moment.at)] if moment.paused else []
            continue
        if pauses and pauses[-1].end is None and (moment.stop or not moment.paused):
            pauses[-1] = Pause(pauses[-1].start, moment.at)
        if moment.stop:
            found.append(Cycle(started, moment.at, tuple(pauses)))
            started = None
        elif moment.paused and not (pauses and pauses[-1].end is None):
            pauses.append(Pause(moment.at))
    return (*found, Cycle(started, None, tuple(pauses))) if started is not None else tuple(found)


class Targets(Struct, frozen=True):
    """In what time a clock stops: by severity (`any` for those that are not named), and by market where it differs."""

    within: dict[str, Duration]
    by_market: dict[str, dict[str, Duration]] = {}

    def limits(self, severity: str | None, market: str | None) -> tuple[Duration, ...]:
        """Return the times of which the earliest counts.

        Of a severity that is not told any may be meant; one without a time has `any`, else that of the next higher one,
        else of the next lower. Where no market is told, every market's time counts.
        """
        tables = [self.within | self.by_market.get(market, {})] if market is not None else self._all()
        return tuple(dict.fromkeys(limit for table in tables for limit in _limits(table, severity)))

    def _all(self) -> list[dict[str, Duration]]:
        return [self.within, *(self.within | table for _, table in sorted(self.by_market.items()))]


def _limits(table: dict[str, Duration], severity: str | None) -> tuple[Duration, ...]:
    if severity is None:
        return tuple(table.values())
    rank = SEVERITIES.index(severity)
    nearest = (severity, ANY, *SEVERITIES[rank:], *reversed(SEVERITIES[:rank]))
    return tuple(table[name] for name in nearest if name in table)[:1]


class Goal(Struct, frozen=True):
    """What is aimed at from an instant on (None: from the beginning)."""

    since: datetime | None
    targets: Targets


def in_force(goals: Sequence[Goal], at: datetime) -> Goal | None:
    """Return the goal that is in force at an instant: the latest that has begun."""
    begun = [goal for goal in goals if goal.since is None or goal.since <= at]
    return max(begun, key=lambda goal: (goal.since is not None, goal.since), default=None)


class Face(Struct, frozen=True):
    """The opening hours in which a clock runs for one market (None: for all), and the times that it has there."""

    calendar: Calendar
    limits: tuple[Duration, ...]


class Reading(Struct, frozen=True, kw_only=True):
    """What a clock shows: `elapsed` and `over_by` in seconds of its own time, `goal` the time that runs out first."""

    status: ClockStatus
    elapsed: int
    goal: Duration | None = None
    due_at: datetime | None = None
    over_by: int | None = None


def read(cycle: Cycle, faces: Sequence[Face], at: datetime) -> Reading:
    """Return what a run of a clock shows at a time; once it stopped, whatever the time is.

    With several faces the one counts that runs out first, and the most time that ran.
    """
    end = cycle.stopped or at
    clocks = [(Clock((face.calendar,), cycle.pauses), face) for face in faces]
    elapsed = max((clock.elapsed(cycle.started, end) for clock, _ in clocks), default=0)
    dues = [
        (due, order, clock, limit)
        for order, (clock, face) in enumerate(clocks)
        for limit in face.limits
        if (due := clock.due(cycle.started, limit)) is not None
    ]
    due, _, clock, goal = min(dues, key=lambda entry: entry[:2], default=(None, 0, None, None))
    if goal is None:
        # While it stands still nobody knows when it runs out, but for what.
        goal = next((limit for face in faces for limit in face.limits), None)
    # Used up at closing time, a goal is missed only once the doors open again.
    late = clock.elapsed(due, end) if clock is not None and due is not None and due < end else 0
    status = _status(cycle, clocks, at, late=late > 0)
    return Reading(status=status, elapsed=elapsed, goal=goal, due_at=due, over_by=late or None)


def _status(cycle: Cycle, clocks: Sequence[tuple[Clock, Face]], at: datetime, *, late: bool) -> ClockStatus:
    if cycle.stopped is not None:
        return "missed" if late else "met"
    if any(pause.end is None for pause in cycle.pauses):
        return "paused"
    if late:
        return "late"
    return "running" if any(clock.is_open(at) for clock, _ in clocks) else "off_hours"


# Many of them ---------------------------------------------------------------------------------------------------------


def quantile(values: Sequence[int], share: Decimal) -> int | None:
    """Return the smallest value within which more than a share of all values lie; None of nothing.

    No value is made up between two, and of two in the middle the larger counts: it is what a promise may lean on.
    """
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else None


P50: Final = Decimal("0.5")
P90: Final = Decimal("0.9")


class Tally(Struct, frozen=True, kw_only=True):
    """What the clocks of many cases took, in seconds of their own time.

    `stopped` are those of clocks that stopped, `open_` what others have taken so far; `met` stopped in time.
    """

    stopped: tuple[int, ...] = ()
    open_: tuple[int, ...] = ()
    met: int = 0

    @property
    def p50(self) -> int | None:
        """Return the time within which more than half of the clocks stopped."""
        return quantile(self.stopped, P50)

    @property
    def p90(self) -> int | None:
        """Return the time within which more than nine tenths of the clocks stopped."""
        return quantile(self.stopped, P90)

    @property
    def p90_at_least(self) -> int | None:
        """Return what the p90 is at least, as open clocks may take longer yet: never less than that of the others."""
        with_open = quantile((*self.stopped, *self.open_), P90)
        return max((p for p in (self.p90, with_open) if p is not None), default=None) if self.stopped else None


def supports(promise: int, p90: int, headroom: Decimal) -> bool:
    """Tell whether a promise leaves the headroom above the p90 (both in seconds): 20 % of `1h` leave 48 min."""
    return p90 <= promise * (1 - headroom)
