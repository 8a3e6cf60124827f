"""Reviews as written → what judges the set, with everything that is wrong with them."""

from __future__ import annotations

from decimal import Decimal

from msgspec import structs

from policyengine.core.cadence import parse_cadence
from policyengine.core.calendar import ALWAYS, Calendar
from policyengine.core.quantity import Problem
from policyengine.core.record import RecordType
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.review.document import AlsoWhen, Review
from policyengine.kinds.review.judging import Recurring, Source
from policyengine.language.environment import Read, reader
from policyengine.language.scope import Scope, resolve
from policyengine.shapes.cadence import Plan
from policyengine.shapes.contract import Compiled, Context


def compile_review(body: Review, context: Context) -> Compiled:
    """Return the judge of the set; faults are reported."""
    types = context.world.types
    plan = _plan(body, context)
    _check_concerns(body, context)
    at_least = _at_least(body, context)
    review, person = types["review"], types["person"]
    evidence = [found for i, name in enumerate(body.evidence or ()) if (found := _evidence(i, name, review, context))]
    sources = [source for also in body.also_when or () if (source := _source(also, context)) is not None]
    each = context.gate(body.for_each, "person", about=person, says="for_each") if body.for_each is not None else None
    counts = context.gate(body, "counts_when", about=review, says="counts_when")
    if plan is None:
        return Compiled()
    judge = Recurring(
        policy=body.id,
        owner=body.owner,
        plan=plan,
        names=frozenset((body.id, *(body.concerns or ()))),
        review=review,
        person=person,
        counts=counts,
        evidence=tuple(evidence),
        sources=tuple(sources),
        each=each,
        at_least=at_least,
    )
    return Compiled(set_judges=(judge,))


def _plan(body: Review, context: Context) -> Plan | None:
    calendar = _calendar(body, context)
    zone = calendar.zone if calendar is not None else context.world.zone
    anchor = body.effective.from_ if body.effective is not None else None
    cadence = parse_cadence(body.every, body.day, anchor, zone, calendar)
    if isinstance(cadence, Problem):
        key = "day" if cadence.path == ("day",) else "every"
        context.fault("PE330", cadence.message, context.document.value_span(None, key), cadence.help)
        return None
    return Plan(cadence, body.grace, calendar)


def _calendar(body: Review, context: Context) -> Calendar | None:
    if body.calendar == "market":
        span = context.document.value_span(None, "calendar")
        context.fault(
            "PE333", "a review has no market whose calendar could be taken", span, "name a calendar of the directory"
        )
        return None
    if body.calendar == "always":
        return structs.replace(ALWAYS, zone=context.world.zone)
    return context.world.directory.calendars.get(body.calendar) if body.calendar is not None else None


def _check_concerns(body: Review, context: Context) -> None:
    policies = context.world.policies
    for index, name in enumerate(body.concerns or ()):
        if name not in policies and not name.startswith("metrics."):
            span = context.document.value_span(None, "concerns", index)
            help_ = (
                did_you_mean(name, policies) or "a policy or choice of this set, or an id that begins with `metrics.`"
            )
            context.fault("PE331", f"`{name}` is nothing that can be reviewed", span, help_)


def _at_least(body: Review, context: Context) -> Decimal:
    if body.coverage is None:
        return Decimal(1)
    if body.for_each is None:
        context.fault(
            "PE334", "a coverage of nobody", context.document.span(None, "coverage"), "say `for_each: {person: …}`"
        )
    if not 0 <= body.coverage.at_least <= 1:
        span = context.document.value_span(body.coverage, "at_least")
        context.fault("PE335", "a coverage lies between 0% and 100%", span, "for example `at_least: 95%`")
    return body.coverage.at_least


def _evidence(index: int, name: str, review: RecordType, context: Context) -> tuple[str, Read] | None:
    span = context.document.value_span(None, "evidence", index)
    path = resolve(name, Scope.of(context.names, review), span, context.report)
    return (name, reader(path)) if path is not None else None


def _source(also: AlsoWhen, context: Context) -> Source | None:
    found = context.world.types.get(also.record)
    if found is None:
        return None
    if found.event_time is None:
        span = context.document.value_span(also, "record")
        context.fault(
            "PE332", f"records of type `{also.record}` do not say when they happened", span, "name another type"
        )
        return None
    return Source(found, found.event_time, context.gate(also, "when", about=found, says="also_when"), also.within)
