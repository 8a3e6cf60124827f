"""`kind: review`: what people look at again and again, when it is due, and what is overdue. Judged for the set."""

from __future__ import annotations

from policyengine.kinds.review.compiling import compile_review
from policyengine.kinds.review.document import Review
from policyengine.shapes.contract import Kind

EXAMPLE = """\
kind: review
id: review.kpis
title: KPIs are reviewed every quarter, and whenever a platform changes its rules
owner: analytics
every: quarter
day: second Tuesday of the first month
grace: 10 business days
also_when: [{record: platform_change, within: 30d}]
evidence: [outcome, attendees, revised_targets]
concerns: [metrics.engagement_rate, metrics.share_of_voice]
"""

KIND = Kind(
    name="review",
    document=Review,
    meaning="what people look at again and again, when it is due and what is overdue",
    example=EXAMPLE,
    compile=compile_review,
)
