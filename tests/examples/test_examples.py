"""The shipped examples by the shipped policies: a brand's content and campaigns that pass, are held and are blocked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policyengine.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
AT = "2026-06-15T12:00:00Z"


def lint(*paths: Path) -> list[dict[str, Any]]:
    """Return the neutral findings of `policyengine lint --format json`, one entry a submission."""
    arguments = ["lint", *map(str, paths), "--policies", str(ROOT / "policies"), "--records", str(EXAMPLES / "records")]
    result = CliRunner().invoke(main, [*arguments, "--at", AT, "--format", "json", "--fail-on", "error"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["submissions"]
    return found


EXPECTED = {
    "submissions/sourdough-sunday.md": ("allow", []),
    "submissions/low-sugar-claim.md": ("hold", []),
    "submissions/mixer-with-maya.md": (
        "block", [("disclosure.gb/behind_fold", 32, 43), ("disclosure.platforms/paid_label", 24, 19)],
    ),
    "submissions/crumb-shot.md": ("allow", [("rights.assets/taken_down", 5, 9)]),
    "campaigns/autumn-bakes.yaml": ("allow", []),
    "campaigns/oven-launch.yaml": ("block", [
        ("campaign.objectives/split_adds_up", 13, 1),
        ("links.tagged/own_shortener", 21, 11),
        ("campaign.objectives/kpi_reviewed", 24, 6),
        ("links.tagged/medium_known", 20, 11),
        ("links.tagged/medium_known", 21, 11),
        ("links.tagged/source_known", 20, 11),
        ("links.tagged/source_known", 21, 11),
    ]),
    "incidents/ovens-overheat.yaml": ("allow", []),
}  # fmt: skip


def test_every_example_is_expected() -> None:
    files = {p.relative_to(EXAMPLES).as_posix() for p in EXAMPLES.rglob("*.*") if p.is_file()}
    assert {f for f in files if not f.startswith("records/")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example(name: str) -> None:
    outcome, places = EXPECTED[name]
    (found,) = lint(EXAMPLES / name)
    decision = found["decision"]
    assert decision["outcome"] == outcome
    seen = [(f"{f['policy']}/{f['rule']}", f["place"]["line"], f["place"]["column"]) for f in decision["findings"]]
    assert seen == places
    assert decision["self_asserted"] == []


def test_a_void_vote_names_the_field_that_changed() -> None:
    (found,) = lint(EXAMPLES / "submissions/low-sugar-claim.md")
    (approval,) = [a for a in found["decision"]["approvals"] if a["policy"] == "approval.content_dach"]
    (ignored,) = approval["stages"][0]["ignored"]
    assert ignored["by"] == "kim.lindqvist"
    assert "`text`" in ignored["why"]


def test_the_incident_reaches_the_newsroom() -> None:
    (found,) = lint(EXAMPLES / "incidents/ovens-overheat.yaml")
    (escalation,) = found["decision"]["escalations"]
    assert (escalation["path"], escalation["status"], escalation["step"]) == ("newsroom", "waiting", 1)


def test_the_votes_of_the_examples_are_what_digest_prints() -> None:
    """A vote counts for the post as it is judged: with the facts that others state, taken from the records."""
    arguments = ["digest", str(EXAMPLES / "submissions/sourdough-sunday.md"), "--records", str(EXAMPLES / "records")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    printed = {line.partition(": ")[0]: line.partition(": ")[2] for line in result.stdout.splitlines()[1:]}
    assert "risk_tier" in printed
    text = (EXAMPLES / "records/content.yaml").read_text(encoding="utf-8").partition("---")[0]
    seen = [line.strip() for line in text.partition("seen:\n")[2].splitlines()]
    assert {line.partition(": ")[0]: line.partition(": ")[2] for line in seen if line} == printed
