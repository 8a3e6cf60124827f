"""Samples: which records are picked for an audit, which audits took place; and rules about the reviews themselves."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.evaluate.engine import PolicySet
from policyengine.kinds.review.sampling import period_name, pick, weight
from policyengine.shapes.contract import Contribution
from tests.sets import faults, policies

DIRECTORY = """\
kind: directory
id: directory
owner: compliance
teams: [compliance]
people: {ana: {team: compliance}}
"""
HEAD = "kind: review\nid: audit.posts\ntitle: Posts are looked at again\nowner: compliance\n"
AUDIT = f"""{HEAD}every: month
day: 15th
grace: 5d
effective: {{from: 2026-01-01}}
evidence: [outcome]
"""


def sample(text: str) -> str:
    return f"{AUDIT}sample: {{of: content, by: published_at, {text}}}\n"


def post(identity: str, day: str | None, **facts: Any) -> dict[str, Any]:
    told = {"published_at": f"{day}T10:00:00Z" if day else None} | facts
    return {"type": "content", "id": identity} | {name: value for name, value in told.items() if value is not None}


def audit(day: str, *records: str, **facts: Any) -> dict[str, Any]:
    told = {"completed_at": f"{day}T10:00:00Z", "purpose": "audit", "outcome": "fine"} | facts
    found: dict[str, Any] = {
        "type": "review",
        "id": f"a-{day}-{'-'.join(records)}",
        "concerns": ["audit.posts", *records],
    } | told
    return {name: value for name, value in found.items() if value is not None}


@cache
def loaded(text: str) -> PolicySet:
    return policies(DIRECTORY, text)


def judged(text: str, day: str, *records: dict[str, Any]) -> Contribution:
    return loaded(text).judge_set(at=datetime.fromisoformat(f"{day}T12:00:00+00:00"), related=records)


def entry(text: str, day: str, *records: dict[str, Any]) -> dict[str, Any]:
    (found,) = judged(text, day, *records).reviews
    return found


# What is picked -------------------------------------------------------------------------------------------------------


def by_hand(policy: str, record: str) -> int:
    """HMAC-SHA256 as RFC 2104 writes it, for keys of at most 64 octets."""
    key = policy.encode().ljust(64, b"\0")
    inner = hashlib.sha256(bytes(k ^ 0x36 for k in key) + record.encode()).digest()
    return int(hashlib.sha256(bytes(k ^ 0x5C for k in key) + inner).hexdigest()[:16], 16)


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
IDS = st.lists(NAMES, max_size=40, unique=True)
SHARES = st.one_of(st.none(), st.decimals(0, 1, places=3))


@given(st.text("abcdefgh.", min_size=1, max_size=60), NAMES)
def test_the_weight_is_what_the_page_says(policy: str, record: str) -> None:
    assert weight(policy, record) == by_hand(policy, record)


@given(IDS, SHARES, st.integers(0, 45))
def test_what_is_picked_is_what_the_page_says(ids: list[str], share: Decimal | None, at_least: int) -> None:
    chosen = {i for i in ids if share is not None and by_hand("p", i) < share * 2**64}
    for identity in sorted(ids, key=lambda i: (by_hand("p", i), i)):
        if len(chosen) < at_least:
            chosen.add(identity)
    assert pick("p", ids, share, at_least) == tuple(sorted(chosen))


@given(IDS, st.decimals(0, 1, places=3), st.data())
def test_a_share_picks_a_record_whatever_others_there_are(ids: list[str], share: Decimal, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    assert set(pick("p", some, share, 0)) == set(pick("p", ids, share, 0)) & set(some)


@given(IDS, st.decimals(0, 1, places=3), st.decimals(0, 1, places=3), st.integers(0, 45), st.integers(0, 45))
def test_a_larger_sample_has_the_smaller_one_in_it(ids: list[str], a: Decimal, b: Decimal, m: int, n: int) -> None:
    small = pick("p", ids, min(a, b), min(m, n))
    assert set(small) <= set(pick("p", ids, max(a, b), max(m, n)))
    assert small == pick("p", reversed(ids), min(a, b), min(m, n))


def test_a_share_is_met_on_average_and_by_each_policy_with_others() -> None:
    ids = [f"post-{n}" for n in range(10_000)]
    one, other = pick("audit.posts", ids, Decimal("0.1"), 0), pick("audit.labels", ids, Decimal("0.1"), 0)
    assert 900 < len(one) < 1100
    assert 900 < len(other) < 1100
    assert 50 < len(set(one) & set(other)) < 150


def test_the_picks_of_today_are_those_of_tomorrow() -> None:
    ids = [f"post-{n}" for n in range(20)]
    assert pick("audit.posts", ids, Decimal("0.2"), 0) == GOLDEN_SHARE
    assert pick("audit.posts", ids, None, 3) == GOLDEN_THREE
    assert weight("audit.posts", "post-1") == GOLDEN_WEIGHT


GOLDEN_SHARE = ("post-0", "post-12", "post-3")
GOLDEN_THREE = ("post-0", "post-12", "post-3")
GOLDEN_WEIGHT = 16_879_375_239_189_859_520


@pytest.mark.parametrize(
    ("per", "day", "name"),
    [
        ("week", "2026-01-01", "2026-W01"),
        ("week", "2027-01-01", "2026-W53"),
        ("month", "2026-02-28", "2026-02"),
        ("quarter", "2026-06-30", "2026-Q2"),
        ("half-year", "2026-07-01", "2026-H2"),
        ("year", "2026-12-31", "2026"),
    ],
)
def test_periods_have_names(per: str, day: str, name: str) -> None:
    assert period_name(per, datetime.fromisoformat(day).date()) == name
    (period,) = entry(
        sample(f"per: {per}, share: 100%").replace("2026-01-01", "2020-01-01"), "2027-02-01", post("p", day)
    )["sample"]
    assert period["period"] == name


# Which audits took place ----------------------------------------------------------------------------------------------

MAY = tuple(post(f"p{n}", f"2026-05-{n + 1:02}") for n in range(4))
ALL = sample("share: 100%")
# The audits of May are due on 15 June, in time until the 20th.
STANDINGS: dict[str, tuple[str, str, tuple[dict[str, Any], ...], str]] = {
    "in the period they are still to come": (ALL, "2026-05-20", MAY, "upcoming due=2026-06-15"),
    "after it they are asked for": (ALL, "2026-06-01", MAY, "due due=2026-06-15 missing=p0,p1,p2,p3"),
    "in their grace, too": (ALL, "2026-06-20", MAY, "due due=2026-06-15 missing=p0,p1,p2,p3"),
    "then they are late": (ALL, "2026-06-21", MAY, "never due=2026-06-15 late=6d missing=p0,p1,p2,p3"),
    "some of them took place": (
        ALL,
        "2026-06-21",
        (*MAY, audit("2026-06-03", "p0", "p2")),
        "overdue due=2026-06-15 late=6d missing=p1,p3",
    ),
    "all of them took place": (
        ALL,
        "2026-06-21",
        (*MAY, audit("2026-06-03", "p0", "p2"), audit("2026-06-30", "p1"), audit("2026-06-04", "p1", "p3")),
        "done due=2026-07-15",
    ),
    "early in the period counts": (ALL, "2026-06-21", (*MAY[:1], audit("2026-05-02", "p0")), "done due=2026-07-15"),
    "before the record it does not": (
        ALL,
        "2026-06-21",
        (*MAY[:1], audit("2026-04-30", "p0")),
        "overdue due=2026-06-15 late=6d missing=p0",
    ),
    "without its evidence it does not": (
        ALL,
        "2026-06-21",
        (*MAY[:1], audit("2026-06-03", "p0", outcome=None)),
        "never due=2026-06-15 late=6d missing=p0",
    ),
    "planned it does not": (
        ALL,
        "2026-06-21",
        (*MAY[:1], audit("2026-06-03", "p0", status="planned")),
        "never due=2026-06-15 late=6d missing=p0",
    ),
    "for another policy it does not": (
        ALL,
        "2026-06-21",
        (*MAY[:1], audit("2026-06-03", "p0", concerns=["audit.labels", "p0"])),
        "never due=2026-06-15 late=6d missing=p0",
    ),
    "the first late period counts": (
        ALL,
        "2026-08-20",
        (*MAY[:1], post("q", "2026-06-09")),
        "never due=2026-06-15 late=66d missing=p0,q",
    ),
    "before the policy was in force nothing is asked": (
        ALL,
        "2026-06-21",
        (post("old", "2025-12-31"), *MAY[:1], audit("2026-06-03", "p0")),
        "done due=2026-07-15",
    ),
    "what is not published yet is not audited": (
        ALL,
        "2026-06-21",
        (post("new", "2026-06-22"), *MAY[:1], audit("2026-06-03", "p0")),
        "done due=2026-07-15",
    ),
    "at least two": (sample("at_least: 2"), "2026-06-01", MAY, "due due=2026-06-15 missing=p1,p3"),
    "at least more than there are": (
        sample("at_least: 30"),
        "2026-06-01",
        MAY,
        "due due=2026-06-15 missing=p0,p1,p2,p3",
    ),
    "always some": (
        sample("always: {risk_tier: 1}"),
        "2026-06-01",
        (*MAY[:2], post("high", "2026-05-03", risk_tier=1), post("low", "2026-05-03", risk_tier=3)),
        "due due=2026-06-15 missing=high,p0,p1",
    ),
    "always some, on top of the others": (
        sample("at_least: 1, always: {risk_tier: 1}"),
        "2026-06-01",
        tuple(post(p["id"], "2026-05-03", risk_tier=1 if p["id"] == "p1" else 3) for p in MAY),
        "due due=2026-06-15 missing=p1,p3",
    ),
    "only some": (
        sample("share: 100%, where: {platform: x}"),
        "2026-06-01",
        (post("x", "2026-05-03", platform="x"), post("fb", "2026-05-03", platform="facebook"), post("?", "2026-05-03")),
        "due due=2026-06-15 missing=?,x",
    ),
    "no record of the type is known": (ALL, "2026-06-21", (), "unproven due=2026-07-15"),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_where_audits_stand(name: str) -> None:
    text, day, records, expected = STANDINGS[name]
    found = entry(text, day, *records)
    words = [found["status"], f"due={found['due']}"]
    words += [f"late={found['overdue_by']}"] if found["overdue_by"] else []
    asked = sorted({i for p in found["sample"] if p["status"] in {"due", "overdue", "never"} for i in p["missing"]})
    words += [f"missing={','.join(asked)}"] if asked else []
    assert " ".join(words) == expected


def test_each_period_says_what_it_has() -> None:
    found = entry(ALL, "2026-07-03", *MAY, post("q", "2026-06-09"), audit("2026-06-03", "p0", "p2", "q"))
    assert found["sample"] == [
        {
            "period": "2026-05",
            "of": 4,
            "picked": ["p0", "p1", "p2", "p3"],
            "missing": ["p1", "p3"],
            "status": "overdue",
            "overdue_by": "18d",
            "due": "2026-06-15",
            "in_time_until": "2026-06-20",
        },
        {
            "period": "2026-06",
            "of": 1,
            "picked": ["q"],
            "missing": ["q"],
            "status": "due",
            "overdue_by": None,
            "due": "2026-07-15",
            "in_time_until": "2026-07-20",
        },
    ]


def test_a_record_without_a_time_is_reported() -> None:
    found = judged(ALL, "2026-06-01", *MAY, post("when", None))
    assert found.undecided == ({"policy": "audit.posts", "what": "content when", "missing": ["published_at"]},)


def test_without_any_record_the_type_may_be_known_to_be_complete() -> None:
    text = sample("share: 100%")
    found = policies(DIRECTORY, text)
    (before,) = found.reviews(at=datetime(2026, 6, 1, tzinfo=UTC))
    assert (before["status"], before["missing"]) == ("unproven", ["content"])


@given(st.permutations([*MAY, post("q", "2026-06-09"), audit("2026-06-03", "p0"), audit("2026-07-01", "q", "p3")]))
def test_the_order_of_records_means_nothing(records: list[dict[str, Any]]) -> None:
    ordered = entry(ALL, "2026-07-03", *sorted(records, key=lambda r: str(r["id"])))
    assert entry(ALL, "2026-07-03", *records) == ordered


@given(st.integers(0, 400), st.integers(0, 400))
def test_what_is_audited_never_becomes_late(day: int, later: int) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days=day)
    when = at - timedelta(days=1)
    told = post("p", when.date().isoformat())
    done = audit(at.date().isoformat(), "p")
    now = (at + timedelta(days=later)).date().isoformat()
    assert entry(ALL, now, told, done)["status"] == "done"


# Faults ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (sample("share: 110%"), "PE336 a sample of nothing, or of more than there is"),
        (sample("share: 0%"), "PE336 a sample of nothing, or of more than there is"),
        (sample("at_least: 0"), "PE336 `0` is not how many are audited"),
        (sample("per: month"), "PE124"),
        (sample("share: 10%, per: monthly"), "PE123"),
        (sample("share: 10%, always: {risk_teir: 1}"), "PE102"),
        (sample("share: 10%").replace("of: content", "of: contnet"), "PE213"),
        (sample("share: 10%").replace("published_at", "publishd_at"), "PE102"),
        (sample("share: 10%").replace("by: published_at", "by: text"), "PE332 `text` is not a time"),
        (f"{HEAD}every: month\nsample: {{of: persona, share: 10%}}\n", "PE332 records of type `persona`"),
        (f"{HEAD}every: 3 months\nsample: {{of: comment, share: 10%}}\n", "PE338"),
        (f"{HEAD}every: month\nfor_each: {{person: {{active: true}}}}\nsample: {{of: comment, share: 1%}}\n", "PE337"),
    ],
    ids=[
        "more than all", "nothing", "none", "no size", "no period", "misspelt field", "unknown type", "unknown time",
        "no time", "type without a time", "a cadence without periods", "people and records",
    ],
)  # fmt: skip
def test_a_sample_that_cannot_be_drawn_is_refused(text: str, fault: str) -> None:
    (found,) = faults(DIRECTORY, text)
    assert found.split(" ", 1)[1].startswith(fault)


# Rules about reviews --------------------------------------------------------------------------------------------------

SURVEY = f"""{HEAD.replace("audit.posts", "survey.customers")}every: quarter
effective: {{from: 2026-01-01}}
rules:
  - id: enough
    title: A hundred people answered
    require: {{respondents: {{at_least: 100}}}}
    otherwise: hold
  - id: shared
    title: Product heard of it
    require: {{shared_with: {{includes: product}}}}
    otherwise: flag
"""


def survey(**facts: Any) -> dict[str, Any]:
    told = {"respondents": 120, "shared_with": ["product"], "completed_at": "2026-02-03T10:00:00Z"} | facts
    found = {"type": "review", "id": "s1", "purpose": "survey", "concerns": ["survey.customers"]} | told
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("done", [])),
        ({"respondents": 99}, ("never", ["survey.customers/enough"])),
        ({"respondents": None}, ("never", ["survey.customers/enough"])),
        ({"shared_with": []}, ("done", [])),
        ({"respondents": 99, "concerns": ["survey.staff"]}, ("never", [])),
    ],
    ids=["both fulfilled", "too few", "not told how many", "only flagged", "another survey"],
)
def test_a_review_that_breaks_a_rule_does_not_count(facts: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    found = entry(SURVEY, "2026-04-15", survey(**facts))
    assert (found["status"], found["missing"]) == expected


def test_the_rules_judge_the_review_record_itself() -> None:
    found = policies(DIRECTORY, SURVEY).evaluate(survey(respondents=40), at=datetime(2026, 2, 4, tzinfo=UTC))
    assert found.outcome == "hold"
    assert found.rules("fail") == ("survey.customers/enough",)


def test_the_rules_are_silent_about_the_reviews_of_others() -> None:
    other = survey(respondents=40, concerns=["survey.staff"])
    assert policies(DIRECTORY, SURVEY).evaluate(other, at=datetime(2026, 2, 4, tzinfo=UTC)).findings == ()


def test_with_a_condition_of_their_own_rules_follow_it() -> None:
    text = SURVEY.replace("rules:", "counts_when: {purpose: survey}\nrules:")
    found = policies(DIRECTORY, text).evaluate(survey(respondents=40, concerns=[]), at=datetime(2026, 2, 4, tzinfo=UTC))
    assert found.rules("fail") == ("survey.customers/enough",)


def test_a_rule_is_about_fields_of_reviews() -> None:
    (found,) = faults(DIRECTORY, SURVEY.replace("respondents:", "respondants:"))
    assert "PE102" in found
