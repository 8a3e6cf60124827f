"""The laws of waivers, over random sets: a waiver only ever loosens its own rule, and leaves no trace when it goes."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.core.decision import RANK, Decision, Finding
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.waiving import RULES
from tests.kinds.waiving import PEOPLE, POST
from tests.sets import AT, policies

OUTCOMES = ("flag", "hold", "block")
CONDITIONS = (
    "{platform: line}",
    "{platform: [line, x]}",
    "{campaign: spring_26}",
    "{campaign: {exists: true}}",
    "{author.followers: {at_least: 10}}",
    "{not: {platform: x}}",
    "{markets: {includes: $market}}",
    "{labels: {includes: trial}}",
)
FLOORS = ("", "allow", "[allow, flag]")
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "platform": st.sampled_from(["line", "x", "tiktok"]),
        "campaign": st.sampled_from(["spring_26", "autumn_26"]),
        "markets": st.lists(st.sampled_from(["GB", "DE", "US", "gb"]), unique=True, max_size=3),
        "labels": st.lists(st.sampled_from(["trial", "new"]), unique=True, max_size=2),
        "author": st.one_of(
            st.sampled_from(["ana", "kim"]).map(lambda p: {"id": p, "followers": 10 if p == "ana" else 9}),
            st.just({"followers": 12}),
        ),
        "scheduled_at": st.sampled_from(["2026-06-30T12:00:00Z", "2026-08-02T12:00:00Z"]),
    },
)
SETS = st.tuples(
    st.lists(st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(OUTCOMES)), min_size=2, max_size=3),
    st.sampled_from(FLOORS),
)
WAIVERS = st.fixed_dictionaries(
    {
        "records": st.sampled_from(CONDITIONS),
        "approved_by": st.sampled_from(["kim", "mei", "greg", "[kim, mei]"]),
        "expires": st.sampled_from(["2026-05-31", "2026-07-31", "2026-08-28"]),
        "markets": st.sampled_from(["", "[GB]", "[DE, US]"]),
    }
)
Written = tuple[list[tuple[str, str]], str]


def texts(written: Written) -> list[str]:
    rules, floor = written
    lines = [f"  - {{id: r{n}, title: R{n}, when: {when}, then: {then}}}" for n, (when, then) in enumerate(rules)]
    head = "kind: check\nid: links.tagged\ntitle: Links\nowner: analytics\napplies_to: content\nrules:\n"
    found = [PEOPLE, head + "\n".join(lines) + "\n"]
    if floor:
        guarantee = "kind: guarantee\nid: guarantee.g\ntitle: G\nowner: legal\napplies_to: content\n"
        found.append(f"{guarantee}when: {{platform: line}}\nnever: {{outcome: {floor}}}\n")
    return found


def waiver_text(waiver: dict[str, str]) -> str:
    markets = f"markets: {waiver['markets']}\n" if waiver["markets"] else ""
    return (
        "kind: waiver\nid: waiver.w\npolicy: links.tagged\nrule: r0\nbecause: a trial\n"
        f"records: {waiver['records']}\napproved_by: {{person: {waiver['approved_by']}}}\n"
        f"expires: {waiver['expires']}\n{markets}"
    )


@cache
def compiled(*found: str) -> PolicySet:
    return policies(*found)


def decided(found: PolicySet, record: dict[str, Any]) -> Decision:
    kept = {name: value for name, value in POST.items() if name not in {"author", "markets", "platform", "campaign"}}
    return found.evaluate({**kept, **record}, at=AT)


def told(finding: Finding) -> tuple[Any, ...]:
    return (finding.name, finding.verdict, finding.outcome, finding.markets, finding.path)


@settings(max_examples=80, deadline=None)
@given(SETS, WAIVERS, RECORDS)
def test_a_waiver_only_loosens_its_own_rule(written: Written, waiver: dict[str, str], record: dict[str, Any]) -> None:
    without, with_ = compiled(*texts(written)), compiled(*texts(written), waiver_text(waiver))
    before, after = decided(without, record), decided(with_, record)
    own = [f for f in after.findings if f.policy == "waiver.w"]
    flagged = RANK["flag"] if own else 0

    # Never stricter than it was, but for the flag of its own; so in each market.
    assert RANK[after.outcome] <= max(RANK[before.outcome], flagged)
    for market, outcome in after.by_market.items():
        assert RANK[outcome] <= max(RANK[before.by_market[market]], flagged)

    # What else is found, guarantees apart, is what was found before.
    others = {"guarantee.g/broken", "links.tagged/r0"}
    assert [told(f) for f in after.findings if f.name not in others and f.policy != "waiver.w"] == [
        told(f) for f in before.findings if f.name not in others
    ]

    # Its own findings are flags of the names that there are.
    assert {f.rule for f in own} <= set(RULES)
    assert {f.outcome for f in own} <= {"flag"}

    # What is waived is in the list, and only its rule is.
    assert {(w["policy"], w["rule"]) for w in after.waived} <= {("links.tagged", "r0")}
    assert bool(after.waived) is bool(after.rules("waived"))

    # A waiver that is void, or not in force, changes nothing.
    if not after.waived:
        assert [told(f) for f in after.findings if f.name == "links.tagged/r0"] == [
            told(f) for f in before.findings if f.name == "links.tagged/r0"
        ]


@settings(max_examples=40, deadline=None)
@given(SETS, WAIVERS, RECORDS)
def test_a_waiver_that_goes_leaves_no_trace(written: Written, waiver: dict[str, str], record: dict[str, Any]) -> None:
    without, with_ = compiled(*texts(written)), compiled(*texts(written), waiver_text(waiver))
    before, left_out = decided(without, record).to_dict(), with_.evaluate(
        {**{n: v for n, v in POST.items() if n not in {"author", "markets", "platform", "campaign"}}, **record},
        at=AT,
        only=["links.*", "guarantee.*", "record.*"],
    ).to_dict()  # fmt: skip
    assert before["policies"].pop("digest") != left_out["policies"].pop("digest")
    assert before == left_out


@settings(max_examples=40, deadline=None)
@given(SETS, RECORDS)
def test_a_guarantee_is_always_kept(written: Written, record: dict[str, Any]) -> None:
    rules, floor = written
    decision = decided(compiled(*texts((rules, floor))), record)
    least = {"": 0, "allow": RANK["flag"], "[allow, flag]": RANK["hold"]}[floor]
    if record.get("platform", "line") == "line":
        assert RANK[decision.outcome] >= least
        assert all(RANK[outcome] >= least for outcome in decision.by_market.values())
    alone = decided(compiled(*texts((rules, ""))), record)
    assert RANK[decision.outcome] >= RANK[alone.outcome]
    assert ("guarantee.g/broken" in decision.rules()) is (decision.outcome != alone.outcome or (
        decision.by_market != alone.by_market
    ))  # fmt: skip
