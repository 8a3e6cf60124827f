"""The evaluator beside the reference evaluator, and beside Cedar on what both languages can say."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from typing import Any

import cedarpy
import pytest

from policyengine.evaluate.deciding import Question, prepare
from policyengine.evaluate.judging import environments
from policyengine.evaluate.related import Records
from policyengine.shapes.predicate import judge
from tests.generators import Generator
from tests.reference_rules import verdicts
from tests.sets import AT, assembled, types

SEEDS = range(10)
POLICIES = 100
RECORDS = 10  # × 100 policies × 10 seeds = 10,000 policies × records, of five rules each


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_evaluator_agrees_on_random_policies_and_records(seed: int) -> None:
    generator = Generator(types(), seed)
    assembly = assembled([generator.policy(n) for n in range(POLICIES)] + generator.names())
    compared: dict[str, int] = {}
    for number in range(RECORDS):
        record = generator.without(generator.record(), number * 3)
        decided = Records.of(generator.decisions(), types())
        ready = prepare(assembly, record, Question(at=AT, records=decided))
        assert len(ready.cases) == POLICIES
        for unit, case in ready.cases:
            for rule in unit.rules:
                for env in environments(rule, case):
                    expected = verdicts(rule, env)
                    assert [j.verdict for j in judge(rule, env)] == expected, (unit.id, rule.id, record)
                    for verdict in expected:
                        compared[verdict] = compared.get(verdict, 0) + 1
    assert all(compared.get(v, 0) > 100 for v in ("pass", "fail", "unproven", "not_applicable")), compared


# Cedar ----------------------------------------------------------------------------------------------------------------

ENUMS = {
    "platform": ("instagram", "tiktok", "youtube", "x"),
    "format": ("image", "video", "text"),
    "use": ("organic", "paid"),
}
NUMBERS = {"author.followers": (0, 999, 1000, 50000), "author.age": (17, 18, 24, 25), "risk_tier": (1, 2, 3)}
FLAGS = ("sponsorship.brand_tagged", "sponsorship.platform_label")
LISTS = {"labels": ("a", "b", "c"), "markets": ("GB", "US", "DE")}


def _attribute(path: str) -> str:
    return "resource." + path.replace(".", "_")


def _leaf(rng: Random) -> tuple[dict[str, Any], str]:
    """Return a test in our language and the same in Cedar's."""
    match rng.choice(("enum", "number", "flag", "list")):
        case "enum":
            path = rng.choice(sorted(ENUMS))
            values = rng.sample(ENUMS[path], 2)
            texts = json.dumps(values)
            op = rng.choice(("is", "is_not", "in", "not_in"))
            ours = {path: {op: values[0] if op in {"is", "is_not"} else values}}
            there = {
                "is": f"{_attribute(path)} == {json.dumps(values[0])}",
                "is_not": f"{_attribute(path)} != {json.dumps(values[0])}",
                "in": f"{texts}.contains({_attribute(path)})",
                "not_in": f"!({texts}.contains({_attribute(path)}))",
            }[op]
            return ours, there
        case "number":
            path = rng.choice(sorted(NUMBERS))
            value = rng.choice(NUMBERS[path])
            op, sign = rng.choice((("above", ">"), ("at_least", ">="), ("below", "<"), ("at_most", "<="), ("is", "==")))
            return {path: {op: value}}, f"{_attribute(path)} {sign} {value}"
        case "flag":
            path = rng.choice(FLAGS)
            value = rng.random() < 0.5
            return {path: value}, f"{_attribute(path)} == {json.dumps(value)}"
    path = rng.choice(sorted(LISTS))
    values = rng.sample(LISTS[path], 2)
    op = rng.choice(("includes", "includes_any", "includes_all", "only"))
    there = {
        "includes": f"{_attribute(path)}.contains({json.dumps(values[0])})",
        "includes_any": f"{_attribute(path)}.containsAny({json.dumps(values)})",
        "includes_all": f"{_attribute(path)}.containsAll({json.dumps(values)})",
        "only": f"{json.dumps(values)}.containsAll({_attribute(path)})",
    }[op]
    return {path: {op: values[0] if op == "includes" else values}}, there


def _both(rng: Random, depth: int) -> tuple[dict[str, Any], str]:
    if depth == 0 or rng.random() < 0.3:
        return _leaf(rng)
    form = rng.choice(("all_of", "any_of", "none_of", "not"))
    parts = [_both(rng, depth - 1) for _ in range(1 if form == "not" else rng.choice((2, 3)))]
    ours, theirs = [p[0] for p in parts], [f"({p[1]})" for p in parts]
    match form:
        case "all_of":
            return {"all_of": ours}, " && ".join(theirs)
        case "any_of":
            return {"any_of": ours}, " || ".join(theirs)
        case "none_of":
            return {"none_of": ours}, f"!({' || '.join(theirs)})"
    return {"not": ours[0]}, f"!{theirs[0]}"


def _record(rng: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    ours: dict[str, Any] = {"type": "content", "id": "r1", "status": "submitted", "author": {}, "sponsorship": {}}
    theirs: dict[str, Any] = {}
    for path, values in [*ENUMS.items(), *NUMBERS.items(), *((f, (True, False)) for f in FLAGS)]:
        value = rng.choice(values)
        theirs[path.replace(".", "_")] = value
        owner, _, name = path.rpartition(".")
        (ours[owner] if owner else ours)[name] = value
    for path, values in LISTS.items():
        ours[path] = theirs[path] = rng.sample(values, rng.randrange(0, 4))
    return ours, theirs


@pytest.mark.parametrize("seed", range(10))
def test_cedar_agrees_on_what_both_can_say(seed: int) -> None:
    """500 policies a seed (5,000 in all), each about five records; Cedar's `permit … when` beside our `when … then`."""
    rng = Random(seed)
    pairs = [_both(rng, 3) for _ in range(500)]
    documents = [
        {
            "kind": "check", "id": f"p{n}", "title": "a policy", "owner": "team", "applies_to": "content",
            "rules": [{"id": "r", "title": "a rule", "when": ours, "then": "flag"}],
        }
        for n, (ours, _) in enumerate(pairs)
    ]  # fmt: skip
    assembly = assembled(documents)
    cedar = "\n".join(
        f'@id("p{n}")\npermit(principal, action, resource) when {{ {theirs} }};' for n, (_, theirs) in enumerate(pairs)
    )
    request = {"principal": 'User::"u"', "action": 'Action::"a"', "resource": 'Post::"r1"', "context": {}}
    for _ in range(5):
        ours, theirs = _record(rng)
        entities = [{"uid": {"type": "Post", "id": "r1"}, "attrs": theirs, "parents": []}]
        answer = cedarpy.is_authorized(request, cedar, entities)
        assert not answer.diagnostics.errors
        expected = {f"p{i.removeprefix('policy')}" for i in answer.diagnostics.reasons}
        got = {u.id for u, case in prepare(assembly, ours, Question(at=AT)).cases if _fails(u, case)}
        assert got == expected
        assert isinstance(AT, datetime)


def _fails(unit: Any, case: Any) -> bool:
    (judgement,) = judge(unit.rules[0], case.env)
    assert judgement.verdict in {"fail", "not_applicable"}
    return judgement.verdict == "fail"
