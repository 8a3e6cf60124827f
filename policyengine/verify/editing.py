"""`set` and `unset`: a record's nodes with some of them changed, each still knowing where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from policyengine.core.diagnostic import Diagnostic, PathPart, Span
from policyengine.core.facts import dotted
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.submission import path_of
from policyengine.shapes.contract import Report

_HOW = "fields by name (`text`), with dots inside (`author.followers`), entries by number (`links[0].url`)"


def with_set(node: Node, edits: Node, report: Report) -> Node:
    """Return a record with the fields of a mapping replaced; dotted keys reach inside, everything else stays."""
    if not isinstance(edits.value, dict) or not edits.value:
        help_ = "write `set: {text: …}`"
        report(Diagnostic("PE605", "`set` takes the fields that change", edits.span, help=help_))
        return node
    for name, value in edits.value.items():
        span = edits.keys.get(name, value.span)
        path = path_of(name)
        if path:
            node = _Placing(path, value, span, report).into(node)
        else:
            report(Diagnostic("PE605", f"`{name}` is no field", span, help=_HOW))
    return node


def with_unset(node: Node, names: Sequence[tuple[str, Span]], report: Report) -> Node:
    """Return a record without some fields; one that is not there is reported at its name."""
    for name, span in names:
        path = path_of(name)
        if not path or node.at(path) is None:
            help_ = did_you_mean(name, _names(node)) or "the record has no such field to leave out"
            report(Diagnostic("PE605", f"there is no `{name}` to leave out", span, help=help_))
            continue
        node = _without(node, path)
    return node


class _Placing:
    """Puts one value at its path."""

    def __init__(self, path: tuple[PathPart, ...], value: Node, span: Span, report: Report) -> None:
        self._path = path
        self._value = value
        self._span = span
        self._report = report

    def into(self, node: Node | None, depth: int = 0) -> Node:
        """Return a node with the value at the rest of the path, from `depth` on."""
        if depth == len(self._path):
            return self._value
        part = self._path[depth]
        if isinstance(part, int):
            return self._entry(node, part, depth)
        if node is None or node.value is None:
            node = Node({}, self._span)
        if not isinstance(node.value, dict):
            return self._refused(node, f"`{dotted(self._path[:depth])}` has no fields", _HOW)
        child = self.into(node.value.get(part), depth + 1)
        return Node({**node.value, part: child}, node.span, None, {**node.keys, part: self._span})

    def _entry(self, node: Node | None, index: int, depth: int) -> Node:
        entries = node.value if node is not None and isinstance(node.value, list) else None
        if node is None or entries is None or index > len(entries):
            name = dotted(self._path[: depth + 1])
            return self._refused(node, f"there is no entry `{name}`", "entries are numbered from 0")
        child = self.into(entries[index] if index < len(entries) else None, depth + 1)
        return structs.replace(node, value=[*entries[:index], child, *entries[index + 1 :]])

    def _refused(self, node: Node | None, message: str, help_: str) -> Node:
        self._report(Diagnostic("PE605", message, self._span, help=help_))
        return node if node is not None else Node([], self._span)


def _without(node: Node, path: Sequence[PathPart]) -> Node:
    part, rest = path[0], path[1:]
    if isinstance(node.value, list) and isinstance(part, int):
        kept = [_without(node.value[part], rest)] if rest else []
        return structs.replace(node, value=[*node.value[:part], *kept, *node.value[part + 1 :]])
    if not isinstance(node.value, dict) or not isinstance(part, str):
        return node
    entries = dict(node.value)
    if rest:
        entries[part] = _without(entries[part], rest)
    else:
        del entries[part]
    return structs.replace(node, value=entries)


def _names(node: Node, prefix: str = "") -> Iterator[str]:
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            name = f"{prefix}.{key}" if prefix else key
            yield name
            yield from _names(child, name)
