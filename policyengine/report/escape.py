"""Text of records and policies made harmless for where it is printed: one function a format."""

from __future__ import annotations

import re

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
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def terminal(text: str) -> str:
    """Return a text for a terminal: on one line, with every control that could act on it as a visible escape."""
    return _HARMFUL.sub(_visible, text) if _HARMFUL.search(text) else text
