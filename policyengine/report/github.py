"""Annotations on the lines of a pull request: workflow commands that GitHub's runners read from the log."""

from __future__ import annotations

from policyengine.report.escape import workflow_property, workflow_text
from policyengine.report.findings import Item, Report, View

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, view: View) -> str:
    """Return one command a line; with `quiet` only errors. Runners show ten of a kind, so folded ones are left out."""
    items = [item for item in report.items() if not item.folded and (item.level == "error" or not view.quiet)]
    return "".join(f"{_command(item)}\n" for item in items)


def _command(item: Item) -> str:
    title = item.rule if not item.subject else f"{item.rule} ({item.subject})"
    text = item.message if item.help is None else f"{item.message}\n{item.help}"
    span = item.span
    properties = {} if span is None else {
        "file": span.file.replace("\\", "/"),
        "line": str(span.line),
        "endLine": str(span.end_line),
        # Columns only within a line: the runner drops an annotation of several lines that has them.
        **({"col": str(span.column), "endColumn": str(span.end_column)} if span.line == span.end_line else {}),
    }  # fmt: skip
    properties["title"] = title
    said = ",".join(f"{name}={workflow_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[item.level]} {said}::{workflow_text(text)}"
