"""Golden cases from a review that tried to break the engine: each was wrong once, or is a limit that must hold."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal, localcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from policyengine.core.decision import Decision
from policyengine.core.digest import digest_of
from policyengine.evaluate.engine import InvalidRecord
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
    "body",
    [
        "when: {scheduled_at: {older_than: 2 business days}}, then: block",
        "when: {scheduled_at: {newer_than: 2 business days}}, then: block",
        "when: {scheduled_at: {by: 2 business days before 2026-06-10}}, then: block",
        "when: {platform: x}, then: block, due: 2 business days after $record.scheduled_at",
        "when: {sponsorship.consideration: {between: [1 EUR, 2 USD]}}, then: block",
    ],
)
def test_what_could_never_be_told_is_refused(body: str) -> None:
    (fault,) = faults(check(rule(body)))
    assert "PE104" in fault


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


def test_a_market_that_cannot_be_read_leaves_its_rules_unproven() -> None:
    body = "values: {s: {is: [a], by: {market: {JP: [line]}}}}\n" + rule(
        "when: {labels: {includes_any: $values.s}}, then: block"
    )
    for unread in (None, "Japan", 5):
        decision = decided(body, {"markets": ["GB", unread], "labels": ["line"]})
        assert verdict(decision) == ("unproven", ("markets",))


# References that mean nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        pytest.param("{a: {is: $values.a}}", id="itself"),
        pytest.param("{a: {is: $values.b}, b: {is: $values.a}}", id="each other"),
        pytest.param("{a: {is: $values.b}, b: {is: 5}}", id="another"),
    ],
)
def test_a_named_value_is_no_reference_to_another(values: str) -> None:
    (fault,) = faults(check(f"values: {values}\n" + rule("when: {author.followers: {above: $values.a}}, then: block")))
    assert "PE104" in fault


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("{author.handle: {in: $record.author.id}}", id="text in text"),
        pytest.param("{author.followers: {in: $record.metrics.reach}}", id="number in number"),
        pytest.param("{labels: {includes_any: $record.author.id}}", id="list and text"),
        pytest.param("{author.handle: {matches: $record.author.id}}", id="a field as a pattern"),
    ],
)
def test_one_value_is_no_list_and_no_pattern(test: str) -> None:
    (fault,) = faults(check(rule(f"when: {test}, then: block")))
    assert "PE104" in fault


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        pytest.param("{language: {DE: [x]}}", "`DE` is not a language", id="language"),
        pytest.param("{platform: {tiktock: [x]}}", "`tiktock` is not a platform", id="platform"),
        pytest.param("{market: {jp: [x]}}", "`jp` is not a market", id="market"),
        pytest.param("{size_band: {big: [x]}}", "`big` is not a size band", id="size band"),
    ],
)
def test_an_entry_that_can_never_apply_is_refused(table: str, meant: str) -> None:
    (fault,) = faults(check(f"values: {{s: {{is: [a], by: {table}}}}}\n" + rule("when: {platform: x}, then: block")))
    assert meant in fault


def test_definitions_that_double_each_other_are_refused() -> None:
    doubled = "".join(f"  d{n}: {{all_of: [{{$is.d{n - 1}: true}}, {{$is.d{n - 1}: true}}]}}\n" for n in range(1, 40))
    text = f"kind: definitions\nid: is\nowner: social\napplies_to: content\ndefine:\n  d0: {{platform: x}}\n{doubled}"
    found = faults(text, check(rule("when: {$is.d39: true}, then: block")))
    assert any("PE117" in fault and "unfold" in fault for fault in found)


def test_definitions_that_stand_below_each_other_without_end_are_refused() -> None:
    chain = "".join(f"  d{n}: {{$is.d{n - 1}: true}}\n" for n in range(1, 400))
    text = f"kind: definitions\nid: is\nowner: social\napplies_to: content\ndefine:\n  d0: {{platform: x}}\n{chain}"
    assert any("PE117" in fault and "levels deep" in fault for fault in faults(text))


# Assumptions ----------------------------------------------------------------------------------------------------------

ASSUMED = (
    "kind: assumption\nid: assumption.media\ntitle: None\nowner: social\napplies_to: content\nfield: media\nis: []\n"
    "because: so\nreview: {every: 12 months}\n"
)


@pytest.mark.parametrize(
    ("effective", "expected"),
    [
        pytest.param("{from: 2026-01-01}", "fail", id="in force"),
        pytest.param("{until: 2026-06-01}", "unproven", id="past"),
        pytest.param("{from: 2026-06-02}", "unproven", id="not yet"),
    ],
)
def test_an_assumption_counts_while_it_is_in_force(effective: str, expected: str) -> None:
    body = rule("when: {media: {size: {at_most: 0}}}, then: block")
    assert verdict(decided(body, {}, f"{ASSUMED}effective: {effective}\n"))[0] == expected


def test_what_an_assumption_reads_does_not_outlive_it() -> None:
    body = rule("when: {all_text: {length: {at_most: 7}}}, then: block")
    record = {"text": "a", "title": "b", "sponsorship": {"disclosures": []}}
    asking = f"{ASSUMED}only_for: {{all_text: {{contains: a}}}}\n"
    assert verdict(decided(body, record, asking)) == verdict(decided(body, record, ASSUMED)) == ("fail", ())


# Records that are no good data ----------------------------------------------------------------------------------------

READS = rule(
    "when: {any_of: [{author.followers: {above: 5}}, {text: {mentions: zzz}}, {scheduled_at: {before: 2026-01-01}}]}, "
    "then: block, message: '{author.followers} {text} {title}'"
)


def _nested(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"a": found}
    return found


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({5: 1}, id="a number as a key"),
        pytest.param({None: 1}, id="no key"),
        pytest.param({(1, 2): 1}, id="a pair as a key"),
        pytest.param({"author": {None: 3}}, id="no key inside"),
        pytest.param({"text": "a\ud800b"}, id="half a character in a text"),
        pytest.param({"\ud800": 1}, id="half a character in a key"),
        pytest.param({"x": {"\ud800": "\ud800"}}, id="half a character in data of one's own"),
        pytest.param({"id": "\ud800"}, id="half a character in the id"),
        pytest.param({"platform": "\ud800"}, id="half a character in a word"),
        pytest.param({"author": {"followers": float("nan")}}, id="not a number"),
        pytest.param({"author": {"followers": float("inf")}}, id="infinite"),
        pytest.param({"author": {"followers": 2**64}}, id="more than 64 bits"),
        pytest.param({"author": {"followers": 10**5000}}, id="5,000 digits"),
        pytest.param({"author": {"followers": Decimal("1e999999999")}}, id="a huge exponent"),
        pytest.param({"author": {"followers": Decimal("sNaN")}}, id="a signalling not a number"),
        pytest.param({"author": {"followers": True}}, id="true as a number"),
        pytest.param({"sponsorship": {"disclosures": [{"frames": [10**5000]}]}}, id="a huge frame"),
        pytest.param(
            {"x": {"a": 10**5000, "b": Decimal("1e9999999"), "c": float("nan")}}, id="odd numbers of one's own"
        ),
        pytest.param({"scheduled_at": datetime(2026, 5, 1)}, id="a time without a zone"),  # noqa: DTZ001 - the point
        pytest.param({"x": {"a": {"q", "w"}}, "labels": {"a"}}, id="sets"),
        pytest.param({"text": print, "x": {"a": object()}}, id="things that are no data"),
        pytest.param({"text": b"abc"}, id="bytes"),
        pytest.param({"author": MappingProxyType({"handle": "x"}), "x": MappingProxyType({})}, id="other mappings"),
        pytest.param({"author": [1], "links": {"a": 1}, "media": "x", "labels": 5, "markets": "GB"}, id="wrong shapes"),
        pytest.param({"claims": [1, None, "x", []], "rulings": [None, 5, {"policy": 5}], "id": []}, id="wrong entries"),
        pytest.param({"x": _nested(60)}, id="60 levels"),
    ],
)
def test_what_is_no_good_data_is_judged_without_a_fault_of_the_engine(record: dict[Any, Any]) -> None:
    decision = decided(READS, record, validate=True, only=())
    assert decision.outcome == "hold"
    assert decision.to_json()


@pytest.mark.parametrize("data", [pytest.param(_nested(3000), id="deep"), pytest.param([_nested(500)], id="in a list")])
def test_a_record_that_is_nested_too_deep_is_refused(data: object) -> None:
    with pytest.raises(InvalidRecord, match="64 levels"):
        decided(READS, {"x": {"a": data}})


def test_a_record_that_contains_itself_is_refused() -> None:
    circle: dict[str, Any] = {}
    circle["x"] = circle
    with pytest.raises(InvalidRecord, match="64 levels"):
        decided(READS, circle)


def test_digests_do_not_depend_on_precision_and_tell_numbers_apart() -> None:
    long = Decimal("1.23456789012345678901234567890123456789")
    usual = digest_of({"a": long})
    with localcontext() as context:
        context.prec = 5
        assert digest_of({"a": long}) == usual
    assert len({digest_of({"a": a}) for a in (long, round(long, 20), float("nan"), float("inf"), 0)}) == 5
    assert digest_of({"a": 1}) == digest_of({"a": 1.0}) == digest_of({"a": Decimal("1.00")})


def test_a_huge_word_is_cut_in_the_problem() -> None:
    decision = decided(READS, {"platform": "z" * 100_000, "markets": ["z" * 100_000]}, validate=True)
    assert all(len(str(problem)) < 1000 for problem in decision.problems)


def test_one_pattern_of_policies_may_be_given_as_text() -> None:
    assert decided(rule("when: {platform: x}, then: block"), {"platform": "x"}, only="z.*").outcome == "allow"


# Size and depth -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", ["{{all_of: [{}]}}", "{{not: {}}}", "{{any_of: [{}, {{use: paid}}]}}"])
def test_conditions_as_deep_as_yaml_may_be_are_judged_and_explained(wrap: str) -> None:
    condition = "{author.followers: {above: 5}}"
    for _ in range(26):
        condition = wrap.format(condition)
    body = rule(f"when: {condition}, then: block")
    assert verdict(decided(body, {"author": {"followers": 9}, "use": "organic"}))[0] == "fail"
    assert verdict(decided(body, {"use": "organic"})) == ("unproven", ("author.followers",))


def test_quantifiers_inside_quantifiers_know_the_record() -> None:
    body = rule(
        "when: {media: {some: {medium: video, $record.links: {some: {internal: true, "
        "$record.claims: {some: {claim: health, $record.platform: x}}}}}}}, then: block"
    )
    record = {
        "media": [{"medium": "video"}],
        "links": [{"url": "http://x.y", "internal": True}],
        "claims": [{"text": "t", "claim": "health"}],
    }
    assert verdict(decided(body, record | {"platform": "x"}))[0] == "fail"
    assert verdict(decided(body, record | {"platform": "tiktok"}))[0] == "quiet"
    assert verdict(decided(body, record))[0] == "unproven"


def test_threads_and_repetition_give_the_same_bytes() -> None:
    chosen = policies(check(OTHER + rule("when: {$other.all_text: {mentions: bitcoin}}, then: block")))
    chosen = chosen.with_records(Records.of([_other(text="bitcoin #x", links=LINKS)], chosen.types))
    records = [{"type": "content", "id": f"p{n}", "status": "draft", "text": f"text {n}"} for n in range(40)]
    alone = [chosen.evaluate(record, at=AT).to_json() for record in records]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda record: chosen.evaluate(record, at=AT).to_json(), records * 5))
    assert together == alone * 5


def test_the_seed_of_hashes_changes_no_byte() -> None:
    program = "from tests.evaluate.test_review_engine import seeded\nimport sys; sys.stdout.buffer.write(seeded())\n"
    found = {
        subprocess.run(  # noqa: S603 - this interpreter, this file
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def seeded() -> bytes:
    """Return a Decision in which as much as possible comes out of mappings and sets."""
    body = (
        "values: {s: {is: [a], by: {language: {de: [b], fr: [c]}}}}\n"
        "rules:\n"
        "  - {id: a, when: {labels: {includes_any: $values.s}}, then: block}\n"
        "  - {id: b, when: {any_of: [{risk_tier: 1}, {author.age: 9}, {text: {mentions: [x, y]}}]}, then: hold}\n"
        "  - {id: c, for_each: links, when: {internal: false}, require: {utm.source: {in: [x]}}, otherwise: flag}\n"
    )
    record = {"labels": ["b"], "markets": ["JP", "GB", "US"], "links": LINKS, "x": {"a": {"q", "w", "e", "r"}}, "zz": 1}
    return decided(body, record, DIRECTORY, ASSUMED, only=(), validate=True).to_json()
