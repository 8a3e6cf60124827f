"""Why nobody is told of a case: a time or a kind of case that is muted, another case that says more.

Both loosen, so they need certainty; who would have been told is always said.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from policyengine.core.calendar import Calendar
from policyengine.core.facts import NONE, UNTOLD, Facts
from policyengine.core.instant import write_time
from policyengine.core.record import RecordType
from policyengine.kinds.escalation.telling import events_told, starts, word
from policyengine.language.environment import Env, Read
from policyengine.language.tree import Truth
from policyengine.shapes.gate import Gate
from policyengine.shapes.hops import CLOSED, in_order
from policyengine.shapes.windows import Window

Calendars = Callable[[str], Iterable[Calendar]]


class Silence(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled mute."""

    id: str
    because: str
    when: Gate | None
    window: Window

    def truth(self, envs: tuple[Env, ...], at: datetime, calendars: Calendars) -> Truth:
        """Tell whether nobody is told: for certain only where every market says so."""
        if not self.window.covers(at, calendars):
            return False
        return True if self.when is None else _every(self.when.truth(env) for env in envs)

    def said(self) -> dict[str, Any]:
        """Return what a Decision says about it."""
        until = {} if self.window.end is None else {"until": write_time(self.window.end)}
        return {"mute": self.id, "because": self.because, **until}


class Inhibitor(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled inhibition: another open case that matches, with the same values in some fields."""

    id: str
    because: str | None
    when: Gate | None
    route: str | None
    same: tuple[tuple[str, Read], ...]

    def missing(self, envs: tuple[Env, ...]) -> tuple[str, ...]:
        """Return the fields of this case that it must tell to be compared with others."""
        return tuple(name for name, read in self.same if any(_untold(read(env, env.record)) for env in envs))

    def key(self, envs: tuple[Env, ...]) -> Hashable | None:
        """Return what a case tells in all the fields; None where it does not: that is the same as nothing."""
        found = {tuple(told(read(env, env.record)) for _, read in self.same) for env in envs}
        return next(iter(found)) if len(found) == 1 and None not in next(iter(found)) else None

    def says(self, envs: tuple[Env, ...], *, certain: bool) -> bool:
        """Tell whether a case is one of those that silence, certainly or possibly; its route is not looked at."""
        truths = [True] if self.when is None else [self.when.truth(env) for env in envs]
        return all(truth is True for truth in truths) if certain else any(truth is not False for truth in truths)

    def said(self, other: str) -> dict[str, Any]:
        """Return what a Decision says about it, with the other case's id."""
        because = {} if self.because is None else {"because": self.because}
        return {"inhibited_by": self.id, "case": other, **because}


def is_open(facts: Facts, kind: RecordType, at: datetime) -> bool:
    """Tell whether another case certainly is open at a time: it has begun, and nothing says that it is over."""
    events, unreadable = events_told(facts)
    if unreadable or word(facts, "status") in CLOSED:
        return False
    happened = in_order(events, at)
    turns = [event.event for event in happened if event.event in {"opened", "resolved"}]
    begun = bool(happened) or any(when <= at for when in starts(facts, kind))
    return begun and turns[-1:] != ["resolved"]


def _every(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def _untold(value: Any) -> bool:
    return value is None or value is UNTOLD or value is NONE or (isinstance(value, list) and UNTOLD in value)


def told(value: Any) -> Hashable | None:
    """Return a value as what is compared with others; None where it is not told. The order of a list means nothing."""
    if _untold(value):
        return None
    if isinstance(value, list):
        return tuple(sorted(map(str, value)))
    return str(value) if isinstance(value, dict) else value


def unsaid(policy: str, kind: str, found: Iterable[tuple[str, Iterable[str]]]) -> Iterator[dict[str, Any]]:
    """Yield what is said about mutes and inhibitions that are unknown."""
    for name, missing in found:
        yield {"policy": policy, "what": f"{kind} {name}", "missing": sorted(set(missing))}
