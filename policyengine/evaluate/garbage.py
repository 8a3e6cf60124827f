"""Python's search for circles among objects, put off while many records are read.

Records are trees, and stay: looking through all of them again and again for circles took half of the time of a window
over 100,000 comments (`python -m benchmarks.windows`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """Put the search off until the block ends; who found it off leaves it off."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
