"""Escalations as people read them: the route and the step, who holds it, and how late it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine.core.decision import Decision
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink


def lines(decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield a line for each escalation."""
    for item in decision.escalations:
        yield f"{ink.dim('escalation')}: {terminal(said(item))}"


def said(item: dict[str, Any]) -> str:
    """Return where an escalation stands, in words."""
    holder = f", with {', '.join(item['holder'])}" if item.get("holder") else ""
    late = f", overdue by {item['overdue_by']}" if item.get("overdue_by") else ""
    step = f" step {item['step']}" if item.get("step") else ""
    return f"{item.get('policy', '')} {item.get('path', '')}{step} is {item.get('status', '')}{holder}{late}"
