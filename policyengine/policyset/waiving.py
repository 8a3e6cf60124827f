"""Waivers as written → waivers that can be applied; what is wrong with one, and with two beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final

from policyengine.core.diagnostic import Diagnostic, Related
from policyengine.core.duration import Duration, write_duration
from policyengine.core.instant import month_shifted
from policyengine.core.suggest import did_you_mean
from policyengine.language.scopes import Ranges, is_narrow, overlapping, ranges
from policyengine.policyset.units import Unit, Waiver
from policyengine.shapes.contract import Context, Report
from policyengine.shapes.predicate import Rule

if TYPE_CHECKING:
    from policyengine.kinds.waiver import WaiverDocument

MOST: Final[dict[str, Duration]] = {
    "critical": Duration(days=7),
    "high": Duration(days=30),
    "medium": Duration(days=90),
    "low": Duration(days=365),
}
"""How long a waiver may last, by the severity of its rule, where the rule does not say."""


def compile_waiver(body: WaiverDocument, context: Context, unit: Unit) -> Waiver | None:
    """Return the waiver of a document, or None after a fault. `context.record` is what the policy applies to."""
    rule = _rule(body, context, unit)
    records = context.gate(body, "records") if context.record is not None else None
    if rule is None or records is None:
        return None
    most = rule.waivable.at_most or MOST[rule.severity]
    starts = max((day for day in (body.from_, body.approved_at) if day is not None), default=None)
    _check_dates(body, context, starts, rule, most)
    span = context.document.value_span(None, "records")
    if any(values is not None and not values for values in ranges(records.condition).values()):
        context.fault("PE385", f"no record fits the scope of `{body.id}`", span, "name values that a record can have")
    return Waiver(
        id=body.id,
        policy=body.policy,
        rule=body.rule,
        records=records,
        narrow=is_narrow(records.condition),
        markets=tuple(sorted(set(body.markets or ()))),
        because=body.because,
        approvers=tuple(sorted(set(body.approved_by.person))),
        entitled=rule.waivable.by,
        owner=unit.owner,
        approved=body.approved_at or body.from_,
        starts=starts if starts is not None else _before(body.expires, most),
        expires=body.expires,
        ticket=body.ticket,
        span=context.document.span(),
        scope=span,
    )


def _rule(body: WaiverDocument, context: Context, unit: Unit) -> Rule | None:
    """Return the rule that is waived, or None after reporting that there is none, or that it may not be."""
    span = context.document.value_span(None, "rule")
    rule = next((rule for rule in unit.every_rule if rule.id == body.rule), None)
    if rule is None:
        known = [rule.id for rule in unit.every_rule]
        shown = (
            f"there are {', '.join(sorted(known)[:12])}"
            if known
            else f"policies of kind {unit.kind} have no rules to waive"
        )
        help_ = did_you_mean(body.rule, known) or shown
        context.fault("PE380", f"`{body.policy}` has no rule `{body.rule}`", span, help_)
        return None
    if not rule.waivable.allowed:
        help_ = "its policy says `waivable: no`; change the policy, or keep to the rule"
        context.fault("PE381", f"`{rule.name}` cannot be waived", span, help_)
        return None
    return rule


def _check_dates(body: WaiverDocument, context: Context, starts: date | None, rule: Rule, most: Duration) -> None:
    if starts is None:
        return
    span = context.document.value_span(None, "expires")
    if body.expires < starts:
        message = f"`{body.id}` expires on {body.expires}, before it begins on {starts}"
        context.fault("PE311", message, span, "it is the last day on which the waiver counts")
        return
    last = _after(starts, most)
    if body.expires > last:
        why = "the rule says so" if rule.waivable.at_most is not None else f"the rule's severity is {rule.severity}"
        message = f"`{body.id}` lasts longer than {write_duration(most)}"
        context.fault("PE383", message, span, f"at the latest {last}: {why}")


def _after(day: date, length: Duration) -> date:
    return _moved(day, length.months, length.days)


def _before(day: date, length: Duration) -> date:
    return _moved(day, -length.months, -length.days)


def _moved(day: date, months: int, days: int) -> date:
    """Return a day moved by months and then days; the first or the last day there is where it falls out of range."""
    try:
        moved = month_shifted(day, months)
        return (moved or (date.max if months > 0 else date.min)) + timedelta(days=days)
    except OverflowError:
        return date.max if months + days > 0 else date.min


def check_overlaps(waivers: Iterable[Waiver], report: Report) -> None:
    """Report two waivers for one rule whose records overlap, where that can be shown: neither says which one counts."""
    by_rule: dict[tuple[str, str], list[tuple[Waiver, Ranges]]] = {}
    for waiver in sorted(waivers, key=lambda w: w.scope):
        by_rule.setdefault((waiver.policy, waiver.rule), []).append((waiver, ranges(waiver.records.condition)))
    for same in by_rule.values():
        for (one, first), (other, second) in combinations(same, 2):
            if overlapping(first, second) and _together(one, other):
                message = f"`{other.id}` waives for records that `{one.id}` waives already"
                help_ = "keep one of them, or tell their records or days apart"
                related = (Related(one.scope, "the other one"),)
                report(Diagnostic("PE384", message, other.scope, help=help_, related=related))


def _together(one: Waiver, other: Waiver) -> bool:
    """Tell whether two waivers count on one day in one market."""
    in_time = one.starts <= other.expires and other.starts <= one.expires
    return in_time and (not one.markets or not other.markets or bool({*one.markets} & {*other.markets}))
