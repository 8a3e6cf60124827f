"""A case as a timeline: what happened, who is told next, why nobody is, and where its clocks stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from policyengine.report.escalations import lines
from policyengine.report.ink import Ink
from tests.sets import policies

DIRECTORY = """\
kind: directory
id: directory
owner: care
people: {ana: {team: care}, ben: {team: legal}}
"""
POLICY = """\
kind: escalation
id: escalation.care
title: Every case reaches a person
owner: care
applies_to: incident
routes:
  - {id: outage, when: {category: platform_change}, to: desk}
  - {id: reports, when: {category: harassment}, to: desk, inhibited_by: [{id: larger, route: outage, same: platform}]}
  - {id: rest, to: desk}
mute: [{id: move, because: "servers move \\e[31m", when: {category: defect}, until: 2026-03-03}]
paths:
  desk:
    acknowledge_within: {high: 1h}
    steps: [{notify: {team: care}, via: [chat]}, {after: 2h, notify: {team: legal}}]
clocks: {first_response: {within: {any: 30 min}}}
"""
OPENED = {"event": "opened", "at": "2026-03-02T10:00:00Z"}


def drawn(minute: int, *events: dict[str, str], **told: Any) -> list[str]:
    """Return the lines of a case so many minutes after it was opened."""
    record = {"type": "incident", "id": "i", "severity": "high", "category": "pr", "platform": "x"} | told
    outage = {"type": "incident", "id": "o", "category": "platform_change", "platform": "x", "events": [OPENED]}
    at = datetime(2026, 3, 2, 10 + minute // 60, minute % 60, tzinfo=UTC)
    found = policies(DIRECTORY, POLICY).evaluate(
        record | {"events": [OPENED, *events]}, at=at, related=[outage], only=["escalation.*"]
    )
    return list(lines(found, Ink(signs=True)))


STEPS = (
    "  10:00  ● step 1  team care; to be acknowledged by 11:00",
    "  12:00  ○ step 2  team legal; to be acknowledged by 13:00",
)
CASES: dict[str, tuple[Callable[[], list[str]], list[str]]] = {
    "it waits for its first step": (
        partial(drawn, 10),
        [
            "escalation: escalation.care desk step 1 is waiting, with ana",
            "  10:00  ✓ begins",
            *STEPS,
            "clocks:",
            "  10:30  ● first_response  running, 10 min of 30 min",
        ],
    ),
    "a step that nobody acknowledged is late": (
        partial(drawn, 90),
        [
            "escalation: escalation.care desk step 1 is overdue, with ana, overdue by 30 min",
            "  10:00  ✓ begins",
            "  10:00  ! step 1  team care; to be acknowledged by 11:00",
            STEPS[1],
            "clocks:",
            "  10:30  ! first_response  late, 90 min of 30 min, over by 1h",
        ],
    ),
    "a muted case says why, until when, and who would have been told": (
        partial(drawn, 10, category="defect"),
        [
            "escalation: escalation.care desk step 1 is muted",
            "         ‖ muted   by `move` until Tue 3 Mar: servers move \\x1b[31m; would have told ana",
            "  10:00  ✓ begins",
            STEPS[0].replace("●", "‖"),
            STEPS[1],
            "clocks:",
            "  10:30  ● first_response  running, 10 min of 30 min",
        ],
    ),
    "an inhibited case names the other one": (
        partial(drawn, 10, category="harassment"),
        [
            "escalation: escalation.care desk step 1 is inhibited",
            "         ‖ inhibited  by `larger`, for the case `o`; would have told ana",
            "  10:00  ✓ begins",
            "  10:00  ‖ step 1     team care; to be acknowledged by 11:00",
            "  12:00  ○ step 2     team legal; to be acknowledged by 13:00",
            "clocks:",
            "  10:30  ● first_response  running, 10 min of 30 min",
        ],
    ),
    "who has it, and that it is over": (
        partial(
            drawn,
            60,
            {"event": "acknowledged", "at": "2026-03-02T10:20:00Z", "by": "ana"},
            {"event": "resolved", "at": "2026-03-02T10:40:00Z"},
        ),
        [
            "escalation: escalation.care desk step 1 is resolved",
            "  10:00  ✓ begins",
            "  10:00  – step 1        team care; to be acknowledged by 11:00",
            "  10:20  ✓ acknowledged  by ana",
            "  10:40  ✓ resolved",
            "clocks:",
            "  10:40  ! first_response  missed, 40 min of 30 min, over by 10 min",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_drawn(name: str) -> None:
    draw, expected = CASES[name]
    assert draw() == expected
