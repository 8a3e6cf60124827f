"""Golden cases of conditions: one condition, one record, one answer, by two evaluators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import plain_record, read_facts
from policyengine.core.reader_yaml import read_yaml
from policyengine.core.source import Node
from policyengine.language.environment import Env
from policyengine.language.program import compile_condition
from policyengine.language.read import ConditionReader
from policyengine.language.reference import answer
from policyengine.language.scope import Names, Scope
from tests.sets import AT, types

FILE = Path(__file__).parent / "cases" / "operators.yaml"
WORDS = {True: "yes", False: "no", None: "unknown"}


def _cases() -> list[Any]:
    source = read_yaml(FILE.read_bytes(), FILE.name)
    assert not source.diagnostics
    entries = source.documents[0].value
    assert isinstance(entries, list)
    found = [entry.value for entry in entries if isinstance(entry.value, dict)]
    names = [str(case["name"].value) for case in found]
    assert len(set(names)) == len(names)
    return [pytest.param(case, id=str(case["name"].value)) for case in found]


@pytest.mark.parametrize("case", _cases())
def test_a_condition(case: dict[str, Node]) -> None:
    kind = types()[str(case["type"].value) if "type" in case else "content"]
    faults: list[Diagnostic] = []
    names = Names(types=types())
    condition = ConditionReader(Scope.of(names, kind), faults.append).read(case["condition"])
    if "fault" in case:
        assert str(case["fault"].value) in " ".join(d.message for d in faults)
        return
    assert not faults, [f.message for f in faults]
    plain = plain_record(kind.root, case["record"])
    assert isinstance(plain, dict)
    facts, _ = read_facts(kind, {"type": kind.name, "id": "r1", **plain})
    env = Env(facts, kind, AT)
    truth = compile_condition(condition)(env, facts)
    assert WORDS[truth] == answer(condition, env, facts)
    assert WORDS[truth] == str(case["answer"].raw or case["answer"].value)
    assert structs.fields(type(condition))
