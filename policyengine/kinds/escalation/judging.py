"""One case and an escalation policy: which paths it takes, where it stands on them, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import ALWAYS, Calendar
from policyengine.core.duration import Duration, add, needs_calendar, write_duration
from policyengine.core.facts import Facts
from policyengine.core.instant import start_of_day, write_time
from policyengine.kinds.escalation.muting import unsaid
from policyengine.kinds.escalation.others import Others
from policyengine.kinds.escalation.routing import Fork, take, undecided
from policyengine.kinds.escalation.telling import events_told, severity_told, start_fields, starts, word
from policyengine.language.environment import Env, Read
from policyengine.shapes.clock import Clock, Pause
from policyengine.shapes.contract import Case, Contribution
from policyengine.shapes.gate import Gate
from policyengine.shapes.hops import CLOSED, Change, Escalating, Event, Plan, State, changed_at, in_order, pauses_of


class Limit(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled deadline."""

    id: str
    title: str | None
    within: Duration
    start: Read | None
    when: Gate | None
    met: Gate | None


class Way(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled path."""

    name: str
    plan: Plan
    calendar: str
    pause: Gate | None
    limits: tuple[Limit, ...]
    first: tuple[tuple[str, Duration], ...]


class Tree(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled policy: judges one case. `version` and `since` say which one it is and when it began to hold."""

    policy: str
    scope: Gate | None
    forks: tuple[Fork, ...]
    ways: dict[str, Way]
    version: str
    since: date | None = None
    anew: bool = False

    def __call__(self, case: Case) -> Contribution:
        """Return where the case stands on each path that its routes lead to."""
        if self.scope is not None and not any(self.scope.holds(env) for env in case.envs):
            return Contribution()
        taken = take(self.forks, case.envs)
        parts = [
            Standing(tree=self, fork=fork, way=self.ways[fork.to], case=case).contribution()
            for fork in taken.forks
            if fork.to is not None
        ]
        return Contribution(
            escalations=tuple(e for part in parts for e in part.escalations),
            actions=tuple(a for part in parts for a in part.actions),
            deadlines=tuple(d for part in parts for d in part.deadlines),
            undecided=(
                *undecided(self.policy, taken.unknown, case.envs),
                *(u for part in parts for u in part.undecided),
            ),
        )

    def starts(self, zone: ZoneInfo) -> datetime | None:
        """Return when this version began to hold, where the policy says so."""
        return None if self.since is None else start_of_day(self.since, zone)


class Standing(Struct, frozen=True, eq=False, kw_only=True):
    """One case on one path."""

    tree: Tree
    fork: Fork
    way: Way
    case: Case

    def contribution(self) -> Contribution:
        """Return the state, who is to be told, the deadlines, and what is not told."""
        told, unreadable = events_told(self.case.facts, self.tree.policy)
        events = in_order(told, self.case.at)
        start, untold = self._start(told)
        severity = self.fork.severity or severity_told(self.case.facts, events)
        clock = Clock(self._calendars(), self._pauses(events))
        escalating = Escalating(
            plan=self.way.plan,
            clock=clock,
            directory=self.case.directory,
            severity=severity,
            start=start,
            closed=self._closed(),
            change=self._change(events),
        )
        state = escalating.state(events, self.case.at)
        quiet, unsure = self._quiet() if state.told else ((), ())
        first = tuple(self._first_actions(state, start, clock))
        missing = {
            "start": untold,
            "severity": () if severity is not None else ("severity",),
            "events": unreadable,
            "calendar": ("markets",) if self.way.calendar == "market" and not self.case.markets else (),
            "pause_while": self._pause_unknown(events, state),
        }
        return Contribution(
            escalations=(self._entry(state, severity) | _silent(state, quiet),),
            actions=(*self._notifications(state, quiet), *(self._action(do, due) for do, due in first)),
            deadlines=(*self._deadlines(start, clock), *(self._due_entry(do, None, due) for do, due in first)),
            undecided=(*self._undecided(missing, (*state.ignored, *_nobody(state))), *unsure),
        )

    def _undecided(self, missing: dict[str, tuple[str, ...]], ignored: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        about = f"path {self.way.name}"
        for what, names in missing.items():
            if names:
                yield {"policy": self.tree.policy, "what": f"{about} {what}", "missing": sorted(names)}
        for what in ignored:
            yield {"policy": self.tree.policy, "what": f"{about} {what}", "missing": []}

    # What the record tells ------------------------------------------------------------------------------------------

    def _start(self, events: list[Event]) -> tuple[datetime | None, tuple[str, ...]]:
        """Return when the case began (or will), and the fields that would say so where none does."""
        opened = min((event.at for event in events if event.event == "opened"), default=None)
        kind = self.case.kind
        start = opened or self.case.called_at or next(iter(starts(self.case.facts, kind)), None)
        if start is not None:
            return start, ()
        return None, (*(["events"] if "events" in kind.root.fields else []), *start_fields(kind))

    def _change(self, events: tuple[Event, ...]) -> Change | None:
        """Return when the policy changed under the case."""
        changed = changed_at(events, self.tree.version, self.tree.starts(self.case.zone))
        return None if changed is None else Change(changed, self.tree.anew)

    def _quiet(self) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
        """Return why nobody is told, and the mutes and inhibitions that are unknown."""
        tree, case = self.tree, self.case
        truths = [(mute, mute.truth(case.envs, case.at, self._named)) for mute in self.fork.mutes]
        muted = [mute.said() for mute, truth in truths if truth]
        unknown = [(m.id, [n for e in case.envs if m.when for n in m.when.missing(e)]) for m, t in truths if t is None]
        others = Others(case=case, forks=tree.forks, fork=self.fork)
        inhibited = list(others.inhibiting())
        compared = [(i.id, i.missing(case.envs)) for i in self.fork.inhibitors]
        unsure = (
            *unsaid(tree.policy, "mute", unknown),
            *unsaid(tree.policy, "inhibited_by", [(name, missing) for name, missing in compared if missing]),
        )
        return (*muted, *inhibited), unsure

    def _closed(self) -> bool:
        """Tell whether the case is resolved by its status alone: where no event says when."""
        events = self.case.facts.get("events")
        told = events if isinstance(events, list) else []
        said = any(isinstance(event, dict) and event.get("event") == "resolved" for event in told)
        return not said and word(self.case.facts, "status") in CLOSED

    def _calendars(self) -> tuple[Calendar, ...]:
        """Return the opening hours; around the clock where nobody told which."""
        return self._named(self.way.calendar)

    def _named(self, calendar: str) -> tuple[Calendar, ...]:
        directory = self.case.directory
        if calendar != "market":
            return (directory.calendars.get(calendar, ALWAYS),)
        found = dict.fromkeys(directory.calendar_of(market) or ALWAYS for market in self.case.markets)
        return tuple(found) or (ALWAYS,)

    def _pauses(self, events: tuple[Event, ...]) -> tuple[Pause, ...]:
        pause = self.way.pause
        found = pauses_of(events, self._status_pauses)
        paused_now = bool(found) and found[-1].end is None
        # Since when a status that no event told has held is unknown: it pauses now, and not before.
        open_question = not paused_now and not any(event.status for event in events)
        if pause is not None and open_question and any(pause.holds(env) for env in self.case.envs):
            return (*found, Pause(self.case.at))
        return found

    def _status_pauses(self, status: str) -> bool:
        return self.way.pause is not None and any(self.way.pause.holds(env) for env in self._as_of(status))

    def _as_of(self, status: str) -> Iterator[Env]:
        """Yield the environments with the record as an event left it."""
        rest: Facts = {name: value for name, value in self.case.facts.items() if name != "status"}
        record = {**rest, "status": status} if status else rest
        for env in self.case.envs:
            yield Env(
                record, env.kind, env.at, market=env.market, zone=env.zone, aliases=env.aliases, lookup=env.lookup
            )

    def _pause_unknown(self, events: tuple[Event, ...], state: State) -> tuple[str, ...]:
        pause, status = self.way.pause, next((e.status for e in reversed(events) if e.status), "")
        if pause is None or state.status in {"resolved", "acknowledged", "paused", "not_started"}:
            return ()
        envs = list(self._as_of(status)) if status else self.case.envs
        return tuple(sorted({name for env in envs if pause.truth(env) is None for name in pause.missing(env)}))

    # What is said about it ------------------------------------------------------------------------------------------

    def _entry(self, state: State, severity: str | None) -> dict[str, Any]:
        return {
            "policy": self.tree.policy,
            "version": self.tree.version,
            "route": self.fork.id,
            "severity": severity,
            "path": self.way.name,
            "step": state.step,
            "status": state.status,
            "holder": list(state.holder),
            "next_at": write_time(state.next_at) if state.next_at is not None else None,
            "overdue_by": _lateness(state.overdue_by) if state.overdue_by is not None else None,
            "course": list(_course(state)),
        }

    def _notifications(self, state: State, quiet: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
        for told in () if quiet else state.told:
            who = {"to": str(told.side), "people": list(told.people)}
            action: dict[str, Any] = {"do": "notify", **who, "policy": self.tree.policy}
            if told.via:
                action["via"] = list(told.via)
            if state.due_at is not None:
                action["due_at"] = write_time(state.due_at)
            if told.again_at is not None:
                action["again_at"] = write_time(told.again_at)
            yield action

    def _first_actions(
        self, state: State, start: datetime | None, clock: Clock
    ) -> Iterator[tuple[str, datetime | None]]:
        """Yield what is still to be done at once, and until when; now, where nobody told when the case began."""
        if state.status in {"resolved", "not_started"}:
            return
        done = self._done()
        for do, within in self.way.first:
            if do not in done:
                yield do, clock.due(start, within) if start is not None else self.case.at

    def _done(self) -> frozenset[str]:
        """Return the actions that the record tells were taken by now; one without a time is not certain."""
        actions = self.case.facts.get("actions")
        taken = [a for a in actions if isinstance(a, dict)] if isinstance(actions, list) else []
        return frozenset(
            str(a.get("action")) for a in taken if isinstance(when := a.get("at"), datetime) and when <= self.case.at
        )

    def _deadlines(self, start: datetime | None, clock: Clock) -> Iterator[dict[str, Any]]:
        for limit in self.way.limits:
            if limit.when is not None and not any(limit.when.holds(env) for env in self.case.envs):
                continue
            if limit.met is not None and all(limit.met.holds(env) for env in self.case.envs):
                continue
            begun = self._begun(limit, start)
            if begun is not None and begun > self.case.at:
                continue
            yield self._deadline(limit, begun, clock)

    def _begun(self, limit: Limit, start: datetime | None) -> datetime | None:
        if limit.start is None:
            return start
        told = limit.start(self.case.env, self.case.facts)
        # A bare date is the whole day; its first instant is the strictest reading.
        told = told[0] if isinstance(told, tuple) else told
        return told if isinstance(told, datetime) else None

    def _deadline(self, limit: Limit, begun: datetime | None, clock: Clock) -> dict[str, Any]:
        """Return a deadline. One whose beginning nobody told is due now: it may have run out."""
        due = self.case.at if begun is None else self._through(begun, limit.within, clock)
        return self._due_entry(limit.id, limit.title, due)

    def _due_entry(self, identity: str, title: str | None, due: datetime | None) -> dict[str, Any]:
        at = self.case.at
        entry: dict[str, Any] = {"policy": self.tree.policy, "id": identity}
        if title is not None:
            entry["title"] = title
        entry["due_at"] = write_time(due) if due is not None else None
        if due is not None and due < at:
            entry["overdue_by"] = _lateness((at - due) // timedelta(seconds=1))
        return entry

    def _action(self, do: str, due: datetime | None) -> dict[str, Any]:
        action = {"do": do, "policy": self.tree.policy}
        return action if due is None else {**action, "due_at": write_time(due)}

    def _through(self, begun: datetime, within: Duration, clock: Clock) -> datetime | None:
        if needs_calendar(within):
            return Clock(clock.calendars).due(begun, within)
        return add(begun, within, zone=self.case.zone)


def _nobody(state: State) -> Iterator[str]:
    """Yield the sides that are to be told now, and have nobody who could be."""
    yield from (f"step {state.step} tells nobody: nobody is {told.side}" for told in state.told if not told.people)


def _lateness(seconds: int) -> str:
    return write_duration(Duration(seconds=seconds))


def _course(state: State) -> Iterator[dict[str, Any]]:
    """Yield what happened since the case was opened or handed over, and what is planned, in the order of time."""
    found: list[tuple[datetime, int, dict[str, Any]]] = []
    if state.since is not None:
        found.append((state.since, 0, {"what": "begins"}))
    settled = state.status in {"acknowledged", "resolved"} and state.votes
    over = state.resolved or (state.votes[-1][1] if settled else None)
    for stage in state.stages:
        if stage.comes is None or (over is not None and stage.comes > over):
            continue
        told: dict[str, Any] = {"what": "step", "step": stage.index + 1, "tells": [str(side) for side in stage.sides]}
        found.append((stage.comes, 1, told | ({"due_at": write_time(stage.due)} if stage.due is not None else {})))
    found += [(at, 2, {"what": "acknowledged", "by": by}) for by, at in state.votes]
    if state.resolved is not None:
        found.append((state.resolved, 3, {"what": "resolved"}))
    for at, _, entry in sorted(found, key=lambda item: (item[0], item[1], str(item[2]))):
        yield {"at": write_time(at), **entry}


def _silent(state: State, quiet: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return what is different about a case of which nobody is told: why, and who would have been."""
    if not quiet:
        return {}
    status = "muted" if any("mute" in entry for entry in quiet) else "inhibited"
    return {"status": status, "holder": [], "quiet_by": list(quiet), "would_tell": list(state.holder)}
