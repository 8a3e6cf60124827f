"""Who said so: facts that are not the author's to state (`x-asserted-by`), taken from elsewhere or not told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from policyengine.core.record import Field, RecordType

Trust = Literal["caller", "listed", "strict"]
"""`caller`: whoever hands the record in may state everything. `listed`: the author's own statements count and are
listed. `strict`: they are not told."""


def asserted_fields(kind: RecordType) -> tuple[Field, ...]:
    """Return the fields of a type that others than the author state, outermost first."""
    return tuple(_asserted(kind.root))


def _asserted(field: Field) -> Iterator[Field]:
    for child in field.fields.values():
        if child.asserted_by is not None:
            yield child
        elif child.type == "object":
            yield from _asserted(child)


def settle(
    kind: RecordType, raw: Mapping[str, Any], known: Mapping[str, Any] | None, trust: Trust
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a submission with the facts that are not its author's, and the names of those that the author stated.

    `known` is the record of the same type and id that somebody else keeps: only these fields of it are taken.
    """
    settled: dict[str, Any] = dict(raw)
    stated: list[str] = []
    if trust == "caller":
        return settled, ()
    for field in asserted_fields(kind):
        parts = field.path.split(".")
        elsewhere = _get(known, parts) if known is not None else None
        if elsewhere is not None:
            _set(settled, parts, elsewhere)
        elif _get(settled, parts) is not None:
            stated.append(field.path)
            if trust == "strict":
                _set(settled, parts, None)
    return settled, tuple(sorted(stated))


def _get(data: Mapping[str, Any], parts: list[str]) -> Any:
    value: Any = data
    for part in parts:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _set(data: dict[str, Any], parts: list[str], value: Any) -> None:
    """Set a field in place, copying the objects on the way so that the caller's record stays as it is."""
    for part in parts[:-1]:
        inner = data.get(part)
        data[part] = dict(inner) if isinstance(inner, Mapping) else {}
        data = data[part]
    if value is None:
        data.pop(parts[-1], None)
    else:
        data[parts[-1]] = value
