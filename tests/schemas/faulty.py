"""Faulty documents, made from good ones by one change each; the same ones on every run."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Change = Callable[[Any], Any]
NONSENSE: tuple[Any, ...] = (
    5, 0.5, "nonsense", True, None, [], {}, ["nonsense"], {"nonsense": 1}, [None], [5], "0,95", "1.000 EUR", "15m",
    "2,000", "allow",
)  # fmt: skip
"""What takes the place of a value: other types, no value, empty values, bad spellings, a word that is none."""


def changed(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield copies of a document with one change each, with the name of the change."""
    for path, value in places(document, ()):
        where = "/".join(map(str, path)) or "the root"
        if isinstance(value, dict):
            yield f"an unknown key in {where}", _put(document, path, lambda v: {**v, "nonsense": "nonsense"})
            for key in value:
                slip = f"{key}x" if key.startswith("$") else f"{key[0]}{key}"
                yield f"`{key}` misspelt in {where}", _put(document, path, _renamed(key, slip))
                yield f"`{key}` missing in {where}", _put(document, path, _without(key))
        if path:
            for other in NONSENSE:
                yield f"{other!r} as {where}", _put(document, path, _replaced(other))


def places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every value of a document with its path."""
    yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inside:
        yield from places(child, (*path, key))


def _put(document: Any, path: tuple[Any, ...], change: Change) -> Any:
    if not path:
        return change(document)
    result = copy.deepcopy(document)
    owner = result
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = change(owner[path[-1]])
    return result


def _renamed(key: str, slip: str) -> Change:
    return lambda mapping: {slip if name == key else name: value for name, value in mapping.items()}


def _without(key: str) -> Change:
    return lambda mapping: {name: value for name, value in mapping.items() if name != key}


def _replaced(other: Any) -> Change:
    return lambda _: copy.deepcopy(other)
