"""What the rules of a moderation policy leave alone: what is protected, and what a person has decided."""

from __future__ import annotations

from typing import Final

from policyengine.core.diagnostic import Span
from policyengine.core.source import Node, Plain
from policyengine.kinds.moderation.document import Moderation, Protected
from policyengine.language.environment import Env, EvaluationError
from policyengine.language.program import compile_condition
from policyengine.language.trace import missing_facts, name_of
from policyengine.language.tree import Any_, Computed, Named, Truth, depends_on_market, paths
from policyengine.language.tree import Condition as Tree
from policyengine.shapes.contract import Context
from policyengine.shapes.gate import Gate

NO_DECISION: Final = ("queue", "escalate")
"""Actions by which a person passes a record on, and decides nothing about it."""


def decided_by_a_person(context: Context) -> Tree | None:
    """Return the condition that a person has decided; one line in an explanation, whatever it is made of."""
    decided = _person_decided(context)
    if decided is None:
        return None
    program = compile_condition(decided)
    return Computed(
        "a person has decided",
        lambda env: program(env, env.record),
        reads=tuple(paths(decided)),
        missing=lambda env: missing_facts(decided, env, env.record),
        silent=("edited_at", "moderation.automatic"),
        span=decided.span,
    )


def protection(body: Moderation, decided: Tree | None, context: Context) -> Gate | None:
    """Return what the rules leave alone: a person's decision, and everything protected. It is about the record."""
    found: list[Tree] = [] if decided is None else [decided]
    found.extend(Named(p.id, p.title, _part(p, context), p.when.node.span) for p in body.protected or ())
    return Gate.of(Any_(tuple(found)), "loosens", "protected") if found else None


def _part(part: Protected, context: Context) -> Tree:
    """Return the condition that something is protected: unknown where only signs of it are there, and nobody said."""
    said = context.tree(part.when.node)
    signs = context.gate(part, "looks_like")
    if signs is None:
        return said
    asked = tuple(sorted({name_of(path) for path in paths(said)}))
    seen = compile_condition(signs.condition)

    def perhaps(env: Env) -> Truth:
        try:
            return False if seen(env, env.record) is False else None
        except EvaluationError:
            return None

    signed = Computed(
        f"looks like {part.id}",
        perhaps,
        reads=tuple(paths(signs.condition)),
        missing=lambda _: asked,
        by_market=depends_on_market(signs.condition),
        span=signs.condition.span,
    )
    return Any_((said, signed))


def _person_decided(context: Context) -> Tree | None:
    """Return the condition that a person has decided about the record, for types that say what was done with them.

    A machine's action is no decision, nor is passing the record on, nor what was decided before the text was edited.
    Without a word on whether it was automatic, only an action by somebody of the directory counts; by anybody else it
    is unknown, and a person looks.
    """
    assert context.record is not None  # noqa: S101 - a moderation policy applies to a type of record
    if any(context.record.field(f"moderation.{name}") is None for name in ("action", "by", "automatic", "overturned")):
        return None
    dated = all(context.record.field(name) is not None for name in ("edited_at", "moderation.at"))
    edited: Plain = {"edited_at": {"exists": True, "after": "$record.moderation.at"}}
    people: list[Plain] = [*sorted(context.world.directory.people)]
    by: list[Plain] = [{"moderation.automatic": {"exists": False}, "moderation.by": {"in": people}}] if people else []
    action: dict[str, Plain] = {"exists": True, "not_in": list(NO_DECISION)}
    condition: Plain = {
        "any_of": [
            {"moderation.overturned": {"exists": True, "is": True}},
            {"moderation.action": action, "any_of": [{"moderation.automatic": False}, *by]},
        ],
        **({"not": edited} if dated else {}),
    }
    return context.tree(_node(condition, context.document.span(None, "id")))


def _node(plain: Plain, span: Span) -> Node:
    """Return data as if it had been written at a place."""
    if isinstance(plain, dict):
        return Node({key: _node(value, span) for key, value in plain.items()}, span)
    if isinstance(plain, list):
        return Node([_node(value, span) for value in plain], span)
    return Node(plain, span)
