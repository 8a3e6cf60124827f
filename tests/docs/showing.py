"""What the tests of pages share: the files that a page holds, its commands, and what they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from policyengine.cli import main


def written(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the files of a page (YAML that begins with its name), and make their folder the working directory."""
    for name, body in re.findall(r"```yaml\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (folder / name).write_text(body, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")
    return folder


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command of the console blocks of a page with the output that it shows."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.rstrip()))
    return found


def printed(command: str) -> str:
    """Return what a command prints, on both streams."""
    name, *arguments = command.split()
    assert name == "policyengine"
    result = CliRunner().invoke(main, arguments)
    return (result.stdout + result.stderr).rstrip()
