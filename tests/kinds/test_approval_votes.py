"""Votes: what they are bound to, who may give one, which count, and what is said about the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kinds.approving import DIRECTORY, decided, post, stage, state, vote, voted, whys

ONE = "stages: [{id: brand, needs: {role: brand}}]\n"
LEGAL = "stages: [{id: legal, needs: {role: counsel}}]\n"
BOTH = "stages: [{id: brand, needs: {role: brand}}, {id: legal, needs: {role: counsel}}]\n"
EXEMPT = "edits_that_void: {all_except: [labels, scheduled_at, links.utm]}\n" + ONE


def edited(record: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a record that somebody changed after the votes."""
    return {**record, **fields}


# Bound to the material ------------------------------------------------------------------------------------------------


def test_an_edit_of_the_caption_voids_the_vote_and_names_the_field() -> None:
    found = state(ONE, edited(voted(post(), vote("ana")), text="Stale bread"))
    assert (found.status, found.next) == ("pending", ("brand",))
    assert stage(found, "brand").ignored == ({"by": "ana", "why": "`text` changed since", "fields": ["text"]},)


@pytest.mark.parametrize(
    ("field", "before", "after", "named"),
    [
        ("claims", [], [{"claim": "price", "text": "20% off"}], "`claims` changed since"),
        ("claims", [{"claim": "price", "text": "a"}], [{"claim": "price", "text": "b"}], "`claims.text` changed since"),
        ("sponsorship", {"connection": "none"}, {"connection": "paid"}, "`sponsorship.connection` changed since"),
        ("sponsorship", {"brand": {"name": "A"}}, {"brand": {"name": "B"}}, "`sponsorship.brand.name` changed since"),
        ("category", None, "food", "`category` changed since"),
        ("category", "food", None, "`category` changed since"),
        ("risk_tier", 2, 3, "`risk_tier` changed since"),
        ("author", {"id": "cy"}, {"id": "sol"}, "`author.id` changed since"),
    ],
)
def test_what_changed_is_named(field: str, before: Any, after: Any, named: str) -> None:
    record = edited(voted(post(**{field: before}), vote("ana")), **{field: after})
    assert whys(state(ONE, record)) == [("ana", named)]


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("labels", ["a", "b"], ["b", "a"]),
        ("labels", [], ["evergreen"]),
        ("scheduled_at", None, "2026-04-01T09:00:00Z"),
        (
            "links",
            [{"url": "https://a.example/x?utm_source=ig&utm_medium=social&ref=1"}],
            [{"url": "https://a.example/x?utm_medium=social&utm_source=ig&ref=1"}],
        ),
        ("links", [{"url": "https://a.example/x?utm_source=ig"}], [{"url": "https://a.example/x?utm_source=tiktok"}]),
        ("status", "submitted", "scheduled"),
        ("published_at", None, "2026-03-02T11:00:00Z"),
    ],
)
def test_what_is_exempt_or_no_material_voids_nothing(field: str, before: Any, after: Any) -> None:
    record = edited(voted(post(**{field: before}), vote("ana")), **{field: after})
    assert state(EXEMPT, record).status == "approved"


def test_another_address_of_a_link_voids_though_its_utm_parameters_are_exempt() -> None:
    before, after = [{"url": "https://a.example/x?utm_source=ig"}], [{"url": "https://b.example/x?utm_source=ig"}]
    assert whys(state(EXEMPT, edited(voted(post(links=before), vote("ana")), links=after))) == [
        ("ana", "`links.url` changed since")
    ]


def test_reordering_utm_parameters_and_labels_voids_nothing_even_where_nothing_is_exempt() -> None:
    before = post(labels=["a", "b"], links=[{"url": "https://a.example/?utm_source=x&utm_medium=y"}])
    after = {"labels": ["b", "a"], "links": [{"url": "https://a.example/?utm_medium=y&utm_source=x"}]}
    assert state(ONE, edited(voted(before, vote("ana")), **after)).status == "approved"


def test_without_an_exemption_every_edit_of_the_material_voids() -> None:
    assert state(ONE, edited(voted(post(), vote("ana")), labels=["evergreen"])).status == "pending"


def test_a_vote_that_does_not_say_what_was_seen_does_not_count() -> None:
    nothing: list[dict[str, str] | None] = [None, {}]
    for seen in nothing:
        assert whys(state(ONE, voted(post(), vote("ana", seen=seen)))) == [
            ("ana", "the vote does not say what was seen")
        ]


def test_a_forged_digest_does_not_count() -> None:
    forged = {"text": "sha256:" + "f" * 64}
    (found,) = stage(state(ONE, voted(post(), vote("ana", seen=forged))), "brand").ignored
    assert "text" in found["fields"]


def test_an_edit_and_a_new_vote_bring_the_approval_back() -> None:
    old = edited(voted(post(), vote("ana")), text="Better bread")
    again = voted({**old, "approvals": None}, vote("ana", at="2026-03-02T11:00:00Z"))
    found = state(ONE, {**again, "approvals": [*old["approvals"], *again["approvals"]]})
    assert (found.status, whys(found)) == ("approved", [])


def test_undoing_an_edit_makes_the_vote_count_again() -> None:
    record = voted(post(), vote("ana"))
    assert state(ONE, edited(edited(record, text="x"), text=post()["text"])).status == "approved"


# Who counts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "at", "why"),
    [
        ("zed", "2026-03-02T10:00:00Z", "is not in the directory"),
        ("gone", "2026-03-02T10:00:00Z", "had left"),
        ("off", "2026-03-02T10:00:00Z", "was away until 2026-03-09T00:00:00Z; dep acts for them"),
        ("old", "2026-03-02T10:00:00Z", "was not among those asked then (1 of role counsel)"),
        ("new", "2026-03-02T10:00:00Z", "was not among those asked then (1 of role counsel)"),
        ("ana", "2026-03-02T10:00:00Z", "was not among those asked then (1 of role counsel)"),
        ("ben", "2026-03-03T10:00:00Z", "the vote lies in the future"),
    ],
)
def test_a_vote_that_does_not_count_says_why(by: str, at: str, why: str) -> None:
    found = state(LEGAL, voted(post(), vote(by, "legal", at=at)))
    assert (found.status, whys(found, "legal")) == ("pending", [(by, why)])


@pytest.mark.parametrize(
    ("by", "voted_at"),
    [
        ("ben", "2026-03-02T10:00:00Z"),
        ("old", "2026-02-28T10:00:00Z"),
        ("new", "2026-03-03T00:00:00Z"),
        ("off", "2026-03-09T00:00:00Z"),
        ("dep", "2026-03-02T10:00:00Z"),
        ("gone", "2026-01-31T10:00:00Z"),
    ],
)
def test_what_somebody_was_at_the_time_of_the_vote_decides(by: str, voted_at: str) -> None:
    record = voted(post(submitted_at="2026-01-30T09:00:00Z"), vote(by, "legal", at=voted_at))
    assert state(LEGAL, record, at="2026-03-10T12:00:00Z").status == "approved"


def test_a_deputy_acts_only_while_the_other_is_away() -> None:
    late = voted(post(), vote("dep", "legal", at="2026-03-09T00:00:00Z"))
    assert state(LEGAL, late, at="2026-03-10T12:00:00Z").status == "pending"


def test_a_deputy_does_not_act_for_an_author() -> None:
    record = voted(post(author={"id": "off"}), vote("dep", "legal"))
    assert whys(state(LEGAL, record), "legal") == [("dep", "was not among those asked then (1 of role counsel)")]


def test_the_author_never_counts() -> None:
    found = state(ONE, voted(post(author={"id": "ana"}), vote("ana")))
    assert (whys(found), "ana" in stage(found, "brand").can_act) == ([("ana", "is the author")], False)


def test_the_author_counts_where_the_policy_says_so() -> None:
    assert state("author_may_vote: true\n" + ONE, voted(post(author={"id": "ana"}), vote("ana"))).status == "approved"


def test_an_author_who_is_not_told_might_be_the_voter() -> None:
    found = state(ONE, voted(post(author=None), vote("ana")))
    assert whys(found) == [("ana", "the record does not say who its author is")]
    assert (stage(found, "brand").missing, stage(found, "brand").can_act) == (("author.id",), ())


def test_contributors_are_excluded_like_authors() -> None:
    body = "made_by: [author.id, ugc.creator]\n" + ONE
    assert whys(state(body, voted(post(ugc={"creator": "ana"}), vote("ana")))) == [("ana", "is the author")]
    assert state(body, voted(post(), vote("ana"))).status == "approved"


def test_without_a_directory_everybody_counts_but_the_author() -> None:
    assert state(ONE, voted(post(), vote("zed")), directory="").status == "approved"
    assert whys(state(ONE, voted(post(), vote("cy")), directory="")) == [("cy", "is the author")]


def test_a_vote_for_another_policy_is_not_this_ones_business() -> None:
    found = state(ONE, voted(post(), vote("ana", policy="approval.other")))
    assert (found.status, whys(found), found.ignored) == ("pending", [], ())


def test_a_vote_for_no_stage_of_the_policy_is_listed_beside_the_stages() -> None:
    found = state(ONE, voted(post(), vote("ana", "brnad")))
    assert found.ignored == ({"by": "ana", "why": "the policy has no stage `brnad`"},)


def test_a_vote_in_a_stage_that_is_not_needed_is_listed() -> None:
    body = "stages: [{id: brand, needs: {role: brand}}, {id: legal, when: {risk_tier: 1}, needs: {role: counsel}}]\n"
    found = state(body, voted(post(), vote("ana"), vote("ben", "legal", "reject")))
    assert (found.status, whys(found, "legal")) == ("approved", [("ben", "the stage is not needed")])


# Rejections and withdrawals -------------------------------------------------------------------------------------------


def test_a_rejection_blocks_whoever_else_agrees() -> None:
    found = decided(ONE, voted(post(), vote("ana"), vote("kim", said="reject")))
    assert (found.outcome, found.approvals[0].status, stage(found.approvals[0], "brand").by) == (
        "block",
        "disapproved",
        ("kim",),
    )
    assert found.decided_by == ("approval.content",)


def test_a_rejection_of_one_stage_blocks_though_another_still_waits() -> None:
    assert decided(BOTH, voted(post(), vote("ben", "legal", "reject"))).outcome == "block"


def test_a_rejection_stands_after_an_edit() -> None:
    assert decided(ONE, edited(voted(post(), vote("ana", said="reject")), text="Better")).outcome == "block"


def test_a_rejection_needs_no_digests() -> None:
    assert decided(ONE, voted(post(), vote("ana", said="reject", seen=None))).outcome == "block"


def test_a_rejection_by_somebody_who_is_not_asked_is_only_listed() -> None:
    found = state(ONE, voted(post(), vote("ben", said="reject")))
    assert (found.status, [by for by, _ in whys(found)]) == ("pending", ["ben"])


def test_a_rejection_counts_though_the_author_is_not_told() -> None:
    assert decided(ONE, voted(post(author=None), vote("ana", said="reject"))).outcome == "block"


NINE, TEN, ELEVEN = (f"2026-03-02T{hour:02}:00:00Z" for hour in (9, 10, 11))


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ([("ana", "reject", NINE), ("ana", "withdraw", TEN)], "pending"),
        ([("ana", "reject", NINE), ("ana", "approve", TEN)], "approved"),
        ([("ana", "approve", NINE), ("ana", "reject", TEN)], "disapproved"),
        ([("ana", "approve", NINE), ("ana", "withdraw", TEN)], "pending"),
        ([("ana", "reject", NINE), ("kim", "withdraw", TEN)], "disapproved"),
        ([("ana", "reject", NINE), ("kim", "approve", TEN)], "disapproved"),
        ([("ana", "withdraw", NINE), ("ana", "approve", TEN)], "approved"),
        ([("ana", "reject", TEN), ("ana", "approve", TEN)], "disapproved"),
        ([("ana", "withdraw", TEN), ("ana", "approve", TEN)], "pending"),
    ],
)
def test_the_latest_vote_of_a_person_counts_and_of_equal_times_the_stricter(votes: Any, status: str) -> None:
    record = voted(post(), *(vote(by, said=said, at=at) for by, said, at in votes))
    assert state(ONE, record).status == status


def test_an_approval_that_does_not_count_takes_no_rejection_back() -> None:
    votes = [vote("ana", said="reject", at=NINE), vote("ana", at=TEN, seen=None)]
    assert state(ONE, voted(post(), *votes)).status == "disapproved"


def test_a_named_role_may_take_back_the_rejections_of_others() -> None:
    body = "vetoes_lifted_by: {role: general_counsel}\n" + ONE
    rejected = vote("ana", said="reject", at=TEN)
    assert state(body, voted(post(), rejected, vote("gen", said="withdraw", at=ELEVEN))).status == "pending"
    assert state(body, voted(post(), rejected, vote("gen", said="withdraw", at=NINE))).status == "disapproved"
    assert state(body, voted(post(), rejected, vote("kim", said="withdraw", at=ELEVEN))).status == "disapproved"
    assert state(ONE, voted(post(), rejected, vote("gen", said="withdraw", at=ELEVEN))).status == "disapproved"


# Votes that cannot be read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["policy", "stage", "by", "at"])
def test_an_approval_that_lacks_a_part_does_not_count(part: str) -> None:
    found = state(ONE, voted(post(), {k: v for k, v in vote("ana").items() if k != part}))
    assert (found.status, [i["why"] for i in found.ignored]) == ("pending", [f"the vote does not say `{part}`"])


@pytest.mark.parametrize("part", ["policy", "stage", "by", "at", "vote"])
def test_what_may_be_a_rejection_and_cannot_be_read_leaves_nothing_approved(part: str) -> None:
    broken = {k: v for k, v in vote("kim", said="reject").items() if k != part}
    found = decided(ONE, voted(post(), vote("ana"), broken))
    assert (found.outcome, found.approvals[0].status) == ("hold", "error")
    assert any(why == f"the vote does not say `{part}`" for _, why in whys(found.approvals[0]))


def test_a_rejection_of_a_stage_that_there_is_not_leaves_nothing_approved() -> None:
    assert state(ONE, voted(post(), vote("ana"), vote("kim", "brnad", "reject"))).status == "error"


@pytest.mark.parametrize("approvals", [["ana"], "ana", [17], {"ana": True}])
def test_votes_in_no_form_at_all_are_an_error_and_never_a_yes(approvals: Any) -> None:
    found = decided(ONE, {**post(), "approvals": approvals})
    assert (found.outcome, found.approvals[0].status) == ("hold", "error")


def test_the_directory_of_the_tests_has_people_in_every_situation() -> None:
    assert all(f"  {name}: " in DIRECTORY for name in ("ana", "off", "gone", "new", "old", "dep"))
