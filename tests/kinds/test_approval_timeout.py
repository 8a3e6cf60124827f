"""What a late stage starts: the action, and the escalation where it applies to the same records."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from tests.kinds.approving import DIRECTORY, HEADER, post, vote, voted
from tests.sets import policies

APPROVAL = (
    HEADER + "stages:\n"
    "  - {id: brand, needs: {role: brand}, within: 2h, on_timeout: {escalate: escalation.late}}\n"
    "  - {id: legal, needs: {role: counsel}, within: 3h, on_timeout: {escalate: escalation.late}}\n"
)
LATE = """\
kind: escalation
id: escalation.late
title: What is late reaches somebody
owner: ops
applies_to: content
routes: [{id: any, severity: high, to: heads}]
paths:
  heads:
    acknowledge_within: {high: 1h}
    steps: [{notify: {role: general_counsel}}, {after: 30 min, notify: {person: sol}}]
"""


def asked(at: str, record: dict[str, object], *, late: str = LATE) -> Decision:
    found: PolicySet = policies(DIRECTORY, APPROVAL, late)
    return found.evaluate(record, at=datetime.fromisoformat(at))


def test_nothing_is_escalated_while_there_is_time() -> None:
    decision = asked("2026-03-02T10:59:59Z", post())
    assert (decision.actions, decision.escalations, decision.undecided) == ((), (), ())


def test_a_late_stage_is_an_action_and_starts_the_escalation_at_its_deadline() -> None:
    decision = asked("2026-03-02T11:10:00Z", post())
    (escalate,) = [a for a in decision.actions if a["do"] == "escalate"]
    assert escalate == {
        "do": "escalate",
        "to": "escalation.late",
        "due_at": "2026-03-02T11:00:00Z",
        "policy": "approval.content",
        "stage": "brand",
    }
    (started,) = decision.escalations
    assert (started["policy"], started["step"], started["next_at"]) == ("escalation.late", 1, "2026-03-02T11:30:00Z")
    assert started["holder"] == ["gen"]


def test_the_escalation_goes_on_from_there() -> None:
    (started,) = asked("2026-03-02T11:31:00Z", post()).escalations
    assert (started["step"], started["holder"]) == (2, ["sol"])


def test_two_late_stages_start_it_once_at_the_first() -> None:
    decision = asked("2026-03-02T12:10:00Z", post())
    assert [a["stage"] for a in decision.actions if a["do"] == "escalate"] == ["brand", "legal"]
    assert len(decision.escalations) == 1
    assert asked("2026-03-02T11:10:00Z", voted(post(), vote("ana"))).escalations == ()


def test_a_stage_that_comes_to_its_yes_late_ends_it() -> None:
    record = voted(post(), vote("ana", at="2026-03-02T11:20:00Z"))
    assert asked("2026-03-02T11:30:00Z", record).escalations == ()


def test_an_escalation_about_other_records_is_an_action_only() -> None:
    decision = asked("2026-03-02T11:10:00Z", post(), late=LATE.replace("applies_to: content", "applies_to: incident"))
    assert [a["do"] for a in decision.actions] == ["escalate"]
    assert decision.escalations == ()


def test_an_escalation_that_nobody_calls_speaks_for_itself() -> None:
    alone = policies(DIRECTORY, LATE).evaluate(
        post(created_at="2026-03-02T11:00:00Z"), at=datetime.fromisoformat("2026-03-02T11:10:00Z")
    )
    assert [e["policy"] for e in alone.escalations] == ["escalation.late"]


@given(st.integers(0, 60 * 24 * 3))
def test_no_time_ever_makes_a_yes(minutes: int) -> None:
    at = f"2026-03-{2 + minutes // 1440:02d}T{minutes // 60 % 24:02d}:{minutes % 60:02d}:00Z"
    (found,) = asked(at, post()).approvals
    assert found.status == "pending"
