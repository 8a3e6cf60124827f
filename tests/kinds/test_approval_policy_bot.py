"""The golden table of `cases/approval_policy_bot.yaml`: policy-bot's semantics, with the differences that we chose.

The differences are listed in docs/approvals.md.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from policyengine.shapes.material import material
from tests.kinds.approving import decided, post
from tests.sets import types

GROUPS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "approval_policy_bot.yaml").read_text(encoding="utf-8")
)
CASES = [(group, case) for group in GROUPS for case in group["cases"]]
_VOTES = {"approve": "approve", "reject": "reject", "withdraw": "withdraw", "unreadable": None}
_KEYS = {"case", "record", "do", "status", "outcome", "stages", "next", "can_act", "ignored", "why"}


def happened(record: dict[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the record after votes and edits, five minutes apart."""
    votes: list[dict[str, Any]] = []
    for number, step in enumerate(steps):
        if "edit" in step:
            record = {**record, **step["edit"]}
            continue
        ((said, word),) = [(key, word) for key, word in _VOTES.items() if key in step]
        at = datetime(2026, 3, 2, 10, tzinfo=UTC) + timedelta(minutes=5 * number)
        vote = {"policy": "approval.content", "stage": step[said], "by": step["by"], "vote": word}
        seen = step.get("seen", material(types()["content"], record)) if word == "approve" else None
        told = {**vote, "at": at.isoformat().replace("+00:00", "Z"), "seen": seen}
        votes.append({name: value for name, value in told.items() if value is not None})
    return {**record, "approvals": votes} if votes else record


def body_of(policy: dict[str, Any]) -> str:
    """Return the keys of a policy as YAML, of which JSON is a part."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in policy.items())


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{g['about']}: {c['case']}" for g, c in CASES])
def test_an_approval_stands_as_the_table_says(group: dict[str, Any], case: dict[str, Any]) -> None:
    assert case.keys() <= _KEYS
    decision = decided(body_of(group["policy"]), happened(post(**case.get("record", {})), case.get("do", [])))
    (found,) = decision.approvals
    stages = {stage.stage: stage for stage in found.stages}
    seen: dict[str, Any] = {
        "status": found.status,
        "outcome": decision.outcome,
        "next": list(found.next),
        "stages": {name: stages[name].status for name in case.get("stages", {})},
        "can_act": {name: list(stages[name].can_act) for name in case.get("can_act", {})},
        "ignored": {vote["by"]: vote["why"] for stage in found.stages for vote in stage.ignored},
        "why": {name: stages[name].why for name in case.get("why", {})},
    }
    told = case.keys() - {"case", "record", "do"}
    assert told
    assert {key: seen[key] for key in told} == {key: case[key] for key in told}


def test_the_table_is_large_and_has_each_case_once() -> None:
    names = [(group["about"], case["case"]) for group, case in CASES]
    assert len(names) == len(set(names)) >= 60
