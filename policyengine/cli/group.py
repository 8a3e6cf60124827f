"""The program `policyengine`: finds commands by the names of their modules, and says how it ends.

A command is a module of this package that holds a click command named `command`. Only the module of the command that is
asked for is imported.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from typing import Any, Final, NoReturn

import click

import policyengine
from policyengine.core.suggest import did_you_mean

COMMANDS: Final = (
    "init",
    "validate",
    "lint",
    "evaluate",
    "explain",
    "test",
    "fmt",
    "fix",
    "migrate",
    "diff",
    "replay",
    "due",
    "appeals",
    "whatif",
    "batch",
    "report",
    "serve",
    "new",
    "schema",
    "show",
    "digest",
    "completion",
)
"""All commands in the order of `--help`; one whose module does not exist is not offered."""

FAILED: Final = 2
"""Exit code: the work could not be done."""
BROKEN_PIPE: Final = 141
"""Exit code: whoever read our output went away. Shells give it to programs that SIGPIPE ended (128 + 13)."""
INTERRUPTED: Final = 130
"""Exit code: Ctrl-C, as shells give it (128 + SIGINT)."""


class Program(click.Group):
    """The group of all commands; imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands that exist, in the order of the help."""
        return [name for name in COMMANDS if find_spec(f"{__package__}.{name}") is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with a name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = importlib.import_module(f"{__package__}.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; a misspelt one is answered with the nearest."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = did_you_mean(args[0], self.list_commands(ctx)) or "see `policyengine --help`"
            ctx.fail(f"there is no command `{args[0]}`; {near}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the program; its output is UTF-8 whatever the locale says."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return super().main(*args, **{"prog_name": "policyengine", **options})

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would end with 1 in the cases here, which means that something was found."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return _leave_quietly()
        except KeyboardInterrupt:
            return sys.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as fault:  # noqa: BLE001 - the last resort: what a programmer overlooked is no finding
            return _own_fault(fault)


def _leave_quietly() -> NoReturn:
    import os  # noqa: PLC0415 - only here

    # Python flushes standard output once more at exit, into the same closed pipe.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(BROKEN_PIPE)


def _own_fault(fault: Exception) -> NoReturn:
    import traceback  # noqa: PLC0415 - only here

    click.echo("".join(traceback.format_exception(fault)), err=True, nl=False)
    click.echo("this is a fault of policyengine itself; please report it with the lines above", err=True)
    sys.exit(FAILED)


@click.command(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: policyengine lint submissions/ --policies policies",
)
@click.version_option(policyengine.__version__, prog_name="policyengine", message="%(prog)s %(version)s")
def main() -> None:
    """Policy as code for how an organisation behaves on social media.

    YAML policies in, a decision with its reasons out.

    Exit codes: 0 nothing that --fail-on names, 1 something that it names, 2 the work could not be done.
    """
