"""The register of choices: decisions that are judged themselves, documents, explanations, what falls due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from policyengine.evaluate.due import due
from policyengine.evaluate.related import Records
from policyengine.lints.holes import holes
from tests.kinds.choosing import (
    CHECK,
    CHOICE,
    DIRECTORY,
    HEADQUARTERS,
    MADE,
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
from tests.sets import AT, faults, loaded, policies, types

# The decision itself --------------------------------------------------------------------------------------------------

RECORDS: dict[str, tuple[Record, dict[str, tuple[str, str]]]] = {
    "decided well": (made(), {}),
    "a draft need not be complete": (made("chosen", "decided_by", "evidence", status="draft", options=[]), {}),
    "a draft weighs as it should": (
        made("chosen", status="draft", criteria=[{"criterion": "cost", "weight": "90%"}]),
        {"weights": ("fail", "flag")},
    ),
    "what counts no more is not overdue": (made(status="superseded", review_at="2026-03-01"), {}),
    "nothing chosen": (made("chosen"), {"missing": ("fail", "hold")}),
    "by somebody who may not": (made(decided_by="ana"), {"not_entitled": ("fail", "hold")}),
    "an option that is not offered": (made(chosen="regional"), {"unknown_option": ("fail", "hold")}),
    "an option that is not offered is scored": (
        made(options=[*MADE["options"], {"option": "regional", "scores": {}}]),
        {"unknown_option": ("fail", "flag")},
    ),
    "an option without a score": (made(options=SCORELESS), {"scores": ("fail", "flag")}),
    "another is better": (made(chosen="decentralised"), {"not_best_scored": ("fail", "flag")}),
    "weights": (made(criteria=[{"criterion": "cost"}]), {"weights": ("fail", "flag")}),
    "evidence": (made("evidence"), {"evidence": ("fail", "flag")}),
    "no evidence at all": (made(evidence=[]), {"evidence": ("fail", "flag")}),
    "overdue": (made(review_at="2026-03-01"), {"overdue": ("fail", "flag")}),
    "concerns nothing known": (made(concerns="choices.publishing"), {"unknown_choice": ("fail", "hold")}),
    "concerns nothing at all": (made("concerns"), {"unknown_choice": ("unproven", "hold")}),
}


@pytest.mark.parametrize("case", RECORDS)
def test_what_is_found_about_the_decision_itself(case: str) -> None:
    record, expected = RECORDS[case]
    assert found(about(record)) == expected


def test_a_decision_beside_one_that_says_something_else() -> None:
    assert found(about(made(), OTHER)) == {"contradicted": ("fail", "hold")}
    assert found(about(made(), OTHER | {"supersedes": "c1"})) == {}
    assert found(about(OTHER | {"supersedes": "c1"}, made())) == {}
    assert found(about(made(), made(id="c1", chosen="decentralised"))) == {}  # the record itself, as it was before


def test_rules_of_a_choice_are_about_its_own_decisions() -> None:
    own = CHOICE + (
        "rules: [{id: assessed, title: The privacy officer looked at it,"
        " when: {special_category_data: true}, require: {dpia_ref: {exists: true}}, otherwise: hold}]\n"
    )
    sensitive = made(special_category_data=True)
    assert found(about(sensitive, choice=own)) == {"assessed": ("fail", "hold")}
    assert found(about(sensitive | {"dpia_ref": "DPIA-1"}, choice=own)) == {}
    other = own.replace("choices.publishing_model", "choices.other")
    assert "assessed" not in found(about(sensitive, choice=f"{CHOICE}---\n{other}"))


def test_without_a_directory_every_role_is_believed_and_every_person_checked() -> None:
    def holds(decider: str, **changed: Any) -> set[str]:
        choice = CHOICE.replace("{any_of: [{role: head_of_social}, {person: lou}]}", decider)
        return set(policies(choice, CHECK + HEADQUARTERS).evaluate(POST, at=AT, related=[made(**changed)]).rules())

    assert "choices.publishing_model/not_entitled" not in holds("{role: head_of_social}", decided_by="zoe")
    assert "choices.publishing_model/not_entitled" in holds("{person: lou}", decided_by="zoe")
    assert "choices.publishing_model/not_entitled" not in holds("{person: lou}", decided_by="lou")


# Documents ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: choices.publishing_model", "id: publishing_model",
         "2:5 PE390 the id `publishing_model` does not begin with `choices.`"),
        ("[central, {id", "[central, central, {id", "5:20 PE391 the option `central` stands twice"),
        ("[central, {id: decentralised, title: Every market on its own}]", "[central]",
         "5:10 PE391 there is nothing to choose from"),
        ("[central, {id", "[{title: x}, {id", "5:11 PE391 an option is an id, or an id with a title"),
        ("[central, {id", "[Central Model, {id", "5:11 PE391 an option is an id, or an id with a title"),
        ("[central, {id", "[unknown, {id", "5:11 PE391 an option is an id, or an id with a title"),
        ("weight: 60%", "weight: 50%", "6:11 PE392 the weights sum to 90%"),
        ("criterion: speed", "criterion: cost", "6:56 PE393 the criterion `cost` stands twice"),
        ("evidence: evidence", "evidence: evidense", "8:11 PE102 unknown field `evidense` of choice"),
        ("role: head_of_social", "role: head_of_soical", "7:30 PE207 unknown role `head_of_soical`"),
        ("6 months", "sometimes", "9:17 PE710"),
        ("question: Who may publish?\n", "", "1:1 PE121 `question` is missing"),
        ("may_decide: {any_of: [{role: head_of_social}, {person: lou}]}\n", "", "1:1 PE121 `may_decide` is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_choice_is_reported_at_its_place(old: str, new: str, expected: str) -> None:
    assert old in CHOICE
    found = faults(DIRECTORY, CHOICE.replace(old, new))
    assert [f for f in found if f.startswith(expected)], found


@pytest.mark.parametrize(
    ("condition", "expected", "offered"),
    [
        ("$choices.publishing_modle: central", "PE108 unknown reference `$choices.publishing_modle`",
         "did you mean `$choices.publishing_model`?"),
        ("$choices.publishing_model: centrla", "PE105 `centrla` is not a value of `$choices.publishing_model`",
         "did you mean `central`?"),
        ("text: {is: $choices.publishing_modle}", "PE108 unknown reference `$choices.publishing_modle`",
         "did you mean `$choices.publishing_model`?"),
        ("platform: {is: $choices.publishing_model}",
         "PE105 `central`, which `$choices.publishing_model` may be, is not a value of `platform`", "it takes"),
        ("author.followers: {at_least: $choices.publishing_model}",
         "PE104 `$choices.publishing_model` is enum, `author.followers` is integer: they cannot be compared", ""),
        ("$choices.publishing_model: {above: 3}",
         "PE103 `above` does not fit `$choices.publishing_model`, which is a word from a list", "it takes"),
        ("formula: $choices.publishing_model > 3",
         "PE109 `$choices.publishing_model` is not a number", "formulas are about numbers"),
        ("platform: {in: $choices.publishing_model}",
         "PE104 `$choices.publishing_model` is one value", "compare with `is`"),
    ],
)  # fmt: skip
def test_a_condition_that_misnames_a_choice_is_positioned_and_mended(
    condition: str, expected: str, offered: str
) -> None:
    text = f"{CHECK}rules:\n  - id: a\n    title: A\n    when:\n      {condition}\n    then: hold\n"
    found = [d for d in loaded(DIRECTORY, CHOICE, text).diagnostics if d.severity == "error"]
    assert any(d.code in expected and expected.partition(" ")[2] in d.message for d in found), found
    assert all(d.span.line == 10 for d in found if d.span is not None)
    assert any(offered in (d.help or "") for d in found), found


def test_a_review_concerns_choices_that_there_are() -> None:
    review = "kind: review\nid: review.model\ntitle: The model\nowner: social\nevery: quarter\nconcerns: [{}]\n"
    assert faults(DIRECTORY, CHOICE, review.replace("{}", "choices.publishing_model")) == []
    assert faults(DIRECTORY, CHOICE, review.replace("{}", "choices.publishing_modle")) == [
        "6:12 PE331 `choices.publishing_modle` is nothing that can be reviewed"
    ]


# Explaining -----------------------------------------------------------------------------------------------------------


def test_an_explanation_says_who_decided_and_until_when() -> None:
    explained = given().explain(POST, at=AT, related=[made()])
    assert "`choices.publishing_model` is central, decided by kim on 2026-02-03, to be reviewed by 2026-08-03" in str(
        explained.to_dict()["rules"]
    )


def test_an_explanation_says_why_nothing_counts() -> None:
    explained = given().explain(POST, at=AT, related=[made(decided_by="ana")])
    assert "is not known: ana was not entitled to decide `choices.publishing_model` on 2026-02-03" in str(
        explained.to_dict()["rules"]
    )


def test_the_day_of_a_decision_is_that_of_the_sets_zone() -> None:
    late = datetime(2026, 8, 3, 23, 30, tzinfo=UTC)
    found = given().evaluate(POST, at=late, related=[made()])
    assert "choices.publishing_model/overdue" not in found.rules()
    found = given().evaluate(POST, at=datetime(2026, 8, 4, tzinfo=UTC), related=[made()])
    assert "choices.publishing_model/overdue" in found.rules()


def test_what_asks_whether_a_choice_was_made_is_listed_as_a_hole() -> None:
    check = CHECK + ("rules: [{id: a, title: A, when: {$choices.publishing_model: {exists: true}}, then: hold}]\n")
    listed = [(h.rule, h.field, h.why) for h in holes(policies(DIRECTORY, CHOICE, check).assembly)]
    assert ("a", "choices.publishing_model", "exists") in listed


def test_a_policy_about_the_set_says_which_choice_is_unknown() -> None:
    review = (
        "kind: review\nid: training\ntitle: T\nowner: social\nevery: quarter\n"
        "for_each: {person: {$choices.publishing_model: central}}\n"
    )
    given = policies(DIRECTORY, CHOICE, review)
    assert [u["missing"] for u in given.judge_set(at=AT).undecided] == [["choices.publishing_model"]]
    assert given.judge_set(at=AT, related=[made()]).undecided == ()


def test_a_rule_about_groups_reads_a_choice() -> None:
    check = CHECK.replace("content", "plan") + (
        "across: {by: owner, period: week, in_a_row: 2}\n"
        "rules: [{id: a, title: A, then: hold,"
        " when: {hours_planned: {above: 30}, $choices.publishing_model: central}}]\n"
    )
    weeks = [{"type": "plan", "id": f"w{n}", "owner": "ana", "hours_planned": 40, "week": f"2026-05-{11 + 7 * n}"}
             for n in range(2)]  # fmt: skip
    verdicts = [about(weeks[1], weeks[0], *related, check=check).outcome for related in ([made()], [OTHER])]
    assert verdicts == ["hold", "allow"]
    assert about(weeks[1], weeks[0], check=check).outcome == "hold"


@pytest.mark.parametrize(
    ("related", "status", "last", "following", "missing"),
    [
        ([], "never", None, None, ("decided_at",)),
        ([made()], "upcoming", "2026-02-03", "2026-08-03", ()),
        ([made(review_at="2026-05-30")], "overdue", "2026-02-03", "2026-05-30", ()),
        ([made(review_at="2026-05-30"), REVIEW], "upcoming", "2026-05-20", "2026-11-20", ()),
        ([made(decided_by="ana")], "never", None, None, ("decided_by",)),
        ([made(), OTHER], "never", None, None, ("chosen",)),
    ],
    ids=["nobody decided", "by the register", "by its own date", "reviewed", "void", "contradicted"],
)
def test_what_falls_due_is_what_policies_find(
    related: list[Record], status: str, last: str | None, following: str | None, missing: tuple[str, ...]
) -> None:
    (row,) = (r for r in due(given().assembly, Records.of(related, types()), AT).rows if r.kind == "choice")
    days = [str(day) if day is not None else None for day in (row.last, row.next)]
    assert (row.status, *days, row.missing) == (status, last, following, missing)
