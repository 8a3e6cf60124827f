"""CSV → cells with their places (RFC 4180, any single character as delimiter, line breaks inside quotes).

What a cell means is a mapping's matter; here it is text.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from policyengine.core.decoding import MAX_FAULTS, decode
from policyengine.core.diagnostic import Diagnostic, Span, collected
from policyengine.core.places import Places

MAX_BYTES: Final = 50_000_000
"""Exports are larger than what people write; beyond this they are a matter for `batch`."""


class Cell(Struct, frozen=True):
    """The text of a cell and its place (quotes included)."""

    text: str
    span: Span


class Table(Struct, frozen=True, eq=False):
    """A CSV file: its first row, the rows below it that have as many cells, and what is wrong with the rest."""

    file: str
    text: str
    header: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_csv(data: bytes, file: str, delimiter: str = ",") -> Table:
    """Read a CSV file with a header; a row with another number of cells is a fault, and none of its cells is used."""
    decoded = decode(data, file, MAX_BYTES)
    text = decoded.text
    if not decoded.readable:
        return Table(file, text, diagnostics=decoded.diagnostics)
    scanner = _Scanner(text, file, delimiter)
    rows = scanner.rows()
    faults = [*decoded.diagnostics, *scanner.faults]
    if not rows:
        faults.append(Diagnostic("PE004", "the file is empty", Span(file, 1, 1, 1, 1), help="remove it, or fill it"))
        return Table(file, text, diagnostics=collected(faults))
    header, *others = rows
    good = []
    for row in others:
        if len(row) == len(header):
            good.append(tuple(row))
        elif len(faults) < MAX_FAULTS:
            count = f"{len(row)} cell{'s' if len(row) != 1 else ''}"
            help_ = f"quote cells that contain `{delimiter}`; another delimiter is named in the mapping"
            message = f"the row has {count}, the first row {len(header)}"
            faults.append(Diagnostic("PE406", message, row[-1].span, help=help_))
    return Table(file, text, tuple(header), tuple(good), collected(faults))


class _Scanner:
    """Reads rows of cells; blank lines are nothing."""

    def __init__(self, text: str, file: str, delimiter: str) -> None:
        self.faults: list[Diagnostic] = []
        self._text = text
        self._places = Places(text, file)
        sign = re.escape(delimiter)
        self._plain = re.compile(rf"[^{sign}\r\n]*")
        self._quoted = re.compile(r'"((?:[^"]|"")*)"')
        self._delimiter = delimiter

    def rows(self) -> list[list[Cell]]:
        """Return all rows that are not blank."""
        at, found = 0, []
        while at < len(self._text):
            start = at
            row, at = self._row(at)
            if len(row) > 1 or self._text[start:at].strip():
                found.append(row)
        return found

    def _row(self, at: int) -> tuple[list[Cell], int]:
        row = []
        while True:
            cell, at = self._cell(at)
            row.append(cell)
            sign = self._text[at : at + 1]
            if sign != self._delimiter:
                return row, at + (2 if self._text.startswith("\r\n", at) else 1)
            at += 1

    def _cell(self, start: int) -> tuple[Cell, int]:
        if self._text.startswith('"', start):
            quoted = self._quoted.match(self._text, start)
            if quoted is None:
                span = self._places.span(start, start + 1)
                help_ = 'a quote inside a quoted cell is written twice: `""`'
                self.faults.append(Diagnostic("PE406", "this quote is never closed", span, help=help_))
                return Cell(self._text[start + 1 :], span), len(self._text)
            rest = self._plain.match(self._text, quoted.end())
            end = rest.end() if rest is not None else quoted.end()
            if end > quoted.end():
                span = self._places.span(quoted.end(), end)
                self.faults.append(Diagnostic("PE406", "text follows a quoted cell", span, help="quote the whole cell"))
            return Cell(quoted.group(1).replace('""', '"'), self._places.span(start, end)), end
        plain = self._plain.match(self._text, start)
        end = plain.end() if plain is not None else start
        return Cell(self._text[start:end], self._places.span(start, end)), end
