"""`policyengine test`: the policies' own suites."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from policyengine.cli.shared import Output, Texts, asks_output, finish

if TYPE_CHECKING:
    from policyengine.verify.running import Result

_RED: Final = "\x1b[1;31m"
_GREEN: Final = "\x1b[1;32m"
_RESET: Final = "\x1b[0m"


@click.command(
    epilog="Example: policyengine test policies --filter 'behind the fold'",
    help="""Run the policies' own suites.

    PATHS are suites and folders of suites (default: all beside the policies): `*.test.yaml`, and documents of
    `kind: test` in other files.

    Exit codes: 0 all cases pass, 1 a case fails, 2 there is no case, or policies or suites are faulty.
    """,
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--policies",
    multiple=True,
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="The policies that are tested (default: those at PATHS, else the configured ones).",
)
@click.option("--filter", "filter_", metavar="TEXT", help="Only the cases with TEXT in `file: name`.")
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write the results as JUnit XML, too.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Cases run at the same time."
)
@asks_output("text", "json", "github", "junit")
def command(
    *,
    output: Output,
    paths: tuple[Path, ...],
    policies: tuple[Path, ...],
    filter_: str | None,
    junit: Path | None,
    jobs: int,
) -> None:
    """Run the suites."""
    from policyengine.core.diagnostic import has_errors  # noqa: PLC0415 - `--help` needs none of it
    from policyengine.verify.collecting import collect  # noqa: PLC0415
    from policyengine.verify.running import run_all  # noqa: PLC0415

    collected = collect(paths, policies=policies, folder=Path.cwd())
    texts = Texts()
    for file, text in collected.texts.items():
        texts.add(file, text)
    faulty = has_errors(collected.diagnostics)
    output.diagnostics(collected.diagnostics, texts)
    trials = [t for t in collected.trials if filter_ is None or filter_.casefold() in t.title.casefold()]
    if not trials:
        output.say(_nothing(filter_, found=len(collected.trials), faulty=faulty))
        finish(failed=True, found=False)
    results = run_all(trials, jobs=jobs)
    written = _junit_file(junit, results, output)
    output.data("".join(f"{line}\n" for line in _FORMATS[output.format](results, output)))
    finish(failed=faulty or not written, found=any(not result.passed for result in results))


def _nothing(text: str | None, *, found: int, faulty: bool) -> str:
    from policyengine.report.escape import terminal  # noqa: PLC0415

    if text is not None and found:
        return f"none of the {found} cases has `{terminal(text)}` in its file or name"
    return (
        "no case could be read" if faulty else "there are no cases: suites are documents of `kind: test` in *.test.yaml"
    )


def _junit_file(path: Path | None, results: Sequence[Result], output: Output) -> bool:
    """Write the results to a file; tell whether that went well."""
    if path is None:
        return True
    from policyengine.verify.junit import junit  # noqa: PLC0415

    try:
        path.write_bytes(junit(results))
    except OSError as fault:
        from policyengine.report.escape import terminal  # noqa: PLC0415

        output.say(f"`{terminal(str(path))}` cannot be written: {(fault.strerror or 'unwritable').lower()}")
        return False
    return True


# Formats --------------------------------------------------------------------------------------------------------------


def _text(results: Sequence[Result], output: Output) -> Iterator[str]:
    """Yield a line for each suite whose cases all pass, and everything about each case that fails."""
    from policyengine.report.escape import terminal  # noqa: PLC0415
    from policyengine.verify.wording import details, summary  # noqa: PLC0415

    red, green, reset = (_RED, _GREEN, _RESET) if output.colour else ("", "", "")
    for file in dict.fromkeys(result.span.file for result in results):
        of_file = [result for result in results if result.span.file == file]
        failed = [result for result in of_file if not result.passed]
        if not failed and not output.quiet:
            yield f"{green}pass{reset}  {terminal(file)}  {len(of_file)} case{'' if len(of_file) == 1 else 's'}"
        for result in failed:
            yield f"{red}fail{reset}  {terminal(file)}:{result.span.line}  {terminal(result.name)}"
            yield from (f"      {_indented(line)}" for line in details(result))
            yield ""
    if not output.quiet or any(not result.passed for result in results):
        yield summary(results)


def _indented(line: str) -> str:
    from policyengine.report.escape import terminal  # noqa: PLC0415

    text = line.lstrip(" ")
    return f"{line[: len(line) - len(text)]}{terminal(text)}"


def _json(results: Sequence[Result], _: Output) -> Iterator[str]:
    from policyengine.report.escape import json_text  # noqa: PLC0415

    failed = sum(not result.passed for result in results)
    plain = {"passed": len(results) - failed, "failed": failed, "cases": [_plain(result) for result in results]}
    yield json_text(json.dumps(plain, indent=2, ensure_ascii=False))


def _plain(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = {
        "suite": result.span.file,
        "line": result.span.line,
        "case": result.name,
        "passed": result.passed,
    }
    if not result.passed:
        found["differences"] = [
            {"what": d.what, "expected": d.expected, "seen": d.seen, "rules": list(d.rules), "line": d.span.line}
            for d in result.differences
        ]
        found["because"] = list(result.because)
    return found


def _github(results: Sequence[Result], _: Output) -> Iterator[str]:
    from policyengine.report.escape import workflow_property, workflow_text  # noqa: PLC0415
    from policyengine.verify.wording import details, summary  # noqa: PLC0415

    for result in results:
        if not result.passed:
            file = workflow_property(result.span.file.replace("\\", "/"))
            title = workflow_property(f"policy test: {result.name}")
            text = workflow_text("\n".join(details(result)))
            yield f"::error file={file},line={result.span.line},title={title}::{text}"
    yield summary(results)


def _junit(results: Sequence[Result], _: Output) -> Iterator[str]:
    from policyengine.verify.junit import junit  # noqa: PLC0415

    yield junit(results).decode().rstrip("\n")


_FORMATS: Final = {"text": _text, "json": _json, "github": _github, "junit": _junit}
