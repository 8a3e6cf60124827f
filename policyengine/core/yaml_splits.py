"""Texts that YAML splits and keys that it glues without a word: `{title: Health, finance}` and `title:Hello`.

What was meant is entered into the data, so that nobody reports the consequences once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from policyengine.core.diagnostic import Diagnostic, Fix, Span
from policyengine.core.places import Places, in_quotes, shown
from policyengine.core.source import Node
from policyengine.core.yaml_events import Event
from policyengine.core.yaml_scalars import Refused, resolve
from policyengine.core.yaml_syntax import GLUED, glued

MAX_NAMED = 3
"""How many keys without a value a message names."""


class Bare(NamedTuple):
    """A key without a colon in braces."""

    event: Event
    key: str
    span: Span


Entry = tuple[str | None, Node, Event]
"""The last whole entry before such keys: its key (None where it is refused), its value and where that was read."""


class Splits:
    """Finds and mends both mistakes in one text."""

    def __init__(self, text: str, places: Callable[[], Places], fault: Callable[[Diagnostic], None]) -> None:
        """Report to `fault`; `places` is asked only when there is something to report."""
        self._text = text
        self._places = places
        self._fault = fault

    def bare_keys(self, row: list[Bare], before: Entry | None, entries: dict[str, Node], keys: dict[str, Span]) -> None:
        """Report a row of keys without a colon: the rest of a text with a comma, or `key:value`."""
        split = []
        for piece in row:
            if not piece.event.style and GLUED.match(piece.key):
                self._enter_glued(piece.event, entries, keys)
            else:
                split.append(piece)
        if not split:
            return
        names = " and ".join(shown(piece.key) for piece in split[:MAX_NAMED]) + (" …" if split[MAX_NAMED:] else "")
        first, last = split[0].event.start_mark.index, split[-1].event.end_mark.index
        if before is not None and before[0] is not None and before[1].raw and before[2].end_mark.index < first:
            start = before[2].start_mark.index
            entries[before[0]] = self._joined(start, last, names, several=len(split) > 1)
            return
        message = f"{names} in braces {'are keys' if len(split) > 1 else 'is a key'} without a value"
        advice = "write `key: value`; if the braces belong to a text, put all of it in quotes"
        self._fault(Diagnostic("PE021", message, self._places().span(first, last), help=advice))

    def _joined(self, start: int, end: int, names: str, *, several: bool) -> Node:
        """Report a text that commas split, and return all of it."""
        text = self._text[start:end]
        place = self._places().span(start, end)
        became = "became keys of their own" if several else "became a key of its own"
        message = f"a comma splits the text {shown(text)}: {names} {became}"
        quoted = in_quotes(text)
        fix = None if "\n" in text or "\r" in text else Fix(place, quoted)
        self._fault(Diagnostic("PE021", message, place, help=f"put it in quotes: {shown(quoted)}", fix=fix))
        return Node(text, place)

    def mended(self, event: Event, node: Node) -> Node:
        """Return the mapping that was meant by a plain text like `title:Hello` in its place, else the node."""
        if not GLUED.match(node.raw or ""):
            return node
        entries: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        self._enter_glued(event, entries, keys)
        return Node(entries, node.span, None, keys)

    def _enter_glued(self, event: Event, entries: dict[str, Node], keys: dict[str, Span]) -> None:
        """Report every `key:value` in the lines of a plain scalar and enter what was meant."""
        places = self._places()
        offset = event.start_mark.index
        for line in self._text[offset : event.end_mark.index].split("\n"):
            fault = glued(self._text, offset, places)
            found = GLUED.match(line)
            if fault is not None and found is not None and fault.span is not None:
                self._fault(fault)
                raw = line[found.end() :].strip()
                meaning = resolve(raw)
                span = places.span(offset + found.end(), offset + found.end() + len(raw))
                entries[found.group(1)] = Node(None if isinstance(meaning, Refused) else meaning, span, raw)
                keys[found.group(1)] = fault.span
            offset += len(line) + 1

    def item(self, event: Event, item: Node) -> None:
        """Warn of `- id:foo`: probably a mapping, possibly a text like `re:invent`."""
        raw = item.raw or ""
        found = GLUED.match(raw)
        if found is None or not found.group(1).islower() or raw[found.end()].isdigit():
            return
        fault = glued(self._text, event.start_mark.index, self._places())
        if fault is not None:
            self._fault(Diagnostic("PE020", fault.message, fault.span, "warning", fault.help))
