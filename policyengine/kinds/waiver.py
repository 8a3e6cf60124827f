"""`kind: waiver`: one rule does not bind a few records for a while; somebody said so, why, and until when."""

from __future__ import annotations

from typing import Annotated

from msgspec import field

from policyengine.shapes.contract import Kind
from policyengine.shapes.parts import Condition, Day, Doc, OneOrMore, Part, Refers, Use
from policyengine.shapes.policy import Header

EXAMPLE = """\
kind: waiver
id: waiver.line_trial
policy: links.tagged
rule: source_known
records: {campaign: spring_26, platform: line}
because: LINE is on trial until the summer; analytics maps it by hand
approved_by: {person: kim}
ticket: "SOC-412"
expires: 2026-07-31
---
kind: check
id: links.tagged
title: Every campaign link can be traced
owner: analytics
applies_to: content
rules:
  - id: source_known
    title: utm_source is one that analytics reports on
    for_each: links
    require: {utm.source: [instagram, tiktok, youtube]}
    otherwise: hold
"""


class Approvers(Part, frozen=True, kw_only=True):
    """Who approved it."""

    person: Annotated[list[str], OneOrMore(), Refers("person"), Doc("a person of the directory, or several", "kim")]


class WaiverDocument(Header, frozen=True, kw_only=True):
    """A waiver: one rule, a narrow set of records, a reason, an approver, an end."""

    policy: Annotated[str, Refers("policy"), Doc("the policy of the rule", "links.tagged")]
    rule: Annotated[str, Doc("the id of the rule", "source_known")]
    records: Annotated[
        Condition, Use("loosens", "waived"), Doc("which records (only if certain)", "{campaign: spring_26}")
    ]
    markets: Annotated[
        list[Annotated[str, Refers("market")]] | None, OneOrMore(), Doc("only in these markets", "[GB]")
    ] = None
    because: Annotated[str, Doc("why the rule need not be kept there")]
    approved_by: Annotated[Approvers, Doc("who approved it; never the author of a record", "{person: kim}")]
    approved_at: Annotated[Day | None, Doc("the day on which it was approved", "2026-06-01")] = None
    ticket: Annotated[str | None, Doc("where it was talked about", '"SOC-412"')] = None
    from_: Annotated[Day | None, Doc("the first day on which it counts", "2026-06-01")] = field(
        default=None, name="from"
    )
    expires: Annotated[Day, Doc("the last day on which it counts", "2026-07-31")]


KIND = Kind(
    name="waiver",
    document=WaiverDocument,
    meaning="one rule does not bind a few records, for a while",
    example=EXAMPLE,
)
