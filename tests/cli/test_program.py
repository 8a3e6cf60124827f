"""The program as a whole: help, usage, streams, encodings, completion, what a start imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import policyengine
from policyengine.cli import main
from policyengine.cli.group import COMMANDS, Program
from tests.cli.running import AT, POST, run, write

ROOT = Path(policyengine.__file__).parents[1]
MAIN = "import sys; from policyengine.cli import main; sys.exit(main())"


def cold(*arguments: str, folder: Path, code: str = MAIN, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program in a process of its own."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(  # noqa: S603 - only our own program
        [sys.executable, "-c", code, *arguments], cwd=folder, env=variables, capture_output=True, check=False
    )


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    assert isinstance(main, Program)
    found: dict[str, click.Command] = {}
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": c for inner, c in command.commands.items() if not c.hidden}
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_an_example(name: str) -> None:
    done = run(*name.split(), "--help")
    assert done.exit_code == 0
    assert f"policyengine {name}" in done.stdout.replace("\n  ", " ")
    assert "Example: policyengine" in done.stdout


def test_the_commands_are_those_whose_modules_exist() -> None:
    package = ROOT / "policyengine" / "cli"
    existing = {path.stem for path in package.glob("*.py")} | {path.name for path in package.iterdir() if path.is_dir()}
    assert {name.partition(" ")[0] for name in commands()} == existing & set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lnt"], "there is no command `lnt`; did you mean `lint`?"),
        (["lint"], "Missing argument 'FILE|DIR...'"),
        (["lint", "a.md", "--fail-on", "blok"], "`blok` is none of what --fail-on takes; did you mean `block`?"),
        (["lint", "a.md", "--at", "tomorrow"], "`tomorrow` is not a time as written here"),
        (["lint", "a.md", "--at", "2026-06-15T12:00"], "write `2026-06-15T12:00:00Z`"),
        (["lint", "a.md", "--format", "yaml"], "'yaml' is not one of"),
    ],
    ids=["command", "argument", "category", "time", "offset", "format"],
)
def test_misuse_ends_with_2_and_says_what_is_meant(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"policyengine {policyengine.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(shell: str) -> None:
    done = run("completion", shell)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "_POLICYENGINE_COMPLETE" in done.stdout


def test_completion_completes_commands(folder: Path) -> None:
    done = cold(folder=folder, _POLICYENGINE_COMPLETE="bash_complete", COMP_WORDS="policyengine li", COMP_CWORD="1")
    assert done.stdout.decode().split() == ["plain,lint"]


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    write(folder, {"ä.md": POST.replace("id: p1", "id: schön👟")})
    done = cold("lint", "ä.md", *AT, folder=folder, LANG="C", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr.decode()
    assert "ä.md:2  allow  content schön👟" in done.stdout.decode("utf-8")


def test_a_reader_that_leaves_is_no_fault(folder: Path) -> None:
    write(folder, {"log.ndjson": '{"type": "content", "id": "a"}\n' * 300})
    code = (
        "import os, sys; read, write = os.pipe(); os.dup2(write, 1); os.close(write); os.close(read)\n"
        "from policyengine.cli import main; main()"
    )
    done = cold("evaluate", "log.ndjson", *AT, folder=folder, code=code)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_fault_of_our_own_is_not_taken_for_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        message = "oops"
        raise RuntimeError(message)

    monkeypatch.setattr("policyengine.cli.lint.open_workspace", broken)
    done = run("lint", "a.md")
    assert done.exit_code == 2
    assert "this is a fault of policyengine itself" in done.stderr


def test_colours_need_a_terminal_and_can_be_switched_off(folder: Path) -> None:
    write(folder, {"a.md": POST})
    assert "\x1b" not in run("lint", "a.md", *AT).stdout
    code = f"import sys; sys.stdout.isatty = lambda: True; {MAIN}"
    assert b"\x1b[1;32mallow" in cold("lint", "a.md", *AT, folder=folder, code=code).stdout
    assert b"\x1b" not in cold("lint", "a.md", "--no-color", *AT, folder=folder, code=code).stdout
    assert b"\x1b" not in cold("lint", "a.md", *AT, folder=folder, code=code, NO_COLOR="1").stdout


def test_progress_is_shown_only_on_a_terminal_and_only_for_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    from policyengine.cli import progress as module

    class Screen:
        def __init__(self, *, terminal: bool) -> None:
            self.terminal, self.said = terminal, ""

        def isatty(self) -> bool:
            return self.terminal

        def write(self, text: str) -> None:
            self.said += text

        def flush(self) -> None: ...

    def said(*, terminal: bool, pause: float) -> str:
        clock = iter(range(1000))
        screen = Screen(terminal=terminal)
        monkeypatch.setattr("sys.stderr", screen)
        monkeypatch.setattr("time.monotonic", lambda: next(clock) * pause)
        assert list(module.progress([1, 2, 3, 4], "files")) == [1, 2, 3, 4]
        return screen.said

    assert said(terminal=True, pause=1.0) == "\r\x1b[K2 of 4 files\r\x1b[K3 of 4 files\r\x1b[K"
    assert said(terminal=True, pause=0.01) == ""
    assert said(terminal=False, pause=1.0) == ""


def test_a_lint_imports_nothing_heavy(folder: Path) -> None:
    write(folder, {"a.md": POST, "policyengine.yaml": "trust: strict\n"})
    heavy = "('jsonschema', 'git', 'ruamel', 'holidays', 'dateutil', 'confusable_homoglyphs', 'numpy')"
    code = (
        "import sys; from policyengine.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted(set({heavy}) & set(sys.modules)), file=sys.stderr)"
    )
    done = cold("lint", "a.md", *AT, folder=folder, code=code)
    assert (done.returncode, done.stderr.decode().strip()) == (0, "[]")


def test_the_public_names_are_there_and_come_late(folder: Path) -> None:
    code = (
        "import sys, policyengine\n"
        "assert 'policyengine.evaluate' not in sys.modules\n"
        "print([getattr(policyengine, name) is not None for name in policyengine.__all__])\n"
        "try: policyengine.nothing\n"
        "except AttributeError as fault: print(fault)"
    )
    done = cold(folder=folder, code=code)
    assert done.stdout.decode().splitlines() == [
        str([True] * len(policyengine.__all__)),
        "module 'policyengine' has no attribute 'nothing'",
    ]
