"""Records as facts: what their schemas say of each type of field, with the place of each fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policyengine.core.facts import UNTOLD, read_facts
from policyengine.core.quantity import Money
from tests.sets import types


def read(**fields: Any) -> tuple[dict[str, Any], list[tuple[tuple[str | int, ...], str]]]:
    """Return the facts of a content record, and its faults: the place that a validator names, and the code."""
    facts, faults = read_facts(types()["content"], {"type": "content", "id": "p", **fields})
    return facts, [(fault.place, fault.code) for fault in faults]


@pytest.mark.parametrize("language", ["en", "pt-BR", "zh-Hant-TW", "fil"])
def test_a_language_has_the_form_of_bcp_47(language: str) -> None:
    assert read(language=language)[0]["language"] == language


@pytest.mark.parametrize("language", ["english", "EN", "e", "en_GB", "en-", "pt-BR-abcdefghi"])
def test_other_forms_of_languages_are_refused(language: str) -> None:
    assert read(language=language)[1] == [(("language",), "PE402")]


def test_a_digest_has_64_digits() -> None:
    vote: dict[str, Any] = {"policy": "a", "seen": {"text": "sha256:" + "0" * 64, "title": "sha256:0"}}
    assert read(approvals=[vote])[1] == [(("approvals", 0, "seen", "title"), "PE402")]


@pytest.mark.parametrize("frames", ["all", [1, 3]])
def test_frames_are_numbers_or_all(frames: Any) -> None:
    facts, faults = read(sponsorship={"disclosures": [{"frames": frames}]})
    assert (facts["sponsorship"]["disclosures"][0]["frames"], faults) == (frames, [])


@pytest.mark.parametrize(("frames", "inside"), [("most", ()), ([1, 0], (1,)), ([1.5], (0,)), (3, ())])
def test_other_frames_are_refused_at_their_place(frames: Any, inside: tuple[int, ...]) -> None:
    place = ("sponsorship", "disclosures", 0, "frames", *inside)
    assert read(sponsorship={"disclosures": [{"frames": frames}]})[1] == [(place, "PE402")]


def test_the_word_unknown_is_not_told() -> None:
    facts, faults = read(platform="unknown", sponsorship={"connection": "unknown"})
    assert ("platform" in facts, facts["sponsorship"], faults) == (False, {}, [])


def test_the_word_unknown_is_no_value_of_a_field() -> None:
    assert not [f.path for t in types().types.values() for f in t.root.walk() if "unknown" in f.values]


def test_a_record_of_another_type_is_refused() -> None:
    facts, faults = read_facts(types()["content"], {"type": "comment", "id": "p"})
    assert (facts["type"], [fault.path for fault in faults]) == (UNTOLD, [("type",)])


def test_what_is_computed_is_read_for_its_faults_and_not_used() -> None:
    facts, faults = read(links=[{"url": "https://acme.example", "utm": {"source": 3, "sauce": "x"}, "host": "evil"}])
    assert facts["links"] == [{"url": "https://acme.example"}]
    assert faults == [(("links", 0, "utm", "source"), "PE402"), (("links", 0, "utm"), "PE401")]


def test_an_amount_with_a_point_is_exact() -> None:
    facts, faults = read(sponsorship={"consideration": {"amount": 0.1, "currency": "EUR"}})
    assert (facts["sponsorship"]["consideration"], faults) == (Money(Decimal("0.1"), "EUR"), [])


@pytest.mark.parametrize(
    ("money", "inside"),
    [
        ({"amount": "0,95", "currency": "EUR"}, ("amount",)),
        ({"amount": 1, "currency": "euro"}, ("currency",)),
        ({"amount": 1, "curency": "EUR"}, ()),
        ({"amount": 1}, ()),
    ],
)
def test_a_fault_of_money_has_its_place(money: Any, inside: tuple[str, ...]) -> None:
    assert read(sponsorship={"consideration": money})[1] == [(("sponsorship", "consideration", *inside), "PE402")]


def test_data_of_your_own_is_a_mapping_with_anything_in_it() -> None:
    assert read(x={"a": [1, {"b": None}]})[0]["x"] == {"a": [1, {"b": None}]}
    assert read(x="note")[1] == [(("x",), "PE402")]


def test_a_map_has_a_limit() -> None:
    seen = {f"field_{n}": "sha256:" + "0" * 64 for n in range(501)}
    assert read(approvals=[{"seen": seen}])[1] == [(("approvals", 0, "seen"), "PE402")]
