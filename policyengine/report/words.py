"""Terms that were found in a text, in words: `5ubhum4n` as `subhuman` (leet)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policyengine.core.decision import Mention

_MOST_SHOWN: Final = 5


def told_of(mentions: Sequence[Mention]) -> str:
    """Return what was found, each spelling once; where a disguise was seen through, as which term and by which step."""
    told = list(dict.fromkeys(_told(mention) for mention in mentions))
    more = len(told) - _MOST_SHOWN
    return ", ".join(told[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _told(mention: Mention) -> str:
    if not mention.step:
        return f"`{mention.seen}`"
    return f"`{mention.seen}` as `{mention.term}` ({mention.step.replace('+', ', ')})"
