"""Moderation policies → rules that know what they must leave alone."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from policyengine.core.decision import SEVERITY_OF
from policyengine.kinds.moderation.bands import band, queues_of
from policyengine.kinds.moderation.checking import BAND_KEYS, OTHER_SHAPES, check_policy, check_rule, fault
from policyengine.kinds.moderation.document import Moderation, ModerationRule
from policyengine.kinds.moderation.measuring import Measured
from policyengine.kinds.moderation.protecting import decided_by_a_person, protection
from policyengine.kinds.moderation.standing import standing
from policyengine.language.tree import Condition as Tree
from policyengine.language.tree import depends_on_market
from policyengine.shapes.contract import Compiled, Context
from policyengine.shapes.frequency import Window, compile_window
from policyengine.shapes.gate import Gate
from policyengine.shapes.grouping import GroupRule
from policyengine.shapes.predicate import Rule, unproven_weight
from policyengine.shapes.rules import compile_rule, scope_condition


def compile_moderation(body: Moderation, context: Context) -> Compiled:
    """Return the rules of a policy, each with what is protected from it; faults are reported."""
    check_policy(body, context)
    scope = scope_condition(body, context)
    decided = decided_by_a_person(context)
    protected = protection(body, decided, context)
    compiled: list[Rule] = []
    windows: list[GroupRule] = []
    for written in body.rules:
        if written.window is not None:
            windows.extend(_windowed(written, written.window, body, context, scope))
            continue
        check_rule(written, context)
        read = _plain if written.score is None else band
        rule = read(written, body, context, scope)
        if rule is not None:
            compiled.append(_guarded(rule, protected))
    return Compiled(
        rules=tuple(compiled),
        group_rules=tuple(windows),
        record_judges=standing(body, decided, context),
        set_judges=(Measured(body.id),),
        appeal=body.appeal,
    )


def _guarded(rule: Rule, protected: Gate | None) -> Rule:
    below = _guarded(rule.below, protected) if rule.below is not None else None
    by_market = rule.by_market or (protected is not None and depends_on_market(protected.condition))
    return structs.replace(rule, protected=protected, below=below, by_market=by_market)


def _plain(written: ModerationRule, body: Moderation, context: Context, scope: Tree) -> Rule | None:
    rule = compile_rule(written, body, context, scope)
    return None if rule is None else structs.replace(rule, in_doubt=queues_of(rule.actions, body.queue or body.owner))


# Windows ----------------------------------------------------------------------------------------------------------


def _windowed(
    written: ModerationRule, window: Window, body: Moderation, context: Context, scope: Tree
) -> Iterator[GroupRule]:
    """Yield a rule about how often something happens. What is protected does not count; what a person decided does."""
    for key in (*OTHER_SHAPES[1:], "score", "when", *BAND_KEYS):
        if getattr(written, key) is not None:
            help_ = "say which records count with `where` inside the window"
            fault(written, context, "PE353", key, f"`{key}` does not go with `window`", help_)
    if written.then is None:
        fault(written, context, "PE112", "window", f"`{written.id}` has no outcome", "add `then: hold` or another")
        return
    rule = compile_rule(written, body, context, scope, keyless=True)
    if rule is None:
        return
    rule = structs.replace(
        rule,
        outcome=written.then,
        severity=written.severity or SEVERITY_OF[written.then],
        unproven=unproven_weight(written.then, written.if_unknown),
        in_doubt=queues_of(rule.actions, body.queue or body.owner),
        protected=protection(body, None, context),
    )
    decided = decided_by_a_person(context)
    found = compile_window(window, rule, context)
    if found is not None:
        yield structs.replace(found, spares=Gate.of(decided, "loosens", "decided") if decided is not None else None)
