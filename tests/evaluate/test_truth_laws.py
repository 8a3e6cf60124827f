"""The laws of unknown facts, over random policies and records with facts taken away (language.md, Truth).

`pass` and `not_applicable` are one class here: a guard that becomes known may turn one into the other, and neither is a
finding. Rules that ask `exists`, read a list with a default, or carry `except` (which loosens by design: an unknown one
counts as out and is listed under `undecided`) are exempt from the law, and counted.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from policyengine.core.record import Field
from policyengine.evaluate.deciding import Question, prepare
from policyengine.evaluate.judging import environments
from policyengine.language import tree as forms
from policyengine.policyset.units import Assembly
from policyengine.shapes.predicate import Rule, judge
from tests.generators import Generator, _delete, _places
from tests.sets import AT, assembled, types

POLICIES = 60
RECORDS = 12
RANK = {"not_applicable": 0, "pass": 0, "unproven": 1, "fail": 2}


def _verdicts(assembly: Assembly, record: dict[str, Any]) -> dict[str, str]:
    """Return the strictest verdict of each rule."""
    found: dict[str, str] = {}
    for unit, case in prepare(assembly, record, Question(at=AT)).cases:
        for rule in unit.rules:
            seen = [j.verdict for env in environments(rule, case) for j in judge(rule, env)]
            found[rule.name] = max(seen, key=RANK.__getitem__)
    return found


def _exempt(rule: Rule) -> bool:
    trees = [t for t in (rule.guard, rule.requirement) if t is not None]
    if rule.exempt is not None:
        return True
    if any(_asks_whether_told(tree) for tree in trees):
        return True
    read: list[forms.Path] = [p for tree in trees for p in forms.paths(tree)] + (
        [rule.each] if rule.each is not None else []
    )
    return any(_has_default(step.field) for path in read for step in path.steps)


def _has_default(field: Field) -> bool:
    """Tell whether a field, or one that a derived field reads, has a default."""
    if field.derived is None:
        return field.has_default
    names = [
        ".".join(parts[:end])
        for r in field.derived.reads
        for parts in [r.split(".")]
        for end in range(1, len(parts) + 1)
    ]
    return any(found.has_default for name in names if (found := types()["content"].field(name)) is not None)


def _asks_whether_told(tree: Any) -> bool:
    if isinstance(tree, forms.Test) and tree.op == "exists":
        return True
    return any(_asks_whether_told(child) for child in forms.children(tree))


def _rules(assembly: Assembly) -> dict[str, Rule]:
    return {rule.name: rule for unit in assembly.units for rule in unit.rules}


def _set(seed: int) -> tuple[Generator, Assembly, dict[str, bool]]:
    generator = Generator(types(), 1000 + seed)
    assembly = assembled([generator.policy(n) for n in range(POLICIES)] + generator.names())
    return generator, assembly, {name: _exempt(rule) for name, rule in _rules(assembly).items()}


@pytest.mark.parametrize("seed", range(6))
def test_filling_an_absent_field_changes_no_verdict_but_unproven(seed: int) -> None:
    generator, assembly, exempt = _set(seed)
    judged = thinned = 0
    for number in range(RECORDS):
        full = generator.record(told=0.9)
        thin = generator.without(full, 0 if number % 4 == 0 else number * 4)
        thinned += thin != full
        before, after = _verdicts(assembly, thin), _verdicts(assembly, full)
        for name, verdict in before.items():
            if verdict != "unproven" and not exempt[name]:
                judged += 1
                assert RANK[verdict] == RANK[after[name]], (
                    name,
                    verdict,
                    after[name],
                    json.dumps(thin),
                    json.dumps(full),
                )
    assert thinned * 2 >= RECORDS
    assert judged > POLICIES * RECORDS


@pytest.mark.parametrize("seed", range(6))
def test_a_single_deletion_never_silences_a_rule(seed: int) -> None:
    generator, assembly, exempt = _set(50 + seed)
    silenced_by_design = 0
    for _ in range(4):
        record = generator.record(told=0.6)
        before = _verdicts(assembly, record)
        places = list(_places(record, ()))
        generator.rng.shuffle(places)
        for place in places[:25]:
            if len(place) == 1 and place[0] in {"type", "id"}:
                continue
            thinner = copy.deepcopy(record)
            _delete(thinner, place)
            for name, verdict in _verdicts(assembly, thinner).items():
                if RANK[before[name]] > 0 and RANK[verdict] == 0:
                    assert exempt[name], (name, before[name], verdict, place, json.dumps(record))
                    silenced_by_design += 1
    assert silenced_by_design > 0  # the exemptions are real: without them the law would be too wide
