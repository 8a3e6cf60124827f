"""Reviews as written → what judges the set, with everything that is wrong with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from msgspec import structs

from policyengine.core.cadence import parse_cadence
from policyengine.core.calendar import ALWAYS, Calendar
from policyengine.core.quantity import Problem
from policyengine.core.record import RecordType
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.review.document import AlsoWhen, Review
from policyengine.kinds.review.judging import Recurring, Source
from policyengine.kinds.review.samples import compile_sample
from policyengine.language.environment import Read, reader
from policyengine.language.scope import Scope, resolve
from policyengine.language.tree import Named
from policyengine.shapes.cadence import Plan
from policyengine.shapes.contract import Compiled, Context
from policyengine.shapes.gate import Gate
from policyengine.shapes.naming import Naming, naming
from policyengine.shapes.predicate import Rule
from policyengine.shapes.rules import compile_rule


def compile_review(body: Review, context: Context) -> Compiled:
    """Return the judge of the set, and the rules about its review records; faults are reported."""
    types = context.world.types
    review, person = types["review"], types["person"]
    plan = _plan(body, context)
    _check_concerns(body, context)
    at_least = _at_least(body, context)
    evidence = [found for i, name in enumerate(body.evidence or ()) if (found := _evidence(i, name, review, context))]
    sources = [source for also in body.also_when or () if (source := _source(also, context)) is not None]
    each = context.gate(body.for_each, "person", about=person, says="for_each") if body.for_each is not None else None
    counts = context.gate(body, "counts_when", about=review, says="counts_when")
    sample = compile_sample(body, plan, context) if body.sample is not None else None
    names = tuple(sorted({body.id, *(body.concerns or ())}))
    rules = _rules(body, names, counts, structs.replace(context, record=review))
    if plan is None or (body.sample is not None and sample is None):
        return Compiled()
    judge = Recurring(
        policy=body.id,
        owner=body.owner,
        plan=plan,
        names=frozenset(names),
        review=review,
        person=person,
        counts=counts,
        asked=naming(counts.condition) if counts is not None else Naming("concerns", names),
        evidence=tuple(evidence),
        sources=tuple(sources),
        each=each,
        at_least=at_least,
        rules=rules,
        sample=sample,
    )
    return Compiled(rules=rules, record=review if rules else None, set_judges=(judge,))


def _rules(body: Review, names: tuple[str, ...], counts: Gate | None, context: Context) -> tuple[Rule, ...]:
    """Return the rules about the policy's own reviews: those that `counts_when`, or their `concerns`, makes its own."""
    if not body.rules:
        return ()
    span = context.document.span(None, "rules")
    if counts is not None:
        mine = Named("only_for", "", counts.condition, span)
    else:
        asked = Node([Node(name, span) for name in names], span)
        written = Node({"includes_any": asked}, span, keys={"includes_any": span})
        mine = Named("only_for", "", context.tree(Node({"concerns": written}, span, keys={"concerns": span})), span)
    # What a rule needs of its policy is in every header.
    policy = cast("Any", body)
    compiled = (compile_rule(rule, policy, context, mine) for rule in body.rules)
    return tuple(rule for rule in compiled if rule is not None)


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
    if body.sample is not None and body.for_each is not None:
        span = context.document.span(None, "sample")
        context.fault(
            "PE337", "a sample beside `for_each`", span, "make two policies: one about records, one about people"
        )
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
