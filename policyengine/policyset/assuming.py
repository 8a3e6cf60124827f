"""Assumptions as written → values that a record's fields count as."""

from __future__ import annotations

from typing import Any

from policyengine.core.facts import plain_record, read_facts
from policyengine.language.scope import resolve
from policyengine.policyset.units import Assumed
from policyengine.shapes.contract import Context


def compile_assumption(body: Any, context: Context) -> Assumed | None:
    """Return the assumption of a document, or None after a fault."""
    span = context.document.value_span(None, "field")
    path = resolve(body.field, context.scope, span, context.report)
    scope = context.gate(body, "only_for", says=f"{body.id} only_for")
    if path is None or context.record is None:
        return None
    if any(step.follow for step in path.steps) or path.field.derived is not None:
        context.fault("PE305", f"`{body.field}` cannot be assumed", span, "name a field of the record itself")
        return None
    data: Any = plain_record(path.field, body.is_.node)
    for step in reversed(path.steps):
        data = {step.name: data}
    facts, faults = read_facts(context.record, {"type": context.record.name, "id": "assumed", **data})
    for fault in faults:
        context.fault("PE104", fault.message, body.is_.node.span, fault.help)
    value: Any = facts
    for step in path.steps:
        value = value.get(step.name) if isinstance(value, dict) else None
    if value is None and not faults:
        context.fault("PE104", "an assumption needs a value", body.is_.node.span)
    if faults or value is None:
        return None
    effective = body.effective
    starts, ends = (effective.from_, effective.until) if effective is not None else (None, None)
    return Assumed(body.id, body.field, value, scope, body.because, starts, ends)
