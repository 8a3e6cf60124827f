"""Approvals: the lattice, stages, quorums, who counts, conditions, the fast lane, deadlines."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st

from policyengine.core.codes import CODES
from policyengine.kinds.approval import EXAMPLE
from policyengine.shapes.votes import ALL_OF, ANY_OF, all_of, any_of
from tests.kinds.approving import DIRECTORY, HEADER, decided, post, stage, state, vote, voted, whys
from tests.sets import faults, loaded, policies

ONE = "stages: [{id: brand, needs: {role: brand}}]\n"
TWO = "stages: [{id: brand, needs: {role: brand}}, {id: legal, after: brand, needs: {role: counsel}}]\n"
SIDE_BY_SIDE = "stages: [{id: brand, needs: {role: brand}}, {id: legal, needs: {role: counsel}}]\n"
TIERED = "stages: [{id: brand, needs: {role: brand}}, {id: legal, when: {risk_tier: 1}, needs: {role: counsel}}]\n"


# The lattice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["approved", "approved"], "approved"),
        (["approved", "skipped"], "approved"),
        (["approved", "pending"], "pending"),
        (["pending", "error"], "error"),
        (["expired", "pending"], "expired"),
        (["error", "disapproved", "approved"], "disapproved"),
        (["skipped", "skipped"], "error"),
        ([], "error"),
    ],
)
def test_all_of_takes_the_worst_and_never_makes_a_yes_of_nothing(statuses: list[Any], expected: str) -> None:
    assert all_of(statuses) == expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["approved", "disapproved", "error"], "approved"),
        (["pending", "error"], "pending"),
        (["error", "skipped"], "error"),
        (["skipped"], "error"),
    ],
)
def test_any_of_takes_the_best_and_never_makes_a_yes_of_nothing(statuses: list[Any], expected: str) -> None:
    assert any_of(statuses) == expected


@property_of(st.lists(st.sampled_from(ALL_OF), min_size=1, max_size=5), st.randoms())
def test_the_lattice_does_not_look_at_the_order(statuses: list[Any], random: Any) -> None:
    shuffled = list(statuses)
    random.shuffle(shuffled)
    assert (all_of(statuses), any_of(statuses)) == (all_of(shuffled), any_of(shuffled))
    assert set(ALL_OF) == set(ANY_OF)


# Stages ---------------------------------------------------------------------------------------------------------------


def test_without_a_vote_the_first_stage_waits_and_the_record_is_held() -> None:
    found = decided(TWO, post())
    assert (found.outcome, found.approvals[0].status, found.approvals[0].next) == ("hold", "pending", ("brand",))
    assert found.decided_by == ("approval.content",)


def test_a_stage_opens_when_the_one_before_it_is_approved() -> None:
    assert state(TWO, voted(post(), vote("ana"))).next == ("legal",)


def test_all_stages_approved_allow_the_record() -> None:
    found = decided(TWO, voted(post(), vote("ana"), vote("ben", "legal")))
    assert (found.outcome, found.approvals[0].status, found.approvals[0].next) == ("allow", "approved", ())


def test_a_vote_given_early_counts_once_its_stage_opens() -> None:
    early = state(TWO, voted(post(), vote("ben", "legal")))
    assert (early.status, stage(early, "legal").status, stage(early, "legal").by) == ("pending", "pending", ("ben",))
    assert state(TWO, voted(post(), vote("ben", "legal"), vote("ana"))).status == "approved"


def test_stages_without_after_are_open_side_by_side() -> None:
    assert state(SIDE_BY_SIDE, post()).next == ("brand", "legal")


def test_a_stage_behind_a_skipped_one_still_waits_for_the_one_before_that() -> None:
    body = (
        "stages: [{id: brand, needs: {role: brand}}, "
        "{id: legal, after: brand, when: {risk_tier: 1}, needs: {role: counsel}}, "
        "{id: top, after: legal, needs: {role: general_counsel}}]\n"
    )
    assert state(body, post()).next == ("brand",)
    assert state(body, voted(post(), vote("ana"))).next == ("top",)


def test_when_every_stage_is_skipped_nobody_said_yes_and_that_is_an_error() -> None:
    body = "stages: [{id: legal, when: {risk_tier: 1}, needs: {role: counsel}}]\n"
    found = decided(body, post())
    assert (found.outcome, found.approvals[0].status, found.approvals[0].stages[0].status) == (
        "hold",
        "error",
        "skipped",
    )


def test_a_record_out_of_scope_has_no_approval() -> None:
    body = "only_for: {platform: tiktok}\n" + ONE
    assert (decided(body, post()).approvals, decided(body, post()).outcome) == ((), "allow")


@pytest.mark.parametrize(
    ("kind", "facts", "edit"),
    [
        ("contract", {"contract_type": "creator", "owner": "cy"}, {"contract_type": "agency"}),
        ("campaign", {"objective": "awareness", "owner": "cy"}, {"objective": "sales"}),
        ("person", {"team": "social", "owner": "cy"}, {"team": "ops"}),
        ("incident", {"category": "privacy", "owner": "cy"}, {"category": "security"}),
        ("choice", {"question": "Which?", "owner": "cy"}, {"question": "Who?"}),
    ],
)
def test_an_approval_may_be_about_any_type_of_record(kind: str, facts: dict[str, Any], edit: dict[str, Any]) -> None:
    header = HEADER.replace("applies_to: content", f"applies_to: {kind}\nmade_by: owner")
    found = policies(DIRECTORY, header + "stages: [{id: legal, needs: {role: counsel}}]\n")
    record = {"type": kind, "id": "r", **facts}

    def asked(about: dict[str, Any]) -> tuple[str, str]:
        decision = found.evaluate(about, at=datetime(2026, 3, 2, 12, tzinfo=UTC), only=["approval.*"])
        return decision.approvals[0].status, decision.outcome

    agreed = voted(record, vote("ben", "legal"))
    assert asked(record) == ("pending", "hold")
    assert asked(agreed) == ("approved", "allow")
    assert asked({**agreed, **edit}) == ("pending", "hold")


# Who is needed --------------------------------------------------------------------------------------------------------


def of(needs: str) -> str:
    return f"stages: [{{id: brand, needs: {needs}}}]\n"


@pytest.mark.parametrize(
    ("needs", "voters", "status"),
    [
        ("{role: counsel, count: 2}", "ben", "pending"),
        ("{role: counsel, count: 2}", "ben cal", "approved"),
        ("{team: legal, count: 2}", "ben gen", "approved"),
        ("{team: legal_us}", "ben", "pending"),
        ("{person: kim}", "ana", "pending"),
        ("{person: kim}", "kim", "approved"),
        ("{people: [ana, kim, ben], count: 2}", "ana ben", "approved"),
        ("{any_of: [{role: counsel}, {role: general_counsel}]}", "gen", "approved"),
        ("{any_of: [{role: general_counsel}, {role: brand, count: 2}]}", "ana", "pending"),
        ("{any_of: [{role: general_counsel}, {role: brand, count: 2}]}", "ana kim", "approved"),
        ("{all_of: [{role: counsel}, {role: brand}]}", "ben cal", "pending"),
        ("{all_of: [{role: counsel}, {role: brand}]}", "ben ana", "approved"),
        ("{all_of: [{role: counsel}, {any_of: [{role: brand}, {role: sole}]}]}", "ben sol", "approved"),
    ],
)
def test_a_quorum_of_roles_teams_and_people(needs: str, voters: str, status: str) -> None:
    assert state(of(needs), voted(post(), *(vote(by) for by in voters.split()))).status == status


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ("{role: counsel}", "1 of role counsel"),
        ("{people: [ana, kim], count: 2}", "2 of ana, kim"),
        ("{person: kim}", "kim"),
        ("{any_of: [{role: counsel}, {team: legal, count: 2}]}", "1 of role counsel or 2 of team legal"),
        (
            "{all_of: [{role: brand}, {any_of: [{role: counsel}, {person: gen}]}]}",
            "1 of role brand and (1 of role counsel or gen)",
        ),
    ],
)
def test_what_is_needed_reads_in_words(needs: str, words: str) -> None:
    assert stage(state(of(needs), post()), "brand").needs == words


def test_one_person_may_fill_two_parts_unless_different_people_are_asked_for() -> None:
    body = of("{all_of: [{role: brand}, {role: counsel}]}")
    record = voted(post(), vote("duo"))
    assert state(body, record).status == "approved"
    assert state("different_people: true\n" + body, record).status == "pending"


def test_one_person_with_both_roles_cannot_be_both_of_two_different_people() -> None:
    found = state("different_people: true\n" + SIDE_BY_SIDE, voted(post(), vote("duo"), vote("duo", "legal")))
    assert (found.status, found.next) == ("pending", ("legal",))
    assert whys(found, "legal") == [("duo", "counts for another stage already")]


def test_an_assignment_is_found_also_where_a_greedy_one_fails() -> None:
    votes = [vote("duo"), vote("ana"), vote("duo", "legal")]
    assert state("different_people: true\n" + SIDE_BY_SIDE, voted(post(), *votes)).status == "approved"


def test_who_can_act_leaves_out_whoever_is_needed_elsewhere() -> None:
    body = "different_people: true\n" + SIDE_BY_SIDE
    assert stage(state(body, voted(post(), vote("duo"))), "legal").can_act == ("ben", "cal", "dep")
    assert "duo" in stage(state(body, voted(post(), vote("duo"), vote("ana"))), "legal").can_act


def test_who_can_act_names_holders_now_and_deputies_and_says_who_is_away() -> None:
    found = stage(state(SIDE_BY_SIDE, post(), at="2026-03-04T12:00:00Z"), "legal")
    assert found.can_act == ("ben", "cal", "dep", "duo", "new")
    assert found.away == ({"who": "off", "until": "2026-03-09T00:00:00Z", "deputy": "dep"},)


def test_who_can_act_leaves_out_whose_part_is_done() -> None:
    found = state(of("{all_of: [{role: counsel}, {role: sole}]}"), voted(post(), vote("ben")))
    assert stage(found, "brand").can_act == ("sol",)


# Conditions: each place with the deciding fact removed ----------------------------------------------------------------


def test_a_stage_whose_condition_is_no_is_skipped() -> None:
    assert state(TIERED, voted(post(), vote("ana"))).status == "approved"


def test_a_stage_whose_condition_is_unknown_is_needed_and_names_the_missing_fact() -> None:
    found = state(TIERED, voted(post(risk_tier=None), vote("ana")))
    assert (found.next, stage(found, "legal").missing) == (("legal",), ("risk_tier",))


def test_a_scope_that_is_unknown_counts_as_in() -> None:
    body = "only_for: {category: food}\n" + ONE
    assert state(body, post()).status == "pending"
    assert decided(body, post(category="travel")).approvals == ()


LANE = (
    TWO
    + "fast_track: {title: Live, when: {labels: {includes: live}, risk_tier: 3}, trusts: [labels], stages: [brand]}\n"
)


def test_the_fast_lane_leaves_stages_out_visibly() -> None:
    found = state(LANE, voted(post(labels=["live"], risk_tier=3), vote("ana")))
    assert (found.status, found.fast_track, stage(found, "legal").status) == ("approved", True, "skipped")


def test_the_fast_lane_stays_closed_where_its_condition_is_unknown_and_says_so() -> None:
    found = decided(LANE, voted(post(labels=["live"], risk_tier=None), vote("ana")))
    assert (found.approvals[0].fast_track, found.approvals[0].next) == (False, ("legal",))
    assert found.undecided == ({"policy": "approval.content", "what": "fast_track", "missing": ["risk_tier"]},)


def test_the_fast_lane_stays_closed_where_its_condition_is_no_and_nothing_is_undecided() -> None:
    found = decided(LANE, voted(post(risk_tier=3), vote("ana")))
    assert (found.approvals[0].fast_track, found.undecided) == (False, ())


def test_a_veto_counts_also_in_a_stage_that_the_fast_lane_leaves_out() -> None:
    found = decided(LANE, voted(post(labels=["live"], risk_tier=3), vote("ana"), vote("ben", "legal", "reject")))
    assert (found.outcome, found.approvals[0].status) == ("block", "disapproved")


def test_the_fast_lane_has_its_own_time() -> None:
    body = LANE.replace("stages: [brand]}", "stages: [brand], within: 30 min}")
    found = stage(state(body, post(labels=["live"], risk_tier=3), at="2026-03-02T09:10:00Z"), "brand")
    assert found.due_at == "2026-03-02T09:30:00Z"


def test_a_condition_that_depends_on_the_market_opens_the_lane_only_where_it_holds_in_every_one() -> None:
    body = (
        "values: {top: {is: 2, by: {market: {US: 1}}}}\n" + TWO + "fast_track: {title: Small, "
        "when: {author.followers: {below: $values.top}}, trusts: [author.followers], stages: [brand]}\n"
    )
    small = {"id": "cy", "followers": 1}
    assert state(body, post(author=small, markets=["GB"])).fast_track
    assert not state(body, post(author=small, markets=["GB", "US"])).fast_track
    assert not state(body, post(author=small, markets=None)).fast_track


def test_a_stage_whose_condition_holds_in_one_market_is_needed() -> None:
    body = (
        "values: {top: {is: 2, by: {market: {US: 1}}}}\nstages: [{id: brand, needs: {role: brand}}, "
        "{id: legal, when: {author.followers: {above: $values.top}}, needs: {role: counsel}}]\n"
    )
    author = {"id": "cy", "followers": 2}
    assert state(body, post(author=author, markets=["GB"])).next == ("brand",)
    assert state(body, post(author=author, markets=["GB", "US"])).next == ("brand", "legal")
    assert state(body, post(author=author, markets=None)).next == ("brand", "legal")


# Deadlines ------------------------------------------------------------------------------------------------------------


def timed(within: str, calendar: str, more: str = "") -> str:
    return f"stages: [{{id: brand, needs: {{role: brand}}, within: {within}, calendar: {calendar}{more}}}]\n"


@pytest.mark.parametrize(
    ("within", "calendar", "markets", "due"),
    [
        ("4h", "uk", ["GB"], "2026-03-02T13:00:00Z"),
        ("10h", "uk", ["GB"], "2026-03-03T11:00:00Z"),
        ("4h", "us", ["GB"], "2026-03-02T18:00:00Z"),
        ("1 business day", "market", ["GB"], "2026-03-03T09:00:00Z"),
        ("4h", "market", ["US"], "2026-03-02T18:00:00Z"),
        ("4h", "market", ["GB", "US"], "2026-03-02T13:00:00Z"),
        ("4h", "always", ["US"], "2026-03-02T13:00:00Z"),
        ("4h", "market", ["FR"], "2026-03-02T13:00:00Z"),
        ("4h", "market", None, "2026-03-02T13:00:00Z"),
    ],
)
def test_the_deadline_runs_in_the_hours_of_a_calendar(within: str, calendar: str, markets: Any, due: str) -> None:
    assert stage(state(timed(within, calendar), post(markets=markets)), "brand").due_at == due


def test_a_deadline_without_a_calendar_runs_always() -> None:
    body = "stages: [{id: brand, needs: {role: brand}, within: 30 min}]\n"
    friday = post(submitted_at="2026-03-06T23:50:00Z")
    assert stage(state(body, friday, at="2026-03-07T00:00:00Z"), "brand").due_at == "2026-03-07T00:20:00Z"


def test_the_warning_comes_after_its_share_of_the_opening_hours() -> None:
    found = stage(state(timed("8h", "uk", ", warn_at: 75%"), post(submitted_at="2026-03-02T13:00:00Z")), "brand")
    assert (found.warn_at, found.due_at) == ("2026-03-03T11:00:00Z", "2026-03-03T13:00:00Z")


def test_a_later_stage_has_its_time_from_when_it_opens() -> None:
    body = (
        "stages: [{id: brand, needs: {role: brand}}, "
        "{id: legal, after: brand, needs: {role: counsel}, within: 2h, calendar: uk}]\n"
    )
    assert stage(state(body, post()), "legal").due_at is None
    record = voted(post(), vote("ana", at="2026-03-02T11:30:00Z"))
    assert stage(state(body, record), "legal").due_at == "2026-03-02T13:30:00Z"


def test_the_second_vote_of_two_opens_the_next_stage() -> None:
    body = (
        "stages: [{id: brand, needs: {role: brand, count: 2}}, "
        "{id: legal, after: brand, needs: {role: counsel}, within: 2h, calendar: uk}]\n"
    )
    votes = [vote("ana", at="2026-03-02T10:00:00Z"), vote("kim", at="2026-03-02T11:00:00Z")]
    assert stage(state(body, voted(post(), *votes)), "legal").due_at == "2026-03-02T13:00:00Z"


def test_a_record_that_was_not_handed_in_counts_from_when_it_was_made() -> None:
    record = post(submitted_at=None, created_at="2026-03-02T10:00:00Z")
    assert stage(state(timed("4h", "uk"), record), "brand").due_at == "2026-03-02T14:00:00Z"


def test_a_deadline_without_a_beginning_does_not_vanish_silently() -> None:
    found = decided(timed("4h", "uk"), post(submitted_at=None))
    assert stage(found.approvals[0], "brand").due_at is None
    assert found.undecided == ({"policy": "approval.content", "what": "brand within", "missing": ["submitted_at"]},)


ESCALATION = """\
kind: escalation
id: escalation.late
title: Late
owner: ops
applies_to: incident
only_for: {source: late}
routes: [{id: any, to: desk}]
paths:
  desk:
    acknowledge_within: {critical: 1h, high: 1h, medium: 1h, low: 1h}
    steps: [{notify: {team: ops}, via: [chat]}]
"""


def test_an_overdue_stage_escalates_and_is_never_approved_by_time() -> None:
    body = timed("4h", "uk", ", on_timeout: {escalate: escalation.late}")
    found = policies(DIRECTORY, HEADER + body, ESCALATION)
    early = found.evaluate(post(), at=datetime(2026, 3, 2, 12, 59, 59, tzinfo=UTC), only=["approval.*"])
    late = found.evaluate(post(), at=datetime(2026, 3, 2, 13, tzinfo=UTC), only=["approval.*"])
    assert (early.actions, early.approvals[0].status) == ((), "pending")
    assert [(a["do"], a["to"], a["due_at"], a["stage"]) for a in late.actions] == [
        ("escalate", "escalation.late", "2026-03-02T13:00:00Z", "brand")
    ]
    assert (late.approvals[0].status, late.outcome) == ("pending", "hold")


def test_a_stage_that_expires_takes_no_vote_after_its_time() -> None:
    body = timed("4h", "uk", ", on_timeout: expire")
    late = voted(post(), vote("ana", at="2026-03-02T14:00:00Z"))
    found = decided(body, late, at="2026-03-02T15:00:00Z")
    assert (found.approvals[0].status, found.outcome, found.approvals[0].next) == ("expired", "hold", ())
    assert whys(found.approvals[0]) == [("ana", "the vote came after the deadline")]
    assert state(body, voted(post(), vote("ana")), at="2026-03-02T15:00:00Z").status == "approved"


# Orders that mean nothing ---------------------------------------------------------------------------------------------


def test_the_order_of_stages_means_nothing() -> None:
    parts = [
        "{id: brand, needs: {role: brand}}",
        "{id: legal, after: brand, needs: {role: counsel}}",
        "{id: top, needs: {role: general_counsel}}",
    ]
    record = voted(post(), vote("duo"), vote("duo", "legal"), vote("gen", "top"))
    bodies = [f"different_people: true\nstages: [{', '.join(order)}]\n" for order in permutations(parts)]
    assert len({repr(state(body, record)) for body in bodies}) == 1


@property_of(
    st.lists(
        st.tuples(
            st.sampled_from(["ana", "duo", "ben", "cy", "gone", "off"]),
            st.sampled_from(["brand", "legal"]),
            st.sampled_from(["approve", "approve", "reject", "withdraw"]),
            st.integers(9, 12),
            st.booleans(),
        ),
        max_size=7,
    ),
    st.randoms(),
)
def test_the_order_of_votes_means_nothing(drawn: list[Any], random: Any) -> None:
    votes = [
        vote(
            by,
            name,
            said,
            at=f"2026-03-02T{hour:02}:00:00Z",
            **({} if fresh else {"seen": {"text": "sha256:" + "0" * 64}}),
        )
        for by, name, said, hour, fresh in drawn
    ]
    shuffled = list(votes)
    random.shuffle(shuffled)
    body = "different_people: true\n" + TWO
    assert state(body, voted(post(), *votes)) == state(body, voted(post(), *shuffled))


@property_of(
    st.lists(st.sampled_from(["policy", "stage", "by", "vote", "at", "seen"]), min_size=1, max_size=2, unique=True)
)
def test_a_vote_with_a_part_deleted_never_makes_things_better(deleted: list[str]) -> None:
    for said, others in product(("approve", "reject", "withdraw"), ((), ("kim",))):
        full = voted(post(), vote("ana", said=said), *(vote(by) for by in others))
        broken = dict(full["approvals"][0])
        for name in deleted:
            del broken[name]
        without = {**full, "approvals": [broken, *full["approvals"][1:]]}
        ranks = {"allow": 0, "hold": 1, "block": 2}
        whole, partly = decided(ONE, full).outcome, decided(ONE, without).outcome
        assert ranks[partly] >= min(ranks[whole], 1), (said, others, deleted)


# Faults ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [c for c in sorted(CODES) if "PE320" <= c <= "PE329" or "PE750" <= c <= "PE759"])
def test_each_code_is_provoked_by_its_bad_example_alone(code: str) -> None:
    assert code in {fault.code for fault in loaded(CODES[code].bad).diagnostics}
    assert loaded(CODES[code].good).diagnostics == ()


CIRCLE = (
    "stages: [{id: a, after: c, needs: {role: brand}}, {id: b, after: a, needs: {role: brand}}, "
    "{id: c, after: b, needs: {role: brand}}]"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            CIRCLE,
            "6:18 PE321 stages wait for each other: `a` → `c` → `b` → `a`",
        ),
        ("stages: [{id: a, after: b, needs: {role: brand}}]", "6:25 PE320 the policy has no stage `b`"),
        ("stages: [{id: a, needs: {role: cuonsel}}]", "6:32 PE207 unknown role `cuonsel`"),
        ("stages: [{id: a, needs: {person: anna}}]", "6:34 PE208 unknown person `anna`"),
        ("stages: [{id: a, needs: {role: counsel, team: legal}}]", "6:41 PE124 `team` cannot stand beside `role`"),
        (
            "stages: [{id: a, needs: {role: counsel, count: 0}}]",
            "6:48 PE324 `count` is 0, and at least one person is needed",
        ),
        (
            "stages: [{id: a, needs: {any_of: [{role: counsel}], count: 2}}]",
            "6:53 PE324 `count` does not fit here",
        ),
        ("stages: [{id: a, needs: {role: brand}, within: 4h, calendar: ukk}]", "6:62 PE209 unknown calendar `ukk`"),
        (
            "stages: [{id: a, needs: {role: brand}, on_timeout: expire}]",
            "6:40 PE324 `on_timeout` says something about a deadline that `a` does not have",
        ),
        (
            "stages: [{id: a, needs: {role: brand}, within: 4h, on_timeout: approve}]",
            "6:64 PE122 `on_timeout` takes `expire`, or where to escalate",
        ),
        (
            "stages: [{id: a, needs: {role: brand}, within: 4h, on_timeout: {escalate: escalation.x}}]",
            "6:75 PE205 unknown escalation policy `escalation.x`",
        ),
        (
            "stages: [{id: a, needs: {role: brand}, within: 4h, warn_at: 120%}]",
            "6:52 PE324 `warn_at` is a share of the time, between 0 % and 100 %",
        ),
        ("stages: [{id: a, needs: {role: brand}, within: 0h}]", "6:48 PE324 `within` leaves no time at all"),
        (
            "stages: [{id: a, when: {risk_teir: 1}, needs: {role: brand}}]",
            "6:25 PE102 unknown field `risk_teir` of content",
        ),
        (
            "stages: [{id: a, needs: {team: legal_us, count: 2}}]",
            "6:18 PE323 nobody can satisfy `a`: it needs 2 of team legal_us, and there is only 1",
        ),
        (
            "different_people: true\nstages: [{id: a, needs: {role: sole}}, {id: b, needs: {person: sol}}]",
            "7:48 PE323 there are not enough different people for `b` beside `a`",
        ),
        (
            ONE + "edits_that_void: {all_except: [labels, links.utm.source]}",
            "7:40 PE326 `links.utm.source` is no part of what is voted on",
        ),
        (
            "different_people: true\nstages: [{id: a, needs: {all_of: [{role: sole}, {team: social}, {person: sol}]}}]",
            "7:18 PE323 there are not enough different people for `a`",
        ),
        (
            "stages: [{id: a, needs: {of: [{role: sole}, {person: sol}], count: 2}}]",
            "6:18 PE323 nobody can satisfy `a`: it needs 2 of role sole or sol, and there is only 1",
        ),
        (
            "stages: [{id: a, needs: {of: [{role: brand, count: 2}, {person: sol}]}}]",
            "6:45 PE120 unknown key `count`",
        ),
        (
            "stages: [{id: a, needs: {of: [{role: brnd}, {person: sol}]}}]",
            "6:38 PE207 unknown role `brnd`",
        ),
        (
            "stages: [{id: a, needs: {any_of: [{role: sole, when: {risk_teir: 1}}, {person: sol}]}}]",
            "6:55 PE102 unknown field `risk_teir` of content",
        ),
        (ONE + "vetoes_lifted_by: {role: brand, count: 2}", "7:33 PE750 a rejection is taken back by one person"),
        (
            ONE + "vetoes_lifted_by: {all_of: [{role: brand}, {role: sole}]}",
            "7:20 PE750 a rejection is taken back by one person",
        ),
        ("made_by: autor.id\n" + ONE, "6:10 PE102 unknown field `autor` of content"),
        (
            TWO + "fast_track: {title: L, when: {hashtags: {includes: live}}, stages: [brand]}",
            "7:24 PE325 the lane would open on `hashtags`, which the author states",
        ),
        (
            TWO + "fast_track: {title: L, when: {risk_tier: 3}, stages: [brnd]}",
            "7:55 PE320 the policy has no stage `brnd`",
        ),
        (
            ONE + "fast_track: {title: L, when: {risk_tier: 3}, stages: [brand]}",
            "7:46 PE320 the lane leaves no stage out",
        ),
    ],
)
def test_a_fault_has_its_place(body: str, expected: str) -> None:
    assert faults(DIRECTORY, HEADER + body + "\n") == [expected]


def test_conditional_stages_that_would_lack_people_together_are_a_warning() -> None:
    body = (
        "different_people: true\nstages: [{id: a, when: {risk_tier: 1}, needs: {role: sole}}, "
        "{id: b, when: {risk_tier: 2}, needs: {person: sol}}]\n"
    )
    found = loaded(DIRECTORY, HEADER + body)
    assert [(d.code, d.severity) for d in found.diagnostics] == [("PE323", "warning")]


def test_an_alternative_that_nobody_can_take_is_a_warning_where_it_stands() -> None:
    body = "stages: [{id: a, needs: {any_of: [{role: brand}, {all_of: [{role: sole, count: 2}, {role: brand}]}]}}]\n"
    (found,) = loaded(DIRECTORY, HEADER + body).diagnostics
    assert (found.code, found.severity, str(found.span).split(":", 1)[1]) == ("PE751", "warning", "6:50")
    assert found.message == "nobody can take this way: it needs 2 of role sole, and there is only 1"


def test_the_fast_lane_may_open_on_what_others_state() -> None:
    assert faults(DIRECTORY, HEADER + TWO + "fast_track: {title: L, when: {risk_tier: 3}, stages: [brand]}\n") == []


def test_a_trusted_source_is_enough_for_what_is_computed_from_it() -> None:
    lane = "fast_track: {title: L, when: {hashtags: {includes: live}}, trusts: [text], stages: [brand]}\n"
    assert faults(DIRECTORY, HEADER + TWO + lane) == []


def test_the_example_loads() -> None:
    directory = DIRECTORY.replace("ops", "marketing_ops").replace("[brand]", "[brand_manager]")
    assert faults(directory, EXAMPLE) == []
