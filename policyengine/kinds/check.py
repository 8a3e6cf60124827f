"""`kind: check`: rules about records, or about groups of them, and nothing else."""

from __future__ import annotations

from typing import Annotated

from policyengine.shapes.across import Across, compile_across
from policyengine.shapes.contract import Compiled, Context, Kind
from policyengine.shapes.parts import Doc, Tighter
from policyengine.shapes.policy import Policy, Rule
from policyengine.shapes.rules import compile_rules

EXAMPLE = """\
kind: check
id: links.tagged
title: Every campaign link can be traced
owner: analytics
applies_to: content
only_for: {campaign: {exists: true}}
rules:
  - id: source_told
    title: Links say where the visit comes from
    for_each: links
    when: {internal: false}
    require: {utm.source: {exists: true}}
    otherwise: hold
    fix: add utm_source to the link
"""


class Check(Policy, frozen=True, kw_only=True):
    """Rules about records, or, with `across`, about groups of them."""

    across: Annotated[Across | None, Doc("the rules are about groups of records", "{by: [owner], period: week}")] = None
    rules: Annotated[list[Rule], Tighter("more"), Doc("the rules; their order means nothing")]


def compile_check(body: Check, context: Context) -> Compiled:
    """Return the rules of a check: about each record, or about groups of the records given."""
    if body.across is None:
        return Compiled(rules=compile_rules(body, context))
    return Compiled(group_rules=compile_across(body.across, body, context))


KIND = Kind(
    name="check",
    document=Check,
    meaning="rules about records of one type, or about groups of them",
    example=EXAMPLE,
    compile=compile_check,
    own_rules=True,
)
