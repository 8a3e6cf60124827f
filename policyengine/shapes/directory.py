"""Teams, roles, people, calendars, markets: the one home of who and when. Built from `kind: directory` documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import BUILT_IN, Calendar

Facts = dict[str, Any]


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
    """Somebody who may vote, be notified, be trained. `facts` are what never changes in their record of type person."""

    id: str
    team: str | None = None
    roles: tuple[Role, ...] = ()
    absences: tuple[Absence, ...] = ()
    left_at: datetime | None = None
    facts: dict[str, Any] = {}
    market: str | None = None

    def here(self, at: datetime) -> bool:
        """Tell whether the person belongs to the organisation at a time."""
        return self.left_at is None or at < self.left_at

    def facts_at(self, at: datetime) -> Facts:
        """Return the facts of the person's record at a time: whether they work here, and the roles that they hold."""
        held = sorted({r.role for r in self.roles if r.held.covers(at)}) if self.here(at) else []
        return {**self.facts, "active": self.here(at), "roles": held}


class Rotation(Struct, frozen=True):
    """Who is on call: the people in turn, changing every `days` at the time of day of `start` on the wall in `zone`."""

    name: str
    people: tuple[str, ...]
    start: datetime
    days: int = 7
    zone: ZoneInfo = ZoneInfo("UTC")

    def turn(self, at: datetime) -> str:
        """Return whose turn it is at a time; before the start, the first one's."""
        if at < self.start:
            return self.people[0]
        # Differences on the wall, so that a change of the clocks does not move the handover.
        passed = at.astimezone(self.zone).replace(tzinfo=None) - self.start.astimezone(self.zone).replace(tzinfo=None)
        return self.people[max(0, passed // timedelta(days=self.days)) % len(self.people)]


class Market(Struct, frozen=True):
    """A market: its office calendar, its zone, its languages."""

    code: str
    calendar: str | None = None
    zone: str | None = None
    languages: tuple[str, ...] = ()


class Directory(Struct, frozen=True, kw_only=True, dict=True):
    """Everything that policies and votes refer to by name.

    `known` is false where a set has no directory document: then every team and role counts as known. Who may ever be
    in a team, hold a role or act for somebody is gathered once; questions about a time look only at those.
    """

    known: bool = False
    people: dict[str, Person] = {}
    team_names: frozenset[str] = frozenset()
    role_names: frozenset[str] = frozenset()
    part_of: dict[str, str] = {}
    rotations: dict[str, Rotation] = {}
    calendars: dict[str, Calendar] = {}
    markets: dict[str, Market] = {}
    groups: dict[str, tuple[str, ...]] = {}
    platforms: tuple[str, ...] = ()

    @cached_property
    def teams(self) -> frozenset[str]:
        """Return the names of all teams."""
        return self.team_names | {p.team for p in self.people.values() if p.team is not None}

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the names of all roles."""
        return self.role_names | {r.role for p in self.people.values() for r in p.roles}

    def here(self, person: str, at: datetime) -> bool:
        """Tell whether somebody is a person of the organisation at a time."""
        found = self.people.get(person)
        return found is not None and found.here(at)

    def holds(self, person: str, role: str, at: datetime) -> bool:
        """Tell whether a person of the organisation holds a role at a time."""
        found = self.people.get(person)
        return found is not None and found.here(at) and any(r.role == role and r.held.covers(at) for r in found.roles)

    def holders(self, role: str, at: datetime) -> tuple[str, ...]:
        """Return the people who hold a role at a time, sorted."""
        return tuple(p for p in self._holders.get(role, ()) if self.holds(p, role, at))

    def ever_acting_for(self, deputy: str) -> frozenset[str]:
        """Return the people for whom somebody acts at some time."""
        return frozenset(self._deputised.get(deputy, ()))

    def ever_holding(self, role: str) -> tuple[str, ...]:
        """Return the people who hold a role at some time, sorted."""
        return self._holders.get(role, ())

    def ever_in(self, team: str) -> tuple[str, ...]:
        """Return the people of a team and of its parts, whenever they are here, sorted."""
        return self._members.get(team, ())

    def within(self, team: str | None, whole: str) -> bool:
        """Tell whether a team is another one, or a part of it."""
        return whole in self._teams_above(team)

    def belongs(self, person: str, team: str, at: datetime) -> bool:
        """Tell whether a person of the organisation is in a team, or in a part of it, at a time."""
        found = self.people.get(person)
        return found is not None and found.here(at) and self.within(found.team, team)

    def members(self, team: str, at: datetime) -> tuple[str, ...]:
        """Return the people of a team and of its parts at a time, sorted."""
        return tuple(p for p in self._members.get(team, ()) if self.people[p].here(at))

    def acting(self, person: str, at: datetime) -> str | None:
        """Return who acts for a person at a time: themselves, their deputy (or the deputy's), or None for nobody."""
        seen: set[str] = set()
        while person not in seen:
            seen.add(person)
            found = self.people.get(person)
            if found is None or not found.here(at):
                return None
            absence = self.absence(person, at)
            if absence is None:
                return person
            if absence.deputy is None:
                return None
            person = absence.deputy
        return None

    def stands_in_for(self, deputy: str, at: datetime) -> tuple[str, ...]:
        """Return the absent people for whom somebody acts at a time, sorted."""
        return tuple(p for p in self._deputised.get(deputy, ()) if self.acting(p, at) == deputy)

    @cached_property
    def _holders(self) -> dict[str, tuple[str, ...]]:
        """The people who hold each role at some time, sorted."""
        return _grouped((r.role, name) for name, person in self.people.items() for r in person.roles)

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        """The people of each team and of its parts, whenever they are here, sorted."""
        return _grouped((team, name) for name, person in self.people.items() for team in self._teams_above(person.team))

    def _teams_above(self, team: str | None) -> list[str]:
        """Return a team and those of which it is a part."""
        found: list[str] = []
        while team is not None and team not in found:
            found.append(team)
            team = self.part_of.get(team)
        return found

    @cached_property
    def _deputised(self) -> dict[str, tuple[str, ...]]:
        """The people for whom each person may have to act at some time: directly, or as a deputy's deputy; sorted."""
        return _grouped((deputy, person) for person in self.people for deputy in self._deputies(person))

    def _deputies(self, person: str) -> set[str]:
        """Return everybody who may come to act for a person."""
        found: set[str] = set()
        left = [person]
        while left:
            known = self.people.get(left.pop())
            named = {a.deputy for a in known.absences if a.deputy is not None} if known is not None else set()
            left.extend(named - found)
            found |= named
        return found - {person}

    def people_at(self, at: datetime) -> Mapping[str, Facts]:
        """Return the facts of the people's records at a time, each worked out when it is asked for."""
        return _PeopleAt(self.people, at)

    def absence(self, person: str, at: datetime) -> Absence | None:
        """Return the absence in which a person is at a time, or None."""
        found = self.people.get(person)
        absences = found.absences if found is not None else ()
        return next((a for a in absences if a.period.covers(at)), None)

    def on_call(self, rotation: str, at: datetime) -> str | None:
        """Return who is on call at a time (before the start: the first), or None for an unknown rotation."""
        found = self.rotations.get(rotation)
        return found.turn(at) if found is not None and found.people else None

    def calendar_of(self, market: str) -> Calendar | None:
        """Return a market's office calendar, or None."""
        found = self.markets.get(market)
        return self.calendar(found.calendar) if found is not None and found.calendar is not None else None

    def calendar(self, name: str) -> Calendar | None:
        """Return a calendar of the directory, or one that is built in (`always`); None for an unknown one."""
        return self.calendars.get(name) or BUILT_IN.get(name)

    def zone_of(self, market: str | None, default: ZoneInfo) -> ZoneInfo:
        """Return a market's zone (its own, else its calendar's), or the default."""
        found = self.markets.get(market) if market is not None else None
        if found is None:
            return default
        if found.zone is not None:
            return ZoneInfo(found.zone)
        calendar = self.calendar_of(found.code)
        return calendar.zone if calendar is not None else default


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the second parts of pairs by the first, sorted, each once."""
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


class _PeopleAt(Mapping[str, Facts]):
    """The people of a directory as records of type person, at a time."""

    def __init__(self, people: dict[str, Person], at: datetime) -> None:
        self._people = people
        self._at = at
        self._read: dict[str, Facts] = {}

    def __getitem__(self, person: str) -> Facts:
        if person not in self._read:
            self._read[person] = self._people[person].facts_at(self._at)
        return self._read[person]

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)
