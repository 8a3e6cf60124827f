"""Escalations as people read them: a small timeline of who was told, who said that they have it, and who is next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from policyengine.core.decision import Decision
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink, instant_of
from policyengine.report.timeline import Mark, Row, draw

_MARKS: Final[dict[str, Mark]] = {"begins": "done", "acknowledged": "done", "resolved": "done"}
_CLOCKS: Final[dict[str, Mark]] = {
    "met": "done", "missed": "late", "late": "late", "paused": "paused", "off_hours": "paused", "unproven": "broken",
    "not_started": "later",
}  # fmt: skip


def lines(decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield each escalation with its timeline, then the clocks."""
    now = instant_of(decision.at)
    for item in decision.escalations:
        yield f"{ink.dim('escalation')}: {terminal(said(item))}"
        if now is not None:
            yield from (f"  {line}" for line in draw(rows(item, ink, now), ink, now))
    if decision.clocks and now is not None:
        yield f"{ink.dim('clocks')}:"
        yield from (f"  {line}" for line in draw(map(_clock, decision.clocks), ink, now))


def said(item: Mapping[str, Any]) -> str:
    """Return where an escalation stands, in words."""
    holder = f", with {', '.join(item['holder'])}" if item.get("holder") else ""
    late = f", overdue by {item['overdue_by']}" if item.get("overdue_by") else ""
    step = f" step {item['step']}" if item.get("step") else ""
    return f"{item.get('policy', '')} {item.get('path', '')}{step} is {item.get('status', '')}{holder}{late}"


def rows(item: Mapping[str, Any], ink: Ink, now: datetime) -> Iterator[Row]:
    """Yield a row for each thing that happened with a case or comes; first why nobody is told of it."""
    for entry in item.get("quiet_by") or ():
        yield Row(mark="paused", name=str(item.get("status")), words=_quiet(item, entry, ink, now))
    for entry in item.get("course") or ():
        yield _row(item, entry, ink, now)


def _quiet(item: Mapping[str, Any], entry: Mapping[str, Any], ink: Ink, now: datetime) -> str:
    """Return why nobody is told, and who would have been."""
    by = f"by `{entry.get('mute') or entry.get('inhibited_by')}`"
    case = f", for the case `{entry['case']}`" if entry.get("case") else ""
    because = f": {entry['because']}" if entry.get("because") else ""
    end = instant_of(entry.get("until"))
    until = f" until {ink.day(end, now)}" if end is not None else ""
    return f"{by}{case}{until}{because}; would have told {', '.join(item.get('would_tell') or ('nobody',))}"


def _row(item: Mapping[str, Any], entry: Mapping[str, Any], ink: Ink, now: datetime) -> Row:
    at, what = instant_of(entry.get("at")), str(entry.get("what"))
    if what != "step":
        words = f"by {entry['by']}" if entry.get("by") else ""
        return Row(at=at, mark=_MARKS.get(what, "now"), name=what, words=words)
    due = instant_of(entry.get("due_at"))
    until = f"; to be acknowledged by {ink.time(due, now)}" if due is not None else ""
    mark = _mark(item, entry, at, due, now)
    return Row(
        at=at, mark=mark, name=f"step {entry.get('step')}", words=f"{', '.join(entry.get('tells') or ())}{until}"
    )


def _mark(
    item: Mapping[str, Any], entry: Mapping[str, Any], at: datetime | None, due: datetime | None, now: datetime
) -> Mark:
    """Return the mark of a step: still to come, missed, muted, on now, or passed."""
    status = item.get("status")
    if at is None or at > now:
        return "later"
    if status in {"acknowledged", "resolved"}:
        return "passed"
    if due is not None and due < now:
        return "late"
    on = entry.get("step") == item.get("step")
    return "paused" if on and status in {"paused", "muted", "inhibited", "off_hours"} else "now" if on else "passed"


def _clock(item: Mapping[str, Any]) -> Row:
    """Return where a clock stands: how much of its time it took, and when that runs out."""
    took = f", {item['elapsed']} of {item.get('goal')}" if item.get("elapsed") else ""
    late = f", over by {item['over_by']}" if item.get("over_by") else ""
    at = instant_of(item.get("stopped_at") or item.get("due_at"))
    words = f"{str(item.get('status')).replace('_', ' ')}{took}{late}"
    return Row(at=at, mark=_CLOCKS.get(str(item.get("status")), "now"), name=str(item.get("clock")), words=words)
