"""The page on what falls due: its commands print what it shows, its policies and records are without faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyengine.core.facts import read_facts
from policyengine.core.reader_yaml import read_yaml
from tests.docs.test_pages import SHOWN
from tests.sets import loaded, types

TEXT = (Path(__file__).parents[2] / "docs" / "due.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def test_its_commands_are_run() -> None:
    shown = re.findall(r"^\$ (.*)$", TEXT, re.MULTILINE)
    assert shown
    assert set(shown) <= {command for command, _ in SHOWN}


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.startswith("kind:")])
def test_its_policies_are_without_faults(block: str) -> None:
    assert [d.message for d in loaded(block).diagnostics if d.code != "PE200"] == []


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.startswith("type:")])
def test_its_records_are_without_faults(block: str) -> None:
    record = read_yaml(block, "record.yaml").documents[0].plain()
    assert isinstance(record, dict)
    assert read_facts(types()[str(record["type"])], record)[1] == []
