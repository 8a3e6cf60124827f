"""Choices where they are used: what `$choices.x` means, and what is found of a choice that is unknown or doubtful."""

from __future__ import annotations

from itertools import permutations

import pytest

from policyengine.shapes.material import material
from tests.kinds.choosing import (
    CHECK,
    HEADQUARTERS,
    OTHER,
    POST,
    REVIEW,
    SCORELESS,
    Record,
    about,
    found,
    given,
    made,
)
from tests.sets import types

USED: dict[str, tuple[list[Record], dict[str, tuple[str, str]], str]] = {
    "nobody decided": ([], {"missing": ("unproven", "hold")}, "unproven"),
    "decided well": ([made()], {}, "fail"),
    "the other option was chosen": ([OTHER], {}, "not_applicable"),
    "a draft decides nothing": ([made(status="draft")], {"missing": ("unproven", "hold")}, "unproven"),
    "a decision of tomorrow decides nothing yet": (
        [made(decided_at="2026-06-02T00:00:00Z")],
        {"missing": ("unproven", "hold")},
        "unproven",
    ),
    "a record about something else decides nothing": (
        [made(concerns="choices.other")],
        {"missing": ("unproven", "hold")},
        "unproven",
    ),
    "nothing was chosen": ([made("chosen")], {"missing": ("unproven", "hold")}, "unproven"),
    "a status that cannot be read": ([made(status=7)], {"missing": ("unproven", "hold")}, "unproven"),
    "by somebody without the role": ([made(decided_by="ana")], {"not_entitled": ("unproven", "hold")}, "unproven"),
    "by somebody who had the role before": (
        [made(decided_by="old")], {"not_entitled": ("unproven", "hold")}, "unproven",
    ),
    "before they had the role": (
        [made(decided_at="2025-12-31T10:00:00Z")],
        {"not_entitled": ("unproven", "hold")},
        "unproven",
    ),
    "by the person who may": ([made(decided_by="lou")], {}, "fail"),
    "by nobody who is named": ([made("decided_by")], {"not_entitled": ("unproven", "hold")}, "unproven"),
    "nobody knows when": ([made("decided_at")], {"not_entitled": ("unproven", "hold")}, "unproven"),
    "an option that is not offered": ([made(chosen="regional")], {"unknown_option": ("unproven", "hold")}, "unproven"),
    "two that say different things": ([made(), OTHER], {"contradicted": ("unproven", "hold")}, "unproven"),
    "two that say the same": ([made(), made(id="c2")], {}, "fail"),
    "one takes the place of the other": ([made(), {**OTHER, "supersedes": "c1"}], {}, "not_applicable"),
    "each takes the place of the other": (
        [made(supersedes="c2"), {**OTHER, "supersedes": "c1"}],
        {"contradicted": ("unproven", "hold")},
        "unproven",
    ),
    "what takes the place may not be decided by them": (
        [made(), {**OTHER, "supersedes": "c1", "decided_by": "ana"}],
        {"not_entitled": ("unproven", "hold")},
        "unproven",
    ),
    "beside it one that does not count": (
        [made(), {**OTHER, "decided_by": "ana"}],
        {"not_entitled": ("fail", "flag")},
        "fail",
    ),
    "a draft takes no place": ([made(), {**OTHER, "supersedes": "c1", "status": "draft"}], {}, "fail"),
    "not looked at again in time": ([made(review_at="2026-05-31")], {"overdue": ("fail", "flag")}, "fail"),
    "to be looked at again today": ([made(review_at="2026-06-01")], {}, "fail"),
    "the register asks for it earlier than the decision": (
        [made(decided_by="lou", decided_at="2025-11-01T10:00:00Z", review_at="2030-01-01")],
        {"overdue": ("fail", "flag")},
        "fail",
    ),
    "reviewed meanwhile": (
        [
            made(review_at="2026-05-31"),
            REVIEW,
        ],
        {},
        "fail",
    ),
    "a review that is planned does not count": (
        [
            made(review_at="2026-05-31"),
            REVIEW | {"status": "planned"},
        ],
        {"overdue": ("fail", "flag")},
        "fail",
    ),
    "another has the best score": (
        [made(chosen="decentralised")],
        {"not_best_scored": ("fail", "flag")},
        "not_applicable",
    ),
    "another has the best score, for a reason": ([OTHER | {"id": "c1"}], {}, "not_applicable"),
    "a reason of blanks is none": (
        [OTHER | {"override_reason": " "}], {"not_best_scored": ("fail", "flag")}, "not_applicable",
    ),
    "not everything is scored": ([made(options=SCORELESS)], {"scores": ("fail", "flag")}, "fail"),
    "weights that do not sum to 100%": (
        [made(criteria=[{"criterion": "cost", "weight": "40%"}, {"criterion": "speed", "weight": "40%"}])],
        {"weights": ("fail", "flag")},
        "fail",
    ),
    "other weights than agreed on": (
        [made(criteria=[{"criterion": "cost", "weight": "60%"}, {"criterion": "speed", "weight": "40%"}])],
        {"weights": ("fail", "flag")},
        "fail",
    ),
    "the weights that were agreed on": (
        [made(criteria=[{"criterion": "speed", "weight": 0.6}, {"criterion": "cost", "weight": 0.4}])],
        {},
        "fail",
    ),
    "without its evidence": ([made("evidence")], {"evidence": ("fail", "flag")}, "fail"),
    "everything at once": (
        [made("evidence", chosen="regional", decided_by="ana", review_at="2026-03-01")],
        {"unknown_option": ("unproven", "hold"), "not_entitled": ("unproven", "hold"),
         "evidence": ("fail", "flag"), "overdue": ("fail", "flag")},
        "unproven",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", USED)
def test_what_is_found_where_a_choice_is_used(case: str) -> None:
    related, expected, verdict = USED[case]
    decision = about(POST, *related)
    assert found(decision) == expected
    rules = {f.rule: f.verdict for f in decision.findings if f.policy == "publishing"}
    assert rules.get("headquarters", "not_applicable") == verdict
    for finding in decision.findings:
        if finding.policy.startswith("choices."):
            assert finding.rules == ("publishing/headquarters",)
            assert finding.source is not None


@pytest.mark.parametrize("case", USED)
def test_the_order_of_records_never_matters(case: str) -> None:
    related = USED[case][0]
    answers = {about(POST, *order).to_json() for order in permutations(related)}
    assert len(answers) == 1


def test_what_was_chosen_is_told_in_the_message() -> None:
    (finding,) = about(POST, made()).findings
    assert finding.message == "the model is central"


def test_the_decision_lists_the_records_that_decided() -> None:
    used = about(POST, made(), OTHER | {"supersedes": "c1"}, made(id="c9", concerns="choices.other")).used
    assert [(u["type"], u["id"]) for u in used] == [("choice", "c1"), ("choice", "c2")]


def test_a_missing_choice_is_listed_among_what_is_not_told() -> None:
    (item,) = about(POST).missing
    assert item == {
        "field": "choices.publishing_model",
        "rules": ["choices.publishing_model/missing", "publishing/headquarters"],
    }


def test_nothing_is_found_of_a_choice_that_no_policy_in_scope_uses() -> None:
    scoped = CHECK + "only_for: {platform: youtube}\n" + HEADQUARTERS
    assert about(POST, check=scoped).findings == ()
    assert found(about({**POST, "platform": "youtube"}, check=scoped)) == {"missing": ("unproven", "flag")}
    over = CHECK + "effective: {until: 2026-01-01}\n" + HEADQUARTERS
    assert about(POST, check=over).findings == ()


def test_a_missing_choice_flags_where_nothing_that_holds_waits_for_it() -> None:
    assert found(about({**POST, "platform": "youtube"})) == {"missing": ("unproven", "flag")}
    mild = CHECK + HEADQUARTERS.replace("then: block", "then: flag")
    assert found(about(POST, check=mild)) == {"missing": ("unproven", "flag")}
    assert about(POST, check=mild).outcome == "flag"


def test_one_finding_names_all_rules_that_use_the_choice() -> None:
    check = CHECK + (
        "rules:\n"
        "  - {id: a, title: A, when: {$choices.publishing_model: central}, then: hold}\n"
        "  - {id: b, title: B, when: {$is.central: true}, then: hold}\n"
        '  - {id: c, title: C, when: {platform: tiktok}, then: flag, message: "{$choices.publishing_model}"}\n'
        "  - {id: d, title: no $choices.publishing_model here, when: {platform: tiktok}, then: flag}\n"
        "---\n"
        "kind: definitions\nid: is\nowner: social\napplies_to: content\n"
        "define: {central: {title: central, $choices.publishing_model: central}}\n"
    )
    (finding,) = [f for f in about(POST, check=check).findings if f.rule == "missing"]
    assert finding.rules == ("publishing/a", "publishing/b", "publishing/c")


def test_a_scope_that_depends_on_a_choice_counts_as_in_while_it_is_unknown() -> None:
    check = CHECK + (
        "only_for: {$choices.publishing_model: central}\n"
        "rules: [{id: a, title: A, when: {platform: tiktok}, then: block}]\n"
    )
    assert found(about(POST, check=check)) == {"missing": ("unproven", "hold")}
    assert about(POST, made(), check=check).outcome == "block"
    assert about(POST, OTHER, check=check).outcome == "allow"


def test_an_exception_that_depends_on_a_choice_counts_as_out_while_it_is_unknown() -> None:
    check = CHECK + (
        "rules: [{id: a, title: A, when: {platform: tiktok}, then: block,"
        " except: {$choices.publishing_model: decentralised}}]\n"
    )
    decision = about(POST, check=check)
    assert decision.outcome == "block"
    assert [u["missing"] for u in decision.undecided] == [["choices.publishing_model"]]
    assert about(POST, OTHER, check=check).outcome == "allow"


def test_a_choice_is_compared_with_a_field_inside_a_list() -> None:
    check = CHECK + (
        "rules: [{id: a, title: A, require: {claims: {every: {text: {is: $choices.publishing_model}}}},"
        " otherwise: hold}]\n"
    )
    post = POST | {"claims": [{"text": "central"}, {"text": "decentralised"}]}
    assert about(post, made(), check=check).rules("fail") == ("publishing/a",)
    assert about(post, check=check).rules("unproven") == ("choices.publishing_model/missing", "publishing/a")


def test_every_time_it_is_told_whether_a_choice_was_made() -> None:
    check = CHECK + (
        "rules: [{id: a, title: A, require: {$choices.publishing_model: {exists: true}}, otherwise: hold}]\n"
    )
    assert about(POST, check=check).rules("fail") == ("publishing/a",)
    assert "publishing/a" not in about(POST, made(), check=check).rules()


def test_a_choice_holds_nothing_that_somebody_released() -> None:
    post = {**POST, "author": {"id": "ana"}, "created_at": "2026-05-30T10:00:00Z"}
    ruling = {"policy": "publishing", "rule": "headquarters", "by": "kim", "ruling": "release",
              "at": "2026-05-31T10:00:00Z", "seen": material(types()["content"], post)}  # fmt: skip
    check = CHECK + HEADQUARTERS + "    released_by: {person: kim}\n"
    assert about(post, check=check).outcome == "hold"
    released = about({**post, "rulings": [ruling]}, check=check)
    assert released.rules("released") == ("publishing/headquarters",)
    assert found(released) == {"missing": ("unproven", "flag")}


def test_a_choice_is_called_by_its_question() -> None:
    titles = {unit.id: unit.title for unit in given().assembly.units}
    assert titles["choices.publishing_model"] == "Who may publish?"


# Stages that depend on a choice ---------------------------------------------------------------------------------------

APPROVAL = """\
kind: approval
id: publishing
title: Who agrees
owner: social
applies_to: content
stages:
  - {id: market, needs: {person: ana}}
  - {id: head, after: market, when: {$choices.publishing_model: central}, needs: {role: head_of_social}}
"""


@pytest.mark.parametrize(
    ("related", "status", "missing"),
    [([made()], "pending", ()), ([OTHER], "skipped", ()), ([], "pending", ("choices.publishing_model",))],
    ids=["central", "decentralised", "nobody decided"],
)
def test_a_stage_depends_on_a_choice(related: list[Record], status: str, missing: tuple[str, ...]) -> None:
    decision = about({**POST, "author": {"id": "lou"}}, *related, check=APPROVAL)
    (approval,) = decision.approvals
    head = approval.stages[1]
    assert (head.status, head.missing) == (status, missing)
    assert found(decision) == ({"missing": ("unproven", "hold")} if missing else {})
    for finding in decision.findings:
        assert finding.rules == ("publishing/head",)
