"""`kind: moderation`: what happens to what people write, what is protected, and how sure a machine has to be.

Three laws stand above every rule of such a policy. What is `protected` stays: a certain yes silences the rules, and
where it is not certain either way a person looks. Hiding, removing and restricting need certainty throughout: a fact
that is not told leads to a person's queue. And a person's decision on the record is never contradicted by a rule.

A rule is one of the two shapes of every policy, or a band of a score that another system computed: from `hide_at` on
the machine hides, though only in the languages for which its scores were validated; from `queue_at` on, and everywhere
else, a person looks (governance map, G5.1 and G5.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import structs

from policyengine.core.decision import SEVERITY_OF, Outcome
from policyengine.core.diagnostic import Span
from policyengine.core.facts import is_language
from policyengine.core.record import NUMERIC
from policyengine.core.source import Node, Plain
from policyengine.core.suggest import did_you_mean
from policyengine.language.program import compile_condition
from policyengine.language.scope import resolve
from policyengine.language.tree import ALWAYS, NEVER, All, Any_, Const, Named, Path, Test
from policyengine.language.tree import Condition as Tree
from policyengine.shapes.contract import Compiled, Context, Kind
from policyengine.shapes.frequency import Window, compile_window
from policyengine.shapes.gate import Gate
from policyengine.shapes.grouping import GroupRule
from policyengine.shapes.parts import Condition, Doc, Id, OneOrMore, Part, Refers, Share, Tighter, Use
from policyengine.shapes.policy import FieldName, Policy
from policyengine.shapes.policy import Rule as AnyRule
from policyengine.shapes.predicate import TO_PEOPLE, Action, Rule, unproven_weight
from policyengine.shapes.rules import compile_rule, scope_condition

EXAMPLE = """\
kind: moderation
id: moderation.comments
title: What happens to hostile comments
owner: community
applies_to: comment
protected:
  - {id: criticism, title: Criticism of a product or the company stays, when: {target.about: [product, company]}}
rules:
  - {id: shouting, title: A person looks at shouting, when: {text: {contains: "!!!!"}}, then: hold, do: [warn]}
  - id: toxic
    title: Machines hide only what they are sure of
    score: scores.toxicity
    hide_at: 0.95
    queue_at: 0.60
    languages: [en, de, es]
"""

TAKING: Final = frozenset(["hide", "remove", "restrict"])
"""Actions that take something from somebody: they need certainty, whatever `if_unknown` says."""
NO_DECISION: Final = ("queue", "escalate")
"""Actions by which a person passes a record on, and decides nothing about it."""
_BAND_KEYS: Final = ("hide_at", "queue_at", "languages", "queue")
_OTHER_SHAPES: Final = ("then", "require", "otherwise", "for_each", "due")


class Protected(Part, frozen=True, kw_only=True):
    """What stays, whatever the rules say: criticism, counter-speech, quotation."""

    id: Annotated[Id, Doc("unique in the policy", "criticism")]
    title: Annotated[
        str, Tighter("any"), Doc("what is protected, in one line", "Criticism of a product or the company stays")
    ]
    when: Annotated[
        Condition, Use("loosens"), Doc("what it is; only a certain yes protects, and only a certain no does not")
    ]


class ModerationRule(AnyRule, frozen=True, kw_only=True):
    """A rule like any other, or bands of a score: `score` with `hide_at`, `queue_at` and `languages`, no outcome."""

    score: Annotated[FieldName | None, Doc("a score that another system computed", "scores.toxicity")] = None
    hide_at: Annotated[
        Share | None, Tighter("down", unsaid="loosest"), Doc("from here on: block, and hide", "0.95")
    ] = None
    queue_at: Annotated[
        Share | None, Tighter("down", unsaid="loosest"), Doc("from here on: hold, and a person looks", "0.60")
    ] = None
    languages: Annotated[
        list[str] | None,
        OneOrMore(),
        Tighter("more"),
        Doc("where the score was validated; elsewhere a person looks", "[en, de]"),
    ] = None
    queue: Annotated[
        str | None, Refers("team"), Tighter("any"), Doc("who looks (default: the policy's `queue`)", "community")
    ] = None
    window: Annotated[Window | None, Doc("how often something may happen within a stretch of time")] = None


class Moderation(Policy, frozen=True, kw_only=True):
    """What happens to what people write: what is protected, and rules about the rest."""

    protected: Annotated[list[Protected] | None, Tighter("fewer"), Doc("what wins over every rule below")] = None
    queue: Annotated[
        str | None,
        Refers("team"),
        Tighter("any"),
        Doc("who looks where nothing is certain (default: the owner)", "community"),
    ] = None
    # Never written to, so that a list of a narrower type is safe.
    rules: Annotated[list[ModerationRule], Tighter("more"), Doc("the rules; their order means nothing")]  # type: ignore[assignment]


def compile_moderation(body: Moderation, context: Context) -> Compiled:
    """Return the rules of a policy, each with what is protected from it; faults are reported."""
    _check_protected(body, context)
    scope = scope_condition(body, context)
    decided = _decided(context)
    protected = _protection(body, decided, context)
    compiled: list[Rule] = []
    windows: list[GroupRule] = []
    for written in body.rules:
        if written.window is not None:
            windows.extend(_windowed(written, written.window, body, context, scope))
            continue
        _check_rule(written, context)
        read = _plain if written.score is None else _band
        rule = read(written, body, context, scope)
        if rule is not None:
            compiled.append(_guarded(rule, protected))
    return Compiled(rules=tuple(compiled), group_rules=tuple(windows))


def _guarded(rule: Rule, protected: Gate | None) -> Rule:
    below = _guarded(rule.below, protected) if rule.below is not None else None
    return structs.replace(rule, protected=protected, below=below)


def _plain(written: ModerationRule, body: Moderation, context: Context, scope: Tree) -> Rule | None:
    rule = compile_rule(written, body, context, scope)
    return None if rule is None else structs.replace(rule, in_doubt=_queues(rule.actions, body.queue or body.owner))


# Windows ----------------------------------------------------------------------------------------------------------


def _windowed(
    written: ModerationRule, window: Window, body: Moderation, context: Context, scope: Tree
) -> Iterator[GroupRule]:
    """Yield a rule about how often something happens. What is protected does not count; what a person decided does."""
    for key in (*_OTHER_SHAPES[1:], "score", "when", *_BAND_KEYS):
        if getattr(written, key) is not None:
            help_ = "say which records count with `where` inside the window"
            _fault(written, context, "PE353", key, f"`{key}` does not go with `window`", help_)
    if written.then is None:
        _fault(written, context, "PE112", "window", f"`{written.id}` has no outcome", "add `then: hold` or another")
        return
    rule = compile_rule(written, body, context, scope, keyless=True)
    if rule is None:
        return
    rule = structs.replace(
        rule,
        outcome=written.then,
        severity=written.severity or SEVERITY_OF[written.then],
        unproven=unproven_weight(written.then, written.if_unknown),
        in_doubt=_queues(rule.actions, body.queue or body.owner),
        protected=_protection(body, None, context),
    )
    decided = _decided(context)
    found = compile_window(window, rule, context)
    if found is not None:
        yield structs.replace(found, spares=Gate.of(decided, "loosens", "decided") if decided is not None else None)


def _queues(actions: tuple[Action, ...], team: str) -> tuple[Action, ...]:
    """Return where a person finds the record: the queues that the rule names, else that of the team."""
    return tuple(a for a in actions if a.do == "queue") or (Action("queue", team),)


# Protection -------------------------------------------------------------------------------------------------------


def _decided(context: Context) -> Tree | None:
    """Return the condition that a person has decided, under its name."""
    decided = _person_decided(context)
    return Named("decided", "a person has decided", decided) if decided is not None else None


def _protection(body: Moderation, decided: Tree | None, context: Context) -> Gate | None:
    """Return what the rules leave alone: a person's decision, and everything protected. It is about the record."""
    found: list[Tree] = [] if decided is None else [decided]
    found.extend(Named(p.id, p.title, context.tree(p.when.node), p.when.node.span) for p in body.protected or ())
    return Gate.of(Any_(tuple(found)), "loosens", "protected") if found else None


def _person_decided(context: Context) -> Tree | None:
    """Return the condition that a person has decided about the record, for types that say what was done with them.

    A machine's action is no decision, nor is passing the record on. Without a word on whether it was automatic, only an
    action by somebody of the directory counts; by anybody else it is unknown, and a person looks.
    """
    assert context.record is not None  # noqa: S101 - a moderation policy applies to a type of record
    if any(context.record.field(f"moderation.{name}") is None for name in ("action", "by", "automatic", "overturned")):
        return None
    people: list[Plain] = [*sorted(context.world.directory.people)]
    by: list[Plain] = [{"moderation.automatic": {"exists": False}, "moderation.by": {"in": people}}] if people else []
    action: dict[str, Plain] = {"exists": True, "not_in": list(NO_DECISION)}
    condition: Plain = {
        "any_of": [
            {"moderation.overturned": {"exists": True, "is": True}},
            {"moderation.action": action, "any_of": [{"moderation.automatic": False}, *by]},
        ]
    }
    return context.tree(_node(condition, context.document.span(None, "id")))


def _node(plain: Plain, span: Span) -> Node:
    """Return data as if it had been written at a place."""
    if isinstance(plain, dict):
        return Node({key: _node(value, span) for key, value in plain.items()}, span)
    if isinstance(plain, list):
        return Node([_node(value, span) for value in plain], span)
    return Node(plain, span)


def _check_protected(body: Moderation, context: Context) -> None:
    seen: set[str] = set()
    for part in body.protected or ():
        if part.id in seen:
            span = context.document.value_span(part, "id")
            context.fault("PE350", f"`{part.id}` is protected twice", span, "give each its own id")
        seen.add(part.id)


# Bands ------------------------------------------------------------------------------------------------------------


def _band(written: ModerationRule, body: Moderation, context: Context, scope: Tree) -> Rule | None:
    """Return the rule of the upper band with that of the lower one below it, or None after reporting a fault."""
    rule = compile_rule(written, body, context, scope, keyless=True)
    path = _score(written, context)
    if rule is None or path is None:
        return None
    queues = _queues(rule.actions, written.queue or body.queue or body.owner)
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


def _limited(rule: Rule, band: Tree, outcome: Outcome, actions: tuple[Action, ...]) -> Rule:
    """Return a rule for one band of the score. A fact that is not told weighs `hold`, or what `if_unknown` says."""
    guard = band if rule.guard is ALWAYS else All((rule.guard, band))
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


# Faults -----------------------------------------------------------------------------------------------------------


def _fault(written: ModerationRule, context: Context, code: str, key: str, message: str, help_: str) -> None:
    """Report a fault at a key of a rule, or at the rule where the key is not there."""
    node = context.document.node_of(written)
    context.fault(code, message, node.keys.get(key, node.span), help_)


def _check_rule(written: ModerationRule, context: Context) -> None:
    if written.score is None:
        for key in _BAND_KEYS:
            if getattr(written, key) is not None:
                help_ = "write `do: {queue: …}`" if key == "queue" else "say which: `score: scores.toxicity`"
                message = f"`{key}` belongs to a score, and `{written.id}` names none"
                _fault(written, context, "PE352", key, message, help_)
    else:
        _check_bands(written, context)
        _check_languages(written, context)
    _check_taking(written, context)


def _check_bands(written: ModerationRule, context: Context) -> None:
    for key in _OTHER_SHAPES:
        if getattr(written, key) is not None:
            help_ = "the bands say what happens: from `hide_at` on block, from `queue_at` on hold"
            _fault(written, context, "PE353", key, f"`{key}` does not go with `score`", help_)
    if written.hide_at is None and written.queue_at is None:
        message = f"`{written.id}` does not say from which score on"
        _fault(written, context, "PE354", "score", message, "add `hide_at`, `queue_at`, or both")
    if written.hide_at is not None and written.queue_at is not None and written.hide_at < written.queue_at:
        help_ = "a person looks at what the machine is less sure of, so `queue_at` is the lower one"
        _fault(written, context, "PE354", "hide_at", "`hide_at` is below `queue_at`", help_)


def _check_taking(written: ModerationRule, context: Context) -> None:
    taking = sorted(_taking(written))
    if written.if_unknown == "block" and taking:
        help_ = f"`{taking[0]}` needs certainty: `if_unknown: hold`, and a person looks"
        _fault(written, context, "PE356", "if_unknown", f"`{written.id}` would act on what nobody knows", help_)
    if written.score is not None and written.hide_at is None and taking:
        help_ = "add `hide_at`, or leave the action out"
        _fault(written, context, "PE356", "do", f"`{written.id}` never hides, so it takes nothing away", help_)


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
        _fault(written, context, "PE355", "hide_at", "`hide_at` does not say for which languages", help_)
    if written.languages is not None and written.hide_at is None:
        help_ = "a person looks in every language anyway"
        _fault(written, context, "PE355", "languages", "`languages` without `hide_at`", help_)
    if written.hide_at is not None and "language" not in context.record.dimensions:
        message = f"a record of type {context.record.name} does not tell its language"
        _fault(written, context, "PE355", "hide_at", message, "use `queue_at`: a person looks")
    for index, name in enumerate(written.languages or ()):
        if not is_language(name):
            span = context.document.value_span(written, "languages", index)
            context.fault("PE355", f"`{name}` is not a language", span, "write a code such as `en` or `pt-BR`")


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


KIND = Kind(
    name="moderation",
    document=Moderation,
    meaning="what happens to what people write: what is protected, rules, and bands of scores",
    example=EXAMPLE,
    compile=compile_moderation,
    own_rules=True,
)
