"""The order itself as a record: whether it stands and until when, what of it does not count, and what it catches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from msgspec import structs

from policyengine.core.decision import SEVERITY_OF, Finding, Outcome, Verdict
from policyengine.core.facts import Facts
from policyengine.kinds.freeze.catching import planned_at, settled_at, zones_of
from policyengine.kinds.freeze.judging import declared, is_frozen, time
from policyengine.kinds.freeze.letting import Exemption, exemption
from policyengine.kinds.freeze.plan import Plan
from policyengine.kinds.freeze.standing import Standing, Where, entries, standing_of, told
from policyengine.shapes.contract import Case, Contribution
from policyengine.shapes.quorum import Need
from policyengine.shapes.votes import Ignored, ignored

_SAID: Final = {"renewals": "the renewal", "lifted": "the vote to lift it"}


def judge_order(plan: Plan, case: Case) -> Contribution:
    """Return where an order stands, what it catches among the records supplied, and what is wrong with it."""
    zones = zones_of(case.facts, None, case.directory, case.zone)
    standing = standing_of(plan, case.facts, zones, case)
    status, stretch = _status(standing, case.at)
    caught = list(_caught(plan, case)) if status in {"stands", "planned"} else []
    found = [exemption(plan, case.facts, entry, zones, case) for entry in entries(case.facts, "exempt")]
    entry: dict[str, Any] = {
        "policy": plan.policy,
        "order": str(case.facts.get("id", "")),
        "status": status,
        "since": time(stretch[0]),
        "until": time(stretch[1]),
        "by": standing.by,
        "why": _why(standing),
        "missing": list(standing.missing),
        "renewed_by": list(standing.renewed_by),
        "lifted_by": list(standing.lifted_by),
        "exempt": [{"record": e.record, "by": e.by, "until": time(e.until)} for e in found if e.why is None],
        "caught": sorted(caught, key=lambda item: (item["at"] is None, item["at"] or "", item["record"])),
    }
    notes = [*_uncounted(standing), *_refused(found)]
    findings = [*_declared(plan, standing), *_empty(plan, case.facts), *_noted(plan, notes)]
    return Contribution(frozen=(entry,), findings=tuple(findings))


def _uncounted(standing: Standing) -> Iterator[tuple[Where, Ignored]]:
    """Yield the renewals and votes that do not count, in words."""
    for place, note in standing.ignored:
        yield place, ignored(note["by"], f"{_SAID[place[0]]} does not count: {note['why']}")


def _refused(found: Iterable[Exemption]) -> Iterator[tuple[Where, Ignored]]:
    """Yield the exemptions that do not count, in words; not those that did, and ran out."""
    for index, exempt in enumerate(found):
        if exempt.why is not None and not exempt.over:
            of = f" of `{exempt.record}`" if exempt.record is not None else ""
            yield ("exempt", index), ignored(exempt.by, f"the exemption{of} does not count: {exempt.why}")


def _status(standing: Standing, at: datetime) -> tuple[str, tuple[datetime | None, datetime | None]]:
    """Return where an order stands in one word, and the stretch of time that the word is about."""
    now = standing.at(at)
    last = standing.stretches[-1] if standing.stretches else None
    later = next((s for s in standing.stretches if s.start is not None and s.start > at), None)
    shown = now or later or last
    span = (shown.start, shown.end) if shown is not None else (None, standing.lifted_at)
    if standing.refusal is not None:
        return "void", span
    if now is not None:
        return "stands", span
    if later is not None:
        return "planned", span
    return "lifted" if standing.lifted_at is not None else "ran_out", span


def _why(standing: Standing) -> str:
    if standing.refusal is not None:
        return f"it does not freeze: `{standing.by}`, who declared it, {standing.refusal}"
    return declared(standing)


def _caught(plan: Plan, case: Case) -> Iterator[dict[str, Any]]:
    """Yield the records that are to go out and that the order stops, with their times."""
    for other in case.others(plan.applies_to):
        planned = planned_at(other)
        waiting = planned is not None or told(other.facts, "status") == "scheduled" or not other.kind.planned
        if waiting and settled_at(other) is None and is_frozen(plan, case.facts, other):
            yield {"record": str(other.raw.get("id", "")), "at": time(planned)}


# What is wrong with it ------------------------------------------------------------------------------------------------


def _declared(plan: Plan, standing: Standing) -> Iterator[Finding]:
    if standing.refusal is not None:
        message = f"this freezes nothing: `{standing.by}` {standing.refusal}"
        fix = f"let somebody declare it who may: {in_words(plan.declarers)}"
        yield _finding(plan, "declared", "fail", "hold", message, fix=fix, field="by")
    for name in standing.missing:
        yield _finding(plan, "declared", "unproven", "hold", _UNTOLD[name], field=name, missing=(name,))


_UNTOLD: Final = {
    "by": "the order does not say `by`; until it does, it counts as declared by somebody who may",
    "from": "the order does not say `from`; until it does, it counts as begun",
    "renewals": "a renewal does not say by whom and when it was given; until it does, it counts",
    "until": "the order ends before it begins; until that is mended, it lasts as long as it may",
}


def _empty(plan: Plan, order: Facts) -> Iterator[Finding]:
    for name in plan.fields:
        if told(order, name) == []:
            message = f"`{name}` is empty, so that the order covers nothing"
            yield _finding(plan, "covers", "fail", "hold", message, fix=f"leave `{name}` out to cover all", field=name)


def _noted(plan: Plan, notes: Iterable[tuple[Where, Ignored]]) -> Iterator[Finding]:
    for place, note in notes:
        by = f"`{note['by']}`: " if note["by"] else ""
        found = _finding(plan, "counts", "fail", "flag", f"{by}{note['why']}", field=place[0])
        yield structs.replace(found, path=place)


def _finding(
    plan: Plan,
    rule: str,
    verdict: Verdict,
    outcome: Outcome,
    message: str,
    *,
    fix: str | None = None,
    field: str | None = None,
    missing: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        policy=plan.policy,
        rule=rule,
        verdict=verdict,
        outcome=outcome,
        severity=SEVERITY_OF[outcome],
        message=message,
        fix=fix,
        field=field,
        source=plan.source,
        missing=missing,
        path=(field,) if field is not None else (),
    )


def in_words(need: Need) -> str:
    """Return who is meant: `role counsel or team legal`."""
    words = [f"{'' if leaf.kind == 'people' else f'{leaf.kind} '}{', '.join(leaf.names)}" for leaf in need.leaves()]
    return " or ".join(words)
