"""Overlays: what they take from their base, where they speak in its place, and what they may not do."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

from typing import Any

import pytest

from policyengine.core.decision import Decision
from tests.kinds.approving import DIRECTORY
from tests.sets import AT, faults, loaded, policies

BASE = """\
kind: check
id: links
title: Links can be traced
owner: analytics
applies_to: content
values: {sources: {is: [a, b, c], because: known}}
rules:
  - {id: source, for_each: links, require: {utm.source: {in: $values.sources}}, otherwise: hold, fix: "add it"}
  - {id: short, when: {links: {some: {shortened: true}}}, then: flag}
  - {id: young, when: {author.age: {below: 18}}, then: hold, except: {platform: line}}
"""


def overlay(body: str, *, kind: str = "check", base: str = "links", identity: str = "") -> str:
    return f"kind: {kind}\nid: {identity or base + '_de'}\nextends: {base}\n{body}"


GERMAN = "only_for: {markets: {includes: DE}}\n"


def post(**fields: Any) -> dict[str, Any]:
    link = {"url": "https://bit.ly/x?utm_source=b", "shortened": True}
    return {"type": "content", "id": "p", "author": {"age": 30}, "links": [link], **fields}


def judged(record: dict[str, Any], *texts: str) -> Decision:
    return policies(*texts).evaluate(record, at=AT, only=["links*"])


def found(decision: Decision) -> dict[str, str]:
    return {f.name: f.outcome for f in decision.findings}


# What is merged -------------------------------------------------------------------------------------------------------


def test_what_an_overlay_leaves_out_comes_from_its_base() -> None:
    unit = next(u for u in policies(BASE, overlay("rules: [{id: short, then: block}]\n")).assembly.units if u.extends)
    assert (unit.title, unit.owner, unit.extends) == ("Links can be traced", "analytics", "links")
    assert [(r.name, r.outcome) for r in unit.rules] == [
        ("links_de/source", "hold"),
        ("links_de/short", "block"),
        ("links_de/young", "hold"),
    ]


def test_each_rule_stands_at_the_line_that_says_it() -> None:
    german = overlay("rules: [{id: short, then: block}]\nvalues: {sources: {is: [a]}}\n")
    decision = judged(post(), BASE, german)
    places = {f.name: (f.source.file, f.source.line) for f in decision.findings if f.source is not None}
    assert places == {"links_de/short": ("1.yaml", 4), "links_de/source": ("0.yaml", 8)}


def test_a_new_rule_is_added_and_a_value_replaced() -> None:
    german = overlay("values: {sources: {is: [a]}}\nrules: [{id: here, when: {platform: x}, then: block}]\n")
    assert found(judged(post(platform="x"), BASE, german)) == {
        "links_de/source": "hold",
        "links_de/here": "block",
        "links_de/short": "flag",
    }


def test_without_leaves_a_key_of_the_base_out() -> None:
    german = overlay("rules: [{id: young, without: [except]}]\n")
    young = post(links=[], author={"age": 16}, platform="line")
    assert found(judged(young, BASE)) == {}
    assert found(judged(young, BASE, german)) == {"links_de/young": "hold"}


def test_a_chain_is_laid_from_the_base_up() -> None:
    eu = overlay(
        "only_for: {markets: {includes_any: [DE, FR]}}\nrules: [{id: short, then: hold}]\n", identity="links_eu"
    )
    german = overlay(GERMAN + "rules: [{id: short, then: block}]\n", base="links_eu", identity="links_de")
    short = {m: judged(post(markets=[m]), german, BASE, eu) for m in ("GB", "FR", "DE")}
    assert {m: found(d) for m, d in short.items()} == {
        "GB": {"links/short": "flag"},
        "FR": {"links_eu/short": "hold"},
        "DE": {"links_de/short": "block"},
    }


def test_siblings_that_both_apply_both_speak() -> None:
    german = overlay(GERMAN + "rules: [{id: short, then: hold}]\n", identity="links_de")
    british = overlay("only_for: {markets: {includes: GB}}\nrules: [{id: short, then: block}]\n", identity="links_gb")
    decision = judged(post(markets=["DE", "GB"]), BASE, german, british)
    assert found(decision) == {"links_de/short": "hold", "links_gb/short": "block"}


# Where it speaks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markets", "speaks"),
    [(["DE"], {"links_de/short"}), (["GB"], {"links/short"}), (["GB", "DE"], {"links_de/short"}),
     (None, {"links/short", "links_de/short"})],
    ids=["where it applies", "where it does not", "in one of several markets", "where nobody knows, both speak"],
)  # fmt: skip
def test_an_overlay_takes_the_place_of_its_base(markets: list[str] | None, speaks: set[str]) -> None:
    german = overlay(GERMAN + "rules: [{id: short, then: block}]\n")
    record = post(markets=markets) if markets else post()
    assert {name for name in found(judged(record, BASE, german)) if name.endswith("/short")} == speaks


def test_an_overlay_about_the_market_that_is_judged_takes_its_place_market_by_market() -> None:
    market = BASE.replace("when: {links", "when: {$market: [DE, GB], links")
    german = overlay("only_for: {$market: DE}\nrules: [{id: short, then: block}]\n")
    decision = judged(post(markets=["DE", "GB"]), market, german)
    by = {f.name: f.markets for f in decision.findings}
    assert by == {"links/short": ("GB",), "links_de/short": ("DE",)}
    assert decision.by_market == {"DE": "block", "GB": "flag"}


def test_a_base_that_asks_for_no_market_speaks_for_the_markets_that_are_left() -> None:
    german = overlay("only_for: {$market: DE}\nrules: [{id: short, then: block}]\n")
    decision = judged(post(markets=["DE", "GB"]), BASE, german)
    by = {f.name: f.markets for f in decision.findings}
    assert by == {"links/short": ("GB",), "links_de/short": ("DE",)}
    assert decision.by_market == {"DE": "block", "GB": "flag"}


def test_an_overlay_speaks_inside_the_scope_of_its_base_only() -> None:
    base = BASE.replace("values:", "only_for: {platform: x}\nvalues:")
    german = overlay(GERMAN + "rules: [{id: short, then: block}]\n")
    assert found(judged(post(markets=["DE"], platform="tiktok"), base, german)) == {}
    assert found(judged(post(markets=["DE"], platform="x"), base, german)) == {"links_de/short": "block"}


def test_before_an_overlay_is_in_force_its_base_speaks() -> None:
    german = overlay(GERMAN + "effective: {from: 2026-07-01}\nrules: [{id: short, then: block}]\n")
    decision = judged(post(markets=["DE"]), BASE, german)
    assert found(decision) == {"links/short": "flag"}
    assert [(u["policy"], u["outcome"]) for u in decision.upcoming] == [("links_de", "block")]


def test_a_base_that_is_asked_alone_speaks_alone() -> None:
    german = overlay(GERMAN + "rules: [{id: short, then: block}]\n")
    decision = policies(BASE, german).evaluate(post(markets=["DE"]), at=AT, only=["links"])
    assert found(decision) == {"links/short": "flag"}


def test_a_silent_base_counts_as_not_applicable_and_explain_says_who_speaks() -> None:
    german = overlay(GERMAN + "rules: [{id: short, then: block}]\n")
    decision = policies(BASE, german).evaluate(post(markets=["DE"]), at=AT, only=["links*"])
    assert decision.counts == {"not_applicable": 4, "pass": 1}
    rules = {r.name: r for r in decision.explain(every=True, changes=False).rules}
    assert rules["links/short"].taken_by == ("links_de",)
    assert rules["links_de/short"].extends == "links"


def test_the_order_of_documents_means_nothing() -> None:
    german = overlay(GERMAN + "rules: [{id: short, then: hold}]\n", identity="links_de")
    bavarian = overlay("rules: [{id: short, then: block}]\n", base="links_de", identity="links_by")
    one, two = (
        judged(post(markets=["DE"]), BASE, german, bavarian),
        judged(post(markets=["DE"]), bavarian, german, BASE),
    )
    assert found(one) == found(two) == {"links_by/short": "block"}


# What it may not do ---------------------------------------------------------------------------------------------------

CHECK = {
    "a lighter outcome": ("rules: [{id: young, then: flag}]", "`then` of `young` is `flag`, and `hold` in the base"),
    "a narrower condition": ("rules: [{id: young, when: {author.age: {below: 16}}}]", "`when` of `young` may hold for less"),
    "a wider exception": ("rules: [{id: young, except: {platform: [line, x]}}]", "`except` of `young` may hold for more"),
    "a new exception": ("rules: [{id: short, except: {platform: x}}]", "`except` of `short` may hold for more"),
    "a weaker requirement": ("rules: [{id: source, require: {utm.source: {exists: true}}}]", "`require` of `source` may hold for more"),
    "a value that lets more through": ("values: {sources: {is: [a, b, c, d]}}", "`require` of `source` may hold for more, by the value `sources`"),
    "a rule that is gone": ("rules: [{id: young, removed: true}]", "`young` is gone from `rules`"),
    "an unproven rule that weighs nothing": ("rules: [{id: young, if_unknown: flag}]", "`if_unknown` of `young` is not in the base"),
    "time to mend": ("rules: [{id: short, due: 72h after $record.published_at}]", "`due` of `short` is not in the base"),
    "another list": ("rules: [{id: source, for_each: media, require: {alt_text: {exists: true}}}]", "`for_each` of `source` is `media`, and `links` in the base"),
    "somebody else who releases": ("rules: [{id: young, released_by: {team: social}}]", "`released_by` of `young` is not in the base"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHECK)
def test_a_check_is_not_loosened_by(case: str) -> None:
    body, says = CHECK[case]
    errors = [d for d in loaded(BASE, overlay(body + "\n")).diagnostics if d.code == "PE223"]
    assert [d.message for d in errors] == ["`links_de` may loosen `links`: " + says] + (
        ["`links_de` may loosen `links`: `require` of `source` may hold for more"] if case == "another list" else []
    )
    assert errors[0].span is not None
    assert errors[0].span.file == "1.yaml"
    assert [r.span.file for r in errors[0].related] == ["0.yaml"]
    assert (
        loaded(BASE, overlay(body + "\nmay_loosen: true\nbecause: the law there asks for less\n")).assembly is not None
    )


TIGHTER_CHECK = {
    "a heavier outcome": "rules: [{id: young, then: block}]",
    "a wider condition": "rules: [{id: young, when: {author.age: {below: 21}}}]",
    "an alternative more": "rules: [{id: young, when: {any_of: [{author.age: {below: 18}}, {use: paid}]}}]",
    "no exception": "rules: [{id: young, without: except}]",
    "a narrower exception": "rules: [{id: young, except: {platform: line, use: organic}}]",
    "a stricter requirement": "rules: [{id: source, require: {utm.source: {in: [a, b]}, utm.medium: {exists: true}}}]",
    "a value that lets less through": "values: {sources: {is: [a]}}",
    "a rule more": "rules: [{id: new, when: {use: paid}, then: flag}]",
    "an action more": "rules: [{id: young, do: [warn]}]",
    "no waiver": "rules: [{id: young, waivable: no}]",
    "a heavier doubt": "rules: [{id: young, if_unknown: block}]",
    "other words": "rules: [{id: young, title: Minors, message: Wait, fix: Ask}]\ntitle: Other\nowner: legal\ntags: [a]",
    "a scope of its own": "only_for: {platform: x}\neffective: {from: 2026-01-01}",
}


@pytest.mark.parametrize("case", TIGHTER_CHECK)
def test_a_check_is_tightened_by(case: str) -> None:
    assert faults(BASE, overlay(TIGHTER_CHECK[case] + "\n")) == []


def test_an_unproven_rule_that_weighed_more_than_a_failed_one_is_not_made_certain() -> None:
    base = BASE.replace("then: flag}", "then: flag, if_unknown: block}")
    wider = overlay("rules: [{id: short, when: {any_of: [{links: {some: {shortened: true}}}, {use: paid}]}}]\n")
    (fault,) = faults(base, wider)
    assert fault.endswith("a certain failure of `short` weighs less than an unproven one in the base")


MODERATION = """\
kind: moderation
id: talk
title: Hostile comments
owner: community
applies_to: comment
protected:
  - {id: criticism, title: Criticism stays, when: {target.about: [product, company]}}
rules:
  - {id: toxic, score: scores.toxicity, hide_at: 0.95, queue_at: 0.60, languages: [en]}
  - {id: shout, when: {text: {contains: "!!!!"}}, then: hold, do: [warn]}
"""
TALK = {
    "a band that begins lower": ("rules: [{id: toxic, hide_at: 0.9, queue_at: 0.5}]", []),
    "a language more": ("rules: [{id: toxic, languages: [en, de]}]", []),
    "less that is protected": ("protected: [{id: criticism, when: {target.about: product}}]", []),
    "nothing protected": ("without: [protected]", []),
    "a band that begins higher": (
        "rules: [{id: toxic, queue_at: 0.8}]", ["`queue_at` of `toxic` is `0.8`, and `0.60` in the base"]),
    "a language less": ("rules: [{id: toxic, languages: [de]}]", ["`en` of `toxic` is gone from `languages`"]),
    "more that is protected": (
        "protected: [{id: quotes, title: Quotes stay, when: {language: de}}]", ["`quotes` is new in `protected`"]),
    "another score": ("rules: [{id: toxic, score: scores.threat}]",
        ["`score` of `toxic` is `scores.threat`, and `scores.toxicity` in the base"]),
    "an action less": ("rules: [{id: shout, do: [lock]}]", ["`warn` of `shout` is gone from `do`"]),
}  # fmt: skip
DISCLOSURE = """\
kind: disclosure
id: disclosure.gb
title: Ads are recognisable
owner: legal
jurisdiction: GB
authority: ASA
confidence: medium
languages: [en]
labels:
  - {for: all connections, accept: [ad, advert]}
  - {for: [gifted, loan], accept: [gifted], then: hold}
not_enough: ["#sp"]
without_label: {all connections: hold, paid: block}
platform_label_alone: hold
placement:
  before_fold: {otherwise: hold}
"""
LAW = {
    "fewer labels": ("labels: [{for: all connections, accept: [ad]}]\nnot_enough: ['#sp', advert, gifted]", []),
    "a heavier weight": ("without_label: {all connections: block}", []),
    "one more demand": ("placement: {legible: {otherwise: hold}, before_fold: {otherwise: block}}", []),
    "more that is not enough": ("not_enough: ['#sp', spon]", []),
    "more confidence": ("confidence: high", []),
    "a label more": ("labels: [{for: all connections, accept: [ad, advert, spon]}]",
        ["`for: all connections` in `labels` is not in the base, or more than there"]),
    "a label for more": ("labels: [{for: [paid, gifted], accept: [gifted], then: hold}]",
        ["`for: paid, gifted` in `labels` is not in the base, or more than there"]),
    "a lighter weight": ("without_label: {paid: hold}", ["`paid` of `without_label` is `hold`, and `block` in the base"]),
    "less confidence": ("confidence: low", ["`confidence` is `low`, and `medium` in the base"]),
    "a demand less": ("placement: {without: before_fold, legible: {otherwise: hold}}",
        ["`before_fold` of `placement` is left out"]),
    "another market": ("jurisdiction: IE", ["`jurisdiction` is `IE`, and `GB` in the base"]),
}  # fmt: skip
FREEZE = """\
kind: freeze
id: crisis
title: Nothing promotional goes out
owner: communications
applies_to: content
started_by: freeze_order
may_declare: [{role: head}]
lasts: 24h
covers: {markets: {includes_any: $order.markets}}
still_allowed:
  - {id: statement, when: {labels: {includes: statement}}, approved_by: {role: head}}
lift: {count: 1, of: [{role: head}]}
"""
STOP = {
    "a longer freeze": ("lasts: 48h", []),
    "somebody more who may declare": ("may_declare: [{role: head}, {role: counsel}]", []),
    "less that is allowed": ("without: still_allowed", []),
    "two who approve": ("still_allowed: [{id: statement, approved_by: {role: head, count: 2}}]", []),
    "a shorter freeze": ("lasts: 12h", ["`lasts` is `12h`, and `24h` in the base"]),
    "a way through glass": ("break_glass: {by: [{role: head}], at_most: 4h}", ["`break_glass` is not in the base"]),
    "other cover, which nothing can show": (
        "covers: {platform: {in: $order.platforms}}", ["`covers` may hold for less"]),
    "another way to lift it": ("lift: {count: 1, of: [{role: counsel}]}", ["`of` of `lift` is not that of the base"]),
}  # fmt: skip
ESCALATION = """\
kind: escalation
id: crisis
title: Somebody is told
owner: communications
applies_to: incident
routes: [{id: rest, to: desk}]
paths:
  desk:
    acknowledge_within: {high: 1h}
    steps: [{notify: {team: care}}]
    deadlines: [{id: authority, within: 72h}]
"""
CASES = {
    "a shorter deadline": ("paths: {desk: {deadlines: [{id: authority, within: 48h}]}}", []),
    "an earlier acknowledgement": ("paths: {desk: {acknowledge_within: {high: 30 min, low: 4h}}}", []),
    "a longer deadline": ("paths: {desk: {deadlines: [{id: authority, within: 96h}]}}",
        ["`within` of `authority` of `desk` is `96h`, and `72h` in the base"]),
    "other routes": ("routes: [{id: loud, when: {severity: high}, to: desk}]", ["`routes` is not that of the base"]),
    "other steps": ("paths: {desk: {steps: [{notify: {team: legal}}]}}", ["`steps` of `desk` is not that of the base"]),
}  # fmt: skip
REVIEW = """\
kind: review
id: look
title: Somebody looks
owner: analytics
every: quarter
grace: 10d
evidence: [outcome]
for_each: {person: {team: social}}
coverage: {at_least: 90%}
"""
LOOKS = {
    "less grace": ("grace: 5d", []),
    "no grace": ("without: grace", []),
    "more evidence": ("evidence: [outcome, attendees]", []),
    "more people": ("for_each: {person: {team: [social, legal]}}", []),
    "more of them": ("coverage: {at_least: 95%}", []),
    "all of them": ("without: coverage", []),
    "another cadence": ("every: month", ["`every` is `month`, and `quarter` in the base"]),
    "more grace": ("grace: 20d", ["`grace` is `20d`, and `10d` in the base"]),
    "fewer people": ("for_each: {person: {team: social, active: true}}", ["`person` of `for_each` may hold for less"]),
}  # fmt: skip
KINDS: dict[str, tuple[str, str, dict[str, tuple[str, list[str]]]]] = {
    "moderation": ("talk", MODERATION, TALK),
    "disclosure": ("disclosure.gb", DISCLOSURE, LAW),
    "freeze": ("crisis", FREEZE, STOP),
    "escalation": ("crisis", ESCALATION, CASES),
    "review": ("look", REVIEW, LOOKS),
}


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, (_, _, cases) in KINDS.items() for case in cases])
def test_the_order_of_a_kind_knows(kind: str, case: str) -> None:
    base, text, cases = KINDS[kind]
    body, says = cases[case]
    errors = [d for d in loaded(text, overlay(body + "\n", kind=kind, base=base)).diagnostics if d.severity == "error"]
    assert [(d.code, d.message) for d in errors] == [("PE223", f"`{base}_de` may loosen `{base}`: {s}") for s in says]
    assert all(d.span and d.span.file == "1.yaml" and d.related[0].span.file == "0.yaml" for d in errors)


WINDOW = """\
kind: moderation
id: talk
title: Floods
owner: community
applies_to: comment
rules:
  - {id: flood, window: {where: {ours: false}, by: author.id, within: 10 min, share: {language: en}, at_least: 0.5}, then: hold}
"""


def test_what_is_counted_may_not_change() -> None:
    wider = "{where: {any_of: [{ours: false}, {platform: x}]}, by: author.id, within: 10 min, share: {language: en}, at_least: 0.5}"
    text = overlay(f"rules: [{{id: flood, window: {wider}}}]\n", kind="moderation", base="talk")
    (fault,) = faults(WINDOW, text)
    assert fault.endswith("`talk_de` may loosen `talk`: `where` of `window` of `flood` may hold for less")
    assert faults(WINDOW, overlay("rules: [{id: flood, then: block}]\n", kind="moderation", base="talk")) == []


# Manners --------------------------------------------------------------------------------------------------------------

FAULTY = {
    "an unknown base": ([overlay("", base="linkz", identity="a")], "PE220", "unknown policy `linkz` to extend"),
    "itself": ([overlay("", base="a", identity="a")], "PE221", "overlays extend each other: `a` → `a`"),
    "a circle": (
        [overlay("", base="c", identity="b"), overlay("", base="a", identity="c"), overlay("", base="b", identity="a")],
        "PE221",
        "overlays extend each other: `a` → `b` → `c` → `a`",
    ),
    "another kind": ([overlay("", kind="moderation")], "PE222", "`links_de` is of kind moderation, and `links` of kind check"),
    "no reason": (
        [overlay("rules: [{id: young, then: flag}]\nmay_loosen: true\n")], "PE224", "`may_loosen` does not say why"),
    "an entry that is not there": (
        [overlay("rules: [{id: yuong, removed: true}]\n")], "PE225", "the base has no `yuong` that could be removed"),
    "a key that is not there": (
        [overlay("rules: [{id: short, without: [except]}]\n")], "PE225",
        "the base has no `except` here that could be left out"),
    "removed and changed": (
        [overlay("rules: [{id: short, removed: true, then: block}]\n")], "PE225", "`short` is removed, and changed"),
    "no overlay at all": (
        [BASE.replace("id: links", "id: other") + "may_loosen: true\n"], "PE226",
        "`may_loosen` in a policy that extends none"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTY)
def test_a_fault_is_reported_once_at_its_place(case: str) -> None:
    texts, code, message = FAULTY[case]
    errors = [d for d in loaded(BASE, *texts).diagnostics if d.severity == "error" and d.code.startswith("PE22")]
    assert [(d.code, d.message) for d in errors] == [(code, message)]
    assert errors[0].span is not None
    assert errors[0].span.file != "0.yaml"


def test_permission_to_loosen_that_nothing_needs_is_a_warning() -> None:
    text = overlay("rules: [{id: short, then: block}]\nmay_loosen: true\nbecause: it did once\n")
    found_ = [(d.code, d.severity, d.message) for d in loaded(BASE, text).diagnostics if d.code != "PE200"]
    assert found_ == [("PE227", "warning", "`links_de` loosens nothing")]


def test_an_unknown_key_is_reported_at_the_overlays_line() -> None:
    assert faults(BASE, overlay("rules: [{id: short, thn: block}]\n")) == ["4:21 PE120 unknown key `thn`"]


def test_a_fault_of_the_base_is_reported_once() -> None:
    broken = BASE.replace("author.age", "author.agge")
    assert [f.split()[1] for f in faults(broken, overlay("rules: [{id: short, then: block}]\n"))] == ["PE102"]


def test_a_fault_that_an_overlay_makes_of_its_base_names_the_overlay() -> None:
    base = """\
kind: approval
id: links
title: Approved
owner: ops
applies_to: content
stages: [{id: one, needs: {role: brand}}, {id: two, after: one, needs: {role: brand}}]
"""
    text = overlay("stages: [{id: one, removed: true}]\n", kind="approval")
    (fault,) = [d for d in loaded(DIRECTORY, base, text).diagnostics if d.code == "PE320"]
    assert fault.span is not None
    assert fault.span.file == "1.yaml"
    assert [(r.span.file, r.span.line, r.message) for r in fault.related] == [("2.yaml", 3, "as `links_de` has it")]


# Approvals ------------------------------------------------------------------------------------------------------------

APPROVAL = """\
kind: approval
id: links
title: Approved
owner: ops
applies_to: content
stages: [{id: brand, needs: {role: brand}}]
"""


def test_an_approval_is_not_asked_twice_and_a_vote_for_the_base_counts() -> None:
    german = overlay(GERMAN + "stages: [{id: law, needs: {role: counsel}}]\n", kind="approval")
    judge = policies(DIRECTORY, APPROVAL, german)
    vote = {"policy": "links", "stage": "brand", "by": "ana", "at": "2026-05-29T10:00:00Z"}
    record = {"type": "content", "id": "p", "text": "x", "author": {"id": "cy"}, "markets": ["DE"]}
    (state,) = judge.evaluate({**record, "approvals": [{**vote, "vote": "reject"}]}, at=AT, only=["links*"]).approvals
    assert (state.policy, state.status) == ("links_de", "disapproved")
    (state,) = judge.evaluate(record, at=AT, only=["links*"]).approvals
    assert (state.policy, state.next) == ("links_de", ("brand", "law"))


def test_a_review_with_an_overlay_is_due_once() -> None:
    judge = policies(REVIEW, overlay("grace: 5d\n", kind="review", base="look"))
    assert {r["policy"] for r in judge.reviews(at=AT)} == {"look_de"}
