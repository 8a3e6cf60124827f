"""Bands of a score: from `hide_at` on a machine hides where it is sure, from `queue_at` on a person looks."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import structs

from policyengine.core.decision import Outcome
from policyengine.core.record import NUMERIC
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.moderation.document import Moderation, ModerationRule
from policyengine.language.program import compile_condition
from policyengine.language.scope import resolve
from policyengine.language.tree import ALWAYS, NEVER, All, Any_, Const, Path, Test
from policyengine.language.tree import Condition as Tree
from policyengine.shapes.contract import Context
from policyengine.shapes.predicate import TO_PEOPLE, Action, Rule
from policyengine.shapes.rules import compile_rule


def queues_of(actions: tuple[Action, ...], team: str) -> tuple[Action, ...]:
    """Return where a person finds the record: the queues that the rule names, else that of the team."""
    return tuple(a for a in actions if a.do == "queue") or (Action("queue", team),)


def band(written: ModerationRule, body: Moderation, context: Context, scope: Tree) -> Rule | None:
    """Return the rule of the upper band with that of the lower one below it, or None after reporting a fault."""
    rule = compile_rule(written, body, context, scope, keyless=True)
    path = _score(written, context)
    if rule is None or path is None:
        return None
    queues = queues_of(rule.actions, written.queue or body.queue or body.owner)
    rule = structs.replace(rule, in_doubt=queues)
    lower = written.queue_at if written.queue_at is not None else written.hide_at
    if lower is None:
        return None
    people = tuple(a for a in rule.actions if a.do in TO_PEOPLE)
    queued = _limited(rule, _from(path, lower, written, context), "hold", tuple(dict.fromkeys([*people, *queues])))
    if written.hide_at is None:
        return queued
    sure = All((_from(path, written.hide_at, written, context), _validated(written, context)))
    hidden = _limited(rule, sure, "block", tuple(dict.fromkeys([Action("hide"), *rule.actions])))
    return structs.replace(hidden, severity=written.severity or "high", below=queued)


def _limited(rule: Rule, where: Tree, outcome: Outcome, actions: tuple[Action, ...]) -> Rule:
    """Return a rule for one band of the score. A fact that is not told weighs `hold`, or what `if_unknown` says."""
    guard = where if rule.guard is ALWAYS else All((rule.guard, where))
    return structs.replace(rule, guard=guard, guarded=compile_condition(guard), outcome=outcome, actions=actions)


def _from(path: Path, threshold: Decimal, written: ModerationRule, context: Context) -> Test:
    key = "hide_at" if threshold == written.hide_at else "queue_at"
    return Test(path, "at_least", Const(threshold, format(threshold, "f")), context.document.span(written, key))


def _validated(written: ModerationRule, context: Context) -> Tree:
    """Return the condition that the text is in a validated language: `en` is also `en-GB`."""
    assert context.record is not None  # noqa: S101 - as above
    where = context.record.dimensions.get("language")
    if where is None or written.languages is None:
        return NEVER  # reported by `_check_languages`
    span = context.document.span(written, "languages")
    path = resolve(f"$record.{where}", context.scope, span, context.report)
    if path is None:
        return NEVER
    languages = tuple(written.languages)
    parts = tuple(Test(path, "starts_with", Const(f"{name}-", f"{name}-"), span) for name in languages)
    return Any_((Test(path, "in", Const(languages, f"[{', '.join(languages)}]"), span), *parts), span)


def _score(written: ModerationRule, context: Context) -> Path | None:
    """Return the path of the score, or None after reporting that it is no number."""
    span = context.document.value_span(written, "score")
    path = resolve(written.score or "", context.scope, span, context.report)
    if path is None:
        return None
    if path.field.type not in NUMERIC:
        numbers = [child.path for child in path.field.walk() if child.type in NUMERIC]
        help_ = did_you_mean(written.score or "", numbers) or "a score is a number that another system computed"
        context.fault("PE351", f"`{written.score}` is not a number", span, help_)
        return None
    _check_range(written, path, context)
    return path


def _check_range(written: ModerationRule, path: Path, context: Context) -> None:
    least, most = path.field.minimum, path.field.maximum
    keys: tuple[Literal["hide_at", "queue_at"], ...] = ("hide_at", "queue_at")
    for key in keys:
        value: Decimal | None = getattr(written, key)
        if value is None:
            continue
        span = context.document.value_span(written, key)
        if most is not None and value > most:
            context.fault("PE354", f"`{path.text}` never reaches `{key}`", span, f"its highest value is {most}")
        if least is not None and value <= least:
            context.fault("PE354", f"`{path.text}` always reaches `{key}`", span, f"its lowest value is {least}")
