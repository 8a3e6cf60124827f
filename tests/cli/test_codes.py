"""The codes of records, configuration and command line: their examples show what they say, in the words of the law."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyengine.core.codes import CODES
from policyengine.core.diagnostic import Diagnostic
from policyengine.core.reading import read
from policyengine.evaluate.config import configuration
from policyengine.evaluate.submission import faults_of, submissions_in
from tests.cli.running import write
from tests.sets import types

RECORDS = [code for name, code in CODES.items() if name.startswith("PE4") and code.bad]
CONFIGURATION = [code for name, code in CODES.items() if name.startswith("PE5") and code.bad]


def of_record(text: str) -> tuple[Diagnostic, ...]:
    submissions, faults = submissions_in(read("a.yaml", text.encode()), types())
    return (*faults, *faults_of(submissions))


@pytest.mark.parametrize("code", RECORDS, ids=lambda code: code.code)
def test_the_example_of_a_record_shows_its_code(code: object) -> None:
    entry = CODES[getattr(code, "code", "")]
    assert {fault.code for fault in of_record(entry.bad)} == {entry.code}
    assert of_record(entry.good) == ()


@pytest.mark.parametrize("code", CONFIGURATION, ids=lambda code: code.code)
def test_the_example_of_a_configuration_shows_its_code(code: object, folder: Path) -> None:
    entry = CODES[getattr(code, "code", "")]
    write(folder, {"policyengine.yaml": entry.bad})
    assert {fault.code for fault in configuration(folder).diagnostics} == {entry.code}
    write(folder, {"policyengine.yaml": entry.good})
    assert configuration(folder).diagnostics == ()


LAW = re.compile(r"(?![A-Z][a-z]).*[^.]", re.DOTALL)
TYPES = re.compile(r"\b(dict|str|int|bool|NoneType|Decimal|datetime)\b")


@pytest.mark.parametrize("code", [*RECORDS, *CONFIGURATION], ids=lambda code: code.code)
def test_messages_are_small_without_full_stop_and_without_names_of_python(code: object, folder: Path) -> None:
    entry = CODES[getattr(code, "code", "")]
    write(folder, {"policyengine.yaml": entry.bad})
    found = of_record(entry.bad) if entry in RECORDS else configuration(folder).diagnostics
    for fault in found:
        assert LAW.fullmatch(fault.message), fault.message
        assert not TYPES.search(fault.message)
        assert fault.span is not None
        assert fault.help is None or not fault.help.endswith(".")
