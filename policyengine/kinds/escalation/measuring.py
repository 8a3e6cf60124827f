"""What the clocks of a case show, and what those of many cases took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct, structs

from policyengine.core.calendar import ALWAYS
from policyengine.core.duration import Duration, in_seconds, write_duration
from policyengine.core.facts import Facts
from policyengine.core.instant import write_time
from policyengine.core.record import RecordType
from policyengine.kinds.escalation.routing import Fork, take
from policyengine.kinds.escalation.telling import severity_told
from policyengine.kinds.escalation.timers import History, Subject, Timer, history, may_start, moments, unsure, untimed
from policyengine.shapes.directory import Directory
from policyengine.shapes.gate import Gate
from policyengine.shapes.sla import STOPPED, Cycle, Face, Reading, Tally, cycles, in_force, read

_SHOWN: Final = 20
"""Records without a clock that are named before they are only counted."""


class Run(Struct, frozen=True, eq=False, kw_only=True):
    """One run of a clock of a case; without a cycle it has not started, or nobody knows when.

    `unsure` are the conditions that might stop it, or make it stand still, each with what is not told.
    """

    record: str
    clock: str
    path: str | None
    number: int = 1
    severity: str | None = None
    cycle: Cycle | None = None
    reading: Reading | None = None
    missing: tuple[str, ...] = ()
    unsure: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def status(self) -> str:
        """Return where the clock stands."""
        if self.reading is not None and not self.missing:
            return self.reading.status
        return "unproven" if self.missing else "not_started"

    def entry(self, policy: str) -> dict[str, Any]:
        """Return the run as Decisions show it."""
        told: dict[str, Any] = {"policy": policy, "clock": self.clock, "cycle": self.number, "status": self.status}
        named = {"path": self.path, "severity": self.severity}
        told |= {key: value for key, value in named.items() if value is not None}
        if self.cycle is None or self.reading is None:
            return told
        times = {"started_at": self.cycle.started, "stopped_at": self.cycle.stopped, "due_at": self.reading.due_at}
        told |= {key: write_time(value) for key, value in times.items() if value is not None}
        told |= {"goal": write_duration(self.reading.goal)} if self.reading.goal is not None else {}
        told["elapsed"] = write_duration(Duration(seconds=self.reading.elapsed))
        late = self.reading.over_by
        return told if late is None else told | {"over_by": write_duration(Duration(seconds=late))}


class Clockwork(Struct, frozen=True, eq=False, kw_only=True):
    """The compiled clocks of a policy: those of every case, and those of the paths that its routes lead to."""

    policy: str
    scope: Gate | None
    forks: tuple[Fork, ...]
    timers: tuple[Timer, ...]
    by_path: dict[str, tuple[Timer, ...]]

    def __bool__(self) -> bool:
        """Tell whether there is any clock."""
        return bool(self.timers or any(self.by_path.values()))

    def runs(self, subject: Subject, directory: Directory) -> tuple[Run, ...]:
        """Return what all clocks of a case show; nothing outside the policy's scope, or where the record is ours."""
        if subject.facts.get("ours") is True:
            return ()
        if self.scope is not None and not any(self.scope.holds(env) for env in subject.envs):
            return ()
        past = history(subject)
        found = [run for timer in self.timers for run in _runs(timer, subject, past, directory, None, None)]
        for fork in take(self.forks, subject.envs).forks if any(self.by_path.values()) else ():
            for timer in self.by_path.get(fork.to or "", ()):
                found.extend(_runs(timer, subject, past, directory, fork.to, fork.severity))
        return tuple(found)


def _runs(
    timer: Timer, subject: Subject, past: History, directory: Directory, path: str | None, severity: str | None
) -> Iterator[Run]:
    """Yield the runs of one clock."""
    about = Run(record=str(subject.facts.get("id")), clock=timer.name, path=path)
    missing = past.missing or (("events[].status",) if untimed(timer, subject, past) else ())
    runs = past.start is not None and may_start(timer, past)
    found = cycles(moments(timer, subject, past), again=timer.again) if runs else ()
    if not found:
        yield structs.replace(about, missing=missing)
    for number, cycle in enumerate(found, start=1):
        until = cycle.stopped or subject.at
        weight = severity or severity_told(subject.facts, [e for e in past.events if e.at <= until])
        runs_on = cycle.stopped is None
        yield structs.replace(
            about,
            number=number,
            severity=weight,
            cycle=cycle,
            reading=_kept(timer, subject, cycle, _reading(timer, subject, directory, cycle, weight)),
            missing=missing if runs_on else (),
            unsure=tuple(unsure(timer, subject)) if runs_on else (),
        )


def _reading(timer: Timer, subject: Subject, directory: Directory, cycle: Cycle, severity: str | None) -> Reading:
    goal = in_force(timer.goals, cycle.stopped or subject.at)
    markets = markets_told(subject.kind, subject.facts) or (None,)
    limits = {m: goal.targets.limits(severity, m) if goal is not None else () for m in markets}
    if timer.calendar == "market":
        faces = [Face((directory.calendar_of(m) if m else None) or ALWAYS, limits[m]) for m in markets]
    else:
        calendar = directory.calendars.get(timer.calendar, ALWAYS)
        faces = [Face(calendar, tuple(dict.fromkeys(limit for m in markets for limit in limits[m])))]
    return read(cycle, faces, subject.at)


def _kept(timer: Timer, subject: Subject, cycle: Cycle, reading: Reading) -> Reading:
    """Return what was kept of a clock when it stopped, in place of what would be made of it today."""
    told = subject.facts.get("clocks")
    for entry in told if isinstance(told, list) and cycle.stopped is not None else ():
        same = isinstance(entry, dict) and (entry.get("policy"), entry.get("clock")) == (subject.policy, timer.name)
        if not same or (entry.get("started_at"), entry.get("stopped_at")) != (cycle.started, cycle.stopped):
            continue
        goal, took, status = entry.get("goal"), entry.get("elapsed"), entry.get("status")
        seconds = in_seconds(took) if isinstance(took, Duration) else None
        return Reading(
            status=status if status in STOPPED else reading.status,
            elapsed=reading.elapsed if seconds is None else seconds,
            goal=goal if isinstance(goal, Duration) else reading.goal,
            due_at=None if isinstance(goal, Duration) and goal != reading.goal else reading.due_at,
            over_by=reading.over_by if status not in STOPPED or status == reading.status else None,
        )
    return reading


def markets_told(kind: RecordType, facts: Facts) -> tuple[str, ...]:
    """Return the markets that a record tells, in the field that its schema names for them."""
    told: Any = facts
    for part in kind.dimensions.get("market", "markets").split("."):
        told = told.get(part) if isinstance(told, dict) else None
    found = told if isinstance(told, list) else [told]
    return tuple(sorted({market for market in found if isinstance(market, str)}))


# Over many cases ------------------------------------------------------------------------------------------------------


def tally(runs: Iterable[Run]) -> Tally:
    """Return what the clocks of many cases took."""
    proven = [run for run in runs if run.reading is not None and not run.missing]
    readings = [run.reading for run in proven if run.reading is not None]
    return Tally(
        stopped=tuple(reading.elapsed for reading in readings if reading.status in STOPPED),
        open_=tuple(reading.elapsed for reading in readings if reading.status not in STOPPED),
        met=sum(reading.status == "met" for reading in readings),
    )


def summary(policy: str, clock: str, path: str | None, runs: Iterable[Run]) -> dict[str, Any]:
    """Return what one clock took over all cases; records without it are counted, and the first of them named."""
    own = [run for run in runs if (run.clock, run.path) == (clock, path)]
    found = tally(own)
    untold = sorted({run.record for run in own if run.missing})
    times = {"p50": found.p50, "p90": found.p90}
    told: dict[str, Any] = {"policy": policy, "clock": clock}
    told |= {"path": path} if path is not None else {}
    told |= {"stopped": len(found.stopped), "met": found.met, "open": len(found.open_)}
    told["late"] = sum(run.reading is not None and run.status == "late" for run in own)
    told |= {key: write_duration(Duration(seconds=value)) for key, value in times.items() if value is not None}
    return told if not untold else told | {"without": len(untold), "such_as": untold[:_SHOWN]}
