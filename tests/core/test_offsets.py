"""An offset in a text is found again in the file, wherever the file writes the text as it is."""

from __future__ import annotations

import pytest

from policyengine.core.offsets import span_within
from policyengine.core.reading import read

CASES = {
    "markdown body": ("a.md", "---\nid: x\n---\n\nHello\nan #ad here\n", "6:4-6:7"),
    "markdown body with CR LF": ("a.md", "---\r\nid: x\r\n---\r\n\r\nHello\r\nan #ad here\r\n", "6:4-6:7"),
    "markdown body that begins with a quote": ("a.md", '---\nid: x\n---\n"Hello" and\n#ad\n', "5:1-5:4"),
    "markdown body that begins with a bar": ("a.md", "---\nid: x\n---\n| Hello\n| #ad |\n", "5:3-5:6"),
    "yaml block": ("a.yaml", "text: |\n    Hello\n      an #ad\n", "3:10-3:13"),
    "yaml block at the end of the file": ("a.yaml", "text: |-\n  Hello\n  #ad", "3:3-3:6"),
    "yaml plain": ("a.yaml", "text: an#ad\n", "1:9-1:12"),
    "yaml in double quotes": ("a.yaml", 'text: "😀 #ad"\n', "1:10-1:13"),
    "yaml in single quotes": ("a.yaml", "text: '#ad'\n", "1:8-1:11"),
    "yaml with an escape is the whole value": ("a.yaml", 'text: "\\t#ad"\n', "1:7-1:14"),
    "yaml folded is the whole value": ("a.yaml", "text: >\n  Hello\n  #ad\n", "1:7-3:6"),
    "json": ("a.json", '{"text": "an #ad"}', "1:14-1:17"),
}


@pytest.mark.parametrize(("file", "text", "expected"), CASES.values(), ids=CASES)
def test_the_label_is_found_in_the_file(file: str, text: str, expected: str) -> None:
    source = read(file, text.encode())
    node = source.documents[0].at(("text",))
    assert node is not None
    assert isinstance(node.value, str)
    start = node.value.index("#ad")
    span = span_within(source.text, node, start, start + 3)
    assert f"{span.line}:{span.column}-{span.end_line}:{span.end_column}" == expected


def test_an_offset_outside_of_the_text_is_the_whole_value() -> None:
    source = read("a.yaml", b"text: short\n")
    node = source.documents[0].at(("text",))
    assert node is not None
    assert span_within(source.text, node, 0, 99) == node.span
