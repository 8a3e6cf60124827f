"""Explanations: what decided, with the values seen; being able to explain itself does not change a Decision."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from msgspec import structs

from policyengine.core.decision import Decision
from policyengine.evaluate.deciding import Question, decide
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.explaining import Answer, Edited, Explanation, RuleExplained, Why, with_history
from policyengine.evaluate.versions import data_versions, engine_version
from policyengine.report.explanation import Shown, render
from policyengine.report.ink import Ink
from tests.sets import AT, policies

CHECKS = """\
kind: check
id: p
title: Posts are sound
owner: social
applies_to: content
only_for: {use: [paid, boosted]}
sources: [{title: The handbook, url: "https://example.com/handbook"}]
rules:
  - id: young
    title: Advertisers are grown up
    require: {author.age: {at_least: 18}}
    otherwise: block
    released_by: {role: legal}
    message: "{author.age} is too young"
    fix: ask somebody else
  - id: pictures
    title: Pictures have words
    for_each: media
    when: {medium: image}
    require: {alt_text: {exists: true}}
    otherwise: hold
  - id: tagged
    title: Somebody is reached
    when: {any_of: [{platform: tiktok}, {author.followers: {above: 1000}}]}
    then: flag
  - {id: market, title: Not there, when: {$market: JP}, then: block}
"""
RECORD: dict[str, Any] = {
    "type": "content",
    "id": "c",
    "status": "draft",
    "use": "paid",
    "platform": "instagram",
    "markets": ["GB", "JP"],
    "author": {"age": 17},
    "media": [{"medium": "image"}, {"medium": "image", "alt_text": "a loaf"}, {"medium": "video"}],
}


def explained(**options: Any) -> Explanation:
    return policies(CHECKS).explain(RECORD, at=AT, **options)


def rule(name: str, **options: Any) -> RuleExplained:
    (found,) = [r for r in explained(changes=False, **options).rules if r.name == name]
    return found


def leaves(why: Why) -> list[Why]:
    return [leaf for child in why.children for leaf in leaves(child)] if why.children else [why]


def test_a_rule_is_explained_with_its_title_its_line_its_owner_and_its_sources() -> None:
    found = rule("p/young")
    assert (found.title, found.verdicts, found.outcome, found.decides) == (
        "Advertisers are grown up",
        ("fail",),
        "block",
        True,
    )
    assert found.source is not None
    assert (found.source.file, found.source.line) == ("0.yaml", 9)
    assert (found.owner, found.sources[0].title) == ("social", "The handbook")
    assert (found.messages, found.fixes) == (("17 is too young",), ("ask somebody else",))


def test_a_test_says_itself_its_truth_and_the_value_seen() -> None:
    (judged,) = rule("p/young").judged
    required = next(part.why for part in judged.parts if part.part == "require")
    assert (required.text, required.seen, required.truth) == ("author.age is at least 18", "17", "no")
    assert required.decided
    assert required.source is not None
    assert required.source.line == 11


def test_the_scope_is_a_part_of_when() -> None:
    (judged,) = rule("p/young").judged
    scope = next(part.why for part in judged.parts if part.part == "when")
    assert [(leaf.text, leaf.seen) for leaf in leaves(scope)] == [("use is one of paid, boosted", "paid")]


def test_each_entry_of_a_list_is_judged_by_itself() -> None:
    entries = [(j.entry, j.verdict) for j in rule("p/pictures").judged]
    assert entries == [("media[0]", "fail"), ("media[1]", "pass"), ("media[2]", "not_applicable")]


def test_each_market_is_judged_by_itself() -> None:
    assert [(j.market, j.verdict) for j in rule("p/market").judged] == [("GB", "not_applicable"), ("JP", "fail")]


def test_only_the_tests_that_decided_are_marked() -> None:
    (judged,) = rule("p/tagged").judged
    tests = {leaf.text: leaf for leaf in leaves(judged.parts[0].why)}
    assert tests["author.followers is above 1000"].decided
    assert tests["author.followers is above 1000"].missing == ("author.followers",)
    assert not tests["platform is tiktok"].decided


def test_what_is_not_told_stands_with_its_rule() -> None:
    assert rule("p/tagged").missing == ("author.followers",)


def test_a_rule_that_is_asked_for_is_explained_whatever_it_says() -> None:
    quiet = dict(RECORD, author={"age": 30})
    found = policies(CHECKS).explain(quiet, at=AT, rules=["p/young"], changes=False)
    assert [(r.name, r.verdicts, r.outcome) for r in found.rules] == [("p/young", ("pass",), "allow")]


def test_a_policy_that_is_asked_for_gives_all_of_its_rules() -> None:
    assert {r.name for r in explained(rules=["p"], changes=False).rules} == {
        "p/market",
        "p/pictures",
        "p/tagged",
        "p/young",
    }


def test_every_rule_is_explained_on_request() -> None:
    quiet = {"type": "content", "id": "c", "status": "draft", "use": "organic"}
    assert policies(CHECKS).explain(quiet, at=AT, changes=False).rules == ()
    every = policies(CHECKS).explain(quiet, at=AT, every=True, changes=False).rules
    assert {r.verdicts for r in every} == {("not_applicable",)}
    assert len(every) == 4


def test_what_is_found_without_a_rule_is_explained_too() -> None:
    submitted = dict(RECORD, status="submitted")
    found = policies(CHECKS).explain(submitted, at=AT, changes=False)
    names = {r.name for r in found.rules}
    assert {"record.complete/category", "record.complete/claims"} <= names


def test_the_strictest_rules_that_decide_come_first() -> None:
    assert [r.outcome for r in explained(changes=False).rules] == ["block", "block", "hold", "flag"]


def test_an_explanation_is_json() -> None:
    plain = json.loads(msgspec.json.encode(explained().to_dict()))
    assert plain["decision"]["outcome"] == "block"
    assert plain["rules"][0]["judged"][0]["parts"]
    assert plain["changes"][0]["says"]


# The Decision that explains itself ------------------------------------------------------------------------------------


def test_a_decision_explains_itself() -> None:
    decision = policies(CHECKS).evaluate(RECORD, at=AT)
    assert decision.explain(changes=False) == explained(changes=False)


def test_being_able_to_explain_changes_no_byte() -> None:
    found: PolicySet = policies(CHECKS)
    question = Question(at=AT, validate=False, engine=engine_version(), data=data_versions())
    plain: Decision = decide(found.assembly, RECORD, question)
    assert found.evaluate(RECORD, at=AT).to_json() == plain.to_json()
    assert msgspec.json.encode(found.evaluate(RECORD, at=AT)) == msgspec.json.encode(plain)


def test_two_decisions_about_the_same_are_equal() -> None:
    assert policies(CHECKS).evaluate(RECORD, at=AT) == policies(CHECKS).evaluate(RECORD, at=AT)


def test_a_copied_decision_says_that_it_cannot_explain_itself() -> None:
    copied = structs.replace(policies(CHECKS).evaluate(RECORD, at=AT), mode="simulated")
    assert isinstance(copied, Answer)
    with pytest.raises(ValueError, match="use `PolicySet"):
        copied.explain()


# As people read it ----------------------------------------------------------------------------------------------------


def page(explanation: Explanation, **options: Any) -> str:
    return render(explanation, Shown(place="post.md:1", subject="content c", **options))


def test_the_page_shows_the_tests_that_decided() -> None:
    lines = page(explained()).splitlines()
    assert lines[0] == "post.md:1  block  content c"
    assert "block: p/young: Advertisers are grown up (decides)" in lines
    assert "      * no      author.age is at least 18; seen: 17" in lines
    assert "  0.yaml:9, owned by social, not under version control" in lines
    assert "the smallest change that alters it:" in lines


def test_the_page_says_who_last_changed_a_rule() -> None:
    edited = Edited(by="Ana", on="2026-05-01", revision="0123456789abcdef", subject="Raise the age")
    found = with_history(explained(changes=False), {"p/young": edited})
    assert "last changed by Ana on 2026-05-01 (0123456789: Raise the age)" in page(found)


def test_nothing_in_a_record_acts_on_the_terminal() -> None:
    hostile = dict(RECORD, author={"age": 17, "handle": "\x1b[2J"}, text="\x1b]0;x\x07 \u202e ::error::")
    text = CHECKS.replace("{author.age} is too young", "{author.handle} is too young")
    shown = page(policies(text).explain(hostile, at=AT))
    assert "\\x1b[2J is too young" in shown
    assert not any(ord(c) < 32 and c != "\n" for c in shown)


def test_without_colour_there_is_no_escape() -> None:
    assert "\x1b" not in page(explained())
    assert "\x1b[1;31mblock" in page(explained(), ink=Ink(colour=True))
