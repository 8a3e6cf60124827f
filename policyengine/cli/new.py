"""`policyengine new`: another kind, policy or check across policies, filled in so far that it works at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from policyengine.edit.scaffold import Plan

CHECKOUT = click.option(
    "--checkout",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="The checkout of policyengine to write into (default: the working directory).",
)


@click.group(epilog="Example: policyengine new policy check links.tagged")
def command() -> None:
    """Write the files of another policy, kind of policy, or check across policies. Nothing is ever overwritten."""


@command.command(epilog="Example: policyengine new policy approval approval.paid_content")
@click.argument("kind")
@click.argument("identity", metavar="ID")
@click.option(
    "--policies",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("policies"),
    help="The folder of policies (default: policies).",
)
@click.option(
    "--schemas",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schemas"),
    help="Where `policyengine schema write` put the schemas (default: schemas).",
)
def policy(kind: str, identity: str, policies: Path, schemas: Path) -> None:
    """Write a policy of KIND that begins as its example, with each key explained, into the folder of policies."""
    from policyengine.core.suggest import did_you_mean  # noqa: PLC0415 - so that `--help` imports little
    from policyengine.edit.scaffold import new_policy  # noqa: PLC0415
    from policyengine.kinds import kind_names  # noqa: PLC0415

    if kind not in kind_names():
        near = did_you_mean(kind, kind_names()) or f"there are {', '.join(kind_names())}"
        message = f"there is no kind `{kind}`; {near}"
        raise click.UsageError(message)
    _write(lambda: new_policy(kind, identity, policies, schemas if schemas.is_dir() else None))


@command.command(epilog="Example: policyengine new kind sweepstake")
@click.argument("name")
@CHECKOUT
def kind(name: str, checkout: Path) -> None:
    """Write a kind of policy into a checkout of policyengine: one module with an example, and its tests."""
    from policyengine.edit.scaffold import new_kind  # noqa: PLC0415

    _write(lambda: new_kind(name, checkout))


@command.command(epilog="Example: policyengine new lint silent_policy")
@click.argument("name")
@CHECKOUT
def lint(name: str, checkout: Path) -> None:
    """Write a check across policies into a checkout of policyengine: one module, its tests, and a code."""
    from policyengine.edit.scaffold import new_lint  # noqa: PLC0415

    _write(lambda: new_lint(name, checkout))


def _write(plan: Callable[[], Plan]) -> None:
    from policyengine.edit.scaffold import CannotScaffold, write  # noqa: PLC0415

    try:
        made = plan()
        paths = write(made)
    except CannotScaffold as refusal:
        raise click.UsageError(str(refusal)) from None
    for path in paths:
        click.echo(path.as_posix())
    for step in made.next_steps:
        click.echo(f"next: {step}", err=True)
