"""`policyengine evaluate`: the Decision as JSON; NDJSON in, NDJSON out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from policyengine.cli.grouping import groups_of
from policyengine.cli.shared import Asked, Output, asks_output, asks_set, finish
from policyengine.cli.workspace import Submitted, Workspace, name_of, open_workspace, submitted_data, unusable
from policyengine.core.diagnostic import Diagnostic, has_errors
from policyengine.core.reading import NDJSON, suffix
from policyengine.core.source import Source
from policyengine.evaluate.grouping import Groups, has_groups
from policyengine.evaluate.submission import Submission, placed, submissions_in
from policyengine.policyset.loading import unreadable
from policyengine.report.json import encode

_STDIN = "-"


@click.command(epilog="Example: policyengine evaluate post.json --at 2026-06-15T12:00:00Z | jq .outcome")
@click.argument("file", metavar="FILE|-")
@asks_set
@asks_output()
def command(file: str, asked: Asked, output: Output) -> None:
    """Print the Decision about each record of a file, or of standard input (-), as JSON.

    One record gives indented JSON, several give one line each. On NDJSON every line is answered in order, a bad one
    with its line and problem, and the exit code is then 2; it is 0 whatever the outcomes.
    """
    workspace = open_workspace(asked)
    output.diagnostics(workspace.diagnostics, workspace.texts)
    if workspace.policies is None:
        finish(failed=True, found=False)
    try:
        name, lines = _lines(file)
    except OSError as fault:
        output.diagnostics([unreadable(file, fault)], workspace.texts)
        return finish(failed=True, found=False)
    broken = unusable(workspace.diagnostics)
    if workspace.mapping is None and (suffix(name) in NDJSON or lines.several):
        for answer in _stream(name, lines.all(), workspace):
            broken |= "problem" in answer
            output.data(encode(answer) + "\n")
    else:
        broken |= _whole(submitted_data(name, lines.whole(), workspace), workspace, output)
    return finish(failed=broken, found=False)


class _Lines:
    """The lines of a file or of standard input; looks at the first two to tell JSON from NDJSON."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._rest = lines
        self._first: list[bytes] = []
        for line in lines:
            self._first.append(line)
            if sum(bool(kept.strip()) for kept in self._first) > 1:
                break

    @property
    def several(self) -> bool:
        """Tell whether the first line is a whole document, and another one follows it."""
        from policyengine.core.reader_json import decode_json  # noqa: PLC0415 - only for standard input

        first = [line for line in self._first if line.strip()]
        return len(first) > 1 and not decode_json(first[0])[1]

    def all(self) -> Iterator[bytes]:
        """Yield every line, as it comes in."""
        yield from self._first
        yield from self._rest

    def whole(self) -> bytes:
        """Return everything."""
        return b"".join(self.all())


def _lines(file: str) -> tuple[str, _Lines]:
    if file == _STDIN:
        return "standard input.json", _Lines(iter(sys.stdin.buffer))
    opened = Path(file).open("rb")  # noqa: SIM115 - the command's context closes it
    return name_of(Path(file)), _Lines(iter(click.get_current_context().with_resource(opened)))


def _whole(found: Submitted, workspace: Workspace, output: Output) -> bool:
    """Write the Decisions about all records of one file, and return whether anything kept one from being made."""
    output.diagnostics(found.diagnostics, workspace.texts)
    submissions = found.submissions if found.sound else ()
    groups = groups_of([found], workspace, trusted=True)
    indent = 2 if len(submissions) == 1 else 0
    for submission in submissions:
        output.data(encode(decision(submission, workspace, groups), indent=indent) + "\n")
    return unusable(found.diagnostics) or not submissions


def decision(submission: Submission, workspace: Workspace, groups: Groups | None = None) -> dict[str, Any]:
    """Return the Decision about a record whose sender is trusted, as plain data."""
    assert workspace.policies is not None  # noqa: S101 - the command ended before
    found = workspace.policies.evaluate(
        submission.record,
        at=workspace.at,
        only=workspace.asked.only,
        validate=True,
        mode=workspace.mode,
        groups=groups,
    )
    return placed(found, submission).to_dict()


def _stream(name: str, lines: Iterator[bytes], workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Yield the answer to each line.

    Nothing is kept, so the file may be of any size, unless a rule is about several records: then all lines are read
    before the first is answered.
    """
    assert workspace.policies is not None  # noqa: S101 - the command ended before
    groups = None
    if has_groups(workspace.policies.assembly, tuple(workspace.asked.only)):
        kept = list(lines)
        records = [s.record for _, found, faults in _lines_of(name, kept, workspace) if not faults for s in found]
        groups = workspace.policies.groups(records, at=workspace.at, only=workspace.asked.only)
        lines = iter(kept)
    for number, submissions, faults in _lines_of(name, lines, workspace):
        for fault in faults[:1]:
            problem = fault.message + (f"; {fault.help}" if fault.help else "")
            yield {"line": number, "problem": problem}
        if not faults:
            for submission in submissions:
                yield decision(submission, workspace, groups)


def _lines_of(
    name: str, lines: Iterable[bytes], workspace: Workspace
) -> Iterator[tuple[int, tuple[Submission, ...], tuple[Diagnostic, ...]]]:
    """Yield the number of each line, the submissions in it, and what is wrong with it."""
    from policyengine.core.reader_json import iter_ndjson  # noqa: PLC0415 - only for NDJSON

    for line in iter_ndjson(lines, name):
        faults: tuple[Diagnostic, ...] = line.diagnostics
        submissions: tuple[Submission, ...] = ()
        if line.node is not None and not has_errors(faults):
            submissions, faults = submissions_in(Source(name, "", (line.node,)), workspace.types)
        yield line.number, submissions, faults
