"""A text without the words that were found in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Protocol

from policyengine.text.clusters import cluster_ends

MASK: Final = "█"


class Stretch(Protocol):
    """Where something stands in a text: offsets in characters, the end exclusive."""

    @property
    def start(self) -> int:
        """Return where it begins."""

    @property
    def end(self) -> int:
        """Return where it ends."""


def redact(text: str, found: Iterable[Stretch], *, mask: str = MASK) -> str:
    """Return the text with `mask` for each sign of the stretches found; what overlaps is hidden once, blanks stay.

    Takes the hits of `Matcher.find` and the mentions of a finding, in any order. A sign is a grapheme cluster: the
    marks and invisible characters of a disguise go with their letter. Places outside the text are ignored.
    """
    parts: list[str] = []
    last = 0
    for start, end in sorted((hit.start, hit.end) for hit in found):
        begin, end = max(start, last), min(end, len(text))  # noqa: PLW2901 - cut to what is not hidden yet
        if begin < end:
            parts += [text[last:begin], _hidden(text[begin:end], mask)]
            last = end
    return "".join([*parts, text[last:]])


def _hidden(seen: str, mask: str) -> str:
    signs = [seen[start:end] for start, end in pairwise([0, *cluster_ends(seen)])]
    return "".join(sign if sign.isspace() else mask for sign in signs if unicodedata.category(sign[0]) != "Cf")
