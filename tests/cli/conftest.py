"""A working directory for each test, with a folder of policies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import POLICIES, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    write(tmp_path, {"policies/all.yaml": POLICIES})
    return tmp_path
