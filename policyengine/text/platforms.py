"""What platforms show and allow: the fold of a caption, its length, the number of tags.

The figures stand in `data/platforms.json`. Folds are not published by the platforms: `chars` is shown for certain (on
phones), between `chars` and `chars_max` it depends on the device.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

_FILE = Path(__file__).parent.parent / "data" / "platforms.json"


class Fold(Struct, frozen=True):
    """Where a platform cuts a caption: grapheme clusters, and lines (None: any number)."""

    chars: int
    chars_max: int
    lines: int | None = None


class Limits(Struct, frozen=True):
    """What a platform takes: characters of a caption or post, number of tags; None: no limit known."""

    fold: Fold | None = None
    caption: int | None = None
    hashtags_max: int | None = None


@lru_cache(maxsize=1)
def _all() -> dict[str, Limits]:
    return msgspec.json.decode(_FILE.read_bytes(), type=dict[str, Limits])


def limits(platform: str) -> Limits | None:
    """Return what is known of a platform, None when nothing is."""
    return _all().get(platform)


def fold(platform: str) -> Fold | None:
    """Return the fold of a platform; None when it shows the whole caption or nothing is known."""
    known = limits(platform)
    return known.fold if known else None
