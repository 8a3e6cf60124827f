"""Bytes → text: UTF-8 with or without a byte order mark, nothing else, and not without limit."""

from __future__ import annotations

import re

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.places import Places

MAX_FAULTS = 200
"""After so many faults a reader stops: nobody reads more, and a hostile file must not fill the memory."""

_BAD_BYTES = re.compile("[\udc80-\udcff]+")
# What YAML 1.2 (section 5.1, `c-printable`) does not let stand in a file, and surrogates, which no text has.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Decoded(Struct, frozen=True):
    """The text of a file without its byte order mark; `readable` is false where there is nothing to go on with."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    readable: bool = True


def decode(data: str | bytes, file: str, limit: int) -> Decoded:
    """Return the text of a file of at most `limit` bytes; bytes that are not UTF-8 become U+FFFD, each reported."""
    start = Span(file, 1, 1, 1, 1)
    size = len(data)
    if isinstance(data, str) and limit // 4 < size <= limit:
        size = len(data.encode("utf-8", "surrogatepass"))
    if size > limit:
        message = f"the file is larger than {limit // 1_000_000} MB"
        return Decoded("", (Diagnostic("PE003", message, start, help="split it into several files"),), readable=False)
    if isinstance(data, str):
        return Decoded(data.removeprefix("\ufeff"))
    if data.startswith(_UTF_16) or b"\x00" in data[:2]:
        help_ = "save it as UTF-8: the editor offers this under `Save with encoding`"
        return Decoded("", (Diagnostic("PE001", "the file is in UTF-16", start, help=help_),), readable=False)
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    return _without_bad_bytes(text, file) if _BAD_BYTES.search(text) else Decoded(text)


def _without_bad_bytes(text: str, file: str) -> Decoded:
    places = Places(text, file)
    faults = []
    for found in _BAD_BYTES.finditer(text):
        spelling = "".join(f"\\x{ord(character) - 0xDC00:02x}" for character in found.group()[:4])
        message = f"`{spelling}` is not UTF-8"
        span = places.span(found.start(), found.end())
        faults.append(Diagnostic("PE001", message, span, help="save the file as UTF-8"))
        if len(faults) == MAX_FAULTS:
            break
    return Decoded(_BAD_BYTES.sub(lambda found: "\ufffd" * len(found.group()), text), tuple(faults))


def printable(text: str, file: str) -> Decoded:
    """Return the text with a U+FFFD for every character that no YAML file may hold, and a diagnostic for each."""
    if _UNPRINTABLE.search(text) is None:
        return Decoded(text)
    places = Places(text, file)
    faults = []
    for found in _UNPRINTABLE.finditer(text):
        span = places.span(found.start(), found.end())
        message = f"the invisible character U+{ord(found.group()):04X} must not stand in a file"
        faults.append(Diagnostic("PE002", message, span, help="remove it"))
        if len(faults) == MAX_FAULTS:
            break
    return Decoded(_UNPRINTABLE.sub("\ufffd", text), tuple(faults))
