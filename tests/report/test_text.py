"""The report for people, as it reads."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from policyengine.core.decision import ApprovalState, Decision, Finding, Place, StageState
from policyengine.core.reading import read
from policyengine.evaluate.submission import submissions_in
from policyengine.report import renderer
from policyengine.report.findings import Category, Report, Reviewed, View, overdue
from tests.sets import types

TEXT = "type: content\nid: p1\ntext: so cheap\nlinks: [{url: https://a.example}]\n"


def finding(name: str, verdict: Any, outcome: Any, **more: Any) -> Finding:
    policy, _, rule = name.partition("/")
    return Finding(policy=policy, rule=rule, verdict=verdict, outcome=outcome, severity="medium", **more)


def decision(outcome: Any, **more: Any) -> Decision:
    return Decision(
        record={"type": "content", "id": "p1"},
        at="2026-06-15T12:00:00Z",
        governing_time="2026-06-15T12:00:00Z",
        mode="binding",
        outcome=outcome,
        **more,
    )


def shown(
    made: Decision | None, *, fail_on: tuple[Category, ...] = (), quiet: bool = False, colour: bool = False
) -> str:
    (submission,), _ = submissions_in(read("p1.yaml", TEXT.encode()), types())
    report = Report(reviewed=(Reviewed(submission=submission, decision=made),), fail_on=frozenset(fail_on))
    return renderer("text")(report, View(text_of=lambda _: TEXT, quiet=quiet, colour=colour))


def test_a_finding_names_place_rule_policy_line_fix_and_who_can_release_it() -> None:
    held = finding(
        "words/cheap",
        "fail",
        "hold",
        message="nothing is cheap",
        fix="say `affordable`",
        markets=("DE", "GB"),
        path=("text",),
        source=Place("policies/words.yaml", 7),
        released_by="role legal",
    )
    made = decision("hold", findings=(held,), by_market={"DE": "hold", "US": "allow"})
    assert shown(made) == (
        "p1.yaml:1  hold  content p1 (DE hold, US allow)\n"
        "  hold: nothing is cheap [DE, GB]\n"
        "    --> p1.yaml:3:7  words/cheap (policies/words.yaml:7)\n"
        "    fix: say `affordable`\n"
        "    can be released by role legal\n"
        "\n"
        "1 submission: 1 on hold\n"
    )


def test_rules_that_wait_for_the_same_facts_stand_together() -> None:
    waiting = tuple(
        finding(f"creators/{name}", "unproven", "hold", message=f"rule {name}", missing=("author.age",))
        for name in "ab"
    )
    other = finding("creators/c", "unproven", "flag", message="rule c", missing=("author.age", "author.followers"))
    assert shown(decision("hold", findings=(*waiting, other))).splitlines()[1:-2] == [
        "  hold: `author.age` not told; 2 rules cannot be proven without",
        "    --> p1.yaml:1:1",
        "    - rule a  creators/a",
        "    - rule b  creators/b",
        "  flag: not proven: rule c; not told: `author.age`, `author.followers`",
        "    --> p1.yaml:1:1  creators/c",
    ]


def test_a_rule_that_waits_for_more_than_a_declaration_is_not_folded_away() -> None:
    declared = finding(
        "record.complete/claims",
        "unproven",
        "hold",
        message="`claims` is not told; 2 rules wait for it",
        missing=("claims",),
        rules=("a/b", "c/d"),
        path=("claims",),
    )
    folded = finding("a/b", "unproven", "hold", message="folded", missing=("claims.text",))
    both = finding("c/d", "unproven", "block", message="kept", missing=("author.age", "claims"))
    output = shown(decision("block", findings=(both, folded, declared)))
    assert "folded" not in output
    assert "block: not proven: kept" in output
    assert "    waiting: a/b, c/d\n" in output


def test_an_approval_is_a_timeline_with_who_can_act_and_the_votes_that_do_not_count() -> None:
    stages = (
        StageState(
            stage="brand",
            status="approved",
            needs="1 of role brand",
            by=("ana",),
            votes=({"by": "ana", "at": "2026-06-15T10:02:00Z"},),
        ),
        StageState(
            stage="legal",
            status="pending",
            needs="1 of team legal",
            can_act=("ben",),
            away=({"who": "cy", "until": "2026-06-22T00:00:00Z", "deputy": None},),
            opened_at="2026-06-15T10:02:00Z",
            due_at="2026-06-15T14:02:00Z",
            warn_at="2026-06-15T13:02:00Z",
            ignored=({"by": "cy", "why": "is the author"},),
        ),
        StageState(stage="finance", status="pending", needs="2 of team finance", after=("legal",)),
    )
    approval = ApprovalState(
        policy="approval.content", status="pending", outcome="hold", stages=stages, next=("legal",)
    )
    assert shown(decision("hold", approvals=(approval,))).splitlines()[1:7] == [
        "  times in UTC, where it is Mon 15 Jun 2026 12:00",
        "  approval: approval.content is pending",
        "    10:02  ✓ brand    ana said yes",
        "    10:02  ● legal    waiting for 1 of team legal: ben, cy (away until Mon 22 Jun); until 14:02, warning 13:02",  # noqa: E501
        "                      the vote of cy does not count: is the author",
        "           ○ finance  opens after legal",
    ]


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ({"status": "disapproved", "by": ("ben",)}, "✗ desk  ben said no"),
        ({"status": "skipped"}, "– desk  not needed"),
        ({"status": "error", "why": "why"}, "? desk  cannot be settled: why; needs 1 of team x"),
        ({"status": "expired", "due_at": "2026-06-15T11:00:00Z"}, "! desk  the time ran out at 11:00"),
        ({"status": "pending", "due_at": "2026-06-15T11:00:00Z"}, "! desk  waiting for 1 of team x; late since 11:00"),
        ({"status": "pending", "by": ("ana",)}, "● desk  waiting for 1 of team x; ana said yes"),
        ({"status": "pending", "missing": ("labels",)}, "● desk  waiting for 1 of team x; not told: `labels`"),
    ],
    ids=["rejected", "skipped", "error", "expired", "late", "half_way", "perhaps_not_needed"],
)
def test_a_stage_reads_in_words(stage: dict[str, Any], line: str) -> None:
    states = (StageState(stage="desk", needs="1 of team x", **stage),)
    approval = ApprovalState(policy="a", status=stage["status"], outcome="hold", stages=states, next=("desk",))
    assert f"    {line}" in shown(decision("hold", approvals=(approval,))).splitlines()


def frozen(**entry: Any) -> list[str]:
    """Return the lines about one freeze."""
    lines = shown(decision("hold", frozen=({"policy": "freeze.crisis", "order": "o1", **entry},))).splitlines()
    return [line.removeprefix("  ") for line in lines[2:-2]]


def test_a_freeze_says_who_declared_it_what_may_go_out_and_what_does_not_count() -> None:
    wait = {"entry": "statement", "needs": "1 of role head", "can_act": ["hel", "duo"], "rejected_by": ["gen"]}
    assert frozen(
        status="frozen",
        until="2026-06-16T00:00:00Z",
        why="declared by `hel`",
        missing=["markets"],
        waits_for=[wait],
        ignored=[{"by": "cy", "why": "the exemption does not count: it does not say `reason`"}],
    ) == [
        "frozen: freeze.crisis o1 until Tue 16 Jun 00:00",
        "  declared by `hel`",
        "  not told, and counted as in: `markets`",
        "  goes out as statement once approved by 1 of role head: hel, duo; gen said no",
        "  `cy`: the exemption does not count: it does not say `reason`",
    ]


def test_what_a_freeze_lets_through_is_shown() -> None:
    exempt = {"by": "gen", "until": "2026-06-15T14:00:00Z"}
    assert frozen(status="exempt", why="`gen` let it through", exempt=exempt) == [
        "exempt: freeze.crisis o1",
        "  `gen` let it through",
        "  until 14:00",
    ]
    assert frozen(status="void", why="the order does not freeze")[0] == "not frozen: freeze.crisis o1"
    assert frozen(status="allowed", why="it is a statement")[0] == "still allowed: freeze.crisis o1"


def test_an_order_lists_what_it_catches_as_a_timeline() -> None:
    caught = [{"record": "p1", "at": "2026-06-15T14:00:00Z"}, {"record": "p2", "at": None}]
    exempt = [{"record": "p3", "by": "gen", "until": "2026-06-15T14:00:00Z"}]
    order = {"status": "stands", "until": "2026-06-16T00:00:00Z", "renewed_by": ["gen", "hel"], "exempt": exempt}
    assert frozen(**order, caught=caught) == [
        "freeze: freeze.crisis o1 stands until Tue 16 Jun 00:00",
        "  renewed by gen and hel",
        "  exempt until 14:00: p3, by gen",
        "  catches 2 scheduled records:",
        "    14:00  ‖ p1",
        "           ‖ p2",
    ]


@pytest.mark.parametrize(
    ("order", "line"),
    [
        ({"status": "planned", "since": "2026-06-15T14:00:00Z"}, "is planned from 14:00, until it is lifted"),
        (
            {"status": "lifted", "until": "2026-06-15T11:00:00Z", "lifted_by": ["gen", "hel"]},
            "was lifted at 11:00 by gen and hel",
        ),
        ({"status": "ran_out", "until": "2026-06-15T11:00:00Z"}, "ran out at 11:00"),
        ({"status": "void"}, "freezes nothing"),
    ],
    ids=["planned", "lifted", "ran out", "void"],
)
def test_an_order_says_where_it_stands(order: dict[str, Any], line: str) -> None:
    assert frozen(**order, caught=[]) == [f"freeze: freeze.crisis o1 {line}"]


def test_what_is_due_frozen_assumed_and_to_come_is_listed() -> None:
    output = shown(
        decision(
            "hold",
            findings=(
                finding("ugc/removed", "due", "allow", message="it is taken down", due_at="2026-06-18T00:00:00Z"),
            ),
            obligations=(
                {"policy": "ugc", "rule": "removed", "what": "take it down", "due_at": "2026-06-18T00:00:00Z"},
            ),
            frozen=({"policy": "freeze.crisis", "order": "o-1", "until": "2026-06-16T00:00:00Z"},),
            assumed=({"policy": "assumption.media", "field": "media", "because": "text has none"},),
            upcoming=({"policy": "d", "rule": "r", "from": "2026-08-01", "outcome": "block", "message": "labels"},),
            undecided=(
                {"policy": "links", "what": "a except", "missing": ["labels"]},
                {"policy": "e", "what": "path desk step 1 tells nobody: nobody is team desk", "missing": []},
            ),
            self_asserted=("approvals",),
        )
    )
    for line in (
        "  due: it is taken down",
        "    to be done by 2026-06-18T00:00:00Z",
        "  frozen: freeze.crisis o-1 until Tue 16 Jun 00:00",
        "  obligation: take it down, by Thu 18 Jun 00:00 (ugc/removed)",
        "  assumed: `media`, because text has none (assumption.media)",
        "  upcoming: from 2026-08-01 on this is block: labels (d/r)",
        "  undecided: `a except` of links does not apply while `labels` is not told",
        "  undecided: path desk step 1 tells nobody: nobody is team desk (e)",
        "  own word: `approvals` is stated by the author, and is not the author's to state",
    ):
        assert line in output.splitlines()


def test_a_submission_without_a_decision_is_not_judged() -> None:
    assert shown(None) == "p1.yaml:1  not judged  content p1\n\n1 submission: not judged\n"


def test_quiet_shows_only_what_fails() -> None:
    findings = (finding("a/b", "fail", "block", message="bad"), finding("a/c", "fail", "flag", message="meh"))
    output = shown(decision("block", findings=findings), fail_on=("block",), quiet=True)
    assert ("bad" in output, "meh" in output, "submission:" in output) == (True, False, False)
    assert shown(decision("allow"), fail_on=("block",), quiet=True) == ""


def test_colours_are_ours_and_can_be_off() -> None:
    made = decision("block", findings=(finding("a/b", "fail", "block", message="bad"),))
    assert "\x1b[1;31mblock\x1b[0m" in shown(made, colour=True)
    assert "\x1b" not in shown(made)


def test_what_is_late_is_overdue() -> None:
    late, early = "2026-06-15T11:00:00Z", "2026-06-15T13:00:00Z"
    stage = StageState(stage="legal", status="pending", needs="1", due_at=late)
    assert list(overdue(decision("hold", reviews=({"policy": "r", "status": "overdue"},)))) == ["r"]
    assert list(overdue(decision("hold", escalations=({"policy": "e", "overdue_by": "1h"},)))) == ["e"]
    assert list(overdue(decision("hold", deadlines=({"policy": "d", "due_at": late},)))) == ["d"]
    assert list(overdue(decision("hold", deadlines=({"policy": "d", "due_at": early},)))) == []
    approval = ApprovalState(policy="a", status="pending", outcome="hold", stages=(stage,))
    assert list(overdue(decision("hold", approvals=(approval,)))) == ["a"]
    gone = ApprovalState(
        policy="a", status="expired", outcome="hold", stages=(structs.replace(stage, status="expired"),)
    )
    assert list(overdue(decision("hold", approvals=(gone,)))) == ["a"]
