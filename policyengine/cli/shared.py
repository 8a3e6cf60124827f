"""What commands share: exit codes, options, and writing what they found."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, cast

import click
from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.suggest import did_you_mean
from policyengine.report import FORMATS, renderer
from policyengine.report.findings import CATEGORIES, Category, Report, View
from policyengine.report.timeline import signs

FINE: Final = 0
FOUND: Final = 1
FAILED: Final = 2
NO_ANSWER: Final = 3
"""Exit codes: nothing that --fail-on names; something that it names; the work was not done; no answer is possible."""

Command = Callable[..., Any]


class Asked(Struct, frozen=True, kw_only=True):
    """What the shared options ask for. `at` is None for now; `policies` is empty for the configured ones."""

    policies: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    related: str | None = None
    only: tuple[str, ...] = ()
    at: datetime | date | None = None
    map: str | None = None
    rev: str | None = None


class Output(Struct, frozen=True, kw_only=True):
    """How output is wanted. Data goes to standard output, everything else to standard error.

    `signs`: standard output can show more than ASCII.
    """

    format: str = "text"
    quiet: bool = False
    colour: bool = False
    colour_err: bool = False
    signs: bool = True

    def data(self, text: str) -> None:
        """Write to standard output, as it is."""
        click.echo(text, nl=False, color=True)

    def say(self, text: str) -> None:
        """Write a line to standard error."""
        click.echo(text, err=True, color=True)

    def report(self, report: Report, texts: Texts, zone: tzinfo = UTC) -> None:
        """Write a report in the wanted format, with times as the clocks of a zone show them."""
        colour = self.colour and self.format == "text"
        view = View(text_of=texts, colour=colour, quiet=self.quiet, signs=self.signs, zone=zone)
        self.data(renderer(self.format)(report, view))

    def diagnostics(self, found: Iterable[Diagnostic], texts: Texts) -> None:
        """Write diagnostics to standard error, as people read them: for commands whose data is something else."""
        from policyengine.report.snippet import render  # noqa: PLC0415 - only where there is a fault

        for diagnostic in found:
            if diagnostic.severity == "error" or not self.quiet:
                self.say(render(diagnostic, texts, colour=self.colour_err) + "\n")


class Texts:
    """The texts of files, for snippets: those that were read already, else from the disk."""

    def __init__(self) -> None:
        """Begin without any."""
        self._known: dict[str, str] = {}

    def add(self, file: str, text: str) -> None:
        """Keep a file's text as it was read."""
        self._known[file] = text

    def __call__(self, file: str) -> str | None:
        """Return the text of a file; None where it cannot be read."""
        if file not in self._known:
            try:
                self._known[file] = Path(file).read_text(encoding="utf-8", errors="replace")
            except (OSError, ValueError):
                return None
        return self._known[file]


# Options --------------------------------------------------------------------------------------------------------------


class Moment(click.ParamType[Any]):
    """A time with an offset, or a day (its beginning, in the configured zone)."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the time or the day; click's usage error for anything else."""
        from policyengine.core.instant import parse_date, parse_time  # noqa: PLC0415 - only with the option
        from policyengine.core.quantity import Problem  # noqa: PLC0415

        if not isinstance(value, str):
            return value
        day = parse_date(value)
        found = parse_time(value) if isinstance(day, Problem) else day
        if isinstance(found, Problem):
            self.fail(f"{found.message}{f'; {found.help}' if found.help else ''}", param, ctx)
        return found


class Categories(click.ParamType[Any]):
    """A list of what makes a run fail: `error,block,unproven`; `none` is nothing."""

    name = "list"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the categories; click's usage error for an unknown word."""
        if not isinstance(value, str):
            return value
        words = [word.strip() for word in value.split(",") if word.strip()]
        for word in words:
            if word not in (*CATEGORIES, "none"):
                help_ = did_you_mean(word, (*CATEGORIES, "none")) or f"there are {', '.join(CATEGORIES)} and none"
                self.fail(f"`{word}` is none of what --fail-on takes; {help_}", param, ctx)
        return frozenset(cast("list[Category]", [word for word in words if word != "none"]))


def fail_on_option(default: str) -> Callable[[Command], Command]:
    """Return the option `--fail-on`; None is handed over where it is not given."""
    return click.option(
        "--fail-on",
        type=Categories(),
        metavar="LIST",
        help=f"What makes the exit code 1, of {', '.join(CATEGORIES)} (default: {default}; `none` for nothing).",
    )


_POLICIES: Final = "Policies to take (default: policyengine.yaml, else policies/, else the shipped library)."


def asks_set(command: Command) -> Command:
    """Add the options that say which policies and records count, and when; they are handed over as `asked`."""
    options = [
        click.option("--policies", multiple=True, metavar="PATH", help=_POLICIES),
        click.option(
            "--records", multiple=True, metavar="PATH", help="More records to find related ones in; repeatable."
        ),
        click.option("--related", metavar="FILE", help="A file of records that count as related for this run only."),
        click.option(
            "--only", multiple=True, metavar="PATTERN", help="Policies by id, as in 'disclosure.*'; repeatable."
        ),
        click.option(
            "--at", type=Moment(), metavar="TIME", help="When, as in 2026-06-15T12:00:00Z or 2026-06-15 (default: now)."
        ),
        click.option("--map", metavar="FILE", help="How the columns of CSV or foreign NDJSON become fields."),
        click.option("--rev", metavar="GIT_REV", help="The policies as of a git revision."),
    ]
    names = ("policies", "records", "related", "only", "at", "map", "rev")

    @functools.wraps(command)
    def run(**given: Any) -> Any:
        return command(asked=Asked(**{name: given.pop(name) for name in names}), **given)

    for option in reversed(options):
        run = option(run)
    return run


def asks_output(*formats: str) -> Callable[[Command], Command]:
    """Add `--format` (with formats, the first the default), `--quiet` and `--no-color`; handed over as `output`."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(**given: Any) -> Any:
            no_color = given.pop("no_color") or bool(os.environ.get("NO_COLOR"))
            output = Output(
                format=given.pop("format", "text"),
                quiet=given.pop("quiet"),
                colour=not no_color and sys.stdout.isatty(),
                colour_err=not no_color and sys.stderr.isatty(),
                signs=_shows(sys.stdout.encoding, signs()),
            )
            return command(output=output, **given)

        run = click.option("--no-color", is_flag=True, help="No colours (also with the variable NO_COLOR).")(run)
        run = click.option("--quiet", "-q", is_flag=True, help="Only what fails.")(run)
        if formats:
            choice = click.option(
                "--format", type=click.Choice(formats), default=formats[0], show_default=True, help="How it is written."
            )
            run = choice(run)
        return run

    return decorate


def _shows(encoding: str | None, text: str) -> bool:
    """Tell whether a stream of an encoding can show a text; one that does not say is taken for ASCII."""
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


REPORTS: Final = FORMATS


def moment(asked: datetime | date | None, zone: Any) -> datetime:
    """Return the evaluation time in UTC; the one place that reads the clock."""
    if asked is None:
        return datetime.now(tz=UTC).replace(microsecond=0)
    if isinstance(asked, datetime):
        return asked
    from policyengine.core.instant import start_of_day  # noqa: PLC0415 - only with the option

    return start_of_day(asked, zone)


def finish(*, failed: bool, found: bool) -> None:
    """End the command with its exit code; 2 outranks 1."""
    code = FAILED if failed else FOUND if found else FINE
    if code:
        click.get_current_context().exit(code)
