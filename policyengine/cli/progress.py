"""A progress line on standard error: only on a terminal, and only for work that takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Final, TypeVar

_PATIENCE: Final = 2.0
_EVERY: Final = 0.2
_CLEAR: Final = "\r\x1b[K"

Item = TypeVar("Item")


def progress(items: Iterable[Item], what: str, *, quiet: bool = False) -> Iterator[Item]:
    """Yield the items, showing how many are done once the work has taken two seconds."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    total = f" of {len(items)}" if isinstance(items, Sized) else ""
    start = last = time.monotonic()
    shown = False
    try:
        for done, item in enumerate(items):
            now = time.monotonic()
            if now - start > _PATIENCE and now - last > _EVERY:
                sys.stderr.write(f"{_CLEAR}{done}{total} {what}")
                sys.stderr.flush()
                last, shown = now, True
            yield item
    finally:
        if shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
