"""The trap of YAML: `label: #ad` is empty, because everything from a `#` on is a comment.

A comment that follows content on its line and whose `#` touches a word is reported, since its writer meant the text.
Which `#` begin comments is taken from what the parser read, not from a guess over lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from msgspec import Struct

from policyengine.core.decoding import MAX_FAULTS
from policyengine.core.diagnostic import Diagnostic
from policyengine.core.places import Places, in_quotes, shown

Stretch = tuple[int, int]

MAX_EXAMPLE = 50
"""How long a text may be to be repeated in quotes as the example of its mending."""

_TOUCHED = re.compile(r"#+(?=[^\s#])\S*")
_DECORATION = re.compile(r"[#\-=*~_+./|<>!^]*\Z")  # `key: value #-----` hides no word
_CONTENT = re.compile(r"[^ \t]")
_BREAK = re.compile(r"[\r\n]|\Z")
_QUOTED = re.compile(r"""(?:(?<=[\s\[{,:])|^)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""", re.DOTALL)
_VALUE_MISSING = frozenset(":-,[{?")


class Swallowed(Struct, frozen=True):
    """A comment that looks like text: where its `#` stands, where it ends, and whether it left a value empty."""

    offset: int
    end: int
    leaves_empty: bool


def swallowed(text: str, covered: list[Stretch], limit: int) -> list[Swallowed]:
    """Return the suspicious comments before the offset `limit`.

    `covered` are the stretches of scalars in order. After the last of them (where a fault stopped the parser) quoted
    text is recognised by itself.
    """
    tail = covered[-1][1] if covered else 0
    known = covered
    if limit < len(text):
        known = covered + [found.span() for found in _QUOTED.finditer(text, tail, limit)]
    ends = [end for _, end in known]
    found: list[Swallowed] = []
    line_start = after = 0
    while len(found) < MAX_FAULTS and 0 <= (offset := text.find("#", after)) < limit:
        line_start = max(line_start, text.rfind("\n", after, offset) + 1, text.rfind("\r", after, offset) + 1)
        after = offset + 1
        index = bisect_left(ends, offset + 1)
        if index < len(known) and known[index][0] <= offset:
            continue
        after = _line_end(text, offset)
        content = _CONTENT.search(text, line_start, offset)
        word = _TOUCHED.match(text, offset)
        if content and word and not _DECORATION.match(word.group()):
            before = text[max(line_start, offset - 200) : offset].rstrip(" \t")[-1:]
            found.append(Swallowed(offset, _trimmed(text, offset, after), before in _VALUE_MISSING))
    return found


def _line_end(text: str, offset: int) -> int:
    end = _BREAK.search(text, offset)
    return end.start() if end else len(text)


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def report(trap: Swallowed, text: str, covered: list[Stretch], places: Places) -> Diagnostic:
    """Return the diagnostic for one such comment."""
    comment = text[trap.offset : trap.end]
    word = comment.split(maxsplit=1)[0].rstrip(",]}")
    quoted = _with_text_before(trap, text, covered) or (comment if not set(comment) & set(",]}\"'") else word)
    example = f": {shown(in_quotes(quoted))}" if len(quoted) < MAX_EXAMPLE else ""
    return Diagnostic(
        "PE019",
        f"everything from {shown(word)} on is dropped, because `#` begins a comment",
        places.span(trap.offset, trap.end),
        help=f"if it is text, put it in quotes{example}; if it is a comment, put a blank after `#`",
    )


def _with_text_before(trap: Swallowed, text: str, covered: list[Stretch]) -> str | None:
    """Return the plain text in front of the comment with the comment, when both are one sentence."""
    index = bisect_left(covered, (trap.offset, trap.offset)) - 1
    if trap.leaves_empty or index < 0:
        return None
    start, end = covered[index]
    whole = text[start : trap.end]
    if text[end : trap.offset].strip() or text[start] in "\"'|>&!" or set(whole) & set("\r\n\"'"):
        return None
    return whole if not set(text[trap.offset : trap.end]) & set(",]}") else None
