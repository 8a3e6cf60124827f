"""Text of records and policies made harmless for where it is printed: one function a format."""

from __future__ import annotations

import re
from urllib.parse import quote

# C0 and C1 controls, marks and overrides of direction (they reorder what follows), line and paragraph separators,
# surrogates (which no terminal can be sent), and the invisible tag characters.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _visible(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code <= 0xFF:  # noqa: PLR2004 - the widths of Python's escapes
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the widths of Python's escapes


def terminal(text: str) -> str:
    r"""Return a text for a terminal: on one line, with every control that could act on it as a visible escape.

    `##[` becomes `#\#[`: the logs of GitHub's runners take it for a command wherever it stands.
    """
    if "##[" in text:
        text = text.replace("##[", "#\\#[")
    return _HARMFUL.sub(_visible, text) if _HARMFUL.search(text) else text


def first_on_line(text: str) -> str:
    """Return a file's name for the beginning of a line: one that is named like a workflow command becomes a path."""
    return terminal(f"./{text}" if text.lstrip().startswith(":") else text)


def workflow_text(text: str) -> str:
    """Return the text of a workflow command (`::error::…`): line breaks and `%` as the runner unescapes them.

    Other controls become visible: the annotation is shown on a page and in a log.
    """
    parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "%0A".join(terminal(part).replace("%", "%25") for part in parts)


def workflow_property(text: str) -> str:
    """Return a property of a workflow command (`file=…,title=…`): `:` and `,` would end it."""
    return workflow_text(text).replace(":", "%3A").replace(",", "%2C")


def sarif_text(text: str) -> str:
    """Return a plain text message of SARIF, in which `[text](target)` is no link (SARIF 2.1.0, section 3.11.6)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = "\n".join(_HARMFUL.sub(_visible, line) for line in lines)
    return _LINK.sub(lambda found: f"{found.group(1) * 2}\\[", shown)


_LINK = re.compile(r"(\\*)\[(?=[^\]]*\]\()")


def calendar_text(text: str) -> str:
    """Return a text of an iCalendar property (RFC 5545, section 3.3.11); its own line breaks stay, escaped."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = [terminal(line).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines]
    return "\\n".join(shown)


def cell(text: str) -> str:
    """Return a text for a cell of a Markdown table: on one line, with no mark-up, link, mention or element of its own.

    A zero-width space keeps addresses and names from becoming links: a backslash would not.
    """
    shown = terminal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\g<0>", shown).replace("://", ":\u200b//").replace("@", "@\u200b")


_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+!|~]")


def xml_text(text: str) -> str:
    """Return a text for XML 1.0 (section 2.2) on one line, controls as visible escapes; the writer escapes `<`, `&`."""
    return terminal(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def uri(path: str) -> str:
    """Return the relative URI of a file's path (RFC 3986), with `/` between its parts."""
    slashed = path.replace("\\", "/")
    try:
        raw = slashed.encode("utf-8", "surrogateescape")  # a name that is not UTF-8: its own bytes
    except UnicodeEncodeError:
        raw = slashed.encode("utf-8", "replace")
    return quote(raw, safe="/-._~!$&'()*+;=@")


def json_text(encoded: str) -> str:
    """Return JSON in which no character acts on a terminal, a page or a log; it means the same data."""
    encoded = encoded.replace("##[", "#\\u0023[")
    return _ACTING.sub(_unicode_escape, encoded) if _ACTING.search(encoded) else encoded


# As `_HARMFUL`, without the line breaks and blanks that stand between the values; and what ends a script on a page.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f<>]"
)


def _unicode_escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code <= 0xFFFF:  # noqa: PLR2004 - the widths of Python's escapes
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
