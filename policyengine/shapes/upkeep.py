"""The review of a policy itself: `review: {every: 6 months, last: 2026-05-04}` in its header."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from policyengine.core.cadence import parse_cadence
from policyengine.core.quantity import Problem
from policyengine.shapes.cadence import Plan
from policyengine.shapes.policy import Upkeep


def upkeep_plan(body: Any, zone: ZoneInfo) -> Plan | Problem | None:
    """Return how often a document is looked at again, a problem with how that is written, or None where it is not.

    Periods count from the first day in force; a length of time rolls from when it was last reviewed, at first from that
    day.
    """
    upkeep = getattr(body, "review", None)
    if not isinstance(upkeep, Upkeep):
        return None
    cadence = parse_cadence(upkeep.every, None, _start(body) or upkeep.last, zone)
    return cadence if isinstance(cadence, Problem) else Plan(cadence)


def _start(body: Any) -> date | None:
    effective = getattr(body, "effective", None)
    found: date | None = effective.from_ if effective is not None else None
    return found
