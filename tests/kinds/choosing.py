"""What the tests of choices share: a small organisation, a choice, a policy that uses it, decisions."""

from __future__ import annotations

from functools import cache
from typing import Any

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from tests.sets import AT, policies

Record = dict[str, Any]

DIRECTORY = """\
kind: directory
id: directory
owner: social
teams: [social, legal]
people:
  kim: {team: social, roles: [{role: head_of_social, from: 2026-01-01}]}
  old: {team: social, roles: [{role: head_of_social, until: 2026-01-01}]}
  ana: {team: social}
  lou: {team: legal}
"""
CHOICE = """\
kind: choice
id: choices.publishing_model
owner: social
question: Who may publish?
options: [central, {id: decentralised, title: Every market on its own}]
criteria: [{criterion: cost, weight: 40%}, {criterion: speed, weight: 60%}]
may_decide: {any_of: [{role: head_of_social}, {person: lou}]}
evidence: evidence
review: {every: 6 months}
"""
CHECK = "kind: check\nid: publishing\ntitle: Publishing\nowner: social\napplies_to: content\n"
HEADQUARTERS = """\
rules:
  - id: headquarters
    title: Under the central model the head of social publishes
    when: {$choices.publishing_model: central, platform: tiktok}
    then: block
    message: "the model is {$choices.publishing_model}"
"""
POST: Record = {"type": "content", "id": "p1", "platform": "tiktok"}
MADE: Record = {
    "type": "choice",
    "id": "c1",
    "concerns": "choices.publishing_model",
    "status": "decided",
    "options": [
        {"option": "central", "scores": {"cost": 5, "speed": 4}},
        {"option": "decentralised", "scores": {"cost": 2, "speed": 3}},
    ],
    "chosen": "central",
    "evidence": ["survey"],
    "decided_by": "kim",
    "decided_at": "2026-02-03T10:00:00Z",
}


@cache
def given(check: str = CHECK + HEADQUARTERS, choice: str = CHOICE) -> PolicySet:
    """Return the set of one choice and one policy that uses it."""
    return policies(DIRECTORY, choice, check)


def made(*without: str, **changed: Any) -> Record:
    """Return a decision with nothing against it, changed."""
    return {name: value for name, value in (MADE | changed).items() if name not in without}


def about(record: Record, *related: Record, check: str = CHECK + HEADQUARTERS, choice: str = CHOICE) -> Decision:
    """Return the Decision about a record, with others beside it."""
    return given(check, choice).evaluate(record, at=AT, related=related, only=["publishing", "choices.*"])


def found(decision: Decision) -> dict[str, tuple[str, str]]:
    """Return what was found of choices: verdict and outcome by rule."""
    return {f.rule: (f.verdict, f.outcome) for f in decision.findings if f.policy.startswith("choices.")}


OTHER = made(id="c2", chosen="decentralised", override_reason="markets wait too long")
REVIEW = {"type": "review", "id": "r", "concerns": ["choices.publishing_model"], "completed_at": "2026-05-20T10:00:00Z"}
SCORELESS = [{"option": "central", "scores": {"cost": 5}}, {"option": "decentralised", "scores": {}}]
