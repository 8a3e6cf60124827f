"""The commands on the pages of the docs print what the pages show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from policyengine.cli import main

ROOT = Path(__file__).parents[2]
PAGES = ("disclosure.md", "due.md", "rights.md")


def commands() -> list[tuple[str, str]]:
    """Return each command of the console blocks with the output that its page shows."""
    found = []
    for page in PAGES:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output.rstrip()))
    return found


@pytest.mark.parametrize(("command", "expected"), commands(), ids=[c for c, _ in commands()])
def test_a_command_prints_what_its_page_shows(command: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    name, *arguments = command.split()
    assert name == "policyengine"
    result = CliRunner().invoke(main, arguments)
    assert (result.stdout + result.stderr).rstrip() == expected
