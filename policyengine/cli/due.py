"""`policyengine due`: what falls due, when and whose, from the policies and the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policyengine.cli.shared import Asked, Output, asks_output, asks_set, fail_on_option, finish
from policyengine.cli.workspace import open_workspace, supplied_by, unusable
from policyengine.core.diagnostic import Diagnostic, collected
from policyengine.core.duration import Duration, parse_duration
from policyengine.core.quantity import Problem
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.due import Due, Wanted, due
from policyengine.report.about import about
from policyengine.report.due import FORMATS, Found
from policyengine.report.findings import Category, View
from policyengine.shapes.directory import Directory


class Length(click.ParamType[Any]):
    """A length of time: `30d`, `12 weeks`, `10 business days`."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the length; click's usage error for anything else."""
        if not isinstance(value, str):
            return value
        found = parse_duration(value)
        if isinstance(found, Problem):
            self.fail(f"{found.message}{f'; {found.help}' if found.help else ''}", param, ctx)
        return found


@click.command(epilog="Example: policyengine due --within 30d --owner legal --ics due.ics --fail-on overdue")
@click.argument("files", nargs=-1, metavar="[FILE|DIR...]")
@click.option("--within", type=Length(), metavar="LENGTH", help="Only what is late or due within it, as in 30d.")
@click.option("--owner", metavar="TEAM", help="Only what is a team's (with its parts and its people), or a person's.")
@click.option(
    "--ics", metavar="FILE", type=click.Path(path_type=Path), help="Write what has a date as a calendar, too."
)
@fail_on_option("none; `overdue` is what can be named")
@asks_set
@asks_output(*FORMATS)
def command(
    files: tuple[str, ...],
    within: Duration | None,
    owner: str | None,
    ics: Path | None,
    fail_on: frozenset[Category] | None,
    asked: Asked,
    output: Output,
) -> None:
    """List what falls due: what, whose, when it was last done, when next, by how much it is late, what is missing.

    Reviews, trainings, audits, the review dates of policies, assumptions and choices, waivers that end, and the
    approvals, obligations, deadlines and escalations of records that have a time: those of --records and of
    policyengine.yaml, and of the files and folders that are named.
    """
    workspace = open_workspace(asked)
    faults = list(workspace.diagnostics)
    further = supplied_by(files, workspace, faults)
    found: Due | None = None
    if workspace.policies is not None:
        assembly = workspace.policies.assembly
        faults.extend(_unknown_owner(owner, assembly.directory, {unit.owner for unit in assembly.units}))
        wanted = Wanted(within=within, owner=owner, only=asked.only)
        found = due(assembly, workspace.records, workspace.at, wanted, further=further)
    named = fail_on if fail_on is not None else frozenset(workspace.config.fail_on or ())
    fails = "overdue" in named and found is not None and any(row.late for row in found.rows)
    broken = unusable(faults) or found is None
    result = Found(
        due=found,
        diagnostics=collected(faults),
        about=about(workspace.policies) if output.format == "sarif" else {},
        fails=fails,
        unusable=broken,
    )
    view = View(text_of=workspace.texts, colour=output.colour and output.format == "text", quiet=output.quiet)
    output.data(FORMATS[output.format](result, view))
    written = _calendar(ics, found, output)
    finish(failed=broken or not written, found=fails)


def _unknown_owner(owner: str | None, directory: Directory, owners: set[str]) -> list[Diagnostic]:
    known = {*directory.teams, *directory.people, *owners}
    if owner is None or owner in known:
        return []
    help_ = did_you_mean(owner, known) or "name a team or a person of the directory"
    return [Diagnostic("PE711", f"there is no team or person `{owner}`", help=help_)]


def _calendar(path: Path | None, found: Due | None, output: Output) -> bool:
    """Write the calendar if one is asked for; False where it could not be written."""
    if path is None or found is None:
        return True
    from policyengine.report.calendar import calendar  # noqa: PLC0415 - only with the option

    try:
        path.write_bytes(calendar(found))
    except OSError as fault:
        output.say(f"`{path}` could not be written: {fault.strerror}")
        return False
    undated = sum(row.next is None for row in found.rows)
    if undated and not output.quiet:
        output.say(f"{undated} of {len(found.rows)} have no date and are not in the calendar")
    return True
