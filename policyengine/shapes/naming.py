"""Records found by what they name, so that hundreds of reviews need not look through all records each.

An index only leaves out records that certainly do not count: whatever does not tell the field is always among those
that are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.language.operators import fold_text
from policyengine.language.tree import HERE, RECORD, All, Condition, Const, Named, Test

_ONE: Final = frozenset(["is", "in"])
_TEXTS: Final = frozenset(["text", "id", "enum"])


class Naming(Struct, frozen=True):
    """A field of a record that must name one of several words for a condition to hold, case ignored."""

    field: str
    names: tuple[str, ...]


def naming(condition: Condition) -> Naming | None:
    """Return what a condition asks a record to name, the most telling first: an entry of a list, else a word."""
    found = sorted(_asked(condition), key=lambda pair: pair[0])
    return found[0][1] if found else None


def _asked(condition: Condition) -> Iterable[tuple[int, Naming]]:
    match condition:
        case All(items=items):
            for item in items:
                yield from _asked(item)
        case Named(item=item):
            yield from _asked(item)
        case Test(path=path, op=op, operand=Const(value=value)):
            single = path.root in {HERE, RECORD} and len(path.steps) == 1 and path.steps[0].follow is None
            words = value if isinstance(value, tuple) else (value,)
            if not single or not all(isinstance(word, str) for word in words):
                return
            if op == "includes" and path.field.type == "list":
                yield 0, Naming(path.steps[0].name, tuple(words))
            elif op in _ONE and path.field.type in _TEXTS:
                yield 1, Naming(path.steps[0].name, tuple(words))
        case _:
            return


class Index:
    """The records of each type by the words in their fields; each index is made when it is first asked for."""

    def __init__(self, related: Callable[[str], list[Facts]]) -> None:
        """Take what gives all records of a type, in an order that stays."""
        self._related = related
        self._made: dict[tuple[str, str], tuple[dict[str, list[int]], list[int]]] = {}

    def __call__(self, kind: str, asked: Naming) -> list[Facts]:
        """Return the records of a type that name one of the words, or may; in the order of all."""
        by, untold = self._index(kind, asked.field)
        found = {number for name in asked.names for number in by.get(fold_text(name), ())}
        records = self._related(kind)
        return [records[number] for number in sorted(found.union(untold))]

    def _index(self, kind: str, field: str) -> tuple[dict[str, list[int]], list[int]]:
        key = (kind, field)
        if key not in self._made:
            by: dict[str, list[int]] = {}
            untold = []
            for number, facts in enumerate(self._related(kind)):
                value = facts.get(field)
                words = value if isinstance(value, list) else [value]
                for word in words:
                    if isinstance(word, str):
                        by.setdefault(fold_text(word), []).append(number)
                if not all(isinstance(word, str) for word in words):
                    untold.append(number)
            self._made[key] = (by, untold)
        return self._made[key]
