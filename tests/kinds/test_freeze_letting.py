"""What goes out in a freeze all the same, and the order itself as a record."""

from __future__ import annotations

from typing import Any

import pytest

from policyengine.evaluate.trust import settle
from tests.kinds.freezing import DIRECTORY, POLICY, decided, exempt, order, post, stands, vote
from tests.sets import faults, loaded, types

# Breaking the glass ---------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "without a reason": ({"reason": None}, "it does not say `reason`"),
    "with an empty reason": ({"reason": " "}, "it does not say `reason`"),
    "without an end": ({"until": None}, "it does not say `until`"),
    "without a name": ({"by": None}, "it does not say `by`"),
    "by a role that may declare, and not exempt": (
        {"by": "hel"},
        "was not among those asked then (1 of role counsel)",
    ),
    "by nobody of the directory": ({"by": "eve"}, "is not in the directory"),
    "that ran out": ({"until": "2026-03-02T12:30:00Z"}, "it ran out at 2026-03-02T12:30:00Z"),
    "that ends at the slot": ({"until": "2026-03-02T14:00:00Z"}, "it ran out at 2026-03-02T14:00:00Z"),
    "longer than it may last": (
        {"until": "2026-03-02T15:00:01Z"},
        "it lasts longer than the policy allows, which is until 2026-03-02T15:00:00Z",
    ),
    "in the future": ({"at": "2026-03-02T12:30:00Z"}, "it lies in the future"),
    "that does not say when, after the longest since the order began": (
        {"at": None},
        "it lasts longer than the policy allows, which is until 2026-03-02T14:00:00Z",
    ),
}


@pytest.mark.parametrize(("fields", "why"), REFUSED.values(), ids=REFUSED)
def test_an_exemption_that_does_not_count_is_listed_with_its_reason(fields: dict[str, Any], why: str) -> None:
    (found,) = decided(post(), exempt(**fields)).frozen
    assert found["status"] == "frozen"
    assert [note["why"] for note in found["ignored"]] == [f"the exemption does not count: {why}"]


def test_an_exemption_lets_one_record_through_visibly() -> None:
    found = decided(post(), exempt())
    assert (found.outcome, found.frozen[0]["status"]) == ("allow", "exempt")
    assert found.frozen[0]["exempt"] == {"by": "gen", "until": "2026-03-02T14:30:00Z"}
    assert stands(post(id="p2"), exempt()) == {"o1": "frozen"}


def test_an_exemption_that_does_not_say_when_counts_from_the_beginning_of_the_order() -> None:
    early = post(scheduled_at="2026-03-02T13:00:00Z")
    assert stands(early, exempt(at=None, until="2026-03-02T13:30:00Z")) == {"o1": "exempt"}


def test_nobody_exempts_their_own_post_nor_one_that_might_be_theirs() -> None:
    assert stands(post(author={"id": "gen"}), exempt()) == {"o1": "frozen"}
    assert stands(post(author=None), exempt()) == {"o1": "frozen"}


def test_the_day_on_which_an_exemption_ends_is_over_first_where_it_is_over_first() -> None:
    policy = POLICY.replace("at_most: 4h", "at_most: 3d")
    both = post(markets=["JP", "GB"], scheduled_at="2026-03-03T15:30:00Z")
    started = exempt(until="2026-03-03") | {"markets": ["GB", "JP"], "renewals": []}
    started["from"] = "2026-03-02T16:00:00Z"
    found = decided(both, started, at="2026-03-02T17:00:00Z", texts=(policy,))
    assert [f["status"] for f in found.frozen] == ["frozen"], "in Tokyo the day is over"
    london = decided(both | {"markets": ["GB"]}, started, at="2026-03-02T17:00:00Z", texts=(policy,))
    assert [f["status"] for f in london.frozen] == ["exempt"]


def test_without_break_glass_nobody_exempts() -> None:
    policy = POLICY.replace("break_glass: {by: {role: counsel}, at_most: 4h}\n", "")
    (found,) = decided(post(), exempt(), texts=(policy,)).frozen
    assert found["ignored"] == [{"by": "gen", "why": "the exemption does not count: the policy has no `break_glass`"}]


def test_of_two_exemptions_the_good_one_counts() -> None:
    bad, good = (e["exempt"][0] for e in (exempt(by="cy"), exempt()))
    for entries in ([bad, good], [good, bad]):
        assert stands(post(), order(exempt=entries)) == {"o1": "exempt"}


def test_what_was_exempt_when_it_went_out_stays_so() -> None:
    went_out = post(published_at="2026-03-02T11:30:00Z")
    assert stands(went_out, exempt(), at="2026-03-02T20:00:00Z") == {"o1": "exempt"}
    assert stands(post(published_at="2026-03-02T10:30:00Z"), exempt()) == {"o1": "frozen"}, "given afterwards"


# What is still allowed ------------------------------------------------------------------------------------------------

STATEMENT = post(labels=["statement"])


def test_a_statement_waits_for_its_approval() -> None:
    (found,) = decided(STATEMENT, order()).frozen
    assert found["status"] == "frozen"
    assert found["waits_for"] == [
        {"entry": "statement", "needs": "1 of role head", "can_act": ["dep", "duo", "hel"]},
    ]


def test_an_approved_statement_goes_out_visibly() -> None:
    found = decided(vote(STATEMENT, "hel"), order())
    assert (found.outcome, found.frozen[0]["status"]) == ("allow", "allowed")
    assert found.frozen[0]["allowed"] == {"entry": "statement", "by": ["hel"]}
    assert found.frozen[0]["why"] == "it is a statement, approved by `hel`"


NOT_ALLOWED: dict[str, dict[str, Any]] = {
    "approved by another role": vote(STATEMENT, "gen"),
    "approved by its author": vote(post(labels=["statement"], author={"id": "hel"}), "hel"),
    "approved, and edited since": {**vote(STATEMENT, "hel"), "text": "Stale bread"},
    "approved for another policy": vote(STATEMENT, "hel", policy="approval.content"),
    "approved in the future": vote(STATEMENT, "hel", at="2026-03-02T13:00:00Z"),
    "approved and rejected": vote(vote(STATEMENT, "hel"), "duo", vote="reject"),
    "approved without having been seen": {
        **STATEMENT,
        "approvals": [{k: v for k, v in vote(STATEMENT, "hel")["approvals"][0].items() if k != "seen"}],
    },
    "no statement": vote(post(), "hel"),
}


@pytest.mark.parametrize("record", NOT_ALLOWED.values(), ids=NOT_ALLOWED)
def test_a_statement_that_nobody_approved_as_it_is_stays_frozen(record: dict[str, Any]) -> None:
    assert stands(record, order()) == {"o1": "frozen"}


def test_what_may_be_a_statement_is_none_and_it_says_so() -> None:
    policy = POLICY.replace("{labels: {includes: statement}}", "{content_type: statement}")
    policy = policy.replace("content_type: statement", "announcement: {exists: true}, content_type: community")
    record = vote(post(announcement="a1"), "hel")
    found = decided(record, order(), texts=(policy,))
    assert found.frozen[0]["status"] == "frozen"
    assert found.undecided == (
        {"policy": "freeze.crisis", "what": "still_allowed statement", "missing": ["content_type"]},
    )


# The order itself -----------------------------------------------------------------------------------------------------


def order_entry(record: dict[str, Any], *related: dict[str, Any], **options: Any) -> dict[str, Any]:
    (found,) = decided(record, *related, **options).frozen
    return found


def test_an_order_lists_the_scheduled_records_that_it_catches_by_their_time() -> None:
    posts = (
        post(id="late", scheduled_at="2026-03-02T20:00:00Z"),
        post(id="soon"),
        post(id="unknown", scheduled_at=None, status="scheduled"),
        post(id="draft", scheduled_at=None, status="draft"),
        post(id="elsewhere", markets=["US"]),
        post(id="out", published_at="2026-03-02T11:00:00Z"),
        post(id="after", scheduled_at="2026-03-04T09:00:00Z"),
        vote(post(id="allowed", labels=["statement"]), "hel"),
    )
    assert order_entry(order(), *posts)["caught"] == [
        {"record": "soon", "at": "2026-03-02T14:00:00Z"},
        {"record": "late", "at": "2026-03-02T20:00:00Z"},
        {"record": "unknown", "at": None},
    ]


def test_what_an_order_catches_counts_as_used() -> None:
    used = decided(order(), post()).used
    assert [(u["type"], u["id"]) for u in used] == [("content", "p1")]


WHERE: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "stands": ({}, "stands", "2026-03-03T10:00:00Z"),
    "planned": ({"from_": "2026-03-05T10:00:00Z"}, "planned", "2026-03-06T10:00:00Z"),
    "ran out": ({"from_": "2026-03-01T10:00:00Z"}, "ran_out", "2026-03-02T10:00:00Z"),
    "renewed": (
        {"from_": "2026-03-01T10:00:00Z", "renewals": [{"by": "gen", "at": "2026-03-02T09:00:00Z"}]},
        "stands",
        "2026-03-03T09:00:00Z",
    ),
    "lifted": (
        {"lifted": [{"by": "hel", "at": "2026-03-02T11:00:00Z"}, {"by": "gen", "at": "2026-03-02T11:30:00Z"}]},
        "lifted",
        "2026-03-02T11:30:00Z",
    ),
    "lifted before it began": (
        {
            "from_": "2026-03-02T13:00:00Z",
            "lifted": [{"by": "hel", "at": "2026-03-02T11:00:00Z"}, {"by": "gen", "at": "2026-03-02T11:30:00Z"}],
        },
        "lifted",
        "2026-03-02T11:30:00Z",
    ),
    "declared by somebody who may not": ({"by": "cy"}, "void", "2026-03-03T10:00:00Z"),
    "a day, in the last of its markets": (
        {"markets": ["US", "JP"], "until": "2026-03-02"},
        "stands",
        "2026-03-03T05:00:00Z",
    ),
}


@pytest.mark.parametrize(("fields", "status", "until"), WHERE.values(), ids=WHERE)
def test_an_order_says_where_it_stands(fields: dict[str, Any], status: str, until: str | None) -> None:
    found = order_entry(order(**fields), post())
    assert (found["status"], found["until"]) == (status, until)


def test_an_order_that_stands_weighs_nothing_itself() -> None:
    found = decided(order(), post())
    assert (found.outcome, found.findings) == ("allow", ())


LIFTERS = "1 of role head and 1 of role counsel"
FAULTY: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "declared by somebody who may not": (
        order(by="cy"),
        "hold",
        "freeze.crisis/declared",
        "this freezes nothing: `cy` is not among those who may",
    ),
    "declared by nobody that is told": (
        order(by=None),
        "hold",
        "freeze.crisis/declared",
        "the order does not say `by`; until it does, it counts as declared by somebody who may",
    ),
    "no beginning": (
        order(from_=None),
        "hold",
        "freeze.crisis/declared",
        "the order does not say `from`; until it does, it counts as begun",
    ),
    "an empty scope": (
        order(platforms=[]),
        "hold",
        "freeze.crisis/covers",
        "`platforms` is empty, so that the order covers nothing",
    ),
    "a renewal by nobody that is told": (
        order(renewals=[{"at": "2026-03-02T11:00:00Z"}]),
        "hold",
        "freeze.crisis/declared",
        "a renewal does not say by whom and when it was given; until it does, it counts",
    ),
    "a renewal that does not count": (
        order(renewals=[{"by": "cy", "at": "2026-03-02T11:00:00Z"}]),
        "flag",
        "freeze.crisis/counts",
        "`cy`: the renewal does not count: is not among those who may",
    ),
    "a vote to lift it that does not count": (
        order(lifted=[{"by": "cy", "at": "2026-03-02T11:00:00Z"}]),
        "flag",
        "freeze.crisis/counts",
        f"`cy`: the vote to lift it does not count: was not among those asked then ({LIFTERS})",
    ),
    "an exemption that does not count": (
        exempt(reason=None),
        "flag",
        "freeze.crisis/counts",
        "`gen`: the exemption of `p1` does not count: it does not say `reason`",
    ),
    "an end before its beginning": (
        order(until="2026-03-01T10:00:00Z"),
        "hold",
        "freeze.crisis/declared",
        "the order ends before it begins; until that is mended, it lasts as long as it may",
    ),
}


@pytest.mark.parametrize(("record", "outcome", "rule", "message"), FAULTY.values(), ids=FAULTY)
def test_what_is_wrong_with_an_order_is_found_on_it(
    record: dict[str, Any], outcome: str, rule: str, message: str
) -> None:
    found = decided(record, post())
    assert (found.outcome, [(f.name, f.message) for f in found.findings]) == (outcome, [(rule, message)])


def test_an_exemption_that_has_had_its_time_is_no_fault_of_the_order() -> None:
    started = exempt(until="2026-03-02T11:30:00Z")
    assert decided(started).findings == ()
    assert order_entry(started)["exempt"] == []
    assert order_entry(exempt())["exempt"] == [{"record": "p1", "by": "gen", "until": "2026-03-02T14:30:00Z"}]


def test_what_loosens_an_order_is_not_its_writers_to_state() -> None:
    started = exempt() | {"lifted": [{"by": "hel", "at": "2026-03-02T11:00:00Z"}]}
    settled, stated = settle(types()["freeze_order"], started, None, "strict")
    assert stated == ("exempt", "lifted")
    assert "exempt" not in settled
    assert "lifted" not in settled


def test_freezes_are_listed_by_policy_and_order() -> None:
    orders = [order(id="b", by="gen"), order(id="c", by="duo"), order(id="a", by="hel")]
    assert [f["order"] for f in decided(post(), *orders).frozen] == ["a", "b", "c"]


# Policies that could not work -----------------------------------------------------------------------------------------

BAD: dict[str, tuple[tuple[str, str], list[str]]] = {
    "an unknown role": (("{role: head}, {role: counsel}]\nlasts", "{role: had}]\nlasts"), ["PE207"]),
    "an unknown type of record": (("freeze_order", "freeze_odrer"), ["PE213"]),
    "a type that cannot start a freeze": (("freeze_order", "campaign"), ["PE371"]),
    "nobody to lift it": (("lift: {count: 2, of: [{role: head}", "lift: {count: 2, of: [{role: former}"), ["PE372"]),
    "one person for two seats": (
        ("lift: {count: 2, of: [{role: head}, {role: counsel}]}", "lift: {of: [{person: hel}, {person: hel}]}"),
        ["PE372"],
    ),
    "nobody to declare it": (("[{role: head}, {role: counsel}]\nlasts", "{role: former}\nlasts"), ["PE372"]),
    "more entries than there are": (("count: 2", "count: 3"), ["PE373"]),
    "no entries": (("count: 2", "count: 0"), ["PE373"]),
    "no length": (("lasts: 24h\n", ""), ["PE121"]),
    "office hours": (("lasts: 24h", "lasts: 1 business day"), ["PE374"]),
    "no time at all": (("at_most: 4h", "at_most: 0h"), ["PE374"]),
    "two entries with one id": (
        (
            "approved_by: {role: head}}]",
            "approved_by: {role: head}}, {id: statement, when: {platform: x}, approved_by: {role: head}}]",
        ),
        ["PE375"],
    ),
    "a field that orders do not have": (("$order.markets", "$order.market"), ["PE102"]),
    "a condition on the order that cannot be compared": (("{in: $order.platforms}", "{in: $order.from}"), ["PE104"]),
}


@pytest.mark.parametrize(("change", "codes"), BAD.values(), ids=BAD)
def test_a_policy_that_could_not_work_is_refused(change: tuple[str, str], codes: list[str]) -> None:
    assert change[0] in POLICY
    assert [fault.split()[1] for fault in faults(DIRECTORY, POLICY.replace(*change))] == codes


def test_a_freeze_that_never_asks_for_the_order_is_a_warning() -> None:
    text = POLICY.replace(
        "{markets: {includes_any: $order.markets}, platform: {in: $order.platforms}}", "{platform: x}"
    )
    found = [d for d in loaded(DIRECTORY, text).diagnostics if d.code == "PE370"]
    assert [d.severity for d in found] == ["warning"]


def test_a_misspelt_field_of_the_order_is_one_fault() -> None:
    found = loaded(DIRECTORY, POLICY.replace("$order.markets", "$order.market")).diagnostics
    assert [d.code for d in found if d.span is not None and d.span.file == "1.yaml"] == ["PE102"]


def test_other_policies_know_no_order() -> None:
    text = "kind: check\nid: c\ntitle: C\nowner: ops\napplies_to: content\n"
    text += "rules: [{id: r, when: {platform: {in: $order.platforms}}, then: hold}]\n"
    assert [fault.split()[1] for fault in faults(DIRECTORY, text)] == ["PE108"]


# Overlays -------------------------------------------------------------------------------------------------------------

OVER = "kind: freeze\nid: freeze.gb\nextends: freeze.crisis\nowner: ops\nonly_for: {markets: {includes: GB}}\n"


def test_an_overlay_may_last_longer_and_not_shorter() -> None:
    assert faults(DIRECTORY, POLICY, OVER + "lasts: 48h\n") == []
    (fault,) = faults(DIRECTORY, POLICY, OVER + "lasts: 12h\n")
    assert "PE223 `freeze.gb` may loosen `freeze.crisis`: `lasts` is " in fault


def test_an_overlay_freezes_in_the_place_of_its_base_and_takes_votes_for_it() -> None:
    texts = (POLICY, OVER + "lasts: 48h\n")
    (found,) = decided(post(), order(), texts=texts).frozen
    assert (found["policy"], found["until"]) == ("freeze.gb", "2026-03-04T10:00:00Z")
    (allowed,) = decided(vote(STATEMENT, "hel"), order(), texts=texts).frozen
    assert (allowed["policy"], allowed["status"]) == ("freeze.gb", "allowed")
    assert [f["policy"] for f in decided(order(), post(), texts=texts).frozen] == ["freeze.crisis", "freeze.gb"]
