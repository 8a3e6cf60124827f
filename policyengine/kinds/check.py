"""`kind: check`: rules about records, and nothing else."""

from __future__ import annotations

from typing import Annotated

from policyengine.shapes.contract import Kind
from policyengine.shapes.parts import Doc, Tighter
from policyengine.shapes.policy import Policy, Rule

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
    """Rules about records."""

    rules: Annotated[list[Rule], Tighter("more"), Doc("the rules; their order means nothing")]


KIND = Kind(name="check", document=Check, meaning="rules about records of one type", example=EXAMPLE)
