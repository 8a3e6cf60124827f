"""What is known about the rules of a set, by name: for formats that explain each rule once."""

from __future__ import annotations

from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.guaranteeing import BROKEN
from policyengine.evaluate.waiving import RULES
from policyengine.policyset.units import Unit
from policyengine.report.findings import About


def about(policies: PolicySet | None) -> dict[str, About]:
    """Return title, owner and sources of each policy and rule, by its name."""
    found: dict[str, About] = {}
    for unit in policies.assembly.units if policies is not None else ():
        cited = _sources(unit)
        found[unit.id] = About(name=unit.id, title=unit.title, owner=unit.owner, sources=cited)
        for rule in unit.every_rule:
            found[rule.name] = About(name=rule.name, title=rule.title or unit.title, owner=unit.owner, sources=cited)
        if unit.guarantee is not None:
            name = f"{unit.id}/{BROKEN}"
            found[name] = About(name=name, title=unit.title, owner=unit.owner, sources=cited)
    for waiver in policies.assembly.waivers if policies is not None else ():
        title = f"A waiver of {waiver.waived}: {waiver.because}"
        for name in (waiver.id, *(f"{waiver.id}/{rule}" for rule in RULES)):
            found[name] = About(name=name, title=title, owner=waiver.owner)
    return found


def _sources(unit: Unit) -> tuple[tuple[str, str | None], ...]:
    body = unit.document.body if unit.document is not None else None
    return tuple((source.title, source.url) for source in getattr(body, "sources", None) or ())
