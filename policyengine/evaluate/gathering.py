"""Folders and files of records → the index in which related records are found.

Two records of one type and id are an error that names both places: which of them counted would be chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Related, Span, collected
from policyengine.core.facts import read_facts
from policyengine.core.reading import NDJSON, SUFFIXES, read, suffix
from policyengine.core.record import RecordTypes
from policyengine.core.source import Source
from policyengine.evaluate.related import Records, Supplied
from policyengine.evaluate.submission import Submission, records_in, submission_of
from policyengine.policyset.loading import unreadable


class Gathered(Struct, frozen=True, eq=False):
    """The records at some places, and what is wrong with them."""

    records: Records
    diagnostics: tuple[Diagnostic, ...] = ()


def record_files(path: Path) -> tuple[Path, ...]:
    """Return the files of records at a path: itself, or all readable ones below it (hidden ones left out), sorted."""
    if not path.is_dir():
        return (path,)
    found = (p for p in path.rglob("*") if suffix(p.name) in SUFFIXES and p.is_file())
    return tuple(sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts)))


def gather(paths: Iterable[Path], types: RecordTypes, complete: Iterable[str] = ()) -> Gathered:
    """Return all records of files and folders. Faults of their fields are warnings: such a value counts as not told."""
    files = dict.fromkeys(file for path in paths for file in record_files(path))
    return index((item for file in files for item in _read(file, types)), complete)


def index(found: Iterable[Submission | Diagnostic], complete: Iterable[str] = ()) -> Gathered:
    """Return the index of records that were read, with their faults."""
    faults: list[Diagnostic] = []
    places: dict[tuple[str, str], Span] = {}
    supplied: list[Supplied] = []
    for item in found:
        if isinstance(item, Diagnostic):
            faults.append(item)
            continue
        facts, unsound = read_facts(item.kind, item.record)
        faults.extend(_weighed(item.diagnostic(fault)) for fault in unsound)
        key = (item.kind.name, item.id)
        if key[1] and key in places:
            faults.append(_double(key, item.start, places[key]))
        elif key[1]:
            places[key] = item.start
            supplied.append(Supplied(*key, facts, item.record))
    return Gathered(Records.built(supplied, complete), collected(faults))


def _weighed(fault: Diagnostic) -> Diagnostic:
    """Return a fault of a related record: a warning, but for what makes it impossible to find."""
    if fault.code == "PE403":
        return fault
    return Diagnostic(fault.code, fault.message, fault.span, "warning", fault.help, path=fault.path)


def _double(key: tuple[str, str], second: Span, first: Span) -> Diagnostic:
    message = f"two records of type {key[0]} have the id `{key[1]}`"
    related = (Related(first, "the other one"),)
    return Diagnostic("PE408", message, second, help="keep one of them", related=related)


def _read(file: Path, types: RecordTypes) -> Iterator[Submission | Diagnostic]:
    name = file.as_posix()
    try:
        data = file.read_bytes()
    except OSError as fault:
        yield unreadable(name, fault)
        return
    if suffix(name) in NDJSON and not data.strip():
        return  # a log to which nothing was written yet
    source: Source = read(name, data)
    yield from source.diagnostics
    nodes, faults = records_in(source)
    yield from faults
    for node in nodes:
        yield submission_of(node, source.text, types)


def known_record(records: Records, kind: str, identity: str) -> dict[str, Any] | None:
    """Return the record of a type and id that others keep, for the facts that are not its author's to state."""
    found = records.by_key.get((kind, identity))
    return dict(found.raw) if found is not None else None
