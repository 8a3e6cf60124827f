"""From offsets in a text to lines and columns, and how a piece of a user's text is shown in a message."""

from __future__ import annotations

import re
from bisect import bisect_right

from policyengine.core.diagnostic import Span

_BREAK = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends.

    Only CR LF, LF and CR end a line (YAML 1.2, section 5.4; editors): `str.splitlines` would also split at form feeds
    and at U+2028, and every later line number would be wrong.
    """
    return _BREAK.split(text)


def shown(text: str, limit: int = 60) -> str:
    """Return a user's text for a message: in backticks, on one line, cut after `limit` characters."""
    flat = " ".join(text.split())
    return f"`{flat}`" if len(flat) <= limit else f"`{flat[:limit]}…`"


def in_quotes(text: str) -> str:
    """Return a text as YAML takes it in quotes: double ones, or single ones where that needs no escapes."""
    return f'"{text}"' if "\\" not in text and '"' not in text else "'" + text.replace("'", "''") + "'"


class Places:
    """The lines of one text: turns offsets into spans."""

    __slots__ = ("_file", "_first_line", "_starts")

    def __init__(self, text: str, file: str, first_line: int = 1) -> None:
        """Index the lines of `text`, the first of which has the number `first_line` in `file`."""
        self._file = file
        self._first_line = first_line
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return line + self._first_line, offset - self._starts[line] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span from one offset to another (exclusive)."""
        line, column = self.place(start)
        end_line, end_column = (line, column + end - start) if end - start <= 1 else self.place(end)
        return Span(self._file, line, column, end_line, end_column)
