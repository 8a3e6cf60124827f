"""Guarantees: outcomes that are too light are raised, loudly, whatever policies, waivers and rulings say."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest

from policyengine.core.decision import OUTCOMES, RANK, Decision
from tests.kinds.waiving import LINKS, PEOPLE, WAIVER, judged, said
from tests.sets import faults, policies

GUARANTEE = """\
kind: guarantee
id: guarantee.line
title: Nothing goes to LINE unseen
owner: legal
applies_to: content
when: {platform: line}
never: {outcome: [allow, flag]}
except: {labels: {includes: seen}}
fix: have it seen
"""
BROKEN = "guarantee.line/broken fail hold"
FLAGGING = LINKS.replace("then: hold,", "then: flag,")


def kept(*changes: tuple[str, str], links: str = FLAGGING, **record: Any) -> Decision:
    text = GUARANTEE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return judged(policies(PEOPLE, links, text), record)


def test_an_outcome_that_is_too_light_is_raised_and_said_so() -> None:
    decision = kept()
    assert (decision.outcome, decision.decided_by) == ("hold", ("guarantee.line/broken",))
    assert said(decision) == [BROKEN, "links.tagged/tagged fail flag"]
    (broken, _) = decision.findings
    assert broken.message == "Nothing goes to LINE unseen: without this guarantee the outcome would be flag"
    assert (broken.severity, broken.fix) == ("critical", "have it seen")
    assert broken.source is not None
    assert (broken.source.file, broken.source.line) == ("2.yaml", 7)


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        pytest.param({"platform": "x"}, "flag", id="another platform"),
        pytest.param({"labels": ["seen"]}, "flag", id="exempt"),
        pytest.param({"labels": ["new", "seen"]}, "flag", id="exempt among others"),
        pytest.param({"labels": []}, "hold", id="told to have no label"),
    ],
)
def test_for_whom_it_holds(record: dict[str, Any], outcome: str) -> None:
    assert kept(**record).outcome == outcome


def test_what_is_heavy_enough_breaks_no_guarantee() -> None:
    assert said(kept(links=LINKS)) == ["links.tagged/tagged fail hold"]


def test_a_waiver_does_not_get_past_a_guarantee() -> None:
    decision = judged(policies(PEOPLE, LINKS, WAIVER, GUARANTEE))
    assert said(decision) == [BROKEN, "links.tagged/tagged waived allow"]
    assert decision.outcome == "hold"


def test_the_outcome_of_each_market_counts() -> None:
    waiver = f"{WAIVER}markets: [GB]\n"
    decision = judged(policies(PEOPLE, LINKS, waiver, GUARANTEE))
    assert said(decision) == [f"{BROKEN} GB", "links.tagged/tagged fail hold DE", "links.tagged/tagged waived allow GB"]
    assert decision.by_market == {"DE": "hold", "GB": "hold"}


def test_a_guarantee_for_one_market() -> None:
    assert kept(("when:", "markets: [GB]\nwhen:")).by_market == {"DE": "flag", "GB": "hold"}
    assert kept(("when:", "markets: [US]\nwhen:")).outcome == "flag"


def test_while_no_market_is_told_the_record_counts_as_in() -> None:
    decision = kept(("when:", "markets: [US]\nwhen:"), markets=None)
    assert said(decision)[0] == "guarantee.line/broken unproven hold"


def test_the_scope_is_a_condition_like_when() -> None:
    assert kept(("when:", "only_for: {campaign: spring_26}\nwhen:")).outcome == "hold"
    assert kept(("when:", "only_for: {campaign: autumn_26}\nwhen:")).outcome == "flag"


@pytest.mark.parametrize(("dates", "outcome"), [("{from: 2026-06-02}", "flag"), ("{until: 2026-06-02}", "hold")])
def test_it_holds_while_it_is_in_force(dates: str, outcome: str) -> None:
    assert kept(("when:", f"effective: {dates}\nwhen:")).outcome == outcome


def test_a_selection_without_the_guarantee_leaves_it_out() -> None:
    found = policies(PEOPLE, FLAGGING, GUARANTEE)
    assert judged(found, only=["links.*"]).outcome == "flag"
    assert judged(found, only=["links.*", "guarantee.line"]).outcome == "hold"


def test_a_guarantee_over_a_pending_approval() -> None:
    head = "kind: approval\nid: approval.a\ntitle: A\nowner: legal\napplies_to: content\n"
    approval = f"{head}stages: [{{id: s, needs: {{role: counsel}}}}]\n"
    strict = GUARANTEE.replace("[allow, flag]", "[allow, flag, hold]")
    decision = judged(policies(PEOPLE, approval, strict))
    assert (decision.outcome, said(decision)) == ("block", ["guarantee.line/broken fail block"])


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ("[allow, flag, hold]", []),
        ("allow", []),
        ("flag", ["7:18 PE382 the guarantee refuses `flag` and not `allow`, which is lighter"]),
        ("[allow, hold]", ["7:18 PE382 the guarantee refuses `hold` and not `flag`, which is lighter"]),
        ("[block]", ["7:19 PE123 `block` is not a value of `outcome`"]),
        ("[]", ["7:18 PE107 `outcome` is an empty list"]),
    ],
)
def test_what_never_may_say(outcomes: str, expected: list[str]) -> None:
    assert faults(GUARANTEE.replace("[allow, flag]", outcomes), PEOPLE) == expected


FLOORS = {"[allow]": "flag", "[allow, flag]": "hold", "[allow, flag, hold]": "block"}


@pytest.mark.parametrize("base", OUTCOMES)
def test_two_guarantees_hold_together_in_any_order(base: str) -> None:
    """The outcome is the strictest of what the others say and of all floors, by brute force over what there is."""
    links = LINKS.replace("then: hold,", f"then: {base},") if base != "allow" else LINKS.replace("[line, x]", "x")
    for one, other in product(FLOORS, repeat=2):
        texts = [
            GUARANTEE.replace("[allow, flag]", one),
            GUARANTEE.replace("[allow, flag]", other).replace("guarantee.line", "guarantee.other"),
        ]
        expected = max(base, FLOORS[one], FLOORS[other], key=RANK.__getitem__)
        found = [judged(policies(PEOPLE, links, *order)) for order in permutations(texts)]
        assert {decision.outcome for decision in found} == {expected}
        assert len({tuple(said(decision)) for decision in found}) == 1
        broken = {f.policy for f in found[0].findings if f.rule == "broken"}
        assert broken == {
            name
            for name, floor in (("guarantee.line", FLOORS[one]), ("guarantee.other", FLOORS[other]))
            if RANK[base] < RANK[floor]
        }
