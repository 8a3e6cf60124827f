"""Who is needed: so many of a role, a team or named people, alone or joined by `any_of` and `all_of`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import product
from typing import Annotated, Final

from msgspec import Struct

from policyengine.shapes.contract import Context
from policyengine.shapes.directory import Directory
from policyengine.shapes.matching import Seats
from policyengine.shapes.parts import Doc, Part, Refers

WAYS_AT_MOST: Final = 64  # of filling one stage, when its alternatives are multiplied out


class Needs(Part, frozen=True, kw_only=True):
    """Who has to say yes."""

    one_of = (("role", "team", "person", "people", "any_of", "all_of"),)

    role: Annotated[str | None, Refers("role"), Doc("somebody who holds a role", "counsel")] = None
    team: Annotated[str | None, Refers("team"), Doc("somebody of a team", "legal")] = None
    person: Annotated[str | None, Refers("person"), Doc("one person", "kim")] = None
    people: Annotated[list[str] | None, Refers("person"), Doc("some of these people", "[ana, kim]")] = None
    any_of: Annotated[list[Needs] | None, Doc("one of several will do")] = None
    all_of: Annotated[list[Needs] | None, Doc("every one of several")] = None
    count: Annotated[int | None, Doc("how many of them (default: 1)", "2")] = None


class Need(Struct, frozen=True):
    """Who is needed: a quorum of people (`kind` and `names`), or parts joined by `any_of` or `all_of`."""

    kind: str
    names: tuple[str, ...] = ()
    count: int = 1
    parts: tuple[Need, ...] = ()

    def __str__(self) -> str:
        """Return it in words: `1 of role counsel or 2 of team legal`."""
        if self.kind in {"any_of", "all_of"}:
            word = " or " if self.kind == "any_of" else " and "
            return word.join(f"({part})" if part.parts and len(self.parts) > 1 else str(part) for part in self.parts)
        if self.kind == "people":
            return self.names[0] if len(self.names) == 1 else f"{self.count} of {', '.join(self.names)}"
        return f"{self.count} of {self.kind} {self.names[0]}"

    def leaves(self) -> Iterator[Need]:
        """Yield the quorums that it is made of."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def entitles(self, person: str, at: datetime, directory: Directory) -> bool:
        """Tell whether a person is among those who are asked, at a time. Without a directory everybody is."""
        if self.parts:
            return any(part.entitles(person, at, directory) for part in self.parts)
        if self.kind == "people":
            found = directory.people.get(person)
            return person in self.names and (not directory.known or (found is not None and found.here(at)))
        if not directory.known:
            return True
        if self.kind == "role":
            return directory.holds(person, self.names[0], at)
        return directory.belongs(person, self.names[0], at)

    def asked(self, at: datetime, directory: Directory) -> frozenset[str]:
        """Return everybody of the directory who is among those asked, at a time."""
        return frozenset(person for person in directory.people if self.entitles(person, at, directory))

    def ever(self, directory: Directory) -> frozenset[str]:
        """Return everybody of the directory who may be among those asked at some time."""
        if self.kind == "people":
            return frozenset(self.names) & directory.people.keys()
        if self.kind == "role":
            return frozenset(p.id for p in directory.people.values() if any(r.role == self.names[0] for r in p.roles))
        return frozenset(p.id for p in directory.people.values() if directory.within(p.team, self.names[0]))

    def met(self, who: Callable[[Need], Collection[str]]) -> bool:
        """Tell whether it is met; `who` gives the people who said yes for a quorum."""
        if self.kind == "all_of":
            return all(part.met(who) for part in self.parts)
        if self.kind == "any_of":
            return any(part.met(who) for part in self.parts)
        return len(who(self)) >= self.count

    def ways(self, who: Callable[[Need], Collection[str]]) -> tuple[Seats, ...]:
        """Return the alternative ways to meet it, as seats with the people who may take them."""
        if self.kind == "any_of":
            return tuple(dict.fromkeys(way for part in self.parts for way in part.ways(who)))
        if self.kind == "all_of":
            joined = product(*(part.ways(who) for part in self.parts))
            return tuple(dict.fromkeys(tuple(seat for way in ways for seat in way) for ways in joined))
        return ((frozenset(who(self)),) * self.count,)

    def number_of_ways(self) -> int:
        """Return how many ways there are, before any of them is made."""
        numbers = [part.number_of_ways() for part in self.parts]
        if self.kind == "any_of":
            return sum(numbers)
        total = 1
        for number in numbers:
            total *= number
        return total


NOBODY: Final = Need("people", (), 1)


def read_need(needs: Needs, context: Context) -> Need:
    """Return who is needed; faults are reported."""
    need = _read(needs, context)
    if need.number_of_ways() > WAYS_AT_MOST:
        help_ = "split it into several stages"
        context.fault("PE327", "there are too many combinations of who is needed", context.document.span(needs), help_)
        return NOBODY
    return need


def _read(needs: Needs, context: Context) -> Need:
    if needs.any_of is not None or needs.all_of is not None:
        if needs.count is not None:
            help_ = "`count` stands beside a role, a team or people"
            context.fault("PE324", "`count` does not fit here", context.document.span(needs, "count"), help_)
        kind = "any_of" if needs.any_of is not None else "all_of"
        return Need(kind, parts=tuple(_read(part, context) for part in needs.any_of or needs.all_of or ()))
    if needs.count is not None and needs.count < 1:
        span = context.document.value_span(needs, "count")
        context.fault("PE324", f"`count` is {needs.count}, and at least one person is needed", span)
    count = max(1, needs.count or 1)
    if needs.role is not None:
        return Need("role", (needs.role,), count)
    if needs.team is not None:
        return Need("team", (needs.team,), count)
    people = (needs.person,) if needs.person is not None else tuple(dict.fromkeys(needs.people or ()))
    return Need("people", people, count)


def too_few(need: Need, directory: Directory) -> tuple[Need, int] | None:
    """Return the quorum that can never be met, with the number of people that there are, or None.

    Of alternatives, the first, where none of them can be met.
    """
    if need.kind == "all_of":
        return next((found for part in need.parts if (found := too_few(part, directory)) is not None), None)
    if need.kind == "any_of":
        ways = [too_few(part, directory) for part in need.parts]
        return None if any(way is None for way in ways) else ways[0]
    there_are = len(need.ever(directory))
    return (need, there_are) if there_are < need.count else None
