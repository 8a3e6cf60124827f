"""`policyengine lint`: submissions against the policies, with every fault and finding at its line and column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from policyengine.cli.grouping import groups_of
from policyengine.cli.progress import progress
from policyengine.cli.shared import REPORTS, Asked, Output, asks_output, asks_set, fail_on_option, finish
from policyengine.cli.workspace import (
    Submitted,
    Workspace,
    open_workspace,
    settled,
    submission_files,
    submitted,
    unusable,
)
from policyengine.core.decision import Decision
from policyengine.core.diagnostic import Diagnostic, Related, Span, collected
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.grouping import Groups
from policyengine.evaluate.selecting import selected
from policyengine.evaluate.submission import Submission, placed
from policyengine.evaluate.waiving import idle
from policyengine.report.about import about
from policyengine.report.findings import Category, Report, Reviewed

_FAIL_ON: frozenset[Category] = frozenset(["error", "block", "unproven"])


@click.command(epilog="Example: policyengine lint submissions/post-17.md --at 2026-06-15T12:00:00Z")
@click.argument("files", nargs=-1, required=True, metavar="FILE|DIR...")
@fail_on_option("error,block,unproven")
@asks_set
@asks_output(*REPORTS)
def command(files: tuple[str, ...], fail_on: frozenset[Category] | None, asked: Asked, output: Output) -> None:
    """Judge submissions (posts, campaigns, any record): every fault and finding at its file, line and column.

    Reads YAML, JSON, NDJSON, Markdown with front matter, and with --map CSV and foreign NDJSON; of folders every such
    file. Approvals that are pending are a notice.
    """
    workspace = open_workspace(asked)
    paths = submission_files(files, mapped=workspace.mapping is not None)
    found = [submitted(path, workspace) for path in progress(paths, "files read", quiet=output.quiet)]
    faults = [*workspace.diagnostics, *(d for one in found for d in one.diagnostics), *_doubles(found)]
    if not paths:
        faults.append(
            Diagnostic("PE508", "there is no submission in these folders", help="name a file or a folder of records")
        )
    alone = sum(len(one.submissions) for one in found) <= 1
    groups = groups_of(found, workspace)
    reviewed = tuple(
        review(submission, workspace, sound=one.sound, alone=alone, groups=groups)
        for one in progress(found, "files judged", quiet=output.quiet)
        for submission in one.submissions
    )
    faults.extend(_not_asked(reviewed, workspace))
    if not alone:
        faults.extend(_idle_waivers(reviewed, workspace))
    named = fail_on if fail_on is not None else frozenset(workspace.config.fail_on or _FAIL_ON)
    broken = unusable(faults) or workspace.policies is None or _uncovered(reviewed, workspace.policies)
    report = Report(
        diagnostics=collected(faults),
        reviewed=reviewed,
        about=about(workspace.policies) if output.format == "sarif" else {},
        fail_on=named,
        unusable=broken,
    )
    output.report(report, workspace.texts, workspace.config.zone)
    finish(failed=broken, found=report.fails)


def review(
    submission: Submission,
    workspace: Workspace,
    *,
    sound: bool = True,
    alone: bool = True,
    groups: Groups | None = None,
) -> Reviewed:
    """Return a submission with the Decision about it; without one where there are no policies or no sound record."""
    if workspace.policies is None or not sound:
        return Reviewed(submission=submission)
    decision = decide(submission, workspace, workspace.policies, alone=alone, groups=groups)
    return Reviewed(submission=submission, decision=decision)


def decide(
    submission: Submission,
    workspace: Workspace,
    policies: PolicySet,
    *,
    alone: bool = True,
    groups: Groups | None = None,
) -> Decision:
    """Return the Decision about a submission, with facts that are not its author's to state taken from elsewhere."""
    record, stated = settled(submission, workspace)
    decision = policies.evaluate(
        record,
        at=workspace.at,
        only=workspace.asked.only,
        validate=True,
        mode=workspace.mode,
        self_asserted=stated,
        alone=alone,
        groups=groups,
    )
    return placed(decision, submission)


def _doubles(found: Iterable[Submitted]) -> Iterable[Diagnostic]:
    """Yield an error for each record that is submitted twice: which of the two is meant is not for us to say."""
    places: dict[tuple[str, str], Span] = {}
    for one in found:
        for submission in one.submissions:
            key = (submission.kind.name, submission.id)
            if submission.id and key in places:
                message = f"two records of type {key[0]} have the id `{key[1]}`"
                related = (Related(places[key], "the other one"),)
                yield Diagnostic("PE408", message, submission.start, help="keep one of them", related=related)
            places.setdefault(key, submission.start)


def _uncovered(reviewed: Iterable[Reviewed], policies: PolicySet) -> bool:
    return any(not policies.assembly.for_type(r.submission.kind.name) for r in reviewed)


def _idle_waivers(reviewed: Iterable[Reviewed], workspace: Workspace) -> Iterable[Diagnostic]:
    """Return a warning for each waiver that changed nothing about all of these records."""
    if workspace.policies is None:
        return ()
    decisions = [r.decision for r in reviewed if r.decision is not None]
    kinds = {decision.record["type"] for decision in decisions}
    assembly = workspace.policies.assembly
    judged = {unit.id for kind in kinds for unit in assembly.for_type(kind) if selected(unit.id, workspace.asked.only)}
    waivers = [w for w in assembly.waivers if w.policy in judged and selected(w.id, workspace.asked.only)]
    waived = {item["waiver"] for decision in decisions for item in decision.waived}
    return idle(assembly, waivers, waived, workspace.at)


def _not_asked(reviewed: Iterable[Reviewed], workspace: Workspace) -> Iterable[Diagnostic]:
    """Yield a warning for each type of record that none of the policies named with `--only` is about."""
    only: Any = workspace.asked.only
    if not only or workspace.policies is None:
        return
    for kind in sorted({r.submission.kind.name for r in reviewed}):
        units = workspace.policies.assembly.for_type(kind)
        if units and not any(selected(unit.id, only) for unit in units):
            message = f"none of the policies that `--only` names is about records of type {kind}"
            yield Diagnostic("PE507", message, severity="warning", help="they were not judged")
