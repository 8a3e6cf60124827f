"""Rulings: a person who is entitled releases a hold, until the material changes. Released findings stay visible."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import structs

from policyengine.core.decision import Finding, Settled
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.instant import end_of_day, write_time
from policyengine.core.record import RecordType
from policyengine.policyset.units import Unit
from policyengine.shapes.directory import Directory
from policyengine.shapes.makers import maker_of
from policyengine.shapes.material import changed

Releasers = dict[str, dict[str, str]]


def releasers_of(units: tuple[Unit, ...]) -> Releasers:
    """Return who may release each rule's hold, by rule name."""
    return {rule.name: rule.releasers for unit in units for rule in unit.every_rule}


def release(
    findings: tuple[Finding, ...],
    kind: RecordType,
    facts: Facts,
    material: dict[str, str],
    who: Releasers,
    directory: Directory,
    at: datetime,
    zones: Iterable[ZoneInfo],
) -> tuple[Finding, ...]:
    """Return the findings, those that a valid ruling releases with the verdict `released` and no weight.

    `zones` are those of the record's markets: the last day of a ruling is over with the first of them in which it is.
    """
    rulings = facts.get("rulings")
    if not isinstance(rulings, list) or not rulings:
        return findings
    author = author_of(kind, facts)
    if author is UNTOLD:
        return findings  # what loosens needs a certain yes: nobody is certain not to be the author
    places = tuple(zones)
    if not all(isinstance(ruling, dict) for ruling in rulings):
        return findings  # what cannot be read may be meant to uphold
    good = [r for r in rulings if _stands(r, material, at, places)]
    return tuple(_settled(f, good, author, who, directory) for f in findings)


def _settled(
    finding: Finding, rulings: list[dict[str, Any]], author: Any, who: Releasers, directory: Directory
) -> Finding:
    """Return a finding as rulings leave it: released, with who said so, when and why, or as it is."""
    if finding.outcome != "hold" or finding.verdict not in {"fail", "unproven"}:
        return finding
    ruling = _releasing(finding, rulings, author, who, directory)
    if ruling is None:
        return finding
    until = ruling.get("until")
    settled = Settled(
        by=(ruling["by"],),
        outcome=finding.outcome,
        at=write_time(ruling["at"]),
        until=None if until is None else write_time(until) if isinstance(until, datetime) else until.isoformat(),
        because=ruling["because"] if isinstance(ruling.get("because"), str) else "",
    )
    return structs.replace(finding, verdict="released", outcome="allow", settled=settled)


def author_of(kind: RecordType, facts: Facts) -> Any:
    """Return who made the record, None where its type does not tell anybody, `UNTOLD` where it is not told."""
    found: Any = facts
    for part in (maker_of(kind) or "").split("."):
        if not part:
            return None
        found = found.get(part, UNTOLD) if isinstance(found, dict) else UNTOLD
    return found


def _stands(ruling: dict[str, Any], material: dict[str, str], at: datetime, zones: tuple[ZoneInfo, ...]) -> bool:
    """Tell whether a ruling counts: made before now and not run out; a release, about the material as it is.

    One that upholds tightens: a possible yes is enough, and no edit undoes it.
    """
    made, until, seen = ruling.get("at"), ruling.get("until"), ruling.get("seen")
    if ruling.get("ruling") != "release":
        return not (isinstance(made, datetime) and made > at) and (until is UNTOLD or _lasts(until, at, zones))
    if not isinstance(seen, dict) or not isinstance(made, datetime):
        return False
    return made <= at and _lasts(until, at, zones) and not changed(seen, material)


def _lasts(until: Any, at: datetime, zones: tuple[ZoneInfo, ...]) -> bool:
    """Tell whether a ruling has not run out; a day is included, in each of the zones."""
    if until is None or isinstance(until, datetime):
        return until is None or at < until
    return isinstance(until, date) and all(at < end_of_day(until, zone) for zone in zones)


def _releasing(
    finding: Finding, rulings: list[dict[str, Any]], author: Any, who: Releasers, directory: Directory
) -> dict[str, Any] | None:
    """Return the ruling that releases a finding: the latest one on it; of two at one instant, what upholds counts."""
    entitled = who.get(finding.name, {})
    counting = [
        ruling
        for ruling in rulings
        if ruling.get("policy") == finding.policy
        and ruling.get("rule") == finding.rule
        and ruling.get("by") != author
        and _entitled(ruling, entitled, directory)
    ]
    releases = [ruling for ruling in counting if ruling.get("ruling") == "release"]
    latest = max((ruling["at"] for ruling in releases), default=None)
    if latest is None or any(r not in releases and _not_before(r, latest) for r in counting):
        return None
    return min((r for r in releases if r["at"] == latest), key=lambda r: (r["by"], str(r.get("because"))))


def _not_before(ruling: dict[str, Any], at: datetime) -> bool:
    """Tell whether a ruling may be as late as a time; one without a time may."""
    made = ruling.get("at")
    return not isinstance(made, datetime) or made >= at


def _entitled(ruling: dict[str, Any], entitled: dict[str, str], directory: Directory) -> bool:
    by, made = ruling.get("by"), ruling.get("at")
    if not isinstance(by, str) or not isinstance(made, datetime):
        return ruling.get("ruling") != "release"  # whoever upholds, and whenever: it may be somebody who may
    return holds_any(directory, by, entitled, made) if directory.known else bool(entitled)


def holds_any(directory: Directory, person: str, entitled: dict[str, str], at: datetime) -> bool:
    """Tell whether a person of the organisation has the role, is in the team, or is the person, at a time."""
    if "role" in entitled:
        return directory.holds(person, entitled["role"], at)
    if "team" in entitled:
        return directory.belongs(person, entitled["team"], at)
    return entitled.get("person") == person and directory.here(person, at)
