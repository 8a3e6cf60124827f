"""Files → sources: which files are policies, reading them, the record schemas that are in force."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.reading import read
from policyengine.core.record import JsonSchema
from policyengine.core.source import Source

SUFFIXES = (".yaml", ".yml")


SUITES = (".test.yaml", ".test.yml")


def policy_files(path: Path, *, suites: bool = True) -> tuple[Path, ...]:
    """Return the policy files at a path: itself, or every YAML file below it (hidden folders left out), sorted.

    Without `suites`, files below it that are named as suites are left out.
    """
    if path.is_file():
        return (path,)
    found = (p for suffix in SUFFIXES for p in path.rglob(f"*{suffix}") if p.is_file())
    found = (p for p in found if suites or not p.name.endswith(SUITES))
    return tuple(sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts)))


def read_sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """Return the sources of files; one that cannot be opened is a source with a diagnostic."""
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Source:
    name = path.as_posix()
    try:
        return read(name, path.read_bytes())
    except OSError as fault:
        return Source(name, "", (), (unreadable(name, fault),))


def unreadable(name: str, fault: OSError) -> Diagnostic:
    """Return the diagnostic of a file that the system does not hand over."""
    reason = (fault.strerror or "unreadable").lower()
    return Diagnostic("PE009", f"`{name}` cannot be opened: {reason}", Span(name, 1, 1, 1, 1))


def read_schemas(folders: Iterable[Path]) -> dict[str, JsonSchema]:
    """Return the record schemas of folders by file name; those of later folders are keyed by folder as well."""
    found: dict[str, JsonSchema] = {}
    for index, folder in enumerate(folders):
        for path in sorted(folder.glob("*.schema.json")):
            name = path.name if index == 0 else f"{index}/{path.name}"
            found[name] = msgspec.json.decode(path.read_bytes())
    return found
