"""A small set with a rule, people and waivers, for tests of waivers and guarantees."""

from __future__ import annotations

from typing import Any

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from tests.sets import AT, policies

PEOPLE = """\
kind: directory
id: directory
owner: social
people:
  ana: {team: social}
  mei: {team: analytics, roles: [analyst]}
  kim: {team: legal, roles: [counsel]}
  lea: {team: legal, roles: [{role: counsel, from: 2026-05-20}]}
  greg: {team: legal, roles: [counsel], left_at: 2026-05-01}
markets: {GB: {zone: Europe/London}, DE: {zone: Europe/Berlin}, US: {zone: America/New_York}}
"""
LINKS = """\
kind: check
id: links.tagged
title: Links can be traced
owner: analytics
applies_to: content
rules:
  - {id: tagged, title: New platforms are tagged, when: {platform: [line, x]}, then: hold, do: [{queue: social}]}
  - {id: short, title: Texts stay short, when: {text: {length: {above: 20}}}, then: flag}
"""
WAIVER = """\
kind: waiver
id: waiver.line_trial
policy: links.tagged
rule: tagged
records: {campaign: spring_26, platform: line}
because: LINE is on trial until the summer
approved_by: {person: kim}
ticket: "SOC-412"
expires: 2026-07-31
"""
POST: dict[str, Any] = {
    "type": "content",
    "id": "p1",
    "status": "draft",
    "platform": "line",
    "campaign": "spring_26",
    "text": "hello",
    "author": {"id": "ana"},
    "markets": ["GB", "DE"],
}


def waiver(*changes: tuple[str, str], more: str = "") -> str:
    """Return the waiver with texts replaced, and further lines."""
    text = WAIVER
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text + more


FOR_GB = waiver(more="markets: [GB]\n")
"""The waiver for one of the post's markets."""


def waived_set(*waivers: str, links: str = LINKS) -> PolicySet:
    """Return the set with waivers."""
    return policies(PEOPLE, links, *waivers)


def judged(found: PolicySet, record: dict[str, Any] | None = None, **options: Any) -> Decision:
    """Return the Decision about the post with some fields changed (None: left out)."""
    whole = {key: value for key, value in {**POST, **(record or {})}.items() if value is not None}
    return found.evaluate(whole, at=options.pop("at", AT), **options)


def said(decision: Decision) -> list[str]:
    """Return what was found, as `rule verdict outcome [markets]`."""
    return [f"{f.name} {f.verdict} {f.outcome} {' '.join(f.markets)}".rstrip() for f in decision.findings]
