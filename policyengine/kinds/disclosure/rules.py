"""A document → its rules: one for each thing that may be lacking, over one shared analysis of the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct, structs

from policyengine.core.decision import SEVERITY_OF, Outcome, lightest
from policyengine.core.diagnostic import PathPart, Span
from policyengine.kinds.disclosure.judge import Analysis, analysis
from policyengine.kinds.disclosure.owing import IF_TOLD, NOT_TOLD, signs_of
from policyengine.kinds.disclosure.pack import Pack
from policyengine.kinds.disclosure.pack import Rule as Name
from policyengine.kinds.disclosure.post import read_post, told
from policyengine.kinds.disclosure.union import jurisdictions
from policyengine.language.environment import Env
from policyengine.language.message import Slot, Template
from policyengine.language.program import compile_condition
from policyengine.language.scope import resolve
from policyengine.language.trace import name_of
from policyengine.language.tree import All, Computed, Condition, Const, Path, Truth, paths
from policyengine.shapes.contract import Context
from policyengine.shapes.gate import Gate
from policyengine.shapes.predicate import Rule, unproven_weight
from policyengine.shapes.rules import compile_rules, releaser_text, releasers, scope_condition


class About(Struct, frozen=True):
    """A rule of the kind: its title, and the keys of the document that it comes from."""

    title: str
    keys: tuple[str, ...]


class Frame(Struct, frozen=True, eq=False):
    """What all rules of a document share."""

    pack: Pack
    context: Context
    scope: Condition
    exempt: Gate | None


ABOUT: Final[dict[Name, About]] = {
    "no_label": About("A label says what the connection is", ("labels",)),
    "unclear_label": About("The label is one that readers understand", ("not_enough",)),
    "secondary_only": About("Words that may stand beside a label do not replace it", ("beside_a_label",)),
    "label_to_judge": About("A person judges labels that may not be clear enough", ("labels",)),
    "contradicted": About("Nothing denies the connection", ("denied_by",)),
    "behind_fold": About("The label is seen before the post is opened", ("placement", "before_fold")),
    "position": About("The label stands where it is looked for", ("placement", "position")),
    "hashtag_run": About("The label is not lost among tags", ("placement", "hashtag_run")),
    "wrong_place": About("The label stands with the post", ("placement", "never_alone")),
    "frames": About("The label stands on every slide that needs it", ("placement", "story")),
    "screen_time": About("The label is on the screen long enough", ("placement", "video")),
    "late": About("The label comes at the beginning", ("placement", "video")),
    "not_in_video": About("The label is in the video", ("placement", "video")),
    "not_spoken": About("The label is spoken", ("placement", "audio")),
    "not_repeated": About("The label comes again for those who join later", ("placement", "live")),
    "illegible": About("The label can be read", ("placement", "legible")),
    "language": About("The label is in a language that the readers know", ("placement", "language")),
    "platform_label_only": About("The platform's own label alone is looked at by a person", ("platform_label_alone",)),
    "presumed": About("A connection that signs or the law speak for is labelled", ("connection_none",)),
    "contract_active": About("Posts of creators under contract are labelled", ("under_contract",)),
    "creator_threshold": About("Large creators use the labels that they must use", ("labels",)),
}
_SILENT: Final[dict[Name, tuple[str, ...]]] = {
    "frames": ("sponsorship.frame_count",),
    "illegible": ("sponsorship.disclosures.legible",),
    "language": ("language",),
    "position": ("sponsorship.disclosures.position",),
    "screen_time": ("sponsorship.disclosures.from_s", "sponsorship.disclosures.until_s"),
}
_ELSEWHERE: Final[dict[Name, tuple[tuple[str, ...], ...]]] = {
    "behind_fold": (("placement", "first_lines"),),
    "frames": (("placement", "carousel"),),
    "screen_time": (("placement", "story"),),
    "late": (("placement", "audio"),),
    "not_spoken": (("placement", "live"),),
    "not_repeated": (("placement", "audio"),),
    "presumed": (("connection_not_told",),),
    "unclear_label": (("labels",),),
}


def rules_of(pack: Pack, context: Context) -> tuple[Rule, ...]:
    """Return the rules of a document: those on labels, and its own `rules`, for its market only."""
    own = tuple(_bound(rule, pack) for rule in compile_rules(pack.body, context))
    if not pack.groups:
        return own
    exempt = context.gate(pack.body, "no_label_needed", says=f"{pack.body.id} no_label_needed")
    frame = Frame(pack, context, scope_condition(pack.body, context), exempt)
    idle = _idle(pack)
    spans = {name: _span(name, context) for name in ABOUT if name not in idle}
    made = [_rule(name, frame, span) for name, span in spans.items() if span is not None]
    return (*own, *made)


def _idle(pack: Pack) -> frozenset[Name]:
    """Return the rules for which a document has no label."""
    judged = any(group.to_judge or group.everyday for group in pack.groups)
    bounded = any(group.unfit is not None for group in pack.groups)
    idle: list[Name] = [] if judged else ["label_to_judge"]
    return frozenset(idle if bounded else [*idle, "creator_threshold"])


def _span(name: Name, context: Context) -> Span | None:
    """Return the line that a rule comes from, None where the document asks nothing of the kind."""
    for keys in (ABOUT[name].keys, *_ELSEWHERE.get(name, ())):
        parts: tuple[PathPart, ...] = keys
        if context.document.node.at(parts) is not None:
            return context.document.node.span_at(parts, key=True)
    return None


def _bound(rule: Rule, pack: Pack) -> Rule:
    """Return a written rule for the document's market only; untold it is unproven, of low confidence it holds.

    One that asks for the connection is silent while none is told and nothing is a sign of one: `no_label` names it.
    """
    market = Computed("the market is told", _market_told, missing=lambda _: ("markets",))
    asks = any(name_of(path) == NOT_TOLD for path in paths(rule.guard))
    guard = All((market, *((_connection_of(pack),) if asks else ()), rule.guard))
    outcome = pack.weight(rule.outcome)
    return structs.replace(
        rule,
        guard=guard,
        guarded=compile_condition(guard),
        outcome=outcome,
        unproven=lightest(rule.unproven, outcome),
        jurisdictions=jurisdictions(pack.market),
        confidence=pack.body.confidence,
    )


def _connection_of(pack: Pack) -> Computed:
    """Return the test that a connection is told, or a sign of one is seen."""

    def run(env: Env) -> Truth:
        if told(env.record, "sponsorship", "connection") is not None:
            return True
        return bool(signs_of(read_post(env.record), pack))

    return Computed("a connection is told, or a sign of one is seen", run, silent=(NOT_TOLD, *IF_TOLD))


def _market_told(env: Env) -> Truth:
    return None if env.market is None else True


def _rule(name: Name, frame: Frame, span: Span) -> Rule:
    pack, context = frame.pack, frame.context
    guard = All((frame.scope, _owing(pack, context, span)))
    requirement = _fulfilled(name, pack, context, span)
    outcome: Outcome = pack.weight("block")
    return Rule(
        policy=pack.body.id,
        id=name,
        title=ABOUT[name].title,
        guard=guard,
        guarded=compile_condition(guard),
        requirement=requirement,
        required=compile_condition(requirement),
        outcome=outcome,
        severity=SEVERITY_OF[outcome],
        unproven=unproven_weight(outcome, None),
        message=Template((_slot(name, pack, "message"),)),
        fix=Template((_slot(name, pack, "fix"),)),
        exempt=frame.exempt,
        released_by=releaser_text(None, pack.body.owner),
        releasers=releasers(None, pack.body.owner),
        jurisdictions=jurisdictions(pack.market),
        confidence=pack.body.confidence,
        weigh=_weigher(name, frame),
        span=span,
    )


def _if_told(pack: Pack) -> tuple[str, ...]:
    """Return the fields that speak for a connection only where they are told."""
    signs = pack.body.connection_none
    judged = signs is not None and signs.excessively_promotional is not None
    return (*IF_TOLD, "sponsorship.judgements") if judged else IF_TOLD


def _owing(pack: Pack, context: Context, span: Span) -> Computed:
    def run(env: Env) -> Truth:
        truth = analysis(env, pack).owed.truth
        return None if truth and env.market is None else truth

    def missing(env: Env) -> tuple[str, ...]:
        told = analysis(env, pack).owed.truth is not None
        return (() if told else (NOT_TOLD,)) + (("markets",) if env.market is None else ())

    return Computed(
        "a label is owed",
        run,
        reads=_paths(context, NOT_TOLD),
        missing=missing,
        detail=lambda env: analysis(env, pack).owed.because,
        by_market=True,
        silent=_if_told(pack),
        span=span,
    )


def _fulfilled(name: Name, pack: Pack, context: Context, span: Span) -> Computed:
    def run(env: Env) -> Truth:
        lack = analysis(env, pack).lacks.get(name)
        return True if lack is None else False if lack.certain else None

    def missing(env: Env) -> tuple[str, ...]:
        lack = analysis(env, pack).lacks.get(name)
        return lack.missing if lack is not None else ()

    def where(env: Env) -> tuple[PathPart, ...] | None:
        lack = analysis(env, pack).lacks.get(name)
        return lack.path or None if lack is not None else None

    def within(env: Env) -> tuple[int, int] | None:
        lack = analysis(env, pack).lacks.get(name)
        return lack.within if lack is not None else None

    return Computed(
        ABOUT[name].title,
        run,
        reads=_paths(context, "text", "sponsorship.disclosures"),
        missing=missing,
        detail=lambda env: _detail(analysis(env, pack)),
        where=where,
        within=within,
        by_market=True,
        silent=_SILENT.get(name, ()),
        span=span,
    )


def _detail(found: Analysis) -> str:
    return "labels: " + (", ".join(f"`{seen}`" for seen in found.labels) if found.labels else "none")


def _paths(context: Context, *names: str) -> tuple[Path, ...]:
    """Return the record's fields that a test reads; a schema of one's own may lack some."""
    found = (resolve(name, context.scope, context.document.span(), lambda _: None) for name in names)
    return tuple(path for path in found if path is not None)


def _slot(name: Name, pack: Pack, part: str) -> Slot:
    def read(env: Env, _: object) -> str:
        lack = analysis(env, pack).lacks.get(name)
        return str(getattr(lack, part)) if lack is not None else ABOUT[name].title

    return Slot(Const("", part), read, share=False)


def _weigher(name: Name, frame: Frame) -> Callable[[Env], Outcome]:
    in_scope = compile_condition(frame.scope)

    def weigh(env: Env) -> Outcome:
        lack = analysis(env, frame.pack).lacks.get(name)
        if lack is None:
            return "allow"
        certain = env.market is not None and in_scope(env, env.record) is True
        return lack.outcome if certain else lightest("hold", lack.outcome)

    return weigh
