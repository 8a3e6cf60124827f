"""The `sample` of a review as written → one that can be drawn, with everything that is wrong with it."""

from __future__ import annotations

from typing import Final

from policyengine.core.cadence import Cadence, parse_cadence
from policyengine.core.record import RecordType
from policyengine.kinds.review.document import Review, Sample
from policyengine.kinds.review.sampling import Sampling
from policyengine.language.environment import reader
from policyengine.language.operators import INSTANTS
from policyengine.language.scope import Scope, resolve
from policyengine.language.tree import Path
from policyengine.shapes.cadence import Plan
from policyengine.shapes.contract import Context

MOST: Final = 1_000_000


def compile_sample(body: Review, plan: Plan | None, context: Context) -> Sampling | None:
    """Return the compiled sample of a review; faults are reported."""
    sample = body.sample
    found = context.world.types.get(sample.of) if sample is not None else None
    if sample is None or found is None:
        return None
    _check_size(sample, context)
    if plan is not None and plan.cadence.rolling:
        span = context.document.value_span(None, "every")
        help_ = "name a period, such as `month`, or add `day`"
        context.fault("PE338", f"audits that are due `{body.every}` after the last one", span, help_)
    time = _time(sample, found, context)
    where = context.gate(sample, "where", about=found, says="sample where")
    always = context.gate(sample, "always", about=found, says="sample always")
    zone = plan.cadence.zone if plan is not None else context.world.zone
    periods = parse_cadence(sample.per, None, None, zone)
    if time is None or not isinstance(periods, Cadence):
        return None
    return Sampling(
        of=found,
        time=time.text,
        read=reader(time),
        per=sample.per,
        periods=periods,
        share=sample.share,
        at_least=sample.at_least or 0,
        where=where,
        always=always,
    )


def _check_size(sample: Sample, context: Context) -> None:
    if sample.share is not None and not 0 < sample.share <= 1:
        span = context.document.value_span(sample, "share")
        context.fault("PE336", "a sample of nothing, or of more than there is", span, "for example `share: 10%`")
    if sample.at_least is not None and not 1 <= sample.at_least <= MOST:
        span = context.document.value_span(sample, "at_least")
        context.fault("PE336", f"`{sample.at_least}` is not how many are audited", span, "for example `at_least: 30`")


def _time(sample: Sample, of: RecordType, context: Context) -> Path | None:
    """Return the path of the time that says in which period a record is."""
    key = "of" if sample.by is None else "by"
    span = context.document.value_span(sample, key)
    name = sample.by or of.event_time
    if name is None:
        help_ = "name the field with the time: `by: …`"
        context.fault("PE332", f"records of type `{of.name}` do not say when they happened", span, help_)
        return None
    path = resolve(name, Scope.of(context.names, of), span, context.report)
    if path is not None and path.field.type not in INSTANTS:
        context.fault("PE332", f"`{name}` is not a time", span, "name a field with a time or a day")
        return None
    return path
