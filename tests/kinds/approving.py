"""What the tests of approvals share: a small organisation, a record, votes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from policyengine.core.decision import ApprovalState, Decision, StageState
from policyengine.evaluate.engine import PolicySet
from policyengine.shapes.material import material
from tests.sets import policies, types

DIRECTORY = """\
kind: directory
id: directory
owner: ops
teams: [ops, legal, legal_uk, legal_us, social]
part_of: {legal_uk: legal, legal_us: legal}
people:
  ana: {team: ops, roles: [brand]}
  kim: {team: ops, roles: [brand]}
  ben: {team: legal_uk, roles: [counsel]}
  cal: {team: legal_us, roles: [counsel]}
  duo: {team: ops, roles: [brand, counsel]}
  gen: {team: legal, roles: [general_counsel]}
  new: {team: legal_uk, roles: [{role: counsel, from: 2026-03-03}]}
  old: {team: legal_uk, roles: [{role: counsel, until: 2026-03-01}]}
  off: {team: legal_uk, roles: [counsel], absent: [{from: 2026-03-01, until: 2026-03-09, deputy: dep}]}
  dep: {team: social}
  gone: {team: legal_uk, roles: [counsel], left_at: 2026-02-01}
  sol: {team: social, roles: [sole]}
  cy: {team: social}
calendars:
  uk: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:00"}}
  us: {zone: America/New_York, hours: {monday to friday: "09:00 to 17:00"}}
markets: {GB: {calendar: uk}, US: {calendar: us}, FR: {zone: Europe/Paris}}
"""

HEADER = """\
kind: approval
id: approval.content
title: Content is approved
owner: ops
applies_to: content
"""

NOON = "2026-03-02T12:00:00Z"  # a Monday


@cache
def given(body: str, directory: str = DIRECTORY) -> PolicySet:
    """Return the set of one approval policy."""
    return policies(directory, HEADER + body) if directory else policies(HEADER + body)


def post(**fields: Any) -> dict[str, Any]:
    """Return a record that tells everything; fields given as None are not told."""
    record = {
        "type": "content",
        "id": "p1",
        "platform": "instagram",
        "markets": ["GB"],
        "text": "Fresh bread",
        "author": {"id": "cy"},
        "risk_tier": 2,
        "claims": [],
        "labels": [],
        "submitted_at": "2026-03-02T09:00:00Z",
        **fields,
    }
    return {name: value for name, value in record.items() if value is not None}


def vote(
    by: str, stage: str = "brand", said: str = "approve", at: str = "2026-03-02T10:00:00Z", **more: Any
) -> dict[str, Any]:
    """Return a vote; what was seen is added by `voted`."""
    return {"policy": "approval.content", "stage": stage, "by": by, "vote": said, "at": at, **more}


def voted(record: Mapping[str, Any], *votes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record with votes that saw it as it is."""
    seen = material(types()[record["type"]], record)
    return {**record, "approvals": [{"seen": seen, **v} for v in votes]}


def decided(body: str, record: Mapping[str, Any], at: str = NOON, directory: str = DIRECTORY) -> Decision:
    """Return the Decision of one approval policy about a record."""
    return given(body, directory).evaluate(record, at=datetime.fromisoformat(at).astimezone(UTC), only=["approval.*"])


def state(body: str, record: Mapping[str, Any], at: str = NOON, directory: str = DIRECTORY) -> ApprovalState:
    """Return where the approval stands."""
    (found,) = decided(body, record, at, directory).approvals
    return found


def stage(found: ApprovalState, name: str) -> StageState:
    """Return one stage of an approval."""
    return next(s for s in found.stages if s.stage == name)


def whys(found: ApprovalState, name: str = "brand") -> list[tuple[str, str]]:
    """Return who was ignored in a stage, and why."""
    return [(i["by"], i["why"]) for i in stage(found, name).ignored]
