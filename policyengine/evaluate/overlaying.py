"""Overlays: where one certainly applies, its base is silent; where that is not certain, both speak."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from policyengine.evaluate.timing import standing
from policyengine.policyset.units import Unit
from policyengine.shapes.contract import Case

Cases = tuple[tuple[Unit, Case], ...]


def place_taken(cases: Cases, governing: datetime) -> Cases:
    """Return the cases, those of bases without the markets in which an overlay speaks in their place.

    Silence loosens, so it needs a certain yes: the overlay is among the policies asked, in force, and its scope holds.
    """
    taken: dict[str, dict[int, set[str]]] = {}
    for unit, case in cases:
        if unit.extends is not None:
            by_market = taken.setdefault(unit.extends, {})
            for index in _places(unit, case, governing):
                by_market.setdefault(index, set()).add(unit.id)
    return tuple(_without(unit, case, taken.get(unit.id, {})) for unit, case in cases) if taken else cases


def _places(unit: Unit, case: Case, governing: datetime) -> list[int]:
    """Return the environments (one a market, in one order for all policies) in which an overlay certainly applies."""
    return [
        index
        for index, env in enumerate(case.envs)
        if standing(unit.starts, unit.ends, governing, env.zone) == "in_force"
        and (unit.place is None or unit.place.truth(env) is True)
    ]


def _without(unit: Unit, case: Case, taken: dict[int, set[str]]) -> tuple[Unit, Case]:
    """Return a policy and its case without some environments. Where none is left, only its rules can be looked at."""
    if not taken:
        return unit, case
    left = tuple(env for index, env in enumerate(case.envs) if index not in taken)
    said = structs.replace(case, envs=left, taken_by=tuple(sorted(set().union(*taken.values()))))
    return (unit if left else structs.replace(unit, record_judges=(), votes_judges=())), said
