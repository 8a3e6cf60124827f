"""Dates that policies carry themselves: their own reviews, the reviews of choices, the last days of waivers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import structs

from policyengine.core.instant import day_of, wall_instant
from policyengine.evaluate.choosing import Register
from policyengine.evaluate.due.row import Row, RowKind
from policyengine.evaluate.related import Records
from policyengine.evaluate.timing import standing as in_force
from policyengine.policyset.units import Assembly
from policyengine.shapes.cadence import Plan, Standing, standing
from policyengine.shapes.choosing import Standing as Decided
from policyengine.shapes.choosing import concerning
from policyengine.shapes.document import Document
from policyengine.shapes.upkeep import upkeep_plan

_NOT_HELD = frozenset(["planned", "in_progress", "cancelled"])


def upkeep(assembly: Assembly, records: Records, at: datetime) -> Iterator[Row]:
    """Yield when each policy that says so is to be reviewed itself; one that is over is not.

    It was reviewed on the day in `review.last`, and by each completed `review` record of purpose `policy` that
    `concerns` it.
    """
    held = _policy_reviews(records)
    for document in assembly.documents:
        plan = upkeep_plan(document.body, assembly.zone)
        if isinstance(plan, Plan) and document.kind != "choice" and not _over(document, at, assembly.zone):
            told = document.body.review.last
            done = [*held.get(document.body.id, ()), *([_noon(told, assembly.zone)] if told is not None else [])]
            now = standing(plan, done, (), at)
            kind: RowKind = "assumption" if document.kind == "assumption" else "policy"
            row = _plain(document, kind, f"look at the {kind} again: {document.body.title or document.body.id}")
            # The first day in force is often the law's, and says nothing of how long nobody has looked.
            yield structs.replace(row, status="never") if now.status == "never" else _standing(row, now)


def choices(assembly: Assembly, records: Records, at: datetime) -> Iterator[Row]:
    """Yield when each choice of the register is to be made or looked at again, as policies that rely on it would find.

    A choice that nobody made, or whose decision does not count, is `never`.
    """
    register = Register.of(assembly, at)
    decisions, reviews = ([item.facts for item in records.by_type.get(kind, ())] for kind in ("choice", "review"))
    for document in assembly.documents:
        if document.kind == "choice" and not _over(document, at, assembly.zone):
            found = register.standing(document.body.id, concerning(document.body.id, decisions), reviews)
            yield _choice(document, found, at, assembly.zone)


def waivers(assembly: Assembly, at: datetime) -> Iterator[Row]:
    """Yield the last day of each waiver; once it is over, it is to be renewed or removed."""
    owners = {unit.id: unit.owner for unit in assembly.units}
    for document in assembly.documents:
        body = document.body
        expires = getattr(body, "expires", None)
        if document.kind == "waiver" and isinstance(expires, date):
            row = _plain(document, "waiver", f"the waiver of {body.policy}/{body.rule} ends: {body.because}")
            owned = structs.replace(row, owner=row.owner or owners.get(body.policy, ""))
            yield _dated(owned, expires, at, assembly.zone)


def _policy_reviews(records: Records) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for item in records.by_type.get("review", ()):
        facts = item.facts
        when, concerns = facts.get("completed_at"), facts.get("concerns")
        if facts.get("purpose") != "policy" or facts.get("status") in _NOT_HELD or not isinstance(when, datetime):
            continue
        for name in concerns if isinstance(concerns, list) else ():
            if isinstance(name, str):
                found.setdefault(name, []).append(when)
    return found


def _choice(document: Document, found: Decided, at: datetime, zone: ZoneInfo) -> Row:
    row = structs.replace(_plain(document, "choice", document.body.question), last=found.last)
    if found.option is None:
        lacking = sorted({fault.field or "decided_at" for fault in found.faults if fault.void})
        return structs.replace(row, status="never", missing=tuple(lacking))
    return row if found.review_on is None else _dated(row, found.review_on, at, zone)


def _plain(document: Document, kind: RowKind, what: str | None = None) -> Row:
    """Return the row of a document that nothing is known of yet."""
    body, span = document.body, document.span()
    owner = getattr(getattr(body, "review", None), "owner", None) or body.owner or ""
    return Row(
        kind=kind,
        policy=body.id,
        what=what or body.title or body.id,
        owner=owner,
        status="upcoming",
        file=span.file,
        line=span.line,
    )


def _standing(row: Row, now: Standing) -> Row:
    return structs.replace(
        row,
        status="upcoming" if now.status == "done" else now.status,
        last=now.last,
        next=now.due,
        in_time_until=now.late_after,
        overdue_by=f"{now.overdue_by}d" if now.overdue_by is not None else None,
        part=now.due.isoformat() if now.due is not None else "",
    )


def _dated(row: Row, day: date, at: datetime, zone: ZoneInfo) -> Row:
    """Return a row with its day, late from the end of it on."""
    late = (day_of(at, zone) - day).days
    if late <= 0:
        return structs.replace(row, next=day)
    return structs.replace(row, next=day, status="overdue", overdue_by=f"{late}d")


def _over(document: Document, at: datetime, zone: ZoneInfo) -> bool:
    effective: Any = getattr(document.body, "effective", None)
    return effective is not None and in_force(effective.from_, effective.until, at, zone) == "past"


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return wall_instant(datetime.combine(day, time(12)), zone)
