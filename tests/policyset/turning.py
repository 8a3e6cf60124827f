"""Conditions and rules turned a little, at random: wider, narrower, or neither. Nobody says beforehand which."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from tests.generators import DURATIONS, NUMBERS, WORDS, Generator

Plain = dict[str, Any]
LISTED = ("all_of", "any_of", "none_of")
THRESHOLDS = ("above", "at_least", "below", "at_most")
SWAPS = {"above": "at_least", "at_least": "above", "below": "at_most", "at_most": "below", "older_than": "newer_than",
         "before": "by", "by": "before", "after": "from", "from": "after", "includes_any": "includes_all",
         "is": "is_not", "in": "not_in", "some": "every", "every": "none", "none": "some"}  # fmt: skip


def turned(generator: Generator, condition: Plain, field: Any, *, element: bool = False) -> Plain:
    """Return a condition that differs from another one in one place."""
    rng = generator.rng
    roll = rng.random()
    if roll < 0.2:
        other = generator.condition(field, 1, element=element)
        return {rng.choice(("all_of", "any_of")): [condition, other]}
    if roll < 0.25:
        return {"not": {"not": condition}}
    found: Plain = copy.deepcopy(condition)
    places = list(_places(found))
    rng.shuffle(places)
    for holder, key in places:
        if _turn(generator, holder, key, field, element=element):
            break
    return found


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        found.append((value, key))
        found += _places(child)
    return found


def _turn(generator: Generator, holder: Any, key: Any, field: Any, *, element: bool) -> bool:
    """Change something at a place; tell whether there was something to change."""
    rng, value = generator.rng, holder[key]
    if isinstance(holder, list) and len(holder) > 1 and rng.random() < 0.5:
        holder.pop(key)
        return True
    if isinstance(holder, dict) and len(holder) > 1 and key != "of" and rng.random() < 0.3:
        holder.pop(key)
        return True
    if key in LISTED:
        value.append(generator.condition(field, 0, element=element))
        return not element
    if key in SWAPS and rng.random() < 0.3:
        holder[SWAPS[key]] = holder.pop(key)
        return True
    if isinstance(value, list) and value and not isinstance(value[0], dict | list):
        if len(value) > 1 and rng.random() < 0.5:
            value.pop()
        else:
            value.append(rng.choice(WORDS) if isinstance(value[0], str) else value[0])
        return True
    return _replaced(rng, holder, key, value)


def _replaced(rng: Random, holder: Any, key: Any, value: Any) -> bool:
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return False
    if isinstance(value, int | float):
        holder[key] = rng.choice(NUMBERS) if isinstance(value, float) else rng.choice((0, 1, 2, 3, 10, 18))
        return True
    if isinstance(value, str) and value in DURATIONS:
        holder[key] = rng.choice(DURATIONS)
        return True
    if isinstance(value, str) and value.endswith("%"):
        holder[key] = rng.choice(("10%", "20%", "50%", "70%"))
        return True
    return False
