"""Whether two parts of typed conditions mean the same, wherever they stand and however they are spelled."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from policyengine.core.record import Field
from policyengine.language.operators import is_number

_FOR_READERS: Final = frozenset(["span", "text", "title"])
"""What the nodes of a condition tell readers, and nobody else."""


def alike(a: Any, b: Any) -> bool:
    """Tell whether two nodes, operands or constants mean the same. What a kind computes is like nothing but itself."""
    if a is b:
        return True
    if type(a) is not type(b):
        return _numbers(a, b)
    if isinstance(a, Field):
        return (a.name, a.path, a.type) == (b.name, b.path, b.type)
    if isinstance(a, Struct):
        names = [name for name in a.__struct_fields__ if name not in _FOR_READERS]
        return all(alike(getattr(a, name), getattr(b, name)) for name in names)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(alike(a[key], b[key]) for key in a)
    return bool(a == b)


def _numbers(a: Any, b: Any) -> bool:
    """Tell whether two numbers are one, written as a whole one and with decimals."""
    return is_number(a) and is_number(b) and bool(a == b)
