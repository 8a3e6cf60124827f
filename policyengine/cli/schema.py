"""`policyengine schema`: the JSON Schemas of policies and records, for editors and stock validators."""

from __future__ import annotations

import sys
from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(epilog="Example: policyengine schema write --check")
def command() -> None:
    """Write or show the JSON Schemas of policies and records."""


@command.command(epilog="Example: policyengine schema write schemas --records my-schemas")
@click.argument("folder", type=FOLDER, default=Path("schemas"))
@click.option("--records", "own", type=FOLDER, multiple=True, help="A folder of your own record schemas.")
@click.option("--docs", type=FOLDER, help="Write the reference pages into this folder, too.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is missing or out of date.")
def write(folder: Path, own: tuple[Path, ...], docs: Path | None, *, check: bool) -> None:
    """Write the schemas of all policy kinds into FOLDER (default: schemas), typed by the record schemas.

    In a folder other than the shipped one the schemas of the records are put beside them. In a checkout of policyengine
    the reference pages in docs/ are written, too.
    """
    from policyengine.edit import writing  # noqa: PLC0415
    from policyengine.edit.generated import pages, pages_beside, schemas  # noqa: PLC0415 - reads every schema and every kind

    targets = [(folder, schemas(folder, own))]
    docs = docs if docs is not None else pages_beside(folder)
    if docs is not None:
        targets.append((docs, pages()))
    act = writing.stale if check else writing.write
    changed = [str(place / name) for place, files in targets for name in act(place, files)]
    for name in changed:
        click.echo(f"{'out of date' if check else 'written'}: {name}", err=True)
    if check and changed:
        again = " ".join(arg for arg in sys.argv[1:] if arg != "--check") or "schema write"
        click.echo(f"run `policyengine {again}` and commit what it writes", err=True)
        sys.exit(1)


@command.command(epilog="Example: policyengine schema show check")
@click.argument("name")
def show(name: str) -> None:
    """Print the schema of a kind of policy, of a type of record, or of `conditions`, `policy` or `config`."""
    from policyengine.edit.generated import everything  # noqa: PLC0415

    known = everything()
    if name not in known:
        from policyengine.core.suggest import did_you_mean  # noqa: PLC0415

        near = did_you_mean(name, known) or f"there are {', '.join(sorted(known))}"
        message = f"there is no schema `{name}`; {near}"
        raise click.UsageError(message)
    click.echo(known[name], nl=False)
