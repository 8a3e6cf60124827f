"""Reasons for what is taken from somebody, appeals, what ends, and what became of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.cli import main
from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from policyengine.kinds.moderation.measuring import Done, became
from policyengine.report.ink import Ink
from policyengine.report.statements import lines
from policyengine.shapes.policy import BadOutcome
from policyengine.shapes.predicate import STATED, TO_PEOPLE
from policyengine.shapes.rules import ACTIONS
from tests.sets import faults, policies

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)

SET = """\
kind: directory
id: directory
owner: community
teams: [community, legal]
people: {kim: {team: community}, ana: {team: community}, lea: {team: legal}}
---
kind: terms
id: terms.slurs
owner: community
see_through: [accents, leet, repeats]
words: [vermin]
---
kind: moderation
id: moderation.comments
title: Nobody is attacked
owner: community
applies_to: comment
appeal: {to: legal, within: 14d, answer_within: 3d}
sources: [{title: House rules, url: "https://marlow-rye.example/house-rules"}]
protected:
  - id: quotation
    title: Quotations stay
    when: {labels: {includes: quotation}}
    looks_like: {text: {contains: '"'}}
rules:
  - id: slur
    title: No slurs
    when: {text: {mentions: $terms.slurs}}
    then: block
    do: [hide, {label: abusive, for: 30d}, {queue: community}]
  - {id: toxic, title: Machines are sure, score: scores.toxicity, hide_at: 0.95, queue_at: 0.6, languages: [en]}

"""
CALM: dict[str, Any] = {"type": "comment", "id": "c1", "language": "en", "text": "fine", "scores": {"toxicity": 0.1}}


@cache
def comments() -> PolicySet:
    return policies(SET)


def judged(**facts: Any) -> Decision:
    return comments().evaluate({**CALM, **facts}, at=AT)


def taken(**facts: Any) -> dict[str, Any]:
    """Return what a person did to the calm comment, by a rule of the policy."""
    told = {"action": "hide", "by": "kim", "automatic": False, "rule": "moderation.comments/slur", **facts}
    return {"moderation": told}


# Statements -----------------------------------------------------------------------------------------------------------


def test_a_statement_says_what_why_on_what_evidence_and_where_to_appeal() -> None:
    (said,) = judged(text="You verm1n, you").statements
    assert said == {
        "policy": "moderation.comments",
        "rule": "slur",
        "title": "No slurs",
        "message": "No slurs",
        "actions": [{"do": "hide"}, {"do": "label", "to": "abusive", "until": "2026-07-15T12:00:00Z"}],
        "automatic": True,
        "at": "2026-06-15T12:00:00Z",
        "evidence": [
            {"field": "text", "from": 4, "until": 10, "text": "verm1n", "term": "vermin", "through": ["leet"]}
        ],
        "facts": [],
        "source": {"file": "0.yaml", "line": 26},
        "clause": "Nobody is attacked",
        "sources": [{"title": "House rules", "url": "https://marlow-rye.example/house-rules"}],
        "appeal": {"to": "legal", "until": "2026-06-29T12:00:00Z", "answered_within": "3d"},
    }


def test_the_offsets_are_those_of_the_text_as_it_was_written() -> None:
    text = "ﬁrst 🙂 you vérmin and VERMIIIN"
    (said,) = judged(text=text).statements
    found = [(e["text"], e["through"], text[e["from"] : e["until"]]) for e in said["evidence"]]
    assert found == [("vérmin", ["accents"], "vérmin"), ("VERMIIIN", ["repeats"], "VERMIIIN")]


def test_a_score_is_stated_with_its_threshold() -> None:
    (said,) = judged(scores={"toxicity": 0.97}).statements
    assert (said["rule"], said["evidence"]) == ("toxic", [])
    assert said["facts"] == [
        {"test": "scores.toxicity is at least 0.95", "seen": "0.97"},
        {"test": "language is one of [en]", "seen": "en"},
    ]


def test_a_statement_does_not_echo_the_record_or_the_word_list() -> None:
    long = "x" * 500
    (said,) = judged(text=f"{long} vermin {long}").statements
    assert len(str(said)) < 1000


def test_two_rules_give_two_statements() -> None:
    assert [s["rule"] for s in judged(text="vermin", scores={"toxicity": 1}).statements] == ["slur", "toxic"]


def test_what_only_brings_people_in_needs_no_reasons() -> None:
    found = judged(scores={"toxicity": 0.7})
    assert (found.outcome, found.statements) == ("hold", ())


def test_in_doubt_nothing_is_taken_and_nothing_stated() -> None:
    found = judged(text='He said "vermin"')
    assert (found.outcome, found.actions, found.statements) == ("hold", ({"do": "queue", "to": "community"},), ())


def test_what_was_waived_takes_nothing() -> None:
    waiver = """
---
kind: waiver
id: waiver.vermin
policy: moderation.comments
rule: slur
records: {id: c1}
because: it is about rats
approved_by: {person: lea}
approved_at: 2026-06-01
expires: 2026-06-30
"""
    given_set = policies(SET + waiver)
    found = given_set.evaluate({**CALM, "text": "vermin", "author": {"id": "u"}}, at=AT)
    assert ([f.verdict for f in found.findings], found.statements) == (["waived"], ())


def test_a_policy_without_appeals_says_so_by_silence() -> None:
    given_set = policies(SET.replace("appeal: {to", "# appeal: {to"))
    (said,) = given_set.evaluate({**CALM, "text": "vermin"}, at=AT).statements
    assert "appeal" not in said


def test_an_overlay_states_its_own_rule_and_hears_the_appeals_of_its_base() -> None:
    overlay = """
---
kind: moderation
id: moderation.comments_de
extends: moderation.comments
only_for: {market: DE}
owner: legal
rules:
  - {id: toxic, queue_at: 0.4}
"""
    given_set = policies(SET + overlay)
    german = given_set.evaluate({**CALM, "market": "DE", "text": "vermin", "scores": {"toxicity": 0.5}}, at=AT)
    assert [(s["policy"], s["rule"], s["appeal"]["to"]) for s in german.statements] == [
        ("moderation.comments_de", "slur", "legal")
    ]
    assert german.rules("fail") == ("moderation.comments_de/slur", "moderation.comments_de/toxic")
    british = given_set.evaluate({**CALM, "market": "GB", "scores": {"toxicity": 0.5}}, at=AT)
    assert british.outcome == "allow"
    late = given_set.evaluate({**CALM, "market": "DE", **taken(appeal={"at": "2026-06-14T12:00:00Z"})}, at=AT)
    assert [o["policy"] for o in late.obligations] == ["moderation.comments_de"]


def test_an_overlay_hides_no_earlier_than_its_base_without_saying_so() -> None:
    overlay = """
---
kind: moderation
id: moderation.comments_de
extends: moderation.comments
only_for: {market: DE}
owner: legal
rules: [{id: toxic, queue_at: 0.7}]
"""
    assert [f.split()[1] for f in faults(SET + overlay)] == ["PE223"]


# What people did ------------------------------------------------------------------------------------------------------

HUMAN: dict[str, tuple[dict[str, Any], list[tuple[str, bool | None]]]] = {
    "a person's hiding is stated": (taken(), [("slur", False)]),
    "so is a label": (taken(action="label", label="disputed"), [("slur", False)]),
    "keeping takes nothing": (taken(action="keep"), []),
    "passing on takes nothing": (taken(action="queue"), []),
    "what was overturned is taken no more": (taken(overturned=True), []),
    "a rule of another policy states it": (taken(rule="other/slur"), []),
    "without a rule the policy that hears appeals states it": (taken(rule=None), [("", False)]),
    "nobody knows who did it": (taken(by="tool-7", automatic=None), [("slur", None)]),
    "a machine's action is stated by the rule that orders it": (taken(by="bot", automatic=True), []),
    "what was done to an older text is not about this one": (
        taken(at="2026-06-01T00:00:00Z") | {"edited_at": "2026-06-02T00:00:00Z"},
        [],
    ),
}


@pytest.mark.parametrize("name", HUMAN)
def test_what_people_did_is_stated(name: str) -> None:
    facts, wanted = HUMAN[name]
    assert [(s["rule"], s["automatic"]) for s in judged(**facts).statements] == wanted


def test_the_reasons_of_a_person_are_theirs_and_name_nobody() -> None:
    (said,) = judged(**taken(reason="It names her street", at="2026-06-10T09:00:00Z")).statements
    assert (said["message"], said["appeal"]["until"]) == ("It names her street", "2026-06-24T09:00:00Z")
    assert "kim" not in str(said)


# Appeals and ends -----------------------------------------------------------------------------------------------------

ANSWERED = "2026-06-12T09:00:00Z"
WAITING = {"action": "hide", "at": "2026-06-10T09:00:00Z", "by": "kim"}
LEGAL = {"do": "queue", "to": "legal"}

# What is told → findings, actions, what is owed and when.
STANDING: dict[str, tuple[dict[str, Any], list[str], list[dict[str, Any]], list[str]]] = {
    "nothing was done": ({"moderation": {}}, [], [], []),
    "an appeal waits for three days": (
        taken(**WAITING, appeal={"at": "2026-06-14T09:00:00Z"}),
        [],
        [LEGAL],
        ["appeal 2026-06-17T09:00:00Z"],
    ),
    "at the end of the third day it is not late": (
        taken(**WAITING, appeal={"at": "2026-06-12T12:00:00Z"}),
        [],
        [LEGAL],
        ["appeal 2026-06-15T12:00:00Z"],
    ),
    "a second later it is": (
        taken(**WAITING, appeal={"at": "2026-06-12T11:59:59Z"}),
        ["appeal"],
        [LEGAL],
        ["appeal 2026-06-15T11:59:59Z"],
    ),
    "an appeal of tomorrow is none": (taken(**WAITING, appeal={"at": "2026-06-16T09:00:00Z"}), [], [], []),
    "on the last day somebody may appeal": (
        taken(action="hide", at="2026-06-01T12:00:00Z", appeal={"at": "2026-06-15T12:00:00Z"}),
        [],
        [LEGAL],
        ["appeal 2026-06-18T12:00:00Z"],
    ),
    "after fourteen days nobody has to hear it": (
        taken(action="hide", at="2026-06-01T11:59:59Z", appeal={"at": "2026-06-15T12:00:00Z"}),
        [],
        [],
        [],
    ),
    "without the time of the action an appeal is in time": (
        taken(appeal={"at": "2026-06-14T09:00:00Z"}),
        [],
        [LEGAL],
        ["appeal 2026-06-17T09:00:00Z"],
    ),
    "an appeal without a time is not known to be one": (taken(**WAITING, appeal={"because": "unfair"}), [], [], []),
    "somebody else answered": (
        taken(**WAITING, appeal={"at": "2026-06-11T09:00:00Z", "decided_at": ANSWERED, "decided_by": "ana"}),
        [],
        [],
        [],
    ),
    "whoever decided answered": (
        taken(**WAITING, appeal={"at": "2026-06-11T09:00:00Z", "decided_at": ANSWERED, "decided_by": "kim"}),
        ["appeal"],
        [],
        [],
    ),
    "a machine answered": (
        taken(**WAITING, appeal={"at": "2026-06-11T09:00:00Z", "decided_at": ANSWERED, "automatic": True}),
        ["appeal"],
        [],
        [],
    ),
    "an appeal that was granted is over": (
        taken(**WAITING, overturned=True, appeal={"at": "2026-06-11T09:00:00Z"}),
        [],
        [],
        [],
    ),
    "a label has its day": (
        taken(action="label", label="disputed", until="2026-06-20T00:00:00Z"),
        [],
        [],
        ["ended 2026-06-20T00:00:00Z"],
    ),
    "when its time comes it is over": (
        taken(action="label", label="disputed", until="2026-06-15T12:00:00Z"),
        ["ended"],
        [],
        ["ended 2026-06-15T12:00:00Z"],
    ),
    "so is a machine's": (
        taken(action="label", automatic=True, until="2026-06-15T12:00:00Z"),
        ["ended"],
        [],
        ["ended 2026-06-15T12:00:00Z"],
    ),
    "keeping does not end": (taken(action="keep", until="2026-06-01T00:00:00Z"), [], [], []),
    "what was overturned has ended already": (
        taken(action="label", until="2026-06-01T00:00:00Z", overturned=True),
        [],
        [],
        [],
    ),
}


@pytest.mark.parametrize("name", STANDING)
def test_what_stands_on_a_record(name: str) -> None:
    facts, findings, actions, owed = STANDING[name]
    found = judged(**facts)
    assert [f.rule for f in found.findings] == findings
    assert list(found.actions) == actions
    assert [f"{o['rule']} {o['due_at']}" for o in found.obligations] == owed
    assert found.outcome == ("flag" if findings else "allow")


def test_what_is_owed_stands_among_what_falls_due() -> None:
    record = {**CALM, **taken(**WAITING, appeal={"at": "2026-06-12T09:00:00Z"})}
    (row,) = (row for row in comments().due(at=AT, related=[record]).rows if row.record == ("comment", "c1"))
    assert (row.policy, row.late) == ("moderation.comments", True)


# Faults ---------------------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, str, str]] = {
    "an appeal in business days": (
        "within: 14d",
        "within: 5 business days",
        "PE358 `within` takes hours, days or months",
    ),
    "an answer in no time": (
        "answer_within: 3d",
        "answer_within: 0d",
        "PE358 `answer_within` takes hours, days or months",
    ),
    "a rule that is called appeal": (
        "id: slur",
        "id: appeal",
        "PE357 `appeal` is what the engine calls a finding of its own",
    ),
    "a rule that is called ended": (
        "id: slur",
        "id: ended",
        "PE357 `ended` is what the engine calls a finding of its own",
    ),
    "a label for some business days": ("for: 30d", "for: 2 business days", "PE122 an action lasts for a fixed time"),
    "hiding for a while": (
        "[hide, {label: abusive, for: 30d}",
        "[{queue: legal, for: 30d}",
        "PE122 `queue` does not end by itself",
    ),
    "an unknown team": ("to: legal", "to: leagl", "PE202 unknown team `leagl`"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(name: str) -> None:
    there, instead, wanted = FAULTS[name]
    text = SET
    assert there in text
    assert [f.partition(" ")[2] for f in faults(text.replace(there, instead, 1))] == [wanted]


def test_appeals_need_a_type_that_tells_of_them() -> None:
    text = "kind: moderation\nid: m\ntitle: M\nowner: t\napplies_to: content\nappeal: {to: t, within: 14d}\n"
    rule = "rules: [{id: loud, when: {text: {contains: '!!'}}, then: hold}]\n"
    assert [f.split(" ", 1)[1] for f in faults(text + rule)] == [
        "PE358 a record of type content does not tell of appeals"
    ]


# What became of it ----------------------------------------------------------------------------------------------------


def test_what_people_overturn_counts_against_the_rule() -> None:
    hidden = {"action": "hide", "rule": "moderation.comments/slur", "automatic": True, "at": "2026-06-01T00:00:00Z"}
    appeal = {"at": "2026-06-02T00:00:00Z", "decided_at": "2026-06-03T00:00:00Z"}
    records = [
        *({**CALM, "id": f"c{i}", "moderation": hidden} for i in range(5)),
        {**CALM, "id": "c5", "moderation": {**hidden, "appeal": appeal, "overturned": True}},
        {**CALM, "id": "c6", "moderation": {**hidden, "appeal": {"at": "2026-06-14T00:00:00Z"}}},
        {**CALM, "id": "c7", "moderation": {**hidden, "at": "2026-07-01T00:00:00Z"}},
        {**CALM, "id": "c8", "moderation": {**hidden, "rule": "other/slur"}},
        {"type": "action", "id": "a1", "comment": "c5", "action": "hide", "rule": "moderation.comments/slur"},
    ]
    wanted = {"policy": "moderation.comments", "rule": "slur", "applied": 7, "appealed": 2, "open": 1, "overturned": 1}
    assert comments().judge_set(at=AT, related=records).appeals == ({**wanted, "share": "14.3%"},)
    assert comments().judge_set(at=AT, related=reversed(records)).appeals == ({**wanted, "share": "14.3%"},)


def test_the_command_lists_what_was_overturned_most_first(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(SET, encoding="utf-8")
    done = {"action": "hide", "automatic": True, "at": "2026-06-01T00:00:00Z"}
    told = [
        {**CALM, "id": "c1", "moderation": {**done, "rule": "moderation.comments/slur"}},
        {**CALM, "id": "c2", "moderation": {**done, "rule": "moderation.comments/slur", "overturned": True}},
        {**CALM, "id": "c3", "moderation": {**done, "rule": "moderation.comments/toxic", "overturned": True}},
        {**CALM, "id": "c4", "moderation": {**done, "rule": "moderation.comments/slur", "appeal": {"at": done["at"]}}},
    ]
    (tmp_path / "comments.ndjson").write_text("".join(json.dumps(r) + "\n" for r in told), encoding="utf-8")
    arguments = [
        "appeals",
        str(tmp_path / "comments.ndjson"),
        "--policies",
        str(tmp_path / "policies.yaml"),
        "--at",
        "2026-06-15",
    ]
    shown = CliRunner().invoke(main, arguments)
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "moderation.comments/toxic: overturned 1 of 1 (100%), 0 appeals",
        "moderation.comments/slur: overturned 1 of 3 (33.3%), 1 appeal (1 without an answer)",
    ]
    data = json.loads(CliRunner().invoke(main, [*arguments, "--format", "json"]).stdout)
    assert [(row["rule"], row["applied"], row["share"]) for row in data["appeals"]] == [
        ("slur", 3, "33.3%"),
        ("toxic", 1, "100%"),
    ]


def test_the_command_says_so_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(SET, encoding="utf-8")
    shown = CliRunner().invoke(main, ["appeals", "--policies", str(tmp_path / "policies.yaml")])
    assert (shown.exit_code, shown.stdout) == (0, "no record tells of a rule that did something\n")


DONE = st.builds(
    Done,
    rule=st.sampled_from(["a/x", "a/y", "b/x"]),
    record=st.sampled_from(["1", "2", "3", "4"]),
    appealed=st.booleans(),
    answered=st.booleans(),
    overturned=st.booleans(),
)


@given(done=st.lists(DONE, max_size=30), order=st.randoms(use_true_random=False))
def test_counts_are_those_of_a_slow_count_in_any_order(done: list[Done], order: Any) -> None:
    def of(rule: str, record: str) -> list[Done]:
        return [d for d in done if (d.rule, d.record) == (rule, record)]

    slow = {}
    for rule in sorted({d.rule for d in done}):
        records = sorted({d.record for d in done if d.rule == rule})
        overturned = [r for r in records if any(d.overturned for d in of(rule, r))]
        slow[rule] = (len(records), sum(any(d.appealed for d in of(rule, r)) for r in records), len(overturned))
    shuffled = list(done)
    order.shuffle(shuffled)
    rows = became(shuffled)
    assert {f"{r['policy']}/{r['rule']}": (r["applied"], r["appealed"], r["overturned"]) for r in rows} == slow
    assert rows == became(done)


# Laws -----------------------------------------------------------------------------------------------------------------


def test_every_action_is_for_people_or_is_stated() -> None:
    assert set(ACTIONS) == STATED | TO_PEOPLE
    assert not STATED & TO_PEOPLE


def _flow(value: Any) -> str:
    return json.dumps(value)


CONDITIONS: list[dict[str, Any]] = [
    {"text": {"mentions": "vermin"}},
    {"text": {"contains": "a"}},
    {"scores.toxicity": {"at_least": 0.5}},
    {"author.followers": {"below": 10}},
    {"labels": {"includes": "spam"}},
    {"moderation.action": {"exists": True}},
    {"moderation.score": {"at_least": 0.5}},
]
DO: list[Any] = ["hide", "remove", "lock", "warn", {"restrict": "followers"}, {"label": "bad"}, {"queue": "legal"}]
PLAIN = st.fixed_dictionaries(
    {
        "when": st.sampled_from(CONDITIONS),
        "then": st.sampled_from(get_args(BadOutcome)),
        "do": st.lists(st.sampled_from(DO), min_size=1, max_size=3, unique_by=str),
    }
)
BAND = st.just({"score": "scores.toxicity", "hide_at": 0.8, "queue_at": 0.4, "languages": ["en"]})
RULES = st.lists(st.one_of(PLAIN, BAND), min_size=1, max_size=4)
PROTECTED = st.lists(st.tuples(st.sampled_from(CONDITIONS), st.none() | st.sampled_from(CONDITIONS)), max_size=2)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["you vermin", "a calm word", "fine"]),
        "language": st.sampled_from(["en", "tr"]),
        "scores": st.sampled_from([{}, {"toxicity": 0.3}, {"toxicity": 0.6}, {"toxicity": 0.9}]),
        "author": st.sampled_from([{}, {"followers": 3}, {"followers": 30}]),
        "labels": st.sampled_from([[], ["spam"]]),
    },
)


DECISIONS = ["keep", *sorted(STATED)]


def written(rules: list[dict[str, Any]], protected: list[tuple[Any, Any]]) -> PolicySet:
    """Return the policy of some rules and some protected speech."""
    body: dict[str, Any] = {
        "kind": "moderation", "id": "m", "title": "M", "owner": "legal", "applies_to": "comment",
        "rules": [{"id": f"r{i}", "title": "R", **rule} for i, rule in enumerate(rules)],
    }  # fmt: skip
    if protected:
        body["protected"] = [
            {"id": f"p{i}", "title": "P", "when": when, **({"looks_like": signs} if signs else {})}
            for i, (when, signs) in enumerate(protected)
        ]
    return policies("kind: directory\nid: directory\nowner: legal\npeople: {kim: {team: legal}}\n", _flow(body))


@settings(max_examples=40)
@given(
    rules=RULES, protected=PROTECTED, facts=FACTS, action=st.sampled_from(["keep", *sorted(STATED)]), told=st.booleans()
)
def test_a_human_decision_is_never_contradicted_whatever_the_rules(
    rules: list[dict[str, Any]], protected: list[Any], facts: dict[str, Any], action: str, *, told: bool
) -> None:
    decided = {"action": action, "by": "kim", **({"automatic": False} if told else {})}
    found = written(rules, protected).evaluate({"type": "comment", "id": "c", **facts, "moderation": decided}, at=AT)
    assert [f for f in found.findings if f.policy == "m"] == []
    assert found.actions == ()


@settings(max_examples=40)
@given(rules=RULES, protected=PROTECTED, facts=FACTS)
def test_nothing_is_taken_from_anybody_without_a_reason(
    rules: list[dict[str, Any]], protected: list[Any], facts: dict[str, Any]
) -> None:
    found = written(rules, protected).evaluate({"type": "comment", "id": "c", **facts}, at=AT)
    ordered = {(a["do"], a.get("to")) for a in found.actions if a["do"] in STATED}
    stated = {(a["do"], a.get("to")) for said in found.statements for a in said["actions"]}
    assert ordered == stated
    assert all(said["facts"] or said["evidence"] for said in found.statements)


@settings(max_examples=40)
@given(rules=RULES, facts=FACTS, when=st.sampled_from(CONDITIONS), signs=st.none() | st.sampled_from(CONDITIONS))
def test_nothing_is_taken_while_a_protection_is_unknown(
    rules: list[dict[str, Any]], facts: dict[str, Any], when: Any, signs: Any
) -> None:
    """What is protected for certain is `allow`; what is certainly not is as without; else nothing is taken."""
    record = {"type": "comment", "id": "c", **facts}
    bare = written(rules, []).evaluate(record, at=AT)
    found = written(rules, [(when, signs)]).evaluate(record, at=AT)
    # A rule with the same condition tells whether it holds: fail is yes, nothing is no, unproven unknown.
    said = {name: _truth(condition, record) for name, condition in (("when", when), ("signs", signs)) if condition}
    if said["when"] is True:
        assert not found.findings
    elif said["when"] is None or (said.get("signs") is not False and signs):
        assert not {a["do"] for a in found.actions} & STATED
        assert found.statements == ()
    else:
        assert (found.outcome, found.actions) == (bare.outcome, bare.actions)


def _truth(condition: dict[str, Any], record: dict[str, Any]) -> bool | None:
    check = {"kind": "check", "id": "k", "title": "K", "owner": "legal", "applies_to": "comment"}
    rules = [{"id": "r", "title": "R", "when": condition, "then": "flag"}]
    found = policies(_flow({**check, "rules": rules})).evaluate(record, at=AT, only=["k"])
    return {("k/r",): True, (): False}.get(found.rules("fail")) if not found.rules("unproven") else None


def test_a_window_states_its_reasons_with_the_records_that_count() -> None:
    text = """
kind: moderation
id: m
title: Crowds
owner: legal
applies_to: comment
rules:
  - id: flood
    title: A flood
    window: {by: author.id, within: 10 min, at_least: 3}
    then: hold
    do: [{restrict: slow_mode, for: 1h}]
"""
    start = datetime(2026, 6, 15, 11, tzinfo=UTC)
    flood = [
        {**CALM, "id": f"c{i}", "author": {"id": "u"}, "posted_at": (start + timedelta(minutes=i)).isoformat()}
        for i in range(3)
    ]
    (said,) = policies(text).evaluate(flood[0], at=AT, related=flood[1:]).statements
    assert said["actions"] == [{"do": "restrict", "to": "slow_mode", "until": "2026-06-15T13:00:00Z"}]
    assert said["group"]["records"] == ["c0", "c1", "c2"]


def test_a_statement_shows_nothing_that_acts_on_a_terminal() -> None:
    given = policies(SET.replace("title: No slurs", 'title: No slurs\n    message: "{text}"'))
    found = given.evaluate({**CALM, "text": "vermin \x1b[31m\n::error::"}, at=AT)
    shown = list(lines(found, Ink()))
    assert shown[0] == "statement of reasons: hide, label abusive until Wed 15 Jul 12:00"
    assert "  found: `vermin`, characters 1 to 6 of text" in shown
    assert "  appeal: to team legal until Mon 29 Jun 12:00, answered within 3d" in shown
    assert not any("\x1b" in line or "\n" in line for line in shown)
