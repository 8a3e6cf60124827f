"""`$entry`: the entry at hand as a reference, in conditions, in `due` and in messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from policyengine.core.decision import Decision
from tests.sets import faults, policies

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
HEAD = "kind: check\nid: a.b\ntitle: A policy\nowner: social\napplies_to: content\n"
TAKEN_DOWN = HEAD + (
    "rules:\n  - {id: r, for_each: media, when: {asset.consent.withdrawn_at: {exists: true}}, "
    "require: {$record.status: withdrawn}, otherwise: block, due: 72h after $entry.asset.consent.withdrawn_at, "
    "message: '{asset.id}'}\n"
)


def post(*assets: str, **fields: Any) -> dict[str, Any]:
    media = [{"medium": "image", "asset": asset} for asset in assets]
    return {"type": "content", "id": "p", "status": "published", "media": media, "claims": [], "markets": [], **fields}


def asset(identity: str, withdrawn_at: str | None = None, **fields: Any) -> dict[str, Any]:
    consent = {"withdrawn_at": withdrawn_at} if withdrawn_at is not None else {}
    return {"type": "asset", "id": identity, "consent": consent, **fields}


def decide(text: str, record: dict[str, Any], *related: dict[str, Any], at: datetime = AT) -> Decision:
    return policies(text).evaluate(record, at=at, related=list(related), only=["a.*"])


FIRST, SECOND = asset("one", "2026-06-13T08:00:00Z"), asset("two", "2026-06-14T08:00:00Z")


def test_each_entry_has_its_own_time() -> None:
    decision = decide(TAKEN_DOWN, post("one", "two", "three"), FIRST, SECOND, asset("three"))
    assert [(o["what"], o["due_at"]) for o in decision.obligations] == [
        ("one", "2026-06-16T08:00:00Z"),
        ("two", "2026-06-17T08:00:00Z"),
    ]
    assert decision.outcome == "allow"


def test_an_entry_that_is_late_fails_beside_one_that_is_not() -> None:
    decision = decide(TAKEN_DOWN, post("one", "two"), FIRST, SECOND, at=datetime(2026, 6, 16, 9, tzinfo=UTC))
    assert [(f.message, f.verdict, f.outcome) for f in decision.findings] == [
        ("one", "fail", "block"),
        ("two", "due", "allow"),
    ]


def test_an_asset_that_stands_twice_is_one_obligation() -> None:
    decision = decide(TAKEN_DOWN, post("one", "one"), FIRST)
    assert len(decision.obligations) == 1


CREDITED = HEAD + (
    "rules:\n  - {id: r, for_each: media, when: {asset: {exists: true}}, "
    "require: {$record.text: {contains: $entry.asset.credit}}, otherwise: hold}\n"
)


@pytest.mark.parametrize(
    ("text", "credit", "expected"),
    [
        ("Photo: Ana", "photo: ana", "allow"),
        ("Photo: Ben", "Photo: Ana", "hold"),
        ("Photo: Ben", None, "hold"),
    ],
    ids=["given", "not given", "not told"],
)
def test_a_field_of_the_record_is_compared_with_one_of_the_entry(text: str, credit: str | None, expected: str) -> None:
    fields = {"credit": credit} if credit is not None else {}
    decision = decide(CREDITED, post("one", text=text), asset("one", **fields))
    assert decision.outcome == expected
    if credit is None:
        assert [list(f.missing) for f in decision.findings] == [["asset.credit"]]


def test_in_a_quantifier_it_is_the_entry_that_is_looked_at() -> None:
    text = HEAD + "rules: [{id: r, when: {links: {some: {url: {is: $entry.expands_to}}}}, then: flag}]\n"
    same, other = (
        {"url": "https://a.example/", "expands_to": to} for to in ("https://a.example/", "https://b.example/")
    )
    assert decide(text, post(links=[other, same])).outcome == "flag"
    assert decide(text, post(links=[other])).outcome == "allow"


def test_without_entries_it_is_the_record() -> None:
    text = HEAD + "rules: [{id: r, when: {id: {is: $entry.title}}, then: flag}]\n"
    assert decide(text, post(title="p")).outcome == "flag"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TAKEN_DOWN.replace("$entry.asset.consent.withdrawn_at", "$entry.asset.consent.withdrawn"),
         "PE102 unknown field `withdrawn` of asset.consent"),
        (TAKEN_DOWN.replace("$entry.asset.consent.withdrawn_at", "$entry.asset.credit"),
         "PE104 `$entry.asset.credit` is text, `due` is time: they cannot be compared"),
        (HEAD + "with: {entry: {one: campaign, where: {id: $record.campaign}}}\n"
         "rules: [{id: r, when: {platform: x}, then: flag}]\n", "PE126 `entry` cannot be a name in `with`"),
    ],
    ids=["no such field", "no time", "a name of its own"],
)  # fmt: skip
def test_what_it_cannot_mean(text: str, expected: str) -> None:
    assert [fault.partition(" ")[2] for fault in faults(text)] == [expected]
