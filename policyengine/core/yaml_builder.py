"""Parser's events → nodes with places, and the faults of a text that the parser itself takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, cast

from policyengine.core import yaml_syntax
from policyengine.core.decoding import MAX_FAULTS
from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.places import Places, shown
from policyengine.core.source import Node
from policyengine.core.yaml_comments import Stretch
from policyengine.core.yaml_events import (
    ALIAS,
    DOCUMENT,
    MAPPING,
    MAPPING_END,
    SCALAR,
    SEQUENCE_END,
    Event,
    Failure,
    Mark,
    events,
)
from policyengine.core.yaml_scalars import NULLS, Refused, refusal, resolve
from policyengine.core.yaml_splits import Bare, Entry, Splits
from policyengine.core.yaml_syntax import Stop

MAX_DEPTH = 64
MAX_VALUES = 50_000
"""More values than 1 MB of policy has; a file of commas and nothing else is no policy."""
MAX_ALIASED = 10_000
"""How many values the aliases of a file may stand for together."""

# YAML 1.1, which the parser speaks, takes these for line breaks; YAML 1.2 takes them for text (section 5.4).
_FORMER_BREAKS = "\x85\u2028\u2029"


class Ended(Exception):  # noqa: N818 - never leaves this module; ends the reading of a hostile file
    """A limit was passed: the rest is not read."""


class Builder:
    """Builds the nodes of one text from the parser's events, and collects its faults."""

    def __init__(self, text: str, file: str, mended: frozenset[int]) -> None:
        """Take a text, and the offsets of characters that hinder the parser and are stepped over."""
        self.text = text
        self.file = file
        self.documents: list[Node] = []
        self.faults: list[Diagnostic] = []
        self.stop: Stop | None = None
        self.covered: list[Stretch] = []
        self._keep_covered = "#" in text
        self._restore: dict[int, str] | None = None
        self._event = events(self._prepared(mended))
        # Inside a document there is always a next event: the grammar says so.
        self._next = cast("Callable[[], Event]", self._event)
        self._count = 0
        self._aliased = 0
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._last: Event | None = None
        self._open: list[int] = []
        self._ended_early = False
        self._index: Places | None = None
        self._splits = Splits(text, self._places, self._fault)

    def _prepared(self, mended: frozenset[int]) -> str:
        """Return the text with stand-ins of the same length for what the parser would misread."""
        text = self.text
        special = [sign for sign in _FORMER_BREAKS if sign in text]
        if not special and not mended:
            return text
        signs = sorted({*special, *(text[offset] for offset in mended)})
        free = (chr(code) for code in range(0xF0000, 0xF8000) if chr(code) not in text)
        stand_in = dict(zip(signs, free, strict=False))
        self._restore = {ord(new): old for old, new in stand_in.items()}
        characters = list(text)
        for offset in mended:
            characters[offset] = stand_in[text[offset]]
        return "".join(characters).translate({ord(sign): stand_in[sign] for sign in special})

    # What was reached -------------------------------------------------------------------------------------------

    def reached(self) -> int:
        """Return the offset up to which the parser came."""
        return len(self.text) + 1 if self.stop is None else self.stop.offset

    def readable_until(self) -> int:
        """Return the offset up to which it is known what is text and what is comment."""
        if self._ended_early:
            return self.covered[-1][1] if self.covered else 0
        if self.stop is None:
            return len(self.text)
        return self.stop.context_offset if "quoted" in self.stop.context else self.stop.offset

    def run(self) -> None:
        """Read all documents; a fault that stops the parser is kept in `stop`."""
        try:
            while (event := self._event()) is not None:
                if type(event) is DOCUMENT:
                    self._document(event)
        except Failure as error:
            self._stopped(error)
        except Ended:
            self._ended_early = True

    def _stopped(self, error: Failure) -> None:
        problem = error.problem_mark
        offset = min(problem.index, len(self.text)) if problem else 0
        last = self._last
        self.stop = Stop(
            error.problem or "",
            error.context or "",
            offset,
            error.context_mark.index if error.context_mark else offset,
            last.start_mark.index if last else -1,
            last.end_mark.index if last else -1,
            tuple(self._open),
        )

    # Documents and nodes ----------------------------------------------------------------------------------------

    def _document(self, event: Event) -> None:
        self._anchors.clear()
        if event.version not in (None, (1, 2)) or event.tags:
            self._directives(event)
        root = self._next()
        node = self._node(root, 1)
        if isinstance(node.value, str) and node.raw is not None:
            node = self._splits.mended(root, node)
        self._next()
        if node.value is not None or node.raw:
            self.documents.append(node)

    def _directives(self, event: Event) -> None:
        places = self._places()
        for line in self.text[: event.end_mark.index].splitlines()[::-1]:
            if line.startswith("%"):
                offset = self.text.rfind(line, 0, event.end_mark.index)
                self._fault(yaml_syntax.directive(line.rstrip(), places, offset))
                return

    def _node(self, event: Event, depth: int) -> Node:
        if type(event) is SCALAR:
            return self._scalar(event)
        if type(event) is ALIAS:
            return self._alias(event)
        before = self._count
        if depth > MAX_DEPTH:
            message = f"the file is nested deeper than {MAX_DEPTH} levels"
            self._fault(Diagnostic("PE006", message, self._span(event.start_mark, event.end_mark)))
            raise Ended
        if event.tag is not None:
            self._fault(yaml_syntax.tag(self.text, event.start_mark.index, self._places()))
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if event.flow_style:
            self._open.append(event.end_mark.index - 1)
        node = self._mapping(event, depth) if type(event) is MAPPING else self._sequence(event, depth)
        if event.flow_style:
            self._open.pop()
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._count - before)
        return node

    def _scalar(self, event: Event) -> Node:
        start = event.start_mark
        end = event.end_mark
        value = event.value
        style = event.style
        self._last = event
        self._count += 1
        if self._keep_covered:
            self._cover(event)
        if self._restore is not None:
            value = value.translate(self._restore)
        if event.tag is not None:
            self._fault(yaml_syntax.tag(self.text, start.index, self._places()))
            style = style or "'"
        if style == "|" or style == ">":  # noqa: PLR1714 - the quickest form, this is the innermost loop
            return Node(value, self._block_span(start, end))
        span = Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        if style:
            node = Node(value, span)
        else:
            meaning = resolve(value)
            if type(meaning) is Refused:
                message, advice = refusal(meaning, value)
                self._fault(Diagnostic(meaning.value, message, span, help=advice))
                meaning = None
            node = Node(meaning, span, value)  # type: ignore[arg-type]  # the refused are gone
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
        return node

    def _cover(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.style in ("|", ">"):  # a comment may follow the `|` on its line
            header = self.text.find("\n", start, end)
            start = end if header < 0 else header
        self.covered.append((start, end))

    def _block_span(self, start: Mark, end: Mark) -> Span:
        """Return the span of a block text up to its last line that is not blank (for `|+`: up to its last line)."""
        body = self.text[start.index : end.index]
        header, _, _ = body.partition("\n")
        body = body.rstrip(" \t") if "+" in header else body.rstrip()
        places = self._places()
        line, column = places.place(start.index + len(body))
        return Span(self.file, start.line + 1, start.column + 1, line, column)

    def _sequence(self, event: Event, depth: int) -> Node:
        items: list[Node] = []
        flow = event.flow_style
        self._count += 1
        while type(part := self._next()) is not SEQUENCE_END:
            item = self._node(part, depth + 1)
            items.append(item)
            if item.raw is not None and ":" in item.raw:
                self._splits.item(part, item)
            if self._count > MAX_VALUES:
                self._too_many(item.span)
        return Node(items, self._collection_span(event, part, items[-1].span if items and not flow else None))

    def _mapping(self, event: Event, depth: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        flow = event.flow_style
        row: list[Bare] = []
        before: Entry | None = None
        self._count += 1
        last: Span | None = None
        while type(part := self._next()) is not MAPPING_END:
            key, place = self._key(part, depth)
            value = self._next()
            node = self._node(value, depth + 1)
            last = node.span
            if self._count > MAX_VALUES:
                self._too_many(place)
            if flow:
                if node.raw == "" and ":" not in self.text[part.end_mark.index : value.start_mark.index + 1]:
                    row.append(Bare(part, key or "", place))
                    continue
                if row:
                    self._splits.bare_keys(row, before, entries, keys)
                    row = []
                before = (key, node, value)
            elif node.raw and node.span.line > place.end_line and type(node.value) is str:
                node = self._splits.mended(value, node)
            if key is None:
                continue
            if key in keys:
                self._duplicate(key, place, keys[key])
            else:
                entries[key] = node
                keys[key] = place
        if row:
            self._splits.bare_keys(row, before, entries, keys)
        return Node(entries, self._collection_span(event, part, None if flow else last), None, keys)

    def _collection_span(self, start: Event, end: Event, last: Span | None) -> Span:
        """Return the span of a collection; one in block style ends where its last value ends."""
        begin = start.start_mark
        if last is not None:
            return Span(self.file, begin.line + 1, begin.column + 1, last.end_line, last.end_column)
        return self._span(begin, end.end_mark)

    def _too_many(self, place: Span) -> NoReturn:
        self._fault(Diagnostic("PE007", f"the file has more than {MAX_VALUES:,} values", place))
        raise Ended

    # Keys -------------------------------------------------------------------------------------------------------

    def _key(self, event: Event, depth: int) -> tuple[str | None, Span]:
        """Return a key as it is spelled (None where it is refused) and its place."""
        if type(event) is not SCALAR:
            node = self._node(event, depth + 1)
            message = "a key must be a word, and this one is a list, a mapping or an alias"
            self._fault(Diagnostic("PE018", message, node.span, help="if it is text, put it in quotes"))
            return None, node.span
        if event.tag is not None or event.anchor is not None or self._restore is not None:
            self._scalar(event)
        elif self._keep_covered:
            self._cover(event)
        self._last = event
        value = event.value if self._restore is None else event.value.translate(self._restore)
        start = event.start_mark
        end = event.end_mark
        place = Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        if not event.style:
            if value == "<<":
                message = "the merge key `<<` is not read"
                self._fault(Diagnostic("PE017", message, place, help="write the keys out, or use named values"))
                return None, place
            if value in NULLS:
                name = f"the key {shown(value)} means nothing at all" if value else "a key is missing before the colon"
                self._fault(Diagnostic("PE018", name, place, help="if it is a word, put it in quotes"))
                return None, place
        return value, place

    def _duplicate(self, key: str, place: Span, first: Span) -> None:
        related = (Related(first, "it stands here first"),)
        message = f"the key {shown(key)} stands twice in one mapping"
        self._fault(Diagnostic("PE012", message, place, help="remove one, or join the two", related=related))

    # Aliases ----------------------------------------------------------------------------------------------------

    def _alias(self, event: Event) -> Node:
        span = self._span(event.start_mark, event.end_mark)
        name = event.anchor
        if name not in self._anchors:
            message = f"no anchor `&{name}` stands above `*{name}`"
            self._fault(Diagnostic("PE014", message, span, help="if it is text, put it in quotes"))
            return Node(None, span, f"*{name}")
        target = self._anchors[name]
        if target is None:
            self._fault(Diagnostic("PE015", f"`*{name}` stands inside of what it names", span, help="write it out"))
            return Node(None, span, f"*{name}")
        node, weight = target
        self._aliased += weight
        if self._aliased > MAX_ALIASED:
            message = f"the aliases of this file stand for more than {MAX_ALIASED:,} values"
            self._fault(Diagnostic("PE016", message, span, help="write the values out where they are needed"))
            raise Ended
        self._count += weight
        return Node(node.value, span, node.raw, node.keys)

    # Places -----------------------------------------------------------------------------------------------------

    def _places(self) -> Places:
        if self._index is None:
            self._index = Places(self.text, self.file)
        return self._index

    def _span(self, start: Mark, end: Mark) -> Span:
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _fault(self, diagnostic: Diagnostic) -> None:
        self.faults.append(diagnostic)
        if len(self.faults) >= MAX_FAULTS:
            message = f"more than {MAX_FAULTS} faults: the rest of the file is not looked at"
            self.faults.append(Diagnostic("PE008", message, diagnostic.span))
            raise Ended
