"""What falls due for records: approvals, obligations, deadlines, escalations and clocks that have a time.

Only what can have a time is judged (approvals, escalations, rules with `due`), so that a set with ten thousand records
is answered in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import structs

from policyengine.core.instant import parse_time
from policyengine.evaluate.calling import contributions
from policyengine.evaluate.deciding import Judgings, Question, decide, prepare
from policyengine.evaluate.due.row import Row, RowKind, lateness
from policyengine.evaluate.judging import judge_rules
from policyengine.evaluate.related import Records, Supplied
from policyengine.evaluate.selecting import selected
from policyengine.evaluate.timing import standing
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Contribution
from policyengine.shapes.hops import CLOSED

_OPEN: Final = frozenset(["due", "fail"])
"""Verdicts of a rule with a time that leave something to be done."""
_WAITING: Final = frozenset(["waiting", "off_hours", "overdue", "muted", "inhibited"])
"""States of a case in which somebody is still to take it."""


def of_records(assembly: Assembly, records: Records, at: datetime, only: tuple[str, ...] = ()) -> Iterator[Row]:
    """Yield the rows of all records that a policy with a time applies to."""
    timed = _timed(assembly, only)
    types = {unit.record.name for unit in timed.units if unit.record is not None}
    question = Question(at=at, records=records)
    for name in sorted(types):
        for supplied in records.by_type.get(name, ()):
            yield from _of_record(timed, supplied, question)


def _timed(assembly: Assembly, only: tuple[str, ...]) -> Assembly:
    """Return the set with only those policies and rules of which something may have a time, or that silence one."""
    units = tuple(
        structs.replace(unit, rules=tuple(rule for rule in unit.rules if rule.due is not None))
        for unit in assembly.units
        if selected(unit.id, only)
        and (
            unit.record_judges
            or unit.votes_judges
            or unit.extends is not None
            or any(rule.due is not None for rule in unit.rules)
        )
    )
    return structs.replace(assembly, units=units)


def _of_record(assembly: Assembly, supplied: Supplied, question: Question) -> Iterator[Row]:
    ready = prepare(assembly, supplied.raw, question)
    about = _About(supplied, question.at)
    yield from _of_rules(assembly, ready, supplied, question, about)
    in_force = (
        (unit, case)
        for unit, case in ready.cases
        if standing(unit.starts, unit.ends, ready.governing, case.env.zone) == "in_force"
    )
    for unit, added in contributions(in_force):
        yield from _of_judge(unit, added, about)


class _About:
    """Makes rows about one record."""

    def __init__(self, supplied: Supplied, at: datetime) -> None:
        self._record = (supplied.kind, supplied.id)
        self._at = at
        self.closed = supplied.facts.get("status") in CLOSED

    def row(
        self,
        unit: Unit,
        kind: RowKind,
        due_at: str | None,
        *,
        part: str,
        what: str,
        who: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
        overdue_by: str | None = None,
        unproven: bool = False,
    ) -> Iterator[Row]:
        """Yield the row of something with a time, or nothing where it has none, is not late and not `unproven`."""
        when = parse_time(due_at) if due_at is not None else None
        due = when if isinstance(when, datetime) else None
        if due is None and overdue_by is None and not unproven:
            return
        late = overdue_by or (lateness(due, self._at) if due is not None else None)
        span = unit.document.span() if unit.document is not None else None
        yield Row(
            kind=kind,
            policy=unit.id,
            what=what,
            owner=unit.owner,
            status="overdue" if late is not None else "unproven" if unproven else "due",
            next=due,
            overdue_by=late,
            missing=missing,
            who=who,
            record=self._record,
            part=part,
            file=span.file if span is not None else "",
            line=span.line if span is not None else 0,
        )


def _of_rules(
    assembly: Assembly, ready: Judgings, supplied: Supplied, question: Question, about: _About
) -> Iterator[Row]:
    """Yield the obligations of rules: open ones, and late ones that nobody waived or released."""
    units = {unit.id: unit for unit, _ in ready.cases}
    found = [f for unit, case in ready.cases if unit.rules for f in judge_rules(unit, case).findings if f.due_at]
    settling = bool(assembly.waivers or ready.facts.get("rulings"))
    if settling and any(finding.verdict == "fail" for finding in found):
        found = [f for f in decide(assembly, supplied.raw, question).findings if f.due_at and f.verdict in _OPEN]
    seen: set[tuple[str, str, str]] = set()
    for finding in sorted(found, key=lambda f: f.sort_key):
        entries = (str(part) for part in finding.path if isinstance(part, int))
        part = "/".join([finding.rule, *entries, *finding.markets])
        key = (finding.policy, part, str(finding.due_at))
        if key not in seen:
            seen.add(key)
            what = finding.message or finding.name
            yield from about.row(units[finding.policy], "obligation", finding.due_at, part=part, what=what)


def _of_judge(unit: Unit, added: Contribution, about: _About) -> Iterator[Row]:
    for approval in added.approvals:
        for stage in approval.stages:
            if stage.status == "pending":
                what = f"{unit.title}: stage {stage.stage} needs {stage.needs}"
                who, missing = stage.can_act, stage.missing
                yield from about.row(
                    unit, "approval", stage.due_at, part=stage.stage, what=what, who=who, missing=missing
                )
    for deadline in added.deadlines:
        yield from _deadline(unit, deadline, about)
    for owed in added.obligations:
        what = f"{unit.title}: {owed['what']}"
        yield from about.row(unit, "obligation", owed["due_at"], part=str(owed["rule"]), what=what)
    for escalation in added.escalations:
        untold = _untold(added, f"path {escalation.get('path')} start")
        yield from _escalation(unit, escalation, about, untold)
    for clock in added.clocks:
        if "stopped_at" not in clock:
            yield from _clock(unit, clock, about, _untold(added, f"clock {clock['clock']}"))


def _untold(added: Contribution, what: str) -> tuple[str, ...]:
    """Return what is not told of something that a judge could not decide."""
    return tuple(name for entry in added.undecided if entry.get("what") == what for name in entry.get("missing", ()))


def _deadline(unit: Unit, entry: Mapping[str, Any], about: _About) -> Iterator[Row]:
    name = str(entry.get("id", ""))
    yield from about.row(
        unit,
        "deadline",
        entry.get("due_at"),
        part=name,
        what=f"{unit.title}: {entry.get('title') or name}",
        overdue_by=entry.get("overdue_by"),
    )


def _escalation(unit: Unit, entry: Mapping[str, Any], about: _About, untold: tuple[str, ...]) -> Iterator[Row]:
    """Yield until when the next step comes; of the last one, until when it is acknowledged."""
    step = f", step {entry['step']}" if entry.get("step") else ""
    status = str(entry.get("status", ""))
    yield from about.row(
        unit,
        "escalation",
        entry.get("next_at") or (_acknowledged_by(entry) if status in _WAITING else None),
        part=str(entry.get("path", "")),
        what=f"{unit.title}: {entry.get('path', '')}{step} is {status.replace('_', ' ')}",
        who=tuple(entry.get("holder") or ()),
        missing=untold,
        overdue_by=entry.get("overdue_by"),
        unproven=status == "unproven",
    )


def _acknowledged_by(entry: Mapping[str, Any]) -> str | None:
    """Return until when somebody takes a case on the step that it is on."""
    steps = (part for part in entry.get("course", ()) if part.get("step") == entry.get("step"))
    return next((part["due_at"] for part in steps if "due_at" in part), None)


def _clock(unit: Unit, entry: Mapping[str, Any], about: _About, untold: tuple[str, ...]) -> Iterator[Row]:
    """Yield a clock that runs or is paused: until when its goal is met. Of a case that is over nothing is asked."""
    names = (entry.get("path"), entry["clock"], entry["cycle"] if entry["cycle"] != 1 else None)
    goal = f" within {entry['goal']}" if "goal" in entry else ""
    unproven = entry["status"] == "unproven"
    if unproven and about.closed:
        return
    yield from about.row(
        unit,
        "clock",
        entry.get("due_at"),
        part="/".join(str(name) for name in names if name is not None),
        what=f"{unit.title}: {str(entry['clock']).replace('_', ' ')}{goal}",
        missing=untold,
        overdue_by=entry.get("over_by"),
        unproven=unproven,
    )
