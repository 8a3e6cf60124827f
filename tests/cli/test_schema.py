"""`policyengine schema`: writing, checking and showing the generated schemas and pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from policyengine.edit.generated import pages_beside
from policyengine.kinds import kind_names
from tests.cli.running import run, write

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_committed_is_fresh() -> None:
    done = run("schema", "write", str(ROOT / "schemas"), "--check")
    assert done.exit_code == 0, done.stderr


def test_pages_belong_to_the_schemas_of_a_checkout(folder: Path) -> None:
    assert pages_beside(ROOT / "schemas") == ROOT / "docs"
    assert pages_beside(folder / "mine") is None


def test_pages_are_written_where_they_are_asked_for(folder: Path) -> None:
    run("schema", "write", "mine", "--docs", "pages")
    page = (folder / "pages/codes/PE102.md").read_text(encoding="utf-8")
    assert page.startswith(
        "<!-- Made by `policyengine schema write`; edits here are lost. -->\n\n# `PE102`: an unknown field\n"
    )
    assert "| `stages` |" in (folder / "pages/kinds/approval.md").read_text(encoding="utf-8")
    assert "## `mentions`:" in (folder / "pages/operators.md").read_text(encoding="utf-8")
    assert "| `author.followers` |" in (folder / "pages/records/content.md").read_text(encoding="utf-8")


def test_schemas_are_written_with_those_of_the_records(folder: Path) -> None:
    done = run("schema", "write", "mine")
    assert done.exit_code == 0
    written = {path.relative_to(folder / "mine").as_posix() for path in (folder / "mine").rglob("*.json")}
    assert {f"{name}.schema.json" for name in kind_names()} <= written
    assert {
        "conditions.schema.json",
        "policy.schema.json",
        "config.schema.json",
        "records/content.schema.json",
    } <= written


def test_a_second_run_writes_nothing(folder: Path) -> None:
    run("schema", "write", "mine")
    before = {path: path.stat().st_mtime_ns for path in (folder / "mine").rglob("*.json")}
    done = run("schema", "write", "mine")
    assert done.stderr == ""
    assert {path: path.stat().st_mtime_ns for path in (folder / "mine").rglob("*.json")} == before


def test_check_names_what_is_out_of_date_and_writes_nothing(folder: Path) -> None:
    run("schema", "write", "mine")
    stale = folder / "mine" / "check.schema.json"
    stale.write_text("{}", encoding="utf-8")
    done = run("schema", "write", "mine", "--check")
    assert done.exit_code == 1
    assert "out of date: mine/check.schema.json" in done.stderr
    assert "commit what it writes" in done.stderr
    assert stale.read_text(encoding="utf-8") == "{}"


def test_records_of_your_own_are_typed(folder: Path) -> None:
    own = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://acme.example/schemas/recipe.schema.json",
        "title": "Recipe",
        "type": "object",
        "required": ["type", "id"],
        "properties": {"type": {"title": "Type", "const": "recipe"}, "oven": {"title": "Oven", "type": "boolean"}},
        "unevaluatedProperties": False,
    }
    write(folder, {"own/recipe.schema.json": json.dumps(own)})
    run("schema", "write", "mine", "--records", "own")
    conditions = json.loads((folder / "mine/conditions.schema.json").read_text(encoding="utf-8"))
    assert conditions["$defs"]["condition.recipe"]["properties"]["oven"]["description"] == "Oven"


def test_written_schemas_judge_on_their_own(folder: Path) -> None:
    run("schema", "write", "mine")
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "mine").rglob("*.json")]
    registry = Registry().with_resources([(s["$id"], Resource.from_contents(s)) for s in schemas])
    check = Draft202012Validator(next(s for s in schemas if s["$id"].endswith("/check.schema.json")), registry=registry)
    policy = {"kind": "check", "id": "a", "title": "T", "owner": "o", "applies_to": "content"}
    rule = {"id": "r", "when": {"author.folowers": 3}, "then": "hold"}
    assert [e.json_path for e in check.iter_errors({**policy, "rules": [rule]})] == ["$.rules[0].when"]


@pytest.mark.parametrize("name", ["check", "content", "conditions", "policy", "config", "records/review"])
def test_a_schema_is_shown(name: str) -> None:
    done = run("schema", "show", name)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["$id"].endswith(f"{name}.schema.json")


def test_an_unknown_schema_is_answered_with_the_nearest() -> None:
    done = run("schema", "show", "chek")
    assert done.exit_code == 2
    assert "there is no schema `chek`; did you mean `check`?" in " ".join(done.stderr.split())
