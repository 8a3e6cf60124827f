"""Teams, roles, people, calendars, markets: the one home of who and when. Built from `kind: directory` documents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import Calendar


class Period(Struct, frozen=True):
    """A stretch of time: `start` included, `end` excluded; None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Tell whether an instant lies in the period."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


class Role(Struct, frozen=True):
    """A role that a person holds, for a time."""

    role: str
    held: Period = Period()


class Absence(Struct, frozen=True):
    """A time in which a person is away, and who acts for them."""

    period: Period
    deputy: str | None = None


class Person(Struct, frozen=True):
    """Somebody who may vote, be notified, be trained."""

    id: str
    team: str | None = None
    roles: tuple[Role, ...] = ()
    absences: tuple[Absence, ...] = ()
    left_at: datetime | None = None
    facts: dict[str, Any] = {}

    def here(self, at: datetime) -> bool:
        """Tell whether the person belongs to the organisation at a time."""
        return self.left_at is None or at < self.left_at


class Rotation(Struct, frozen=True):
    """Who is on call: the people in turn, changing every `days` from `start`."""

    name: str
    people: tuple[str, ...]
    start: datetime
    days: int = 7


class Market(Struct, frozen=True):
    """A market: its office calendar, its zone, its languages."""

    code: str
    calendar: str | None = None
    zone: str | None = None
    languages: tuple[str, ...] = ()


class Directory(Struct, frozen=True, kw_only=True):
    """Everything that policies and votes refer to by name. `known` is false where a set has no directory document:

    then every team and role counts as known.
    """

    known: bool = False
    people: dict[str, Person] = {}
    team_names: frozenset[str] = frozenset()
    role_names: frozenset[str] = frozenset()
    rotations: dict[str, Rotation] = {}
    calendars: dict[str, Calendar] = {}
    markets: dict[str, Market] = {}
    groups: dict[str, tuple[str, ...]] = {}
    platforms: tuple[str, ...] = ()

    @property
    def teams(self) -> frozenset[str]:
        """Return the names of all teams."""
        return self.team_names | {p.team for p in self.people.values() if p.team is not None}

    @property
    def roles(self) -> frozenset[str]:
        """Return the names of all roles."""
        return self.role_names | {r.role for p in self.people.values() for r in p.roles}

    def holds(self, person: str, role: str, at: datetime) -> bool:
        """Tell whether a person of the organisation holds a role at a time."""
        found = self.people.get(person)
        return found is not None and found.here(at) and any(r.role == role and r.held.covers(at) for r in found.roles)

    def holders(self, role: str, at: datetime) -> tuple[str, ...]:
        """Return the people who hold a role at a time, sorted."""
        return tuple(sorted(p for p in self.people if self.holds(p, role, at)))

    def members(self, team: str, at: datetime) -> tuple[str, ...]:
        """Return the people of a team at a time, sorted."""
        return tuple(sorted(p.id for p in self.people.values() if p.team == team and p.here(at)))

    def absence(self, person: str, at: datetime) -> Absence | None:
        """Return the absence in which a person is at a time, or None."""
        found = self.people.get(person)
        absences = found.absences if found is not None else ()
        return next((a for a in absences if a.period.covers(at)), None)

    def on_call(self, rotation: str, at: datetime) -> str | None:
        """Return who is on call at a time (before the start: the first), or None for an unknown rotation."""
        found = self.rotations.get(rotation)
        if found is None or not found.people:
            return None
        turns = max(0, (at - found.start) // timedelta(days=found.days)) if at >= found.start else 0
        return found.people[turns % len(found.people)]

    def calendar_of(self, market: str) -> Calendar | None:
        """Return a market's office calendar, or None."""
        found = self.markets.get(market)
        return self.calendars.get(found.calendar) if found is not None and found.calendar is not None else None

    def zone_of(self, market: str | None, default: ZoneInfo) -> ZoneInfo:
        """Return a market's zone (its own, else its calendar's), or the default."""
        found = self.markets.get(market) if market is not None else None
        if found is None:
            return default
        if found.zone is not None:
            return ZoneInfo(found.zone)
        calendar = self.calendar_of(found.code)
        return calendar.zone if calendar is not None else default
