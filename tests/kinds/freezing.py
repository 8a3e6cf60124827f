"""What the tests of freezes share: a small organisation, a policy, a post, an order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from policyengine.shapes.material import material
from tests.sets import policies, types

DIRECTORY = """\
kind: directory
id: directory
owner: ops
roles: [head, counsel, brand, former]
people:
  hel: {team: ops, roles: [head]}
  gen: {team: ops, roles: [counsel]}
  duo: {team: ops, roles: [head, counsel]}
  new: {team: ops, roles: [{role: head, from: 2026-03-05}]}
  old: {team: ops, roles: [{role: head, until: 2026-03-01}]}
  off: {team: ops, roles: [head], absent: [{from: 2026-03-01, until: 2026-03-09, deputy: dep}]}
  dep: {team: ops}
  gone: {team: ops, roles: [head], left_at: 2026-02-01}
  bea: {team: ops, roles: [brand]}
  cy: {team: ops}
markets:
  GB: {zone: Europe/London}
  US: {zone: America/New_York}
  JP: {zone: Asia/Tokyo}
"""

POLICY = """\
kind: freeze
id: freeze.crisis
title: In a crisis nothing goes out
owner: ops
applies_to: content
started_by: freeze_order
may_declare: [{role: head}, {role: counsel}]
lasts: 24h
covers: {markets: {includes_any: $order.markets}, platform: {in: $order.platforms}}
still_allowed: [{id: statement, when: {labels: {includes: statement}}, approved_by: {role: head}}]
lift: {count: 2, of: [{role: head}, {role: counsel}]}
break_glass: {by: {role: counsel}, at_most: 4h}
"""

AGAIN = POLICY + "approvals_given: ask_again\n"

APPROVAL = """\
kind: approval
id: approval.content
title: Content is approved
owner: ops
applies_to: content
stages: [{id: brand, needs: {role: brand}}]
"""

NOON = "2026-03-02T12:00:00Z"


@cache
def given(*texts: str) -> PolicySet:
    """Return the set of policies beside the directory."""
    return policies(DIRECTORY, *texts)


def post(**fields: Any) -> dict[str, Any]:
    """Return a post that goes out at two; fields given as None are not told."""
    record = {
        "type": "content",
        "id": "p1",
        "platform": "instagram",
        "markets": ["GB"],
        "text": "Fresh bread",
        "author": {"id": "cy"},
        "labels": [],
        "scheduled_at": "2026-03-02T14:00:00Z",
        **fields,
    }
    return {name: value for name, value in record.items() if value is not None}


def order(**fields: Any) -> dict[str, Any]:
    """Return an order of the head's, from ten o'clock on; `from_` is `from`."""
    record = {
        "type": "freeze_order",
        "id": "o1",
        "by": "hel",
        "markets": ["GB"],
        "from": fields.pop("from_", "2026-03-02T10:00:00Z"),
        **fields,
    }
    return {name: value for name, value in record.items() if value is not None}


def exempt(**fields: Any) -> dict[str, Any]:
    """Return an order with an exemption for the post: by counsel, at eleven, until half past two."""
    entry = {
        "record": "p1",
        "by": "gen",
        "at": "2026-03-02T11:00:00Z",
        "reason": "a partner's event",
        "until": "2026-03-02T14:30:00Z",
        **fields,
    }
    return order(exempt=[{name: value for name, value in entry.items() if value is not None}])


def vote(record: dict[str, Any], by: str, stage: str = "statement", **fields: Any) -> dict[str, Any]:
    """Return the record with one more vote of the freeze's, that saw it as it is."""
    seen = material(types()[record["type"]], record)
    told = {"policy": "freeze.crisis", "stage": stage, "vote": "approve", "at": "2026-03-02T11:00:00Z", **fields}
    return {**record, "approvals": [*record.get("approvals", []), {**told, "by": by, "seen": seen}]}


def decided(
    record: dict[str, Any], *related: dict[str, Any], at: str = NOON, texts: tuple[str, ...] = (POLICY,)
) -> Decision:
    """Return what the policies say about a record, with other records at hand."""
    asked = ["freeze.*", "approval.*"]
    return given(*texts).evaluate(record, at=datetime.fromisoformat(at).astimezone(UTC), related=related, only=asked)


def stands(record: dict[str, Any], *related: dict[str, Any], at: str = NOON) -> dict[str, str]:
    """Return how each order stands to a record, by its id."""
    return {f["order"]: f["status"] for f in decided(record, *related, at=at).frozen}
