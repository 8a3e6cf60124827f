"""Sides: teams, roles, people and rotations that are told or asked, and who stands for them at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from policyengine.shapes.directory import Directory


class Side(Struct, frozen=True, order=True):
    """Somebody who is told: a team, the holders of a role, a person, or whoever is on call."""

    sort: Literal["team", "role", "person", "on_call"]
    name: str

    def __str__(self) -> str:
        """Return the side in words."""
        return f"{self.sort.replace('_', ' ')} {self.name}"

    def members(self, directory: Directory, at: datetime) -> tuple[str, ...]:
        """Return the people of the side at a time, whether they are away or not."""
        if self.sort == "team":
            return directory.members(self.name, at)
        if self.sort == "role":
            return directory.holders(self.name, at)
        found = self.name if self.sort == "person" else directory.on_call(self.name, at)
        return () if found is None else (found,)

    def people(self, directory: Directory, at: datetime) -> tuple[str, ...]:
        """Return who is told at a time: deputies for those who are away; those away where nobody else is left."""
        if not directory.known:
            return (self.name if self.sort == "person" else str(self),)
        members = self.members(directory, at)
        there = {stand_in for person in members if (stand_in := directory.acting(person, at)) is not None}
        return tuple(sorted(there)) or members

    def includes(self, person: str, directory: Directory, times: tuple[datetime, ...]) -> bool:
        """Tell whether a person was of the side, or stood in for one of it, at one of the times."""
        if not directory.known:
            return self.sort != "person" or person == self.name
        return any(person in (*self.members(directory, at), *self.people(directory, at)) for at in times)


def side_named(name: str, directory: Directory) -> Side | None:
    """Return the side that a hand-over names (a person, a team, a role, a rotation), or None for an unknown name."""
    if not directory.known:
        return Side("person", name)
    if name in directory.people:
        return Side("person", name)
    if name in directory.teams:
        return Side("team", name)
    if name in directory.roles:
        return Side("role", name)
    return Side("on_call", name) if name in directory.rotations else None
