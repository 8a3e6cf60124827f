"""Steps with clocks: who has a case, who is told next and when. A pure fold over its events and the time.

A case runs in *stretches*: one begins when it is opened (again, after it was resolved) and with every hand-over. In a
stretch the steps come one after the other until somebody who was told acknowledges; what takes place at one instant is
read in the order of `ORDER`, so that a stop beats a pause and a pause beats a start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct, structs

from policyengine.core.duration import Duration
from policyengine.shapes.clock import Clock, Pause
from policyengine.shapes.directory import Directory
from policyengine.shapes.sides import Side, side_named

Status = Literal["not_started", "waiting", "off_hours", "overdue", "acknowledged", "paused", "resolved", "unproven"]
SEVERITIES: Final = ("low", "medium", "high", "critical")
CLOSED: Final = frozenset(["resolved", "closed"])
# Acknowledged before handed over: who takes a case and passes it on at once does not answer for the next side.
ORDER: Final = ("opened", "asked", "resumed", "replied", "acknowledged", "handed_over", "paused", "resolved")


class Event(Struct, frozen=True, order=True):
    """Something that happened with a case; `status` and `severity` hold from then on. What is not told is empty.

    `version` is that of the policy under which it happened.
    """

    at: datetime
    rank: int
    by: str = ""
    to: str = ""
    status: str = ""
    severity: str = ""
    version: str = ""

    @staticmethod
    def of(event: str, at: datetime, **told: str) -> Event:
        """Return an event by its name, with what is told about it."""
        return Event(at, ORDER.index(event), **told)

    @property
    def event(self) -> str:
        """Return the event's name."""
        return ORDER[self.rank]


def in_order(events: Iterable[Event], at: datetime) -> tuple[Event, ...]:
    """Return the events up to a time, each once, in the one order in which they count."""
    return tuple(sorted({event for event in events if event.at <= at}))


class Step(Struct, frozen=True):
    """A step: who is told, how, how long after the start, and in what time one of them (or each side) acknowledges."""

    sides: tuple[Side, ...]
    via: tuple[str, ...] = ()
    after: Duration | None = None
    within: Duration | None = None
    everyone: bool = False
    repeat: Duration | None = None


class Plan(Struct, frozen=True):
    """The steps of a path and, by severity, the time in which they are acknowledged."""

    steps: tuple[Step, ...]
    within: dict[str, Duration] = {}

    def limits(self, step: Step, severity: str | None) -> tuple[Duration, ...]:
        """Return the times of which the earliest counts: the step's own, else the severity's, else all of them.

        A severity without a time of its own has that of the next higher one that has one, else of the next lower.
        """
        if step.within is not None:
            return (step.within,)
        if severity is None:
            return tuple(self.within.values())
        rank = SEVERITIES.index(severity)
        nearest = (*SEVERITIES[rank:], *reversed(SEVERITIES[:rank]))
        return tuple(self.within[name] for name in nearest if name in self.within)[:1]


class Change(Struct, frozen=True):
    """A new version of the policy: since when it holds, and whether open cases begin anew with it."""

    at: datetime
    anew: bool


def changed_at(events: tuple[Event, ...], version: str, since: datetime | None) -> datetime | None:
    """Return when this version of a policy took the place of another one for a case; None where none is known.

    It is the policy's first day (`since`), else the first event under this version; and at the latest moment that is
    known of the other one, where nothing says more.
    """
    before = max((event.at for event in events if event.version not in {"", version}), default=None)
    if since is not None and (before is None or since > before):
        return since
    if before is None:
        return None
    return min((event.at for event in events if event.version == version and event.at > before), default=before)


def pauses_of(events: tuple[Event, ...], pauses: Callable[[str], bool]) -> tuple[Pause, ...]:
    """Return the pauses that events tell: from `paused` to `resumed`, and while the status is one that pauses.

    `pauses` judges a status; an empty one is not told. A resolved case has no pause any more.
    """
    found: list[Pause] = []
    begun: datetime | None = None
    asked, status = False, ""
    for event in events:
        asked = event.event == "paused" or (asked and event.event not in {"resumed", "resolved", "opened"})
        status = event.status or ("" if event.event in {"opened", "resumed", "resolved"} else status)
        paused = event.event != "resolved" and (asked or pauses(status))
        if paused and begun is None:
            begun = event.at
        elif not paused and begun is not None:
            found.append(Pause(begun, event.at))
            begun = None
    return (*found, Pause(begun)) if begun is not None else tuple(found)


class Stretch(Struct, frozen=True):
    """What runs from an opening or a hand-over on.

    `since` is None where nobody told when the case began. `first` is the step at which it begins, `to` who was handed
    it (None after a hand-over that does not say), `votes` who acknowledged and when, `held_by` who has it since that
    sufficed.
    """

    since: datetime | None
    first: int = 0
    handed: bool = False
    to: Side | None = None
    votes: tuple[tuple[str, datetime], ...] = ()
    held_by: tuple[str, ...] = ()


class Stage(Struct, frozen=True):
    """When a step comes, and until when it is acknowledged (None: never, or not while the clock stands still)."""

    index: int
    comes: datetime | None
    due: datetime | None
    sides: tuple[Side, ...] = ()


class State(Struct, frozen=True, kw_only=True):
    """Where a case stands. `step` counts from 1 (0: before the first); times are None where there are none.

    `overdue_by` is in seconds of the path's own time since the first acknowledgement that did not come, and is told
    also while the case is paused. `told` are those who are to acknowledge now, with how and from when they are told.
    `since` is when the present stretch began, `stages` are the steps that it has, `votes` who acknowledged and when.
    """

    status: Status
    step: int
    holder: tuple[str, ...] = ()
    next_at: datetime | None = None
    due_at: datetime | None = None
    overdue_by: int | None = None
    told: tuple[Told, ...] = ()
    ignored: tuple[str, ...] = ()
    since: datetime | None = None
    stages: tuple[Stage, ...] = ()
    votes: tuple[tuple[str, datetime], ...] = ()
    resolved: datetime | None = None


class Told(Struct, frozen=True, order=True):
    """Somebody who is to be told now; `again_at` is when the next time is due."""

    side: Side
    people: tuple[str, ...]
    via: tuple[str, ...]
    again_at: datetime | None = None


class Escalating(Struct, frozen=True, kw_only=True):
    """Everything that the state of a case depends on besides its events and the time.

    `change` is when the policy changed. What people said until then stays; or, where cases begin `anew`, nothing does.
    """

    plan: Plan
    clock: Clock
    directory: Directory
    severity: str | None
    start: datetime | None
    closed: bool = False
    change: Change | None = None

    def state(self, events: tuple[Event, ...], at: datetime) -> State:
        """Return where a case stands at a time, from its events in order.

        `closed` says that it is resolved though no event says so.
        """
        stretch, resolved = Stretch(self.start), at if self.closed else None
        ignored: set[str] = set()
        anew = self.change.at if self.change is not None and self.change.anew and self.change.at <= at else None
        for event in events:
            if anew is not None and event.at >= anew:
                stretch, anew = self._anew(stretch, anew), None
            if event.event == "opened" and resolved and not self.closed:
                stretch, resolved = Stretch(event.at), None
            elif event.event == "resolved":
                resolved = resolved or event.at
            elif event.event == "handed_over" and not resolved:
                stretch = self._handed(stretch, event, ignored)
            elif event.event == "acknowledged" and not resolved:
                stretch = self._acknowledged(stretch, event, ignored)
        if anew is not None:
            stretch = self._anew(stretch, anew)
        now = State(status="resolved", step=self._settled(stretch, resolved)) if resolved else self._now(stretch, at)
        return structs.replace(
            now,
            ignored=tuple(sorted(ignored)),
            since=stretch.since,
            stages=self._stages(stretch),
            votes=stretch.votes,
            resolved=None if self.closed else resolved,
        )

    # Events -----------------------------------------------------------------------------------------------------

    def _anew(self, stretch: Stretch, at: datetime) -> Stretch:
        """Return the stretch with which the policy's new version begins; a case that began nobody knows when stays."""
        return stretch if stretch.since is None or stretch.since >= at else Stretch(at)

    def _handed(self, stretch: Stretch, event: Event, ignored: set[str]) -> Stretch:
        to = side_named(event.to, self.directory) if event.to else None
        if event.to and to is None:
            ignored.add(f"hand-over to `{event.to}`, whom the directory does not know")
            return stretch
        return Stretch(event.at, self._index(stretch, event.at, before=True), handed=True, to=to)

    def _acknowledged(self, stretch: Stretch, event: Event, ignored: set[str]) -> Stretch:
        if not event.by or not self._concerned(stretch, event):
            who = f"by `{event.by}`, who was not asked" if event.by else "by nobody who is named"
            ignored.add(f"acknowledgement {who}")
            return stretch
        votes = (*stretch.votes, (event.by, event.at))
        index = self._index(stretch, event.at, before=True)
        enough = bool(stretch.held_by) or not self._open_sides(stretch, votes, index)
        held_by = tuple(sorted({by for by, _ in votes})) if enough else ()
        return structs.replace(stretch, votes=votes, held_by=held_by)

    def _concerned(self, stretch: Stretch, event: Event) -> bool:
        """Tell whether somebody may acknowledge: who was handed the case, and everybody of the steps from there on.

        Who was asked before the policy changed is not known any more, so whoever acknowledged then may have been.
        """
        if self.change is not None and not self.change.anew and event.at <= self.change.at:
            return True
        later = self.plan.steps[stretch.first if stretch.to is None else stretch.first + 1 :]
        sides = [*([stretch.to] if stretch.to is not None else []), *(side for step in later for side in step.sides)]
        return any(self._is_of(side, event.by, event.at, stretch) for side in sides)

    def _is_of(self, side: Side, person: str, at: datetime, stretch: Stretch) -> bool:
        # Who was on call when the stretch began still answers for it after the rotation has changed.
        times = (at,) if stretch.since is None else (at, min(stretch.since, at))
        return side.includes(person, self.directory, times)

    def _open_sides(self, stretch: Stretch, votes: tuple[tuple[str, datetime], ...], index: int) -> tuple[Side, ...]:
        """Return the sides of a step whose acknowledgement is still needed."""
        sides = self._sides(stretch, index)
        if len(sides) == 1 or not self.plan.steps[index].everyone:
            return () if votes and self._voted_since(stretch, votes, index) else sides
        if not self.directory.known:
            return sides[len({by for by, _ in votes}) :]
        return tuple(s for s in sides if not any(self._is_of(s, by, at, stretch) for by, at in votes))

    def _voted_since(self, stretch: Stretch, votes: tuple[tuple[str, datetime], ...], index: int) -> bool:
        """Tell whether somebody acknowledged since a step came: what did not suffice before does not now."""
        comes = next((s.comes for s in self._stages(stretch) if s.index == index), None)
        return index == stretch.first or comes is None or any(at > comes for _, at in votes)

    def _sides(self, stretch: Stretch, index: int) -> tuple[Side, ...]:
        if stretch.to is not None and index == stretch.first:
            return (stretch.to,)
        return self.plan.steps[index].sides

    # Time -------------------------------------------------------------------------------------------------------

    def _stages(self, stretch: Stretch) -> tuple[Stage, ...]:
        """Return when each step of a stretch comes: `after` its beginning, else when the one before ran out."""
        if stretch.since is None:
            return ()
        found: list[Stage] = []
        comes: datetime | None = stretch.since
        for index in range(stretch.first, len(self.plan.steps)):
            step = self.plan.steps[index]
            if found or not stretch.handed:
                comes = self._comes(stretch.since, step, found[-1] if found else None)
            found.append(Stage(index, comes, self._due(step, comes), self._sides(stretch, index)))
        return tuple(found)

    def _comes(self, since: datetime, step: Step, before: Stage | None) -> datetime | None:
        if step.after is None:
            return since if before is None else before.due
        comes = self.clock.due(since, step.after)
        return comes if before is None or before.comes is None or comes is None else max(comes, before.comes)

    def _due(self, step: Step, comes: datetime | None) -> datetime | None:
        if comes is None:
            return None
        found = [self.clock.due(comes, limit) for limit in self.plan.limits(step, self.severity)]
        return min((due for due in found if due is not None), default=None)

    def _index(self, stretch: Stretch, at: datetime, *, before: bool) -> int:
        """Return the step that is on at a time (`before`: just before it), at least the first of the stretch."""
        if stretch.since is None:
            return len(self.plan.steps) - 1
        on = [
            stage.index
            for stage in self._stages(stretch)
            if stage.comes is not None and (stage.comes < at if before else stage.comes <= at)
        ]
        return max(on, default=stretch.first)

    # The state --------------------------------------------------------------------------------------------------

    def _settled(self, stretch: Stretch, at: datetime) -> int:
        """Return the step at which a case was acknowledged, else the one that was on at a time; 0 for unknown."""
        if stretch.since is None and not stretch.held_by:
            return 0
        return self._index(stretch, stretch.votes[-1][1] if stretch.held_by else at, before=True) + 1

    def _now(self, stretch: Stretch, at: datetime) -> State:
        if stretch.since is not None and stretch.since > at:
            return State(status="not_started", step=0, next_at=self._stages(stretch)[0].comes)
        paused = any(pause.start <= at and (pause.end is None or at < pause.end) for pause in self.clock.pauses)
        if stretch.held_by:
            status: Status = "paused" if paused else "acknowledged"
            return State(status=status, step=self._settled(stretch, at), holder=stretch.held_by)
        if stretch.since is None:
            return self._unproven(stretch, at, paused=paused)
        return self._open(stretch, at, paused=paused)

    def _unproven(self, stretch: Stretch, at: datetime, *, paused: bool) -> State:
        """Return the state of a case whose beginning nobody told: every step may have come, so all are told now."""
        told = tuple(t for i in range(len(self.plan.steps)) for t in self._told(stretch, i, None, at))
        holder = tuple(sorted({person for t in told for person in t.people}))
        if paused:
            return State(status="paused", step=len(self.plan.steps), holder=holder)
        return State(status="unproven", step=len(self.plan.steps), holder=holder, told=told)

    def _open(self, stretch: Stretch, at: datetime, *, paused: bool) -> State:
        stages = self._stages(stretch)
        come = [stage for stage in stages if stage.comes is not None and stage.comes <= at]
        missed = min((s.due for s in come if s.due is not None and s.due < at), default=None)
        late = self.clock.elapsed(missed, at) if missed is not None else None
        current = come[-1] if come else None
        following = stages[len(come)] if len(come) < len(stages) else None
        told = self._told(stretch, current.index, current.comes, at) if current is not None else ()
        return State(
            status=self._status(late, at, paused=paused),
            step=current.index + 1 if current is not None else 0,
            holder=tuple(sorted({person for t in told for person in t.people})),
            next_at=following.comes if following is not None and not paused else None,
            due_at=current.due if current is not None else None,
            overdue_by=late,
            told=() if paused else told,
        )

    def _status(self, late: int | None, at: datetime, *, paused: bool) -> Status:
        if paused:
            return "paused"
        if late is not None:
            return "overdue"
        return "waiting" if self.clock.is_open(at) else "off_hours"

    def _told(self, stretch: Stretch, index: int, comes: datetime | None, at: datetime) -> tuple[Told, ...]:
        step = self.plan.steps[index]
        sides = self._open_sides(stretch, stretch.votes, index) or self._sides(stretch, index)
        again = self._again(step, comes, at)
        return tuple(Told(side, side.people(self.directory, at), step.via, again) for side in sides)

    def _again(self, step: Step, comes: datetime | None, at: datetime) -> datetime | None:
        """Return when a step that repeats is told the next time; `repeat` has a fixed length."""
        if step.repeat is None or comes is None:
            return None
        seconds = step.repeat.seconds + step.repeat.days * 86_400
        times = self.clock.elapsed(comes, at) // seconds + 1
        return self.clock.due(comes, Duration(seconds=seconds * times))
