"""What a freeze stops: orders that stand, run out, are renewed and lifted, and whom and what they catch."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kinds.freezing import AGAIN, APPROVAL, POLICY, decided, order, post, stands, vote

FROZEN = {"o1": "frozen"}
FREE: dict[str, str] = {}


# Declaring ------------------------------------------------------------------------------------------------------------

DECLARED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "by somebody who may": ({}, FROZEN),
    "by the other role": ({"by": "gen"}, FROZEN),
    "by somebody who may not": ({"by": "cy"}, {"o1": "void"}),
    "by somebody who held the role once": ({"by": "old"}, {"o1": "void"}),
    "by somebody who will hold it": ({"by": "new"}, {"o1": "void"}),
    "by somebody who left": ({"by": "gone"}, {"o1": "void"}),
    "by nobody of the directory": ({"by": "eve"}, {"o1": "void"}),
    "by somebody on leave, who sees the crisis first": ({"by": "off"}, FROZEN),
    "by who acts for somebody on leave": ({"by": "dep"}, FROZEN),
    "by nobody that is told": ({"by": None}, FROZEN),
    "made while the role was held, for later": (
        {"by": "old", "created_at": "2026-02-20T09:00:00Z"},
        FROZEN,
    ),
    "made before the role was held, for later": (
        {"by": "new", "created_at": "2026-03-02T09:00:00Z", "from_": "2026-03-02T13:00:00Z"},
        {"o1": "void"},
    ),
}


@pytest.mark.parametrize(("fields", "expected"), DECLARED.values(), ids=DECLARED)
def test_an_order_freezes_when_whoever_declared_it_may(fields: dict[str, Any], expected: dict[str, str]) -> None:
    assert stands(post(), order(**fields)) == expected


def test_an_order_that_freezes_nothing_says_why_and_weighs_nothing() -> None:
    found = decided(post(), order(by="cy"))
    assert (found.outcome, [f["why"] for f in found.frozen]) == (
        "allow",
        ["the order does not freeze: `cy`, who declared it, is not among those who may"],
    )


def test_a_frozen_record_is_held_by_the_policy() -> None:
    found = decided(post(), order())
    assert (found.outcome, found.decided_by, found.by_market) == ("hold", ("freeze.crisis",), {"GB": "hold"})
    assert found.frozen[0] | {"why": ""} == {
        "policy": "freeze.crisis",
        "order": "o1",
        "status": "frozen",
        "since": "2026-03-02T10:00:00Z",
        "until": "2026-03-03T10:00:00Z",
        "by": "hel",
        "why": "",
        "markets": ["GB"],
        "missing": [],
    }


def test_without_an_order_nothing_is_frozen() -> None:
    assert decided(post()).frozen == ()


def test_two_orders_at_once_are_both_listed() -> None:
    other = order(id="o2", by="gen", from_="2026-03-02T11:00:00Z")
    assert {f["order"]: f["until"] for f in decided(post(), order(), other).frozen} == {
        "o1": "2026-03-03T10:00:00Z",
        "o2": "2026-03-03T11:00:00Z",
    }


def test_an_order_that_may_not_be_does_not_spoil_another() -> None:
    assert stands(post(), order(), order(id="o2", by="cy")) == {"o1": "frozen", "o2": "void"}


# Scope ----------------------------------------------------------------------------------------------------------------

COVERED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, str]]] = {
    "its market": ({}, {}, FROZEN),
    "another market": ({"markets": ["US"]}, {}, FREE),
    "one of several markets": ({"markets": ["US", "GB"]}, {}, FROZEN),
    "a market that nobody knows": ({"markets": None}, {}, FROZEN),
    "no market at all": ({"markets": []}, {}, FREE),
    "an order that names no market": ({"markets": ["US"]}, {"markets": None}, FROZEN),
    "an order for no market": ({}, {"markets": []}, FREE),
    "its platform": ({}, {"platforms": ["instagram"]}, FROZEN),
    "another platform": ({}, {"platforms": ["x"]}, FREE),
    "a platform that nobody knows": ({"platform": None}, {"platforms": ["x"]}, FROZEN),
}


@pytest.mark.parametrize(("record", "started", "expected"), COVERED.values(), ids=COVERED)
def test_an_order_covers_what_it_names_and_what_nobody_knows(
    record: dict[str, Any], started: dict[str, Any], expected: dict[str, str]
) -> None:
    assert stands(post(**record), order(**started)) == expected


def test_facts_that_are_not_told_are_named_but_not_limits_that_the_order_does_not_set() -> None:
    untold = post(markets=None, platform=None)
    assert decided(untold, order()).frozen[0]["missing"] == ["markets"]
    assert decided(untold, order(platforms=["x"])).frozen[0]["missing"] == ["markets", "platform"]


def test_outside_the_scope_of_the_policy_nothing_is_frozen() -> None:
    scoped = POLICY + "only_for: {content_type: promotion}\n"
    promotion, community = (
        decided(post(content_type=kind), order(), texts=(scoped,)).outcome for kind in ("promotion", "community")
    )
    assert (promotion, community) == ("hold", "allow")
    assert decided(post(), order(), texts=(scoped,)).outcome == "hold", "unknown counts as in"


def test_a_scope_by_market_freezes_the_post_there_only() -> None:
    by_market = POLICY.replace("markets: {includes_any: $order.markets}", "$market: {in: $order.markets}")
    found = decided(post(markets=["GB", "US"]), order(), texts=(by_market,))
    assert (found.outcome, found.by_market, found.frozen[0]["markets"]) == (
        "hold",
        {"GB": "hold", "US": "allow"},
        ["GB"],
    )


# Time -----------------------------------------------------------------------------------------------------------------

TIMES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, str]]] = {
    "before it began, for later": ({}, {"from_": "2026-03-02T13:00:00Z"}, FROZEN),
    "scheduled before it begins": ({"scheduled_at": "2026-03-02T12:30:00Z"}, {"from_": "2026-03-02T13:00:00Z"}, FREE),
    "at the instant at which it begins": ({}, {"from_": "2026-03-02T14:00:00Z"}, FROZEN),
    "run out before the slot": ({}, {"from_": "2026-03-01T13:00:00Z"}, FREE),
    "run out at the very instant of the slot": ({}, {"from_": "2026-03-01T14:00:00Z"}, FREE),
    "an end that it names": ({}, {"until": "2026-03-02T13:00:00Z"}, FREE),
    "an end after the longest that it may last": (
        {"scheduled_at": "2026-03-03T11:00:00Z"},
        {"until": "2026-03-09T00:00:00Z"},
        FREE,
    ),
    "no schedule": ({"scheduled_at": None}, {}, FROZEN),
    "no beginning": ({}, {"from_": None}, FROZEN),
    "no beginning, but when it was made": ({}, {"from_": None, "created_at": "2026-03-01T09:00:00Z"}, FREE),
    "no beginning, and an end": ({}, {"from_": None, "until": "2026-03-02T13:00:00Z"}, FREE),
    "published before": ({"published_at": "2026-03-02T09:00:00Z"}, {}, FREE),
    "published in it": ({"published_at": "2026-03-02T10:30:00Z"}, {}, FROZEN),
    "published, and the order does not say since when": (
        {"published_at": "2026-03-02T10:30:00Z"},
        {"from_": None},
        FREE,
    ),
    "an end before the beginning, which cannot be meant": ({}, {"until": "2026-03-01T10:00:00Z"}, FROZEN),
}


@pytest.mark.parametrize(("record", "started", "expected"), TIMES.values(), ids=TIMES)
def test_an_order_holds_what_is_to_go_out_while_it_stands(
    record: dict[str, Any], started: dict[str, Any], expected: dict[str, str]
) -> None:
    assert stands(post(**record), order(**started)) == expected


DAYS: dict[str, tuple[list[str], str, dict[str, str]]] = {
    "London, the last minute of the day": (["GB"], "2026-07-02T22:59:00Z", FROZEN),
    "London, midnight": (["GB"], "2026-07-02T23:00:00Z", FREE),
    "New York, still the day": (["US"], "2026-07-03T03:59:00Z", FROZEN),
    "New York, midnight": (["US"], "2026-07-03T04:00:00Z", FREE),
    "Tokyo, the last minute of the day": (["JP"], "2026-07-02T14:59:00Z", FROZEN),
    "Tokyo, midnight": (["JP"], "2026-07-02T15:00:00Z", FREE),
    "in several markets, until it is over in the last": (["JP", "US"], "2026-07-03T03:59:00Z", FROZEN),
    "in several markets, over everywhere": (["JP", "US"], "2026-07-03T04:00:00Z", FREE),
}


@pytest.mark.parametrize(("markets", "slot", "expected"), DAYS.values(), ids=DAYS)
def test_a_bare_day_is_included_and_is_a_day_of_the_market(
    markets: list[str], slot: str, expected: dict[str, str]
) -> None:
    started = order(markets=["GB", "US", "JP"], from_="2026-07-02T08:00:00Z", until="2026-07-02")
    assert stands(post(markets=markets, scheduled_at=slot), started, at="2026-07-02T09:00:00Z") == expected


def test_a_day_somewhere_lasts_as_long_as_it_may_for_content_of_an_unknown_market() -> None:
    started = order(markets=["GB", "US"], from_="2026-07-02T08:00:00Z", until="2026-07-02")
    untold = post(markets=None, scheduled_at="2026-07-03T03:59:00Z")
    assert stands(untold, started, at="2026-07-02T09:00:00Z") == FROZEN
    assert stands(untold | {"scheduled_at": "2026-07-03T04:00:00Z"}, started, at="2026-07-02T09:00:00Z") == FREE


def test_a_day_as_the_beginning_is_all_of_that_day() -> None:
    started = order(markets=["JP"], from_="2026-03-03", until="2026-03-03")
    slots = ("2026-03-02T14:59:00Z", "2026-03-02T15:00:00Z", "2026-03-03T14:59:00Z", "2026-03-03T15:00:00Z")
    found = [stands(post(markets=["JP"], scheduled_at=slot), started) for slot in slots]
    assert found == [FREE, FROZEN, FROZEN, FREE]


# Renewing -------------------------------------------------------------------------------------------------------------

LATER = "2026-03-03T15:00:00Z"
RENEWED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "by somebody who may": ({"by": "gen", "at": "2026-03-03T09:00:00Z"}, FROZEN),
    "until a time that it names": ({"by": "gen", "at": "2026-03-03T09:00:00Z", "until": "2026-03-03T14:00:00Z"}, FREE),
    "by somebody who may not": ({"by": "cy", "at": "2026-03-03T09:00:00Z"}, FREE),
    "by nobody that is told": ({"at": "2026-03-03T09:00:00Z"}, FROZEN),
    "that does not say when, but until when": ({"by": "gen", "until": "2026-03-03T16:00:00Z"}, FROZEN),
    "after it had run out": ({"by": "gen", "at": "2026-03-03T11:00:00Z"}, FROZEN),
    "too early to reach that far": ({"by": "gen", "at": "2026-03-02T11:00:00Z"}, FREE),
    "in the future": ({"by": "gen", "at": "2026-03-03T13:00:00Z"}, FREE),
}


@pytest.mark.parametrize(("renewal", "expected"), RENEWED.values(), ids=RENEWED)
def test_a_renewal_counts_when_it_is_somebodys_who_may(renewal: dict[str, Any], expected: dict[str, str]) -> None:
    record = post(scheduled_at=LATER)
    assert stands(record, order(renewals=[renewal]), at="2026-03-03T12:00:00Z") == expected


@pytest.mark.parametrize("renewals", ["tomorrow", ["tomorrow"], [{}]], ids=["no list", "no entry", "nothing told"])
def test_a_renewal_that_cannot_be_read_may_be_one(renewals: Any) -> None:
    (found,) = decided(post(scheduled_at=LATER), order(renewals=renewals), at="2026-03-03T12:00:00Z").frozen
    assert (found["status"], found["until"], found["missing"]) == ("frozen", None, ["$order.renewals"])


def test_votes_and_exemptions_that_cannot_be_read_are_none() -> None:
    assert stands(post(), order(lifted="yes", exempt=["p1"])) == FROZEN


def test_between_the_end_and_a_late_renewal_nothing_is_frozen() -> None:
    started = order(renewals=[{"by": "gen", "at": "2026-03-03T11:00:00Z"}])
    went_out = post(published_at="2026-03-03T10:30:00Z")
    assert stands(went_out, started, at="2026-03-03T12:00:00Z") == FREE


# Lifting --------------------------------------------------------------------------------------------------------------

LIFTED: dict[str, tuple[list[dict[str, str]], dict[str, str]]] = {
    "by both roles": ([{"by": "hel", "at": "10:30"}, {"by": "gen", "at": "11:00"}], FREE),
    "by one of them": ([{"by": "hel", "at": "10:30"}], FROZEN),
    "by one person twice": ([{"by": "hel", "at": "10:30"}, {"by": "hel", "at": "11:00"}], FROZEN),
    "by one person who holds both roles": ([{"by": "duo", "at": "10:30"}], FROZEN),
    "by both, of whom one holds both roles": ([{"by": "duo", "at": "10:30"}, {"by": "hel", "at": "11:00"}], FREE),
    "by two of one role": ([{"by": "hel", "at": "10:30"}, {"by": "dep", "at": "11:00"}], FROZEN),
    "by who acts for the head": ([{"by": "dep", "at": "10:30"}, {"by": "gen", "at": "11:00"}], FREE),
    "by somebody on leave": ([{"by": "off", "at": "10:30"}, {"by": "gen", "at": "11:00"}], FROZEN),
    "by somebody who held the role once": ([{"by": "old", "at": "10:30"}, {"by": "gen", "at": "11:00"}], FROZEN),
    "by somebody who does not say when": ([{"by": "hel"}, {"by": "gen", "at": "11:00"}], FROZEN),
    "by somebody who does not say who": ([{"at": "10:30"}, {"by": "gen", "at": "11:00"}], FROZEN),
    "in the future": ([{"by": "hel", "at": "10:30"}, {"by": "gen", "at": "12:30"}], FROZEN),
    "before it began": ([{"by": "hel", "at": "08:30"}, {"by": "gen", "at": "09:00"}], FREE),
}


@pytest.mark.parametrize(("votes", "expected"), LIFTED.values(), ids=LIFTED)
def test_different_people_who_may_lift_it(votes: list[dict[str, str]], expected: dict[str, str]) -> None:
    told = [{**v, **({"at": f"2026-03-02T{v['at']}:00Z"} if "at" in v else {})} for v in votes]
    assert stands(post(), order(lifted=told)) == expected


def test_whoever_renews_takes_their_vote_to_lift_back() -> None:
    votes = [{"by": "hel", "at": "2026-03-02T10:30:00Z"}, {"by": "gen", "at": "2026-03-02T11:30:00Z"}]
    renewal = {"by": "hel", "at": "2026-03-02T11:00:00Z"}
    assert stands(post(), order(lifted=votes)) == FREE
    assert stands(post(), order(lifted=votes, renewals=[renewal])) == FROZEN


def test_a_renewal_after_the_lifting_starts_nothing_again() -> None:
    votes = [{"by": "hel", "at": "2026-03-02T10:30:00Z"}, {"by": "gen", "at": "2026-03-02T11:00:00Z"}]
    assert stands(post(), order(lifted=votes, renewals=[{"by": "gen", "at": "2026-03-02T11:30:00Z"}])) == FREE


def test_what_went_out_in_the_freeze_stays_visible_after_the_lifting() -> None:
    votes = [{"by": "hel", "at": "2026-03-02T11:00:00Z"}, {"by": "gen", "at": "2026-03-02T11:00:00Z"}]
    assert stands(post(published_at="2026-03-02T10:30:00Z"), order(lifted=votes)) == FROZEN


# Approvals already given ----------------------------------------------------------------------------------------------

LIFT = [{"by": "hel", "at": "2026-03-02T10:30:00Z"}, {"by": "gen", "at": "2026-03-02T11:00:00Z"}]


BOTH = (AGAIN, APPROVAL)


def approved(at: str, **fields: Any) -> dict[str, Any]:
    return vote(post(**fields), "bea", "brand", policy="approval.content", at=f"2026-03-02T{at}:00Z")


def status(record: dict[str, Any], *related: dict[str, Any], texts: tuple[str, ...] = BOTH) -> str:
    return decided(record, *related, texts=texts).approvals[0].status


def test_a_freeze_that_asks_again_makes_earlier_approvals_void_once_it_is_over() -> None:
    found = decided(approved("09:00"), order(lifted=LIFT), texts=BOTH)
    stage = found.approvals[0].stages[0]
    assert (found.outcome, stage.status) == ("hold", "pending")
    assert [(i["by"], i["why"]) for i in stage.ignored] == [("bea", "given before the freeze freeze.crisis ended")]


ASKED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "given before": (approved("09:00"), order(lifted=LIFT), "pending"),
    "given during": (approved("10:45"), order(lifted=LIFT), "pending"),
    "given at the very end": (approved("11:00"), order(lifted=LIFT), "pending"),
    "given afterwards": (approved("11:01"), order(lifted=LIFT), "approved"),
    "while it stands": (approved("09:00"), order(), "approved"),
    "of a post that it does not cover": (approved("09:00", markets=["US"]), order(lifted=LIFT), "approved"),
    "of a post of an unknown market": (approved("09:00", markets=None), order(lifted=LIFT), "pending"),
    "an order that freezes nothing": (approved("09:00"), order(by="cy", lifted=LIFT), "approved"),
    "of a post that went out before the end": (
        approved("09:00", published_at="2026-03-02T09:30:00Z"),
        order(lifted=LIFT),
        "approved",
    ),
    "of a post that went out afterwards": (
        approved("09:00", published_at="2026-03-02T11:30:00Z"),
        order(lifted=LIFT),
        "pending",
    ),
    "when it ran out by itself": (approved("09:00"), order(until="2026-03-02T11:30:00Z"), "pending"),
}


@pytest.mark.parametrize(("record", "started", "expected"), ASKED.values(), ids=ASKED)
def test_approvals_that_have_to_be_given_again(record: dict[str, Any], started: dict[str, Any], expected: str) -> None:
    assert status(record, started) == expected


def test_by_default_approvals_stand() -> None:
    assert status(approved("09:00"), order(lifted=LIFT), texts=(POLICY, APPROVAL)) == "approved"


def test_of_several_orders_the_one_that_ended_last_counts() -> None:
    later = order(id="o2", until="2026-03-02T11:30:00Z")
    assert status(approved("11:15"), order(lifted=LIFT), later) == "pending"
    assert status(approved("11:31"), order(lifted=LIFT), later) == "approved"


def test_a_rejection_outlives_the_freeze() -> None:
    record = vote(post(), "bea", "brand", policy="approval.content", vote="reject", at="2026-03-02T09:00:00Z")
    assert status(record, order(lifted=LIFT)) == "disapproved"
