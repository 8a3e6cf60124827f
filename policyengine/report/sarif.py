"""SARIF 2.1.0, as code scanning takes it: rules with their help, results with regions in code points."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from policyengine.core.codes import CODES
from policyengine.core.diagnostic import Related, Span
from policyengine.report.escape import sarif_text, uri
from policyengine.report.findings import About, Item, Report, View
from policyengine.report.json import encode

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TITLE: Final = 120


def render(report: Report, view: View) -> str:
    """Return the report as a SARIF log of one run."""
    items = [item for item in report.items() if item.level == "error" or not view.quiet]
    names = sorted({item.rule for item in items})
    numbers = {name: number for number, name in enumerate(names)}
    counted: dict[str, int] = {}
    run = {
        "tool": {"driver": _driver(names, report)},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.unusable}],
        "results": [_result(item, numbers, counted) for item in items],
    }
    return encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(names: list[str], report: Report) -> dict[str, Any]:
    import policyengine  # noqa: PLC0415 - for its version

    return {
        "name": "policyengine",
        "semanticVersion": policyengine.__version__,
        "rules": [_code(name) if name in CODES else _rule(name, report.about.get(name)) for name in names],
    }


def _code(name: str) -> dict[str, Any]:
    code = CODES[name]
    help_ = "\n".join(
        [code.why, *([f"Wrong:\n{code.bad}"] if code.bad else []), *([f"Right:\n{code.good}"] if code.good else [])]
    )
    return {
        "id": name,
        "shortDescription": {"text": sarif_text(code.title)},
        "fullDescription": {"text": sarif_text(code.why)},
        "help": {"text": sarif_text(help_)},
    }


def _rule(name: str, about: About | None) -> dict[str, Any]:
    title = about.title if about is not None and about.title else name
    lines = [title]
    if about is not None and about.owner:
        lines.append(f"Owner: {about.owner}")
    for source, address in about.sources if about is not None else ():
        lines.append(f"Source: {source}" + (f", {address}" if address else ""))
    rule: dict[str, Any] = {
        "id": name,
        "shortDescription": {"text": sarif_text(title if len(title) <= _TITLE else f"{title[:_TITLE]}…")},
        "fullDescription": {"text": sarif_text(title)},
        "help": {"text": sarif_text("\n".join(lines))},
    }
    return rule


def _result(item: Item, numbers: dict[str, int], counted: dict[str, int]) -> dict[str, Any]:
    text = item.message if item.help is None else f"{item.message}\n{item.help}"
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "ruleIndex": numbers[item.rule],
        "level": item.level,
        "message": {"text": sarif_text(text) or item.rule},
        "partialFingerprints": {"policyengine/v1": _fingerprint(item, counted)},
    }
    if item.span is not None:
        result["locations"] = [{"physicalLocation": _location(item.span)}]
    if item.related:
        result["relatedLocations"] = [_related(number, related) for number, related in enumerate(item.related, 1)]
    if item.settled is not None:
        why = {"justification": sarif_text(item.settled)} if item.settled else {}
        result["suppressions"] = [{"kind": "external", "status": "accepted", **why}]
    if item.subject:
        result["properties"] = {"record": sarif_text(item.subject)}
    return result


def _fingerprint(item: Item, counted: dict[str, int]) -> str:
    """Return what tells a finding again after lines have moved: rule, file and record, and the how-manieth it is."""
    file = item.span.file if item.span is not None else ""
    key = f"{item.rule}\x00{file}\x00{item.subject}"
    counted[key] = counted.get(key, 0) + 1
    return hashlib.sha256(f"{key}\x00{counted[key]}".encode("utf-8", "replace")).hexdigest()[:32]


def _location(span: Span) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.column}
    if (span.end_line, span.end_column) > (span.line, span.column):
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    return {"artifactLocation": _artifact(span.file), "region": region}


def _artifact(file: str) -> dict[str, Any]:
    """Return a file's place: relative to the repository's root (the working directory) if it lies there."""
    path = Path(file)
    if path.is_absolute():
        here = Path.cwd()
        if not path.is_relative_to(here):
            return {"uri": path.as_uri()}
        path = path.relative_to(here)
    return {"uri": uri(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _related(number: int, related: Related) -> dict[str, Any]:
    message = {"text": sarif_text(related.message)}
    return {"id": number, "message": message, "physicalLocation": _location(related.span)}
