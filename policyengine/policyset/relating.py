"""`with` as written → bindings that find related records."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final

from policyengine.language.environment import Read, reader
from policyengine.language.program import compile_condition
from policyengine.language.read import ConditionReader
from policyengine.language.scope import Scope, resolve
from policyengine.language.tree import depends_on_market, paths
from policyengine.policyset.units import Binding
from policyengine.shapes.contract import Context
from policyengine.shapes.policy import Related

TAKEN: Final = frozenset(
    ["record", "entry", "now", "market", "values", "terms", "choices", "groups", "is", "metrics", "order", "group"]
)


def compile_bindings(related: Mapping[str, Related], context: Context) -> tuple[Binding, ...]:
    """Return the bindings of all names given in `with`, each after those that it refers to."""
    found = {name: compile_binding(name, part, context) for name, part in sorted(related.items())}
    known = {name: binding for name, binding in found.items() if binding is not None}
    needs = {
        name: sorted({path.root for path in paths(binding.condition)} & known.keys()) if binding.condition else []
        for name, binding in known.items()
    }
    for name in related:
        if name in TAKEN or not (name.isascii() and name.isidentifier()):
            help_ = "it means something else" if name in TAKEN else "small letters, digits and `_`"
            context.fault("PE126", f"`{name}` cannot be a name in `with`", context.document.span(related[name]), help_)
    try:
        return tuple(known[name] for name in TopologicalSorter(needs).static_order())
    except CycleError as circle:
        chain = list(reversed(circle.args[1]))
        span = context.document.span(related[chain[0]])
        context.fault("PE117", f"the name `{chain[0]}` refers to itself: {' → '.join(chain)}", span)
        return ()


def compile_binding(name: str, related: Related, context: Context) -> Binding | None:
    """Return the binding of a name given in `with`, or None after a fault."""
    alias = context.names.aliases.get(name)
    if alias is None or context.record is None:
        return None
    mode = "one" if related.one is not None else "latest" if related.latest is not None else "all"
    candidate = Scope(context.names, context.record, alias.type.root)
    condition = None
    if related.where is not None:
        condition = ConditionReader(candidate, context.report).read(related.where.node)
        if depends_on_market(condition):
            message = f"`{name}` depends on the market: a name in `with` means the same records in every market"
            context.fault(
                "PE119", message, related.where.node.span, "compare the market in the rule that uses the name"
            )
    where = compile_condition(condition) if condition is not None else None
    return Binding(name, mode, alias.type.name, where, _by(related, mode, candidate, context), condition)


def _by(related: Related, mode: str, candidate: Scope, context: Context) -> Read | None:
    span = context.document.span(related)
    if mode != "latest":
        if related.by is not None:
            context.fault("PE120", "`by` goes with `latest`", context.document.span(related, "by"))
        return None
    if related.by is None:
        context.fault(
            "PE121", "`latest` needs `by`", span, "the field that says which is the latest: `by: completed_at`"
        )
        return None
    path = resolve(related.by, candidate, context.document.value_span(related, "by"), context.report)
    if path is not None and path.field.type not in {"time", "date", "integer", "number"}:
        context.fault(
            "PE104", f"`{related.by}` has no order", context.document.value_span(related, "by"), "name a time"
        )
    return reader(path) if path is not None else None
