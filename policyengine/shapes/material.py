"""What a vote or a ruling is about: the material of a record, as digests by field.

A field of plain values has one digest; an object has one for each field inside it; a list of entries with fields has
one for their number and one a column, such as `claims.text`. The order of plain values in a list (labels, markets) is
not material, and of a link the campaign parameters (`links.utm`) stand apart from the rest (`links.url`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from policyengine.core.digest import canonical, digest_of
from policyengine.core.record import Field, RecordType

_UTM = "utm_"


def material(kind: RecordType, raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each material field that a record tells, by dotted name, sorted.

    Fields whose schema says `x-material: false`, derived fields, unknown ones, and what is not told (null, blank) are
    left out.
    """
    return dict(sorted(_object(kind.root, raw, "")))


def material_names(kind: RecordType) -> tuple[str, ...]:
    """Return every name that `material` may give for records of a type, sorted."""
    return tuple(sorted(_names(kind.root, "")))


def changed(seen: Mapping[str, Any], now: Mapping[str, str], exempt: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names of the fields that differ between what was seen and what is, sorted.

    Fields in `exempt`, and those inside them, are not looked at; where a list got longer or shorter, or a whole field
    came or went, its parts are not named beside it.
    """
    differing = {name for name in {*seen, *now} if seen.get(name) != now.get(name)}
    left_out = tuple(exempt)
    found = {name for name in differing if not any(_inside(name, whole) for whole in left_out)}
    return tuple(sorted(name for name in found if not any(name != whole and _inside(name, whole) for whole in found)))


def _inside(name: str, whole: str) -> bool:
    return name == whole or name.startswith(f"{whole}.")


def _told(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _object(field: Field, data: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        child = field.fields.get(name)
        if child is not None and child.material and child.derived is None and _told(value):
            yield from _field(child, value, f"{prefix}{name}")


def _field(field: Field, value: Any, name: str) -> Iterator[tuple[str, str]]:
    if field.type == "object" and isinstance(value, Mapping):
        yield from _object(field, value, f"{name}.")
    elif field.type == "list" and isinstance(value, list | tuple):
        yield from _list(field, value, name)
    else:
        yield name, digest_of(value)


def _list(field: Field, values: list[Any] | tuple[Any, ...], name: str) -> Iterator[tuple[str, str]]:
    if field.item is None or field.item.type != "object":
        yield name, digest_of(sorted(canonical(value).decode() for value in values))
        return
    entries = [value if isinstance(value, Mapping) else {} for value in values]
    # What is no entry with fields has no columns: it stands in the digest of the list itself.
    yield name, digest_of([None if isinstance(value, Mapping) else value for value in values])
    parameters = _parameters(field.item)
    for column in sorted({key for entry in entries for key in entry}):
        child = field.item.fields.get(column)
        cells = [entry.get(column) for entry in entries]
        if child is None or not child.material or child.derived is not None or not any(map(_told, cells)):
            continue
        if column in parameters:
            parted = [_parted(cell) for cell in cells]
            yield f"{name}.{column}", digest_of([plain for plain, _ in parted])
            yield f"{name}.{parameters[column]}", digest_of([sorted(campaign) for _, campaign in parted])
        else:
            yield f"{name}.{column}", digest_of(cells)


def _parameters(item: Field) -> dict[str, str]:
    """Return the addresses of an entry whose campaign parameters stand apart: `{"url": "utm"}`."""
    return {
        f.derived.reads[0]: f.name for f in item.fields.values() if f.derived is not None and f.derived.by == "url_utm"
    }


def _parted(url: Any) -> tuple[Any, list[str]]:
    """Return an address without its campaign parameters (`utm_…`), and these."""
    if not isinstance(url, str) or "?" not in url:
        return url, []
    address, _, rest = url.partition("?")
    query, mark, fragment = rest.partition("#")
    parts = query.split("&")
    campaign = [part for part in parts if unquote_plus(part).casefold().startswith(_UTM)]
    kept = "&".join(part for part in parts if part not in campaign)
    return f"{address}?{kept}{mark}{fragment}" if kept else f"{address}{mark}{fragment}", campaign


def _names(field: Field, prefix: str) -> Iterator[str]:
    for child in field.fields.values():
        if not child.material or child.derived is not None:
            continue
        name = f"{prefix}{child.name}"
        if child.type == "object":
            yield from _names(child, f"{name}.")
            continue
        yield name
        if child.type == "list" and child.item is not None and child.item.type == "object":
            columns = child.item.fields.values()
            yield from (f"{name}.{column.name}" for column in columns if column.material and column.derived is None)
            yield from (f"{name}.{utm}" for utm in _parameters(child.item).values())
