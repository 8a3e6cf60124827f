"""`kind: escalation`: who looks at a case, in what time, who is next, and how long it takes."""

from __future__ import annotations

from policyengine.kinds.escalation.compiling import compile_escalation
from policyengine.kinds.escalation.document import Escalation
from policyengine.shapes.contract import Kind

EXAMPLE = """\
kind: escalation
id: escalation.platform_crisis
title: Misinformation reaches a person in minutes
owner: social
applies_to: incident
routes:
  - {id: misinformation, when: {category: misinformation, posts_per_hour: {at_least: 50}}, severity: high, to: newsroom}
  - {id: rest, to: community}
paths:
  community:
    acknowledge_within: {critical: 15 min, high: 1h, medium: 4h, low: 8h}
    steps: [{notify: {team: community}, via: [chat]}]
    clocks: {first_response: {within: {critical: 30 min, any: 4h}}}
  newsroom:
    calendar: always
    acknowledge_within: {high: 15 min}
    pause_while: {status: waiting_for_platform}
    steps:
      - {notify: {team: community}, via: [page]}
      - {after: 30 min, notify: [{role: head_of_social}, {team: legal}], all_acknowledge: true}
    deadlines: [{id: authority, title: Tell the authority, within: 72h, when: {breach: true}}]
"""

KIND = Kind(
    name="escalation",
    document=Escalation,
    meaning="who looks at a case, in what time, and who is next if they do not",
    example=EXAMPLE,
    compile=compile_escalation,
)
