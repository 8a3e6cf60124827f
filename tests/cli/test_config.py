"""`policyengine.yaml`: found upwards, checked at its places, and what each key changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policyengine.evaluate.config import configuration
from policyengine.shipped import shipped
from tests.cli.running import AT, POLICIES, POST, run, write


def decision(name: str, *options: str) -> dict[str, Any]:
    (submission,) = json.loads(run("lint", name, *AT, "--format", "json", *options).stdout)["submissions"]
    found: dict[str, Any] = submission["decision"]
    return found


FAULTS = {
    "unknown key": ("polices: [a]\n", "1:1 PE120 unknown key `polices`", "did you mean `policies`?"),
    "folder that does not exist": (
        "policies:\n  - policies\n  - more\n",
        "3:5 PE502 `more` does not exist",
        "paths are relative",
    ),
    "unknown word": ("fail_on: [blok]\n", "1:11 PE123 `blok` is not a value of `fail_on`", "did you mean `block`?"),
    "unknown zone": ("zone: GMT+1\n", "1:7 PE215 `GMT+1` is not a time zone", ""),
    "unknown market": ("market: uk\n", "1:9 PE211 `uk` is not a market", "a market is a code"),
    "unknown type": (
        "records: {complete: [declaratoin]}\n",
        "1:22 PE409 unknown type of record `declaratoin`",
        "did you mean",
    ),
    "two documents": ("trust: strict\n---\ntrust: listed\n", "3:1 PE501 the configuration has two documents", ""),
    "no mapping": ("- a\n", "1:1 PE122 a mapping is needed here", ""),
    "broken YAML": ("a: [\n", "PE0", ""),
}


@pytest.mark.parametrize(("text", "message", "help_"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_at_its_place_and_ends_with_2(folder: Path, text: str, message: str, help_: str) -> None:
    write(folder, {"policyengine.yaml": text, "a.md": POST})
    done = run("lint", "a.md", *AT, "--format", "json")
    assert done.exit_code == 2
    said = [f"{d['line']}:{d['column']} {d['code']} {d['message']}" for d in json.loads(done.stdout)["diagnostics"]]
    assert any(message in line for line in said), said
    assert help_ in done.stdout
    assert run("evaluate", "a.md", *AT).exit_code == 2


def test_it_is_found_upwards_and_its_paths_are_relative_to_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"policyengine.yaml": "policies: rules\n", "rules/a.yaml": POLICIES, "deep/er/a.md": POST})
    monkeypatch.chdir(folder / "deep" / "er")
    done = run("lint", "a.md", *AT, "--fail-on", "hold")
    assert done.exit_code == 0
    config = configuration(Path.cwd()).config
    assert [path.as_posix() for path in config.policies] == ["../../rules"]


def test_an_empty_file_is_a_configuration_in_which_all_is_as_usual(folder: Path) -> None:
    write(folder, {"policyengine.yaml": "# nothing yet\n", "a.md": POST})
    assert run("lint", "a.md", *AT).exit_code == 0


def test_without_a_file_and_a_folder_the_shipped_library_counts(tmp_path: Path) -> None:
    assert configuration(tmp_path / "nowhere").config.policies == (shipped("policies"),)


def test_fail_on_is_the_configured_one_unless_it_is_given(folder: Path) -> None:
    write(folder, {"policyengine.yaml": "fail_on: hold\n", "a.md": POST.replace("instagram\n---", "myspace\n---")})
    assert run("lint", "a.md", *AT).exit_code == 1
    assert run("lint", "a.md", *AT, "--fail-on", "block").exit_code == 0


TRUSTED = POST.replace("id: p1\n", "id: p1\nrisk_tier: 3\n")
TIER = """\
kind: check
id: tier
title: Only low tiers go out
owner: analytics
applies_to: content
rules:
  - {id: known, title: The tier is known and low, require: {risk_tier: {at_least: 3}}, otherwise: block}
"""


def test_listed_trust_lets_the_author_speak_and_says_so(folder: Path) -> None:
    write(folder, {"policies/tier.yaml": TIER, "a.md": TRUSTED})
    found = decision("a.md")
    assert (found["outcome"], found["self_asserted"]) == ("allow", ["risk_tier"])


def test_strict_trust_takes_such_facts_from_the_records_only(folder: Path) -> None:
    write(folder, {"policies/tier.yaml": TIER, "a.md": TRUSTED, "policyengine.yaml": "trust: strict\n"})
    found = decision("a.md")
    assert (found["outcome"], found["missing"][0]["field"]) == ("hold", "risk_tier")
    write(folder, {"kept/p1.json": '{"type": "content", "id": "p1", "risk_tier": 1, "text": "not taken"}'})
    found = decision("a.md", "--records", "kept")
    assert (found["outcome"], found["self_asserted"]) == ("block", [])


RELATED = """\
kind: check
id: conflict
title: Conflicts are declared
owner: analytics
applies_to: content
with: {ties: {one: declaration, where: {creator: $record.author.id}}}
rules:
  - {id: declared, title: A declaration is there, require: {$ties.purpose: conflict}, otherwise: block}
"""
AUTHORED = POST.replace("id: p1\n", "id: p1\nauthor: {id: kim}\n")


def test_related_records_come_from_the_configuration_and_the_options(folder: Path) -> None:
    record = '{"type": "declaration", "id": "d1", "creator": "kim", "purpose": "conflict"}\n'
    write(folder, {"policies/c.yaml": RELATED, "a.md": AUTHORED, "data/d.ndjson": record})
    assert decision("a.md")["outcome"] == "hold"
    for options in (("--records", "data"), ("--related", "data/d.ndjson")):
        found = decision("a.md", *options)
        assert (found["outcome"], [u["id"] for u in found["used"]]) == ("allow", ["d1"])
    write(folder, {"policyengine.yaml": "records: {paths: data}\n"})
    assert decision("a.md")["outcome"] == "allow"


def test_of_a_complete_type_what_is_not_there_does_not_exist(folder: Path) -> None:
    write(
        folder,
        {"policies/c.yaml": RELATED, "a.md": AUTHORED, "policyengine.yaml": "records: {complete: [declaration]}\n"},
    )
    assert decision("a.md")["outcome"] == "block"


def test_two_records_of_one_type_and_id_name_both_places(folder: Path) -> None:
    line = '{"type": "creator", "id": "kim"}\n'
    write(folder, {"a.md": POST, "data/a.ndjson": line, "data/b.ndjson": f"\n{line}"})
    done = run("lint", "a.md", "--records", "data", *AT)
    assert done.exit_code == 2
    assert "error[PE408]: two records of type creator have the id `kim`" in done.stdout
    assert "--> data/b.ndjson:2:1" in done.stdout
    assert "--> data/a.ndjson:1:1" in done.stdout


def test_an_ill_typed_related_record_is_a_warning(folder: Path) -> None:
    write(folder, {"a.md": POST, "data/a.json": '{"type": "creator", "id": "kim", "followers": "many"}'})
    done = run("lint", "a.md", "--records", "data", *AT)
    assert done.exit_code == 0
    assert "warning[PE402]" in done.stdout


def test_the_default_market_is_presumed_openly_and_changes_the_digest(folder: Path) -> None:
    write(folder, {"a.md": POST.replace("markets: [GB]\n", "")})
    before = decision("a.md")
    write(folder, {"policyengine.yaml": "market: GB\n"})
    after = decision("a.md")
    assert [f["rule"] for f in before["findings"]] == ["markets"]
    assert (after["findings"], after["by_market"]) == ([], {"GB": "allow"})
    assert after["assumed"][0]["policy"] == "policyengine.yaml"
    assert before["policies"]["digest"] != after["policies"]["digest"]


# The editors' schema and the reader agree -----------------------------------------------------------------------------

GOOD = [
    "{}",
    "policies: a",
    "policies: [a]",
    "records: {paths: [a], complete: b}",
    "trust: strict",
    "fail_on: [hold, flag]",
    "fail_on: block",
    "zone: Europe/London",
    "market: GB",
    "schemas: [a]",
]
BAD = [
    "policies: []",
    "policies: 3",
    "policies: {a: b}",
    "policies: [a, 3]",
    "records: [a]",
    "records: {path: a}",
    "trust: none",
    "fail_on: []",
    "fail_on: [x]",
    "market: 3",
    "zone: []",
    "colour: red",
    "- a",
]


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_the_schema_judges_as_the_reader_does(folder: Path, text: str) -> None:
    import yaml

    write(folder, {"policyengine.yaml": text, "a/x.yaml": "", "b/y.yaml": ""})
    schema = json.loads((shipped("schemas") / "config.schema.json").read_text(encoding="utf-8"))
    valid = jsonschema.Draft202012Validator(schema).is_valid(yaml.safe_load(text))
    read = not [d for d in configuration(folder).diagnostics if d.severity == "error"]
    assert valid is read is (text in GOOD)
