"""Accepted overlays never make an outcome lighter: random overlays of random policies, on random records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from policyengine.core.decision import RANK
from policyengine.core.reader_json import read_json
from policyengine.core.reader_yaml import read_yaml
from policyengine.evaluate.engine import PolicySet
from policyengine.policyset.assembling import assemble
from policyengine.shapes.material import material
from tests.generators import Generator
from tests.kinds.approving import DIRECTORY
from tests.policyset.turning import turned
from tests.sets import AT, schemas, types

Plain = dict[str, Any]
OUTCOMES = ("flag", "hold", "block")


def sources(documents: list[Plain]) -> list[Any]:
    return [read_json(json.dumps(d), f"{d['id']}.json") for d in documents]


def accepted(documents: list[Plain]) -> tuple[PolicySet, list[Plain]]:
    """Return the set without the overlays that are refused, and the overlays that are not."""
    found = assemble(sources(documents), schemas())
    refused = {d.span.file for d in found.diagnostics if d.severity == "error" and d.span is not None}
    assert all(d.code == "PE223" for d in found.diagnostics if d.severity == "error"), found.diagnostics
    kept = [d for d in documents if f"{d['id']}.json" not in refused]
    clean = assemble(sources(kept), schemas())
    assert clean.assembly is not None, clean.diagnostics
    return PolicySet(clean.assembly), [d for d in kept if "extends" in d]


def overlay_of(generator: Generator, base: Plain, number: int) -> Plain:
    """Return a random overlay of a random check: a few keys of a few rules, now and then a scope."""
    rng, root = generator.rng, types()["content"].root
    rules = []
    for rule in rng.sample(base["rules"], 2):
        about = next((f.item for f in root.walk() if f.path == rule.get("for_each")), root) or root
        keys = rng.sample([k for k in ("when", "require", "except") if k in rule], 1 if rng.random() < 0.7 else 0)
        changed: Plain = {k: turned(generator, rule[k], about, element="for_each" in rule) for k in keys}
        for key in ("then", "otherwise", "if_unknown"):
            if key in rule and rng.random() < 0.4:
                changed[key] = rng.choice(OUTCOMES)
        rules.append({"id": rule["id"], **changed})
    overlay: Plain = {"kind": "check", "id": f"{base['id']}.over{number}", "extends": base["id"], "rules": rules}
    if rng.random() < 0.5:
        overlay["only_for"] = generator.condition(root, 1)
    return overlay


def checks(seed: int) -> Iterator[tuple[Plain, list[Plain]]]:
    generator = Generator(types(), seed)
    for number in range(12):
        base = generator.policy(number, rules=4)
        for rule in base["rules"]:
            if generator.rng.random() < 0.2:
                rule["if_unknown"] = generator.rng.choice(OUTCOMES)
        yield base, [overlay_of(generator, base, n) for n in range(6)]


def well_typed(documents: list[Plain], overlays: list[Plain]) -> list[Plain]:
    """Return the overlays without faults of their own: turning a condition may leave it ill-typed."""
    found = assemble(sources([*documents, *overlays]), schemas())
    other = {d.span.file for d in found.diagnostics if d.severity == "error" and d.span and d.code != "PE223"}
    return [o for o in overlays if f"{o['id']}.json" not in other]


@pytest.mark.parametrize("seed", range(3))
def test_no_accepted_overlay_of_a_check_makes_an_outcome_lighter(seed: int) -> None:
    generator = Generator(types(), seed + 100)
    pairs = list(checks(seed))
    documents = [base for base, _ in pairs] + generator.names()
    overlays = well_typed(documents, [o for _, found in pairs for o in found])
    policies, kept = accepted([*documents, *overlays])
    assert len(kept) > 10
    assert len(overlays) - len(kept) > 10
    compared: Counter[str] = Counter()
    for number in range(20):
        record = generator.without(generator.record(told=0.7), number % 10)
        for overlay in kept:
            without = policies.evaluate(record, at=AT, only=[overlay["extends"]]).outcome
            together = policies.evaluate(record, at=AT, only=[overlay["extends"], overlay["id"]]).outcome
            assert RANK[together] >= RANK[without], (overlay, record)
            compared["stricter" if together != without else "as strict"] += 1
    assert compared["stricter"] > 5, compared


# Approvals ------------------------------------------------------------------------------------------------------------

APPROVAL: Plain = {
    "kind": "approval",
    "id": "approval.content",
    "title": "Content is approved",
    "owner": "ops",
    "applies_to": "content",
    "different_people": False,
    "edits_that_void": {"all_except": ["labels"]},
    "vetoes_lifted_by": {"role": "general_counsel"},
    "stages": [
        {"id": "brand", "needs": {"role": "brand"}, "within": "4h", "calendar": "uk"},
        {
            "id": "legal",
            "after": "brand",
            "when": {"risk_tier": 1},
            "needs": {"any_of": [{"role": "counsel"}, {"role": "general_counsel"}]},
            "within": "8h",
            "calendar": "uk",
        },
    ],
    "fast_track": {
        "title": "Live",
        "when": {"labels": {"includes": "live"}, "platform": ["x", "tiktok"]},
        "trusts": ["labels", "platform"],
        "stages": ["brand"],
    },
}
GENERAL = {"role": "general_counsel"}
EITHER = {"any_of": [{"role": "counsel"}, GENERAL]}
EDITS: dict[str, Plain] = {
    "shorter": {"stages": [{"id": "brand", "within": "2h"}]},
    "longer": {"stages": [{"id": "brand", "within": "8h"}]},
    "two of brand": {"stages": [{"id": "brand", "needs": {"role": "brand", "count": 2}}]},
    "another role": {"stages": [{"id": "brand", "needs": {"role": "sole"}}]},
    "legal always": {"stages": [{"id": "legal", "without": ["when"]}]},
    "legal more often": {"stages": [{"id": "legal", "when": {"risk_tier": [1, 2]}}]},
    "legal less often": {"stages": [{"id": "legal", "when": {"risk_tier": 1, "use": "paid"}}]},
    "both lawyers": {"stages": [{"id": "legal", "needs": {"all_of": [EITHER, {"team": "legal_uk"}]}}]},
    "one lawyer": {"stages": [{"id": "legal", "needs": {"role": "counsel"}}]},
    "two lawyers": {"stages": [{"id": "legal", "needs": {"any_of": [{"role": "counsel", "count": 2}, GENERAL]}}]},
    "a third stage": {"stages": [{"id": "social", "needs": {"team": "social"}}]},
    "no legal": {"stages": [{"id": "legal", "removed": True}], "without": ["fast_track"]},
    "different people": {"different_people": True},
    "the author may": {"author_may_vote": True},
    "somebody else made it": {"made_by": ["ugc.creator"]},
    "all edits void": {"without": ["edits_that_void"]},
    "more edits do not void": {"edits_that_void": {"all_except": ["labels", "text"]}},
    "nobody lifts": {"without": ["vetoes_lifted_by"]},
    "others lift": {"vetoes_lifted_by": {"team": "ops"}},
    "no lane": {"without": ["fast_track"]},
    "a narrower lane": {"fast_track": {"when": {"labels": {"includes": "live"}, "platform": "x"}}},
    "a wider lane": {"fast_track": {"when": {"labels": {"includes": "live"}}}},
    "expires": {"stages": [{"id": "brand", "on_timeout": "expire"}]},
}  # fmt: skip
TIGHTER = {"shorter", "two of brand", "legal always", "legal more often", "both lawyers", "two lawyers",
           "a third stage",
           "different people", "all edits void", "nobody lifts", "no lane", "a narrower lane",
           "expires"}  # fmt: skip


def overlay(name: str, edit: Plain) -> Plain:
    return {"kind": "approval", "id": f"over.{name.replace(' ', '_')}", "extends": "approval.content", **deepcopy(edit)}


def directory() -> Any:
    return read_yaml(DIRECTORY, "directory.yaml")


def posts(seed: int) -> Iterator[Plain]:
    """Yield random posts with random votes for the base, of the material as it is or was."""
    generator = Generator(types(), seed)
    rng = generator.rng
    for _ in range(60):
        record: Plain = {"type": "content", "id": "p", "text": "now", "author": {"id": rng.choice(("cy", "ana"))},
                         "created_at": "2026-05-29T09:00:00Z", "markets": ["GB"]}  # fmt: skip
        for name, values in {"risk_tier": (1, 2, 3), "use": ("paid", "organic"), "platform": ("x", "line"),
                             "labels": (["live"], [])}.items():  # fmt: skip
            if rng.random() < 0.85:
                record[name] = rng.choice(values)
        seen = material(types()["content"], record)
        stale = material(types()["content"], {**record, "text": "then"})
        record["approvals"] = [
            {"policy": "approval.content", "stage": rng.choice(("brand", "legal")),
             "by": rng.choice(("ana", "kim", "ben", "cal", "duo", "gen", "cy")),
             "vote": rng.choice(("approve",) * 6 + ("reject", "withdraw")),
             "at": f"2026-05-29T{rng.randrange(10, 18)}:00:00Z", "seen": seen if rng.random() < 0.85 else stale}
            for _ in range(rng.randrange(7))
        ]  # fmt: skip
        yield record


def test_the_table_of_edits_says_which_are_tighter() -> None:
    found = assemble([directory(), *sources([APPROVAL, *(overlay(n, e) for n, e in EDITS.items())])], schemas())
    assert {d.code for d in found.diagnostics if d.severity == "error"} == {"PE223"}
    refused = {d.span.file for d in found.diagnostics if d.span is not None and d.code == "PE223"}
    assert {n for n, e in EDITS.items() if f"{overlay(n, e)['id']}.json" not in refused} == TIGHTER


def test_no_accepted_overlay_of_an_approval_makes_an_outcome_lighter() -> None:
    kept = {name: overlay(name, EDITS[name]) for name in TIGHTER}
    found = assemble([directory(), *sources([APPROVAL, *kept.values()])], schemas())
    assert found.assembly is not None
    policies = PolicySet(found.assembly)
    compared: Counter[tuple[str, str]] = Counter()
    for record in posts(7):
        without = policies.evaluate(record, at=AT, only=["approval.content"]).outcome
        for name, over in kept.items():
            decision = policies.evaluate(record, at=AT, only=["approval.content", over["id"]])
            assert [a.policy for a in decision.approvals] == [over["id"]]
            assert RANK[decision.outcome] >= RANK[without], (name, record)
            compared[without, decision.outcome] += 1
    assert compared["allow", "allow"] > 0, compared
    assert compared["allow", "hold"] > 0, compared
    assert compared["block", "block"] > 0, compared


# Disclosure and moderation --------------------------------------------------------------------------------------------

WORDS_SEEN = (
    "ad",
    "#ad",
    "advert",
    "gifted",
    "#gifted",
    "lovely",
    "oven",
    "#sp",
    "@oven.co",
    "thanks to Oven Co",
    "not an ad",
)
LAW_EDITS: dict[str, Plain] = {
    "fewer labels": {"labels": [{"for": "all connections", "accept": ["ad"]}]},
    "more that is not enough": {"not_enough": ["#sp", "sponsored", "gifted", "spon", "lovely"]},
    "heavier": {"without_label": {"all connections": "block", "gifted": "block"}},
    "the platform's label is worth nothing": {"platform_label_alone": "block"},
    "untold texts": {"text_not_told": "block"},
    "before the fold": {"placement": {"before_fold": {"otherwise": "block"}}},
    "legible": {"placement": {"legible": {"otherwise": "block"}}},
    "at the start": {"placement": {"position": {"must_be": "at the start", "otherwise": "hold"}}},
    "in a run": {"placement": {"hashtag_run": {"tags": 2, "among_first": 1, "otherwise": "hold"}}},
    "never alone": {"placement": {"never_alone": {"places": ["profile", "first_comment"], "otherwise": "block"}}},
    "certain": {"confidence": "high"},
}


def ads(seed: int) -> Iterator[Plain]:
    """Yield random posts with words for advertising, told and untold connections."""
    rng = Generator(types(), seed).rng
    for _ in range(150):
        record: Plain = {"type": "content", "id": "p", "platform": "instagram", "format": rng.choice(("image", "text")),
                         "markets": ["GB"], "language": "en"}  # fmt: skip
        if rng.random() < 0.9:
            record["text"] = " ".join(rng.choice(WORDS_SEEN) for _ in range(rng.choice((1, 2, 3, 20))))
        sponsorship: Plain = {"brand": {"name": "Oven Co", "handle": "oven.co"}}
        for name, values in {"connection": ("paid", "paid", "gifted", "none"), "platform_label": (True, False),
                             "brand_tagged": (True, False)}.items():  # fmt: skip
            if rng.random() < 0.6:
                sponsorship[name] = rng.choice(values)
        if rng.random() < 0.3:
            place = {"where": rng.choice(("overlay", "profile", "first_comment")), "text": rng.choice(("ad", "gifted"))}
            sponsorship["disclosures"] = [{**place, "legible": rng.random() < 0.5}]
        yield {**record, "sponsorship": sponsorship}


def test_no_accepted_overlay_of_a_disclosure_makes_an_outcome_lighter() -> None:
    over = [{"kind": "disclosure", "id": f"disclosure.over.{n}", "extends": "disclosure.gb", **deepcopy(edit)}
            for n, edit in enumerate(LAW_EDITS.values())]  # fmt: skip
    found = assemble([read_yaml(GB, "gb.yaml"), *sources(over)], schemas())
    refused = {d.span.file for d in found.diagnostics if d.span is not None and d.severity == "error"}
    assert [(d.code, d.message) for d in found.diagnostics if d.severity == "error"] == []
    assert refused == set()
    assert found.assembly is not None
    policies = PolicySet(found.assembly)
    compared: Counter[str] = Counter()
    for record in ads(11):
        without = policies.evaluate(record, at=AT, only=["disclosure.gb"]).outcome
        for document, name in zip(over, LAW_EDITS, strict=True):
            together = policies.evaluate(record, at=AT, only=["disclosure.gb", document["id"]])
            assert RANK[together.outcome] >= RANK[without], (name, record, [f.name for f in together.findings])
            compared["stricter" if together.outcome != without else without] += 1
    assert compared["stricter"] > 20, compared
    assert compared["allow"] > 20, compared


GB = """\
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
not_enough: ["#sp", sponsored]
without_label: {all connections: hold, paid: block}
platform_label_alone: hold
"""

TALK: Plain = {
    "kind": "moderation", "id": "talk", "title": "Hostile comments", "owner": "community", "applies_to": "comment",
    "protected": [{"id": "criticism", "title": "Criticism", "when": {"target.about": ["product", "company"]}}],
    "rules": [
        {"id": "toxic", "score": "scores.toxicity", "hide_at": 0.9, "queue_at": 0.6, "languages": ["en"]},
        {"id": "shout", "when": {"text": {"contains": "sale"}}, "then": "hold", "do": ["warn"]},
    ],
}  # fmt: skip
TALK_EDITS: dict[str, Plain] = {
    "a lower band": {"rules": [{"id": "toxic", "hide_at": 0.7, "queue_at": 0.5}]},
    "bands that meet": {"rules": [{"id": "toxic", "hide_at": 0.6}]},
    "more languages": {"rules": [{"id": "toxic", "languages": ["en", "de", "th"]}]},
    "less protected": {"protected": [{"id": "criticism", "when": {"target.about": "product"}}]},
    "nothing protected": {"without": ["protected"]},
    "more words": {"rules": [{"id": "shout", "when": {"text": {"contains": ["sale", "ad"]}}}]},
    "heavier": {"rules": [{"id": "shout", "then": "block"}]},
}


def test_no_accepted_overlay_of_a_moderation_makes_an_outcome_lighter() -> None:
    over = [
        {"kind": "moderation", "id": f"talk.over{n}", "extends": "talk", **edit}
        for n, edit in enumerate(TALK_EDITS.values())
    ]
    found = assemble(sources([TALK, *over]), schemas())
    assert found.assembly is not None, found.diagnostics
    policies, generator = PolicySet(found.assembly), Generator(types(), 3, "comment")
    compared: Counter[str] = Counter()
    for number in range(80):
        record = generator.record(told=0.8)
        record["scores"] = {"toxicity": generator.rng.choice((0.4, 0.55, 0.65, 0.8, 0.95))} if number % 9 else {}
        record["target"] = {"about": generator.rng.choice(("product", "company", "person"))} if number % 7 else {}
        if number % 3:
            record.pop("moderation", None)
        without = policies.evaluate(record, at=AT, only=["talk"]).outcome
        for document, name in zip(over, TALK_EDITS, strict=True):
            together = policies.evaluate(record, at=AT, only=["talk", document["id"]])
            assert RANK[together.outcome] >= RANK[without], (name, record)
            compared["stricter" if together.outcome != without else without] += 1
    assert compared["stricter"] > 20, compared
    assert compared["allow"] > 20, compared
