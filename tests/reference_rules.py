"""Verdicts by the reference evaluator: the rule's law of language.md, spelled out."""

from __future__ import annotations

from typing import Any

from policyengine.core.facts import NONE, UNTOLD
from policyengine.language.environment import Env
from policyengine.language.reference import answer, look
from policyengine.shapes.predicate import Rule


def verdicts(rule: Rule, env: Env) -> list[str]:
    """Return the verdicts of a rule: one, or one for each entry under `for_each`."""
    if rule.each is None:
        return [verdict(rule, env, env.record)]
    entries = look(rule.each, env, env.record)
    if entries is None:
        return ["unproven"]
    if entries is NONE or entries == []:
        return ["not_applicable"]
    return ["unproven" if e is UNTOLD else verdict(rule, env, e) for e in entries]


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
