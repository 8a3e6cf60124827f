"""Whoever meets an overlay's needs meets its base's, and everybody who may say no still may: by brute force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from random import Random

import pytest

from policyengine.policyset.overlaying.needing import needs_more
from policyengine.shapes.quorum import Group, Needs

PEOPLE = {"role": {"brand": "ab", "counsel": "bcd"}, "team": {"legal": "cde"}}
EVERYBODY = "abcde"


def some(rng: Random, depth: int) -> Needs:
    """Return random needs."""
    match rng.choice(("role", "team", "person", "people", "of", "any_of", "all_of")) if depth else "role":
        case "role":
            return Needs(role=rng.choice(("brand", "counsel")), count=rng.choice((None, 1, 2)))
        case "team":
            return Needs(team="legal", count=rng.choice((None, 2, 3)))
        case "person":
            return Needs(person=rng.choice(EVERYBODY))
        case "people":
            return Needs(people=rng.sample(EVERYBODY, 2), count=rng.choice((1, 2)))
        case "of":
            return Needs(of=[Group(role="brand"), Group(team="legal")], count=rng.choice((1, 2)))
        case "any_of":
            return Needs(any_of=[some(rng, depth - 1) for _ in range(2)])
    return Needs(all_of=[some(rng, depth - 1) for _ in range(2)])


def turned(rng: Random, needs: Needs) -> Needs:
    """Return needs that differ a little, in one way or the other."""
    match rng.randrange(4):
        case 0:
            return Needs(all_of=[needs, some(rng, 1)])
        case 1:
            return Needs(any_of=[needs, some(rng, 1)])
        case 2 if needs.any_of or needs.all_of:
            return rng.choice(needs.any_of or needs.all_of or [])
    return some(rng, 2)


def group(part: Group) -> set[str]:
    if part.role is not None:
        return set(PEOPLE["role"][part.role])
    if part.team is not None:
        return set(PEOPLE["team"][part.team])
    return {part.person} if part.person is not None else set(part.people or ())


def met(needs: Needs, yes: set[str]) -> bool:
    if needs.any_of is not None:
        return any(met(part, yes) for part in needs.any_of)
    if needs.all_of is not None:
        return all(met(part, yes) for part in needs.all_of)
    asked = {p for one in needs.of for p in group(one)} if needs.of is not None else group(needs)
    return len(asked & yes) >= (needs.count or 1)


def asked(needs: Needs) -> Iterator[str]:
    for part in needs.any_of or needs.all_of or ():
        yield from asked(part)
    if not (needs.any_of or needs.all_of):
        yield from (p for one in needs.of for p in group(one)) if needs.of is not None else group(needs)


@pytest.mark.parametrize("seed", range(4))
def test_needs_that_are_more_are_met_by_nobody_new_and_ask_everybody_who_was_asked(seed: int) -> None:
    rng = Random(seed)
    shown: Counter[bool] = Counter()
    worlds = [set(w) for n in range(len(EVERYBODY) + 1) for w in combinations(EVERYBODY, n)]
    for _ in range(600):
        base = some(rng, 2)
        over = turned(rng, base)
        found = needs_more(over, base)
        shown[found] += 1
        if found:
            assert all(met(base, yes) for yes in worlds if met(over, yes)), (base, over)
            assert set(asked(base)) <= set(asked(over))
    assert shown[True] > 100, shown
    assert shown[False] > 100, shown
