"""Markdown with front matter → `Source`: facts between `---` lines, and the text below as it will be posted."""

from __future__ import annotations

import re
from typing import NamedTuple

from policyengine.core.decoding import decode
from policyengine.core.diagnostic import Diagnostic, Related, Span, collected
from policyengine.core.reader_yaml import read_yaml
from policyengine.core.source import Node, Source

MAX_BYTES = 5_000_000

_FENCE = re.compile(r"---[ \t]*(?:\r\n|\r|\n|\Z)")
_CLOSING = re.compile(r"^---[ \t]*$", re.MULTILINE)
_BREAK = re.compile(r"\r\n|\r")
_EXAMPLE = "begin the file with a line `---`, then facts like `platform: instagram`, then a line `---`, then the text"


class _Parts(NamedTuple):
    """The text with every break as LF, the facts (with an empty line for the opening `---`), and the body's lines."""

    facts: str
    body: list[str]
    first_body_line: int


def read_markdown(text: str | bytes, file: str) -> Source:
    """Read a submission; its body becomes the field `text`, without the blank lines around it.

    Line breaks in `text` are LF, whatever the file has, so an offset in the text stands as many lines below the
    start of the field's span as there are breaks before it, in the column that counts from the last of them.
    """
    decoded = decode(text, file, MAX_BYTES)
    if not decoded.readable:
        return Source(file, decoded.text, (), decoded.diagnostics)
    plain = _BREAK.sub("\n", decoded.text)
    parts = _split(plain, file)
    if isinstance(parts, Diagnostic):
        return Source(file, decoded.text, (), collected([*decoded.diagnostics, parts]))
    head = read_yaml(parts.facts, file)
    faults = [fault for fault in (*decoded.diagnostics, *head.diagnostics) if fault.code != "PE004"]
    record, more = _record(head, parts, file)
    # Of unreadable facts nothing is known: a record without them would only be told what it lacks.
    documents = () if faults and not head.documents else (record,)
    return Source(file, decoded.text, documents, collected([*faults, *more]))


def _split(text: str, file: str) -> _Parts | Diagnostic:
    start = len(text) - len(text.lstrip("\n"))
    opening = _FENCE.match(text, start)
    if opening is None:
        place = Span(file, 1, 1, 1, 1)
        if not text.strip():
            return Diagnostic("PE004", "the file is empty", place, help=_EXAMPLE)
        return Diagnostic("PE040", "the front matter is missing", place, help=_EXAMPLE)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        place = Span(file, start + 1, 1, start + 1, 4)
        return Diagnostic("PE041", "the front matter has no end", place, help="write a line `---` below the facts")
    # Blank lines instead of the opening one keep every place right.
    facts = "\n" * (start + 1) + text[opening.end() : closing.start()]
    return _Parts(facts, text[closing.end() + 1 :].split("\n"), text.count("\n", 0, closing.end()) + 2)


def _record(head: Source, parts: _Parts, file: str) -> tuple[Node, list[Diagnostic]]:
    """Return the facts with the body as `text`, and what is wrong between the two."""
    faults = []
    place = Span(file, 2, 1, 2, 1)
    facts = head.documents[0] if head.documents else Node({}, place)
    if not isinstance(facts.value, dict):
        faults.append(Diagnostic("PE043", "the front matter is no list of facts", facts.span, help=_EXAMPLE))
        facts = Node({}, facts.span)
    if len(head.documents) > 1:
        second = head.documents[1].span
        faults.append(Diagnostic("PE043", "the front matter has two documents", second, help="leave `...` out"))
    body = _body(parts, file)
    values = dict(facts.value) if isinstance(facts.value, dict) else {}
    keys = dict(facts.keys)
    if body is not None and "text" in keys:
        related = (Related(body.span, "the text below the front matter begins here"),)
        message = "the text stands twice: as `text` and below the front matter"
        faults.append(Diagnostic("PE042", message, keys["text"], help="remove one of the two", related=related))
    elif body is not None:
        values["text"] = body
        keys["text"] = Span(file, body.span.line, 1, body.span.line, 1)
    return Node(values, facts.span, None, keys), faults


def _body(parts: _Parts, file: str) -> Node | None:
    """Return the text below the front matter, or None where there is none."""
    lines = parts.body
    written = [number for number, line in enumerate(lines) if line.strip()]
    if not written:
        return None
    first, last = written[0], written[-1]
    top = parts.first_body_line
    span = Span(file, top + first, 1, top + last, len(lines[last]) + 1)
    return Node("\n".join(lines[first : last + 1]), span)
