"""What is wrong, and where: the one form in which every layer reports a fault.

A diagnostic is a value. Layers collect diagnostics and go on; nothing raises for a fault in a user's file.
The message law (asserted in tests): lower case, no full stop, the user's text in backticks, the help apart,
never the name of a Python type.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]
PathPart = str | int


class Span(Struct, frozen=True, order=True):
    """A stretch of a file. Lines and columns count from 1, columns in characters; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        """Return `file:line:column`, the form that editors make clickable."""
        return f"{self.file}:{self.line}:{self.column}"


class Related(Struct, frozen=True, order=True):
    """A second place that helps to understand the first."""

    span: Span
    message: str


class Fix(Struct, frozen=True, order=True):
    """A replacement for a span that mends the fault without changing a meaning."""

    span: Span
    replacement: str


class Diagnostic(Struct, frozen=True):
    """One fault.

    `code` is a key of `policyengine.core.codes.CODES`. `path` is the place in the data (keys and indices from the
    document's root), the place a JSON Schema validator names: for an unknown or missing key, the mapping around it.
    """

    code: str
    message: str
    span: Span | None = None
    severity: Severity = "error"
    help: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    path: tuple[PathPart, ...] = ()

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Return the documented order: file, line, column, code, message; faults without a place come first."""
        span = self.span or Span("", 0, 0, 0, 0)
        return (span, self.code, self.message)


def collected(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics sorted by place, each fault once."""
    unique = {(d.code, d.span, d.message): d for d in diagnostics}
    return tuple(sorted(unique.values(), key=lambda d: d.sort_key))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the diagnostics is an error."""
    return any(d.severity == "error" for d in diagnostics)
