"""Facts that are not told: what tightens needs a possible yes, what loosens a certain one."""

from __future__ import annotations

from typing import Any

import pytest

from policyengine.lints.holes import holes
from tests.kinds.disclosure.made_up import change, found, judged, paid
from tests.kinds.disclosure.made_up import law as made_up_law
from tests.sets import policies

GIFT = {"sponsorship.connection": "gifted"}
HEAD = (
    "kind: disclosure\nid: disclosure.gb\ntitle: Labels\nowner: legal\njurisdiction: GB\nauthority: a test\n"
    "confidence: high\n"
)
LABELS = "labels: [{for: all connections, accept: [ad]}]\n"


@pytest.mark.parametrize(
    ("text", "told", "removed", "before", "after"),
    [
        ("rye", {}, "sponsorship.connection", {"no_label": "fail block"}, {"no_label": "unproven allow"}),
        ("rye", {}, "sponsorship", {"no_label": "fail block"}, {"no_label": "unproven allow"}),
        ("rye", {}, "markets", {"no_label": "fail block"}, None),
        ("rye", {}, "text", {"no_label": "fail block"}, {"no_label": "unproven block"}),
        ("rye", {"format": "text"}, "text", {"no_label": "fail block"}, {"no_label": "unproven hold"}),
        ("rye, ad", {"platform": "x"}, "platform", {}, {"behind_fold": "unproven hold"}),
        ("ad: rye", {}, "format", {}, {"not_in_video": "unproven hold"}),
        ("gifted: rye", GIFT, "sponsorship.connection", {"label_to_judge": "fail hold"}, None),
        (
            "promo: rye",
            {"author.followers": 100000},
            "author.followers",
            {"creator_threshold": "fail block"},
            {"creator_threshold": "unproven hold"},
        ),
        (
            "rye",
            {"sponsorship.connection": "own_brand", "sponsorship.brand_owned_account": True},
            "sponsorship.brand_owned_account",
            {},
            {"no_label": "fail block"},
        ),
        (
            "rye",
            {"sponsorship.platform_label": True},
            "sponsorship.platform_label",
            {"platform_label_only": "fail hold"},
            {"no_label": "fail block"},
        ),
    ],
)
def test_a_fact_that_is_taken_out_is_missed(
    text: str, told: dict[str, Any], removed: str, before: dict[str, str], after: dict[str, str] | None
) -> None:
    record = paid(text=text, set=told)
    assert found(record) == before
    change(record, removed, None)
    left = found(record)
    assert left if after is None else left == after
    missing = {name for finding in judged(record).findings for name in finding.missing}
    assert any(removed.startswith(name) or name.startswith(removed) for name in missing) or "fail" in str(left)


@pytest.mark.parametrize("field", ["where", "text"])
def test_a_disclosure_with_a_gap_may_be_a_label(field: str) -> None:
    entry = {"where": "overlay", "text": "ad"}
    del entry[field]
    record = paid(text="rye", set={"sponsorship.disclosures": [entry]})
    (finding,) = judged(record).findings
    assert (finding.rule, finding.verdict, finding.outcome) == ("no_label", "unproven", "hold")
    assert finding.missing == (f"sponsorship.disclosures.{field}",)


def test_disclosures_that_cannot_be_read_may_be_a_label() -> None:
    record = paid(text="rye", set={"sponsorship.disclosures": "ad"})
    assert found(record) == {"no_label": "unproven hold"}


def test_a_scope_that_is_not_told_counts_as_in() -> None:
    law = policies(HEAD + LABELS + "only_for: {language: en}\n")
    assert found(paid(text="rye"), law) == {"no_label": "fail block"}
    assert found(paid(text="rye", set={"language": "de"}), law) == {}
    record = paid(text="rye", unset="language")
    assert found(record, law) == {"no_label": "unproven hold"}
    assert judged(record, law).findings[0].missing == ("language",)


def test_posts_that_need_no_label_need_it_while_that_is_not_certain() -> None:
    law = policies(HEAD + LABELS + "no_label_needed: {content_type: news}\n")
    assert found(paid(text="rye", set={"content_type": "news"}), law) == {}
    decision = judged(paid(text="rye"), law)
    assert decision.rules("fail") == ("disclosure.gb/no_label",)
    assert decision.undecided == ({"missing": ["content_type"], "policy": "disclosure.gb", "what": "no_label except"},)


def test_the_own_rules_of_a_document_are_about_its_market_alone() -> None:
    rule = "rules: [{id: category, title: No nicotine, when: {category: nicotine}, then: block}]\n"
    law = policies(HEAD + rule)
    post = {"sponsorship.connection": "none", "category": "nicotine"}
    assert found(paid(text="rye", set=post), law) == {"category": "fail block"}
    assert found(paid("IT", "pane", set=post), law) == {}
    assert found(paid(text="rye", set=post, unset="markets"), law) == {"category": "unproven hold"}
    del post["category"]
    assert found(paid(text="rye", set=post), law) == {"category": "unproven hold"}


def test_a_special_law_about_connections_is_silent_while_nothing_speaks_for_one() -> None:
    rule = "rules: [{id: category, title: No nicotine, when: {category: nicotine, sponsorship.connection: {is_not: none}}, then: block}]\n"  # noqa: E501
    law = policies(HEAD + LABELS + rule)
    post = paid(text="ad: rye", set={"category": "nicotine"})
    assert found(post, law) == {"category": "fail block"}
    post["text"] = "rye"
    change(post, "sponsorship.connection", None)
    assert found(post, law) == {"no_label": "unproven allow"}
    post["sponsorship"]["discount_code"] = True
    assert found(post, law) == {"category": "unproven hold", "no_label": "unproven hold"}


def test_low_confidence_never_blocks() -> None:
    low = HEAD.replace("confidence: high", "confidence: low")
    rule = "rules: [{id: category, title: No nicotine, when: {category: nicotine}, then: block}]\n"
    law = policies(low + LABELS + rule)
    assert found(paid(text="rye", set={"category": "nicotine"}), law) == {
        "no_label": "fail hold",
        "category": "fail hold",
    }
    part = "placement: {before_fold: {otherwise: block, confidence: low}, legible: {otherwise: block}}\n"
    law = policies(HEAD + LABELS + part)
    post = paid(text="rye\nsalt\nad", set={"category": "food"})
    assert found(post, law) == {"behind_fold": "fail hold"}


def test_a_document_in_force_later_stands_under_upcoming() -> None:
    law = policies(HEAD + LABELS + "effective: {from: 2030-01-01}\n")
    decision = judged(paid(text="rye"), law)
    assert decision.outcome == "allow"
    assert [(u["rule"], u["from"], u["outcome"]) for u in decision.upcoming] == [("no_label", "2030-01-01", "block")]


def test_the_bare_minimum_of_a_document_blocks_what_has_no_label() -> None:
    law = policies(HEAD + LABELS)
    assert found(paid(text="rye"), law) == {"no_label": "fail block"}
    assert found(paid(text="rye", set={"sponsorship.connection": "past_relationship"}), law) == {
        "no_label": "fail hold"
    }
    assert found(paid(text="rye\n\n\nad", set={"sponsorship.platform_label": True}), law) == {}
    assert found(paid(text="rye", set={"sponsorship.platform_label": True}), law) == {"no_label": "fail block"}
    assert found(paid(text="ad", unset="format"), law) == {}


def test_what_counts_only_where_it_is_told_is_listed_among_the_holes() -> None:
    asked = {(hole.name, hole.field) for hole in holes(made_up_law().assembly) if hole.why == "exists"}
    assert {
        ("disclosure.gb/no_label", "sponsorship.contract_active"),
        ("disclosure.gb/presumed", "sponsorship.discount_code"),
        ("disclosure.gb/language", "language"),
        ("disclosure.gb/frames", "sponsorship.frame_count"),
        ("disclosure.coverage/no_facts", "sponsorship.brand_tagged"),
        ("disclosure.it.rules/category", "category"),
    } <= asked
    assert not any(field in {"text", "sponsorship.connection", "platform", "format"} for _, field in asked)
