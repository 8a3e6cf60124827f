"""`policyengine completion`: the script that completes commands and options in a shell."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from policyengine.cli.shared import FAILED

_VARIABLE: Final = "_POLICYENGINE_COMPLETE"


@click.command(epilog="Example: policyengine completion bash > ~/.local/share/bash-completion/completions/policyengine")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell (bash 4.4 or later, zsh, fish)."""
    found = get_completion_class(shell)
    if found is None:
        ctx.exit(FAILED)
    # `source()` of bash would start bash to ask its version, and print a warning into the script's stream: the template
    # is the same.
    complete = found(ctx.find_root().command, {}, "policyengine", _VARIABLE)
    click.echo(complete.source_template % complete.source_vars())
