"""The governing time of a record: the time whose law holds for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from policyengine.core.facts import Facts
from policyengine.core.record import RecordType


def governing_time(kind: RecordType, facts: Facts, at: datetime) -> datetime:
    """Return the time that decides which rules govern a record.

    When it was published, else the later of the schedule and the evaluation time (language.md, Time); types without
    such fields: the evaluation time.
    """
    settled = _instant(facts.get(kind.settled)) if kind.settled is not None else None
    if settled is not None and settled <= at:
        return settled
    planned = [_instant(facts.get(name)) for name in (*kind.planned, *([kind.settled] if kind.settled else []))]
    return max([at, *(p for p in planned if p is not None)])


def _instant(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None
