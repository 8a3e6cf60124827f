"""`policyengine explain`: why a submission is judged as it is, and the smallest change that would alter it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from policyengine.cli.blame import last_edits
from policyengine.cli.grouping import groups_of
from policyengine.cli.shared import Asked, Output, asks_output, asks_set, finish
from policyengine.cli.workspace import Workspace, open_workspace, settled, submission_files, submitted, unusable
from policyengine.core.diagnostic import Diagnostic
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.explaining import Explanation, with_history
from policyengine.evaluate.submission import Submission
from policyengine.report.explanation import Shown, render
from policyengine.report.ink import Ink
from policyengine.report.json import encode


@click.command(epilog="Example: policyengine explain post.md --rule disclosure.gb/behind_fold")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--rule", "rules", multiple=True, metavar="P/R", help="Only this rule (or policy), whatever it says.")
@click.option("--all", "every", is_flag=True, help="Every rule, also those that found nothing.")
@click.option("--change/--no-change", default=True, help="Look for the smallest change that alters the outcome.")
@asks_set
@asks_output("text", "json")
def command(
    *, files: tuple[str, ...], rules: tuple[str, ...], every: bool, change: bool, asked: Asked, output: Output
) -> None:
    """Explain the Decision about each submission: the tests that decided, the values seen, the policy's line.

    Marked with * are the tests that decided. The exit code is 0 whatever the outcome.
    """
    workspace = open_workspace(asked)
    faults = [*workspace.diagnostics]
    if workspace.policies is not None:
        faults.extend(_unknown(rules, workspace.policies))
    broken = workspace.policies is None or unusable(faults)
    output.diagnostics(faults, workspace.texts)
    found = [submitted(path, workspace) for path in submission_files(files, mapped=workspace.mapping is not None)]
    for one in found:
        output.diagnostics(one.diagnostics, workspace.texts)
    broken |= any(unusable(one.diagnostics) for one in found)
    submissions = [s for one in found if one.sound for s in one.submissions]
    groups = groups_of(found, workspace)
    if workspace.policies is not None:
        for number, submission in enumerate(submissions):
            explanation = _explained(
                submission, workspace, workspace.policies, rules=rules, every=every, changes=change, groups=groups
            )
            _write(explanation, submission, output, workspace, alone=len(submissions) == 1, first=number == 0)
    finish(failed=broken or not submissions, found=False)


def _unknown(rules: tuple[str, ...], policies: PolicySet) -> Iterator[Diagnostic]:
    units = policies.assembly.units
    known = sorted({u.id for u in units} | {rule.name for u in units for rule in u.every_rule})
    findings = ("record.complete", "record.covered")
    for name in rules:
        # What a kind finds without a rule of that name is known by its policy only.
        policy = name.partition("/")[0]
        if name in known or policy in findings or (policy in known and not _has_rules(policy, policies)):
            continue
        help_ = did_you_mean(name, known) or "rules are named `policy/rule`, as `lint` shows them"
        yield Diagnostic("PE507", f"no rule is named `{name}`", help=help_)


def _has_rules(policy: str, policies: PolicySet) -> bool:
    return any(unit.every_rule for unit in policies.assembly.units if unit.id == policy)


def _explained(submission: Submission, workspace: Workspace, policies: PolicySet, **options: Any) -> Explanation:
    """Return the explanation of the Decision that `lint` gives, with who last changed each rule."""
    record, stated = settled(submission, workspace)
    found = policies.explain(
        record,
        at=workspace.at,
        only=workspace.asked.only,
        validate=True,
        mode=workspace.mode,
        self_asserted=stated,
        **options,
    )
    places = {rule.name: rule.source for rule in found.rules if rule.source is not None}
    edits = last_edits(places.values(), workspace.asked.rev)
    return with_history(found, {name: edits[place] for name, place in places.items() if place in edits})


def _write(
    explanation: Explanation,
    submission: Submission,
    output: Output,
    workspace: Workspace,
    *,
    alone: bool,
    first: bool,
) -> None:
    if output.format == "json":
        output.data(encode(explanation.to_dict(), indent=2 if alone else 0) + "\n")
        return
    start = submission.start
    subject = f"{submission.kind.name} {submission.id}".rstrip()
    ink = Ink(output.colour, output.signs, workspace.config.zone)
    shown = Shown(place=f"{start.file}:{start.line}", subject=subject, ink=ink)
    output.data(("" if first else "\n") + render(explanation, shown))
