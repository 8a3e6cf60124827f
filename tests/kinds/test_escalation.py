"""Escalations: routes, steps, clocks and deadlines, from events and a time."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.codes import CODES
from policyengine.core.decision import Decision
from policyengine.core.reader_yaml import read_yaml
from policyengine.evaluate.engine import PolicySet, all_schemas
from policyengine.kinds.escalation import EXAMPLE
from policyengine.policyset.assembling import assemble
from policyengine.shapes.hops import ORDER
from tests.sets import faults, loaded, policies

DIRECTORY = """\
kind: directory
id: directory
owner: social
teams: [social, community, legal, communications, product]
people:
  ana: {team: community}
  ben: {team: community, absent: [{from: 2026-03-16, until: 2026-03-23, deputy: ana}]}
  cy: {team: social, roles: [head_of_social]}
  dana: {team: legal, roles: [general_counsel], absent: [{from: 2026-03-02, until: 2026-03-06}]}
  eva: {team: legal}
  finn: {team: communications, roles: [press_officer]}
  gus: {team: product}
  zoe: {team: community, left_at: 2026-01-31}
on_call: {community: {people: [ana, ben], change: weekly, from: 2026-03-02}}
calendars: {uk_office: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:30"}, holidays: GB-ENG},
            us_office: {zone: America/New_York, hours: {monday to friday: "09:00 to 17:00"}}}
markets: {GB: {calendar: uk_office}, US: {calendar: us_office}}
"""

POLICY = """\
kind: escalation
id: escalation.crisis
title: Every case reaches a person
owner: social
applies_to: incident
routes:
  - {id: raid, when: {category: hate_raid}, severity: critical, to: war_room}
  - {id: press, when: {category: media_inquiry}, severity: high, to: joint}
  - {id: abroad, when: {category: pr}, to: markets}
  - {id: rest, to: desk}
paths:
  desk:
    calendar: uk_office
    acknowledge_within: {critical: 15 min, high: 1h, medium: 4h, low: 1 business day}
    pause_while: {status: [waiting_for_user, waiting_for_platform]}
    steps:
      - {notify: {team: community}, via: [chat]}
      - {notify: {role: head_of_social}, via: [email], acknowledge_within: 2h}
  war_room:
    acknowledge_within: {critical: 15 min}
    steps:
      - {notify: {on_call: community}, via: [page], repeat: 5 min}
      - {after: 30 min, notify: [{role: head_of_social}, {team: legal}], all_acknowledge: true}
      - {after: 2h, notify: {person: finn}, acknowledge_within: 1h}
    deadlines:
      - id: authority
        title: Tell the authority
        within: 72h
        when: {breach: true}
        met_when: {actions: {some: {action: authority_told}}}
      - {id: statement, within: 2 business days, from: detected_at}
    first_actions: [{do: rate_limit, within: 30 min}]
  joint:
    acknowledge_within: {high: 30 min}
    steps: [{notify: [{team: communications}, {team: legal}, {role: head_of_social}], all_acknowledge: true}]
  markets:
    calendar: market
    acknowledge_within: {critical: 1h, high: 1h, medium: 1h, low: 1h}
    steps: [{notify: {team: community}}]
"""


@cache
def crisis() -> PolicySet:
    return policies(DIRECTORY, POLICY)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def event(text: str) -> dict[str, str]:
    """Read `acknowledged 2026-03-02T10:00 by=ana status=open`."""
    name, at, *rest = text.split()
    return {"event": name, "at": f"{at}:00Z"} | dict(part.split("=") for part in rest)


def decide(at: str, *events: str, policy_set: PolicySet | None = None, **record: Any) -> Decision:
    told = {"events": [event(e) for e in events]} if events else {}
    incident = {"type": "incident", "id": "inc-1", "category": "other", "severity": "high"} | told | record
    given_facts = {name: value for name, value in incident.items() if value is not None}
    return (policy_set or crisis()).evaluate(given_facts, at=utc(at))


def state(at: str, *events: str, **record: Any) -> str:
    """Return the one escalation of a record in words: `waiting 1 ana,ben next=… late=…`."""
    (found,) = decide(at, *events, **record).escalations
    words = [found["status"], str(found["step"]), ",".join(found["holder"])]
    words += [f"next={found['next_at'][:-4]}"] if found["next_at"] else []
    words += [f"late={found['overdue_by']}"] if found["overdue_by"] else []
    return " ".join(word for word in words if word)


RAID: dict[str, Any] = {"category": "hate_raid", "severity": None}
PRESS: dict[str, Any] = {"category": "media_inquiry", "severity": None}
OPENED = "opened 2026-03-02T10:00"

# 2 March 2026 is a Monday. Desk: 09:00 to 17:30 in London, one hour for a high case, then the head of social.
STATES: dict[str, tuple[str, str, tuple[str, ...], dict[str, Any]]] = {
    "waits for the first step": ("2026-03-02T10:30", "waiting 1 ana,ben next=2026-03-02T11:00", (OPENED,), {}),
    "is in time at the last second": ("2026-03-02T10:59", "waiting 1 ana,ben next=2026-03-02T11:00", (OPENED,), {}),
    "goes to the next step when the time ran out": ("2026-03-02T11:30", "overdue 2 cy late=30 min", (OPENED,), {}),
    "has the next step at the very moment, and is not late yet": ("2026-03-02T11:00", "waiting 2 cy", (OPENED,), {}),
    "is with who acknowledged": (
        "2026-03-02T15:00",
        "acknowledged 1 ben",
        (OPENED, "acknowledged 2026-03-02T10:20 by=ben"),
        {},
    ),
    "an acknowledgement at the last moment counts for its step": (
        "2026-03-02T15:00",
        "acknowledged 1 ben",
        (OPENED, "acknowledged 2026-03-02T11:00 by=ben"),
        {},
    ),
    "an acknowledgement that is still to come does not count": (
        "2026-03-02T10:10",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (OPENED, "acknowledged 2026-03-02T10:20 by=ben"),
        {},
    ),
    "whoever was told first may still acknowledge late": (
        "2026-03-02T15:00",
        "acknowledged 2 ana",
        (OPENED, "acknowledged 2026-03-02T11:20 by=ana"),
        {},
    ),
    "somebody of a later step may take it early": (
        "2026-03-02T15:00",
        "acknowledged 1 cy",
        (OPENED, "acknowledged 2026-03-02T10:05 by=cy"),
        {},
    ),
    "an acknowledgement by an outsider does not count": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (OPENED, "acknowledged 2026-03-02T10:20 by=gus"),
        {},
    ),
    "an acknowledgement by somebody who left does not count": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (OPENED, "acknowledged 2026-03-02T10:20 by=zoe"),
        {},
    ),
    "an acknowledgement by nobody does not count": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (OPENED, "acknowledged 2026-03-02T10:20"),
        {},
    ),
    "a reply is no acknowledgement": (
        "2026-03-02T11:30",
        "overdue 2 cy late=30 min",
        (OPENED, "replied 2026-03-02T10:20 by=ana"),
        {},
    ),
    "nothing runs after it is resolved": (
        "2026-03-09T10:00",
        "resolved 1",
        (OPENED, "resolved 2026-03-02T10:20 by=ana"),
        {},
    ),
    "a resolution at the moment of an acknowledgement wins": (
        "2026-03-09T10:00",
        "resolved 1",
        (OPENED, "resolved 2026-03-02T10:20", "acknowledged 2026-03-02T10:20 by=ana"),
        {},
    ),
    "a status alone can resolve it": ("2026-03-09T10:00", "resolved 2", (OPENED,), {"status": "closed"}),
    "a status of today says nothing about before the resolution": (
        "2026-03-02T10:10",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (OPENED, "resolved 2026-03-05T10:00"),
        {"status": "closed"},
    ),
    "opened again, it begins anew": (
        "2026-03-03T10:30",
        "waiting 1 ana,ben next=2026-03-03T11:00",
        (OPENED, "acknowledged 2026-03-02T10:05 by=ana", "resolved 2026-03-02T10:20", "opened 2026-03-03T10:00"),
        {},
    ),
    "opened twice without a resolution is opened once": (
        "2026-03-02T11:30",
        "overdue 2 cy late=30 min",
        (OPENED, "opened 2026-03-02T10:50"),
        {},
    ),
    "it has not begun before it is reported": (
        "2026-03-01T10:00",
        "not_started 0 next=2026-03-02T10:00",
        (),
        {"reported_at": "2026-03-02T10:00:00Z"},
    ),
    "without an opening the report begins it": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (),
        {"reported_at": "2026-03-02T10:00:00Z", "detected_at": "2026-03-02T08:00:00Z"},
    ),
    "without a report its detection begins it": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (),
        {"detected_at": "2026-03-02T10:00:00Z", "created_at": "2026-03-02T09:00:00Z"},
    ),
    "else when the record was made": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (),
        {"created_at": "2026-03-02T10:00:00Z"},
    ),
    "with no time at all everybody is told at once": ("2026-03-02T10:30", "unproven 2 ana,ben,cy", (), {}),
    "with no time at all an acknowledgement still counts": (
        "2026-03-02T10:30",
        "acknowledged 2 ana",
        ("acknowledged 2026-03-02T10:00 by=ana",),
        {},
    ),
    # Severity
    "a low case has a business day": (
        "2026-03-03T09:30",
        "waiting 1 ana,ben next=2026-03-03T10:00",
        (OPENED,),
        {"severity": "low"},
    ),
    "an untold severity has the shortest time": (
        "2026-03-02T10:10",
        "waiting 1 ana,ben next=2026-03-02T10:15",
        (OPENED,),
        {"severity": None},
    ),
    # Opening hours
    "the clock stands still at night": (
        "2026-03-02T22:00",
        "off_hours 1 ana,ben next=2026-03-03T09:30",
        ("opened 2026-03-02T17:00",),
        {},
    ),
    "and goes on in the morning": (
        "2026-03-03T09:45",
        "overdue 2 cy late=15 min",
        ("opened 2026-03-02T17:00",),
        {},
    ),
    "and over the weekend": (
        "2026-03-07T12:00",
        "off_hours 1 ana,ben next=2026-03-09T09:30",
        ("opened 2026-03-06T17:00",),
        {},
    ),
    "and over Easter": (
        "2026-04-05T12:00",
        "off_hours 1 ana,ben next=2026-04-07T08:30",
        ("opened 2026-04-02T16:00",),
        {},
    ),
    "an hour of the office is an hour when the clocks go forward": (
        "2026-03-30T08:10",
        "waiting 1 ana,ben next=2026-03-30T08:30",
        ("opened 2026-03-27T17:00",),
        {},
    ),
    "lateness is counted in opening hours": (
        "2026-03-03T09:10",
        "overdue 2 cy late=70 min",
        ("opened 2026-03-02T15:30",),
        {},
    ),
    # Pauses
    "a pause stops the clock": (
        "2026-03-02T14:00",
        "paused 1 ana,ben",
        (OPENED, "paused 2026-03-02T10:30"),
        {},
    ),
    "after a pause the rest of the time is left": (
        "2026-03-02T14:10",
        "waiting 1 ana,ben next=2026-03-02T14:30",
        (OPENED, "paused 2026-03-02T10:30", "resumed 2026-03-02T14:00"),
        {},
    ),
    "a pause does not undo lateness": (
        "2026-03-02T14:00",
        "paused 2 cy late=30 min",
        (OPENED, "paused 2026-03-02T11:30"),
        {},
    ),
    "a pause over night loses no opening time twice": (
        "2026-03-03T09:20",
        "waiting 1 ana,ben next=2026-03-03T09:30",
        (OPENED, "paused 2026-03-02T10:30", "resumed 2026-03-03T09:00"),
        {},
    ),
    "a status that waits for others pauses": (
        "2026-03-02T14:00",
        "paused 1 ana,ben",
        (OPENED, "replied 2026-03-02T10:30 status=waiting_for_user"),
        {},
    ),
    "until the status changes": (
        "2026-03-02T14:10",
        "waiting 1 ana,ben next=2026-03-02T14:30",
        (OPENED, "replied 2026-03-02T10:30 status=waiting_for_user", "replied 2026-03-02T14:00 status=open"),
        {},
    ),
    "a status without a time pauses now, and not before": (
        "2026-03-02T11:30",
        "paused 2 cy late=30 min",
        (OPENED,),
        {"status": "waiting_for_user"},
    ),
    "resumed beats the status before it": (
        "2026-03-02T14:10",
        "waiting 1 ana,ben next=2026-03-02T14:30",
        (OPENED, "paused 2026-03-02T10:30 status=waiting_for_user", "resumed 2026-03-02T14:00"),
        {},
    ),
    "a pause at the moment of a resumption wins": (
        "2026-03-02T14:10",
        "paused 1 ana,ben",
        (OPENED, "paused 2026-03-02T10:30", "resumed 2026-03-02T14:00", "paused 2026-03-02T14:00"),
        {},
    ),
    # Hand-over
    "handed over, it waits for the other side": (
        "2026-03-02T10:40",
        "waiting 1 eva next=2026-03-02T11:30",
        (OPENED, "acknowledged 2026-03-02T10:05 by=ana", "handed_over 2026-03-02T10:30 by=ana to=legal"),
        {},
    ),
    "who handed it over does not answer for the other side": (
        "2026-03-02T10:40",
        "waiting 1 eva next=2026-03-02T11:30",
        (OPENED, "handed_over 2026-03-02T10:30 by=ana to=legal", "acknowledged 2026-03-02T10:35 by=ana"),
        {},
    ),
    "the other side acknowledges": (
        "2026-03-02T15:00",
        "acknowledged 1 eva",
        (OPENED, "handed_over 2026-03-02T10:30 by=ana to=legal", "acknowledged 2026-03-02T10:45 by=eva"),
        {},
    ),
    "a side that does not acknowledge is passed over": (
        "2026-03-02T12:00",
        "overdue 2 cy late=30 min",
        (OPENED, "handed_over 2026-03-02T10:30 by=ana to=legal"),
        {},
    ),
    "handed over to nobody who is known, it stays": (
        "2026-03-02T10:40",
        "waiting 1 ana,ben next=2026-03-02T11:00",
        (OPENED, "handed_over 2026-03-02T10:30 by=ana to=lgeal"),
        {},
    ),
    "handed over without saying to whom, it is to be acknowledged again": (
        "2026-03-02T10:40",
        "waiting 1 ana,ben next=2026-03-02T11:30",
        (OPENED, "acknowledged 2026-03-02T10:05 by=ana", "handed_over 2026-03-02T10:30 by=ana"),
        {},
    ),
    "handed over to a role and to a person": (
        "2026-03-02T10:50",
        "waiting 1 gus next=2026-03-02T11:40",
        (OPENED, "handed_over 2026-03-02T10:30 to=head_of_social", "handed_over 2026-03-02T10:40 to=gus"),
        {},
    ),
    # Around the clock, on call, each side
    "whoever is on call is paged": (
        "2026-03-02T03:05",
        "waiting 1 ana next=2026-03-02T03:30",
        ("opened 2026-03-02T03:00",),
        RAID,
    ),
    "next week it is somebody else": (
        "2026-03-09T03:05",
        "waiting 1 ben next=2026-03-09T03:30",
        ("opened 2026-03-09T03:00",),
        RAID,
    ),
    "whoever is away is stood in for": (
        "2026-03-16T11:00",
        "waiting 1 ana next=2026-03-16T11:15",
        ("opened 2026-03-16T10:45",),
        {"severity": "medium", "category": "hate_raid"},
    ),
    "who was on call when it came still answers for it": (
        "2026-03-09T00:20",
        "acknowledged 1 ana",
        ("opened 2026-03-08T23:55", "acknowledged 2026-03-09T00:05 by=ana"),
        RAID,
    ),
    "between two steps it is late": (
        "2026-03-02T10:20",
        "overdue 1 ana next=2026-03-02T10:30 late=5 min",
        (OPENED,),
        RAID,
    ),
    "after half an hour two sides are told, whoever is away is not": (
        "2026-03-02T10:35",
        "overdue 2 cy,eva next=2026-03-02T12:00 late=20 min",
        (OPENED,),
        RAID,
    ),
    "one of two sides is not enough": (
        "2026-03-02T10:40",
        "overdue 2 eva next=2026-03-02T12:00 late=25 min",
        (OPENED, "acknowledged 2026-03-02T10:35 by=cy"),
        RAID,
    ),
    "nor does the first step suffice for both sides": (
        "2026-03-02T10:40",
        "overdue 2 cy,eva next=2026-03-02T12:00 late=25 min",
        (OPENED, "acknowledged 2026-03-02T10:35 by=ana"),
        RAID,
    ),
    "both sides are": (
        "2026-03-02T11:00",
        "acknowledged 2 cy,eva",
        (OPENED, "acknowledged 2026-03-02T10:35 by=cy", "acknowledged 2026-03-02T10:40 by=eva"),
        RAID,
    ),
    "at last one person for both": (
        "2026-03-02T12:30",
        "overdue 3 finn late=2h",
        ("opened 2026-03-02T10:15", "acknowledged 2026-03-02T10:50 by=cy"),
        RAID,
    ),
    "a joint protocol waits for every side": (
        "2026-03-02T10:20",
        "waiting 1 cy",
        (OPENED, "acknowledged 2026-03-02T10:05 by=finn", "acknowledged 2026-03-02T10:15 by=eva"),
        PRESS,
    ),
    "and is acknowledged by all of them in any order": (
        "2026-03-02T10:40",
        "acknowledged 1 cy,eva,finn",
        (
            OPENED,
            "acknowledged 2026-03-02T10:05 by=cy",
            "acknowledged 2026-03-02T10:15 by=eva",
            "acknowledged 2026-03-02T10:25 by=finn",
        ),
        PRESS,
    ),
    # Markets
    "of two markets the earlier time counts": (
        "2026-03-02T10:30",
        "waiting 1 ana,ben",
        (OPENED,),
        {"category": "pr", "markets": ["GB", "US"]},
    ),
    "the market's opening hours are taken": (
        "2026-03-02T10:30",
        "off_hours 1 ana,ben",
        (OPENED,),
        {"category": "pr", "markets": ["US"]},
    ),
    "without a market time runs around the clock": (
        "2026-03-02T23:30",
        "overdue 1 ana,ben late=30 min",
        ("opened 2026-03-02T22:00",),
        {"category": "pr"},
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_state(name: str) -> None:
    at, expected, events, record = STATES[name]
    assert state(at, *events, **record) == expected


# What is said beside the state --------------------------------------------------------------------------------------


def test_an_escalation_has_the_keys_of_the_records() -> None:
    (found,) = decide("2026-03-02T10:20", OPENED, **RAID).escalations
    assert found == {
        "policy": "escalation.crisis",
        "version": found["version"],
        "route": "raid",
        "severity": "critical",
        "path": "war_room",
        "step": 1,
        "status": "overdue",
        "holder": ["ana"],
        "next_at": "2026-03-02T10:30:00Z",
        "overdue_by": "5 min",
        "course": [
            {"at": "2026-03-02T10:00:00Z", "what": "begins"},
            {
                "at": "2026-03-02T10:00:00Z",
                "what": "step",
                "step": 1,
                "tells": ["on call community"],
                "due_at": "2026-03-02T10:15:00Z",
            },
            {
                "at": "2026-03-02T10:30:00Z",
                "what": "step",
                "step": 2,
                "tells": ["role head_of_social", "team legal"],
                "due_at": "2026-03-02T10:45:00Z",
            },
            {
                "at": "2026-03-02T12:00:00Z",
                "what": "step",
                "step": 3,
                "tells": ["person finn"],
                "due_at": "2026-03-02T13:00:00Z",
            },
        ],
    }


def test_an_escalation_never_changes_the_outcome() -> None:
    late = decide("2026-03-09T10:20", OPENED, **RAID, markets=["GB"])
    assert (late.outcome, late.decided_by, late.findings) == ("allow", (), ())
    assert late.escalations[0]["status"] == "overdue"


def test_who_is_told_how_until_when_and_when_again() -> None:
    told = [a for a in decide("2026-03-02T10:07", OPENED, **RAID).actions if a["do"] == "notify"]
    assert told == [
        {
            "do": "notify",
            "to": "on call community",
            "people": ["ana"],
            "policy": "escalation.crisis",
            "via": ["page"],
            "due_at": "2026-03-02T10:15:00Z",
            "again_at": "2026-03-02T10:10:00Z",
        }
    ]


def test_only_the_side_that_is_missing_is_told() -> None:
    actions = decide("2026-03-02T10:40", OPENED, "acknowledged 2026-03-02T10:35 by=cy", **RAID).actions
    assert [a["to"] for a in actions if a["do"] == "notify"] == ["team legal"]


@pytest.mark.parametrize(
    ("name", "events"),
    {
        "acknowledged": ("acknowledged 2026-03-02T10:05 by=ana",),
        "paused": ("paused 2026-03-02T10:05",),
        "resolved": ("resolved 2026-03-02T10:05",),
    }.items(),
)
def test_nobody_is_told_once_it_is(name: str, events: tuple[str, ...]) -> None:
    found = decide("2026-03-02T10:30", OPENED, *events)
    assert (found.escalations[0]["status"], found.actions) == (name, ())


def test_everybody_away_are_told_all_the_same() -> None:
    only_dana = DIRECTORY.replace("eva: {team: legal}", "eva: {team: product}")
    found = decide("2026-03-02T10:35", OPENED, policy_set=policies(only_dana, POLICY), **RAID)
    assert found.escalations[0]["holder"] == ["cy", "dana"]


LEFT = """kind: directory
id: directory
owner: desk
people: {ana: {team: desk, left_at: 2026-03-01}, ben: {team: desk, left_at: 2026-04-01}}
"""
DESK = """kind: escalation
id: escalation.desk
title: Cases reach the desk
owner: desk
applies_to: incident
routes: [{id: rest, to: desk}]
paths: {desk: {acknowledge_within: {critical: 1h, high: 1h, medium: 1h, low: 1h}, steps: [{notify: {team: desk}}]}}
"""


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-03-31", []), ("2026-05-01", ["path desk step 1 tells nobody: nobody is team desk"])],
    ids=["somebody is left", "everybody left"],
)
def test_a_step_that_reaches_nobody_is_reported(day: str, said: list[str]) -> None:
    case = {"type": "incident", "id": "i", "severity": "low", "events": [{"event": "opened", "at": f"{day}T10:00:00Z"}]}
    found = policies(LEFT, DESK).evaluate(case, at=datetime.fromisoformat(f"{day}T10:30:00+00:00"))
    assert [item["what"] for item in found.undecided] == said


def test_a_severity_that_is_none_of_ours_tells_nothing() -> None:
    """Record types of one's own may have a scale of their own: then the shortest time counts, and it is said."""
    schemas = copy.deepcopy(all_schemas())
    (name,) = (name for name in schemas if "comment" in name)
    schemas[name]["properties"]["severity"] = {"type": "string", "description": "how bad it is"}
    desk = DESK.replace("incident", "comment") + "clocks: {first_response: {within: {critical: 30 min, any: 4h}}}\n"
    made = assemble([read_yaml(LEFT, "0.yaml"), read_yaml(desk, "1.yaml")], schemas).assembly
    assert made is not None
    case = {"type": "comment", "id": "c", "severity": "sev1", "posted_at": "2026-03-04T10:00:00Z"}
    found = PolicySet(made).evaluate(case, at=datetime.fromisoformat("2026-03-04T10:40:00+00:00"))
    assert (found.escalations[0]["severity"], found.clocks[0]["goal"]) == (None, "30 min")
    assert "path desk severity" in [item["what"] for item in found.undecided]


def test_without_a_directory_sides_keep_their_names_and_anybody_answers() -> None:
    example = policies(EXAMPLE)
    record = {"category": "misinformation", "posts_per_hour": 80}
    waiting = decide("2026-03-02T10:10", OPENED, policy_set=example, **record).escalations[0]
    assert waiting["holder"] == ["team community"]
    taken = decide("2026-03-02T10:10", OPENED, "acknowledged 2026-03-02T10:05 by=ana", policy_set=example, **record)
    assert taken.escalations[0]["status"] == "acknowledged"
    both = ("acknowledged 2026-03-02T10:35 by=ana", "acknowledged 2026-03-02T10:36 by=ben")
    one = decide("2026-03-02T10:40", OPENED, both[0], policy_set=example, **record).escalations[0]
    assert one["status"] == "overdue"
    assert decide("2026-03-02T10:40", OPENED, *both, policy_set=example, **record).escalations[0]["holder"] == [
        "ana",
        "ben",
    ]


# Deadlines and first actions ----------------------------------------------------------------------------------------


def deadlines(at: str, *events: str, **record: Any) -> dict[str, dict[str, Any]]:
    found = decide(at, *events, **RAID | record).deadlines
    return {d["id"]: {key: value for key, value in d.items() if key not in {"id", "policy"}} for d in found}


def test_a_legal_deadline_runs_through_nights_weekends_and_pauses() -> None:
    events = ("opened 2026-03-27T17:00", "paused 2026-03-27T17:05")
    found = deadlines("2026-03-28T10:00", *events, breach=True)
    # 72 hours, also over the night in which the clocks go forward.
    assert found["authority"] == {"title": "Tell the authority", "due_at": "2026-03-30T17:00:00Z"}


def test_a_deadline_runs_on_after_the_case_is_acknowledged_and_resolved() -> None:
    events = (OPENED, "acknowledged 2026-03-02T10:05 by=ana", "resolved 2026-03-02T11:00")
    found = deadlines("2026-03-05T11:30", *events, breach=True)
    assert found["authority"]["overdue_by"] == "90 min"


def test_a_deadline_that_is_met_is_not_listed() -> None:
    told = [{"action": "authority_told", "at": "2026-03-02T12:00:00Z"}]
    assert "authority" not in deadlines("2026-03-03T10:00", OPENED, breach=True, actions=told)


def test_a_deadline_that_is_not_for_this_case_is_not_listed() -> None:
    assert "authority" not in deadlines("2026-03-03T10:00", OPENED, breach=False)


def test_a_deadline_may_run_from_another_time() -> None:
    found = deadlines("2026-03-02T10:30", OPENED, detected_at="2026-02-27T10:00:00Z")
    assert found["statement"] == {"due_at": "2026-03-01T10:00:00Z", "overdue_by": "1470 min"}


def test_first_actions_have_deadlines_of_their_own() -> None:
    found = decide("2026-03-02T11:00", OPENED, **RAID)
    assert {"do": "rate_limit", "policy": "escalation.crisis", "due_at": "2026-03-02T10:30:00Z"} in found.actions
    assert deadlines("2026-03-02T11:00", OPENED)["rate_limit"]["overdue_by"] == "30 min"


@pytest.mark.parametrize(
    ("taken", "open_"),
    [
        ({"action": "rate_limit", "at": "2026-03-02T10:10:00Z"}, False),
        ({"action": "rate_limit", "at": "2026-03-02T12:00:00Z"}, True),
        ({"action": "rate_limit"}, True),
        ({"action": "shield_mode", "at": "2026-03-02T10:10:00Z"}, True),
    ],
    ids=["taken", "taken later", "taken nobody knows when", "another one taken"],
)
def test_a_first_action_is_asked_for_until_it_is_certainly_taken(taken: dict[str, str], open_: bool) -> None:  # noqa: FBT001 - a case's parameter
    actions = decide("2026-03-02T11:00", OPENED, **RAID, actions=[taken]).actions
    assert any(a["do"] == "rate_limit" for a in actions) is open_


# Each place of a condition, with the deciding fact removed ----------------------------------------------------------


def undecided(decision: Decision) -> dict[str, list[str]]:
    return {entry["what"]: entry["missing"] for entry in decision.undecided}


def test_a_route_whose_condition_is_unknown_is_reported_and_not_taken() -> None:
    found = decide("2026-03-02T10:10", OPENED, category=None)
    assert found.escalations[0]["route"] == "rest"
    assert {what: missing for what, missing in undecided(found).items() if what.startswith("route")} == {
        "route abroad": ["category"],
        "route press": ["category"],
        "route raid": ["category"],
    }


def test_an_unknown_pause_does_not_pause() -> None:
    found = decide("2026-03-02T11:30", OPENED)
    assert found.escalations[0]["status"] == "overdue"
    assert undecided(found) == {"path desk pause_while": ["status"]}


def test_an_unknown_deadline_counts_as_one() -> None:
    assert "authority" in deadlines("2026-03-02T10:10", OPENED)


def test_a_deadline_that_is_perhaps_met_is_not() -> None:
    assert "authority" in deadlines("2026-03-02T10:10", OPENED, breach=True, actions=[{"at": "2026-03-02T10:05:00Z"}])


def test_a_deadline_whose_beginning_is_unknown_is_due_now() -> None:
    assert deadlines("2026-03-02T10:30", OPENED)["statement"] == {"due_at": "2026-03-02T10:30:00Z"}


@pytest.mark.parametrize(
    ("platform", "escalations"),
    [("x", 1), (None, 1), ("reddit", 0)],
    ids=["inside", "unknown counts as inside", "outside"],
)
def test_the_scope_of_a_policy(platform: str | None, escalations: int) -> None:
    scoped = policies(DIRECTORY, POLICY.replace("routes:", "only_for: {platform: x}\nroutes:", 1))
    assert len(decide("2026-03-02T10:10", OPENED, policy_set=scoped, platform=platform).escalations) == escalations


def test_a_beginning_that_nobody_told_is_reported() -> None:
    assert undecided(decide("2026-03-02T10:10"))["path desk start"] == [
        "created_at",
        "detected_at",
        "events",
        "reported_at",
    ]


def test_an_untold_severity_is_reported() -> None:
    assert undecided(decide("2026-03-02T10:10", OPENED, severity=None))["path desk severity"] == ["severity"]


def test_an_untold_market_is_reported() -> None:
    assert undecided(decide("2026-03-02T10:10", OPENED, category="pr")) == {"path markets calendar": ["markets"]}


def test_an_acknowledgement_that_does_not_count_is_reported() -> None:
    found = decide("2026-03-02T10:30", OPENED, "acknowledged 2026-03-02T10:20 by=gus", status="open")
    assert undecided(found) == {"path desk acknowledgement by `gus`, who was not asked": []}


def test_a_hand_over_to_nobody_is_reported() -> None:
    found = decide("2026-03-02T10:30", OPENED, "handed_over 2026-03-02T10:20 by=ana to=lgeal", status="open")
    assert undecided(found) == {"path desk hand-over to `lgeal`, whom the directory does not know": []}


def test_events_that_cannot_be_placed_are_reported_and_do_not_count() -> None:
    told = [{"event": "opened", "at": "2026-03-02T10:00:00Z"}, {"event": "resolved"}, {"at": "2026-03-02T10:00:00Z"}]
    found = decide("2026-03-02T10:30", events=told, status="open")
    assert found.escalations[0]["status"] == "waiting"
    assert undecided(found) == {"path desk events": ["events[].at", "events[].event"]}


# Routes -------------------------------------------------------------------------------------------------------------


def test_a_route_that_goes_on_lets_the_next_one_match_too() -> None:
    both = policies(
        DIRECTORY,
        POLICY.replace("severity: critical, to: war_room", "severity: critical, continue: true, to: war_room"),
    )
    found = decide("2026-03-02T10:10", OPENED, policy_set=both, **RAID).escalations
    assert {(e["route"], e["path"], e["severity"]) for e in found} == {
        ("raid", "war_room", "critical"),
        ("rest", "desk", None),
    }


def test_the_first_route_that_matches_is_taken() -> None:
    assert [e["route"] for e in decide("2026-03-02T10:10", OPENED, **RAID).escalations] == ["raid"]


def test_a_route_sets_the_severity() -> None:
    (found,) = decide("2026-03-02T10:10", OPENED, category="hate_raid", severity="low").escalations
    assert found["severity"] == "critical"


def test_a_route_that_depends_on_the_market_is_taken_for_one_of_them() -> None:
    text = POLICY.replace("routes:", "values: {watched: {is: [pr], by: {market: {DE: [other]}}}}\nroutes:", 1)
    text = text.replace("when: {category: pr}", "when: {category: {in: $values.watched}}")
    by_market = policies(DIRECTORY, text)
    taken = decide("2026-03-02T10:10", OPENED, policy_set=by_market, markets=["DE", "GB"])
    assert [e["route"] for e in taken.escalations] == ["abroad"]
    passed = decide("2026-03-02T10:10", OPENED, policy_set=by_market, markets=["GB"])
    assert [e["route"] for e in passed.escalations] == ["rest"]


def test_comments_escalate_from_when_they_were_posted() -> None:
    text = (
        "kind: escalation\nid: escalation.threats\ntitle: Threats\nowner: social\napplies_to: comment\n"
        "routes: [{id: rest, severity: high, to: desk}]\n"
        "paths: {desk: {acknowledge_within: {high: 1h}, steps: [{notify: {team: community}}]}}\n"
    )
    record = {"type": "comment", "id": "c1", "text": "…", "posted_at": "2026-03-02T10:00:00Z"}
    (found,) = policies(DIRECTORY, text).evaluate(record, at=utc("2026-03-02T11:30")).escalations
    assert (found["status"], found["overdue_by"]) == ("overdue", "30 min")


# Validation ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [c for c in CODES if c.startswith("PE32")])
def test_every_code_is_provoked_by_its_example(code: str) -> None:
    bad, good = loaded(CODES[code].bad), loaded(CODES[code].good)
    assert [d.code for d in bad.diagnostics if d.code != "PE200"] == [code]
    assert [d.code for d in good.diagnostics if d.code != "PE200"] == []


def test_the_example_is_faultless() -> None:
    assert [d.code for d in loaded(DIRECTORY.replace("GB-ENG", "GB"), EXAMPLE).diagnostics] == []


def test_a_misspelt_path_is_told_the_right_one() -> None:
    (found,) = [
        d for d in loaded(DIRECTORY, POLICY.replace("to: desk", "to: dekk")).diagnostics if d.severity == "error"
    ]
    assert (found.code, found.help, str(found.span)) == ("PE360", "did you mean `desk`?", "1.yaml:10:20")


@pytest.mark.parametrize("key", ["mutes", "inhibit", "on_change", "start_when"])
def test_what_is_not_understood_yet_is_refused(key: str) -> None:
    assert [f.split()[1] for f in faults(DIRECTORY, f"{POLICY}{key}: []\n")] == ["PE120"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{team: community}", "{team: comunity}", "PE202"),
        ("{on_call: community}", "{on_call: comunity}", "PE210"),
        ("{person: finn}", "{person: fin}", "PE208"),
        ("{role: head_of_social}", "{role: head_of_socail}", "PE207"),
        ("calendar: uk_office", "calendar: uk_ofice", "PE209"),
        ("category: hate_raid", "category: hate_rade", "PE105"),
        ("via: [chat]", "via: [chad]", "PE123"),
        ("after: 30 min", "after: 30m", "PE122"),
        ("from: detected_at", "from: detectd_at", "PE102"),
        ("{team: community}, via", "{team: community, role: head_of_social}, via", "PE124"),
    ],
    ids=["team", "rotation", "person", "role", "calendar", "enum", "way", "duration", "field", "two sides in one"],
)
def test_a_wrong_name_is_refused(old: str, new: str, code: str) -> None:
    assert old in POLICY
    assert {f.split()[1] for f in faults(DIRECTORY, POLICY.replace(old, new))} == {code}


def test_steps_do_not_go_back() -> None:
    assert [f.split()[1] for f in faults(DIRECTORY, POLICY.replace("after: 2h", "after: 10 min"))] == ["PE366"]


# Laws ---------------------------------------------------------------------------------------------------------------

EVENTS = st.builds(
    lambda name, minutes, by, to, status: (
        {
            "event": name,
            "at": (utc("2026-03-02T08:00") + timedelta(minutes=minutes)).isoformat(),
        }
        | ({"by": by} if by else {})
        | ({"to": to} if to and name == "handed_over" else {})
        | ({"status": status} if status else {})
    ),
    st.sampled_from(ORDER),
    st.integers(0, 48 * 4).map(lambda n: n * 15),
    st.sampled_from(["", "ana", "ben", "cy", "eva", "finn", "gus"]),
    st.sampled_from(["", "legal", "head_of_social", "gus", "nobody"]),
    st.sampled_from(["", "open", "waiting_for_user"]),
)
CASES = st.tuples(
    st.lists(EVENTS, max_size=8),
    st.integers(0, 48 * 60).map(lambda n: utc("2026-03-02T08:00") + timedelta(minutes=n)),
    st.sampled_from(["hate_raid", "media_inquiry", "other", "pr"]),
)


def judged(events: list[dict[str, Any]], at: datetime, category: str) -> tuple[Any, ...]:
    record = {
        "type": "incident",
        "id": "i",
        "category": category,
        "events": events,
        "created_at": "2026-03-02T08:00:00Z",
    }
    found = crisis().evaluate(record, at=at)
    return found.escalations, found.actions, found.deadlines, found.undecided


@given(CASES, st.randoms())
def test_the_order_in_which_events_are_told_means_nothing(case: tuple[Any, datetime, str], random: Any) -> None:
    events, at, category = case
    shuffled = random.sample(events, len(events))
    assert judged(shuffled, at, category) == judged(events, at, category)


@given(CASES)
def test_an_event_told_twice_counts_once(case: tuple[Any, datetime, str]) -> None:
    events, at, category = case
    assert judged([*events, *events], at, category) == judged(events, at, category)


@given(CASES)
def test_what_is_still_to_come_changes_nothing(case: tuple[Any, datetime, str]) -> None:
    events, at, category = case
    past = [e for e in events if datetime.fromisoformat(e["at"]) <= at]
    if any(e["event"] == "opened" for e in past) or not any(e["event"] == "opened" for e in events):
        assert judged(past, at, category) == judged(events, at, category)


def test_a_case_whose_opening_is_still_to_come_has_not_begun() -> None:
    assert state("2026-03-01T10:00", OPENED, created_at="2026-02-27T10:00:00Z") == "not_started 0 next=2026-03-02T10:00"


@given(CASES)
def test_the_next_hop_takes_place_when_it_is_said_to(case: tuple[Any, datetime, str]) -> None:
    """Without another event, the step stays until `next_at`, and is another one then."""
    events, at, category = case
    past = [e for e in events if datetime.fromisoformat(e["at"]) <= at]
    (now,) = judged(past, at, category)[0]
    if now["next_at"] is not None:
        then = datetime.fromisoformat(now["next_at"])
        (before,) = judged(past, then - timedelta(seconds=1), category)[0]
        (after,) = judged(past, then, category)[0]
        assert then > at
        assert (before["step"], after["step"]) == (now["step"], now["step"] + 1)


@given(CASES)
def test_lateness_never_shrinks_while_nothing_happens(case: tuple[Any, datetime, str]) -> None:
    events, at, category = case
    past = [e for e in events if datetime.fromisoformat(e["at"]) <= at]
    (now,) = judged(past, at, category)[0]
    (later,) = judged(past, at + timedelta(hours=1), category)[0]
    if now["overdue_by"] is not None:
        assert later["overdue_by"] is not None
    assert now["status"] != "overdue" or later["status"] == "overdue"


def test_times_are_in_utc_whatever_the_zone_they_are_told_in() -> None:
    abroad = [{"event": "opened", "at": "2026-03-02T05:00:00-05:00"}]
    (found,) = decide("2026-03-02T10:30", events=abroad).escalations
    assert found["next_at"] == datetime(2026, 3, 2, 11, tzinfo=UTC).isoformat().replace("+00:00", "Z")
