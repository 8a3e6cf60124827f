"""The page about approvals runs: its files load, its command prints what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from policyengine.cli import main
from tests.docs.showing import commands, printed, written

PAGE = Path(__file__).parents[2] / "docs" / "approvals.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the page, as the working directory."""
    return written(TEXT, tmp_path, monkeypatch)


def test_every_example_is_a_file_of_the_page(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"approval.yaml", "directory.yaml", "post.yaml"}
    assert TEXT.count("```yaml") == 3


def test_the_policy_is_without_faults(folder: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(folder / "approval.yaml"), str(folder / "directory.yaml")])
    assert (result.exit_code, result.stdout.strip()) == (0, "")


@pytest.mark.usefixtures("folder")
def test_the_command_prints_what_the_page_shows() -> None:
    ((command, shown),) = commands(TEXT)
    assert printed(command) == shown
