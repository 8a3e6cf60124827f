"""A diagnostic as people read it: what, where, the line itself with carets under the fault, and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.places import split_lines
from policyengine.report.escape import terminal

TextOf = Callable[[str], str | None]
"""Gives the text of a file by its name; None where it is not at hand."""

MAX_WIDTH = 100
"""Columns of a source line that are shown; a longer one is cut around the fault."""
TAB = "    "

_RESET = "\x1b[0m"
_COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "gutter": "\x1b[1;34m",
    "bold": "\x1b[1m",
}
_ASCII = re.compile(r"[ -~]*\Z")
_INVISIBLE = frozenset(("Mn", "Me", "Cf"))
_WIDE = frozenset("WF")


def render(diagnostic: Diagnostic, text_of: TextOf, *, colour: bool) -> str:
    """Return the diagnostic as lines for a terminal, the last without its end; with no escape but our own colours."""
    return _Renderer(text_of, colour=colour).whole(diagnostic)


def width(text: str) -> int:
    """Return how many columns a terminal gives to a text (UAX #11: wide characters two; combining ones none)."""
    if _ASCII.match(text):
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in _INVISIBLE:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


class _Renderer:
    """Puts together the parts of one diagnostic, all with the same gutter."""

    def __init__(self, text_of: TextOf, *, colour: bool) -> None:
        self._text_of = text_of
        self._colour = colour
        self._texts: dict[str, list[str] | None] = {}
        self._gutter = 1

    def whole(self, diagnostic: Diagnostic) -> str:
        """Return all lines."""
        spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
        self._gutter = max((len(str(span.line)) for span in spans if span is not None), default=1)
        head = self._paint(diagnostic.severity, f"{diagnostic.severity}[{terminal(diagnostic.code)}]")
        lines = [f"{head}: {self._paint('bold', terminal(diagnostic.message))}"]
        if diagnostic.span is not None:
            lines += self._place(diagnostic.span, "^", diagnostic.severity)
        if diagnostic.help:
            lines.append(f"{self._bar('=')} help: {terminal(diagnostic.help)}")
        for related in diagnostic.related:
            lines.append(f"{self._paint('note', 'note')}: {terminal(related.message)}")
            lines += self._place(related.span, "-", "note")
        return "\n".join(lines)

    def _place(self, span: Span, mark: str, paint: str) -> list[str]:
        """Return the arrow with the place and, when the file is at hand, its line with the marks under the span."""
        where = f"{terminal(span.file)}:{span.line}:{span.column}"
        lines = [f"{' ' * self._gutter}{self._paint('gutter', '-->')} {where}"]
        source = self._lines(span.file)
        if source is None or not 1 <= span.line <= len(source):
            return lines
        line = source[span.line - 1]
        end = span.end_column if span.end_line == span.line else len(line.rstrip()) + 1
        shown, before, length = _cut(line, span.column - 1, max(end - 1, span.column))
        number = self._paint("gutter", f"{span.line:>{self._gutter}} |")
        marks = " " * before + self._paint(paint, mark * length)
        return [*lines, self._bar("|"), f"{number} {shown}".rstrip(), f"{self._bar('|')} {marks}"]

    def _lines(self, file: str) -> list[str] | None:
        if file not in self._texts:
            text = self._text_of(file)
            self._texts[file] = None if text is None else split_lines(text.removeprefix("\ufeff"))
        return self._texts[file]

    def _bar(self, sign: str) -> str:
        return f"{' ' * self._gutter} {self._paint('gutter', sign)}"

    def _paint(self, name: str, text: str) -> str:
        return f"{_COLOURS[name]}{text}{_RESET}" if self._colour else text


def _cut(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return a line as it is shown, the columns before the marks, and how many marks stand."""
    start = min(start, len(line))
    end = max(start, min(end, len(line)))
    left, right = max(0, start - MAX_WIDTH), min(len(line), start + MAX_WIDTH)
    before = _visible(line[left:start])
    marked = _visible(line[start : min(end, right)])
    after = _visible(line[min(end, right) : right])
    cut_left, cut_right = left > 0, right < len(line)
    total = width(before) + width(marked) + width(after)
    if total > MAX_WIDTH:
        kept = _last(before, max(MAX_WIDTH // 2, MAX_WIDTH - width(marked) - width(after)))
        cut_left, before = cut_left or kept != before, kept
        kept = _first(marked + after, MAX_WIDTH - width(before))
        cut_right = cut_right or len(kept) < len(marked + after)
        marked, after = kept[: len(marked)], kept[len(marked) :]
    before = ("…" if cut_left else "") + before
    shown = before + marked + after + ("…" if cut_right else "")
    return shown, width(before), max(1, width(marked))


def _visible(text: str) -> str:
    return terminal(text.replace("\t", TAB))


def _first(text: str, columns: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _width(character)
        if used > columns:
            return text[:position]
    return text


def _last(text: str, columns: int) -> str:
    used = 0
    for position in range(len(text) - 1, -1, -1):
        used += _width(text[position])
        if used > columns:
            return text[position + 1 :]
    return text
