"""Freezes as people read them: what holds the record still, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.core.decision import Decision
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink, shown_time


def lines(decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield a line for each freeze that covers the record."""
    for item in decision.frozen:
        until = shown_time(item.get("until"), decision.at, ink) or "it is lifted"
        told = terminal(f"{item['policy']} {item.get('order') or ''} until {until}")
        yield f"{ink.paint('hold', 'frozen')}: {told}"
