"""`kind: approval`: who has to say yes before a record may go out, in which order, and until when."""

from __future__ import annotations

from policyengine.kinds.approval.compiling import compile_approval
from policyengine.kinds.approval.written import Approval
from policyengine.shapes.contract import Kind

EXAMPLE = """\
kind: approval
id: approval.content
title: The riskier the content, the more people see it
owner: marketing_ops
applies_to: content
edits_that_void: {all_except: [labels, scheduled_at, links.utm]}
different_people: true
stages:
  - id: brand
    needs: {role: brand_manager}
    within: 4h
    calendar: market
  - id: legal
    after: brand
    when: {risk_tier: 1}
    needs: {any_of: [{role: counsel}, {team: legal, count: 2}]}
    within: 1 business day
    calendar: market
    warn_at: 75%
    on_timeout: expire
fast_track:
  title: Live reactions to a running event
  when: {labels: {includes: live_event}, risk_tier: 3}
  trusts: [labels]
  stages: [brand]
"""

KIND = Kind(
    name="approval",
    document=Approval,
    meaning="who has to say yes, in which order, and until when",
    example=EXAMPLE,
    compile=compile_approval,
)
