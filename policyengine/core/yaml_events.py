"""What the YAML parser tells of a text, one event after the other: the only place that knows PyYAML.

Its C parser where PyYAML was built with it (always in its wheels), else its own: slower, the same events.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol, cast

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None  # type: ignore[assignment,misc]


Failure = yaml.MarkedYAMLError
"""What the parser raises where it cannot go on."""

_HALF = re.compile("[\ud800-\udfff]")


class Mark(Protocol):
    """A place; all count from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The character of the line."""

    @property
    def index(self) -> int:
        """The character of the text."""


class Event(Protocol):
    """What begins, ends or stands in a text. An event has only those of the attributes that fit its kind."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool
    version: tuple[int, int] | None
    tags: dict[str, str] | None


# The kind of an event is `type(event)`: the quickest test there is, and this is the innermost loop of reading.
DOCUMENT: Any = yaml.DocumentStartEvent
SCALAR: Any = yaml.ScalarEvent
ALIAS: Any = yaml.AliasEvent
MAPPING: Any = yaml.MappingStartEvent
MAPPING_END: Any = yaml.MappingEndEvent
SEQUENCE_END: Any = yaml.SequenceEndEvent


class _PureParser(Reader, Scanner, Parser):
    """Put together as PyYAML puts together its own loaders."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def get_event(self) -> Any:
        """Return the next event; as the C parser, take no escape for half of a character."""
        event = super().get_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.ScalarEvent) and event.style == '"' and _HALF.search(event.value):
            start, end = cast("Any", event.start_mark), cast("Any", event.end_mark)
            raise Failure("in a quoted scalar", start, "invalid escape", end)
        return event


def events(text: str, *, pure: bool = CParser is None) -> Callable[[], Event | None]:
    """Return the function that gives the next event of a text, None after the last; it raises `Failure`."""
    parser = _PureParser(text) if pure else CParser(text)
    return cast("Callable[[], Event | None]", parser.get_event)
