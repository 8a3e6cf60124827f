"""Who is needed: so many of a role, a team or named people, alone or joined by `any_of` and `all_of`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import Annotated, ClassVar, Final

from msgspec import Struct, structs

from policyengine.language.tree import Truth
from policyengine.shapes.contract import Context
from policyengine.shapes.directory import Directory, Role
from policyengine.shapes.gate import Gate
from policyengine.shapes.matching import Seats
from policyengine.shapes.parts import Condition, Doc, Part, Refers, Use

WAYS_AT_MOST: Final = 64  # of filling one stage, when its alternatives are multiplied out


class Group(Part, frozen=True, kw_only=True):
    """People, by what they are."""

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("role", "team", "person", "people"),)

    role: Annotated[str | None, Refers("role"), Doc("somebody who holds a role", "counsel")] = None
    team: Annotated[str | None, Refers("team"), Doc("somebody of a team", "legal")] = None
    person: Annotated[str | None, Refers("person"), Doc("one person", "kim")] = None
    people: Annotated[list[str] | None, Refers("person"), Doc("some of these people", "[ana, kim]")] = None


class Needs(Group, frozen=True, kw_only=True):
    """Who has to say yes."""

    one_of = (("role", "team", "person", "people", "of", "any_of", "all_of"),)

    of: Annotated[list[Group] | None, Doc("some of all these together", "[{role: counsel}, {team: legal}]")] = None
    any_of: Annotated[list[Needs] | None, Doc("one of several will do")] = None
    all_of: Annotated[list[Needs] | None, Doc("every one of several")] = None
    count: Annotated[int | None, Doc("how many of them (default: 1)", "2")] = None


class AskedFor(Group, frozen=True, kw_only=True):
    """Who has to say yes, where it may depend on the record."""

    one_of = Needs.one_of

    of: Annotated[list[Group] | None, Doc("some of all these together", "[{role: counsel}, {team: legal}]")] = None
    any_of: Annotated[list[AskedFor] | None, Doc("one of several will do")] = None
    all_of: Annotated[list[AskedFor] | None, Doc("every one of several")] = None
    count: Annotated[int | None, Doc("how many of them (default: 1)", "2")] = None
    when: Annotated[
        Condition | None,
        Use("tightens"),
        Doc("when they are asked (unknown: they are; among alternatives they are no way out)", "{risk_tier: 1}"),
    ] = None


class Need(Struct, frozen=True):
    """Who is needed: a quorum (of a role, a team, people, or `of` several of these), or parts joined by a word.

    `unsure` is an alternative of which nobody knows whether it applies: it can be neither taken nor left out.
    """

    kind: str
    names: tuple[str, ...] = ()
    count: int = 1
    parts: tuple[Need, ...] = ()
    when: Gate | None = None

    def __str__(self) -> str:
        """Return it in words: `1 of role counsel or 2 of team legal`."""
        if self.kind in _JOINED:
            word = " or " if self.kind == "any_of" else " and "
            return word.join(f"({part})" if part.parts and len(self.parts) > 1 else str(part) for part in self.parts)
        if self.kind == "unsure":
            return f"perhaps {self.parts[0]}"
        if self.kind == "people" and len(self.names) == 1:
            return self.names[0]
        return f"{self.count} of {self.group}"

    @property
    def group(self) -> str:
        """Return from whom a quorum comes, in words: `role counsel`."""
        if self.kind == "of":
            return " or ".join(part.group for part in self.parts)
        return ", ".join(self.names) if self.kind == "people" else f"{self.kind} {self.names[0]}"

    def leaves(self) -> Iterator[Need]:
        """Yield the quorums that it is made of."""
        if self.kind in _JOINED:
            for part in self.parts:
                yield from part.leaves()
        elif self.kind != "unsure":
            yield self

    def groups(self) -> Iterator[Need]:
        """Yield every role, team and list of people that it names."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.groups()

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
        if self.parts:
            return frozenset(person for part in self.parts for person in part.asked(at, directory))
        if self.kind == "people":
            return frozenset(name for name in self.names if self.entitles(name, at, directory))
        find = directory.holders if self.kind == "role" else directory.members
        return frozenset(find(self.names[0], at))

    def ever(self, directory: Directory) -> frozenset[str]:
        """Return everybody of the directory who may be among those asked at some time."""
        if self.parts:
            return frozenset(person for part in self.parts for person in part.ever(directory))
        if self.kind == "people":
            return frozenset(self.names) & directory.people.keys()
        find = directory.ever_holding if self.kind == "role" else directory.ever_in
        return frozenset(find(self.names[0]))

    def to_come(self, at: datetime, directory: Directory) -> frozenset[str]:
        """Return everybody who is among those asked at a time, or may come to be, away or not."""
        here = {name for name in self.ever(directory) if directory.people[name].here(at)}
        if self.kind == "role":
            role = self.names[0]
            return frozenset(p for p in here if any(_lasts(r, role, at) for r in directory.people[p].roles))
        if self.parts:
            return frozenset(person for part in self.parts for person in part.to_come(at, directory))
        return frozenset(here)

    def met(self, who: Callable[[Need], Collection[str]]) -> bool:
        """Tell whether it is met; `who` gives the people who said yes for a quorum."""
        if self.kind == "all_of":
            return all(part.met(who) for part in self.parts)
        if self.kind == "any_of":
            return any(part.met(who) for part in self.parts)
        return self.kind != "unsure" and len(who(self)) >= self.count

    def ways(self, who: Callable[[Need], Collection[str]]) -> tuple[Seats, ...]:
        """Return the alternative ways to meet it, as seats with the people who may take them."""
        if self.kind == "any_of":
            return tuple(dict.fromkeys(way for part in self.parts for way in part.ways(who)))
        if self.kind == "all_of":
            joined = product(*(part.ways(who) for part in self.parts))
            return tuple(dict.fromkeys(tuple(seat for way in ways for seat in way) for ways in joined))
        return ((frozenset(who(self)),) * self.count,) if self.kind != "unsure" else ()

    def number_of_ways(self) -> int:
        """Return how many ways there are, before any of them is made."""
        if self.kind not in _JOINED:
            return 1
        numbers = [part.number_of_ways() for part in self.parts]
        if self.kind == "any_of":
            return sum(numbers)
        total = 1
        for number in numbers:
            total *= number
        return total

    def asked_for(self, truth: Callable[[Gate], Truth], *, alternative: bool = False) -> Need | None:
        """Return what is needed of a record, without the parts whose condition is no; None where nothing is.

        Where a condition is unknown, the part is needed; among alternatives it cannot be taken, for that would loosen.
        """
        told = True if self.when is None else truth(self.when)
        if told is False:
            return None
        if told is None and alternative:
            return Need("unsure", parts=(structs.replace(self, when=None),))
        if self.kind not in _JOINED:
            return self
        inner = alternative or self.kind == "any_of"
        parts = [part.asked_for(truth, alternative=inner) for part in self.parts]
        left = tuple(part for part in parts if part is not None)
        return structs.replace(self, parts=left) if left else None

    def walk(self) -> Iterator[Need]:
        """Yield itself and all its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def gates(self) -> Iterator[Gate]:
        """Yield the conditions of all parts."""
        return (part.when for part in self.walk() if part.when is not None)


_JOINED: Final = frozenset(["any_of", "all_of"])


def _lasts(role: Role, name: str, at: datetime) -> bool:
    return role.role == name and (role.held.end is None or at < role.held.end)


NOBODY: Final = Need("people", (), 1)


def read_need(needs: Needs | AskedFor, context: Context) -> Need:
    """Return who is needed; faults are reported."""
    need = _read(needs, context)
    if need.number_of_ways() > WAYS_AT_MOST:
        help_ = "split it into several stages"
        context.fault("PE327", "there are too many combinations of who is needed", context.document.span(needs), help_)
        return NOBODY
    return need


def _read(needs: Needs | AskedFor, context: Context) -> Need:
    when = context.gate(needs, "when") if isinstance(needs, AskedFor) else None
    parts: Sequence[Needs | AskedFor] = needs.any_of or needs.all_of or ()
    if parts:
        if needs.count is not None:
            help_ = "`count` stands beside a role, a team, people or `of`"
            context.fault("PE324", "`count` does not fit here", context.document.span(needs, "count"), help_)
        kind = "any_of" if needs.any_of is not None else "all_of"
        return Need(kind, parts=tuple(_read(part, context) for part in parts), when=when)
    if needs.count is not None and needs.count < 1:
        span = context.document.value_span(needs, "count")
        context.fault("PE324", f"`count` is {needs.count}, and at least one person is needed", span)
    count = max(1, needs.count or 1)
    if needs.of is not None:
        return Need("of", count=count, parts=tuple(_group(part) for part in needs.of), when=when)
    return structs.replace(_group(needs), count=count, when=when)


def _group(group: Group) -> Need:
    """Return one of the people of a group."""
    if group.role is not None:
        return Need("role", (group.role,))
    if group.team is not None:
        return Need("team", (group.team,))
    return Need("people", (group.person,) if group.person is not None else tuple(dict.fromkeys(group.people or ())))


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
