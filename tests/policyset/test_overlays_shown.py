"""What people see of overlays: `validate`, `show` and `explain` name them and their bases; editors accept them."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from policyengine.cli import main
from policyengine.core.reader_yaml import read_yaml
from policyengine.edit.generated import kind_schemas
from tests.policyset.test_overlays import APPROVAL, BASE, GERMAN, KINDS, TIGHTER_CHECK, overlay
from tests.schemas.stock import ROOT

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command in a folder with a base and its overlay, and gives what it prints."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "base.yaml").write_text(BASE.replace("id: links", "id: ads.traced"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def command(german: str, *arguments: str) -> str:
        (tmp_path / "policies" / "german.yaml").write_text(
            overlay(GERMAN + german, base="ads.traced"), encoding="utf-8"
        )
        result = CliRunner().invoke(main, arguments)
        return " ".join((result.stdout + result.stderr).split())

    return command


def test_validate_shows_both_lines(run: Run) -> None:
    text = run("rules: [{id: young, then: flag}]\n", "validate")
    assert (
        "error[PE223]: `ads.traced_de` may loosen `ads.traced`: `then` of `young` is `flag`, and `hold` in the base"
        in text
    )
    assert "--> policies/german.yaml:5:21" in text
    assert "note: the base says --> policies/base.yaml:10:" in text
    assert "may_loosen: true" in text


def test_show_names_base_and_overlays(run: Run) -> None:
    german = "rules: [{id: short, then: block}]\n"
    assert "extends ads.traced, and takes its place, where `only_for` certainly holds" in run(
        german, "show", "ads.traced_de"
    )
    assert "extends ads.traced, and takes its place" in run(german, "show", "ads.traced_de/short")
    assert "overlays ads.traced_de" in run(german, "show", "ads.traced")
    loose = "rules: [{id: young, then: flag}]\nmay_loosen: true\nbecause: less is asked there\n"
    assert "certainly holds; may loosen it" in run(loose, "show", "ads.traced_de")


def test_explain_says_who_speaks_in_whose_place(run: Run, tmp_path: Path) -> None:
    post = {"type": "content", "id": "p", "markets": ["DE"], "links": [{"url": "https://bit.ly/x", "shortened": True}]}
    (tmp_path / "post.json").write_text(json.dumps(post), encoding="utf-8")
    text = run("rules: [{id: short, then: block}]\n", "explain", "post.json", "--rule", "ads.traced/short", "--rule",
               "ads.traced_de/short", "--at", "2026-06-01T12:00:00Z")  # fmt: skip
    assert "ads.traced_de speaks in its place" in text
    assert "an overlay of ads.traced" in text


# Schemas --------------------------------------------------------------------------------------------------------------


@cache
def validator() -> Draft202012Validator:
    """Return the validator of any policy, with schemas as they are generated now."""
    schemas = {name: json.loads(text) for name, text in kind_schemas().items()}
    for path in (ROOT / "schemas" / "records").glob("*.schema.json"):
        schemas[f"records/{path.name}"] = json.loads(path.read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()]
    )
    return Draft202012Validator(schemas["policy.schema.json"], registry=registry)


def places(text: str) -> list[tuple[str | int, ...]]:
    """Return the places at which editors find fault with a document."""
    return sorted(
        {tuple(e.absolute_path) for e in validator().iter_errors(read_yaml(text, "a.yaml").documents[0].plain())},
        key=str,
    )


@pytest.mark.parametrize("case", TIGHTER_CHECK)
def test_editors_accept_an_overlay_of_a_check(case: str) -> None:
    assert places(overlay(TIGHTER_CHECK[case] + "\n")) == []


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, (_, _, cases) in KINDS.items() for case in cases])
def test_editors_accept_an_overlay_of_a_kind(kind: str, case: str) -> None:
    base, text, cases = KINDS[kind]
    assert places(text) == []
    assert places(overlay(cases[case][0] + "\n", kind=kind, base=base)) == []


def test_editors_still_ask_for_everything_where_nothing_is_extended() -> None:
    assert places(BASE) == places(APPROVAL) == []
    assert places(BASE.replace("owner: analytics\n", "")) == [()]
    assert places(BASE + "  - {id: new}\n") == [("rules", 3)]


@pytest.mark.parametrize(
    ("body", "place"),
    [("ruels: []\n", ()), ("rules: [{id: short, thn: block}]\n", ("rules", 0)), ("rules: [{then: block}]\n", ("rules", 0)),
     ("rules: [{id: short, then: blok}]\n", ("rules", 0, "then")), ("without: 3\n", ("without",))],
    ids=["an unknown key", "an unknown key of a rule", "a rule without its id", "an unknown outcome", "no name of a key"],
)  # fmt: skip
def test_editors_find_faults_of_an_overlay(body: str, place: tuple[str | int, ...]) -> None:
    assert places(overlay(body)) == [place]
