"""From an offset in a record's text to its place in the file that the record was read from."""

from __future__ import annotations

from policyengine.core.diagnostic import Span
from policyengine.core.places import split_lines
from policyengine.core.source import Node


def span_within(text: str, node: Node, start: int, end: int) -> Span:
    """Return the place of `node.value[start:end]` in the file with this text.

    Exact where the file has the text as it is: the body of a Markdown file, a block after `|`, plain text, and quoted
    text without escapes. Elsewhere (escapes, folded lines) the place of the whole value.
    """
    value = node.value
    if not isinstance(value, str) or not 0 <= start <= end <= len(value):
        return node.span
    lines = split_lines(text)
    first = _place(lines, node, value, start)
    last = _place(lines, node, value, end)
    if first is None or last is None:
        return node.span
    return Span(node.span.file, *first, *last)


def _place(lines: list[str], node: Node, value: str, offset: int) -> tuple[int, int] | None:
    """Return line and column of one offset, or None where the file writes the text in another way."""
    row = value.count("\n", 0, offset)
    column = offset - (value.rfind("\n", 0, offset) + 1)
    span = node.span
    written = lines[span.line - 1][span.column - 1 : span.end_column - 1 if span.line == span.end_line else None]
    opening = "" if written == value.split("\n", maxsplit=1)[0] else written[:1]
    line, shift = span.line + row, span.column - 1 if row == 0 else 0
    if opening == "|" and span.end_line > span.line:
        body = lines[span.line : span.end_line]
        shift = min((len(text) - len(text.lstrip(" ")) for text in body if text.strip()), default=0)
        line += 1
    elif opening and opening in "\"'":
        if written[1:-1] != value:
            return None
        shift = span.column
    if line > len(lines) or not lines[line - 1][shift:].startswith(value.split("\n")[row]):
        return None
    return line, shift + column + 1
