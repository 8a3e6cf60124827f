"""Reviews, trainings and audits as rows: what `judge_set` says of them, with their titles and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import structs

from policyengine.core.instant import start_of_day
from policyengine.evaluate.due.row import Row, RowKind, Status, moment_of
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Contribution

_STATUS: Final[dict[str, Status]] = {
    "done": "upcoming",
    "upcoming": "upcoming",
    "due": "due",
    "overdue": "overdue",
    "never": "never",
    "unproven": "unproven",
}
_ASKED: Final = ("never", "overdue", "due")


def reviews(assembly: Assembly, judged: Contribution) -> Iterator[Row]:
    """Yield one row for each review of the set; of a sample, one for each period of which audits did not take place."""
    units = {unit.id: unit for unit in assembly.units}
    for entry in judged.reviews:
        unit = units[str(entry["policy"])]
        rows = list(_audits(unit, entry)) or [_row(unit, entry)]
        yield from (row for row in rows if row.next is None or not _over(unit, row.next, assembly))


def _audits(unit: Unit, entry: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the periods of a sample in which picked records were not audited; `missing` are their ids."""
    whole = _row(unit, entry)
    for period in entry.get("sample", ()):
        if period["missing"]:
            missing, picked = tuple(period["missing"]), len(period["picked"])
            overdue = period["overdue_by"]
            yield structs.replace(
                whole,
                what=f"{unit.title}: {len(missing)} of {picked} audits of {period['period']} are missing",
                status="never" if overdue and whole.last is None else _STATUS[period["status"]],
                next=_day(period["due"]),
                in_time_until=_day(period["in_time_until"]),
                overdue_by=overdue,
                missing=missing,
                part=period["period"],
            )


def _over(unit: Unit, next_: date | datetime, assembly: Assembly) -> bool:
    """Tell whether the policy is not in force any more when it would fall due."""
    return unit.ends is not None and moment_of(next_, assembly.zone) > start_of_day(unit.ends, assembly.zone)


def _row(unit: Unit, entry: Mapping[str, Any]) -> Row:
    due, span = entry.get("due"), unit.document.span() if unit.document is not None else None
    return Row(
        kind=_kind(entry),
        policy=unit.id,
        what=unit.title,
        owner=unit.owner,
        status=_STATUS[entry["status"]],
        last=_day(entry.get("last")),
        next=_day(due),
        in_time_until=_day(entry.get("in_time_until")),
        overdue_by=entry.get("overdue_by"),
        missing=tuple(entry.get("missing") or ()),
        who=tuple(sorted({name for status in _ASKED for name in entry.get("people", {}).get(status, ())})),
        part=str(due or ""),
        because=str(entry.get("because") or ""),
        file=span.file if span is not None else "",
        line=span.line if span is not None else 0,
    )


def _kind(entry: Mapping[str, Any]) -> RowKind:
    return "audit" if "sample" in entry else "training" if "people" in entry else "review"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
