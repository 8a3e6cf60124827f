"""The set at a time, without a record: which reviews are done, due and overdue, what clocks took over all cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from policyengine.core.facts import Facts
from policyengine.evaluate.choosing import Register
from policyengine.evaluate.deciding import unite
from policyengine.evaluate.grouping import judge_groups
from policyengine.evaluate.related import Finder, Records
from policyengine.evaluate.selecting import selected
from policyengine.evaluate.timing import standing
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Contribution, SetCase
from policyengine.shapes.naming import Index


def judge_set(assembly: Assembly, records: Records, at: datetime, only: tuple[str, ...] = ()) -> Contribution:
    """Return what the policies in force say about the set at a time in UTC.

    Reviews are sorted by policy, appeals by policy and rule, the other lists by their canonical JSON.
    `only` are patterns of policy ids; none: all policies.
    """
    finder = Finder(records, assembly.directory.people_at(at), Register.of(assembly, at))

    @cache
    def related(kind: str) -> list[Facts]:
        return finder.of_type(kind)

    case = SetCase(
        at=at,
        directory=assembly.directory,
        zone=assembly.zone,
        related=related,
        naming=Index(related),
        complete=records.complete,
        types=assembly.types,
        lookup=finder,
    )
    units = [
        unit
        for unit in assembly.units
        if selected(unit.id, only) and standing(unit.starts, unit.ends, at, assembly.zone) == "in_force"
    ]
    taken = {unit.extends for unit in units if unit.place is None}
    parts = [judge(case) for unit in units if unit.id not in taken for judge in unit.set_judges]
    groups = judge_groups(assembly, records, at, only)
    return Contribution(
        findings=groups.findings,
        obligations=unite(o for part in parts for o in part.obligations),
        actions=unite([*(a for part in parts for a in part.actions), *(a for f in groups.findings for a in f.actions)]),
        deadlines=unite(d for part in parts for d in part.deadlines),
        reviews=tuple(sorted((r for part in parts for r in part.reviews), key=lambda review: str(review["policy"]))),
        undecided=unite(
            [
                *(u for part in parts for u in part.undecided),
                *groups.uncounted(),
                *_unknown_choices(units, finder),
            ]
        ),
        clocks=unite(k for part in parts for k in part.clocks),
        appeals=tuple(sorted((a for p in parts for a in p.appeals), key=lambda row: (row["policy"], row["rule"]))),
    )


def _unknown_choices(units: Iterable[Unit], finder: Finder) -> Iterator[dict[str, Any]]:
    """Yield the choices on which policies that judge the set rely, and that nobody can tell."""
    for unit in units:
        for choice in unit.choices if unit.set_judges else ():
            if finder.chosen(choice) is None:
                yield {"policy": unit.id, "what": finder.said_of(choice), "missing": [choice]}
