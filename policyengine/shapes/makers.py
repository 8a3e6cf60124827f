"""Who made a record: they approve, release, waive and let through nothing of it, unless a policy says otherwise."""

from __future__ import annotations

from typing import Final

from policyengine.core.record import RecordType

MAKERS: Final = ("author.id", "by", "decided_by")
"""The fields that name who made a record, in the types that have them; a policy may name others."""


def maker_of(kind: RecordType) -> str | None:
    """Return the field of a type that names who made a record, or None where it has none."""
    return next((name for name in MAKERS if kind.field(name) is not None), None)
