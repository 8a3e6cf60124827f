"""Laws of choices, over random decisions, policies and records."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given as given_
from hypothesis import settings, strategies

from policyengine.evaluate.deciding import Question, prepare
from policyengine.evaluate.judging import environments
from policyengine.evaluate.related import Records
from policyengine.language import tree
from policyengine.language.trace import missing_facts, trace
from policyengine.shapes.choosing import Place, standing
from policyengine.shapes.predicate import judge
from tests.generators import Generator
from tests.kinds.choosing import (
    Record,
    given,
    made,
)
from tests.sets import AT, assembled, types

DECISIONS = strategies.lists(
    strategies.fixed_dictionaries(
        {
            "id": strategies.sampled_from(["c1", "c2", "c3", "c4"]),
            "chosen": strategies.sampled_from(["central", "decentralised", "regional"]),
            "decided_by": strategies.sampled_from(["kim", "lou", "ana"]),
            "decided_at": strategies.sampled_from([datetime(2026, m, 1, tzinfo=UTC) for m in (2, 5, 7)]),
            "supersedes": strategies.sampled_from(["c1", "c2", "c3", "c4", None]),
            "status": strategies.sampled_from(["decided", "decided", "draft", "superseded", None]),
        }
    ),
    max_size=4,
    unique_by=lambda record: record["id"],
)


@settings(max_examples=400, deadline=None)
@given_(DECISIONS, strategies.randoms())
def test_the_choice_that_counts_is_that_of_all_current_decisions_that_count(
    records: list[Record], order: Random
) -> None:
    """Beside a plain reading of the rule: of those made by now and not replaced, the ones that count must agree."""
    assembly = given().assembly
    place = Place(at=AT, zone=assembly.zone, directory=assembly.directory)
    made_now = [r for r in records if r["status"] in {"decided", None} and r["decided_at"].month < 6]
    replaced = {r["supersedes"] for r in made_now if r["supersedes"] != r["id"]}
    current = [r for r in made_now if r["id"] not in replaced]
    said = {r["chosen"] for r in current if r["chosen"] != "regional" and r["decided_by"] != "ana"}
    shuffled = order.sample(records, len(records))
    found = standing(assembly.names.choices["choices.publishing_model"], shuffled, place)
    assert found == standing(assembly.names.choices["choices.publishing_model"], records, place)
    assert found.option == (said.pop() if len(said) == 1 else None)
    assert (found.option is None) == any(fault.void for fault in found.faults)


@pytest.mark.parametrize("seed", range(4))
def test_a_decision_changes_no_verdict_but_unproven(seed: int) -> None:
    """What holds while a choice is unknown holds whatever is chosen; rules that ask `exists` or have `except` apart."""
    generator = Generator(types(), 7000 + seed)
    assembly = assembled([generator.policy(n) for n in range(25)] + generator.names())
    compared = settled = 0
    for _ in range(12):
        record = generator.record()
        before = _verdicts(assembly, record, [])
        for number in range(3):
            decided = made(concerns=f"choices.{('model', 'word')[number % 2]}", decided_by="ana",
                           chosen=generator.rng.choice(("central", "shared", "ad", "gifted")))  # fmt: skip
            for name, verdicts in _verdicts(assembly, record, [decided]).items():
                for old, new in zip(before[name], verdicts, strict=True):
                    compared += 1
                    settled += old != new
                    assert old in {new, "unproven"} or {old, new} == {"pass", "not_applicable"}, name
    assert compared > 1000
    assert settled > 0


def _verdicts(assembly: Any, record: Record, related: list[Record]) -> dict[str, list[str]]:
    question = Question(at=AT, records=Records.of(related, types()))
    return {
        rule.name: [j.verdict for env in environments(rule, case) for j in judge(rule, env)]
        for unit, case in prepare(assembly, record, question).cases
        for rule in unit.rules
        if rule.exempt is None and not _asks(rule.guard) and (rule.requirement is None or not _asks(rule.requirement))
    }


def _asks(condition: tree.Condition) -> bool:
    tests = (c for c in tree.walk(condition) if isinstance(c, tree.Test))
    return any(test.op == "exists" and test.path.root.startswith(tree.CHOICES) for test in tests)


@pytest.mark.parametrize("seed", range(3))
def test_an_unknown_condition_names_the_choice_that_it_lacks(seed: int) -> None:
    generator = Generator(types(), 8000 + seed)
    rng = Random(seed)
    assembly = assembled([generator.policy(n) for n in range(20)] + generator.names())
    for _ in range(10):
        record = generator.record(told=rng.choice((0.5, 1)))
        for unit, case in prepare(assembly, record, Question(at=AT)).cases:
            for rule in unit.rules:
                if trace(rule.guard, case.env, case.env.record).truth is None and not rule.each:
                    assert missing_facts(rule.guard, case.env, case.env.record)
