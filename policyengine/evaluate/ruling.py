"""Rulings: a person who is entitled releases a hold, until the material changes. Released findings stay visible."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import structs

from policyengine.core.decision import Finding
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.record import RecordType
from policyengine.policyset.units import Unit
from policyengine.shapes.directory import Directory
from policyengine.shapes.material import changed

Releasers = dict[str, dict[str, str]]


def releasers_of(units: tuple[Unit, ...]) -> Releasers:
    """Return who may release each rule's hold, by rule name."""
    return {rule.name: rule.releasers for unit in units for rule in unit.rules}


def release(
    findings: tuple[Finding, ...],
    kind: RecordType,
    facts: Facts,
    material: dict[str, str],
    who: Releasers,
    directory: Directory,
    at: datetime,
) -> tuple[Finding, ...]:
    """Return the findings, those that a valid ruling releases with the verdict `released` and no weight."""
    rulings = facts.get("rulings")
    if not isinstance(rulings, list) or not rulings:
        return findings
    author = _author(kind, facts)
    if author is UNTOLD:
        return findings  # what loosens needs a certain yes: nobody is certain not to be the author
    good = [r for r in rulings if isinstance(r, dict) and _stands(r, material, at)]
    return tuple(
        structs.replace(f, verdict="released", outcome="allow")
        if f.outcome == "hold" and f.verdict in {"fail", "unproven"} and _released(f, good, author, who, directory)
        else f
        for f in findings
    )


def _author(kind: RecordType, facts: Facts) -> Any:
    """Return who wrote the record, None where its type has no author, `UNTOLD` where it is not told."""
    if kind.field("author.id") is None:
        return None
    author = facts.get("author")
    return author.get("id", UNTOLD) if isinstance(author, dict) else UNTOLD


def _stands(ruling: dict[str, Any], material: dict[str, str], at: datetime) -> bool:
    """Tell whether a ruling counts: made before now, not run out, about the material as it is."""
    seen, made, until = ruling.get("seen"), ruling.get("at"), ruling.get("until")
    if not isinstance(seen, dict) or not isinstance(made, datetime):
        return False
    if until is UNTOLD or (until is not None and not (isinstance(until, datetime) and at < until)):
        return False
    return made <= at and not changed(seen, material)


def _released(
    finding: Finding, rulings: list[dict[str, Any]], author: Any, who: Releasers, directory: Directory
) -> bool:
    """Tell whether the latest ruling on a finding releases it; of two at one instant, the one that upholds counts."""
    entitled = who.get(finding.name, {})
    counting = [
        ruling
        for ruling in rulings
        if ruling.get("policy") == finding.policy
        and ruling.get("rule") == finding.rule
        and ruling.get("by") != author
        and _entitled(ruling, entitled, directory)
    ]
    latest = max((r["at"] for r in counting), default=None)
    return bool(counting) and all(r.get("ruling") == "release" for r in counting if r["at"] == latest)


def _entitled(ruling: dict[str, Any], entitled: dict[str, str], directory: Directory) -> bool:
    by, at = ruling.get("by"), ruling["at"]
    if not isinstance(by, str):
        return False
    if not directory.known:
        return bool(entitled)
    if "role" in entitled:
        return directory.holds(by, entitled["role"], at)
    if "team" in entitled:
        return by in directory.members(entitled["team"], at)
    return entitled.get("person") == by
