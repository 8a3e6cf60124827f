"""Reading JSON and NDJSON: strict, exact, every fault at its place, and the quick way agrees with the slow one."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.core.reader_json import decode_json, iter_ndjson, read_json, read_ndjson
from policyengine.core.source import Node, Plain, Source


def told(source: Source) -> list[str]:
    """Return `CODE line:column` of every fault."""
    return [f"{d.code} {d.span.line}:{d.span.column}" for d in source.diagnostics if d.span is not None]


FAULTS: dict[str, tuple[str | bytes, list[str]]] = {
    "a key twice": ('{"a": 1,\n "a": 2}', ["PE012 2:2"]),
    "a key twice, deeper": ('{"a": {"b": 1, "b": 2}, "b": 3}', ["PE012 1:16"]),
    "a key twice in two spellings": ('{"\\u0061": 1, "a": 2}', ["PE012 1:15"]),
    "no number": ("[1, NaN]", ["PE023 1:5"]),
    "infinity": ("[Infinity, -Infinity]", ["PE023 1:2", "PE023 1:12"]),
    "an absurd exponent": ('{"a": 1e999999}', ["PE024 1:7"]),
    "an absurd negative exponent": ("1e-999999", ["PE024 1:1"]),
    "an exponent beyond every decimal": ("1e99999999999999999999", ["PE024 1:1"]),
    "5,000 places": ("0." + "1" * 5000, ["PE024 1:1"]),
    "19 digits": ("[-1234567890123456789]", ["PE022 1:2"]),
    "5,000 digits": ("9" * 5000, ["PE022 1:1"]),
    "a first half": ('"\\ud800"', ["PE032 1:2"]),
    "a first half before another character": ('"\\ud800\\u0041"', ["PE032 1:2"]),
    "a second half": ('["x\\udc00"]', ["PE032 1:4"]),
    "two first halves": ('"\\ud800\\ud800"', ["PE032 1:2", "PE032 1:8"]),
    "1,000 levels": ("[" * 1000 + "]" * 1000, ["PE006 1:65"]),
    "65 levels of nothing": ("[" * 65 + "]" * 65, ["PE006 1:65"]),
    "a million levels": ("[" * 1_000_000, ["PE006 1:65"]),
    "over 5 MB": (b'"' + b"x" * 5_000_000 + b'"', ["PE003 1:1"]),
    "too many values": ("[" + "1," * 120_000 + "1]", ["PE007 1:200000"]),
    "more behind the end": ("[1]\nx", ["PE033 2:1"]),
    "two documents": ('{"a": 1}\n{"b": 2}', ["PE033 2:1"]),
    "a bracket too many": ("[1]]", ["PE033 1:4"]),
    "Latin-1": (b'{"a": "caf\xe9"}', ["PE001 1:11"]),
    "a surrogate in bytes": (b'"\xed\xa0\x80"', ["PE001 1:2"]),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), ["PE001 1:1"]),
    "UTF-16 without a mark": ('{"a": 1}'.encode("utf-16-be"), ["PE001 1:1"]),
    "an empty file": ("", ["PE004 1:1"]),
    "a blank file": (" \r\n\t", ["PE004 1:1"]),
    "a control character": ('"a\x01b"', ["PE002 1:3"]),
    "a tab in a text": ('{"a": "b\tc"}', ["PE002 1:9"]),
    "an unknown escape": ('["\\q"]', ["PE031 1:3"]),
    "too few digits": ('"\\u12"', ["PE031 1:2"]),
    "no end of a text": ('{"a": "b}', ["PE030 1:7"]),
    "a line break in a text": ('"a\nb"', ["PE030 1:1"]),
    "a comma before a bracket": ("[1,]", ["PE030 1:3"]),
    "a comma before a brace": ('{"a": 1,\n}', ["PE030 1:8"]),
    "no comma": ("[1 2]", ["PE030 1:4"]),
    "no colon": ('{"a" 1}', ["PE030 1:6"]),
    "a key without quotes": ("{a: 1}", ["PE030 1:2"]),
    "single quotes": ("{'a': 1}", ["PE030 1:2"]),
    "a text without quotes": ('{"a": tru}', ["PE030 1:7"]),
    "constants of Python": ("[True, None]", ["PE030 1:2", "PE030 1:8"]),
    "numbers of other languages": ("[01, +1, .5, 1., 0x1f, 1_000]", [f"PE030 1:{c}" for c in (2, 6, 10, 14, 18, 24)]),
    "a comment": ('{\n// x\n"a": 1}', ["PE030 2:1"]),
    "no end of a list": ("[1", ["PE030 1:3"]),
    "no end of a mapping": ('{"a": 1\n', ["PE030 2:1"]),
    "no value": ('{"a":}', ["PE030 1:6"]),
    "only a comma": ("[,]", ["PE030 1:2"]),
    "faults of all sorts": (
        '{"a": NaN, "a": 1e999999,\n"b": "\\ud800"}',
        ["PE023 1:7", "PE012 1:12", "PE024 1:17", "PE032 2:7"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_at_its_place(text: str | bytes, expected: list[str]) -> None:
    assert told(read_json(text, "a.json")) == expected


@pytest.mark.parametrize("name", FAULTS)
def test_the_quick_way_tells_the_same(name: str) -> None:
    text, _ = FAULTS[name]
    raw = text if isinstance(text, bytes) else text.encode()
    assert decode_json(raw, "a.json") == (None, read_json(raw, "a.json").diagnostics)


@pytest.mark.parametrize("name", FAULTS)
def test_hostile_files_fill_no_memory(name: str) -> None:
    text, _ = FAULTS[name]
    tracemalloc.start()
    read_json(text, "a.json")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


GOOD: dict[str, tuple[str, Plain]] = {
    "numbers": ("[0, -0, 1.50, 1e5, 0.7]", [0, 0, Decimal("1.50"), Decimal("1e5"), Decimal("0.7")]),
    "18 digits": ("[999999999999999999, -999999999999999999]", [10**18 - 1, 1 - 10**18]),
    "exponents that exist": ("[1e400, 1e-400]", [Decimal("1e400"), Decimal("1e-400")]),
    "constants": ("[true, false, null]", [True, False, None]),
    "escapes": ('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"', '"\\/\b\f\n\r\té😀'),
    "raw characters": ('"é😀\u2028\x7f"', "é😀\u2028\x7f"),
    "colons in texts": ('{"a:": "b:", "c\\":" : ":"}', {"a:": "b:", 'c":': ":"}),
    "empty collections": ('[{}, [], ""]', [{}, [], ""]),
    "the same key in two places": ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    "64 levels": ("[" * 64 + "]" * 64, json.loads("[" * 64 + "]" * 64)),
    "64 levels around a value": ('{"a":' * 64 + "1" + "}" * 64, json.loads('{"a":' * 64 + "1" + "}" * 64)),
    "CR LF": ('{"a":\r\n1}\r\n', {"a": 1}),
    "a byte order mark": ('\ufeff{"a": 1}', {"a": 1}),
}


@pytest.mark.parametrize(("text", "expected"), GOOD.values(), ids=GOOD)
def test_what_is_sound_is_read_in_both_ways(text: str, expected: Plain) -> None:
    source = read_json(text, "a.json")
    assert source.diagnostics == ()
    assert repr(source.documents[0].plain()) == repr(expected)
    assert repr(decode_json(text.encode())) == repr((expected, ()))


def test_places_are_exact() -> None:
    source = read_json('\ufeff{"a😀": [1, "\\u00e9"],\r\n "b": {"c": null}}', "a.json")
    root = source.documents[0]
    extents = {
        ".".join(map(str, path)): str(root.span_at(path))
        + f"-{root.span_at(path).end_line}:{root.span_at(path).end_column}"
        for path in [(), ("a😀",), ("a😀", 1), ("b",), ("b", "c")]
    }
    assert extents == {
        "": "a.json:1:1-2:19",
        "a😀": "a.json:1:8-1:21",
        "a😀.1": "a.json:1:12-1:20",
        "b": "a.json:2:7-2:18",
        "b.c": "a.json:2:13-2:17",
    }
    assert str(root.keys["b"]) == "a.json:2:2"


def test_a_key_that_stands_twice_names_the_first_place() -> None:
    (fault,) = read_json('{"a": 1,\n "a": 2}', "a.json").diagnostics
    assert [str(related.span) for related in fault.related] == ["a.json:1:2"]


def test_the_spelling_of_numbers_is_kept() -> None:
    values = read_json('[1.10, 1e5, true, "x"]', "a.json").documents[0].value
    assert isinstance(values, list)
    assert [node.raw for node in values] == ["1.10", "1e5", "true", None]


# NDJSON -------------------------------------------------------------------------------------------------------------


def test_a_bad_line_hides_no_other() -> None:
    source = read_ndjson(b'{"id": 1}\n\n{"id":}\r\n  \n{"id": 2}\n{"id": "\xff"}\nNaN\n{"id": 3}', "a.ndjson")
    assert told(source) == ["PE030 3:7", "PE001 6:9", "PE023 7:1"]
    assert [document.plain() for document in source.documents] == [
        {"id": 1},
        {"id": 2},
        {"id": "\ufffd"},
        None,
        {"id": 3},
    ]
    assert [document.span.line for document in source.documents] == [1, 5, 6, 7, 8]


def test_a_file_without_lines_is_empty() -> None:
    assert told(read_ndjson(b"\n \r\n", "a.ndjson")) == ["PE004 1:1"]


def test_lines_in_utf_16_are_one_fault() -> None:
    assert told(read_ndjson("{}\n{}\n".encode("utf-16"), "a.ndjson")) == ["PE001 1:1"]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    source = read_ndjson(b'\xef\xbb\xbf{"id": 1}\n', "a.ndjson")
    assert source.diagnostics == ()
    assert str(source.documents[0].keys["id"]) == "a.ndjson:1:2"


def test_lines_are_read_as_they_come() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b'{"id": 1}\n'

    lines = iter_ndjson(endless(), "a.ndjson")
    assert [next(lines).number for _ in range(3)] == [1, 2, 3]


def test_one_line_may_be_too_large_alone() -> None:
    lines = list(iter_ndjson([b'"' + b"x" * 5_000_001 + b'"', b"1"], "a.ndjson"))
    assert [line.diagnostics[0].code if line.diagnostics else None for line in lines] == ["PE003", None]


# Properties ---------------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(1 - 10**18, 10**18 - 1) | TEXTS
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=15
)


def reread(text: str, node: Node) -> None:
    """Assert that what stands at the place of every value is that value."""
    span = node.span
    assert span.line == span.end_line
    assert json.loads(text[span.column - 1 : span.end_column - 1]) == node.plain()
    value = node.value
    if isinstance(value, dict):
        for key, place in node.keys.items():
            assert json.loads(text[place.column - 1 : place.end_column - 1]) == key
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        reread(text, child)


@settings(max_examples=150, deadline=None)
@given(DATA, st.booleans())
def test_what_is_written_is_read_and_found_at_its_place(value: Plain, ascii_only: bool) -> None:  # noqa: FBT001 - a case's parameter
    text = json.dumps(value, ensure_ascii=ascii_only)
    source = read_json(text, "a.json")
    assert source.diagnostics == ()
    assert source.documents[0].plain() == value
    assert decode_json(text.encode()) == (value, ())
    reread(text, source.documents[0])


@settings(max_examples=300, deadline=None)
@given(
    DATA,
    st.integers(0, 200),
    st.sampled_from([b"", b",", b'"', b"}", b"]", b"\\", b"0", b"\xff", b"e9", b"N", b":", b"\x00", b" "]),
)
def test_both_ways_agree_on_damaged_files(value: Plain, place: int, damage: bytes) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    at = place % len(text)
    damaged = text[:at] + damage + text[at + 1 :]
    source = read_json(damaged, "a.json")
    plain, faults = decode_json(damaged, "a.json")
    assert faults == source.diagnostics
    if not faults:
        assert repr(plain) == repr(source.documents[0].plain())


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('{}[]",:\\u0d8e1.-+ \nNatruefl'), max_size=30))
def test_the_scanner_takes_what_the_standard_library_takes(text: str) -> None:
    try:
        expected = json.loads(text, parse_constant=lambda word: 1 / 0 if word else None, parse_float=Decimal)
    except (ValueError, ZeroDivisionError):
        assert read_json(text, "a.json").diagnostics
    else:
        source = read_json(text, "a.json")
        # What we refuse beyond the standard library: keys twice, halves of characters, numbers without measure.
        assert {fault.code for fault in source.diagnostics} <= {"PE012", "PE022", "PE024", "PE032"}
        if not source.diagnostics:
            assert source.documents[0].plain() == expected
