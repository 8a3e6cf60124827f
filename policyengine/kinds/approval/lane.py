"""The fast lane may not open on what only the author says, unless the policy trusts them with it."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.core.record import Field, RecordType
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.approval.written import FastTrack
from policyengine.language.scope import resolve
from policyengine.language.tree import HERE, RECORD, Condition, Path, paths
from policyengine.shapes.contract import Context


def check_trust(written: FastTrack, condition: Condition, context: Context) -> None:
    """Report every field that opens the lane, is the author's to state, and is not trusted; and trust in nothing."""
    record = context.record
    assert record is not None  # noqa: S101 - a policy without a known record type is not compiled
    trusted = frozenset(written.trusts or ())
    for index, name in enumerate(written.trusts or ()):
        resolve(name, context.scope, context.document.value_span(written, "trusts", index), context.report, spread=True)
    said = sorted(
        {f.path for p in paths(condition) if (f := _stated(p, record)) is not None and not _backed(f, record, trusted)}
    )
    for name in said:
        help_ = did_you_mean(name, trusted) if trusted else None
        context.fault(
            "PE325",
            f"the lane would open on `{name}`, which the author states",
            context.document.span(written, "when"),
            help_ or f"add it if that is meant: `trusts: [{', '.join(sorted({*trusted, name}))}]`",
        )


def _stated(path: Path, record: RecordType) -> Field | None:
    """Return the field of the record itself that a path rests on; None for other records and for parts of elements.

    Inside a quantifier a path starts at the element; its field knows its place in the record (`claims.claim`).
    """
    if path.root not in {HERE, RECORD} or not path.steps:
        return None
    last = path.steps[-1].field
    for step in path.steps:
        last = step.field
        if step.follow is not None:
            break
    return last if record.field(last.path) is last else None


def _backed(field: Field, record: RecordType, trusted: Iterable[str]) -> bool:
    """Tell whether a field may open the lane: trusted, stated by others, or computed from such fields alone."""
    parts = field.path.split(".")
    parents = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
    if any(parent in trusted for parent in parents):
        return True
    if field.asserted_by is not None:
        return True
    if field.derived is None:
        return False
    prefix = field.path.rpartition(".")[0]
    sources = [
        record.field(f"{prefix}.{name}" if prefix else name) or record.field(name) for name in field.derived.reads
    ]
    return all(source is not None and _backed(source, record, trusted) for source in sources)
