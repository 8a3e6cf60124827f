"""The generated schemas of policies: fresh, valid, complete, and content with every good document."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from policyengine.core.reader_yaml import read_yaml
from policyengine.edit.generated import kind_schemas
from policyengine.edit.jsontext import json_text
from policyengine.kinds import kind, kind_names
from tests.schemas.stock import FOLDER, ROOT, committed, places, plain, registry

GENERATED = [*(f"{name}.schema.json" for name in kind_names()), "policy.schema.json", "conditions.schema.json"]
POLICIES = sorted([*(ROOT / "policies").rglob("*.yaml"), *(Path(__file__).parent / "policies").glob("*.yaml")])


def test_the_committed_schemas_are_what_the_kinds_say() -> None:
    stale = [name for name, text in kind_schemas().items() if (FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run `policyengine schema write` and commit what it writes"


def test_generating_twice_gives_the_same_bytes() -> None:
    assert kind_schemas() == kind_schemas()


@pytest.mark.parametrize("name", GENERATED)
def test_schema_is_valid_by_the_metaschema(name: str) -> None:
    Draft202012Validator.check_schema(committed()[name])


@pytest.mark.parametrize("name", GENERATED)
def test_every_reference_resolves(name: str) -> None:
    schema = committed()[name]
    resolver = registry().resolver(schema["$id"])
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))):
        assert resolver.lookup(reference).contents, reference


@pytest.mark.parametrize("name", kind_names())
def test_the_example_of_a_kind_is_accepted(name: str) -> None:
    for node in read_yaml(kind(name).example, "example.yaml").documents:
        assert places("policy.schema.json", plain(node)) == frozenset()


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_good_policy_is_accepted(path: Path) -> None:
    for node in read_yaml(path.read_bytes(), path.name).documents:
        assert places("policy.schema.json", plain(node)) == frozenset()


def test_every_field_of_a_record_says_what_it_means() -> None:
    followers = committed()["conditions.schema.json"]["$defs"]["condition.content"]["properties"]["author.followers"]
    assert followers == {"$ref": "#/$defs/test.integer", "description": "Followers, in people"}


def test_fields_of_related_records_are_offered() -> None:
    offered = committed()["conditions.schema.json"]["$defs"]["condition.content"]["properties"]
    assert offered["campaign.launch_at"] == {"$ref": "#/$defs/test.time"}


def test_short_values_stand_on_one_line_and_long_ones_do_not() -> None:
    assert json_text({"a": [1, 2]}) == '{"a": [1, 2]}\n'
    assert json_text({"a": ["x" * 60, "y" * 60]}) == f'{{\n  "a": [\n    "{"x" * 60}",\n    "{"y" * 60}"\n  ]\n}}\n'
