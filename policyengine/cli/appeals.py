"""`policyengine appeals`: what became of what the rules did, from the records."""

from __future__ import annotations

import click

from policyengine.cli.shared import Asked, Output, asks_output, asks_set, finish
from policyengine.cli.workspace import open_workspace, supplied_by, unusable
from policyengine.evaluate.of_set import judge_set
from policyengine.evaluate.related import Records
from policyengine.report.appeals import render
from policyengine.report.json import encode


@click.command(epilog="Example: policyengine appeals --records comments.ndjson --only 'moderation.*'")
@click.argument("files", nargs=-1, metavar="[FILE|DIR...]")
@asks_set
@asks_output("text", "json")
def command(files: tuple[str, ...], asked: Asked, output: Output) -> None:
    """List the rules of moderation by how often a person overturned what they did.

    Comments tell it under `moderation` (`rule`, `appeal`, `overturned`), the log of actions under the same names: those
    of --records and of policyengine.yaml, and of the files and folders that are named. The exit code is 0 whatever the
    share.
    """
    workspace = open_workspace(asked)
    faults = list(workspace.diagnostics)
    further = supplied_by(files, workspace, faults)
    output.diagnostics(faults, workspace.texts)
    if workspace.policies is not None:
        records = workspace.records.plus(Records.built(further))
        rows = judge_set(workspace.policies.assembly, records, workspace.at, asked.only).appeals
        output.data(encode({"appeals": rows}, indent=2) + "\n" if output.format == "json" else render(rows))
    finish(failed=unusable(faults) or workspace.policies is None, found=False)
