"""A scanner for one JSON document that knows the place of everything and goes on after a fault where it can.

Strict as RFC 8259, and stricter: no key twice, integers of at most 18 digits, no absurd exponents, no half characters,
at most 64 levels and 100,000 values.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from policyengine.core.decoding import MAX_FAULTS
from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.places import Places, shown
from policyengine.core.source import Node
from policyengine.core.yaml_scalars import Refused, decimal, integer, refusal

MAX_DEPTH = 64
MAX_VALUES = 100_000
"""Values in one document: far more than a record has, far fewer than would fill the memory."""

_BLANK = re.compile(r"[ \t\n\r]*")
_SIMPLE_TEXT = re.compile(r'"([^"\\\x00-\x1f\ud800-\udfff]*)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?(?![0-9A-Za-z_.+-])")
_WORD = re.compile(r"[^\s,:\[\]{}\"]+")
_CLOSED_TEXT = re.compile(r'"[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+"')
# As much of a text as is sound; escapes that may be halves of characters are looked at one by one.
_PIECE = re.compile(r'(?:[^"\\\x00-\x1f\ud800-\udfff]++|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})++')
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MISSPELT = {
    "True": "`true`", "TRUE": "`true`", "False": "`false`", "FALSE": "`false`", "None": "`null`", "NULL": "`null`",
    "undefined": "`null`",
}  # fmt: skip
_ENDLESS = frozenset(("NaN", "Infinity", "-Infinity", "+Infinity"))
# Halves of characters beyond U+FFFF: the first of two, the second, and what comes after them (Unicode, 3.8).
_HIGH, _LOW, _END = 0xD800, 0xDC00, 0xE000


def empty(file: str, line: int) -> Diagnostic:
    """Return the fault of a file or line without anything in it."""
    return Diagnostic("PE004", "the file is empty", Span(file, line, 1, line, 1), help="remove it, or fill it")


def scan(text: str, file: str, first_line: int) -> tuple[Node | None, list[Diagnostic]]:
    """Read one document; the text's first line is the line `first_line` of the file."""
    scanner = _Scanner(text, file, first_line)
    if not text.strip(" \t\r\n"):
        return None, [empty(file, first_line)]
    try:
        node = scanner.document()
    except _Stopped:
        node = None
    return node, scanner.faults


class _Stopped(Exception):  # noqa: N818 - never leaves this module; ends the reading of a document
    """Nothing sensible can be read after this fault."""


class _Scanner:
    """Reads one document with places; its depth is bounded by `MAX_DEPTH`."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.text = text
        self.faults: list[Diagnostic] = []
        self._places = Places(text, file, first_line)
        self._at = 0
        self._count = 0

    def document(self) -> Node:
        """Read the whole text."""
        node = self._value(1)
        self._skip_blank()
        if self._at < len(self.text):
            message = f"{self._seen()} follows the end of the document"
            advice = "a file holds one document; for one a line name it `.ndjson`"
            self._fault("PE033", message, self._at, self._at + 1, advice)
        return node

    # Faults -----------------------------------------------------------------------------------------------------

    def _fault(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        advice: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        self.faults.append(Diagnostic(code, message, self._places.span(start, end), help=advice, related=related))
        if len(self.faults) >= MAX_FAULTS:
            message = f"more than {MAX_FAULTS} faults: the rest of the file is not looked at"
            self.faults.append(Diagnostic("PE008", message, self._places.span(start, end)))
            raise _Stopped

    def _stop(self, message: str, advice: str | None = None) -> NoReturn:
        self._fault("PE030", message, self._at, min(self._at + 1, len(self.text)), advice)
        raise _Stopped

    def _seen(self) -> str:
        word = _WORD.match(self.text, self._at)
        return shown(word.group() if word else self.text[self._at : self._at + 1], 30)

    def _missing(self, what: str) -> NoReturn:
        if self._at >= len(self.text):
            self._stop(f"the file ends where {what} must stand")
        if self.text.startswith(("//", "/*", "#"), self._at):
            self._stop("JSON has no comments", "leave it out, or write the file as YAML")
        self._stop(f"{self._seen()} stands where {what} must stand")

    # Values -----------------------------------------------------------------------------------------------------

    def _skip_blank(self) -> None:
        found = _BLANK.match(self.text, self._at)
        if found:
            self._at = found.end()

    def _value(self, depth: int) -> Node:
        self._skip_blank()
        self._count += 1
        start = self._at
        if self._count > MAX_VALUES:
            self._fault("PE007", f"the document has more than {MAX_VALUES:,} values", start, start + 1)
            raise _Stopped
        sign = self.text[start : start + 1]
        if sign == '"':
            text = self._text()
            return Node(text, self._places.span(start, self._at))
        if sign == "{" or sign == "[":  # noqa: PLR1714 - the quickest form, this is the innermost loop
            if depth > MAX_DEPTH:
                self._fault("PE006", f"the file is nested deeper than {MAX_DEPTH} levels", start, start + 1)
                raise _Stopped
            return self._object(start, depth) if sign == "{" else self._array(start, depth)
        return self._bare(start)

    def _bare(self, start: int) -> Node:
        """Read a number, `true`, `false` or `null`."""
        found = _NUMBER.match(self.text, start)
        if found:
            raw = found.group()
            self._at = found.end()
            return self._number(raw, whole=found.group(1) is None and found.group(2) is None, start=start)
        word = _WORD.match(self.text, start)
        raw = word.group() if word else ""
        if raw in _CONSTANTS:
            self._at = start + len(raw)
            return Node(_CONSTANTS[raw], self._places.span(start, self._at), raw)
        return self._misspelt(raw, start)

    def _number(self, raw: str, *, whole: bool, start: int) -> Node:
        number = integer(raw) if whole else decimal(raw)
        if isinstance(number, Refused):
            message, advice = refusal(number, raw)
            self._fault(number.value, message, start, self._at, advice)
            return Node(None, self._places.span(start, self._at), raw)
        return Node(number, self._places.span(start, self._at), raw)

    def _misspelt(self, raw: str, start: int) -> Node:
        """Report what is nearly a value, and go on behind it."""
        end = start + len(raw)
        if raw in _ENDLESS:
            self._fault("PE023", f"`{raw}` is not a number that can be compared", start, end, "leave the value out")
        elif raw in _MISSPELT:
            self._fault("PE030", f"`{raw}` is no JSON", start, end, f"write {_MISSPELT[raw]}")
        elif raw[:1] and raw[0] in "0123456789+-.":
            advice = "leave out leading zeros, `+` and separators; a text goes in double quotes"
            self._fault("PE030", f"{shown(raw, 30)} is no number of JSON", start, end, advice)
        elif raw[:1] == "'" or raw[:1].isalpha():
            self._stop(f"{shown(raw, 30)} stands where a value must stand", "a text goes in double quotes")
        else:
            self._missing("a value")
        self._at = end
        return Node(None, self._places.span(start, end), raw)

    def _array(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        self._at += 1
        self._skip_blank()
        while not self._closed("]", bool(items)):
            items.append(self._value(depth + 1))
            self._skip_blank()
        return Node(items, self._places.span(start, self._at))

    def _object(self, start: int, depth: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        self._at += 1
        self._skip_blank()
        while not self._closed("}", bool(keys)):
            key_at = self._at
            if not self.text.startswith('"', key_at):
                self._key_expected()
            key = self._text()
            key_end = self._at
            place = self._places.span(key_at, key_end)
            self._skip_blank()
            if not self.text.startswith(":", self._at):
                self._missing("`:`")
            self._at += 1
            value = self._value(depth + 1)
            self._skip_blank()
            if key in keys:
                related = (Related(keys[key], "it stands here first"),)
                message = f"the key {shown(key)} stands twice in one object"
                self._fault("PE012", message, key_at, key_end, "remove one", related)
            else:
                entries[key] = value
                keys[key] = place
        return Node(entries, self._places.span(start, self._at), None, keys)

    def _key_expected(self) -> NoReturn:
        if self._at < len(self.text) and (self.text[self._at].isalpha() or self.text[self._at] in "'_$"):
            self._stop(f"{self._seen()} stands where a key must stand", "a key goes in double quotes")
        self._missing("a key in double quotes")

    def _closed(self, bracket: str, has_items: bool) -> bool:  # noqa: FBT001 - two callers, next to it
        """Tell whether the list or object ends here; else step over the comma before the next item."""
        if self.text.startswith(bracket, self._at):
            self._at += 1
            return True
        if not has_items:
            return False
        if not self.text.startswith(",", self._at):
            self._missing(f"`,` or `{bracket}`")
        comma = self._at
        self._at += 1
        self._skip_blank()
        if self.text.startswith(bracket, self._at):
            self._fault("PE030", f"a comma stands before `{bracket}`", comma, comma + 1, "leave it out")
            self._at += 1
            return True
        return False

    # Text -------------------------------------------------------------------------------------------------------

    def _text(self) -> str:
        simple = _SIMPLE_TEXT.match(self.text, self._at)
        if simple:
            self._at = simple.end()
            return simple.group(1)
        if not _CLOSED_TEXT.match(self.text, self._at):
            self._stop("this quote is never closed", 'a text ends with `"`, and a line break in it is `\\n`')
        self._at += 1
        pieces: list[str] = []
        while (sign := self.text[self._at : self._at + 1]) != '"':
            piece = _PIECE.match(self.text, self._at)
            if piece:
                pieces.append(json.loads(f'"{piece.group()}"'))
                self._at = piece.end()
            elif sign == "\\":
                pieces.append(self._escape())
            else:
                self._unprintable(sign)
                pieces.append("\ufffd")
        self._at += 1
        return "".join(pieces)

    def _unprintable(self, sign: str) -> None:
        name = f"the invisible character U+{ord(sign):04X} must not stand in a text"
        self._fault("PE002", name, self._at, self._at + 1, f"remove it, or write `\\u{ord(sign):04x}`")
        self._at += 1

    def _escape(self) -> str:
        start = self._at
        letter = self.text[start + 1 : start + 2]
        if letter == "u":
            return self._unicode(start)
        self._at = min(start + 2, len(self.text))
        if letter in _ESCAPES:
            return _ESCAPES[letter]
        message = f"`\\{letter}` means nothing in a text" if letter.isprintable() else "this backslash means nothing"
        self._fault("PE031", message, start, self._at, "write `\\\\` for a backslash")
        return "\ufffd"

    def _unicode(self, start: int) -> str:
        """Read an escape with four digits, or two of them that are one character beyond U+FFFF."""
        digits = _HEX.match(self.text, start + 2)
        if not digits:
            self._at = start + 2
            self._fault("PE031", "`\\u` needs four hexadecimal digits", start, start + 2)
            return "\ufffd"
        self._at = digits.end()
        code = int(digits.group(), 16)
        if not _HIGH <= code < _END:
            return chr(code)
        second = _HEX.match(self.text, self._at + 2) if self.text.startswith("\\u", self._at) else None
        low = int(second.group(), 16) if second else 0
        if second and code < _LOW <= low < _END:
            self._at = second.end()
            return chr(0x10000 + ((code - _HIGH) << 10) + (low - _LOW))
        message = f"`\\u{digits.group()}` is half of a character"
        self._fault("PE032", message, start, self._at, "write the character itself, or both halves")
        return "\ufffd"
