"""Which choices of the register a policy relies on, and which of its rules, stages or routes do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policyengine.core.source import Node
from policyengine.language.scope import Names
from policyengine.shapes.document import Document

_USED: Final = re.compile(r"\$(?:choices|is)\.[a-z0-9_.]*[a-z0-9_]")
_PROSE: Final = frozenset(["title", "description", "because", "question"])
"""Keys whose text is for readers: a name in it is not read."""


def choices_used(document: Document, names: Names) -> dict[str, tuple[str, ...]]:
    """Return the choices that a document names, itself or through definitions, each with what names it.

    A rule, a stage or whatever else has an `id` in the document is named `policy/id`; anything else is the policy.
    """
    found: dict[str, set[str]] = {}
    for place, text in _texts(document.node, document.body.id):
        for choice in _named(text, names):
            found.setdefault(choice, set()).add(place)
    return {choice: tuple(sorted(places)) for choice, places in sorted(found.items())}


def _texts(node: Node, policy: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a document, keys included, with the name of what it belongs to."""
    for key, child in node.value.items() if isinstance(node.value, dict) else ():
        if key in _PROSE:
            continue
        yield policy, key
        for entry in child.value if isinstance(child.value, list) else [child]:
            place = _place(entry, policy)
            yield from ((place, text) for text in _inside(entry))


def _place(entry: Node, policy: str) -> str:
    identity = entry.value.get("id") if isinstance(entry.value, dict) else None
    return f"{policy}/{identity.value}" if identity is not None else policy


def _inside(node: Node) -> Iterator[str]:
    value = node.value
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in _PROSE:
                yield key
                yield from _inside(child)
    elif isinstance(value, list):
        for child in value:
            yield from _inside(child)
    elif isinstance(value, str):
        yield value


def _named(text: str, names: Names) -> Iterator[str]:
    """Yield the choices that a text names, through definitions as well: each definition is read once."""
    read: set[str] = set()
    waiting = [text]
    while waiting:
        for name in _USED.findall(waiting.pop()):
            if name[1:] in names.choices:
                yield name[1:]
            definition = names.definitions.get(name.removeprefix("$is."))
            if definition is not None and definition.name not in read:
                read.add(definition.name)
                waiting.extend(_inside(definition.node))
