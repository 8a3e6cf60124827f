"""Size bands: the keys of `by: {size_band: …}`, read aloud as `under 10000`, `10000 to 50000`, `50000 and over`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

_UNDER: Final = re.compile(r"under (\d{1,18})")
_RANGE: Final = re.compile(r"(\d{1,18}) to (\d{1,18})")
_OVER: Final = re.compile(r"(\d{1,18}) and over")


def limits(band: str) -> tuple[int, int | None] | None:
    """Return the first size of a band and the first one above it (None: open), or None for no band at all."""
    if match := _UNDER.fullmatch(band):
        return 0, int(match[1])
    if match := _RANGE.fullmatch(band):
        return (int(match[1]), int(match[2])) if int(match[1]) < int(match[2]) else None
    if match := _OVER.fullmatch(band):
        return int(match[1]), None
    return None


def is_band(text: str) -> bool:
    """Tell whether a text is a size band."""
    return limits(text) is not None


def band_of(size: int | Decimal, bands: Iterable[str]) -> str | None:
    """Return the band in which a size lies (the lower end belongs to it, the upper end to the next), or None."""
    for band in sorted(bands):
        found = limits(band)
        if found is not None and found[0] <= size and (found[1] is None or size < found[1]):
            return band
    return None
