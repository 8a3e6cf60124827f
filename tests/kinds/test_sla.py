"""Clocks of answers and solutions: named cases, what recomputing may change, a clock that counts minute by minute."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.calendar import ALWAYS, Calendar, parse_calendar
from policyengine.core.duration import Duration
from policyengine.evaluate.engine import PolicySet
from policyengine.shapes.sla import Cycle, Face, Moment, Targets, cycles, quantile, read
from tests.sets import faults, policies

DIRECTORY = """\
kind: directory
id: directory
owner: care
people: {ana: {team: care}}
calendars: {uk: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:00"}, holidays: GB-ENG},
            us: {zone: America/New_York, hours: {monday to friday: "09:00 to 17:00"}}}
markets: {GB: {calendar: uk}, US: {calendar: us}}
"""
HEADER = "kind: escalation\nid: escalation.care\ntitle: Cases are answered\nowner: care\napplies_to: incident\n"
POLICY = (
    HEADER
    + """\
clocks:
  first_response:
    within: {critical: 15 min, high: 1h, any: 4h}
    goals: [{from: 2026-04-01, within: {critical: 5 min, any: 2h}}]
    calendar: uk
    pause_while: {status: [waiting_for_user, waiting_for_platform]}
  next_response: {within: {any: 2h}, calendar: uk}
  resolution:
    within: {critical: 1 business day, any: 24h}
    pause_while: {status: waiting_for_user}
  decision:
    within: {any: 1h}
    by_market: {US: {any: 30 min}}
    calendar: market
    start_when: {status: investigating}
    stop_when: {status: [acknowledged, closed]}
"""
)
MONDAY = "2026-03-02"


@cache
def care() -> PolicySet:
    return policies(DIRECTORY, POLICY)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def happened(text: str) -> dict[str, str]:
    """Read `replied 10:20 status=open` (of Monday, 2 March 2026) or `replied 2026-03-03T10:20`."""
    name, when, *rest = text.split()
    at = when if "T" in when else f"{MONDAY}T{when}"
    return {"event": name, "at": f"{at}:00Z"} | dict(part.split("=") for part in rest)


def incident(*events: str, **told: Any) -> dict[str, Any]:
    record = {"type": "incident", "id": "i", "severity": "high", "events": [happened(e) for e in events]} | told
    return {name: value for name, value in record.items() if value is not None}


def shown(clock: str, at: str, *events: str, policy_set: PolicySet | None = None, **told: Any) -> str:
    """Return the runs of a clock in words: `met 45 min of 1h`, `late 90 min of 1h, over by 30 min`."""
    when = utc(at if "T" in at else f"{MONDAY}T{at}")
    found = (policy_set or care()).evaluate(incident(*events, **told), at=when).clocks
    runs = sorted((c for c in found if c["clock"] == clock), key=lambda c: c["cycle"])
    return "; ".join(_words(run) for run in runs)


def _words(run: dict[str, Any]) -> str:
    words = str(run["status"])
    words += f" {run['elapsed']} of {run['goal']}" if "elapsed" in run else ""
    return words + (f", over by {run['over_by']}" if "over_by" in run else "")


FIRST, NEXT, SOLVED, DECIDED = "first_response", "next_response", "resolution", "decision"
OPENED = "opened 10:00"

CASES: dict[str, tuple[str, str, tuple[str, ...], dict[str, Any], str]] = {
    # Start, stop
    "it runs from the opening": (FIRST, "10:30", (OPENED,), {}, "running 30 min of 1h"),
    "it stops with the first answer": (FIRST, "15:00", (OPENED, "replied 10:45"), {}, "met 45 min of 1h"),
    "an answer at the last moment is in time": (FIRST, "15:00", (OPENED, "replied 11:00"), {}, "met 1h of 1h"),
    "a minute later it is not": (
        FIRST,
        "15:00",
        (OPENED, "replied 11:01"),
        {},
        "missed 61 min of 1h, over by 1 min",
    ),
    "without an answer it gets late": (FIRST, "11:30", (OPENED,), {}, "late 90 min of 1h, over by 30 min"),
    "a second answer changes nothing": (
        FIRST,
        "15:00",
        (OPENED, "replied 10:45", "replied 11:45"),
        {},
        "met 45 min of 1h",
    ),
    "an answer that is still to come does not stop it": (
        FIRST,
        "10:30",
        (OPENED, "replied 10:45"),
        {},
        "running 30 min of 1h",
    ),
    "an acknowledgement is no answer": (
        FIRST,
        "10:30",
        (OPENED, "acknowledged 10:10 by=ana"),
        {},
        "running 30 min of 1h",
    ),
    "a reply on the record is an answer": (
        FIRST,
        "15:00",
        (OPENED,),
        {"replies": [{"text": "Hello", "by": "ana", "at": "2026-03-02T10:20:00Z"}]},
        "met 20 min of 1h",
    ),
    "a resolution ends it": (FIRST, "15:00", (OPENED, "resolved 10:40"), {}, "met 40 min of 1h"),
    "it begins with the report where nothing opened it": (
        FIRST,
        "10:30",
        ("replied 10:20",),
        {"reported_at": "2026-03-02T10:00:00Z"},
        "met 20 min of 1h",
    ),
    "a case that is still to come has not started": (
        FIRST,
        "10:30",
        (),
        {"reported_at": "2026-03-02T11:00:00Z"},
        "not_started",
    ),
    "of a case that began nobody knows when nothing is proven": (FIRST, "10:30", (), {}, "unproven"),
    # Severity
    "a critical case has a quarter of an hour": (
        FIRST,
        "10:10",
        (OPENED,),
        {"severity": "critical"},
        "running 10 min of 15 min",
    ),
    "a severity that is not named has the time of all others": (
        FIRST,
        "10:10",
        (OPENED,),
        {"severity": "low"},
        "running 10 min of 4h",
    ),
    "an untold severity has the shortest": (
        FIRST,
        "10:10",
        (OPENED,),
        {"severity": None},
        "running 10 min of 15 min",
    ),
    "a severity that an event changes counts from there on": (
        FIRST,
        "10:20",
        (OPENED, "acknowledged 10:10 by=ana severity=critical"),
        {"severity": "low"},
        "late 20 min of 15 min, over by 5 min",
    ),
    "a severity that changes after the stop changes nothing": (
        FIRST,
        "15:00",
        (
            OPENED,
            "paused 10:05 severity=high",
            "resumed 10:06",
            "replied 10:40",
            "acknowledged 11:00 severity=critical",
        ),
        {"severity": "low"},
        "met 39 min of 1h",
    ),
    # Nights, weekends, holidays
    "at night it stands still": (FIRST, "22:00", ("opened 16:30",), {}, "off_hours 30 min of 1h"),
    "and goes on in the morning": (FIRST, "2026-03-03T09:20", ("opened 16:30",), {}, "running 50 min of 1h"),
    "an answer at night takes no opening time": (
        FIRST,
        "2026-03-03T12:00",
        ("opened 16:30", "replied 23:00"),
        {},
        "met 30 min of 1h",
    ),
    "a case at night starts in the morning": (
        FIRST,
        "2026-03-03T09:10",
        ("opened 23:00",),
        {},
        "running 10 min of 1h",
    ),
    "used up at closing time, it is in time until the doors open": (
        FIRST,
        "22:00",
        ("opened 16:00",),
        {},
        "off_hours 1h of 1h",
    ),
    "over the weekend": (
        FIRST,
        "2026-03-07T12:00",
        ("opened 2026-03-06T16:30",),
        {},
        "off_hours 30 min of 1h",
    ),
    "over Easter": (
        FIRST,
        "2026-04-07T08:20",
        ("opened 2026-04-02T15:50",),
        {"severity": "low"},
        "running 30 min of 2h",
    ),
    "an hour is an hour when the clocks go forward over the weekend": (
        FIRST,
        "2026-03-30T08:15",
        ("opened 2026-03-27T16:30",),
        {},
        "running 45 min of 1h",
    ),
    "a clock without opening hours runs through": (
        SOLVED,
        "2026-03-03T09:00",
        ("opened 16:00",),
        {},
        "running 17h of 24h",
    ),
    "a business day without opening hours is a day": (
        SOLVED,
        "15:00",
        (OPENED,),
        {"severity": "critical"},
        "running 5h of 1 business day",
    ),
    # Two zones
    "before its status comes it has not started": (
        DECIDED,
        "10:30",
        ("opened 10:00 status=new",),
        {"markets": ["GB"]},
        "not_started",
    ),
    "one market's morning is another one's night": (
        DECIDED,
        "10:30",
        ("opened 09:50 status=investigating",),
        {"markets": ["US"]},
        "off_hours 0s of 30 min",
    ),
    "of two markets the one counts whose time runs out first": (
        DECIDED,
        "10:30",
        ("opened 10:00 status=investigating",),
        {"markets": ["GB", "US"]},
        "running 30 min of 1h",
    ),
    "later both run": (
        DECIDED,
        "14:20",
        ("opened 14:00 status=investigating",),
        {"markets": ["GB", "US"]},
        "running 20 min of 30 min",
    ),
    "no market told, the shortest time around the clock": (
        DECIDED,
        "23:10",
        ("opened 23:00 status=investigating",),
        {},
        "running 10 min of 30 min",
    ),
    # Pauses
    "a pause stops it": (FIRST, "14:00", (OPENED, "paused 10:30"), {}, "paused 30 min of 1h"),
    "a pause at night is a pause": (FIRST, "22:00", (OPENED, "paused 10:30"), {}, "paused 30 min of 1h"),
    "after a pause the rest is left": (
        FIRST,
        "14:20",
        (OPENED, "paused 10:30", "resumed 14:00"),
        {},
        "running 50 min of 1h",
    ),
    "a status pauses it": (
        FIRST,
        "14:00",
        (OPENED, "acknowledged 10:20 status=waiting_for_platform"),
        {},
        "paused 20 min of 1h",
    ),
    "until the status changes": (
        FIRST,
        "14:10",
        (OPENED, "acknowledged 10:20 status=waiting_for_platform", "acknowledged 14:00 status=open"),
        {},
        "running 30 min of 1h",
    ),
    "a pause over night loses no opening time twice": (
        FIRST,
        "2026-03-03T09:25",
        (OPENED, "paused 10:30", "resumed 2026-03-03T09:00"),
        {},
        "running 55 min of 1h",
    ),
    "a pause after it got late leaves it late by as much": (
        FIRST,
        "14:00",
        (OPENED, "paused 11:30"),
        {},
        "paused 90 min of 1h, over by 30 min",
    ),
    "an answer during a pause stops it": (
        FIRST,
        "15:00",
        (OPENED, "paused 10:30", "replied 14:00"),
        {},
        "met 30 min of 1h",
    ),
    "an answer at the moment of a pause stops it": (
        FIRST,
        "15:00",
        (OPENED, "paused 10:30", "replied 10:30"),
        {},
        "met 30 min of 1h",
    ),
    "a pause at the moment of a resumption goes on": (
        FIRST,
        "15:00",
        (OPENED, "paused 10:30", "resumed 14:00", "paused 14:00"),
        {},
        "paused 30 min of 1h",
    ),
    "opened and paused at once, it has not run": (FIRST, "15:00", (OPENED, "paused 10:00"), {}, "paused 0s of 1h"),
    "a status that no event told pauses from now on only": (
        FIRST,
        "11:30",
        (OPENED,),
        {"status": "waiting_for_user"},
        "paused 90 min of 1h, over by 30 min",
    ),
    "two pauses": (
        FIRST,
        "15:40",
        (OPENED, "paused 10:10", "resumed 11:00", "paused 11:10", "resumed 15:30"),
        {},
        "running 30 min of 1h",
    ),
    "a pause that was resumed twice is one": (
        FIRST,
        "14:20",
        (OPENED, "paused 10:30", "resumed 14:00", "resumed 14:10"),
        {},
        "running 50 min of 1h",
    ),
    # The next answer
    "nobody asked again": (NEXT, "15:00", (OPENED, "replied 10:30"), {}, "not_started"),
    "whoever asks again waits for the next answer": (
        NEXT,
        "15:00",
        (OPENED, "replied 10:30", "asked 14:00"),
        {},
        "running 1h of 2h",
    ),
    "asked twice, it runs from the first time": (
        NEXT,
        "15:00",
        (OPENED, "replied 10:30", "asked 14:00", "asked 14:40"),
        {},
        "running 1h of 2h",
    ),
    "every question has a clock of its own": (
        NEXT,
        "16:00",
        (OPENED, "replied 10:30", "asked 11:00", "replied 11:30", "asked 15:00"),
        {},
        "met 30 min of 2h; running 1h of 2h",
    ),
    "asked and answered at one moment, nobody waits": (
        NEXT,
        "15:00",
        (OPENED, "replied 10:30", "asked 14:00", "replied 14:00"),
        {},
        "not_started",
    ),
    # Re-opening
    "opened again, the solution has a clock of its own": (
        SOLVED,
        "2026-03-04T12:00",
        (OPENED, "resolved 12:00", "opened 2026-03-04T10:00"),
        {},
        "met 2h of 24h; running 2h of 24h",
    ),
    "opened again, there is no second first answer": (
        FIRST,
        "2026-03-04T12:00",
        (OPENED, "replied 10:30", "resolved 12:00", "opened 2026-03-04T10:00"),
        {},
        "met 30 min of 1h",
    ),
    "resolved and opened at one moment it stays resolved": (
        SOLVED,
        "15:00",
        (OPENED, "resolved 12:00", "opened 12:00"),
        {},
        "met 2h of 24h",
    ),
    "a pause ends with the case": (
        SOLVED,
        "2026-03-04T12:00",
        (OPENED, "paused 11:00", "resolved 12:00", "opened 2026-03-04T10:00"),
        {},
        "met 1h of 24h; running 2h of 24h",
    ),
    # Conditions of its own
    "it starts when the status says so": (
        DECIDED,
        "10:30",
        ("opened 10:00 status=new", "acknowledged 10:10 status=investigating"),
        {"markets": ["GB"]},
        "running 20 min of 1h",
    ),
    "and stops when the status says so": (
        DECIDED,
        "15:00",
        (
            "opened 10:00 status=new",
            "acknowledged 10:10 status=investigating",
            "acknowledged 10:40 status=acknowledged",
        ),
        {"markets": ["GB"]},
        "met 30 min of 1h",
    ),
    "and starts anew when it comes back": (
        DECIDED,
        "15:00",
        (
            "opened 10:00 status=investigating",
            "acknowledged 10:40 status=acknowledged",
            "acknowledged 14:50 status=investigating",
        ),
        {"markets": ["GB"]},
        "met 40 min of 1h; running 10 min of 1h",
    ),
    "of a stop that no event told nobody knows when": (
        DECIDED,
        "15:00",
        (OPENED,),
        {"status": "closed", "markets": ["GB"]},
        "unproven 5h of 1h, over by 4h",
    ),
    "a status that is not told may be the one that starts it": (
        DECIDED,
        "10:30",
        (OPENED,),
        {"markets": ["GB"]},
        "running 30 min of 1h",
    ),
    # Goals
    "a goal that is new counts for clocks that run": (
        FIRST,
        "2026-04-01T08:30",
        ("opened 2026-03-31T15:30",),
        {},
        "running 1h of 2h",
    ),
    "and not for those that stopped": (
        FIRST,
        "2026-04-01T12:00",
        ("opened 2026-03-31T14:00", "replied 2026-03-31T15:30"),
        {},
        "missed 90 min of 1h, over by 30 min",
    ),
    "a clock that was kept shows what was kept": (
        FIRST,
        "15:00",
        (OPENED, "replied 11:30"),
        {
            "clocks": [
                {
                    "policy": "escalation.care",
                    "clock": "first_response",
                    "started_at": "2026-03-02T10:00:00Z",
                    "stopped_at": "2026-03-02T11:30:00Z",
                    "goal": "2h",
                    "elapsed": "90 min",
                    "status": "met",
                }
            ]
        },
        "met 90 min of 2h",
    ),
    "a case that is over, and nobody told since when": (
        SOLVED,
        "18:00",
        (OPENED,),
        {"status": "resolved"},
        "unproven 8h of 24h",
    ),
    "nor when it was answered before that": (
        FIRST,
        "18:00",
        (OPENED,),
        {"status": "closed"},
        "unproven 7h of 1h, over by 6h",
    ),
    "an answer that closes the case resolves it": (
        SOLVED,
        "18:00",
        (OPENED, "replied 10:45 status=resolved"),
        {"status": "resolved"},
        "met 45 min of 24h",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_clock(name: str) -> None:
    clock, at, events, told, expected = CASES[name]
    assert shown(clock, at, *events, **told) == expected


# Recomputing ----------------------------------------------------------------------------------------------------------

NEW_GOAL = "{from: 2026-04-01, within: {critical: 5 min, any: 2h}}"
BEGUN = [{"event": "opened", "at": "2026-03-02T08:00:00+00:00"}]
EVENTS = st.builds(
    lambda name, quarter, status: (
        {"event": name, "at": (utc("2026-03-02T08:00") + timedelta(minutes=15 * quarter)).isoformat()}
        | ({"status": status} if status else {})
    ),
    st.sampled_from(["opened", "asked", "replied", "acknowledged", "paused", "resumed", "resolved"]),
    st.integers(0, 4 * 72),
    st.sampled_from(["", "", "open", "investigating", "waiting_for_user", "closed"]),
)


UNSURE = """kind: escalation
id: escalation.unsure
title: Clocks whose conditions nobody can tell
owner: care
applies_to: incident
clocks:
  told: {within: {any: 1h}, stop_when: {breach: false}, pause_while: {posts_per_hour: {at_least: 9}}}
"""


@pytest.mark.parametrize(
    ("told", "unknown"),
    [
        ({}, [("clock told pause_while", ["posts_per_hour"]), ("clock told stop_when", ["breach"])]),
        ({"posts_per_hour": 2}, [("clock told stop_when", ["breach"])]),
        ({"posts_per_hour": 20, "breach": True}, []),
        ({"breach": False}, []),
    ],
    ids=["both", "what stops it", "neither", "it stopped"],
)
def test_what_might_stop_a_clock_or_pause_it_is_said_to_be_unknown(told: dict[str, Any], unknown: list[Any]) -> None:
    found = policies(DIRECTORY, UNSURE).evaluate(incident(OPENED, **told), at=utc("2026-03-02T12:00"))
    assert sorted((item["what"], item["missing"]) for item in found.undecided) == unknown


def stopped(events: list[dict[str, Any]], at: datetime, policy_set: PolicySet) -> list[dict[str, Any]]:
    """Return the runs that stopped; the policy's version is no part of them."""
    record = {
        "type": "incident",
        "id": "i",
        "severity": "high",
        "events": events,
        "reported_at": "2026-03-02T08:00:00Z",
    }
    found = policy_set.evaluate(record, at=at).clocks
    return [clock for clock in found if clock["status"] in {"met", "missed"}]


@cache
def with_a_goal_from(day: str, goal: str) -> PolicySet:
    """Return the policy with another goal of the first response for severe cases."""
    return policies(DIRECTORY, POLICY.replace(NEW_GOAL, f"{{from: {day}, within: {{high: {goal}, any: 8h}}}}"))


@given(st.lists(EVENTS, max_size=9), st.integers(0, 72 * 60), st.integers(0, 30 * 24))
def test_recomputing_never_changes_a_clock_that_stopped(events: list[dict[str, Any]], minutes: int, hours: int) -> None:
    """Whatever happens later, and whenever it is computed: what stopped stays as it is."""
    at = utc("2026-03-02T08:00") + timedelta(minutes=minutes)
    past = [event for event in events if datetime.fromisoformat(event["at"]) <= at]
    before = stopped(BEGUN + past, at, care())
    after = stopped(BEGUN + events, at + timedelta(hours=hours), care())
    assert [clock for clock in before if clock not in after] == []


@given(
    st.lists(EVENTS, max_size=9),
    st.sampled_from(["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]),
    st.sampled_from(["1 min", "30 min", "20h"]),
    st.integers(0, 30 * 24),
)
def test_a_goal_that_is_added_later_changes_only_what_stopped_since(
    events: list[dict[str, Any]], day: str, goal: str, hours: int
) -> None:
    """A clock that stopped before the goal began keeps all that it showed; one that stopped since has the new goal."""
    at = utc("2026-03-06T00:00") + timedelta(hours=hours)
    old, new = stopped(BEGUN + events, at, care()), stopped(BEGUN + events, at, with_a_goal_from(day, goal))
    begins = f"{day}T00:00:00Z"
    assert [clock for clock in new if clock["stopped_at"] < begins] == [c for c in old if c["stopped_at"] < begins]
    assert len(old) == len(new)
    since = [clock["goal"] for clock in new if clock["clock"] == FIRST and clock["stopped_at"] >= begins]
    assert since in ([], [goal])


@given(st.lists(EVENTS, max_size=9), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_told_means_nothing(events: list[dict[str, Any]], shuffle: random.Random) -> None:
    at = utc("2026-03-06T00:00")
    assert stopped(shuffle.sample(events, len(events)), at, care()) == stopped(events, at, care())


# Minute by minute -----------------------------------------------------------------------------------------------------

MINUTE = timedelta(minutes=1)
BEGIN = utc("2026-03-27T00:00")  # a Friday; on Sunday the clocks go forward in London
MINUTES = 4 * 24 * 60
OFFICES = {"Europe/London": (9, 17), "America/New_York": (8, 12), "Asia/Tokyo": (0, 24)}


@cache
def office(zone: str) -> Calendar:
    opens, closes = OFFICES[zone]
    found = parse_calendar({"zone": zone, "hours": {"monday to friday": f"{opens:02}:00 to {closes:02}:00"}})
    assert isinstance(found, Calendar)
    return found


@cache
def open_minutes(zone: str) -> tuple[bool, ...]:
    """Return whether the office is open in each minute, from nothing but what the wall shows."""
    opens, closes = OFFICES[zone]
    walls = ((BEGIN + MINUTE * n).astimezone(office(zone).zone) for n in range(MINUTES))
    return tuple(wall.weekday() < 5 and opens <= wall.hour < closes for wall in walls)


def counted(
    changes: dict[int, set[str]], until: int, zone: str | None, *, again: bool
) -> list[tuple[int, int | None, int]]:
    """Return each run as (start, stop, minutes that ran), counted minute by minute."""
    is_open = open_minutes(zone) if zone is not None else (True,) * MINUTES
    runs: list[tuple[int, int | None, int]] = []
    running, paused = False, False
    for minute in range(min(changes), until + 1):
        now = changes.get(minute, set())
        paused = True if "pause" in now else False if "resume" in now else paused
        if running and "stop" in now:
            runs[-1] = (runs[-1][0], minute, runs[-1][2])
            running = False
        elif not running and "start" in now and "stop" not in now and (again or not runs):
            runs.append((minute, None, 0))
            running = True
        if running and not paused and is_open[minute] and minute < until:
            runs[-1] = (runs[-1][0], None, runs[-1][2] + 1)
    return runs


def moments_of(changes: dict[int, set[str]], until: int) -> list[Moment]:
    found, paused = [], False
    for minute in sorted(m for m in changes if m <= until):
        now = changes[minute]
        paused = True if "pause" in now else False if "resume" in now else paused
        found.append(Moment(BEGIN + MINUTE * minute, "start" in now, "stop" in now, paused))
    return found


def test_a_clock_that_counts_minute_by_minute_agrees_on_5000_histories() -> None:
    chance = random.Random(4)
    compared = 0
    for _ in range(5000):
        begin = chance.randrange(MINUTES // 2)
        changes: dict[int, set[str]] = {begin: {"start"}}
        for _ in range(chance.randint(0, 12)):
            what = chance.choice(["start", "start", "stop", "pause", "resume"])
            changes.setdefault(chance.randrange(begin, MINUTES - 1, chance.choice([1, 30, 60])), set()).add(what)
        until, zone = chance.randrange(begin, MINUTES), chance.choice([None, *OFFICES])
        again, goal = chance.random() < 0.7, chance.choice([1, 15, 60, 240, 600])
        face = Face(office(zone) if zone is not None else ALWAYS, (Duration(seconds=goal * 60),))
        at = BEGIN + MINUTE * until
        runs = cycles(moments_of(changes, until), again=again)
        expected = counted(changes, until, zone, again=again)
        assert [(run.started, run.stopped) for run in runs] == [
            (BEGIN + MINUTE * start, None if stop is None else BEGIN + MINUTE * stop) for start, stop, _ in expected
        ]
        for run, (_, stop, ran) in zip(runs, expected, strict=True):
            found = read(run, [face], at)
            assert found.elapsed == ran * 60
            assert found.over_by == (None if ran <= goal else (ran - goal) * 60)
            assert found.status not in {"met", "missed"} if stop is None else found.status in {"met", "missed"}
            assert stop is None or (found.status == "met") == (ran <= goal)
            compared += 1
    assert compared > 5000


def test_a_run_that_stopped_shows_the_same_whatever_the_time() -> None:
    run = Cycle(BEGIN, BEGIN + timedelta(hours=30))
    face = Face(office("Europe/London"), (Duration(seconds=3600),))
    assert {read(run, [face], BEGIN + timedelta(days=days)) for days in (2, 3, 300)} == {
        read(run, [face], BEGIN + timedelta(hours=30))
    }


# Over a set of cases --------------------------------------------------------------------------------------------------

REPLIES = """kind: escalation
id: escalation.replies
title: Questions are answered
owner: care
applies_to: comment
clocks:
  first_response:
    within: {any: 1h}
    promise: {by: channel, field: published_sla.first_response, same: platform, headroom: 20%}
"""


def question(number: int, minutes: int | None, **told: Any) -> dict[str, Any]:
    """Return a question of Monday at ten, answered so many minutes later."""
    answered = (
        {} if minutes is None else {"answered_at": (utc("2026-03-02T10:00") + timedelta(minutes=minutes)).isoformat()}
    )
    record = {"type": "comment", "id": f"q{number:02}", "platform": "x", "posted_at": "2026-03-02T10:00:00Z"}
    return record | answered | told


def channel(promise: str | None = "1h", **told: Any) -> dict[str, Any]:
    promised = {} if promise is None else {"published_sla": {"first_response": promise}}
    return {"type": "channel", "id": "desk", "platform": "x"} | promised | told


@cache
def replies() -> PolicySet:
    return policies(DIRECTORY, REPLIES)


def of_set(*records: dict[str, Any], at: str = "2026-03-02T20:00") -> dict[str, Any]:
    (found,) = replies().judge_set(at=utc(at), related=records).clocks
    return found


TEN = tuple(question(n, minutes) for n, minutes in enumerate(range(5, 55, 5)))


def test_half_and_nine_tenths_of_the_answers() -> None:
    """Of ten answers within 5, 10, … 50 minutes, more than half come within 30, more than nine tenths within 50."""
    found = of_set(*TEN)
    assert (found["stopped"], found["met"], found["p50"], found["p90"]) == (10, 10, "30 min", "50 min")


def test_open_questions_are_counted_apart_and_named_when_late() -> None:
    found = of_set(*TEN, question(11, None), at="2026-03-02T11:30")
    assert (found["stopped"], found["open"], found["late"], found["p90"]) == (10, 1, 1, "50 min")


def test_records_without_the_clock_are_reported() -> None:
    found = of_set(*TEN, {"type": "comment", "id": "untold", "platform": "x"})
    assert (found["without"], found["such_as"]) == (1, ["untold"])


def test_our_own_comments_have_no_clock() -> None:
    assert of_set(*TEN, question(12, None, ours=True))["open"] == 0


def test_a_thread_answers_a_question() -> None:
    asked = question(1, None, id="a")
    answer = {"type": "comment", "id": "b", "in_reply_to": "a", "ours": True, "posted_at": "2026-03-02T10:20:00Z"}
    (found,) = replies().evaluate(asked, at=utc("2026-03-02T12:00"), related=[answer]).clocks
    assert (found["status"], found["elapsed"]) == ("met", "20 min")


def test_an_answer_of_which_nobody_knows_whose_it_is_answers_nothing() -> None:
    asked = question(1, None, id="a")
    answer = {"type": "comment", "id": "b", "in_reply_to": "a", "posted_at": "2026-03-02T10:20:00Z"}
    (found,) = replies().evaluate(asked, at=utc("2026-03-02T12:00"), related=[answer]).clocks
    assert found["status"] == "late"


PROMISES: dict[str, tuple[str | None, tuple[dict[str, Any], ...], str, list[str]]] = {
    "a promise with room to spare": ("63 min", TEN, "allow", []),
    "one without headroom": ("1h", TEN, "hold", ["fail"]),
    "one that nobody keeps": ("15 min", TEN, "hold", ["fail"]),
    "no promise at all": (None, TEN, "allow", []),
    "too few cases to promise anything": ("10h", TEN[:5], "hold", ["unproven"]),
    "answers on other platforms": ("1h", tuple(c | {"platform": "tiktok"} for c in TEN), "hold", ["unproven"]),
    "open questions that take longer yet": ("63 min", (*TEN, *(question(n, None) for n in (20, 21))), "hold", ["fail"]),
}


@pytest.mark.parametrize("name", PROMISES)
def test_a_promise(name: str) -> None:
    promise, asked, outcome, verdicts = PROMISES[name]
    found = replies().evaluate(channel(promise), at=utc("2026-03-02T20:00"), related=asked)
    assert (found.outcome, [f.verdict for f in found.findings]) == (outcome, verdicts)


def test_a_refused_promise_says_what_nine_of_ten_take() -> None:
    found = replies().evaluate(channel("15 min"), at=utc("2026-03-02T20:00"), related=TEN)
    (finding,) = found.findings
    assert finding.name == "escalation.replies/promised_first_response"
    assert finding.message == "`15 min` is promised, and nine of ten take up to 50 min: 20 % have to stay free"


def test_a_set_says_of_each_promise_whether_it_holds() -> None:
    found = of_set(*TEN, channel("15 min"), channel("2h", id="slow"))
    assert [(p["record"], p["promise"], p["p90"], p["holds"]) for p in found["promises"]] == [
        ("desk", "15 min", "50 min", False),
        ("slow", "2h", "50 min", True),
    ]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40), st.sampled_from(["0.5", "0.9", "0.25", "0.99"]))
def test_a_quantile_is_the_smallest_value_within_which_more_than_the_share_lies(values: list[int], share: str) -> None:
    def lie_within(bound: int) -> Decimal:
        return Decimal(sum(value <= bound for value in values)) / len(values)

    found = quantile(values, Decimal(share))
    assert found == min(value for value in values if lie_within(value) > Decimal(share))


HOUR, DAY = Duration(seconds=3600), Duration(days=1)
LIMITS: dict[str, tuple[Targets, str | None, str | None, tuple[Duration, ...]]] = {
    "its own": (Targets({"high": HOUR, "any": DAY}), "high", None, (HOUR,)),
    "that of all others": (Targets({"high": HOUR, "any": DAY}), "low", None, (DAY,)),
    "that of the next higher": (Targets({"critical": HOUR, "medium": DAY}), "high", None, (HOUR,)),
    "that of the next lower where none is higher": (Targets({"low": DAY}), "critical", None, (DAY,)),
    "any of them where nobody says how severe": (Targets({"high": HOUR, "low": DAY}), None, None, (HOUR, DAY)),
    "that of the market": (Targets({"any": DAY}, {"US": {"any": HOUR}}), "high", "US", (HOUR,)),
    "that of all markets where the market's has none": (
        Targets({"any": DAY}, {"US": {"high": HOUR}}),
        "low",
        "US",
        (DAY,),
    ),
    "every market's where none is told": (Targets({"any": DAY}, {"US": {"any": HOUR}}), "high", None, (DAY, HOUR)),
}


@pytest.mark.parametrize("name", LIMITS)
def test_the_time_that_counts_is(name: str) -> None:
    targets, severity, market, expected = LIMITS[name]
    assert targets.limits(severity, market) == expected


# Clocks of a path -----------------------------------------------------------------------------------------------------

ON_PATHS = (
    HEADER
    + """routes: [{id: raid, when: {category: hate_raid}, severity: critical, to: desk}, {id: rest, to: slow}]
paths:
  desk:
    calendar: uk
    pause_while: {status: waiting_for_platform}
    acknowledge_within: {critical: 15 min}
    steps: [{notify: {team: care}}]
    clocks: {first_response: {within: {critical: 10 min, low: 4h}}}
  slow: {acknowledge_within: {low: 1h}, steps: [{notify: {team: care}}]}
"""
)


def test_a_path_gives_its_clocks_the_severity_the_hours_and_the_pauses() -> None:
    desk = policies(DIRECTORY, ON_PATHS)
    told = {"category": "hate_raid", "severity": "low"}
    assert shown(FIRST, "22:00", "opened 16:55", policy_set=desk, **told) == "off_hours 5 min of 10 min"
    paused = ("opened 16:00", "acknowledged 16:05 status=waiting_for_platform")
    assert shown(FIRST, "22:00", *paused, policy_set=desk, **told) == "paused 5 min of 10 min"


def test_a_case_on_another_path_has_no_such_clock() -> None:
    assert shown(FIRST, "22:00", "opened 16:55", policy_set=policies(DIRECTORY, ON_PATHS), category="pr") == ""


GOAL = "{from: 2026-01-01, within: {any: 2h}}"
PROMISED = "{within: {any: 1h}, promise: {by: channel, field: published_sla.first_response, "
WRONG = {
    "a clock that nothing stops": ("clocks: {decision: {within: {any: 1h}}}\n", "PE705"),
    "two goals of one day": (f"clocks: {{resolution: {{within: {{any: 1h}}, goals: [{GOAL}, {GOAL}]}}}}\n", "PE703"),
    "a market that is none": ("clocks: {resolution: {within: {any: 1h}, by_market: {FR: {any: 1h}}}}\n", "PE706"),
    "a promise about text": (
        "clocks: {resolution: {within: {any: 1h}, promise: {by: channel, field: published_sla.text, headroom: 20%}}}\n",
        "PE704",
    ),
    "a promise by nobody": (
        "clocks: {resolution: {within: {any: 1h}, promise: {by: chanel, field: x, headroom: 20%}}}\n",
        "PE213",
    ),
    "a headroom that no promise leaves": (f"clocks: {{resolution: {PROMISED}headroom: 100%}}}}}}\n", "PE707"),
    "a headroom below nothing": (f"clocks: {{resolution: {PROMISED}headroom: -10%}}}}}}\n", "PE707"),
    "a promise that leans on nothing": (f"clocks: {{resolution: {PROMISED}headroom: 20%, cases: 0}}}}}}\n", "PE707"),
    "a clock without a time": ("clocks: {resolution: {within: {}}}\n", "PE124"),
    "neither routes nor clocks": ("", "PE124"),
    "routes without paths": ("routes: [{id: rest, to: desk}]\n", "PE360"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused(name: str) -> None:
    text, code = WRONG[name]
    assert {fault.split()[1] for fault in faults(DIRECTORY, HEADER + text)} == {code}
