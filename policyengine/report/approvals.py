"""An approval as people read it: a small timeline of who said yes, who is waited for, and what comes after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from policyengine.core.decision import ApprovalState, Decision, StageState
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink, instant_of
from policyengine.report.timeline import Mark, Row, draw

_MARKS: Final[dict[str, Mark]] = {
    "approved": "done",
    "disapproved": "no",
    "expired": "late",
    "error": "broken",
    "skipped": "passed",
}
_WORDS: Final = {
    "disapproved": "rejected",
    "error": "cannot be settled",
    "expired": "ran out of time",
}


def lines(approval: ApprovalState, decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield the approval in lines: where it stands, its stages, and the votes for no stage of it."""
    now = instant_of(decision.at)
    word = ink.paint(approval.outcome, "approval")
    lane = " (the fast track)" if approval.fast_track else ""
    yield f"{word}: {terminal(approval.policy)} {_stands(approval)}{lane}"
    if now is None:
        return
    yield from (f"  {line}" for line in draw(rows(approval, ink, now), ink, now))
    yield from (f"  {terminal(line)}" for line in _ignored(approval.ignored))


def rows(approval: ApprovalState, ink: Ink, now: datetime) -> Iterator[Row]:
    """Yield a row for each stage."""
    return (_row(stage, approval, ink, now) for stage in approval.stages)


def waiting(stage: StageState, ink: Ink, now: datetime) -> str:
    """Return who can act next, in words: `1 of role counsel: ana, ben (away until Mon 2 Mar)`."""
    who = ", ".join([*stage.can_act, *(_away(entry, ink, now) for entry in stage.away)])
    return f"{stage.needs}: {who}" if who else stage.needs


def _stands(approval: ApprovalState) -> str:
    return f"is {terminal(_WORDS.get(approval.status, approval.status))}"


def _row(stage: StageState, approval: ApprovalState, ink: Ink, now: datetime) -> Row:
    due = instant_of(stage.due_at)
    mark = _MARKS.get(stage.status)
    if mark is None:
        mark = "later" if stage.stage not in approval.next else "late" if due is not None and due <= now else "now"
    return Row(
        at=_at(stage) if stage.status != "skipped" else None,
        mark=mark,
        name=stage.stage,
        words=_words(stage, approval, ink, now),
        more=tuple(_ignored(stage.ignored)),
    )


def _at(stage: StageState) -> datetime | None:
    """Return when the latest vote that counts was given, else when the stage opened."""
    votes = [at for vote in stage.votes if (at := instant_of(vote.get("at"))) is not None]
    return max(votes, default=instant_of(stage.opened_at))


def _words(stage: StageState, approval: ApprovalState, ink: Ink, now: datetime) -> str:
    if stage.status == "approved":
        return f"{_people(stage.by)} said yes"
    if stage.status == "disapproved":
        return f"{_people(stage.by)} said no"
    if stage.status == "skipped":
        return "left out by the fast track" if approval.fast_track and not stage.missing else "not needed"
    so_far = f"; {_people(stage.by)} said yes" if stage.by else ""
    if stage.status == "expired":
        return f"the time ran out{_until(stage, ink, now)}{so_far}"
    if stage.stage not in approval.next and stage.why is None:
        return f"opens after {_people(stage.after)}" if stage.after else f"needs {stage.needs}"
    untold = f"; not told: {', '.join(f'`{name}`' for name in stage.missing)}" if stage.missing else ""
    begin = f"cannot be settled: {stage.why}; needs" if stage.status == "error" else "waiting for"
    return f"{begin} {waiting(stage, ink, now)}{so_far}{_until(stage, ink, now)}{untold}"


def _until(stage: StageState, ink: Ink, now: datetime) -> str:
    due, warn = instant_of(stage.due_at), instant_of(stage.warn_at)
    if due is None:
        return ""
    if stage.status == "expired":
        return f" at {ink.time(due, now)}"
    if due <= now:
        return f"; late since {ink.time(due, now)}"
    warning = "" if warn is None else f", warned at {ink.time(warn, now)}" if warn <= now else ""
    warning = warning or (f", warning {ink.time(warn, now)}" if warn is not None else "")
    return f"; until {ink.time(due, now)}{warning}"


def _away(entry: dict[str, Any], ink: Ink, now: datetime) -> str:
    until, deputy = instant_of(entry.get("until")), entry.get("deputy")
    back = f" until {ink.day(until, now)}" if until is not None else ""
    return f"{entry.get('who')} (away{back}{f'; {deputy} acts' if deputy else ''})"


def _people(names: Iterable[str]) -> str:
    told = list(names)
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else "".join(told)


def _ignored(votes: Iterable[dict[str, Any]]) -> Iterator[str]:
    for vote in votes:
        whose = f"the vote of {vote['by']}" if vote.get("by") else "a vote"
        yield f"{whose} does not count: {vote.get('why', '')}"
