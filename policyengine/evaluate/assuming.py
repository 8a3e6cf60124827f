"""Assumptions: fields that a record does not tell count as a policy says, and are listed."""

from __future__ import annotations

from typing import Any

from policyengine.core.facts import UNTOLD, Facts
from policyengine.language.environment import Env
from policyengine.policyset.units import Assumed


def assume(
    assumptions: tuple[Assumed, ...], env: Env, facts: Facts
) -> tuple[Facts, tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Return the facts with assumptions filled in, those that were used, and those whose scope is undecided.

    `env` has the facts that the scopes read, which may be others than those that are filled in.
    All scopes are judged on the record as it is, so that the order of assumptions means nothing; of two for one field,
    the first by id is taken.
    """
    used: list[dict[str, Any]] = []
    undecided: list[dict[str, Any]] = []
    chosen: dict[str, Assumed] = {}
    for assumed in assumptions:
        if _told(facts, assumed.field):
            continue
        truth = True if assumed.scope is None else assumed.scope.truth(env)
        if truth:
            chosen.setdefault(assumed.field, assumed)
        elif truth is None and assumed.scope is not None:
            undecided.append(
                {"policy": assumed.policy, "what": "only_for", "missing": list(assumed.scope.missing(env))}
            )
    for field, assumed in sorted(chosen.items()):
        facts = _with(facts, field.split("."), assumed.value)
        used.append({"policy": assumed.policy, "field": field, "because": assumed.because})
    return facts, tuple(used), tuple(undecided)


def _told(facts: Facts, field: str) -> bool:
    value: Any = facts
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value is not None and value is not UNTOLD


def _with(facts: Facts, parts: list[str], value: Any) -> Facts:
    inner = facts.get(parts[0])
    if len(parts) == 1:
        return {**facts, parts[0]: value}
    return {**facts, parts[0]: _with(inner if isinstance(inner, dict) else {}, parts[1:], value)}
