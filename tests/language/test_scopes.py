"""What is shown about scopes is true of records: every claim is held against all records of a small world."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.core.facts import read_facts
from policyengine.core.reader_json import read_json
from policyengine.language.environment import Env
from policyengine.language.program import compile_condition
from policyengine.language.read import ConditionReader
from policyengine.language.scope import Names, Scope
from policyengine.language.scopes import is_narrow, overlapping, ranges
from policyengine.language.tree import Condition
from tests.sets import AT, types

PLATFORMS = ["x", "line", "vk"]
CAMPAIGNS = ["a", "A"]
LABELS = ["new", "seen"]
VALUES = {"platform": PLATFORMS, "campaign": CAMPAIGNS}


def worlds() -> Iterator[dict[str, Any]]:
    """Yield every record of the small world, with each field told or not."""
    lists = [None, [], ["new"], ["seen"], ["new", "seen"]]
    for platform, campaign, labels in product([None, *PLATFORMS], [None, *CAMPAIGNS], lists):
        told = {"platform": platform, "campaign": campaign, "labels": labels}
        yield {"type": "content", "id": "p", **{name: value for name, value in told.items() if value is not None}}


RECORDS = [Env(read_facts(types()["content"], record)[0], types()["content"], AT) for record in worlds()]


def leaves() -> st.SearchStrategy[dict[str, Any]]:
    field = st.sampled_from(sorted(VALUES))
    return st.one_of(
        field.flatmap(lambda f: st.sampled_from(VALUES[f]).map(lambda v: {f: v})),
        field.flatmap(lambda f: st.lists(st.sampled_from(VALUES[f]), min_size=1, unique=True).map(lambda v: {f: v})),
        field.flatmap(lambda f: st.sampled_from(VALUES[f]).map(lambda v: {f: {"is_not": v}})),
        field.map(lambda f: {f: {"exists": True}}),
        st.sampled_from(LABELS).map(lambda label: {"labels": {"includes": label}}),
    )


CONDITIONS = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"all_of": items}),
        st.lists(inner, min_size=1, max_size=2).map(lambda items: {"any_of": items}),
        inner.map(lambda item: {"not": item}),
    ),
    max_leaves=5,
)


def condition(written: dict[str, Any]) -> Condition:
    kind = types()["content"]
    names = Names(types=types(), definitions={}, terms={}, groups={}, markets=())
    faults: list[Any] = []
    source = read_json(json.dumps(written), "c.json")
    found = ConditionReader(Scope.of(names, kind), faults.append).read(source.documents[0])
    assert not faults
    return found


def fitting(tree: Condition) -> set[int]:
    program = compile_condition(tree)
    return {number for number, env in enumerate(RECORDS) if program(env, env.record) is True}


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, CONDITIONS)
def test_what_is_shown_to_overlap_has_a_record_in_common(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = condition(one), condition(other)
    assert overlapping(ranges(first), ranges(second)) is overlapping(ranges(second), ranges(first))
    if overlapping(ranges(first), ranges(second)) and fitting(first) and fitting(second):
        assert fitting(first) & fitting(second)


@settings(max_examples=200, deadline=None)
@given(CONDITIONS)
def test_a_scope_overlaps_itself(one: dict[str, Any]) -> None:
    tree = condition(one)
    assert overlapping(ranges(tree), ranges(condition(one))) or not fitting(tree)


@settings(max_examples=300, deadline=None)
@given(CONDITIONS)
def test_what_is_shown_to_fit_no_record_fits_none(one: dict[str, Any]) -> None:
    tree = condition(one)
    if any(values is not None and not values for values in ranges(tree).values()):
        assert not fitting(tree)


@settings(max_examples=300, deadline=None)
@given(CONDITIONS)
def test_a_narrow_scope_fits_no_record_that_tells_nothing(one: dict[str, Any]) -> None:
    """Every way into a narrow scope leads past a value that is named: a record without values stays outside."""
    tree = condition(one)
    silent = next(number for number, env in enumerate(RECORDS) if not {"platform", "campaign"} & env.record.keys())
    if is_narrow(tree):
        assert silent not in fitting(tree)
