"""Text → data with the place of every key and value.

`Node` is what every reader (YAML, JSON, NDJSON, Markdown) makes; what a fault is about is asked of it by path.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, PathPart, Span

Scalar = str | int | Decimal | bool | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]


class Node(Struct, frozen=True, eq=False):
    """A value and its place.

    `value` is a scalar, a list of nodes or a mapping from key to node. `raw` is the spelling of a plain (unquoted)
    scalar as it stands in the file (`0012`, `1.10`, `true`); None for quoted text, lists and mappings.
    `keys` gives the place of each key of a mapping.
    """

    value: Scalar | list[Node] | dict[str, Node]
    span: Span
    raw: str | None = None
    keys: dict[str, Span] = {}

    def plain(self) -> Plain:
        """Return the bare data without places."""
        value = self.value
        if isinstance(value, dict):
            return {key: node.plain() for key, node in value.items()}
        if isinstance(value, list):
            return [node.plain() for node in value]
        return value

    def at(self, path: tuple[PathPart, ...]) -> Node | None:
        """Return the node at a path of keys and indices, or None when the data does not go that far."""
        node = self
        for part in path:
            value = node.value
            if isinstance(value, dict) and isinstance(part, str) and part in value:
                node = value[part]
                continue
            if not (isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)):
                return None
            node = value[part]
        return node

    def span_at(self, path: tuple[PathPart, ...], *, key: bool = False) -> Span:
        """Return the place of the value at a path (of its key with `key`), or of the nearest ancestor there is."""
        for end in range(len(path), 0, -1):
            parent = self.at(path[: end - 1])
            last = path[end - 1]
            if key and parent is not None and isinstance(last, str) and last in parent.keys:
                return parent.keys[last]
            node = self.at(path[:end])
            if node is not None:
                return node.span
        return self.span


class Source(Struct, frozen=True, eq=False):
    """A file that was read: its documents (several in YAML, one a line in NDJSON) and what was wrong with it.

    `documents` holds what could be read; with any error among `diagnostics`, the documents must not be used further
    than for finding more faults.
    """

    file: str
    text: str
    documents: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text without their ends (for snippets)."""
        yield from self.text.splitlines()
