"""`validate --holes`: each place where leaving a fact out passes in silence, and no place beside those listed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from policyengine.core.record import RecordType
from policyengine.evaluate.deciding import Question, prepare
from policyengine.evaluate.judging import environments
from policyengine.lints.holes import Hole, holes
from policyengine.policyset.units import Assembly
from policyengine.shapes.predicate import judge
from tests.generators import Generator
from tests.sets import AT, assembled, policies, types

HEAD = "kind: check\nid: p\ntitle: a policy\nowner: team\napplies_to: content\n"


def _found(rule: str, *others: str, head: str = "") -> list[tuple[str, str]]:
    text = f"{HEAD}{head}rules:\n  - {{id: r, title: a rule, {rule}}}\n"
    return [(h.field, h.why) for h in holes(policies(text, *others).assembly)]


# Each reason, and the direction in which it counts -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("when: {campaign: {exists: true}}, then: hold", [("campaign", "exists")]),
        ("when: {campaign: {exists: false}}, then: hold", []),
        ("when: {not: {campaign: {exists: false}}}, then: hold", [("campaign", "exists")]),
        ("when: {none_of: [{campaign: {exists: false}}]}, then: hold", [("campaign", "exists")]),
        ("require: {campaign: {exists: true}}, otherwise: hold", []),
        ("require: {campaign: {exists: false}}, otherwise: hold", [("campaign", "exists")]),
        ("require: {platform: x}, otherwise: hold, except: {campaign: {exists: false}}", [("campaign", "exists")]),
        ("require: {platform: x}, otherwise: hold, except: {campaign: {exists: true}}", []),
        ("when: {platform: x, risk_tier: {at_least: 2}}, then: hold", []),
    ],
)
def test_exists_counts_where_no_answer_silences_the_rule(rule: str, expected: list[tuple[str, str]]) -> None:
    assert _found(rule) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("when: {labels: {includes: a}}, then: hold", [("labels", "default"), ("labels", "element")]),
        ("require: {labels: {includes: a}}, otherwise: hold", []),
        ("require: {labels: {only: [a]}}, otherwise: hold", [("labels", "default"), ("labels", "element")]),
        ("require: {media: {every: {ai_generated: false}}}, otherwise: hold", [("media", "element")]),
        ("when: {media: {every: {ai_generated: false}}}, then: hold", []),
        ("when: {media: {none: {ai_generated: false}}}, then: hold", []),
        ("when: {media: {some: {alt_text: {exists: false}}}}, then: hold", [("media", "element")]),
        ("when: {media: {none: {alt_text: {exists: false}}}}, then: hold", [("media.alt_text", "exists")]),
        (
            "require: {media: {every: {medium: image}, where: {alt_text: {exists: true}}}}, otherwise: hold",
            [("media", "element"), ("media.alt_text", "exists")],
        ),
        ("when: {links: {size: {at_most: 2}}}, then: hold", []),
        ("when: {links: {size: {at_least: 2}}}, then: hold", [("links", "default"), ("links", "element")]),
        ("for_each: media, when: {ai_generated: true}, then: hold", [("media", "element")]),
    ],
)
def test_lists_count_where_fewer_entries_silence_the_rule(rule: str, expected: list[tuple[str, str]]) -> None:
    assert _found(rule) == expected


def test_a_derived_field_passes_on_the_default_of_a_list_that_it_reads() -> None:
    assert _found("when: {all_text: {mentions: free}}, then: hold") == [
        ("media", "element"),
        ("sponsorship.disclosures", "default"),
        ("sponsorship.disclosures", "element"),
    ]


def test_asking_for_a_derived_field_asks_for_what_it_reads() -> None:
    assert _found("when: {visible_text: {exists: true}}, then: hold") == [("platform", "exists"), ("text", "exists")]


def test_the_scope_counts_like_a_guard() -> None:
    assert _found("when: {platform: x}, then: hold", head="only_for: {campaign: {exists: true}}\n") == [
        ("campaign", "exists")
    ]


def test_an_assumption_is_a_hole_of_every_rule_that_reads_its_field() -> None:
    assumption = """
kind: assumption
id: assumption.text_has_no_media
title: A text post carries no pictures
owner: team
applies_to: content
only_for: {campaign: {exists: false}}
field: media
is: []
because: the scheduler leaves the list out
review: {every: 12 months}
"""
    found = _found("when: {media: {every: {ai_generated: true}}}, then: hold", assumption)
    assert found == [("campaign", "exists"), ("media", "assumption")]
    assert _found("when: {platform: x}, then: hold", assumption) == []


def test_a_related_record_is_lost_with_the_field_that_finds_it() -> None:
    head = "with: {baseline: {one: baseline, where: {campaign: $record.campaign}}}\n"
    found = _found("when: {$baseline.locked_at: {exists: true}}, then: hold", head=head)
    assert found == [("$baseline.locked_at", "exists"), ("campaign", "exists")]


def test_a_market_that_is_taken_out_takes_its_rules_with_it() -> None:
    found = _found("when: {$market: GB, platform: x}, then: hold")
    assert found == [("markets", "element")]


def test_dates_in_force_hang_on_the_time_of_publication() -> None:
    found = _found("when: {platform: x}, then: hold", head="effective: {until: 2027-01-01}\n")
    assert found == [("published_at", "dates"), ("scheduled_at", "dates")]


def test_a_hole_says_itself_and_where() -> None:
    text = f"{HEAD}rules:\n  - id: r\n    when: {{campaign: {{exists: true}}}}\n    then: hold\n"
    (hole,) = holes(policies(text).assembly)
    note = hole.diagnostic()
    assert (note.code, note.severity) == ("PE230", "note")
    assert note.message == "`p/r`: without `campaign` it has nothing to say, because it asks whether `campaign` is told"
    assert note.span is not None
    assert (note.span.line, note.span.column) == (8, 23)


# Over random policies ------------------------------------------------------------------------------------------------

RANK = {"not_applicable": 0, "pass": 0, "due": 0, "unproven": 1, "error": 1, "fail": 2}


def _verdicts(assembly: Assembly, record: dict[str, Any]) -> dict[str, str]:
    """Return the strictest verdict of each rule."""
    found = {}
    for unit, case in prepare(assembly, record, Question(at=AT)).cases:
        for rule in unit.rules:
            seen = [j.verdict for env in environments(rule, case) for j in judge(rule, env)]
            found[rule.name] = max(seen, key=RANK.__getitem__, default="not_applicable")
    return found


def _deletions(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all fields and of all entries of lists."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in entries:
        if path or key not in {"type", "id"}:
            yield (*path, key)
            yield from _deletions(child, (*path, key))


def _without(record: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    thinner = copy.deepcopy(record)
    owner: Any = thinner
    for part in path[:-1]:
        owner = owner[part]
    del owner[path[-1]]
    return thinner


def _listed(place: tuple[Any, ...], found: list[Hole], kind: RecordType) -> bool:
    """Tell whether a deletion at a place is one of the holes."""
    name = ".".join(part for part in place if isinstance(part, str))
    if isinstance(place[-1], int):
        return any(h.why == "element" and h.field == name for h in found)
    return any(
        h.why != "element" and (h.field == name or h.field.startswith(f"{name}.") or _last_of_object(h, name, kind))
        for h in found
    )


def _last_of_object(hole: Hole, name: str, kind: RecordType) -> bool:
    """Tell whether a field is part of an object of which it is asked whether anything of it is told."""
    field = kind.field(hole.field)
    return hole.why == "exists" and field is not None and field.type == "object" and name.startswith(f"{hole.field}.")


ASSUMPTIONS: list[dict[str, Any]] = [
    {
        "kind": "assumption", "id": "assumption.no_media", "title": "no pictures", "owner": "team",
        "applies_to": "content",
        "only_for": {"format": "text"}, "field": "media", "is": [], "because": "so", "review": {"every": "1 year"},
    },
    {
        "kind": "assumption", "id": "assumption.organic", "title": "organic", "owner": "team", "applies_to": "content",
        "field": "use", "is": "organic", "because": "so", "review": {"every": "1 year"},
    },
]  # fmt: skip


DELETIONS = 350
"""For each of the six seeds: 2,100 in all."""


@pytest.mark.parametrize("seed", range(6))
def test_a_deletion_silences_a_rule_only_where_a_hole_is_listed(seed: int) -> None:
    generator = Generator(types(), 3000 + seed)
    assembly = assembled([*(generator.policy(n) for n in range(12)), *generator.names(), *ASSUMPTIONS])
    kind = types()["content"]
    listed: dict[str, list[Hole]] = {}
    for hole in holes(assembly):
        listed.setdefault(hole.name, []).append(hole)
    deleted, used = 0, set()
    while deleted < DELETIONS:
        record = generator.record(told=0.5)
        before = _verdicts(assembly, record)
        places = list(_deletions(record))
        generator.rng.shuffle(places)
        for place in places[: min(50, DELETIONS - deleted)]:
            deleted += 1
            for name, verdict in _verdicts(assembly, _without(record, place)).items():
                if RANK[before[name]] > 0 and RANK[verdict] == 0:
                    why = (name, before[name], verdict, place, json.dumps(record))
                    assert _listed(place, listed.get(name, []), kind), why
                    used.add(name)
    assert len(used) > 3  # holes are real: without them the law would be too wide
    rules = sum(len(unit.rules) for unit in assembly.units)
    assert len({name for name in listed if name.startswith("p")}) < rules  # and not every rule has one
