"""When: the governing time of a record, and which policies and rules are in force at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from policyengine.core.governing import governing_time
from policyengine.core.instant import start_of_day

__all__ = ["Standing", "governing_time", "standing"]

Standing = Literal["in_force", "upcoming", "past"]


def standing(starts: date | None, ends: date | None, governing: datetime, zone: ZoneInfo) -> Standing:
    """Tell whether something with a first day and an exclusive last day is in force at a time."""
    if ends is not None and governing >= start_of_day(ends, zone):
        return "past"
    if starts is not None and governing < start_of_day(starts, zone):
        return "upcoming"
    return "in_force"
