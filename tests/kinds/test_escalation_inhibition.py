"""Cases that silence each other: in circles nobody is silent, and looking it up agrees with looking at each pair."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.evaluate.due import due
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.related import Records
from tests.sets import policies

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
DIRECTORY = "kind: directory\nid: directory\nowner: desk\npeople: {ana: {team: desk}}\n"
HEADER = "kind: escalation\nid: escalation.desk\ntitle: Cases reach somebody\nowner: desk\napplies_to: incident\n"
REST = "  - {id: rest, to: desk}\npaths: {desk: {acknowledge_within: {low: 1h}, steps: [{notify: {team: desk}}]}}\n"
RAID, SPAM, ABUSE, OTHER = "hate_raid", "bot_spam", "harassment", "misinformation"
CATEGORIES = (RAID, SPAM, ABUSE, OTHER)


def desk(silenced: dict[str, str]) -> PolicySet:
    """Return a desk with a route for each category; each is silenced by cases of another one on the same platform."""
    routes = "".join(
        f"  - {{id: {category}, when: {{category: {category}}}, to: desk, "
        f"inhibited_by: [{silenced.get(category, '')}]}}\n"
        for category in CATEGORIES
    )
    return policies(DIRECTORY, f"{HEADER}routes:\n{routes}{REST}")


def by_route(route: str) -> str:
    return f"{{id: more, route: {route}, same: [platform]}}"


def by_case(category: str) -> str:
    return f"{{id: more, when: {{category: {category}}}, same: [platform]}}"


def case(identity: str, category: str, platform: str | None = "x") -> dict[str, Any]:
    opened = [{"event": "opened", "at": "2026-03-04T10:00:00Z"}]
    told = {} if platform is None else {"platform": platform}
    return {"type": "incident", "id": identity, "category": category, "severity": "low", "events": opened} | told


def silent(desk: PolicySet, cases: list[dict[str, Any]]) -> dict[str, str]:
    """Return the silent cases, each with the one that says more."""
    found = {}
    for one in cases:
        (entry,) = desk.evaluate(one, at=AT, related=cases).escalations
        if entry["status"] == "inhibited":
            found[one["id"]] = entry["quiet_by"][0]["case"]
    return found


CIRCLES: dict[str, tuple[dict[str, str], list[dict[str, Any]], dict[str, str]]] = {
    "two routes that silence each other": (
        {RAID: by_route(SPAM), SPAM: by_route(RAID)},
        [case("a", RAID), case("b", SPAM)],
        {},
    ),
    "two conditions that silence each other": (
        {RAID: by_case(SPAM), SPAM: by_case(RAID)},
        [case("a", RAID), case("b", SPAM)],
        {},
    ),
    "three in a circle": (
        {RAID: by_route(SPAM), SPAM: by_route(ABUSE), ABUSE: by_route(RAID)},
        [case("a", RAID), case("b", SPAM), case("c", ABUSE)],
        {},
    ),
    "the same three on several platforms make no circle": (
        {RAID: by_route(SPAM), SPAM: by_route(ABUSE), ABUSE: by_route(RAID)},
        [case("a", RAID), case("b", SPAM), case("c", ABUSE, "tiktok")],
        {"a": "b"},
    ),
    "a chain ends with somebody who is told": (
        {RAID: by_route(SPAM), SPAM: by_route(ABUSE)},
        [case("a", RAID), case("b", SPAM), case("c", ABUSE)],
        {"a": "b", "b": "c"},
    ),
    "a circle is silenced by a case outside of it": (
        {RAID: f"{by_route(SPAM)}, {{id: all, route: {OTHER}}}", SPAM: by_route(RAID), OTHER: by_route(ABUSE)},
        [case("a", RAID), case("b", SPAM), case("z", OTHER, "tiktok")],
        {"a": "z"},
    ),
    "nobody is silenced for a platform that is not told": (
        {RAID: by_route(SPAM)},
        [case("a", RAID, None), case("b", SPAM, None)],
        {},
    ),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_in_a_circle_everybody_is_told(name: str) -> None:
    silenced, cases, expected = CIRCLES[name]
    assert silent(desk(silenced), cases) == expected


@cache
def all_silence() -> PolicySet:
    """Return a desk where what silences what has a circle, a chain, and one that silences itself."""
    return desk(
        {RAID: by_route(SPAM), SPAM: f"{by_case(RAID)}, {by_route(ABUSE)}", OTHER: "{id: one, when: {severity: low}}"}
    )


def pairs(cases: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Return who is silenced by whom, circles aside, pair by pair."""
    found = set()
    for one in cases:
        for other in cases:
            same = one.get("platform") is not None and one.get("platform") == other.get("platform")
            mine, its = one["category"], other["category"]
            says = same and (mine, its) in {(RAID, SPAM), (SPAM, RAID), (SPAM, ABUSE)}
            if one["id"] != other["id"] and (says or mine == OTHER):
                found.add((one["id"], other["id"]))
    return found


def reached(start: str, by: set[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        new = {other for one, other in by if one == here} - found
        found |= new
        waiting.extend(new)
    return found


@given(st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(["x", "tiktok", None])), max_size=7))
def test_who_is_silent_agrees_with_looking_at_each_pair(told: list[tuple[str, str | None]]) -> None:
    cases = [case(f"i{n}", category, platform) for n, (category, platform) in enumerate(told)]
    by = pairs(cases)
    expected = {}
    for one in cases:
        names = sorted(other for mine, other in by if mine == one["id"] and one["id"] not in reached(other, by))
        if names:
            expected[one["id"]] = names[0]
    assert silent(all_silence(), cases) == expected


@given(st.permutations([case("a", RAID), case("b", SPAM), case("c", ABUSE), case("d", OTHER)]))
def test_the_order_of_cases_means_nothing(cases: list[dict[str, Any]]) -> None:
    assert silent(all_silence(), cases) == {"b": "c", "d": "a"}


def test_all_cases_that_were_looked_at_are_used() -> None:
    cases = [case("a", RAID), case("b", SPAM), case("c", ABUSE)]
    found = all_silence().evaluate(cases[0], at=AT, related=cases)
    assert [item["id"] for item in found.used] == ["a", "b", "c"]


def test_many_cases_asked_at_once_are_as_silent_as_one_by_one() -> None:
    cases = [case("a", RAID), case("b", SPAM), case("c", ABUSE), case("d", OTHER)]
    there = all_silence().assembly
    found = due(there, Records.of(cases, there.types), datetime(2026, 3, 5, tzinfo=UTC))
    assert [(row.record[1], row.who) for row in found.rows if row.record is not None] == [
        ("a", ("ana",)),
        ("b", ()),
        ("c", ("ana",)),
        ("d", ()),
    ]
