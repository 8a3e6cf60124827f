"""Routing trees, silences and inhibition as Alertmanager documents them; docs/escalations.md lists the differences.

Each case is a tree of its own. `product` stands for the label `service`, `source` for `team`; every path tells the team
of its name, so the receivers of a case are the teams that are told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from msgspec import Struct

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from tests.sets import faults, policies

TEAMS = ("fallback", "database", "frontend", "dev", "oncall", "audit")
DIRECTORY = f"""\
kind: directory
id: directory
owner: fallback
people: {{{", ".join(f"of_{team}: {{team: {team}}}" for team in TEAMS)}}}
calendars: {{office: {{zone: Europe/London, hours: {{monday to friday: "09:00 to 17:00"}}}}}}
"""
HEADER = """\
kind: escalation
id: escalation.tree
title: Every case reaches somebody
owner: fallback
applies_to: incident
"""
PATHS = "paths:\n" + "".join(
    f"  {team}: {{acknowledge_within: {{low: 1h}}, steps: [{{notify: {{team: {team}}}}}]}}\n" for team in TEAMS
)
NOON = "2026-03-04T12:00"  # a Wednesday


class Tree(Struct, frozen=True, kw_only=True):
    """A tree, a case, and who is told of it; `told` has `-team` for somebody who would have been told."""

    routes: str
    case: dict[str, Any] = {}
    others: tuple[dict[str, Any], ...] = ()
    at: str = NOON
    told: str
    why: dict[str, list[str]] = {}


def root(*below: str, rest: str = "") -> str:
    """Return a tree with one root, as Alertmanager has it, that tells `fallback`."""
    routes = "".join(f"\n      - {route}" for route in below)
    return f"routes:\n  - id: root\n    to: fallback\n{f'    routes:{routes}' if below else ''}\n{rest}"


def decided(tree: Tree) -> Decision:
    return judged(tree_of(tree.routes), tree.at, tree.case, tree.others)


def tree_of(routes: str) -> PolicySet:
    return policies(DIRECTORY, HEADER + routes + PATHS)


def judged(tree: PolicySet, at: str, case: dict[str, Any], others: tuple[dict[str, Any], ...] = ()) -> Decision:
    return tree.evaluate(incident("this", at) | case, at=utc(at), related=[incident("other", at) | o for o in others])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def incident(identity: str, at: str) -> dict[str, Any]:
    """Return a case that was opened at midnight of the day."""
    opened = {"event": "opened", "at": f"{at[:10]}T00:00:00Z"}
    return {"type": "incident", "id": identity, "severity": "low", "events": [opened]}


def receivers(decision: Decision) -> str:
    """Return the teams that are told, and with a minus those that would have been."""
    told = {str(a["to"]).removeprefix("team ") for a in decision.actions if a["do"] == "notify"}
    quiet = {f"-{person.removeprefix('of_')}" for e in decision.escalations for person in e.get("would_tell", ())}
    return " ".join(sorted(told | quiet))


MYSQL = "{id: mysql, when: {product: [mysql, cassandra]}, to: database}"
FRONT = "{id: front, when: {source: frontend}, to: frontend}"
EVERYTHING = "{id: copy, to: audit, continue: true}"
WEEKEND = '{id: weekend, because: closed, hours: {saturday to sunday: "00:00 to 24:00"}}'


def muted(mute: str, *, more: str = "") -> str:
    return f"{{id: dev, when: {{product: shop}}, to: dev{more}, mute: [{mute}]}}"


def inhibited(by: str, *, when: str = "severity: [low, medium]") -> str:
    return f"{{id: minor, when: {{{when}}}, to: dev, inhibited_by: [{by}]}}"


MAJOR = "{id: major, when: {severity: critical}, same: [product]}"
SHOP = {"product": "shop"}
CRITICAL = {"product": "shop", "severity": "critical"}
RESOLVED = [{"event": "opened", "at": "2026-03-04T01:00:00Z"}, {"event": "resolved", "at": "2026-03-04T02:00:00Z"}]
AGAIN = [*RESOLVED, {"event": "opened", "at": "2026-03-04T03:00:00Z"}]

TREES: dict[str, Tree] = {
    # The tree
    "a tree of one root takes everything": Tree(routes=root(), told="fallback"),
    "a case that no child matches stays at the root": Tree(
        routes=root(MYSQL, FRONT), case={"product": "shop", "source": "shop"}, told="fallback"
    ),
    "the first child that matches is taken, and no other": Tree(
        routes=root(MYSQL, FRONT), case={"product": "mysql", "source": "frontend"}, told="database"
    ),
    "the order of the children decides": Tree(
        routes=root(FRONT, MYSQL), case={"product": "mysql", "source": "frontend"}, told="frontend"
    ),
    "continue goes on to the next sibling that matches": Tree(
        routes=root(MYSQL.replace("to:", "continue: true, to:"), FRONT),
        case={"product": "mysql", "source": "frontend"},
        told="database frontend",
    ),
    "continue without another match tells only the one": Tree(
        routes=root(MYSQL.replace("to:", "continue: true, to:"), FRONT),
        case={"product": "mysql", "source": "shop"},
        told="database",
    ),
    "continue on a child that does not match changes nothing": Tree(
        routes=root(MYSQL.replace("to:", "continue: true, to:"), FRONT),
        case={"product": "shop", "source": "frontend"},
        told="frontend",
    ),
    "a child without a condition sees every case": Tree(
        routes=root(EVERYTHING, MYSQL), case={"product": "mysql"}, told="audit database"
    ),
    "a grandchild that matches takes the case from its parent": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, routes: [{id: x, when: {platform: x}, to: dev}]}"
        ),
        case={"source": "frontend", "platform": "x"},
        told="dev",
    ),
    "a child whose children do not match keeps the case": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, routes: [{id: x, when: {platform: x}, to: dev}]}"
        ),
        case={"source": "frontend", "platform": "tiktok"},
        told="frontend",
    ),
    "a child of a parent that does not match is not looked at": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, routes: [{id: x, when: {platform: x}, to: dev}]}"
        ),
        case={"source": "shop", "platform": "x"},
        told="fallback",
    ),
    "a child without a receiver has that of its parent": Tree(
        routes=root("{id: front, when: {source: frontend}, severity: high}"),
        case={"source": "frontend"},
        told="fallback",
    ),
    "a grandchild has the receiver of whoever says one": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, "
            "routes: [{id: x, when: {platform: x}, routes: [{id: bad, when: {severity: low}}]}]}"
        ),
        case={"source": "frontend", "platform": "x"},
        told="frontend",
    ),
    "continue inside a subtree does not leave it": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, "
            "routes: [{id: x, when: {platform: x}, to: dev, continue: true}]}",
            EVERYTHING,
        ),
        case={"source": "frontend", "platform": "x"},
        told="dev",
    ),
    "continue on the parent leaves it, whatever its children took": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, continue: true, "
            "routes: [{id: x, when: {platform: x}, to: dev}]}",
            EVERYTHING,
        ),
        case={"source": "frontend", "platform": "x"},
        told="audit dev",
    ),
    "two grandchildren by continue": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, routes: "
            "[{id: x, when: {platform: x}, to: dev, continue: true}, {id: y, when: {platform: [x, vk]}, to: audit}]}"
        ),
        case={"source": "frontend", "platform": "x"},
        told="audit dev",
    ),
    # Matchers
    "all conditions of a route have to hold": Tree(
        routes=root("{id: both, when: {product: mysql, source: frontend}, to: dev}"),
        case={"product": "mysql", "source": "shop"},
        told="fallback",
    ),
    "a negative condition": Tree(
        routes=root("{id: others, when: {product: {is_not: mysql}}, to: dev}"), case={"product": "shop"}, told="dev"
    ),
    "a pattern is about the whole text": Tree(
        routes=root('{id: sql, when: {product: {matches: "my.*"}}, to: database}'),
        case={"product": "not mysql"},
        told="fallback",
    ),
    "a negative pattern": Tree(
        routes=root('{id: sql, when: {not: {product: {matches: "my.*"}}}, to: dev}'),
        case={"product": "shop"},
        told="dev",
    ),
    "one of several values": Tree(routes=root(MYSQL), case={"product": "cassandra"}, told="database"),
    # Times of silence
    "a muted route tells nobody, and ends the search": Tree(
        routes=root(muted(WEEKEND), EVERYTHING), case=SHOP, at="2026-03-07T12:00", told="-dev"
    ),
    "a muted route with continue lets the next one tell": Tree(
        routes=root(muted(WEEKEND, more=", continue: true"), EVERYTHING),
        case=SHOP,
        at="2026-03-07T12:00",
        told="-dev audit",
    ),
    "outside of its time a mute is none": Tree(routes=root(muted(WEEKEND)), case=SHOP, told="dev"),
    "the office by day, the rotation at other times": Tree(
        routes=root(
            muted("{id: closed, because: nobody is there, outside: office}", more=", continue: true"),
            "{id: night, when: {product: shop}, to: oncall, mute: [{id: open, because: dev has it, calendar: office}]}",
        ),
        case=SHOP,
        told="-oncall dev",
    ),
    "the rotation at night": Tree(
        routes=root(
            muted("{id: closed, because: nobody is there, outside: office}", more=", continue: true"),
            "{id: night, when: {product: shop}, to: oncall, mute: [{id: open, because: dev has it, calendar: office}]}",
        ),
        case=SHOP,
        at="2026-03-04T22:00",
        told="-dev oncall",
    ),
    "the first moment of an interval is in it": Tree(
        routes=root(muted('{id: lunch, because: lunch, hours: {every day: "12:00 to 13:00"}}')), case=SHOP, told="-dev"
    ),
    "its last moment is not": Tree(
        routes=root(muted('{id: lunch, because: lunch, hours: {every day: "11:00 to 12:00"}}')), case=SHOP, told="dev"
    ),
    "a time of day is that of its zone": Tree(
        routes=root(muted('{id: lunch, because: lunch, zone: Asia/Tokyo, hours: {every day: "21:00 to 22:00"}}')),
        case=SHOP,
        told="-dev",
    ),
    "the last day of a month": Tree(
        routes=root(muted("{id: close, because: books are closed, days: -1}")),
        case=SHOP,
        at="2026-02-28T12:00",
        told="-dev",
    ),
    "which is another one in a leap year": Tree(
        routes=root(muted("{id: close, because: books are closed, days: -1}")),
        case=SHOP,
        at="2028-02-28T12:00",
        told="dev",
    ),
    "days that a month does not have are cut off": Tree(
        routes=root(muted('{id: all, because: always, days: "1 to 31"}')), case=SHOP, at="2026-02-28T12:00", told="-dev"
    ),
    "the first days and the last ones": Tree(
        routes=root(muted('{id: turn, because: books, days: ["1 to 5", "-3 to -1"]}')), case=SHOP, told="-dev"
    ),
    "months over the turn of the year": Tree(
        routes=root(muted("{id: peak, because: change freeze, months: november to january}")),
        case=SHOP,
        at="2026-01-20T12:00",
        told="-dev",
    ),
    "another month": Tree(
        routes=root(muted("{id: peak, because: change freeze, months: november to january}")), case=SHOP, told="dev"
    ),
    "everything that one interval says has to hold": Tree(
        routes=root(muted('{id: x, because: x, months: march, hours: {monday: "00:00 to 24:00"}}')),
        case=SHOP,
        told="dev",
    ),
    "one of several intervals suffices": Tree(
        routes=root(muted(f"{WEEKEND}, {{id: march, because: x, months: march}}")), case=SHOP, told="-dev"
    ),
    # Silences
    "a silence has a beginning and an end": Tree(
        routes=root(
            rest="mute: [{id: move, because: servers move, from: 2026-03-04T11:00:00Z, until: 2026-03-04T13:00:00Z}]\n"
        ),
        told="-fallback",
    ),
    "at its end it is over": Tree(
        routes=root(rest="mute: [{id: move, because: servers move, from: 2026-03-04, until: 2026-03-04T12:00:00Z}]\n"),
        told="fallback",
    ),
    "a silence is for the cases that it matches": Tree(
        routes=root(FRONT, rest="mute: [{id: drill, because: a drill, when: {product: shop}, until: 2026-03-05}]\n"),
        case={"product": "shop", "source": "frontend"},
        told="-frontend",
    ),
    "and for no others": Tree(
        routes=root(FRONT, rest="mute: [{id: drill, because: a drill, when: {product: shop}, until: 2026-03-05}]\n"),
        case={"product": "mysql", "source": "frontend"},
        told="frontend",
    ),
    # Inhibition
    "a case is inhibited by one that says more, with the same label": Tree(
        routes=root(inhibited(MAJOR)), case=SHOP, others=(CRITICAL,), told="-dev"
    ),
    "not by one with another label": Tree(
        routes=root(inhibited(MAJOR)), case=SHOP, others=({**CRITICAL, "product": "mysql"},), told="dev"
    ),
    "not by one that does not say more": Tree(
        routes=root(inhibited(MAJOR)), case=SHOP, others=({**CRITICAL, "severity": "medium"},), told="dev"
    ),
    "not by one that is over": Tree(
        routes=root(inhibited(MAJOR)), case=SHOP, others=({**CRITICAL, "events": RESOLVED},), told="dev"
    ),
    "by one that was opened again": Tree(
        routes=root(inhibited(MAJOR)), case=SHOP, others=({**CRITICAL, "events": AGAIN},), told="-dev"
    ),
    "not by one that has not begun": Tree(
        routes=root(inhibited(MAJOR)),
        case=SHOP,
        others=({**CRITICAL, "events": [{"event": "opened", "at": "2026-03-04T13:00:00Z"}]},),
        told="dev",
    ),
    "not by itself": Tree(routes=root(inhibited("{id: any, when: {product: shop}}")), case=SHOP, told="dev"),
    "two that could inhibit each other are both told": Tree(
        routes=root(inhibited("{id: any, when: {product: shop}}")), case=SHOP, others=(SHOP,), told="dev"
    ),
    "one that could inhibit is inhibited by one that could not be": Tree(
        routes=root(inhibited("{id: any, when: {product: shop}}")), case=SHOP, others=(CRITICAL,), told="-dev"
    ),
    "a case that is told to nobody still inhibits": Tree(
        routes=root(
            inhibited(MAJOR),
            "{id: major, when: {severity: critical}, to: oncall, mute: [{id: m, because: x, months: march}]}",
        ),
        case=SHOP,
        others=(CRITICAL,),
        told="-dev",
    ),
    "only the route that says so is inhibited": Tree(
        routes=root("{id: front, when: {source: frontend}, to: frontend}", inhibited(MAJOR)),
        case={**SHOP, "source": "frontend"},
        others=(CRITICAL,),
        told="frontend",
    ),
    "by a case on another route": Tree(
        routes=root(
            "{id: major, when: {severity: critical}, to: oncall}", inhibited("{id: m, route: major, same: product}")
        ),
        case=SHOP,
        others=(CRITICAL,),
        told="-dev",
    ),
    # Differences
    "difference: a mute is inherited": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, mute: [{id: m, because: x, months: march}], "
            "routes: [{id: x, when: {platform: x}, to: dev}]}"
        ),
        case={"source": "frontend", "platform": "x"},
        told="-dev",
    ),
    "difference: and cleared by an empty list": Tree(
        routes=root(
            "{id: front, when: {source: frontend}, to: frontend, mute: [{id: m, because: x, months: march}], "
            "routes: [{id: x, when: {platform: x}, to: dev, mute: []}]}"
        ),
        case={"source": "frontend", "platform": "x"},
        told="dev",
    ),
    "difference: so is inhibition": Tree(
        routes=root("{id: minor, when: {severity: low}, to: dev, inhibited_by: []}", rest=f"inhibited_by: [{MAJOR}]\n"),
        case=SHOP,
        others=(CRITICAL,),
        told="dev",
    ),
    "difference: the root may be muted": Tree(
        routes=root(rest="mute: [{id: m, because: x, months: march}]\n"), told="-fallback"
    ),
    "difference: an untold fact is not the empty label": Tree(
        routes=root("{id: others, when: {product: {is_not: mysql}}, to: dev}"),
        told="fallback",
        why={"route others": ["product"]},
    ),
    "difference: what neither case tells is not the same": Tree(
        routes=root(inhibited(MAJOR)),
        others=({"severity": "critical"},),
        told="dev",
        why={"inhibited_by major": ["product"]},
    ),
    "difference: a mute that is unknown tells people, and says so": Tree(
        routes=root(rest="mute: [{id: drill, because: a drill, when: {product: shop}}]\n"),
        told="fallback",
        why={"mute drill": ["product"]},
    ),
    "difference: several roots are looked at like siblings": Tree(
        routes=f"routes: [{FRONT.replace('to:', 'continue: true, to:')}, {{id: rest, to: fallback}}]\n",
        case={"source": "frontend"},
        told="fallback frontend",
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_who_is_told(name: str) -> None:
    tree = TREES[name]
    decision = decided(tree)
    assert receivers(decision) == tree.told
    why = {u["what"]: u["missing"] for u in decision.undecided}
    assert why == tree.why or not tree.why


def test_a_case_whose_deciding_fact_is_missing_reaches_the_last_route_and_says_why() -> None:
    routes = "routes: [{id: raid, when: {category: hate_raid}, to: oncall}, {id: rest, to: fallback}]\n"
    decision = judged(tree_of(routes), NOON, {})
    assert [(e["route"], e["holder"]) for e in decision.escalations] == [("rest", ["of_fallback"])]
    assert decision.undecided == ({"policy": "escalation.tree", "what": "route raid", "missing": ["category"]},)


def test_a_muted_case_is_in_the_decision_with_who_would_have_been_told_and_why() -> None:
    mute = "{id: move, because: servers move, from: 2026-03-04, until: 2026-03-05}"
    (found,) = judged(tree_of(root(rest=f"mute: [{mute}]\n")), NOON, {}).escalations
    assert {key: found[key] for key in ("status", "holder", "would_tell", "quiet_by", "overdue_by")} == {
        "status": "muted",
        "holder": [],
        "would_tell": ["of_fallback"],
        "quiet_by": [{"mute": "move", "because": "servers move", "until": "2026-03-05T00:00:00Z"}],
        "overdue_by": "11h",
    }


def test_an_inhibited_case_names_the_other_case() -> None:
    decision = judged(tree_of(root(inhibited(MAJOR))), NOON, SHOP, (CRITICAL,))
    (found,) = decision.escalations
    assert (found["status"], found["quiet_by"]) == ("inhibited", [{"inhibited_by": "major", "case": "other"}])
    assert [used["id"] for used in decision.used] == ["other"]


def test_a_case_that_somebody_has_is_not_muted() -> None:
    mine = {"event": "acknowledged", "at": "2026-03-04T01:00:00Z", "by": "of_fallback"}
    case = {"events": [{"event": "opened", "at": "2026-03-04T00:30:00Z"}, mine]}
    (found,) = judged(tree_of(root(rest="mute: [{id: m, because: x, months: march}]\n")), NOON, case).escalations
    assert (found["status"], found["holder"]) == ("acknowledged", ["of_fallback"])


def test_a_mute_stops_neither_deadlines_nor_first_actions() -> None:
    deadline = "deadlines: [{id: authority, within: 72h}], first_actions: [{do: keep_evidence, within: 1h}], steps"
    text = HEADER + root(rest="mute: [{id: m, because: x, months: march}]\n") + PATHS.replace("steps", deadline, 1)
    decision = judged(policies(DIRECTORY, text), NOON, {"actions": []})
    assert sorted(d["id"] for d in decision.deadlines) == ["authority", "keep_evidence"]
    assert [a["do"] for a in decision.actions] == ["keep_evidence"]


@pytest.mark.parametrize("category", ["hate_raid", "pr", "other", None])
def test_a_tree_means_the_same_as_its_routes_one_by_one(category: str | None) -> None:
    """The first route that matches, written flat, is the child that matches, written as a tree."""
    children = "{id: raid, when: {category: hate_raid}, to: oncall}", "{id: press, when: {category: pr}, to: audit}"
    flat = tree_of(f"routes: [{', '.join(children)}, {{id: rest, to: fallback}}]\n")
    case = {"category": category} if category else {}
    assert receivers(judged(flat, NOON, case)) == receivers(judged(tree_of(root(*children)), NOON, case))


WRONG = {
    "a route that leads nowhere": ("routes: [{id: rest, routes: [{id: x, when: {platform: x}, to: dev}]}]\n", "PE369"),
    "a finer route that is never reached": (root("{id: all}", "{id: never, to: dev}"), "PE362"),
    "a name that stands twice, on different levels": (root("{id: root, to: dev}"), "PE363"),
    "a finer route to nowhere": (root("{id: a, to: nobody}"), "PE360"),
    "an unknown route that inhibits": (root(inhibited("{id: m, route: majr}")), "PE702"),
    "a route that inhibits itself": (root(inhibited("{id: m, route: minor}")), "PE702"),
    "an unknown field": (root(inhibited("{id: m, when: {severity: high}, same: prodct}")), "PE102"),
    "hours that are none": (root(rest='mute: [{id: m, because: x, hours: {weekend: "00:00 to 24:00"}}]\n'), "PE700"),
    "a day that is none": (root(rest="mute: [{id: m, because: x, days: 32}]\n"), "PE700"),
    "days that go back": (root(rest='mute: [{id: m, because: x, days: "7 to 1"}]\n'), "PE700"),
    "a month that is none": (root(rest="mute: [{id: m, because: x, months: juli}]\n"), "PE700"),
    "a time that is none": (root(rest="mute: [{id: m, because: x, from: tomorrow}]\n"), "PE700"),
    "an end before the beginning": (
        root(rest="mute: [{id: m, because: x, from: 2026-03-02, until: 2026-03-01}]\n"),
        "PE700",
    ),
    "a zone that is none": (root(rest="mute: [{id: m, because: x, months: may, zone: GMT+1}]\n"), "PE700"),
    "a mute that says nothing": (root(rest="mute: [{id: m, because: x}]\n"), "PE124"),
    "a mute without a reason": (root(rest="mute: [{id: m, months: may}]\n"), "PE121"),
    "an unknown calendar": (root(rest="mute: [{id: m, because: x, outside: ofice}]\n"), "PE209"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused(name: str) -> None:
    routes, code = WRONG[name]
    assert {fault.split()[1] for fault in faults(DIRECTORY, HEADER + routes + PATHS)} == {code}


# A new version of the policy ------------------------------------------------------------------------------------------

CHANGE = """\
routes: [{id: rest, to: dev}]
effective: {from: 2026-03-04}
on_policy_change: WHAT
"""
ACKNOWLEDGED = {"event": "acknowledged", "at": "2026-03-03T10:10:00Z", "by": "of_audit"}
BEFORE = [{"event": "opened", "at": "2026-03-03T10:00:00Z"}, ACKNOWLEDGED]


def changed(what: str, events: list[dict[str, Any]], at: str = "2026-03-04T00:30") -> dict[str, Any]:
    text = CHANGE.replace("WHAT", what)
    (found,) = judged(tree_of(text), at, {"events": events}).escalations
    return found


def test_what_people_said_before_a_new_version_stays() -> None:
    found = changed("keep", BEFORE)
    assert (found["status"], found["holder"]) == ("acknowledged", ["of_audit"])


def test_a_new_version_that_begins_anew_asks_again_and_nobody_is_late_for_it() -> None:
    found = changed("reschedule", BEFORE)
    assert (found["status"], found["holder"], found["overdue_by"]) == ("waiting", ["of_dev"], None)
    later = changed("reschedule", BEFORE, "2026-03-04T03:00")
    assert (later["status"], later["overdue_by"]) == ("overdue", "2h")


def test_a_version_without_a_date_is_told_by_the_events() -> None:
    text = CHANGE.replace("effective: {from: 2026-03-04}\n", "").replace("WHAT", "reschedule")
    tree = tree_of(text)
    old = [event | {"policy_version": "escalation.tree@000000000000"} for event in BEFORE]
    (now,) = judged(tree, "2026-03-04T12:00", {"events": old}).escalations
    new = {"event": "asked", "at": "2026-03-04T11:30:00Z", "policy_version": f"escalation.tree@{now['version']}"}
    (found,) = judged(tree, "2026-03-04T12:00", {"events": [*old, new]}).escalations
    assert (found["status"], found["holder"], found["overdue_by"]) == ("waiting", ["of_dev"], None)


def test_versions_of_another_policy_say_nothing_about_this_one() -> None:
    text = CHANGE.replace("effective: {from: 2026-03-04}\n", "").replace("WHAT", "reschedule")
    other = [event | {"policy_version": "escalation.other@000000000000"} for event in BEFORE]
    (found,) = judged(tree_of(text), "2026-03-03T12:00", {"events": other}).escalations
    assert (found["status"], found["overdue_by"]) == ("overdue", "1h")


def test_a_case_that_is_resolved_stays_resolved_whatever_the_policy_says_now() -> None:
    resolved = {"event": "resolved", "at": "2026-03-03T11:00:00Z"}
    assert changed("reschedule", [*BEFORE, resolved])["status"] == "resolved"


def test_a_new_title_is_no_new_version() -> None:
    titled = policies(DIRECTORY, (HEADER + CHANGE.replace("WHAT", "keep") + PATHS).replace("title: E", "title: Now e"))
    (found,) = judged(titled, NOON, {}).escalations
    assert found["version"] == changed("keep", BEFORE)["version"]
