"""The material of a record: what has a digest, and what changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.shapes.material import changed, material, material_names
from tests.sets import types


def names(**fields: Any) -> list[str]:
    return [n for n in material(types()["content"], {"type": "content", "id": "p", **fields}) if n != "type"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "a"}, ["text"]),
        ({"text": " "}, []),
        ({"text": None}, []),
        ({"status": "draft", "submitted_at": "2026-01-01T00:00:00Z"}, []),
        ({"nonsense": 1}, []),
        ({"labels": []}, ["labels"]),
        (
            {"sponsorship": {"connection": "none", "brand": {"name": "A"}}},
            ["sponsorship.brand.name", "sponsorship.connection"],
        ),
        ({"claims": [{"claim": "price"}]}, ["claims", "claims.claim"]),
        ({"links": [{"url": "https://a.example"}]}, ["links", "links.url", "links.utm"]),
        ({"x": {"any": 1}}, ["x"]),
    ],
)
def test_what_is_told_and_material_has_a_digest(fields: dict[str, Any], expected: list[str]) -> None:
    assert names(**fields) == expected


def test_a_digest_is_a_digest() -> None:
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", d) for d in material(types()["content"], {"text": "a"}).values())


@given(st.dictionaries(st.sampled_from(["a", "a.b", "a.c", "d"]), st.sampled_from(["1", "2"])))
def test_nothing_changed_against_itself(digests: dict[str, str]) -> None:
    assert changed(digests, digests) == ()
    assert set(changed(digests, {})) <= set(digests)


def test_parts_are_not_named_beside_the_whole() -> None:
    assert changed({}, {"a": "1", "a.b": "1", "c": "1"}) == ("a", "c")
    assert changed({"a": "1", "a.b": "1"}, {"a": "1", "a.b": "2"}) == ("a.b",)


def test_an_exemption_covers_what_is_inside_it_and_nothing_that_only_begins_like_it() -> None:
    now = {"links.url": "1", "links": "1", "linksmith": "1"}
    assert changed({}, now, ["links"]) == ("linksmith",)


def test_ill_typed_entries_of_a_list_are_material_too() -> None:
    kind = types()["content"]
    assert material(kind, {"claims": ["a"]}) != material(kind, {"claims": ["b"]})


def test_the_parts_of_a_web_address_that_are_not_campaign_parameters_stay_in_order() -> None:
    kind = types()["content"]
    one, other = ({"links": [{"url": f"https://a.example/?{q}#top"}]} for q in ("a=1&utm_id=7&b=2", "b=2&utm_id=7&a=1"))
    assert changed(material(kind, one), material(kind, other)) == ("links.url",)


@pytest.mark.parametrize("kind", sorted(types().types))
def test_every_name_that_may_be_given_is_known_beforehand(kind: str) -> None:
    assert "id" not in material_names(types()[kind])
    assert "approvals" not in material_names(types()[kind])
    assert "type" in material_names(types()[kind])
