"""Waivers: what they waive, for whom, in which markets, until when, and what is found wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from policyengine.core.decision import Decision
from policyengine.evaluate.waiving import faults as of_set
from tests.kinds.waiving import FOR_GB, LINKS, PEOPLE, POST, WAIVER, judged, said, waived_set, waiver
from tests.sets import AT, policies

HELD = "links.tagged/tagged fail hold"
WAIVED = "links.tagged/tagged waived allow"

# What is waived -------------------------------------------------------------------------------------------------------


def test_a_waiver_waives_its_rule_for_its_records_and_stays_visible() -> None:
    decision = judged(waived_set(WAIVER))
    assert (decision.outcome, said(decision)) == ("allow", [WAIVED])
    assert decision.waived == (
        {
            "policy": "links.tagged",
            "rule": "tagged",
            "waiver": "waiver.line_trial",
            "because": "LINE is on trial until the summer",
            "approved_by": ["kim"],
            "expires": "2026-07-31",
            "markets": [],
        },
    )
    assert decision.to_dict()["findings"][0]["settled"] == {
        "by": ("kim",),
        "outcome": "hold",
        "until": "2026-07-31",
        "because": "LINE is on trial until the summer",
        "waiver": "waiver.line_trial",
        "ticket": "SOC-412",
    }


def test_what_is_waived_is_not_to_be_done() -> None:
    assert judged(waived_set()).actions == ({"do": "queue", "to": "social"},)
    assert judged(waived_set(WAIVER)).actions == ()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param({"platform": "x"}, [HELD], id="another platform"),
        pytest.param({"campaign": "autumn_26"}, [HELD], id="another campaign"),
        pytest.param(
            {"text": "a text that is longer than it may be"},
            [
                "links.tagged/short fail flag",
                WAIVED,
            ],
            id="another rule of the policy",
        ),
    ],
)
def test_a_waiver_is_narrow(record: dict[str, Any], expected: list[str]) -> None:
    assert said(judged(waived_set(WAIVER), record)) == expected


def test_a_waiver_waives_an_unproven_rule() -> None:
    links = LINKS.replace("when: {platform: [line, x]}", "when: {author.followers: {at_least: 10}}")
    decision = judged(waived_set(WAIVER, links=links))
    assert said(decision) == [WAIVED]
    assert decision.missing == ()


def test_a_waiver_does_not_touch_an_error() -> None:
    several = LINKS.replace(
        "rules:\n", "with: {base: {one: baseline, where: {campaign: $record.campaign}}}\nrules:\n"
    ).replace("when: {platform: [line, x]}", "when: {$base.metric: reach}")
    related = [{"type": "baseline", "id": name, "campaign": "spring_26"} for name in ("a", "b")]
    assert said(judged(waived_set(WAIVER, links=several), related=related)) == ["links.tagged/tagged error hold"]


def test_what_is_still_due_is_not_waived() -> None:
    links = LINKS.replace("then: hold, ", "then: hold, due: 7d after $record.created_at, ")
    record = {"created_at": "2026-05-30T00:00:00Z"}
    assert said(judged(waived_set(WAIVER, links=links), record)) == ["links.tagged/tagged due allow"]


def test_an_unknown_scope_waives_nothing_and_is_told() -> None:
    decision = judged(waived_set(WAIVER), {"campaign": None})
    assert said(decision) == [HELD]
    assert decision.undecided == ({"policy": "waiver.line_trial", "what": "records", "missing": ["campaign"]},)


def test_an_unknown_scope_of_a_rule_that_passes_is_not_told() -> None:
    assert judged(waived_set(WAIVER), {"campaign": None, "platform": "tiktok"}).undecided == ()


def test_a_selection_without_the_waiver_leaves_it_out() -> None:
    found = waived_set(WAIVER)
    assert said(judged(found, only=["links.tagged"])) == [HELD]
    assert said(judged(found, only=["links.tagged", "waiver.*"])) == [WAIVED]


# Markets --------------------------------------------------------------------------------------------------------------


def test_a_waiver_for_one_market_leaves_the_others() -> None:
    decision = judged(waived_set(FOR_GB))
    assert said(decision) == [f"{HELD} DE", f"{WAIVED} GB"]
    assert decision.by_market == {"DE": "hold", "GB": "allow"}
    assert [w["markets"] for w in decision.waived] == [["GB"]]


def test_a_waiver_for_all_markets_of_the_record_leaves_none() -> None:
    assert said(judged(waived_set(FOR_GB), {"markets": ["GB"]})) == [WAIVED]


def test_two_waivers_may_share_the_markets() -> None:
    other = waiver(("line_trial", "de_trial"), more="markets: [DE]\n")
    assert said(judged(waived_set(FOR_GB, other))) == [f"{WAIVED} DE", f"{WAIVED} GB"]


BY_MARKET = LINKS.replace("when: {platform: [line, x]}", "when: {platform: {in: $values.new}}").replace(
    "rules:\n", "values: {new: {is: [line], by: {market: {US: [x]}}}}\nrules:\n"
)


def test_a_finding_for_two_markets_is_waived_for_one() -> None:
    record = {"markets": ["DE", "GB", "US"]}
    assert said(judged(waived_set(links=BY_MARKET), record)) == [f"{HELD} DE GB"]
    assert said(judged(waived_set(FOR_GB, links=BY_MARKET), record)) == [f"{HELD} DE", f"{WAIVED} GB"]


def test_a_waiver_for_a_market_waives_nothing_while_no_market_is_told() -> None:
    decision = judged(waived_set(FOR_GB), {"markets": None})
    assert said(decision) == [HELD]
    assert decision.undecided == ({"policy": "waiver.line_trial", "what": "records", "missing": ["markets"]},)


def test_a_market_that_cannot_be_read_is_not_waived() -> None:
    decision = judged(waived_set(FOR_GB), {"markets": ["GB", "gb"]})
    assert said(decision) == [HELD]
    assert [u["missing"] for u in decision.undecided] == [["markets"]]


# Days -----------------------------------------------------------------------------------------------------------------


def at(time: str) -> datetime:
    return datetime.fromisoformat(time).replace(tzinfo=UTC)


EXPIRED = "waiver.line_trial/expired fail flag"


@pytest.mark.parametrize(
    ("when", "markets", "expected"),
    [
        pytest.param("2026-07-31T21:59:00", ["DE"], [WAIVED], id="the last day is included"),
        pytest.param("2026-07-31T22:00:00", ["DE"], [HELD, EXPIRED], id="it ends with the day of the market"),
        pytest.param("2026-07-31T22:00:00", ["US"], [WAIVED], id="which ends later in America"),
        pytest.param(
            "2026-07-31T22:00:00",
            ["DE", "US"],
            [f"{HELD} DE", f"{EXPIRED} DE", f"{WAIVED} US"],
            id="each market has its own day",
        ),
        pytest.param("2026-08-01T00:00:00", None, [HELD, EXPIRED], id="without a market the day of the set"),
        pytest.param("2026-05-01T23:59:00", None, [HELD], id="it never lasts longer than its most"),
        pytest.param("2026-05-02T00:00:00", None, [WAIVED], id="which counts back from its end"),
    ],
)
def test_the_days_of_a_waiver(when: str, markets: list[str] | None, expected: list[str]) -> None:
    assert said(judged(waived_set(WAIVER), {"markets": markets}, at=at(when))) == expected


@pytest.mark.parametrize("key", ["from", "approved_at"])
def test_a_waiver_begins_with_its_first_day(key: str) -> None:
    found = waived_set(waiver(more=f"{key}: 2026-06-01\n"))
    assert said(judged(found, {"markets": None}, at=at("2026-05-31T23:59:00"))) == [HELD]
    assert said(judged(found, {"markets": None}, at=at("2026-06-01T00:00:00"))) == [WAIVED]


def test_the_governing_time_decides() -> None:
    found = waived_set(WAIVER)
    scheduled = {"scheduled_at": "2026-08-02T09:00:00Z"}
    assert said(judged(found, scheduled)) == [HELD, EXPIRED]
    published = {"published_at": "2026-06-01T09:00:00Z"}
    assert said(judged(found, published, at=at("2026-09-01T00:00:00"))) == [WAIVED]


# Who approved ---------------------------------------------------------------------------------------------------------

NOT_ENTITLED = "waiver.line_trial/not_entitled fail flag"
BY_COUNSEL = LINKS.replace("then: hold,", "then: hold, waivable: {by: {role: counsel}, at_most: 60d},")
BY_MEI = LINKS.replace("then: hold,", "then: hold, waivable: {by: {person: mei}},")


@pytest.mark.parametrize(
    ("approver", "links", "more", "why"),
    [
        pytest.param("kim", LINKS, "", None, id="somebody outside the owning team"),
        pytest.param("mei", LINKS, "", "mei is of analytics, which owns the rule", id="only the owner of the rule"),
        pytest.param("[mei, kim]", LINKS, "", None, id="the owner and somebody else"),
        pytest.param("ana", LINKS, "", "ana wrote the record", id="the author of the record"),
        pytest.param(
            "[ana, mei]", LINKS, "", "mei is of analytics, which owns the rule", id="the author does not help the owner"
        ),
        pytest.param("greg", LINKS, "", "greg did not work here when it was approved", id="somebody who left"),
        pytest.param("greg", LINKS, "approved_at: 2026-04-30\n", "2026-07-29", id="somebody who left afterwards"),
        pytest.param("kim", BY_COUNSEL, "", None, id="who the rule names"),
        pytest.param(
            "mei", BY_COUNSEL, "", "mei did not hold the role counsel when it was approved", id="not who the rule names"
        ),
        pytest.param("mei", BY_MEI, "", None, id="the owner where the rule names them"),
        pytest.param("kim", BY_MEI, "", "kim is not mei when it was approved", id="not the person whom the rule names"),
        pytest.param("lea", BY_COUNSEL, "approved_at: 2026-06-01\n", None, id="the role was held at the approval"),
        pytest.param(
            "lea", BY_COUNSEL, "approved_at: 2026-05-20\n", "2026-07-19", id="from the day of the approval on"
        ),
        pytest.param(
            "lea",
            BY_COUNSEL,
            "approved_at: 2026-05-19\n",
            "lea did not hold the role counsel when it was approved",
            id="the role was held only later",
        ),
    ],
)
def test_who_may_approve(approver: str, links: str, more: str, why: str | None) -> None:
    expires = why if why is not None and why[0] == "2" else "2026-07-18" if "05-19" in more else "2026-07-31"
    text = waiver(("person: kim", f"person: {approver}"), ("2026-07-31", expires), more=more)
    decision = judged(waived_set(text, links=links))
    if why is None or why == expires:
        assert said(decision) == [WAIVED]
    else:
        assert said(decision) == [HELD, NOT_ENTITLED]
        assert decision.findings[1].message == f"`waiver.line_trial` does not count: {why}"


def test_nothing_is_waived_while_the_author_is_not_told() -> None:
    decision = judged(waived_set(WAIVER), {"author": None})
    assert said(decision) == [HELD]
    assert decision.undecided == ({"policy": "waiver.line_trial", "what": "approved_by", "missing": ["author.id"]},)


def test_without_a_directory_everybody_is_entitled_but_the_author() -> None:
    found = policies(LINKS, WAIVER)
    assert said(judged(found)) == [WAIVED]
    assert said(judged(found, {"author": {"id": "kim"}})) == [HELD, NOT_ENTITLED]


def test_a_type_without_an_author_has_none_to_exclude() -> None:
    links = LINKS.replace("applies_to: content", "applies_to: comment").replace("[line, x]", "line")
    text = waiver(("records: {campaign: spring_26, platform: line}", "records: {platform: line}"))
    comment = {"type": "campaign", "id": "c", "status": "draft"}
    found = policies(
        PEOPLE,
        links.replace("comment", "campaign").replace("platform: line", "objective: sales").split("  - {id: short")[0],
        text.replace("platform: line", "objective: sales"),
    )
    assert said(found.evaluate({**comment, "objective": "sales"}, at=AT)) == [WAIVED]


@pytest.mark.parametrize(("by", "expected"), [("kim", [HELD, NOT_ENTITLED]), ("ana", [WAIVED]), (None, [HELD])])
def test_who_made_a_record_of_another_type_waives_nothing_of_it(by: str | None, expected: list[str]) -> None:
    links = LINKS.replace("applies_to: content", "applies_to: freeze_order").split("  - {id: short")[0]
    text = waiver(("{campaign: spring_26, platform: line}", "{markets: {includes: GB}}"))
    found = policies(PEOPLE, links.replace("platform: [line, x]", "markets: {includes: GB}"), text)
    order = {"type": "freeze_order", "id": "o", "by": by, "markets": ["GB"], "from": "2026-05-29T00:00:00Z"}
    decision = found.evaluate(order, at=AT)
    assert said(decision) == expected
    untold = {"policy": "waiver.line_trial", "what": "approved_by", "missing": ["by"]}
    assert decision.undecided == ((untold,) if by is None else ())


# What is wrong with a waiver ------------------------------------------------------------------------------------------


def test_a_waiver_that_its_record_does_not_need_is_found() -> None:
    links = LINKS.replace("[line, x]", "[x, vk]")
    decision = judged(waived_set(WAIVER, links=links))
    assert said(decision) == ["waiver.line_trial/unneeded fail flag"]
    assert decision.findings[0].message == (
        "`waiver.line_trial` is not needed here: it changes nothing about `links.tagged/tagged`"
    )
    assert decision.outcome == "flag"


def test_a_waiver_of_a_rule_that_has_not_begun_is_no_fault() -> None:
    later = LINKS.replace("rules:\n", "effective: {from: 2026-07-01}\nrules:\n")
    assert said(judged(waived_set(WAIVER, links=later))) == []
    assert said(judged(waived_set(WAIVER, links=later), at=at("2026-07-02T00:00:00"))) == [WAIVED]


ACROSS = """\
kind: check
id: links.tagged
title: Not everything is new
owner: analytics
applies_to: content
across: {by: [platform], period: week}
rules:
  - {id: tagged, title: At most one post a week and platform, when: {$group: {size: {above: 1}}}, then: hold}
"""


def test_a_finding_about_a_group_is_waived_for_the_record_that_the_waiver_names() -> None:
    when = {"scheduled_at": "2026-05-26T09:00:00Z"}
    other = {**POST, **when, "id": "p2"}
    found = waived_set(WAIVER, links=ACROSS)
    assert said(judged(found, when, related=[{**other, "campaign": "other"}])) == [WAIVED]
    assert said(judged(found, {**when, "campaign": "other"}, related=[other])) == [HELD]


def test_a_waiver_that_does_not_fit_the_record_is_silent() -> None:
    assert said(judged(waived_set(WAIVER), {"platform": "tiktok"})) == []


@pytest.mark.parametrize(
    ("scope", "narrow"),
    [
        pytest.param("{campaign: spring_26}", True, id="a value"),
        pytest.param("{platform: [line, x]}", True, id="some values"),
        pytest.param("{campaign: {exists: true}}", False, id="only that it is told"),
        pytest.param("{campaign: {exists: true}, platform: line}", True, id="that, and a value"),
        pytest.param("{platform: {is_not: tiktok}}", False, id="all but one value"),
        pytest.param("{platform: {not_in: [tiktok, youtube]}}", False, id="all but some values"),
        pytest.param("{not: {platform: tiktok}}", False, id="a negation"),
        pytest.param("{none_of: [{platform: tiktok}]}", False, id="none of"),
        pytest.param("{any_of: [{platform: line}, {campaign: {exists: true}}]}", False, id="a way around the value"),
        pytest.param("{any_of: [{platform: line}, {campaign: spring_26}]}", True, id="one of two values"),
        pytest.param(
            "{status: [draft, planned, submitted, scheduled, published, withdrawn]}", False, id="every value there is"
        ),
        pytest.param("{links: {none: {internal: true}}}", False, id="none of a list"),
        pytest.param("{labels: {includes: trial}}", True, id="an entry of a list"),
        pytest.param("{formula: 1 == 1}", False, id="a formula about nothing"),
    ],
)
def test_a_scope_names_its_records(scope: str, narrow: bool) -> None:  # noqa: FBT001 - a case's parameter
    block = f"records:\n  formula: {scope[10:-1]}" if "formula" in scope else f"records: {scope}"
    text = waiver(("records: {campaign: spring_26, platform: line}", block))
    found = waived_set(text)
    warned = [d.code for d in of_set(found.assembly, AT)]
    assert warned == ([] if narrow else ["PE386"])
    record = {"labels": ["trial"], "links": []}
    decision = judged(found, record)
    assert said(decision) == ([WAIVED] if narrow else ["waiver.line_trial/over_broad fail flag", WAIVED])


def test_two_waivers_that_meet_in_a_record_are_found_there() -> None:
    one = waiver(("records: {campaign: spring_26, platform: line}", "records: {platform: line}"))
    other = waiver(
        ("records: {campaign: spring_26, platform: line}", "records: {campaign: spring_26}"), ("line_", "a_")
    )
    decision = judged(waived_set(one, other))
    assert said(decision) == ["waiver.line_trial/overlaps fail flag", WAIVED]
    assert [w["waiver"] for w in decision.waived] == ["waiver.a_trial"]


def messages(decision: Decision) -> list[str]:
    return [f.message for f in decision.findings if f.policy == "waiver.line_trial"]


@pytest.mark.parametrize(
    ("text", "when", "code"),
    [
        pytest.param(WAIVER, "2026-09-01T00:00:00", "PE387", id="expired"),
        pytest.param(waiver(("person: kim", "person: mei")), "2026-06-01T00:00:00", "PE388", id="not entitled"),
        pytest.param(
            waiver(("{campaign: spring_26, platform: line}", "{campaign: {exists: true}}")),
            "2026-06-01T00:00:00",
            "PE386",
            id="over broad",
        ),
    ],
)
def test_the_set_and_the_record_say_the_same(text: str, when: str, code: str) -> None:
    found = waived_set(text)
    (fault,) = of_set(found.assembly, at(when))
    assert (fault.code, fault.severity) == (code, "warning")
    assert fault.span is not None
    assert messages(judged(found, at=at(when))) == [fault.message]
