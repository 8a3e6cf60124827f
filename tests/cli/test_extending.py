"""A repository's own schemas: they add and tighten, and whatever would loosen is refused at its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyengine.core.record import RecordTypes, SchemaReader
from policyengine.evaluate.engine import all_schemas
from policyengine.policyset.extending import read_extensions
from tests.cli.running import AT, POST, run, write


def extended(folder: Path, properties: dict[str, Any], **more: Any) -> tuple[RecordTypes, list[str]]:
    """The record types with an extension of content, and its faults as `line code message`."""
    schema = {"x-extends": "content", "properties": properties, **more}
    write(folder, {"schemas/content.schema.json": json.dumps(schema, indent=1)})
    known = all_schemas()
    own, faults = read_extensions([folder / "schemas"], known)
    return SchemaReader(known | own).read(), [f"{d.code} {d.message}" for d in faults]


ALLOWED: dict[str, dict[str, Any]] = {
    "a field": {"recipe_id": {"type": "string"}},
    "a list": {"recipes": {"type": "array", "items": {"type": "string"}, "maxItems": 9}},
    "a quantity": {"shot_at": {"$ref": "common.schema.json#/$defs/time"}},
    "an object": {"shoot": {"type": "object", "properties": {"place": {"type": "string"}}}},
    "words of an open list": {"category": {"enum": ["kitchenware"]}},
    "a narrower range": {"author": {"properties": {"followers": {"maximum": 5000000}}}},
    "a shorter list": {"labels": {"maxItems": 3}},
    "a field of an entry": {"links": {"items": {"properties": {"placement": {"type": "string"}}}}},
    "data of one's own": {"x": {"properties": {"batch": {"type": "integer"}}}},
    "a list that is empty by default": {
        "notes": {"type": "array", "items": {"type": "string"}, "maxItems": 9, "default": []}
    },
    "a field named like a keyword of schemas": {"pattern": {"type": "string"}},
}


@pytest.mark.parametrize("properties", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_adds_or_tightens_is_taken(folder: Path, properties: dict[str, Any]) -> None:
    assert extended(folder, properties)[1] == []


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a default": ({"claims": {"default": []}}, "PE504 `claims` gets a default"),
    "a default of a new field": ({"tier": {"type": "integer", "default": 3}}, "PE504 the field `tier` has a default"),
    "another type": ({"text": {"type": "integer"}}, "PE504 `text` gets another type"),
    "another quantity": (
        {"scheduled_at": {"$ref": "common.schema.json#/$defs/date"}},
        "PE504 `scheduled_at` gets another type",
    ),
    "a word of a closed list": ({"status": {"enum": ["live"]}}, "PE504 `live` is added to the closed list of `status`"),
    "a wider range": ({"risk_tier": {"maximum": 9}}, "PE504 `maximum` of `risk_tier` is widened"),
    "a longer list": ({"markets": {"maxItems": 999}}, "PE504 `maxItems` of `markets` is widened"),
    "another speaker": ({"risk_tier": {"x-asserted-by": "author"}}, "PE504 `x-asserted-by` of `risk_tier` is changed"),
    "an edit that keeps votes": ({"text": {"x-material": False}}, "PE504 `x-material` of `text` is changed"),
    "a later duty": ({"claims": {"x-required-from": "published"}}, "PE504 `x-required-from` of `claims` is changed"),
    "a computed field": (
        {"text": {"x-derived": {"by": "hashtags", "from": ["text"]}}},
        "PE504 `x-derived` of `text` is changed",
    ),
    "inside an entry": (
        {"links": {"items": {"properties": {"internal": {"type": "string"}}}}},
        "PE504 `internal` gets another type",
    ),
    "inside an object": (
        {"sponsorship": {"properties": {"connection": {"default": "none"}}}},
        "PE504 `connection` gets a default",
    ),
    "a keyword as a name": ({"class": {"type": "string"}}, "PE505 `class` is not a name for a field"),
    "a hyphen in a name": ({"recipe-id": {"type": "string"}}, "PE505 `recipe-id` is not a name for a field"),
    "no type": ({"recipe": {"title": "Recipe"}}, "PE505 the field `recipe` has no type"),
    "an endless list": (
        {"recipes": {"type": "array", "items": {"type": "string"}}},
        "PE505 the list `recipes` has no `maxItems`",
    ),
    "a pattern": ({"sku": {"type": "string", "pattern": "^(a+)+$"}}, "PE505 `pattern` is not part of record schemas"),
    "an alternative": (
        {"sku": {"oneOf": [{"type": "string"}], "type": "string"}},
        "PE505 `oneOf` is not part of record schemas",
    ),
}


@pytest.mark.parametrize(("properties", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_loosens_or_is_not_read_is_refused(folder: Path, properties: dict[str, Any], said: str) -> None:
    assert extended(folder, properties)[1] == [said]


def test_an_extension_keeps_what_the_shipped_schema_has(folder: Path) -> None:
    types, _ = extended(
        folder, {**ALLOWED["a narrower range"], **ALLOWED["a field of an entry"], **ALLOWED["data of one's own"]}
    )
    content = types["content"]
    followers, handle = content.field("author.followers"), content.field("author.handle")
    assert followers is not None
    assert (followers.type, followers.maximum) == ("integer", 5000000)
    assert handle is not None
    assert content.field("links.url") is not None
    assert content.field("links.placement") is not None
    assert content.field("x.batch") is not None
    assert content.required == ("type", "id")


def test_required_can_only_grow(folder: Path) -> None:
    types, faults = extended(folder, {}, required=["owner"])
    assert (types["content"].required, faults) == (("type", "id", "owner"), [])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("content.schema.json", '{"x-extends": "contnt"}', "there is no type `contnt` to extend"),
        ("content.schema.json", '{"properties": {}}', "there is a type `content` already"),
        ("own.schema.json", '{"properties": }', "`}` stands where a value must stand"),
        ("own.schema.json", "[]", "a schema is an object"),
        ("own.schema.json", '{"properties": {"a": 1}}', "`a` takes a schema"),
    ],
    ids=["unknown type", "shipped type", "broken JSON", "no object", "no schema"],
)
def test_a_file_that_is_no_extension_is_told_why(folder: Path, name: str, text: str, said: str) -> None:
    write(folder, {f"schemas/{name}": text, "policyengine.yaml": "schemas: schemas\n", "a.md": POST})
    done = run("lint", "a.md", *AT)
    assert done.exit_code == 2
    assert said in done.stdout
    assert run("validate").exit_code == 1


def test_a_type_and_a_field_of_one_s_own_work_from_schema_to_finding(folder: Path) -> None:
    menu = {
        "title": "Menu",
        "allOf": [{"$ref": "common.schema.json#/$defs/record"}],
        "required": ["type", "id"],
        "properties": {"type": {"const": "menu"}, "dishes": {"type": "integer"}},
    }
    policy = (
        "kind: check\nid: menus\ntitle: Menus are short\nowner: analytics\napplies_to: menu\n"
        "rules: [{id: short, title: Few dishes, when: {dishes: {above: 9}}, then: block}]\n"
    )
    write(
        folder,
        {
            "schemas/menu.schema.json": json.dumps(menu),
            "schemas/content.schema.json": json.dumps(
                {"x-extends": "content", "properties": {"recipe_id": {"type": "string"}}}
            ),
            "policyengine.yaml": "schemas: schemas\n",
            "policies/menus.yaml": policy,
            "m.yaml": "type: menu\nid: m1\ndishes: 12\n",
            "a.md": POST.replace("id: p1\n", "id: p1\nrecipe_id: R-17\n"),
        },
    )
    assert run("lint", "a.md", *AT).exit_code == 0
    done = run("lint", "m.yaml", *AT)
    assert (done.exit_code, "block: Few dishes\n    --> m.yaml:3:9" in done.stdout) == (1, True)
