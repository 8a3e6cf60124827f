"""Who fills which stage: every assignment that exists is found, also through nested needs and conditions."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.evaluate.engine import PolicySet
from policyengine.report.explanation import Shown, render
from policyengine.shapes.directory import Directory
from policyengine.shapes.quorum import Need
from tests.kinds.approving import DIRECTORY, HEADER, NOON, decided, post, stage, state, vote, voted, whys
from tests.sets import AT, loaded, policies

PEOPLE = {
    "pat": ["x"],
    "quin": ["x", "y"],
    "ray": ["y", "z"],
    "sam": ["z", "x"],
    "tess": ["y"],
}
CROWD = "kind: directory\nid: directory\nowner: ops\nteams: [ops, all]\npeople:\n  cy: {team: ops}\n" + "".join(
    f"  {name}: {{team: all, roles: {json.dumps(roles)}}}\n" for name, roles in PEOPLE.items()
)
Tree = dict[str, Any]

GROUPS = st.sampled_from([{"role": "x"}, {"role": "y"}, {"role": "z"}, {"person": "quin"}, {"people": ["pat", "ray"]}])
QUORUMS = st.one_of(
    GROUPS,
    st.sampled_from([{"role": "x", "count": 2}, {"role": "y", "count": 2}, {"team": "all", "count": 3}]),
    st.tuples(st.lists(GROUPS, min_size=2, max_size=2), st.sampled_from([1, 2])).map(
        lambda p: {"of": p[0], "count": p[1]}
    ),
)
NEEDS = st.recursive(
    QUORUMS,
    lambda inner: st.tuples(st.sampled_from(["any_of", "all_of"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    max_leaves=4,
)


def asked(tree: Tree) -> set[str]:
    """Return who belongs to a group."""
    if "of" in tree:
        return {person for part in tree["of"] for person in asked(part)}
    if "role" in tree:
        return {name for name, roles in PEOPLE.items() if tree["role"] in roles}
    if "team" in tree:
        return set(PEOPLE)
    return {tree["person"]} if "person" in tree else set(tree["people"])


def fillings(tree: Tree, voters: set[str]) -> set[frozenset[str]]:
    """Return every set of different people who fill a need together, each as one part of it: by trying all."""
    if "any_of" in tree:
        return {people for part in tree["any_of"] for people in fillings(part, voters)}
    if "all_of" in tree:
        found: set[frozenset[str]] = {frozenset()}
        for part in tree["all_of"]:
            found = {a | b for a, b in product(found, fillings(part, voters)) if not a & b}
        return found
    able, count = sorted(asked(tree) & voters), tree.get("count", 1)
    return {frozenset(chosen) for chosen in product(able, repeat=count) if len(set(chosen)) == count}


def assignable(trees: list[Tree], voters: list[set[str]]) -> bool:
    """Tell whether all stages can be filled by different people, by trying all."""
    found: set[frozenset[str]] = {frozenset()}
    for tree, who in zip(trees, voters, strict=True):
        found = {a | b for a, b in product(found, fillings(tree, who)) if not a & b}
    return bool(found)


@cache
def crowd(written: str) -> PolicySet:
    return policies(CROWD, HEADER + written)


VOTERS = st.sets(st.sampled_from(sorted(PEOPLE)), min_size=2)


@settings(max_examples=60)
@given(st.lists(st.tuples(NEEDS, VOTERS), min_size=1, max_size=3))
def test_stages_are_approved_together_exactly_where_different_people_can_fill_them(
    drawn: list[tuple[Tree, set[str]]],
) -> None:
    trees, voters = [tree for tree, _ in drawn], [who for _, who in drawn]
    stages = [{"id": f"s{number}", "needs": tree} for number, tree in enumerate(trees)]
    if not assignable(trees, [set(PEOPLE)] * len(trees)):
        refused = loaded(CROWD, f"{HEADER}different_people: true\nstages: {json.dumps(stages)}\n")
        assert "PE323" in {d.code for d in refused.diagnostics if d.severity == "error"}
        return
    votes = [vote(by, f"s{number}") for number, who in enumerate(voters) for by in sorted(who)]
    decision = crowd(f"different_people: true\nstages: {json.dumps(stages)}\n").evaluate(
        voted(post(), *votes), at=datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    )
    (found,) = decision.approvals
    assert (found.status == "approved") == assignable(trees, voters)


@settings(max_examples=100)
@given(NEEDS, VOTERS)
def test_a_need_is_met_as_its_words_say(tree: Tree, voters: set[str]) -> None:
    def said(part: Tree) -> bool:
        if "any_of" in part:
            return any(map(said, part["any_of"]))
        if "all_of" in part:
            return all(map(said, part["all_of"]))
        return len(asked(part) & voters) >= int(part.get("count", 1))

    assert built(tree).met(lambda need: need_of(need) & voters) == said(tree)


def built(tree: Tree) -> Need:
    """Return the need of a tree."""
    for kind in ("any_of", "all_of", "of"):
        if kind in tree:
            return Need(kind, count=tree.get("count", 1), parts=tuple(built(part) for part in tree[kind]))
    for kind in ("role", "team"):
        if kind in tree:
            return Need(kind, (tree[kind],), tree.get("count", 1))
    return Need("people", tuple(tree.get("people", [tree.get("person")])), tree.get("count", 1))


def need_of(need: Need) -> set[str]:
    if need.kind == "of":
        return {person for part in need.parts for person in need_of(part)}
    if need.kind == "people":
        return set(need.names)
    return set(PEOPLE) if need.kind == "team" else {n for n, roles in PEOPLE.items() if need.names[0] in roles}


# Conditions inside a need ---------------------------------------------------------------------------------------------

TRUTHS = st.sampled_from([True, False, None])
CONDITIONAL = st.recursive(
    st.tuples(TRUTHS, st.booleans()).map(lambda pair: {"when": pair[0], "says_yes": pair[1]}),
    lambda inner: st.tuples(st.sampled_from(["any_of", "all_of"]), st.lists(inner, min_size=1, max_size=3), TRUTHS).map(
        lambda three: {three[0]: three[1], "when": three[2]}
    ),
    max_leaves=5,
)


def outcome(tree: Tree) -> bool | None:
    """Return whether a tree is met; None where all of it is left out. Every condition is known."""
    if not tree["when"]:
        return None
    if "says_yes" in tree:
        return bool(tree["says_yes"])
    parts = [part for part in map(outcome, tree.get("any_of") or tree["all_of"]) if part is not None]
    if not parts:
        return None
    return any(parts) if "any_of" in tree else all(parts)


def worlds(tree: Tree) -> list[Tree]:
    """Return the tree with its unknown conditions told, in every way."""
    own = [True, False] if tree["when"] is None else [tree["when"]]
    if "says_yes" in tree:
        return [{**tree, "when": when} for when in own]
    ((kind, parts),) = [(k, v) for k, v in tree.items() if k != "when"]
    return [{kind: list(chosen), "when": when} for when in own for chosen in product(*map(worlds, parts))]


@given(CONDITIONAL)
def test_what_is_not_told_never_makes_a_yes_that_telling_it_would_take_away(tree: Tree) -> None:
    asked_for, said = resolved(tree)
    if asked_for is not None and asked_for.met(lambda need: said[need.names[0]]):
        assert all(outcome(world) is not False for world in worlds(tree))
    if asked_for is None:
        assert all(outcome(world) is None for world in worlds(tree))


def resolved(tree: Tree) -> tuple[Need | None, dict[str, set[str]]]:
    """Return what is needed of a record for which the conditions have these truths, and who says yes."""
    said: dict[str, set[str]] = {}
    truths: dict[int, bool | None] = {}

    def need(part: Tree) -> Need:
        gate: Any = object()
        truths[id(gate)] = part["when"]
        gates.append(gate)
        if "says_yes" in part:
            name = f"p{len(said)}"
            said[name] = {name} if part["says_yes"] else set()
            return Need("people", (name,), when=gate)
        ((kind, parts),) = [(k, v) for k, v in part.items() if k != "when"]
        return Need(kind, parts=tuple(map(need, parts)), when=gate)

    gates: list[Any] = []
    return need(tree).asked_for(lambda gate: truths[id(gate)]), said


# Nobody is left -------------------------------------------------------------------------------------------------------


TWICE = """\
different_people: true
stages:
  - {id: a, needs: {people: [sol, gen]}}
  - {id: brand, after: a, needs: {people: [sol, gen]}}
"""


@pytest.mark.parametrize(
    ("body", "author", "why"),
    [
        (
            "stages: [{id: brand, needs: {role: sole}}]\n",
            "sol",
            "there are not enough people for 1 of role sole besides those who made it",
        ),
        (
            "stages: [{id: brand, needs: {team: legal_us}}]\n",
            "cal",
            "there are not enough people for 1 of team legal_us besides those who made it",
        ),
        (
            TWICE,
            "gen",
            "there are not enough different people for it beside a, without those who made it",
        ),
    ],
    ids=["the_only_holder_made_it", "the_only_member_made_it", "the_rest_are_needed_elsewhere"],
)
def test_a_stage_that_nobody_is_left_for_is_an_error_and_says_so(body: str, author: str, why: str) -> None:
    found = state(body, post(author={"id": author}))
    assert (found.status, stage(found, "brand").why) == ("error", why)
    assert state(body, post()).status == "pending"


def test_who_is_only_away_or_begins_later_is_waited_for() -> None:
    body = "stages: [{id: brand, needs: {person: %s}}]\n"
    assert state(body % "off", post()).status == "pending"
    # They are ben, cal and duo, new from the 3rd on, and off who is away; dep who acts for off is no sixth voice.
    later = "stages: [{id: brand, needs: {role: counsel, count: 5}}]\n"
    assert state(later, post()).status == "pending"
    assert state(later, post(author={"id": "ben"})).status == "error"


DEPUTIES = """\
kind: directory
id: directory
owner: ops
teams: [ops, legal]
people:
  cy: {team: ops}
  dep: {team: ops}
  two: {team: ops}
  ben: {team: legal, roles: [counsel]}
  off: {team: legal, roles: [counsel], absent: [{from: 2026-03-01, until: 2026-03-03, deputy: dep}]}
  out: {team: legal, roles: [counsel], absent: [{from: 2026-03-01, until: 2026-03-03, deputy: dep}]}
"""
BACK = "2026-03-03T10:00:00Z"


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ([("dep", NOON)], "pending"),
        ([("dep", NOON), ("ben", NOON)], "approved"),
        ([("dep", NOON), ("off", BACK)], "approved"),  # dep spoke for out, who is silent
        ([("dep", NOON), ("off", BACK), ("out", BACK)], "approved"),
        ([("off", BACK)], "pending"),
    ],
    ids=["alone", "beside_another", "for_the_other_of_two", "beside_both", "without"],
)
def test_a_deputy_is_one_voice(votes: list[tuple[str, str]], status: str) -> None:
    body = "stages: [{id: brand, needs: {role: counsel, count: 2}}]\n"
    record = voted(post(), *(vote(by, at=at) for by, at in votes))
    assert state(body, record, at="2026-03-03T12:00:00Z", directory=DEPUTIES).status == status


def test_nobody_and_their_deputy_are_two_of_a_quorum() -> None:
    single = "".join(line for line in DEPUTIES.splitlines(keepends=True) if "  out:" not in line)
    body = "stages: [{id: brand, needs: {role: counsel, count: 2}}]\n"
    record = voted(post(), vote("dep", at=NOON), vote("off", at=BACK))
    found = state(body, record, at="2026-03-03T12:00:00Z", directory=single)
    assert (found.status, stage(found, "brand").by, stage(found, "brand").can_act) == ("pending", ("off",), ("ben",))
    assert whys(found) == [("dep", "the person for whom they act said yes, too")]


def test_the_outcome_of_an_error_is_a_hold_and_the_policy_decides_it() -> None:
    decision = decided("stages: [{id: brand, needs: {role: sole}}]\n", post(author={"id": "sol"}))
    assert (decision.outcome, decision.decided_by) == ("hold", ("approval.content",))


def test_without_a_directory_nobody_is_ruled_out() -> None:
    body = "stages: [{id: brand, needs: {role: sole, count: 3}}]\n"
    assert state(body, post(author={"id": "sol"}), directory="").status == "pending"
    assert not Directory().known


# As it is explained ---------------------------------------------------------------------------------------------------


def test_an_explanation_shows_on_what_it_depends_who_is_asked() -> None:
    body = """\
stages:
  - {id: a, when: {risk_tier: 2}, needs: {any_of: [{role: brand}, {role: sole, when: {risk_tier: 1}}]}}
  - {id: b, needs: {role: brand}}
fast_track: {title: Live, when: {risk_tier: 3}, stages: [b]}
"""
    explained = policies(DIRECTORY, HEADER + body).explain(post(), at=AT, changes=False)
    assert [(asked.policy, asked.says, asked.why.truth) for asked in explained.asked] == [
        ("approval.content", "a when", "yes"),
        ("approval.content", "a, 1 of role sole when", "no"),
        ("approval.content", "fast_track", "no"),
    ]
    assert explained.to_dict()["asked"][0]["why"]["seen"] == "2"
    page = render(explained, Shown(place="p", subject="s"))
    assert "    a when: yes\n      * yes     risk_tier is 2; seen: 2\n" in page
