"""Everything that is generated, by file name, from what is shipped and what a repository adds to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from policyengine.core.record import SchemaReader
from policyengine.edit.jsontext import json_text
from policyengine.evaluate.engine import all_schemas
from policyengine.shipped import shipped

SUFFIX = ".schema.json"


def kind_schemas(own: Iterable[Path] = ()) -> dict[str, str]:
    """Return the schemas of the policy kinds by file name; `own` are folders of further record schemas."""
    from policyengine.edit.schemas import generate  # noqa: PLC0415 - imports every kind

    schemas = all_schemas(own)
    types = SchemaReader(schemas).read()
    return {name: json_text(schema) for name, schema in generate(types, schemas["common.schema.json"]["$defs"]).items()}


def schemas(folder: Path, own: Iterable[Path] = ()) -> dict[str, str]:
    """Return what belongs into a folder of schemas: with those written by hand, unless it is where these stand."""
    found = kind_schemas(own)
    home = shipped("schemas")
    if folder.resolve() != home.resolve():
        found |= {str(path.relative_to(home)): path.read_text(encoding="utf-8") for path in _by_hand(home, found)}
    return found


def _by_hand(home: Path, generated: Iterable[str]) -> list[Path]:
    return sorted(path for path in home.rglob(f"*{SUFFIX}") if str(path.relative_to(home)) not in generated)


def everything() -> dict[str, str]:
    """Return all schemas by name: kinds, types of records, `conditions`, `policy`, `config` and `map`.

    Where a kind and a type of record share a name, it is the kind's; `records/NAME` always is the type of record.
    """
    home = shipped("schemas")
    generated = kind_schemas()
    by_hand = {path: path.read_text(encoding="utf-8") for path in _by_hand(home, generated)}
    whole = {path.relative_to(home).as_posix().removesuffix(SUFFIX): text for path, text in by_hand.items()}
    short = {path.name.removesuffix(SUFFIX): text for path, text in by_hand.items()}
    return whole | short | {name.removesuffix(SUFFIX): text for name, text in generated.items()}


def pages_beside(folder: Path) -> Path | None:
    """Return the folder of docs that belongs to a folder of schemas: that of a checkout, else none."""
    docs = folder.parent / "docs"
    home = folder.resolve() == shipped("schemas").resolve()
    return docs if home and (docs / "codes").is_dir() else None


def pages() -> dict[str, str]:
    """Return the reference pages by their paths below `docs/`."""
    from policyengine.edit.pages import all_pages  # noqa: PLC0415

    return all_pages(SchemaReader(all_schemas()).read())
