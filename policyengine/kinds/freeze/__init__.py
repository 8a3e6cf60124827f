"""`kind: freeze`: when nothing goes out, who says so, until when, and what may go out all the same."""

from __future__ import annotations

from policyengine.kinds.freeze.compiling import compile_freeze
from policyengine.kinds.freeze.written import Freeze
from policyengine.shapes.contract import Kind

EXAMPLE = """\
kind: freeze
id: freeze.crisis
title: In a crisis nothing promotional goes out
owner: communications
applies_to: content
started_by: freeze_order
may_declare: [{role: head_of_communications}, {role: general_counsel}]
lasts: 24h
covers: {markets: {includes_any: $order.markets}, platform: {in: $order.platforms}}
still_allowed:
  - id: crisis_statement
    when: {labels: {includes: crisis_statement}}
    approved_by: {role: head_of_communications}
lift: {count: 2, of: [{role: head_of_communications}, {role: general_counsel}]}
break_glass: {by: {role: general_counsel}, at_most: 4h}
approvals_given: ask_again
"""

KIND = Kind(
    name="freeze",
    document=Freeze,
    meaning="when nothing goes out, who says so, and what may go out all the same",
    example=EXAMPLE,
    compile=compile_freeze,
)
