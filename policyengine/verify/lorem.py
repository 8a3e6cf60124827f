"""`{lorem:160}`, the only template of suites: filler of an exact length that says nothing in any language."""

from __future__ import annotations

import re
from typing import Final

from msgspec import structs

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.source import Node
from policyengine.shapes.contract import Report

LONGEST: Final = 20_000
"""Characters of filler at most; more than any platform shows."""
# No word here, and no beginning of one, is a word for advertising in a language that we know labels of.
_WORDS: Final = "lorem ipsum dolor sit amet elit sed tempor ut labore et dolore magna "
_TEMPLATE: Final = re.compile(r"\{\s*lorem\b[^{}]*\}", re.IGNORECASE)
_WRITTEN: Final = re.compile(r"\{lorem:([0-9]{1,5})\}")


def lorem(length: int) -> str:
    """Return filler of exactly `length` characters; it begins and ends with a letter."""
    text = (_WORDS * (length // len(_WORDS) + 1))[:length]
    return f"{text[:-1]}m" if text.endswith(" ") else text


def filled(node: Node, report: Report) -> Node:
    """Return a node with the filler in place of every `{lorem:…}` in its texts."""
    value = node.value
    if isinstance(value, dict):
        return structs.replace(node, value={key: filled(child, report) for key, child in value.items()})
    if isinstance(value, list):
        return structs.replace(node, value=[filled(child, report) for child in value])
    if not isinstance(value, str) or "lorem" not in value.casefold():
        return node
    for found in _TEMPLATE.findall(value):
        _check(found, node, report)
    raw = _fill(node.raw) if node.raw is not None else None
    return Node(_fill(value), node.span, raw, node.keys)


def _check(found: str, node: Node, report: Report) -> None:
    written = _WRITTEN.fullmatch(found)
    if written is None or not 1 <= int(written[1]) <= LONGEST:
        help_ = f"`{{lorem:160}}` gives 160 characters of filler; 1 to {LONGEST} are possible"
        report(Diagnostic("PE606", f"`{found[:40]}` is no filler", node.span, help=help_))


def _fill(text: str) -> str:
    return _WRITTEN.sub(lambda found: lorem(min(int(found[1]), LONGEST)), text)
