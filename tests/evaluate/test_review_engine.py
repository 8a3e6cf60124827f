"""Golden cases from a review that tried to break the engine: each was wrong once, or is a limit that must hold."""

from __future__ import annotations

from typing import Any

import pytest

from policyengine.core.decision import Decision
from policyengine.evaluate.related import Records
from tests.sets import AT, faults, policies

HEAD = "kind: check\nid: a.b\ntitle: A policy\nowner: social\napplies_to: {kind}\n"


def check(body: str, kind: str = "content") -> str:
    """Return a policy with a header and the rest of it."""
    return HEAD.format(kind=kind) + body


def rule(body: str) -> str:
    """Return the rules of a policy with one rule `r`."""
    return f"rules:\n  - {{id: r, {body}}}\n"


def decided(body: str, record: dict[str, Any], *more: str, kind: str = "content", **options: Any) -> Decision:
    """Return the decision of a policy about a draft."""
    options.setdefault("at", AT)
    options.setdefault("only", ("a.*",))
    draft = {"type": kind, "id": "p1", "status": "draft"}
    return policies(check(body, kind), *more).evaluate({**draft, **record}, **options)


def verdict(decision: Decision) -> tuple[str, tuple[str, ...]]:
    """Return the verdict of the rule `r` and what it misses; what is no finding is `quiet`."""
    found = [f for f in decision.findings if f.rule == "r"]
    return (found[0].verdict, found[0].missing) if found else ("quiet", ())


# A record's derived fields are its own --------------------------------------------------------------------------------

OTHER = "with: {other: {one: content, where: {id: o}}}\n"


def _other(**facts: Any) -> dict[str, Any]:
    return {"type": "content", "id": "o", "status": "draft"} | facts


def test_the_text_of_a_related_record_is_its_own() -> None:
    body = OTHER + rule("when: {$other.all_text: {mentions: bitcoin}}, then: block")
    assert verdict(decided(body, {"text": "nice"}, related=[_other(text="buy bitcoin")]))[0] == "fail"
    assert verdict(decided(body, {"text": "bitcoin"}, related=[_other(text="nice")]))[0] == "unproven"


def test_a_related_record_without_text_has_no_hashtags_of_the_one_judged() -> None:
    body = OTHER + rule("when: {$other.hashtags: {includes: mine}}, then: block")
    assert verdict(decided(body, {"text": "nice #mine"}, related=[_other()])) == ("unproven", ("$other.hashtags",))


def test_what_one_evaluation_derives_does_not_reach_another() -> None:
    body = OTHER + rule("when: {$other.all_text: {mentions: bitcoin}}, then: block")
    chosen = policies(check(body))
    chosen = chosen.with_records(Records.of([_other(text="nice")], chosen.types))
    first = chosen.evaluate({"type": "content", "id": "p1", "status": "draft", "text": "bitcoin"}, at=AT)
    second = chosen.evaluate({"type": "content", "id": "p1", "status": "draft", "text": "plain"}, at=AT)
    assert [verdict(d)[0] for d in (first, second)] == ["unproven", "unproven"]


def test_a_baseline_with_an_unreadable_field_still_has_a_digest() -> None:
    body = "with: {b: {one: baseline}}\n" + rule("when: {$b.digest: {exists: true}}, then: flag")
    broken = {"type": "baseline", "id": "b", "metric": "reach", "history": "many", "value": "12"}
    assert verdict(decided(body, {}, kind="campaign", related=[broken]))[0] == "fail"


# exists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "record"),
    [
        pytest.param("{all_text: {exists: true}}", {}, id="no text at all"),
        pytest.param(
            "{links: {some: {utm: {exists: true}}}}", {"links": [{"url": "http://x.y"}]}, id="no campaign parameters"
        ),
        pytest.param("{sponsorship: {exists: true}}", {"sponsorship": {"brand": {"name": None}}}, id="empty inside"),
        pytest.param("{sponsorship: {exists: true}}", {"sponsorship": {"brand": {"name": 5}}}, id="unreadable inside"),
    ],
)
def test_what_tells_nothing_does_not_exist(condition: str, record: dict[str, Any]) -> None:
    assert verdict(decided(rule(f"when: {condition}, then: block"), record))[0] == "quiet"


@pytest.mark.parametrize(
    ("related", "expected"),
    [
        pytest.param([], "quiet", id="none supplied"),
        pytest.param([{"type": "declaration", "id": "d"}], "fail", id="one supplied"),
    ],
)
def test_related_records_exist_when_one_is_known(related: list[dict[str, Any]], expected: str) -> None:
    body = "with: {ties: {all: declaration}}\n" + rule("when: {$ties: {exists: true}}, then: block")
    assert verdict(decided(body, {}, related=related))[0] == expected


# Times without an answer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "test",
    ["older_than: 2 business days", "newer_than: 2 business days", "by: 2 business days before 2026-06-10"],
)
def test_business_days_without_a_calendar_are_unknown(test: str) -> None:
    body = rule(f"when: {{scheduled_at: {{{test}}}}}, then: block")
    assert verdict(decided(body, {"scheduled_at": "2026-05-01T00:00:00Z"}))[0] == "unproven"


# Entries: same, rising ------------------------------------------------------------------------------------------------

LINKS = [{"url": "http://x.y/a"}, {"url": "http://x.y/b"}]


@pytest.mark.parametrize(
    ("condition", "record", "expected"),
    [
        pytest.param("{links: {same: [host]}}", {"links": LINKS}, "fail", id="a derived field"),
        pytest.param("{links: {same: [utm.source]}}", {"links": LINKS}, "fail", id="none in each is the same"),
        pytest.param(
            "{links: {same: [utm.source]}}",
            {"links": [*LINKS, {"url": "http://x.y/?utm_source=x"}]},
            "quiet",
            id="none and one differ",
        ),
        pytest.param(
            "{links: {same: [url]}}",
            {"links": [{"url": "a"}, {}, {"url": "b"}]},
            "quiet",
            id="two that differ decide, whatever stands between",
        ),
        pytest.param(
            "{media: {same: [asset.owner]}}", {"media": [{"asset": "a1"}, {"asset": "a2"}]}, "quiet", id="ref"
        ),
    ],
)
def test_same(condition: str, record: dict[str, Any], expected: str) -> None:
    assets = [{"type": "asset", "id": "a1", "owner": "x"}, {"type": "asset", "id": "a2", "owner": "y"}]
    body = rule(f"when: {condition}, then: block")
    assert verdict(decided(body, record, related=assets))[0] == expected


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        pytest.param(["1 EUR", "2 EUR"], "fail", id="rising"),
        pytest.param(["2 EUR", "1 EUR"], "quiet", id="falling"),
        pytest.param(["1 EUR", "2 USD"], "unproven", id="another currency"),
    ],
)
def test_amounts_rise(amounts: list[str], expected: str) -> None:
    body = rule("when: {lines: {rising: amount}}, then: block")
    lines = {"lines": [{"amount": amount} for amount in amounts]}
    assert verdict(decided(body, lines, kind="budget"))[0] == expected


@pytest.mark.parametrize("field", ["claim", "text", "substantiation"])
def test_what_has_no_order_does_not_rise(field: str) -> None:
    assert any("PE104" in f for f in faults(check(rule(f"when: {{claims: {{rising: {field}}}}}, then: block"))))


def test_related_records_that_may_lack_some_are_never_all_the_same() -> None:
    body = "with: {ties: {all: declaration}}\n" + rule("when: {$ties: {same: [creator]}}, then: block")
    assert verdict(decided(body, {})) == ("unproven", ("$ties.creator", "$ties[]"))


# Formulas -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "formula"),
    [
        ("content", "sum(claims.claim) > 1"),
        ("content", "sum(labels) > 1"),
        ("content", "sum(links) > 1"),
        ("experiment", "max(looks.at) > 1"),
        ("budget", "sum(lines.amount) > 1"),
        ("content", "kappa(claims, links) > 0"),
    ],
)
def test_formulas_take_lists_of_what_they_compute_with(kind: str, formula: str) -> None:
    (fault,) = faults(check(rule(f"when: {{formula: '{formula}'}}, then: block"), kind))
    assert "PE109" in fault


@pytest.mark.parametrize(
    ("formula", "record"),
    [
        pytest.param("count(claims) == 0", {"claims": "abc"}, id="an ill-typed list"),
        pytest.param("count(claims.claim) == 1", {"claims": "abc"}, id="inside an ill-typed list"),
        pytest.param("count($ties) == 0", {}, id="related records that may lack some"),
        pytest.param("count($ties.creator) == 0", {}, id="fields of related records that may lack some"),
    ],
)
def test_what_is_not_known_is_not_counted(formula: str, record: dict[str, Any]) -> None:
    body = "with: {ties: {all: declaration}}\n" + rule(f"when: {{formula: '{formula}'}}, then: block")
    assert verdict(decided(body, record))[0] == "unproven"


# Several records where one is meant -----------------------------------------------------------------------------------

TWO = [{"type": "baseline", "id": "b1", "campaign": "p1"}, {"type": "baseline", "id": "b2", "campaign": "p1"}]
ONE = "with: {b: {one: baseline, where: {campaign: $record.id}}}\n"


def _two(body: str, **record: Any) -> Decision:
    return decided(ONE + rule(body), record, kind="campaign", related=TWO)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("when: {$b.locked_at: {before: $now}}, then: block", "error", id="read"),
        pytest.param("when: {$b: {exists: true}}, then: block", "error", id="exists"),
        pytest.param(
            "when: {title: x}, except: {$b.locked_at: {before: $now}}, then: block", "fail", id="an exception is none"
        ),
        pytest.param("when: {title: x}, then: block, message: 'at {$b.locked_at}'", "fail", id="message"),
        pytest.param("when: {title: x}, then: block, message: 'at {$b}'", "fail", id="message about the whole"),
        pytest.param("when: {title: x}, then: block, due: 3d after $b.locked_at", "fail", id="due gives no time"),
        pytest.param(
            "when: {any_of: [{title: x}, {$b.locked_at: {before: $now}}]}, then: block", "fail", id="decided elsewhere"
        ),
        pytest.param("when: {title: y, $b.locked_at: {before: $now}}, then: block", "quiet", id="decided before"),
        pytest.param("when: {$b.locked_at: {before: $now}, title: y}, then: block", "quiet", id="decided after"),
        pytest.param(
            "when: {formula: '$b.locked_at < $now and 1 > 2'}, then: block", "quiet", id="decided in a formula"
        ),
    ],
)
def test_several_where_one_is_meant_is_an_error_only_where_it_matters(body: str, expected: str) -> None:
    decision = _two(body, title="x")
    assert verdict(decision)[0] == expected
    assert all("0x" not in f.message for f in decision.findings)


def test_the_entries_of_several_where_one_is_meant_are_an_error() -> None:
    two = [_other(id="o1"), _other(id="o2")]
    body = "with: {o: {one: content}}\n" + rule("for_each: $o.links, when: {internal: true}, then: block")
    assert verdict(decided(body, {}, related=two))[0] == "error"


def test_a_binding_that_needs_an_ambiguous_one_is_unknown() -> None:
    names = "with: {b: {one: baseline, where: {campaign: $record.id}}, r: {one: review, where: {owner: $b.owner}}}\n"
    related = [*TWO, {"type": "review", "id": "r", "owner": "ana", "purpose": "kpi"}]
    body = names + rule("when: {$r.purpose: kpi}, then: block")
    assert verdict(decided(body, {}, kind="campaign", related=related))[0] == "unproven"


NAMES = "b: {one: baseline, where: {campaign: $record.id}}"
AFTER = "a: {one: review, where: {owner: $b.owner}}"


@pytest.mark.parametrize("order", [f"{NAMES}, {AFTER}", f"{AFTER}, {NAMES}"])
def test_names_in_with_may_refer_to_each_other_in_any_order(order: str) -> None:
    related = [{**TWO[0], "owner": "bob"}, {"type": "review", "id": "r", "owner": "bob", "purpose": "kpi"}]
    body = f"with: {{{order}}}\n" + rule("when: {$a.purpose: kpi}, then: block")
    assert verdict(decided(body, {}, kind="campaign", related=related))[0] == "fail"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        pytest.param("{a: {one: review, where: {owner: $a.owner}}}", "PE117", id="itself"),
        pytest.param(
            "{a: {one: review, where: {owner: $b.owner}}, b: {one: review, where: {owner: $a.owner}}}",
            "PE117",
            id="each other",
        ),
        pytest.param("{record: {one: review}}", "PE126", id="what means the record"),
        pytest.param("{now: {one: review}}", "PE126", id="what means the time"),
        pytest.param("{'a.b': {one: review}}", "PE126", id="a dot"),
        pytest.param("{'a b': {one: review}}", "PE126", id="a blank"),
    ],
)
def test_names_in_with_that_mean_nothing_are_refused(names: str, code: str) -> None:
    (fault,) = faults(check(f"with: {names}\n" + rule("when: {title: x}, then: block")))
    assert code in fault


def test_an_entry_of_a_related_list_is_named_by_the_list() -> None:
    body = "with: {ties: {all: declaration}}\n" + rule(
        "for_each: $ties, require: {tied_to_pay: false}, otherwise: hold"
    )
    related = [{"type": "declaration", "id": "d", "tied_to_pay": True}]
    assert [f.field for f in decided(body, {}, related=related).findings] == ["$ties[0].tied_to_pay", "$ties[1]"]


# Markets and days -----------------------------------------------------------------------------------------------------

DIRECTORY = (
    "kind: directory\nid: directory\nowner: social\npeople: {ana: {team: social}}\n"
    'calendars: {tokyo: {zone: Asia/Tokyo, hours: {monday: "09:00 to 17:00"}}}\n'
    "markets: {JP: {calendar: tokyo, zone: Asia/Tokyo}}\n"
)


@pytest.mark.parametrize("test", ["from: 2026-06-02", "is: 2026-06-02", "after: 2026-06-01"])
def test_a_bare_date_in_a_rule_is_a_day_of_the_market(test: str) -> None:
    body = rule(f"when: {{scheduled_at: {{{test}}}}}, then: block")
    record = {"markets": ["GB", "JP"], "scheduled_at": "2026-06-01T16:00:00Z"}
    assert decided(body, record, DIRECTORY).by_market == {"GB": "allow", "JP": "block"}


def test_a_message_shows_the_value_of_each_market() -> None:
    body = "values: {s: {is: [a], by: {market: {JP: [line]}}}}\n" + rule(
        "when: {platform: x}, then: block, message: 'use {values.s}'"
    )
    decision = decided(body, {"markets": ["GB", "JP"], "platform": "x"})
    assert [(f.markets, f.message) for f in decision.findings] == [(("GB",), "use a"), (("JP",), "use line")]


def test_a_value_without_an_entry_is_named_as_what_is_missing() -> None:
    body = "values: {s: {by: {market: {GB: [line]}}}}\n" + rule(
        "when: {labels: {includes_any: $values.s}}, then: block"
    )
    assert verdict(decided(body, {"markets": ["JP"], "labels": ["line"]})) == ("unproven", ("$values.s",))


def test_a_whole_share_is_shown_as_one() -> None:
    body = rule("for_each: objective_split, when: {share: {above: 90%}}, then: block, message: 'is {share}'")
    decision = decided(body, {"objective_split": [{"objective": "reach", "share": 1}]}, kind="campaign")
    assert [f.message for f in decision.findings] == ["is 100%"]
