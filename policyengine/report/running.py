"""What runs for a record, as rows of one timeline: what is to be done, what is due, what begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine.core.decision import Decision
from policyengine.evaluate.freezing import holding
from policyengine.report import escalations
from policyengine.report.ink import instant_of
from policyengine.report.timeline import Mark, Row


def rows(decision: Decision) -> Iterator[Row]:
    """Yield a row for each thing that has a time; the caller sorts them."""
    at = decision.at
    for item in decision.obligations:
        yield _row(item.get("due_at"), at, f"to be done: {item.get('what')} ({item.get('policy')}/{item.get('rule')})")
    for item in decision.actions:
        yield _row(item.get("due_at"), at, _action(item))
    for item in decision.deadlines:
        yield _row(item.get("due_at"), at, f"deadline: {item.get('policy')} {item.get('id')}")
    for item in decision.escalations:
        yield _row(item.get("next_at"), at, f"escalation: {escalations.said(item)}")
    for item in decision.reviews:
        yield _row(item.get("due"), at, f"review: {item.get('policy')} is {item.get('status')}")
    for item in holding(decision.frozen):
        yield _row(
            item.get("until"), at, f"frozen by {item.get('policy')} {item.get('order') or ''}".rstrip(), "paused"
        )
    for item in decision.upcoming:
        words = f"begins to bind: {item.get('policy')}/{item.get('rule')} ({item.get('outcome')})"
        yield _row(item.get("from"), at, words, "later")


def _action(item: dict[str, Any]) -> str:
    stage = f" (stage {item['stage']} of {item.get('policy')})" if item.get("stage") else ""
    return f"do: {item.get('do')} {item.get('to') or ''}".rstrip() + stage


def _row(told: object, at: str, words: str, mark: Mark | None = None) -> Row:
    when, now = instant_of(told), instant_of(at)
    late = when is not None and now is not None and when <= now
    return Row(at=when, mark=mark or ("late" if late else "now"), words=words)
