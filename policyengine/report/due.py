"""What falls due, for people and machines: one function a format, each of which escapes what it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.diagnostic import Severity as Level
from policyengine.evaluate.due import Due, Row
from policyengine.evaluate.due.row import written
from policyengine.report import github, sarif
from policyengine.report.due_words import facts, headline, measured, standing, subject, summary, unsure
from policyengine.report.escape import cell, terminal, xml_text
from policyengine.report.findings import About, Item, Report, View
from policyengine.report.json import diagnostic, encode
from policyengine.report.snippet import render as snippet

_COLOURS: Final = {
    "never": "\x1b[1;31m",
    "overdue": "\x1b[1;31m",
    "due": "\x1b[1;33m",
    "upcoming": "\x1b[1;32m",
    "unproven": "\x1b[1;36m",
}
_RESET: Final = "\x1b[0m"
_DIM: Final = "\x1b[2m"


class Found(Struct, frozen=True, eq=False, kw_only=True):
    """What a run found: faults of policies and records, and what falls due; `fails`: what is late makes it fail."""

    due: Due | None
    diagnostics: tuple[Diagnostic, ...] = ()
    about: dict[str, About] = {}
    fails: bool = False
    unusable: bool = False

    def rows(self, view: View) -> tuple[Row, ...]:
        """Return the rows; with `quiet` only those that are late."""
        rows = self.due.rows if self.due is not None else ()
        return tuple(row for row in rows if row.late or not view.quiet)

    def faults(self, view: View) -> tuple[Diagnostic, ...]:
        """Return the faults; with `quiet` only errors."""
        return tuple(d for d in self.diagnostics if d.severity == "error" or not view.quiet)


def text(found: Found, view: View) -> str:
    """Return blocks of text: faults, one block a row, what nobody can tell, and a summary."""
    blocks = [snippet(fault, view.text_of, colour=view.colour) for fault in found.faults(view)]
    blocks.extend("\n".join(_block(row, view)) for row in found.rows(view))
    if found.due is not None and not view.quiet:
        blocks.extend("\n".join(terminal(line) for line in measured(entry)) for entry in found.due.clocks)
        blocks.extend(f"undecided: {terminal(unsure(entry))}" for entry in found.due.undecided)
        blocks.append(summary(found.due))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _block(row: Row, view: View) -> Iterator[str]:
    word = standing(row)
    yield (
        f"{_COLOURS[row.status]}{word}{_RESET}: {terminal(row.what)}"
        if view.colour
        else (f"{word}: {terminal(row.what)}")
    )
    first, *rest = facts(row)
    place = terminal(f" ({row.file}:{row.line})") if row.file else ""
    yield f"  {terminal(first)}{f'{_DIM}{place}{_RESET}' if view.colour else place}"
    yield from (f"  {terminal(line)}" for line in rest)


def json(found: Found, view: View) -> str:
    """Return one JSON document: the time, counts, rows, what clocks took, what is undecided, and the faults."""
    plain = (
        found.due.to_dict()
        if found.due is not None
        else {"at": None, "counts": {}, "rows": [], "clocks": [], "undecided": []}
    )
    plain["rows"] = [row.to_dict() for row in found.rows(view)]
    faults = [diagnostic(fault) for fault in found.faults(view)]
    return encode({"failed": found.fails, "diagnostics": faults, **plain}, indent=2) + "\n"


def markdown(found: Found, view: View) -> str:
    """Return a table for a page or a pull request, faults above it."""
    lines = [f"- {fault.severity} {fault.code}: {cell(fault.message)}" for fault in found.faults(view)]
    rows = found.rows(view)
    if rows:
        lines += [""] if lines else []
        lines += ["| due | what | whose | last | stands | missing |", "|---|---|---|---|---|---|"]
        lines += [_line(row) for row in rows]
    if found.due is not None and not view.quiet:
        lines += ["", summary(found.due)] if lines else [summary(found.due)]
    return "\n".join(lines) + "\n" if lines else ""


def _line(row: Row) -> str:
    what = f"{row.what} ({' '.join([row.kind, row.policy, *([subject(row)] if row.record else [])])})"
    told = (written(row.next), what, row.owner, written(row.last), standing(row), ", ".join(row.missing))
    return f"| {' | '.join(cell(text or '') for text in told)} |"


def junit(found: Found, view: View) -> str:
    """Return JUnit XML: one test case a row, which fails where the row is late; faults are errors."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - only for this format

    rows, faults = found.rows(view), found.faults(view)
    errors = sum(fault.severity == "error" for fault in faults)
    counts = {
        "tests": str(len(rows) + errors),
        "failures": str(sum(row.late for row in rows)),
        "errors": str(errors),
        "skipped": "0",
    }
    root = ET.Element("testsuites", {"name": "policyengine due", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": "due", **counts})
    for fault in faults:
        if fault.severity == "error":
            where = {"classname": fault.code, "name": xml_text(str(fault.span or fault.code))}
            ET.SubElement(ET.SubElement(suite, "testcase", where), "error", {"message": xml_text(fault.message)})
    for row in rows:
        name = " ".join(part for part in (row.kind, row.policy, subject(row), row.part) if part)
        case = ET.SubElement(suite, "testcase", {"classname": xml_text(row.policy), "name": xml_text(name)})
        if row.late:
            failure = ET.SubElement(case, "failure", {"message": xml_text(headline(row)), "type": row.status})
            failure.text = "\n".join(xml_text(line) for line in facts(row))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


class _Lines(Report, frozen=True, eq=False, kw_only=True):
    """The rows in the form that annotations and code scanning render."""

    rows: tuple[Row, ...] = ()
    late: Level = "warning"

    def items(self) -> Iterator[Item]:
        """Yield the faults, then one item a row, at the place of its policy."""
        yield from super().items()
        for row in self.rows:
            level: Level = self.late if row.late else "note" if row.status == "upcoming" else "warning"
            span = Span(row.file, row.line, 1, row.line, 1) if row.file else None
            said = "\n".join(facts(row))
            yield Item(level=level, rule=row.policy, message=headline(row), span=span, help=said, subject=subject(row))


def _lines(found: Found, view: View) -> _Lines:
    return _Lines(
        diagnostics=found.faults(view),
        rows=found.rows(view),
        late="error" if found.fails else "warning",
        about=found.about,
        unusable=found.unusable,
    )


def commands(found: Found, view: View) -> str:
    """Return workflow commands: what is late is an error where it makes the run fail, else a warning."""
    return github.render(_lines(found, View(view.text_of)), View(view.text_of))


def scanning(found: Found, view: View) -> str:
    """Return a SARIF log, one result a row, at the place of its policy."""
    return sarif.render(_lines(found, View(view.text_of)), View(view.text_of))


FORMATS: Final[dict[str, Callable[[Found, View], str]]] = {
    "text": text,
    "json": json,
    "markdown": markdown,
    "github": commands,
    "junit": junit,
    "sarif": scanning,
}
"""The formats of `due`. There is no page yet (`html`): it comes with `policyengine report`."""
