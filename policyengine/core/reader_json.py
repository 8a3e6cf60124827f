"""JSON and NDJSON → `Source`, strict as RFC 8259 and exact, each fault with its place.

Two ways to the same answer: `decode_json` (msgspec) where only the data is wanted, and a scanner of our own that keeps
places and can say what is wrong. Whatever the first does not take goes to the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

import msgspec

from policyengine.core.decoding import decode
from policyengine.core.diagnostic import Diagnostic, Span, collected
from policyengine.core.json_scanner import MAX_DEPTH, MAX_VALUES, empty, scan
from policyengine.core.source import Node, Plain, Source
from policyengine.core.yaml_scalars import MAX_DIGITS, Refused, decimal

MAX_BYTES = 5_000_000

_LIMIT = 10**MAX_DIGITS


class Line(NamedTuple):
    """A line of an NDJSON file: its number, its document (None where it cannot be read), and what is wrong with it."""

    number: int
    node: Node | None
    diagnostics: tuple[Diagnostic, ...]


def read_json(text: str | bytes, file: str) -> Source:
    """Read a JSON file of one document, with places."""
    decoded = decode(text, file, MAX_BYTES)
    if not decoded.readable:
        return Source(file, decoded.text, (), decoded.diagnostics)
    node, faults = scan(decoded.text, file, 1)
    documents = () if node is None else (node,)
    return Source(file, decoded.text, documents, collected([*decoded.diagnostics, *faults]))


def read_ndjson(text: str | bytes, file: str) -> Source:
    """Read a file of one JSON document a line; a bad line is a fault and hides no other, blank lines are nothing."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    decoded = decode(data[:4] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else b"", file, MAX_BYTES)
    if not decoded.readable:
        return Source(file, "", (), decoded.diagnostics)
    lines = list(iter_ndjson(data.split(b"\n"), file))
    whole = data.decode("utf-8", "replace").removeprefix("\ufeff")
    faults = [fault for line in lines for fault in line.diagnostics]
    if not lines:
        faults.append(empty(file, 1))
    return Source(file, whole, tuple(line.node for line in lines if line.node is not None), collected(faults))


def iter_ndjson(lines: Iterable[bytes], file: str) -> Iterator[Line]:
    """Yield each line that is not blank as it comes in; nothing is kept, so a file may be of any size."""
    for number, line in enumerate(lines, 1):
        data = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not data.strip(b" \t\r\n"):
            continue
        decoded = decode(data.rstrip(b"\r\n"), file, MAX_BYTES)
        faults = [_moved(fault, number - 1) for fault in decoded.diagnostics]
        node = None
        if decoded.readable:
            node, found = scan(decoded.text, file, number)
            faults += found
        yield Line(number, node, collected(faults))


def decode_json(data: bytes, file: str = "") -> tuple[Plain, tuple[Diagnostic, ...]]:
    """Return the bare data of a document, or None and what is wrong with it; the quick way for hot paths.

    Numbers are exact: whole ones of up to 18 digits as integers, all others as decimals.
    """
    if len(data) <= MAX_BYTES:
        try:
            value = _DECODER.decode(data.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass
        else:
            keys = _sound_keys(value)
            if keys >= 0 and keys == _count_keys(data):
                return value, ()
    source = read_json(data, file)
    if source.diagnostics or not source.documents:
        return None, source.diagnostics
    return source.documents[0].plain(), ()


def _exact(spelling: str) -> Decimal:
    number = decimal(spelling)
    if isinstance(number, Refused):
        raise ValueError(spelling)  # noqa: TRY004 - only sends the document to the scanner, which says what is wrong
    return number


_DECODER: msgspec.json.Decoder[Plain] = msgspec.json.Decoder(float_hook=_exact)
# In a sound document every text that a colon follows is a key: one more than were kept means that one stood twice.
_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"[ \t\n\r]*(:?)', re.DOTALL)


def _count_keys(data: bytes) -> int:
    return _TEXTS.findall(data).count(b":")


def _sound_keys(root: Plain) -> int:
    """Return how many keys a decoded document has; -1 where a limit is passed."""
    keys = values = 0
    level: list[Plain] = [root]
    for depth in range(MAX_DEPTH + 1):
        deeper: list[Plain] = []
        for value in level:
            kind = type(value)
            if kind is dict:
                keys += len(value)  # type: ignore[arg-type]
                deeper += value.values()  # type: ignore[union-attr]
            elif kind is list:
                deeper += value  # type: ignore[arg-type]
            elif kind is int and not -_LIMIT < value < _LIMIT:
                return -1
            if depth == MAX_DEPTH and (kind is dict or kind is list):
                return -1
        values += len(level)
        if values > MAX_VALUES:
            return -1
        if not deeper:
            return keys
        level = deeper
    return -1


def _moved(fault: Diagnostic, lines: int) -> Diagnostic:
    """Return a fault of a line's text at its place in the file."""
    span = fault.span
    if span is None or not lines:
        return fault
    place = Span(span.file, span.line + lines, span.column, span.end_line + lines, span.end_column)
    return Diagnostic(fault.code, fault.message, place, help=fault.help)
