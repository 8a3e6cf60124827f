"""How long a cold process takes, beside its peers: `python -m benchmarks.cold_start [--runs 9] [--example FILE]`.

Every round starts each command once, one after the other, so that whatever else the machine does weighs on all alike;
the table shows the median of the rounds. Absolute times belong to the machine, ratios to the software. The first
round, in which caches fill, is not counted.

It prints the ratios that the project promises (lint to cfn-lint, import to import) and asserts none of them: a time is
no test.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from policyengine.shipped import shipped

TEMPLATE = Path(__file__).parent / "data" / "template.yaml"
AT = "2026-06-15T12:00:00Z"
FLOOR = "python, nothing imported"


class Command(Struct, frozen=True):
    """A process to time, under the name that its row has; with any other exit code its time means nothing."""

    name: str
    argv: tuple[str, ...]
    worked: tuple[int, ...] = (0,)


class Row(Struct, frozen=True):
    """What the rounds of one command showed, in milliseconds, or why it could not run."""

    name: str
    times: tuple[float, ...] = ()
    problem: str = ""

    @property
    def median(self) -> float:
        """Return the median in milliseconds."""
        return statistics.median(self.times)


def commands(example: Path) -> list[Command]:
    """Return the commands of the comparison; each runs in a fresh interpreter of the same Python."""
    python = sys.executable
    # Both linters start as their installed commands do, from the same interpreter.
    start = "import sys; from {} import main; sys.exit(main())"
    lint = (python, "-c", start.format("policyengine.cli"), "lint", str(example))
    # 1: the submission has findings, which is a linter's ordinary work.
    return [
        Command(FLOOR, (python, "-c", "pass")),
        Command("import click", (python, "-c", "import click")),
        Command("import policyengine", (python, "-c", "import policyengine")),
        Command("policyengine lint", (*lint, "--policies", str(shipped("policies")), "--at", AT), worked=(0, 1)),
        Command("cfn-lint", (python, "-c", start.format("cfnlint.runner"), str(TEMPLATE))),
    ]


def time_once(command: Command) -> tuple[float, str]:
    """Return the wall time of one cold process in milliseconds, and the last line it said if it could not work."""
    start = time.perf_counter()
    done = subprocess.run(command.argv, capture_output=True, text=True, check=False)
    elapsed = (time.perf_counter() - start) * 1000
    if done.returncode in command.worked and "Traceback" not in done.stderr:
        return elapsed, ""
    said = (done.stderr or done.stdout).strip().splitlines()
    return elapsed, said[-1] if said else f"exit code {done.returncode}"


def measure(todo: Sequence[Command], runs: int) -> list[Row]:
    """Time every command `runs` times, in alternation; a command that cannot work is tried once and left out."""
    problems: dict[str, str] = {}
    for command in todo:
        _, problem = time_once(command)
        if problem:
            problems[command.name] = problem
    times: dict[str, list[float]] = {command.name: [] for command in todo if command.name not in problems}
    for _ in range(runs):
        for command in todo:
            if command.name in times:
                times[command.name].append(time_once(command)[0])
    return [Row(c.name, tuple(times.get(c.name, ())), problems.get(c.name, "")) for c in todo]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table; `net` is without the interpreter's own start."""
    floor = next((row.median for row in rows if row.name == FLOOR and row.times), 0.0)
    lines = ["| cold process | median ms | min ms | net ms |", "|---|---:|---:|---:|"]
    for row in rows:
        if row.times:
            lines.append(f"| {row.name} | {row.median:.0f} | {min(row.times):.0f} | {row.median - floor:.0f} |")
        else:
            lines.append(f"| {row.name} | could not run: {row.problem} | | |")
    return "\n".join(lines)


def ratios(rows: Sequence[Row]) -> str:
    """Return the promised ratios as a Markdown table, whole processes and without the interpreter's own start."""
    known = {row.name: row.median for row in rows if row.times}
    floor = known.get(FLOOR, 0.0)
    lines = ["| ratio | promised | whole process | net |", "|---|---:|---:|---:|"]
    for ours, theirs, promised in (
        ("policyengine lint", "cfn-lint", "≤ 0.6"),
        ("import policyengine", "import click", "≤ 3"),
    ):
        if ours in known and theirs in known:
            whole, net = known[ours] / known[theirs], (known[ours] - floor) / (known[theirs] - floor)
            lines.append(f"| {ours} / {theirs} | {promised} | {whole:.2f} | {net:.2f} |")
        else:
            lines.append(f"| {ours} / {theirs} | {promised} | not measured | |")
    return "\n".join(lines)


def default_example() -> Path:
    """Return the first submission among the shipped examples, by path."""
    found = sorted(p for p in shipped("examples").rglob("*") if p.suffix in {".md", ".yaml", ".json"})
    submissions = [p for p in found if p.name not in {"README.md", "policyengine.yaml"}]
    if not submissions:
        sys.exit("there is no submission among the examples; name one with --example")
    return submissions[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=9, help="rounds to count (default 9)")
    parser.add_argument("--example", type=Path, help="the submission to lint (default: the first of the examples)")
    options = parser.parse_args()
    if importlib.util.find_spec("cfnlint") is None:
        print("cfn-lint is not installed: pip install -e '.[bench]'", file=sys.stderr)
    example = options.example or default_example()
    rows = measure(commands(example), options.runs)
    print(f"Python {sys.version.split()[0]}, {options.runs} rounds, lint of {example.name}\n")
    print(table(rows), ratios(rows), sep="\n\n")


if __name__ == "__main__":
    main()
