"""Seats and people: whether everybody who is needed can be a different person, and who then sits where.

A seat is the set of people who may take it. Several ways to fill a stage (one counsel, or two of the on-call lawyers)
are alternatives, of which any one will do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

Seats = tuple[frozenset[str], ...]
"""The seats of one way to fill a stage, each with the people who may take it."""

MATCHINGS_AT_MOST: Final = 4096  # tried for one record; a policy that needs more is not one that people understand


class Exceeded(Struct, frozen=True):
    """The search was given up: there are too many alternatives."""


def matched(seats: Sequence[frozenset[str]]) -> tuple[str, ...] | None:
    """Return a different person for each seat, in the order of the seats, or None when there is no such assignment.

    Source: augmenting paths in a bipartite graph (Kuhn 1955, Berge 1957). The same seats give the same people.
    """
    holder: dict[str, int] = {}
    for seat in range(len(seats)):
        if not _seated(seat, seats, holder, set()):
            return None
    taken = {seat: person for person, seat in holder.items()}
    return tuple(taken[seat] for seat in range(len(seats)))


def most(seats: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the names of as many seats as can be filled with different people; the same seats give the same names."""
    names = sorted(seats)
    holder: dict[str, int] = {}
    for seat in range(len(names)):
        _seated(seat, [seats[name] for name in names], holder, set())
    return frozenset(names[seat] for seat in holder.values())


def _seated(seat: int, seats: Sequence[frozenset[str]], holder: dict[str, int], tried: set[str]) -> bool:
    """Find somebody for a seat, moving those who sit already to other seats where that helps."""
    for person in sorted(seats[seat] - tried):
        tried.add(person)
        if person not in holder or _seated(holder[person], seats, holder, tried):
            holder[person] = seat
            return True
    return False


def filled(stages: Sequence[Sequence[Seats]]) -> tuple[tuple[str, ...], ...] | Exceeded | None:
    """Return the people of each stage, all of them different, or None when that is not possible.

    `stages` gives the alternatives of each stage. An assignment that exists is always found, unless more than
    `MATCHINGS_AT_MOST` combinations would have to be tried.
    """
    search = _Search([sorted(set(ways), key=_size) for ways in stages])
    seats = search.run((), 0)
    if seats is None:
        return Exceeded() if search.left < 0 else None
    people = matched([seat for way in seats for seat in way]) or ()
    ends = [0]
    for way in seats:
        ends.append(ends[-1] + len(way))
    return tuple(people[start:end] for start, end in pairwise(ends))


def _size(way: Seats) -> tuple[int, list[list[str]]]:
    return len(way), [sorted(seat) for seat in way]


class _Search:
    def __init__(self, stages: list[list[Seats]]) -> None:
        self._stages = stages
        self.left = MATCHINGS_AT_MOST

    def run(self, chosen: tuple[Seats, ...], at: int) -> tuple[Seats, ...] | None:
        """Return one way for each stage such that all seats together can be filled."""
        if at == len(self._stages):
            return chosen
        for way in self._stages[at]:
            self.left -= 1
            if self.left < 0:
                return None
            tried = (*chosen, way)
            if matched([seat for part in tried for seat in part]) is not None:
                found = self.run(tried, at + 1)
                if found is not None:
                    return found
        return None
