"""JSON for machines: diagnostics, and for each submission its faults and its Decision."""

from __future__ import annotations

from typing import Any

import msgspec

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.report.escape import json_text
from policyengine.report.findings import Report, Reviewed, View

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(data: Any, *, indent: int = 0) -> str:
    """Return plain data as JSON, numbers exact, without a character that acts on a terminal or a page."""
    raw = _ENCODER.encode(_sound(data))
    return json_text((msgspec.json.format(raw, indent=indent) if indent else raw).decode())


def _sound(data: Any) -> Any:
    """Return the data with U+FFFD for halves of characters, which no encoding can say."""
    if isinstance(data, str):
        return data if data.isascii() else data.encode("utf-8", "replace").decode("utf-8")
    if isinstance(data, dict):
        return {_sound(key): _sound(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_sound(value) for value in data]
    return data


def render(report: Report, view: View) -> str:
    """Return the report as one JSON document."""
    found = {
        "failed": report.fails,
        "found": sorted(report.categories),
        "diagnostics": [diagnostic(d) for d in report.diagnostics if not view.quiet or d.severity == "error"],
        "submissions": [_reviewed(r) for r in report.reviewed if not view.quiet or r.categories & report.fail_on],
    }
    return encode(found, indent=2) + "\n"


def _reviewed(reviewed: Reviewed) -> dict[str, Any]:
    start = reviewed.submission.start
    return {
        "file": start.file,
        "line": start.line,
        "column": start.column,
        "type": reviewed.submission.kind.name,
        "id": reviewed.submission.id,
        "faults": [diagnostic(d) for d in reviewed.faults],
        "decision": reviewed.decision.to_dict() if reviewed.decision is not None else None,
    }


def diagnostic(found: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as plain data."""
    plain: dict[str, Any] = {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        **({} if found.span is None else _place(found.span)),
    }
    if found.help:
        plain["help"] = found.help
    if found.path:
        plain["path"] = list(found.path)
    if found.related:
        plain["related"] = [{"message": r.message, **_place(r.span)} for r in found.related]
    if found.fix is not None:
        plain["fix"] = {"replacement": found.fix.replacement, **_place(found.fix.span)}
    return plain


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
