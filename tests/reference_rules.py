"""Verdicts by the reference evaluator: the rule's law of language.md, spelled out."""

from __future__ import annotations

from typing import Any

from policyengine.core.facts import NONE, UNTOLD
from policyengine.language.environment import Env
from policyengine.language.reference import answer, look
from policyengine.language.tree import All, Named
from policyengine.shapes.predicate import Rule


def verdicts(rule: Rule, env: Env) -> list[str]:
    """Return the verdicts of a rule: one, or one for each entry under `for_each`."""
    if rule.each is None:
        return [verdict(rule, env, env.record)]
    entries = look(rule.each, env, env.record)
    if entries is None:
        return [untold(rule, env)]
    if entries is NONE or entries == []:
        return ["not_applicable"]
    return [untold(rule, env) if e is UNTOLD else verdict(rule, env, e) for e in entries]


def untold(rule: Rule, env: Env) -> str:
    """Return the verdict about entries that nobody told: a scope or a definition that is no keeps the rule silent."""
    parts = [rule.guard]
    while any(isinstance(part, All) for part in parts):
        parts = [inner for part in parts for inner in (part.items if isinstance(part, All) else (part,))]
    about_record = [part for part in parts if isinstance(part, Named)]
    return "not_applicable" if "no" in [answer(part, env, env.record) for part in about_record] else "unproven"


def verdict(rule: Rule, env: Env, here: Any) -> str:
    """Return the verdict of a rule about one thing."""
    guard = answer(rule.guard, env, here)
    requirement = "no" if rule.requirement is None else answer(rule.requirement, env, here)
    exempt = "no" if rule.exempt is None else answer(rule.exempt.condition, env, here)
    if guard == "no":
        return "not_applicable"
    if requirement == "yes":
        return "pass"
    if exempt == "yes":
        return "not_applicable"
    return "fail" if guard == "yes" and requirement == "no" else "unproven"
