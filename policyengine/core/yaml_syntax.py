"""What the YAML parser says when it gives up, in words for everybody, at the place of the cause."""

from __future__ import annotations

import re

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Fix, Related, Span
from policyengine.core.places import Places, in_quotes, shown

GLUED = re.compile(r"[ \t]*(?:- +)*([A-Za-z_$][\w.$-]*):(?!//)(?=[^ \t\r\n:])")
"""A key whose colon touches its value (`title:Hello`), but no address (`https://…`)."""

_TEXT_END = re.compile(r"[\r\n]|\Z")


class Stop(Struct, frozen=True):
    """Where the parser gave up, and what it knew."""

    problem: str
    context: str
    offset: int
    context_offset: int
    last_start: int
    """Where the last scalar began, which may reach over several lines by mistake; -1 without one."""
    last_end: int
    open_brackets: tuple[int, ...]


class Explained(Struct, frozen=True):
    """The diagnostic, and the character without which the parser could go on (to find the other faults)."""

    diagnostic: Diagnostic
    mendable: int | None = None


def explain(stop: Stop, text: str, places: Places) -> Explained:
    """Return the fault behind a parser's complaint."""
    if (found := _no_text_begins_so(stop, text, places)) is not None:
        return found
    for recognise in (_tab, _quote, _escape, _glued, _directive, _tag, _bracket, _second_colon, _layout):
        diagnostic = recognise(stop, text, places)
        if diagnostic is not None:
            return Explained(diagnostic)
    rest = _seen(text, stop.offset)
    message = f"YAML cannot be read from {rest} on" if stop.offset < len(text) else "the file ends too early for YAML"
    return Explained(Diagnostic("PE010", message, _point(stop.offset, text, places)))


def _point(offset: int, text: str, places: Places) -> Span:
    return places.span(offset, min(offset + 1, len(text)))


def _rest(text: str, offset: int) -> str:
    """Return what stands at an offset, as far as its line goes."""
    end = _TEXT_END.search(text, offset)
    return text[offset : end.start() if end else len(text)].rstrip()


def _seen(text: str, offset: int) -> str:
    """Return the beginning of what stands at an offset, for a message."""
    return shown(_rest(text, offset), 30)


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _tab(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    start = _line_start(text, stop.offset)
    blank = re.compile(r"[ \t]*").match(text, start)
    end = blank.end() if blank else start
    if "\t" not in text[start:end] or stop.offset > end:
        return None
    tab = text.index("\t", start)
    last = text.rindex("\t", start, end) + 1
    message = "a tab indents this line, and YAML takes only blanks"
    return Diagnostic("PE011", message, places.span(tab, last), help="replace each tab by two blanks")


def _quote(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if "quoted scalar" not in stop.context or "unexpected" not in stop.problem:
        return None
    mark = text[stop.context_offset]
    message = f"this quote is never closed: `{mark}`"
    advice = f"write a second `{mark}` where the text ends"
    if mark == "'":
        advice += "; an apostrophe inside is written twice: `''`"
    return Diagnostic("PE026", message, _point(stop.context_offset, text, places), help=advice)


def _escape(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if "quoted scalar" not in stop.context:
        return None
    # The pure parser stands behind the backslash, the C parser before it.
    start = text.rfind("\\", 0, stop.offset + 1)
    spelling = text[start : start + 2]
    if spelling[1:2] in ("u", "U", "x"):
        found = re.compile(r"\\[uUx][0-9a-fA-F]*").match(text, start)
        spelling = found.group() if found else spelling
    message = f"`{spelling}` means nothing in double quotes"
    advice = "write `\\\\` for a backslash, or use single quotes; an emoji needs no escape"
    return Diagnostic("PE031", message, places.span(start, start + len(spelling)), help=advice)


def glued(text: str, start: int, places: Places) -> Diagnostic | None:
    """Return the fault of a key that touches its value, if the text has one at an offset."""
    found = GLUED.match(text, start)
    if found is None:
        return None
    key = found.group(1)
    after = found.end()
    return Diagnostic(
        "PE020",
        f"a blank is missing after `{key}:`",
        places.span(found.start(1), after),
        help=f"write `{key}: …`; if it is text, put it in quotes",
        fix=Fix(places.span(found.start(1), after), f"{key}: "),
    )


def _glued(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if "unexpected ':'" in stop.problem:
        return glued(text, stop.context_offset, places)
    if "expected ':'" in stop.problem:
        return glued(text, _line_start(text, stop.context_offset), places)
    if "mapping values" in stop.problem and stop.last_start >= 0:
        return glued(text, _line_start(text, stop.last_start), places)
    return None


_QUOTE_FIRST = frozenset("@`%*&|>")


def _no_text_begins_so(stop: Stop, text: str, places: Places) -> Explained | None:
    """Recognise `@brand`, `*bold*`, `> 5`: characters with which a plain text cannot begin."""
    expected = ("cannot start any token", "expected alphabetic", "expected comment or line break", "comment or a line")
    if not any(words in stop.problem for words in expected):
        return None
    offset = stop.offset if "token" in stop.problem else stop.context_offset
    sign = text[offset : offset + 1]
    if sign not in _QUOTE_FIRST:
        return None
    name = "a backtick" if sign == "`" else f"`{sign}`"
    message = f"a text cannot begin with {name} unless it is in quotes"
    whole = _rest(text, offset)
    if stop.open_brackets:
        whole = re.split(r"[,\[\]{}]", whole)[0].rstrip()
    return Explained(
        Diagnostic("PE028", message, _point(offset, text, places), help=f"put it in quotes: {shown(in_quotes(whole))}"),
        mendable=offset,
    )


def _directive(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if "directive" not in stop.context and "YAML document" not in stop.problem:
        return None
    offset = _line_start(text, stop.offset)
    return directive(_rest(text, offset), places, offset)


def directive(spelling: str, places: Places, offset: int) -> Diagnostic:
    """Return the fault of a line `%…` at the head of a document."""
    span = places.span(offset, offset + len(spelling))
    return Diagnostic("PE025", f"the directive {shown(spelling)} is not read", span, help="leave the line out")


def _tag(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if "tag" not in f"{stop.context} {stop.problem}":
        return None
    return tag(text, stop.context_offset, places)


def tag(text: str, offset: int, places: Places) -> Diagnostic:
    """Return the fault of a `!tag` at an offset."""
    found = re.compile(r"![^\s,\[\]{}]*").search(text, offset)
    start, end = found.span() if found else (offset, offset)
    message = f"the tag {shown(text[start:end])} is not read"
    return Diagnostic("PE013", message, places.span(start, end), help="leave it out; text goes in quotes")


def _bracket(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if not stop.open_brackets or "flow" not in stop.context:
        return None
    opened = stop.open_brackets[-1]
    pair = {"[": "]", "{": "}"}[text[opened]]
    line_end = _TEXT_END.search(text, opened)
    if stop.offset < len(text) and line_end is not None and stop.offset <= line_end.start():
        related = (Related(_point(opened, text, places), "the bracket opens here"),)
        message = f"between brackets a `,` or `{pair}` must stand before {_seen(text, stop.offset)}"
        advice = "a text with commas, colons or brackets goes in quotes"
        return Diagnostic("PE027", message, _point(stop.offset, text, places), help=advice, related=related)
    message = f"this bracket is never closed: `{text[opened]}`"
    return Diagnostic("PE027", message, _point(opened, text, places), help=f"write `{pair}` where it ends")


def _second_colon(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    if "mapping values" not in stop.problem or stop.last_start < 0:
        return None
    start = _line_start(text, stop.offset)
    if stop.last_start < start:  # the text of the line before went on into this one
        message = "this line is indented deeper than its neighbours, and so belongs to the text above"
        content = re.compile(r"[ \t]*").match(text, start)
        offset = content.end() if content else start
        advice = "give it the indentation of the line above"
        return Diagnostic("PE029", message, places.span(offset, stop.offset), help=advice)
    message = "a text with `: ` inside must be in quotes"
    advice = f"put it in quotes: {shown(in_quotes(_rest(text, stop.last_start)))}"
    return Diagnostic("PE028", message, places.span(stop.last_start, stop.offset + 1), help=advice)


def _layout(stop: Stop, text: str, places: Places) -> Diagnostic | None:
    """Explain lines that fit no list and no mapping around them."""
    here = _point(stop.offset, text, places)
    if "sequence entries" in stop.problem:
        advice = "begin it on the next line, each item with `- `"
        return Diagnostic("PE029", "a list cannot begin here", here, help=advice)
    if "expected ':'" in stop.problem:
        end = _TEXT_END.search(text, stop.context_offset)
        span = places.span(stop.context_offset, end.start() if end else stop.context_offset)
        message = f"{_seen(text, stop.context_offset)} is no `key: value`"
        advice = "if it belongs to the text above, indent it deeper"
        return Diagnostic("PE029", message, span, help=advice)
    if "document start" in stop.problem:
        message = f"{_seen(text, stop.offset)} follows the end of the document"
        return Diagnostic("PE029", message, here, help="write every line as `key: value`")
    no_item = "block end" in stop.problem and "collection" in stop.context  # as PyYAML's own parser says it
    if "expected '-'" in stop.problem or no_item:
        message = "the list above ends here, and nothing that fits follows"
        return Diagnostic("PE029", message, here, help="begin each item with `- ` in the column of the others")
    if "expected key" not in stop.problem and "block end" not in stop.problem:
        return None
    if stop.last_end >= 0 and text[stop.last_end : stop.offset].strip("]}\"' \t") == "" and stop.offset < len(text):
        message = f"{_seen(text, stop.offset)} follows the end of the value"
        return Diagnostic("PE028", message, here, help="put the whole text in one pair of quotes")
    if text[stop.offset : stop.offset + 1] == ":":
        return Diagnostic("PE018", "a key is missing before the colon", here, help="if it is text, put it in quotes")
    message = "the indentation of this line fits no line above"
    return Diagnostic("PE029", message, here, help="put the keys of one mapping in one column")
