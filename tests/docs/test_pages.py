"""The commands on the pages of the docs print what the pages show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.showing import commands, printed

ROOT = Path(__file__).parents[2]
PAGES = ("disclosure.md", "due.md", "rights.md")


SHOWN = [pair for page in PAGES for pair in commands((ROOT / "docs" / page).read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("command", "expected"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_prints_what_its_page_shows(command: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(command) == expected
