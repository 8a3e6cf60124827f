"""What may be wrong with a moderation policy as written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from policyengine.core.duration import Duration
from policyengine.core.facts import is_language
from policyengine.kinds.moderation.document import Moderation, ModerationRule
from policyengine.shapes.appealing import Appeal
from policyengine.shapes.contract import Context
from policyengine.shapes.predicate import TAKING

BAND_KEYS: Final = ("hide_at", "queue_at", "languages", "queue")
RESERVED: Final = ("appeal", "ended")
"""Names of findings that come of no rule."""
OTHER_SHAPES: Final = ("then", "require", "otherwise", "for_each", "due")


def fault(written: ModerationRule, context: Context, code: str, key: str, message: str, help_: str) -> None:
    """Report a fault at a key of a rule, or at the rule where the key is not there."""
    node = context.document.node_of(written)
    context.fault(code, message, node.keys.get(key, node.span), help_)


def check_policy(body: Moderation, context: Context) -> None:
    """Report what is wrong with a policy beside its rules: ids, and appeals that records cannot tell of."""
    seen: set[str] = set()
    for part in body.protected or ():
        if part.id in seen:
            span = context.document.value_span(part, "id")
            context.fault("PE350", f"`{part.id}` is protected twice", span, "give each its own id")
        seen.add(part.id)
    for rule in body.rules:
        if rule.id in RESERVED:
            span = context.document.value_span(rule, "id")
            help_ = "choose another id, so that its findings are not taken for those about appeals and ends"
            context.fault("PE357", f"`{rule.id}` is what the engine calls a finding of its own", span, help_)
    if body.appeal is not None:
        _check_appeal(body.appeal, context)


def _check_appeal(appeal: Appeal, context: Context) -> None:
    assert context.record is not None  # noqa: S101 - a moderation policy applies to a type of record
    if context.record.field("moderation.appeal.at") is None:
        message = f"a record of type {context.record.name} does not tell of appeals"
        context.fault("PE358", message, context.document.span(None, "appeal"), "its schema needs `moderation.appeal`")
    lengths: tuple[Literal["within", "answer_within"], ...] = ("within", "answer_within")
    for key in lengths:
        length: Duration | None = getattr(appeal, key)
        if length is not None and (length.business_days or not (length.months or length.days or length.seconds)):
            span = context.document.value_span(appeal, key)
            message = f"`{key}` takes hours, days or months"
            context.fault("PE358", message, span, "whoever appeals counts by their own calendar: `14d`, `6 months`")


def check_rule(written: ModerationRule, context: Context) -> None:
    """Report what is wrong with a rule that is no window."""
    if written.score is None:
        for key in BAND_KEYS:
            if getattr(written, key) is not None:
                help_ = "write `do: {queue: …}`" if key == "queue" else "say which: `score: scores.toxicity`"
                message = f"`{key}` belongs to a score, and `{written.id}` names none"
                fault(written, context, "PE352", key, message, help_)
    else:
        _check_bands(written, context)
        _check_languages(written, context)
    _check_taking(written, context)


def _check_bands(written: ModerationRule, context: Context) -> None:
    for key in OTHER_SHAPES:
        if getattr(written, key) is not None:
            help_ = "the bands say what happens: from `hide_at` on block, from `queue_at` on hold"
            fault(written, context, "PE353", key, f"`{key}` does not go with `score`", help_)
    if written.hide_at is None and written.queue_at is None:
        message = f"`{written.id}` does not say from which score on"
        fault(written, context, "PE354", "score", message, "add `hide_at`, `queue_at`, or both")
    if written.hide_at is not None and written.queue_at is not None and written.hide_at < written.queue_at:
        help_ = "a person looks at what the machine is less sure of, so `queue_at` is the lower one"
        fault(written, context, "PE354", "hide_at", "`hide_at` is below `queue_at`", help_)


def _check_taking(written: ModerationRule, context: Context) -> None:
    taking = sorted(_taking(written))
    if written.if_unknown == "block" and taking:
        help_ = f"`{taking[0]}` needs certainty: `if_unknown: hold`, and a person looks"
        fault(written, context, "PE356", "if_unknown", f"`{written.id}` would act on what nobody knows", help_)
    if written.score is not None and written.hide_at is None and taking:
        help_ = "add `hide_at`, or leave the action out"
        fault(written, context, "PE356", "do", f"`{written.id}` never hides, so it takes nothing away", help_)


def _taking(written: ModerationRule) -> Iterator[str]:
    """Yield what a rule takes away, by the word that the policy uses."""
    if written.hide_at is not None:
        yield "hide_at"
    for raw in written.do or ():
        value = raw.node.value
        word = next(iter(value)) if isinstance(value, dict) and value else value
        if isinstance(word, str) and word in TAKING:
            yield word


def _check_languages(written: ModerationRule, context: Context) -> None:
    assert context.record is not None  # noqa: S101 - as above
    if written.hide_at is not None and written.languages is None:
        help_ = "add `languages: [en]`: those in which somebody compared its scores with people's judgements"
        fault(written, context, "PE355", "hide_at", "`hide_at` does not say for which languages", help_)
    if written.languages is not None and written.hide_at is None:
        help_ = "a person looks in every language anyway"
        fault(written, context, "PE355", "languages", "`languages` without `hide_at`", help_)
    if written.hide_at is not None and "language" not in context.record.dimensions:
        message = f"a record of type {context.record.name} does not tell its language"
        fault(written, context, "PE355", "hide_at", message, "use `queue_at`: a person looks")
    for index, name in enumerate(written.languages or ()):
        if not is_language(name):
            span = context.document.value_span(written, "languages", index)
            context.fault("PE355", f"`{name}` is not a language", span, "write a code such as `en` or `pt-BR`")
