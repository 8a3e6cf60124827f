"""One door for all files; and every code of reading has an example that provokes it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from policyengine.core.codes import CODES
from policyengine.core.reading import SUFFIXES, read


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "id: x\n"),
        ("b.yml", "id: x\n"),
        ("c.json", '{"id": "x"}'),
        ("d.ndjson", '{"id": "x"}\n'),
        ("e.jsonl", '{"id": "x"}\n'),
        ("f.md", "---\nid: x\n---\n"),
        ("some.dir/g.MARKDOWN", "---\nid: x\n---\n"),
        ("C:\\some.dir\\h.YAML", "id: x\n"),
    ],
)
def test_the_ending_says_how_a_file_is_read(name: str, text: str) -> None:
    source = read(name, text.encode())
    assert source.diagnostics == ()
    assert [document.plain() for document in source.documents] == [{"id": "x"}]
    assert source.documents[0].span.file == name


@pytest.mark.parametrize("name", ["a.txt", "b.yaml.bak", "Makefile", "some.json/file", ".yaml", "a.md~"])
def test_other_files_are_refused_with_the_endings_that_are_read(name: str) -> None:
    source = read(name, b"id: x\n")
    (fault,) = source.diagnostics
    assert (fault.code, source.documents) == ("PE005", ())
    assert fault.help is not None
    assert all(f"`{suffix}`" in fault.help for suffix in SUFFIXES)


READING = {code: entry for code, entry in CODES.items() if code.startswith("PE0")}
JSON_ONLY = {"PE030", "PE032", "PE033"}


def file_of(code: str) -> str:
    return "a.md" if code.startswith("PE04") else "a.json" if code in JSON_ONLY else "a.yaml"


@pytest.mark.parametrize("code", [code for code, entry in READING.items() if entry.bad])
def test_the_bad_example_of_a_code_provokes_it_alone_and_the_good_one_nothing(code: str) -> None:
    entry = READING[code]
    assert {fault.code for fault in read(file_of(code), entry.bad.encode()).diagnostics} == {code}
    assert read(file_of(code), entry.good.encode()).diagnostics == ()


def test_codes_without_an_example_are_those_that_cannot_be_shown() -> None:
    hidden = {code for code, entry in READING.items() if not entry.bad}
    assert hidden == {"PE001", "PE002", "PE003", "PE004", "PE005", "PE006", "PE007", "PE008", "PE009", "PE016"}


def test_reading_json_does_without_the_yaml_parser() -> None:
    program = (
        "import sys; from policyengine.core.reading import read; read('a.json', b'{}'); print('yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stdout == "False\n"
