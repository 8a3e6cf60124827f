"""What a record must tell, whatever the policies: one finding a missing declaration, one for no policy at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policyengine.core.decision import Finding
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.record import Field, RecordType

COMPLETE = "record.complete"
COVERED = "record.covered"
PROBLEMS = "record.problems"
"""Stands in `decided_by` where an ill-typed value holds a record; what is wrong stands under `problems`."""


def missing_declarations(kind: RecordType, facts: Facts, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return a finding for each field that the schema requires from the record's status on and that is not told.

    It lists the rules that wait for it. A record that does not tell its status counts as submitted.
    """
    found = tuple(findings)
    return tuple(_declaration(field, found) for field in _required(kind, facts) if not _told(facts, field))


def _required(kind: RecordType, facts: Facts) -> Iterable[Field]:
    order = list(kind.statuses)
    status = facts.get("status")
    reached = order.index(status) if isinstance(status, str) and status in order else None
    for field in kind.root.walk():
        needed = field.required_from
        if needed is None or needed not in order:
            continue
        if reached is None or reached >= order.index(needed):
            yield field


def _told(facts: Facts, field: Field) -> bool:
    value: Any = facts
    for part in field.path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value is not None and value is not UNTOLD


def _declaration(field: Field, findings: tuple[Finding, ...]) -> Finding:
    waiting = tuple(sorted({f.name for f in findings if f.verdict == "unproven" and _waits(f, field)}))
    count = f"; {len(waiting)} rule{'s wait' if len(waiting) != 1 else ' waits'} for it" if waiting else ""
    return Finding(
        policy=COMPLETE,
        rule=field.path,
        verdict="unproven",
        outcome="hold",
        severity="medium",
        message=f"`{field.path}` is not told{count}",
        fix=f"say it: `{field.path}`" + (" (an empty list says that there are none)" if field.type == "list" else ""),
        field=field.path,
        missing=(field.path,),
        rules=waiting,
        path=tuple(field.path.split(".")),
    )


def _waits(finding: Finding, field: Field) -> bool:
    return any(name == field.path or name.startswith((f"{field.path}.", f"{field.path}[")) for name in finding.missing)


def not_covered(kind: RecordType) -> Finding:
    """Return the finding for a record of a type that no policy applies to."""
    return Finding(
        policy=COVERED,
        rule="not_covered",
        verdict="unproven",
        outcome="hold",
        severity="medium",
        message=f"no policy applies to records of type {kind.name}",
        fix="add a policy for it, or leave the record out",
    )
