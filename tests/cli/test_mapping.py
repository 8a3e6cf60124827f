"""Mappings: CSV and foreign JSON become records, cell by cell, and what does not convert is named at its cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from policyengine.cli import main
from policyengine.core.reader_csv import read_csv
from policyengine.evaluate.mapping import load_mapping, map_file
from policyengine.evaluate.submission import submissions_in
from policyengine.shipped import shipped
from tests.sets import types


def mapped(mapping: str, data: str | bytes, file: str = "a.csv") -> tuple[list[dict[str, Any]], list[str]]:
    """The records of a file through a mapping, and all faults as `line:column code message`."""
    checked, faults = load_mapping("m.yaml", mapping.encode(), types())
    assert checked is not None, faults
    source = map_file(checked, file, data if isinstance(data, bytes) else data.encode())
    submissions, found = submissions_in(source, types())
    found = (*found, *(fault for submission in submissions for fault in submission.faults()))
    said = [f"{d.span.line}:{d.span.column} {d.code} {d.message}" for d in found if d.span is not None]
    return [submission.record for submission in submissions], said


def one(field: str, column: str, cell: str, top: str = "") -> tuple[Any, list[str]]:
    """What one cell becomes in one field, and the faults."""
    mapping = f"type: content\n{top}\nfields:\n  id: {{is: p1}}\n  {field}: {{column: C, {column}}}\n"
    quoted = cell.replace('"', '""')
    (record,), faults = mapped(mapping, f'C\n"{quoted}"\n')
    value: Any = record
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value, faults


CELLS: dict[str, tuple[str, str, str, Any]] = {
    "text stays as it is": ("text", "", " 0012 ", " 0012 "),
    "whole number": ("author.followers", "", "12000", 12000),
    "number with a unit in the cell": ("author.followers", "unit: fans", "12 fans", 12),
    "decimal comma": ("sponsorship.consideration", "unit: EUR, decimal: comma", "1.234,50", "1234.50 EUR"),
    "unit of the column": ("sponsorship.consideration", "unit: EUR", "1000", "1000 EUR"),
    "money written out": ("sponsorship.consideration", "", "1000 EUR", "1000 EUR"),
    "list": ("markets", 'separator: ";"', "GB; DE", ["GB", "DE"]),
    "list of one": ("markets", "", "GB", ["GB"]),
    "list by blanks": ("labels", "separator: blank", "a  b", ["a", "b"]),
    "list by lines": ("labels", "separator: line", "a\nb", ["a", "b"]),
    "word for a word": ("platform", "words: {IG: instagram}", "ig", "instagram"),
    "word for a truth": ("sponsorship.platform_label", "words: {yes: true, no: false}", "no", False),
    "truth": ("sponsorship.platform_label", "", "TRUE", True),
    "empty is not told": ("platform", "", "", None),
    "empty is told to be none": ("claims", "if_empty: []", " ", []),
    "empty is a word": ("sponsorship.connection", "if_empty: none", "", "none"),
    "wall time in a zone": ("scheduled_at", "zone: Europe/Berlin", "2026-07-01 09:00", "2026-07-01T07:00:00Z"),
    "wall time in winter": ("scheduled_at", "zone: Europe/Berlin", "2026-01-01T09:00:30", "2026-01-01T08:00:30Z"),
    "time with an offset": (
        "scheduled_at",
        "zone: Europe/Berlin",
        "2026-07-01T09:00:00+05:00",
        "2026-07-01T09:00:00+05:00",
    ),
    "links by column": ("links.url", "separator: blank", "https://a.example https://b.example", None),
}


@pytest.mark.parametrize(("field", "column", "cell", "value"), CELLS.values(), ids=CELLS.keys())
def test_a_cell_becomes_the_value_of_its_field(field: str, column: str, cell: str, value: Any) -> None:
    assert one(field, column, cell) == (value, [])


REFUSED: dict[str, tuple[str, str, str, str]] = {
    "comma without decimal comma": ("author.followers", "", "12,5", "2:1 PE405 `12,5` is not a number"),
    "point under a decimal comma": ("author.followers", "decimal: comma", "1.5", "2:1 PE405 `1.5` is not a number"),
    "blank in a number": ("author.followers", "", "10 000", "2:1 PE405 `10 000` is not a number"),
    "no unit": ("sponsorship.consideration", "decimal: comma", "12,5", "2:1 PE405 `12,5` has no unit"),
    "no zone": ("scheduled_at", "", "2026-07-01 09:00", "2:1 PE405 `2026-07-01 09:00` does not say its time zone"),
    "no such time": (
        "scheduled_at",
        "zone: Europe/Berlin",
        "2026-02-30 09:00",
        "2:1 PE405 `2026-02-30` does not exist",
    ),
    "no truth": (
        "sponsorship.platform_label",
        "",
        "yes",
        "2:1 PE405 `yes` does not say whether `platform_label` holds",
    ),
    "no word of the field": ("platform", "", "tiktoc", "2:1 PE402 `tiktoc` is not a value of platform"),
    "one bad entry": ("markets", 'separator: ";"', "GB;gb", "2:1 PE402 `gb` is not a market"),
    "formula": ("author.followers", "", "=1+1", "2:1 PE405 `=1+1` is not a number"),
    "below the least": ("metrics.likes", "", "-3", "2:1 PE402 `likes` is -3, below the least possible 0"),
    "huge": ("author.followers", "", "1" * 30, f"2:1 PE405 `{'1' * 30}` is not a number"),
}


@pytest.mark.parametrize(("field", "column", "cell", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_convert_is_named_at_its_cell(field: str, column: str, cell: str, said: str) -> None:
    _, faults = one(field, column, cell)
    assert [fault for fault in faults if fault.startswith(said)], faults


def test_several_columns_describe_the_entries_of_one_list() -> None:
    mapping = """
type: content
separator: "|"
fields:
  id: {column: Id}
  links.url: {column: URL}
  links.internal: {column: Own, words: {y: true, n: false}}
"""
    table = "Id,URL,Own\np1,https://a.example|https://b.example,y|n\np2,https://a.example,y|n\n"
    (first, second), faults = mapped(mapping, table)
    assert first["links"] == [
        {"url": "https://a.example", "internal": True},
        {"url": "https://b.example", "internal": False},
    ]
    assert "links" not in second
    assert faults == ["3:4 PE405 the columns of `links` have 1 and 2 entries"]


def test_unmapped_columns_are_listed_once_and_missing_ones_are_errors() -> None:
    mapping = "type: content\nfields: {id: {column: Id}, text: {column: Captoin}}\n"
    _, faults = mapped(mapping, "Id,Caption,Notes\np1,a,b\n")
    assert faults == [
        "1:1 PE407 2 columns are not mapped: `Caption`, `Notes`",
        "2:28 PE412 `a.csv` has no column `Captoin`",
    ]


def test_a_file_with_another_delimiter_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the help would list one column that nobody knows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("Id;Caption\np1;a\n", encoding="utf-8")
    (tmp_path / "a.map.yaml").write_text("type: content\nfields: {id: {column: Id}}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["evaluate", "a.csv", "--map", "a.map.yaml"])
    assert result.exit_code == 2
    assert 'write `delimiter: ";"`' in result.stderr


def test_foreign_json_comes_in_by_path() -> None:
    mapping = """
type: comment
fields:
  id: {path: uid}
  author.id: {path: user.id}
  platform: {is: instagram}
  posted_at: {path: at, zone: UTC}
  scores.toxicity: {path: meta.tox}
"""
    first_line = '{"uid": "c1", "user": {"id": "u1", "name": "x"}, "at": "2026-01-01 10:00", "meta": {"tox": 0.5}}'
    lines = first_line + '\n{"uid": "c2"}\n'
    (first, second), faults = mapped(mapping, lines, "log.ndjson")
    assert first["author"] == {"id": "u1"}
    assert first["posted_at"] == "2026-01-01T10:00:00Z"
    assert str(first["scores"]["toxicity"]) == "0.5"
    assert second == {"type": "comment", "id": "c2", "platform": "instagram"}
    assert faults == ["1:1 PE407 1 value is not mapped: `user.name`"]


TABLES = {
    "line breaks and quotes in cells": ('a,b\n"x\ny","say ""hi"""\n', [["x\ny", 'say "hi"']], []),
    "windows line breaks and a byte order mark": ("\ufeffa,b\r\n1,2\r\n", [["1", "2"]], []),
    "no line break at the end": ("a,b\n1,2", [["1", "2"]], []),
    "blank lines": ("a,b\n\n1,2\n\n", [["1", "2"]], []),
    "empty cells": ("a,b\n,\n", [["", ""]], []),
    "too few cells": ("a,b\n1\n3,4\n", [["3", "4"]], ["2:1 PE406"]),
    "too many cells": ("a,b\n1,2,3\n", [], ["2:5 PE406"]),
    "open quote": ('a,b\n1,"2\n', [["1", "2\n"]], ["2:3 PE406"]),
    "text after a quote": ('a,b\n"1"x,2\n', [["1", "2"]], ["2:4 PE406"]),
    "empty file": ("", [], ["1:1 PE004"]),
}


@pytest.mark.parametrize(("text", "rows", "faults"), TABLES.values(), ids=TABLES.keys())
def test_csv_is_read_with_its_places(text: str, rows: list[list[str]], faults: list[str]) -> None:
    table = read_csv(text.encode(), "a.csv")
    assert [[cell.text for cell in row] for row in table.rows] == rows
    assert [f"{d.span.line}:{d.span.column} {d.code}" for d in table.diagnostics if d.span is not None] == faults


def test_cells_know_where_they_stand() -> None:
    (row,) = read_csv(b'a;b\n"x\ny";zz\n', "a.csv", ";").rows
    assert [(c.span.line, c.span.column, c.span.end_line, c.span.end_column) for c in row] == [
        (2, 1, 3, 3),
        (3, 4, 3, 6),
    ]


def test_tabs_separate_the_cells_of_a_tsv_file() -> None:
    (record,), _ = mapped("type: content\nfields: {id: {column: Id}, text: {column: T}}\n", "Id\tT\np1\ta,b\n", "a.tsv")
    assert record["text"] == "a,b"


GOOD = [
    "{type: content, fields: {id: {column: a}}}",
    "{type: content, fields: {id: {path: a.b}, text: {is: x}}, delimiter: ';', separator: blank, decimal: comma}",
    "{type: content, zone: Europe/Berlin, delimiter: tab, fields: {id: {column: a, words: {x: y}, if_empty: []}}}",
]
BAD = {
    "no type": ("{fields: {id: {column: a}}}", "PE121"),
    "no fields": ("{type: content}", "PE121"),
    "two sources": ("{type: content, fields: {id: {column: a, path: b}}}", "PE124"),
    "no source": ("{type: content, fields: {id: {unit: EUR}}}", "PE124"),
    "unknown key": ("{type: content, fields: {id: {colum: a}}}", "PE120"),
    "unknown decimal": ("{type: content, decimal: dot, fields: {id: {column: a}}}", "PE123"),
    "long delimiter": ("{type: content, delimiter: '::', fields: {id: {column: a}}}", "PE411"),
}


@pytest.mark.parametrize("text", [*GOOD, *(text for text, _ in BAD.values())])
def test_the_schema_judges_a_mapping_as_the_reader_does(text: str) -> None:
    schema = json.loads((shipped("schemas") / "map.schema.json").read_text(encoding="utf-8"))
    valid = jsonschema.Draft202012Validator(schema).is_valid(yaml.safe_load(text))
    checked, _ = load_mapping("m.yaml", text.encode(), types())
    assert valid is (checked is not None) is (text in GOOD)


SENSELESS = {
    **BAD,
    "unknown type": ("{type: contnt, fields: {id: {column: a}}}", "PE409"),
    "unknown field": ("{type: content, fields: {id: {column: a}, txt: {column: b}}}", "PE411"),
    "computed field": ("{type: content, fields: {id: {column: a}, hosts: {column: b}}}", "PE411"),
    "no id": ("{type: content, fields: {text: {column: a}}}", "PE411"),
    "unknown zone": ("{type: content, zone: CET, fields: {id: {column: a}}}", "PE215"),
}


@pytest.mark.parametrize(("text", "code"), SENSELESS.values(), ids=SENSELESS.keys())
def test_a_mapping_with_a_fault_is_refused(text: str, code: str) -> None:
    checked, faults = load_mapping("m.yaml", text.encode(), types())
    assert checked is None
    assert code in {fault.code for fault in faults}


def test_a_mapping_applies_to_tables_only() -> None:
    checked, _ = load_mapping("m.yaml", GOOD[0].encode(), types())
    assert checked is not None
    assert [d.code for d in map_file(checked, "a.md", b"x").diagnostics] == ["PE005"]
