"""Rules as written → rules that can judge: the shape checks, the typing, the defaults."""

from __future__ import annotations

from typing import Any

from policyengine.core.decision import SEVERITY_OF, Outcome
from policyengine.core.diagnostic import Diagnostic
from policyengine.core.duration import in_seconds, parse_duration
from policyengine.core.quantity import Duration, Problem
from policyengine.core.record import Field
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.environment import reader
from policyengine.language.message import Template, plain, read_template
from policyengine.language.operands import OperandReader
from policyengine.language.program import compile_condition
from policyengine.language.scope import resolve
from policyengine.language.tree import (
    ALWAYS,
    All,
    Condition,
    Formula,
    Named,
    Operand,
    Path,
    Value,
    depends_on_market,
    depends_on_zone,
)
from policyengine.language.valuing import operand_reader
from policyengine.shapes.contract import Context
from policyengine.shapes.document import Builder, Document
from policyengine.shapes.policy import Policy, Releaser
from policyengine.shapes.policy import Rule as Written
from policyengine.shapes.policy import Waivable as WrittenWaivable
from policyengine.shapes.predicate import Action, Rule, Waivable, unproven_weight

ACTIONS: dict[str, str] = {
    "hide": "hide it from others",
    "remove": "take it down",
    "lock": "close it for replies",
    "label": "put a label on it",
    "warn": "warn its author",
    "queue": "put it into a team's queue",
    "escalate": "start an escalation policy",
    "restrict": "restrict who may write",
    "notify": "tell a team",
}
NEEDS_TARGET = frozenset(["queue", "escalate", "restrict", "notify", "label"])
PASSING = frozenset(["label", "restrict"])
"""Actions that may be limited in time: `{label: disputed, for: 30d}`."""
INSTANT = Field(name="due", path="", type="time")


def scope_condition(policy: Policy, context: Context) -> Condition:
    """Return the policy's `only_for` as a condition that may stand inside an element, or one that always holds."""
    if policy.only_for is None:
        return ALWAYS
    tree = context.tree(policy.only_for.node)
    return Named("only_for", "", tree, policy.only_for.node.span)


def compile_rules(policy: Policy, context: Context) -> tuple[Rule, ...]:
    """Return the compiled rules of a policy; faults are reported, a rule with a broken shape is left out."""
    scope = scope_condition(policy, context)
    compiled = [compile_rule(rule, policy, context, scope) for rule in policy.rules or ()]
    return tuple(rule for rule in compiled if rule is not None)


def compile_rule(
    written: Written, policy: Policy, context: Context, scope: Condition, *, keyless: bool = False
) -> Rule | None:
    """Return a compiled rule. With `keyless` the outcome is the kind's own (score bands) and no shape is checked."""
    outcome = "hold" if keyless else _outcome(written, context)
    each = _each(written, context)
    if written.for_each is not None and each is None:
        return None  # what the conditions are about is not known, so nothing more can be said of them
    about = each.field.item if each is not None and each.field.item is not None else None
    when = context.tree(written.when.node, about=about) if written.when is not None else ALWAYS
    require = context.tree(written.require.node, about=about) if written.require is not None else None
    exempt = context.gate(written, "except_", about=about, says=f"{policy.id}/{written.id} except")
    if outcome is None:
        return None
    guard = when if scope is ALWAYS else All((scope, when))
    due = _due(written, context, about)
    templates = [_message(written, policy, context, about)]
    if written.fix is not None:
        templates.append(read_template(written.fix.node, context.about(about), context.report))
    said = [Formula(Value(o), "") for o in (due, *(o for t in templates for o in t.operands())) if o is not None]
    trees = [guard, *([require] if require is not None else []), *([exempt.condition] if exempt is not None else [])]
    return Rule(
        policy=policy.id,
        id=written.id,
        title=written.title or policy.title,
        guard=guard,
        guarded=compile_condition(guard),
        requirement=require,
        required=compile_condition(require) if require is not None else None,
        outcome=outcome,
        severity=written.severity or SEVERITY_OF[outcome],
        unproven=unproven_weight(outcome, written.if_unknown),
        message=templates[0],
        fix=templates[1] if written.fix is not None else None,
        exempt=exempt,
        each=each,
        entries=reader(each) if each is not None else None,
        due=operand_reader(due) if due is not None else None,
        released_by=releaser_text(written.released_by, policy.owner),
        releasers=releasers(written.released_by, policy.owner),
        waivable=_waivable(written, context),
        actions=tuple(read_action(raw.node, context) for raw in written.do or ()),
        by_market=any(depends_on_market(tree) for tree in (*trees, *said)),
        by_zone=any(depends_on_zone(tree) for tree in (*trees, *said)),
        span=context.document.span(written),
    )


def _outcome(written: Written, context: Context) -> Outcome | None:
    """Return the rule's outcome, or None after reporting that it has neither of the two shapes."""
    span = context.document.span(written)
    node = context.document.node_of(written)

    def fault(message: str, key: str, help_: str) -> None:
        context.fault("PE112", message, node.keys.get(key, span), help_)

    both = "a rule says either `when` and `then` (this must not be) or `require` and `otherwise` (this must be)"
    if written.then is not None and (written.require is not None or written.otherwise is not None):
        fault(f"`{written.id}` mixes the two shapes of rules", "then", both)
    elif written.then is not None and written.when is None:
        fault(f"`{written.id}` has `then` without `when`", "then", both)
    elif written.require is not None and written.otherwise is None:
        fault(
            f"`{written.id}` does not say what happens `otherwise`",
            "require",
            "add `otherwise: flag`, `hold` or `block`",
        )
    elif written.require is None and written.otherwise is not None:
        fault(f"`{written.id}` has `otherwise` without `require`", "otherwise", both)
    elif written.then is None and written.require is None:
        fault(f"`{written.id}` has no outcome", "id", "add `then: flag`, `hold` or `block`" if written.when else both)
    else:
        return written.then or written.otherwise
    return None


def _each(written: Written, context: Context) -> Path | None:
    if written.for_each is None:
        return None
    span = context.document.value_span(written, "for_each")
    path = resolve(written.for_each, context.scope, span, context.report)
    if path is None:
        return None
    if path.field.type != "list" or path.field.item is None or path.field.item.type != "object":
        context.fault(
            "PE114",
            f"`{written.for_each}` is not a list of entries with fields",
            span,
            "`for_each` names such a list, for example `links`",
        )
        return None
    return path


def _message(written: Written, policy: Policy, context: Context, about: Field | None) -> Template:
    if written.message is not None:
        return read_template(written.message.node, context.about(about), context.report)
    return plain(written.title or policy.title)


def _due(written: Written, context: Context, about: Field | None) -> Operand | None:
    """Return until when it may be done; `$entry` is the entry that a rule with `for_each` is about."""
    if written.due is None:
        return None
    return OperandReader(context.about(about), context.report).instant(INSTANT, written.due.node)


def _waivable(written: Written, context: Context) -> Waivable:
    if written.waivable is None:
        return Waivable()
    node = written.waivable.node
    if isinstance(node.value, bool):
        return Waivable(allowed=node.value)
    if isinstance(node.value, dict):
        document = Builder(context.report).document("waivable", WrittenWaivable, node)
        return _by_whom(document, context) if document is not None else Waivable()
    if node.value not in ("no", "yes"):
        help_ = "write `waivable: {by: {role: legal}, at_most: 30d}`"
        context.fault("PE122", "`waivable` takes `no`, or who may waive it", node.span, help_)
    return Waivable(allowed=node.value != "no")


def _by_whom(document: Document, context: Context) -> Waivable:
    """Return who may waive a rule and for how long; names that the directory does not have are reported."""
    body: WrittenWaivable = document.body
    directory = context.world.directory
    known = {"role": directory.roles, "team": directory.teams, "person": directory.people}
    for reference in document.references if directory.known else ():
        if reference.name not in known[reference.to]:
            help_ = did_you_mean(reference.name, known[reference.to]) or f"{reference.to}s stand in the directory"
            code = {"role": "PE207", "team": "PE202", "person": "PE208"}[reference.to]
            context.fault(code, f"unknown {reference.to} `{reference.name}`", reference.span, help_)
    if body.at_most is not None and not (body.at_most.days or body.at_most.months):
        span = document.value_span(None, "at_most")
        context.fault("PE122", "`at_most` takes days, weeks or months", span, "waivers expire with a day: `30d`")
    by = releasers(body.by, "") if body.by is not None else {}
    return Waivable(by=by, at_most=body.at_most)


def releaser_text(releaser: Releaser | None, owner: str) -> str:
    """Return who may release a hold, in words: `role legal`, `team social`."""
    return " ".join(next(iter(releasers(releaser, owner).items())))


def releasers(releaser: Releaser | None, owner: str) -> dict[str, str]:
    """Return who may release a hold: `{role: legal}`; the owner where the rule does not say."""
    if releaser is None:
        return {"team": owner}
    given = {"role": releaser.role, "team": releaser.team, "person": releaser.person}
    return {key: value for key, value in given.items() if value is not None}


def read_action(node: Node, context: Context) -> Action:
    """Return an action: a word (`hide`), or a word with its target (`{queue: community}`)."""
    value = node.value
    name, target = value, ""
    span = node.span
    lasts = 0
    if isinstance(value, dict) and "for" in value and len(value) == 2:  # noqa: PLR2004 - what is done, and for how long
        lasts = _lasting(value["for"], context)
        value = {key: child for key, child in value.items() if key != "for"}
    if isinstance(value, dict) and len(value) == 1:
        name, child = next(iter(value.items()))
        target, span = str(child.value) if isinstance(child.value, str) else "", child.span
    if not isinstance(name, str) or name not in ACTIONS:
        help_ = did_you_mean(str(name), ACTIONS) if isinstance(name, str) else None
        context.report(
            Diagnostic("PE123", "this is not an action", node.span, help=help_ or f"there are {', '.join(ACTIONS)}")
        )
        return Action("hide")
    if name in NEEDS_TARGET and not target:
        context.report(Diagnostic("PE122", f"`{name}` needs to say whom or what", span, help=f"write `{{{name}: …}}`"))
    if name not in NEEDS_TARGET and target:
        context.report(Diagnostic("PE122", f"`{name}` stands alone", node.span, help=f"write `{name}`"))
    if lasts and name not in PASSING:
        help_ = f"{' and '.join(sorted(PASSING))} may end by themselves"
        context.report(Diagnostic("PE122", f"`{name}` does not end by itself", node.span, help=help_))
    _check_target(name, target, span, context)
    return Action(name, target, lasts)


def _lasting(node: Node, context: Context) -> int:
    """Return for how many seconds an action lasts; 0 after reporting that this is no fixed length of time."""
    length = parse_duration(node.value)
    seconds = in_seconds(length) if isinstance(length, Duration) else None
    if not seconds:
        message = length.message if isinstance(length, Problem) else "an action lasts for a fixed time"
        context.report(Diagnostic("PE122", message, node.span, help="write `{label: disputed, for: 30d}`"))
    return seconds or 0


def _check_target(name: str, target: str, span: Any, context: Context) -> None:
    policies = context.world.policies
    if name == "escalate" and target and policies.get(target) != "escalation":
        escalations = [p for p, kind in policies.items() if kind == "escalation"]
        help_ = did_you_mean(target, escalations) or "it names a policy of `kind: escalation`"
        context.report(Diagnostic("PE205", f"unknown escalation policy `{target}`", span, help=help_))
    if name in {"queue", "notify"} and target and context.world.directory.known:
        teams = context.world.directory.teams
        if target not in teams:
            help_ = did_you_mean(target, teams) or "teams stand in the directory"
            context.report(Diagnostic("PE202", f"unknown team `{target}`", span, help=help_))
