"""The page about moderation runs: its files load, its command prints what it shows, its laws hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policyengine.cli import main
from policyengine.evaluate.engine import PolicySet

PAGE = Path(__file__).parents[2] / "docs" / "moderation.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the page, as the working directory."""
    for name, body in re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL):
        (tmp_path / name).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def test_every_example_is_a_file_of_the_page(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"moderation.yaml", "comment.yaml"}
    assert TEXT.count("```yaml") == 2


def test_the_policy_is_without_faults(folder: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(folder / "moderation.yaml")])
    assert (result.exit_code, re.findall(r"\[(PE\d+)\]", result.output)) == (0, ["PE200"])


@pytest.mark.usefixtures("folder")
def test_the_command_prints_what_the_page_shows() -> None:
    ((command, shown),) = re.findall(r"```console\n\$ policyengine ([^\n]*)\n(.*?)```", TEXT, re.DOTALL)
    result = CliRunner().invoke(main, command.split())
    assert (result.stdout + result.stderr).rstrip() == shown.rstrip()


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"text": "You dimwit"}, "block"),
        ({"text": 'He called me "dimwit"'}, "hold"),
        ({"text": 'He called me "dimwit"', "labels": ["quotation"]}, "allow"),
        ({"text": "You dimwit", "moderation": {"action": "keep", "by": "kim", "automatic": False}}, "allow"),
    ],
)
def test_what_the_page_says_of_its_policy_is_so(folder: Path, facts: dict[str, Any], outcome: str) -> None:
    comment = {"type": "comment", "id": "c", "language": "en", "target": {"about": "person"}, "author": {"id": "u"}}
    told = comment | {"scores": {"toxicity": 0.1}, "posted_at": "2026-06-15T11:00:00Z"} | facts
    given = PolicySet.load(folder / "moderation.yaml")
    assert given.evaluate(told, at=datetime(2026, 6, 15, 12, tzinfo=UTC), only=["moderation.*"]).outcome == outcome
