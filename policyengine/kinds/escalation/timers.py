"""Compiled clocks, and when they start, pause and stop for one case: each moment judged as events left the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.core.record import RecordType
from policyengine.kinds.escalation.telling import events_told, start_fields, starts, word
from policyengine.kinds.escalation.threads import exchanges
from policyengine.language.environment import Env
from policyengine.shapes.gate import Gate
from policyengine.shapes.hops import CLOSED, Event, in_order
from policyengine.shapes.sla import Goal, Moment

STOPPED_BY: Final[dict[str, frozenset[str]]] = {
    "first_response": frozenset(["replied", "resolved"]),
    "next_response": frozenset(["replied", "resolved"]),
    "resolution": frozenset(["resolved"]),
}
"""What stops the clocks that know by themselves when to run."""
ONCE: Final = "first_response"
NEXT: Final = "next_response"
_ENDS_STATUS: Final = frozenset(["opened", "resumed"])


class Timer(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled clock."""

    name: str
    calendar: str
    goals: tuple[Goal, ...]
    start: Gate | None
    pause: Gate | None
    stop: Gate | None

    @property
    def again(self) -> bool:
        """Tell whether it runs again after it stopped: there is only one first response."""
        return self.name != ONCE

    @property
    def asks(self) -> bool:
        """Tell whether it has conditions of its own about the record."""
        return not (self.start is None and self.pause is None and self.stop is None)


class Subject(Struct, frozen=True, eq=False, kw_only=True):
    """A case whose clocks are read, with one environment a market."""

    facts: Facts
    kind: RecordType
    envs: tuple[Env, ...]
    at: datetime
    policy: str


class History(Struct, frozen=True, eq=False):
    """What happened with a case: everything up to the time, in order; when it began; what cannot be placed."""

    events: tuple[Event, ...]
    start: datetime | None
    missing: tuple[str, ...]


def history(subject: Subject) -> History:
    """Return what a record tells about what happened."""
    told, unreadable = events_told(subject.facts, subject.policy)
    happened = in_order([*told, *exchanges(subject.facts, subject.envs[0])], subject.at)
    opened = min((event.at for event in told if event.event == "opened"), default=None)
    start = opened or next(iter(starts(subject.facts, subject.kind)), None)
    untold = () if start is not None else (*_events_field(subject.kind), *start_fields(subject.kind))
    return History(happened, start, (*unreadable, *untold))


def _events_field(kind: RecordType) -> tuple[str, ...]:
    return ("events",) if "events" in kind.root.fields else ()


def moments(timer: Timer, subject: Subject, past: History) -> Iterator[Moment]:
    """Yield what holds at each instant at which something happened, for one clock."""
    status, asked = "", False
    for at in _instants(subject, past):
        here = [event for event in past.events if event.at == at]
        for event in here:
            asked = event.event == "paused" or (asked and event.event not in {"resumed", "resolved", "opened"})
            status = event.status or _status_after(event, status)
        # Records as they were are costly; a clock without conditions never asks.
        envs = tuple(_as_of(env, at, status) for env in subject.envs) if timer.asks else ()
        yield Moment(
            at=at,
            start=_starts(timer, here, at, past, envs),
            stop=_stops(timer, here, envs),
            paused=asked or _pauses(timer, envs),
        )
    if _untimed_status(subject, past):
        # Since when a status that no event told has held is unknown: it pauses now, and not before.
        yield Moment(at=subject.at, paused=asked or _pauses(timer, subject.envs))


def _pauses(timer: Timer, envs: tuple[Env, ...]) -> bool:
    return timer.pause is not None and all(timer.pause.holds(env) for env in envs)


def _untimed_status(subject: Subject, past: History) -> bool:
    return word(subject.facts, "status") is not None and not any(event.status for event in past.events)


def _status_after(event: Event, status: str) -> str:
    """Return the status that an event leaves which does not tell one."""
    return "resolved" if event.event == "resolved" else "" if event.event in _ENDS_STATUS else status


def _instants(subject: Subject, past: History) -> list[datetime]:
    """Return every time up to now at which something happened with a case that had begun."""
    told = {event.at for event in past.events} | set(_times(subject.facts))
    begun = past.start if past.start is not None else min(told, default=subject.at)
    return sorted(at for at in told | {begun} if begun <= at <= subject.at)


def _times(facts: Facts) -> Iterator[datetime]:
    """Yield the times that a record tells: its own, and those of the entries of its lists."""
    for value in facts.values():
        if isinstance(value, datetime):
            yield value
        for entry in value if isinstance(value, list) else ():
            if isinstance(entry, dict) and isinstance(at := entry.get("at"), datetime):
                yield at


def _as_of(env: Env, at: datetime, status: str) -> Env:
    """Return the environment with the record as it was: what came later is not told yet."""
    facts = {name: _until(value, at) for name, value in env.record.items() if name != "status"}
    told = {name: value for name, value in facts.items() if value is not None}
    record = {**told, "status": status} if status else told
    return Env(record, env.kind, at, market=env.market, zone=env.zone, aliases=env.aliases, lookup=env.lookup)


def _until(value: object, at: datetime) -> object:
    if isinstance(value, datetime):
        return value if value <= at else None
    if not isinstance(value, list):
        return value
    return [entry for entry in value if not (isinstance(entry, dict) and _later(entry.get("at"), at))]


def _later(when: object, at: datetime) -> bool:
    return isinstance(when, datetime) and when > at


def _starts(timer: Timer, here: Iterable[Event], at: datetime, past: History, envs: tuple[Env, ...]) -> bool:
    if timer.start is not None:
        return any(timer.start.holds(env) for env in envs)
    if timer.name == NEXT:
        return any(event.event == "asked" for event in here)
    return at == past.start or any(event.event == "opened" for event in here)


def may_start(timer: Timer, past: History) -> bool:
    """Tell whether a clock can have started at all: for most cases nobody asked a second time."""
    return timer.start is not None or timer.name != NEXT or any(event.event == "asked" for event in past.events)


def _stops(timer: Timer, here: Iterable[Event], envs: tuple[Env, ...]) -> bool:
    if timer.stop is not None:
        return all(timer.stop.holds(env) for env in envs)
    by = STOPPED_BY.get(timer.name, STOPPED_BY["resolution"])
    return any(event.event in by or event.status in CLOSED for event in here)


def untimed(timer: Timer, subject: Subject, past: History) -> bool:
    """Tell whether a record says that a clock stopped, and nothing says when."""
    if not _untimed_status(subject, past):
        return False
    if timer.stop is None:
        return word(subject.facts, "status") in CLOSED and not any(event.event == "resolved" for event in past.events)
    before = (_as_of(env, subject.at, "") for env in subject.envs)
    return all(timer.stop.holds(env) for env in subject.envs) and not all(timer.stop.holds(env) for env in before)


def unsure(timer: Timer, subject: Subject) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what would stop a clock that runs, or make it stand still, if only it were known; and what is not told."""
    for gate in (timer.pause, timer.stop):
        missing = {name for env in subject.envs if gate and gate.truth(env) is None for name in gate.missing(env)}
        if gate is not None and missing:
            yield gate.says, tuple(sorted(missing))
