"""Places in a file → paths in its data: where a JSON Schema validator would put the same fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from policyengine.core.diagnostic import Diagnostic, PathPart, Span
from policyengine.core.source import Node

Path = tuple[PathPart, ...]

ABOUT_THE_VALUE: Final = frozenset(["PE104", "PE107", "PE116"])
"""Codes that point at a key and mean what stands behind it; all others that point at a key mean the mapping."""


def path_of(node: Node, span: Span, *, behind: bool = False) -> Path:
    """Return the path of what stands at a place.

    A key's place is the path of the mapping around it (with `behind`, of the value behind it). A place inside a text is
    the path of the text; one that is nowhere in the data is the root's.
    """
    exact: Path | None = None
    inside: Path = ()
    for path, child in walk(node):
        for key, place in child.keys.items():
            if place == span:
                return (*path, key) if behind else path
        if child.span == span:
            exact = path
        elif _contains(child.span, span):
            inside = path
    return inside if exact is None else exact


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield every node with its path, parents before children."""
    yield path, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from walk(child, (*path, index))


def _contains(outer: Span, inner: Span) -> bool:
    start, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return start <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= end


def located(diagnostics: Iterable[Diagnostic], documents: Sequence[Node]) -> list[Diagnostic]:
    """Return the diagnostics, each that stands in one of the documents with its path in it."""
    return [_located(diagnostic, documents) for diagnostic in diagnostics]


def _located(diagnostic: Diagnostic, documents: Sequence[Node]) -> Diagnostic:
    span = diagnostic.span
    if span is None or diagnostic.path:
        return diagnostic
    for node in documents:
        if node.span.file == span.file and _contains(node.span, span):
            path = path_of(node, span, behind=diagnostic.code in ABOUT_THE_VALUE)
            return msgspec.structs.replace(diagnostic, path=path)
    return diagnostic
