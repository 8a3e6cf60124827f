"""What a vote or a ruling is about: the material of a record, as digests by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.core.digest import digest_of
from policyengine.core.record import RecordType


def material(kind: RecordType, raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each material top-level field that a record tells, by name, sorted.

    Fields whose schema says `x-material: false`, derived fields, and what is not told (null, blank) are left out.
    """
    found = {}
    for name in sorted(raw):
        field = kind.root.fields.get(name)
        value = raw[name]
        told = value is not None and not (isinstance(value, str) and not value.strip())
        if field is not None and field.material and field.derived is None and told:
            found[name] = digest_of(value)
    return found


def changed(seen: Mapping[str, Any], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the fields that differ between what was seen and what is, sorted."""
    return tuple(sorted(name for name in {*seen, *now} if seen.get(name) != now.get(name)))
