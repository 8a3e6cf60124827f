"""`policyengine validate`: everything that is wrong with policies, suites and configuration, in one run."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from policyengine.cli.shared import REPORTS, Asked, Moment, Output, Texts, asks_output, fail_on_option, finish, moment
from policyengine.cli.workspace import no_policies, policies_of
from policyengine.core.diagnostic import Diagnostic, collected, has_errors
from policyengine.evaluate.config import configuration
from policyengine.evaluate.waiving import faults as waivers
from policyengine.lints import lint
from policyengine.policyset.units import Assembly
from policyengine.report.findings import Category, Report

_FAIL_ON: frozenset[Category] = frozenset(["error"])


@click.command(epilog="Example: policyengine validate policies --format github")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--policies", multiple=True, metavar="PATH", help="The same as PATH.")
@click.option("--rev", metavar="GIT_REV", help="The policies as of a git revision.")
@click.option(
    "--at", type=Moment(), metavar="TIME", help="When, as in 2026-06-15T12:00:00Z or 2026-06-15 (default: now)."
)
@click.option("--holes", is_flag=True, help="List where leaving a fact out passes in silence.")
@click.option("--words", is_flag=True, help="Try every list of terms on everyday words and on disguises.")
@fail_on_option("error")
@asks_output(*REPORTS)
def command(
    paths: tuple[str, ...],
    policies: tuple[str, ...],
    rev: str | None,
    at: datetime | date | None,
    holes: bool,  # noqa: FBT001 - click hands it over by name
    words: bool,  # noqa: FBT001 - as above
    fail_on: frozenset[Category] | None,
    output: Output,
) -> None:
    """Parse and check policies and their suites: syntax, fields, types, names, and what one policy says of another.

    Waivers that are over at the time are warnings, and so are those that nobody entitled approved.

    Without PATH: the policies of policyengine.yaml, else policies/, else the shipped library.
    """
    found = configuration(Path.cwd())
    asked = Asked(policies=(*paths, *policies), rev=rev)
    faults = list(found.diagnostics)
    broken = False
    if not has_errors(faults):
        loaded = policies_of(asked, found.config)
        faults.extend(loaded.diagnostics)
        # Without a place: not a fault inside a file, but one that keeps the files from being looked at.
        broken = any(d.span is None and d.severity == "error" for d in loaded.diagnostics)
        if loaded.assembly is not None:
            empty = not loaded.assembly.documents and not loaded.assembly.suites
            if empty:
                faults.append(no_policies(asked.policies or found.config.policies))
                broken = True
            if loaded.assembly.units and loaded.assembly.suites:
                faults.extend(_inside_suites(loaded.assembly))
            faults.extend(lint(loaded.assembly))
            faults.extend(waivers(loaded.assembly, moment(at, found.config.zone)))
            if holes and not empty:
                faults.extend(_holes(loaded.assembly))
            if words and not empty:
                faults.extend(_words(loaded.assembly))
    named = fail_on if fail_on is not None else _FAIL_ON
    report = Report(diagnostics=collected(faults), fail_on=named, unusable=broken)
    output.report(report, Texts())
    if output.format == "text" and not faults and not output.quiet:
        output.say("no faults")
    finish(failed=broken, found=report.fails)


def _inside_suites(assembly: Assembly) -> tuple[Diagnostic, ...]:
    """Return what is wrong inside suites: rules, people and fields that nobody knows."""
    from policyengine.verify.suite import read_suites  # noqa: PLC0415 - only where there are suites

    return read_suites(assembly).diagnostics


def _words(assembly: Assembly) -> tuple[Diagnostic, ...]:
    """Return what every list of terms would hit and miss, as notes."""
    from policyengine.lints.words import words  # noqa: PLC0415 - only when asked for

    return tuple(words(assembly))


def _holes(assembly: Assembly) -> tuple[Diagnostic, ...]:
    """Return where leaving a fact out passes in silence, as notes: they are to be looked at, not all to be mended."""
    from policyengine.lints.holes import holes  # noqa: PLC0415 - only when asked for

    return tuple(hole.diagnostic() for hole in holes(assembly))
