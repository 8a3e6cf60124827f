"""Reading submissions in Markdown: facts in front, the text below, and places in the file as it is."""

from __future__ import annotations

import pytest

from policyengine.core.reader_markdown import read_markdown
from policyengine.core.source import Plain, Source


def told(source: Source) -> list[str]:
    """Return `CODE line:column` of every fault."""
    return [f"{d.code} {d.span.line}:{d.span.column}" for d in source.diagnostics if d.span is not None]


FAULTS: dict[str, tuple[str | bytes, list[str]]] = {
    "no front matter": ("Our new shoes!\n", ["PE040 1:1"]),
    "a heading instead of front matter": ("# Shoes\n\n---\na: 1\n---\n", ["PE040 1:1"]),
    "an empty file": ("", ["PE004 1:1"]),
    "a blank file": ("\n\n", ["PE004 1:1"]),
    "no end": ("---\nplatform: x\nOur new shoes!\n", ["PE041 1:1"]),
    "two texts": ("---\na: 1\ntext: x\n---\ny\n", ["PE042 3:1"]),
    "a list in front": ("---\n- a\n---\ny\n", ["PE043 2:1"]),
    "a sentence in front": ("---\nOur shoes\n---\ny\n", ["PE043 2:1"]),
    "two documents in front": ("---\na: 1\n...\n---\ny\n", []),
    "a label that is a comment": ("---\na: 1\nlabel: #ad\n---\n#ad\n", ["PE019 3:8"]),
    "a key twice": ("---\r\na: 1\r\na: 2\r\n---\r\ny\r\n", ["PE012 3:1"]),
    "no blank after a colon": ("---\ntitle:Hello\n---\ny\n", ["PE020 2:1"]),
    "a bracket without its end": ("\n---\na: [\n---\ny\n", ["PE027 3:4"]),
    "Latin-1 in the text": (b"---\na: 1\n---\ncaf\xe9\n", ["PE001 4:4"]),
    "UTF-16": ("---\na: 1\n---\n".encode("utf-16"), ["PE001 1:1"]),
    "over 5 MB": ("---\na: 1\n---\n" + "x" * 5_000_000, ["PE003 1:1"]),
    "front matter over 1 MB": ("---\na: " + "x" * 1_000_000 + "\n---\ny\n", ["PE003 1:1"]),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_at_its_place(text: str | bytes, expected: list[str]) -> None:
    assert told(read_markdown(text, "a.md")) == expected


GOOD: dict[str, tuple[str | bytes, Plain, str]] = {
    "facts and text": ("---\na: 1\n---\nHello\n", {"a": 1, "text": "Hello"}, "4:1-4:6"),
    "blank lines around the text": (
        "---\na: 1\n---\n\n \nHello \n  you\n\n",
        {"a": 1, "text": "Hello \n  you"},
        "6:1-7:6",
    ),
    "rules in the text": ("---\na: 1\n---\nb\n\n---\nc: d\n", {"a": 1, "text": "b\n\n---\nc: d"}, "4:1-7:5"),
    "hash tags in the text": ("---\na: 1\n---\n#ad label: #x\n", {"a": 1, "text": "#ad label: #x"}, "4:1-4:14"),
    "CR LF": (b"---\r\na: 1\r\n---\r\n\r\nb\r\nc\r\n", {"a": 1, "text": "b\nc"}, "5:1-6:2"),
    "a byte order mark": (b"\xef\xbb\xbf---\na: 1\n---\nb\n", {"a": 1, "text": "b"}, "4:1-4:2"),
    "blank lines in front": ("\n\n---\na: 1\n---\nb", {"a": 1, "text": "b"}, "6:1-6:2"),
    "blanks behind the dashes": ("--- \na: 1\n---\t\nb", {"a": 1, "text": "b"}, "4:1-4:2"),
    "no facts": ("---\n---\nb\n", {"text": "b"}, "3:1-3:2"),
    "a line separator is text": ("---\na: 1\n---\nb\u2028c\n", {"a": 1, "text": "b\u2028c"}, "4:1-4:4"),
}


@pytest.mark.parametrize(("text", "expected", "place"), GOOD.values(), ids=GOOD)
def test_what_is_sound_is_read(text: str | bytes, expected: Plain, place: str) -> None:
    source = read_markdown(text, "a.md")
    assert source.diagnostics == ()
    (record,) = source.documents
    assert record.plain() == expected
    span = record.span_at(("text",))
    assert f"{span.line}:{span.column}-{span.end_line}:{span.end_column}" == place


@pytest.mark.parametrize("text", ["---\na: 1\n---", "---\na: 1\n---\n\n \n"])
def test_without_a_text_there_is_no_field(text: str) -> None:
    assert read_markdown(text, "a.md").documents[0].plain() == {"a": 1}


def test_facts_keep_their_places() -> None:
    (record,) = read_markdown("---\r\na: 1\r\nlist:\r\n  - b\r\n---\r\nHello\r\n", "a.md").documents
    assert str(record.span_at(("list", 0))) == "a.md:4:5"
    assert str(record.keys["list"]) == "a.md:3:1"


def test_two_texts_name_both_places() -> None:
    (fault,) = read_markdown("---\ntext: x\n---\n\ny\n", "a.md").diagnostics
    assert [str(related.span) for related in fault.related] == ["a.md:5:1"]


def test_unreadable_facts_give_no_half_a_record() -> None:
    assert read_markdown("---\na: [\n---\ny\n", "a.md").documents == ()


def test_the_help_shows_how_to_begin() -> None:
    (fault,) = read_markdown("Our new shoes!\n", "a.md").diagnostics
    assert fault.help is not None
    assert "`platform: instagram`" in fault.help
