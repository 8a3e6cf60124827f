"""Seats and people, against trying everything."""

from __future__ import annotations

from itertools import combinations, permutations, product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policyengine.shapes.matching import Exceeded, Seats, filled, matched, most

PEOPLE = "abcde"
SEAT = st.frozensets(st.sampled_from(PEOPLE), max_size=4)
WAY = st.lists(SEAT, min_size=1, max_size=3).map(tuple)
STAGES = st.lists(st.lists(WAY, min_size=1, max_size=3), min_size=1, max_size=3)


def possible(seats: tuple[frozenset[str], ...]) -> bool:
    """Try every assignment."""
    return any(all(p in seat for p, seat in zip(who, seats, strict=True)) for who in permutations(PEOPLE, len(seats)))


@given(st.lists(SEAT, max_size=5).map(tuple))
def test_an_assignment_is_found_exactly_where_there_is_one(seats: Seats) -> None:
    found = matched(seats)
    assert (found is not None) == possible(seats)
    if found is not None:
        assert len(set(found)) == len(seats)
        assert all(person in seat for person, seat in zip(found, seats, strict=True))


@given(STAGES)
def test_alternatives_are_all_tried(stages: list[list[Any]]) -> None:
    found = filled(stages)
    combined = [tuple(seat for way in ways for seat in way) for ways in product(*stages)]
    assert (found is not None) == any(len(seats) <= len(PEOPLE) and possible(seats) for seats in combined)
    if found is not None and not isinstance(found, Exceeded):
        everybody = [person for people in found for person in people]
        assert len(set(everybody)) == len(everybody)
        for people, ways in zip(found, stages, strict=True):
            fits = [w for w in ways if len(w) == len(people) and all(p in s for p, s in zip(people, w, strict=True))]
            assert fits


@given(st.dictionaries(st.sampled_from("pqrst"), SEAT, max_size=5))
def test_as_many_seats_as_possible_are_filled(seats: dict[str, frozenset[str]]) -> None:
    found = most(seats)
    assert possible(tuple(seats[name] for name in found))
    larger = list(combinations(sorted(seats), len(found) + 1))
    assert not any(possible(tuple(seats[name] for name in chosen)) for chosen in larger)


@given(STAGES, st.randoms())
def test_the_order_of_alternatives_means_nothing(stages: list[list[Any]], random: Any) -> None:
    shuffled = [random.sample(ways, len(ways)) for ways in stages]
    assert filled(stages) == filled(shuffled)


def test_nobody_needed_is_possible_and_nobody_there_is_not() -> None:
    assert matched(()) == ()
    assert matched((frozenset(),)) is None
    assert filled([]) == ()


def test_a_search_that_explodes_is_given_up() -> None:
    pairs = tuple((frozenset([f"{i}", f"{i + 1}"]), frozenset([f"{i}", f"{i + 2}"])) for i in range(12))
    hopeless = [*[pairs] * 8, [(frozenset(),)]]
    assert filled(hopeless) == Exceeded()
