"""What a command works with: configuration, policies, related records, the time; and reading submissions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal

from msgspec import Struct

from policyengine.cli.shared import Asked, Texts, moment
from policyengine.core.diagnostic import Diagnostic, Span, collected, has_errors
from policyengine.core.facts import read_facts
from policyengine.core.reading import JSON, NDJSON, read, suffix
from policyengine.core.record import RecordTypes, SchemaReader
from policyengine.core.source import Source
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.completeness import COMPLETE, COVERED
from policyengine.evaluate.config import NAME, Config, configuration, configured
from policyengine.evaluate.engine import PolicySet, all_schemas, load, load_revision
from policyengine.evaluate.gathering import gather, known_record, record_files
from policyengine.evaluate.mapping import CSV, Mapping, load_mapping, map_file
from policyengine.evaluate.related import Records, Supplied
from policyengine.evaluate.submission import Submission, submissions_in
from policyengine.evaluate.trust import settle
from policyengine.policyset.assembling import Loaded
from policyengine.policyset.extending import read_extensions
from policyengine.policyset.loading import unreadable

_NO_SUBMISSIONS: Final = frozenset(["README.md", NAME])
"""Files of a folder that are no submissions; who names one on the command line means it."""
_BESIDE: Final = (".schema.json", ".map.yaml")
PARTIAL: Final = frozenset(["PE405"])
"""Faults after which the rest of a record is judged all the same: a cell that does not convert is not told."""


class Workspace(Struct, frozen=True, eq=False, kw_only=True):
    """All that a run stands on. `policies` is None where they, or the configuration, have faults."""

    asked: Asked
    config: Config
    texts: Texts
    types: RecordTypes
    at: datetime
    policies: PolicySet | None = None
    records: Records = Records()
    mapping: Mapping | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def mode(self) -> Literal["binding", "simulated"]:
        """Return whether a Decision binds: not where the caller chose the time or the revision."""
        return "binding" if self.asked.at is None and self.asked.rev is None else "simulated"


def policies_of(asked: Asked, config: Config, *, suites: bool = True) -> Loaded:
    """Return the policies that are asked for: `--policies`, else the configured ones, as of `--rev` if given.

    Without `suites`, files named as such are not read: no Decision depends on them.
    """
    paths = tuple(Path(path) for path in asked.policies) or config.policies
    absent = [path for path in paths if asked.rev is None and not path.exists()]
    if absent:
        help_ = "name a folder or a file of policies"
        faults = [Diagnostic("PE506", f"`{path.as_posix()}` does not exist", help=help_) for path in absent]
        return Loaded(None, tuple(faults))
    zone = config.zone.key
    if asked.rev is not None:
        return load_revision(asked.rev, paths, schemas=config.schemas, zone=zone)
    return load(paths, schemas=config.schemas, zone=zone, suites=suites)


def no_policies(paths: Iterable[Path | str]) -> Diagnostic:
    """Return the diagnostic of an empty set: evaluating without policies would allow everything."""
    where = ", ".join(f"`{Path(path).as_posix()}`" for path in paths)
    return Diagnostic(
        "PE506", f"there are no policies in {where}", help="policies are YAML files that begin with `kind:`"
    )


def open_workspace(asked: Asked) -> Workspace:
    """Return what the shared options and the configuration say to work with, every fault included."""
    found = configuration(Path.cwd())
    config, texts = found.config, Texts()
    faults = list(found.diagnostics)
    policies: PolicySet | None = None
    if not has_errors(faults):
        loaded = policies_of(asked, config, suites=False)
        # Warnings about policies are a matter of `validate`.
        faults.extend(d for d in loaded.diagnostics if d.severity == "error")
        if loaded.assembly is not None and not loaded.assembly.units:
            faults.append(no_policies(asked.policies or config.policies))
        elif loaded.assembly is not None:
            policies = PolicySet(configured(loaded.assembly, config))
    # Faults of submissions are told even where no policy can judge them.
    types = policies.types if policies is not None else SchemaReader(all_schemas()).read()
    faults.extend(_unknown_types(config, types))
    if policies is not None:
        faults.extend(_unknown_patterns(asked, policies))
    records = _records(asked, config, types, faults)
    return Workspace(
        asked=asked,
        config=config,
        texts=texts,
        types=types,
        at=moment(asked.at, config.zone),
        policies=policies.with_records(records) if policies is not None else None,
        records=records,
        mapping=_mapping(asked, types, faults),
        diagnostics=collected(faults),
    )


def open_types(asked: Asked) -> Workspace:
    """Return what reading records needs: the types, the mapping and related records, without policies."""
    found = configuration(Path.cwd())
    known = all_schemas()
    own, unsound = read_extensions(found.config.schemas, known)
    faults = [*found.diagnostics, *unsound]
    types = SchemaReader(known | own).read()
    records = _records(asked, found.config, types, faults)
    return Workspace(
        asked=asked,
        config=found.config,
        texts=Texts(),
        types=types,
        at=moment(asked.at, found.config.zone),
        records=records,
        mapping=_mapping(asked, types, faults),
        diagnostics=collected(faults),
    )


def settled(submission: Submission, workspace: Workspace) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a submission's record as it is judged, and the names of facts that its author states and may not.

    Facts that are not the author's to state are taken from the record of the same type and id.
    """
    known = known_record(workspace.records, submission.kind.name, submission.id)
    return settle(submission.kind, submission.record, known, workspace.config.trust)


def _unknown_types(config: Config, types: RecordTypes) -> Iterator[Diagnostic]:
    for name, span in config.complete_spans:
        if types.get(name) is None:
            help_ = did_you_mean(name, types.names()) or f"there are {', '.join(types.names())}"
            yield Diagnostic("PE409", f"unknown type of record `{name}`", span, help=help_)


def _unknown_patterns(asked: Asked, policies: PolicySet) -> Iterator[Diagnostic]:
    known = [unit.id for unit in policies.assembly.units]
    for pattern in asked.only:
        if not any(fnmatchcase(name, pattern) for name in (*known, COMPLETE, COVERED)):
            help_ = did_you_mean(pattern, known) or "patterns are ids of policies, with `*` for anything"
            yield Diagnostic("PE507", f"no policy has an id like `{pattern}`", help=help_)


def _records(asked: Asked, config: Config, types: RecordTypes, faults: list[Diagnostic]) -> Records:
    """Return the related records: the configured ones and `--records`, and over them `--related`."""
    paths = [*config.records, *(Path(path) for path in asked.records)]
    gathered = gather(paths, types, config.complete)
    faults.extend(gathered.diagnostics)
    if asked.related is None:
        return gathered.records
    related = gather([Path(asked.related)], types)
    faults.extend(related.diagnostics)
    return gathered.records.plus(related.records)


def _mapping(asked: Asked, types: RecordTypes, faults: list[Diagnostic]) -> Mapping | None:
    if asked.map is None:
        return None
    try:
        data = Path(asked.map).read_bytes()
    except OSError as fault:
        faults.append(unreadable(asked.map, fault))
        return None
    mapping, found = load_mapping(asked.map, data, types)
    faults.extend(found)
    return mapping


# Submissions ----------------------------------------------------------------------------------------------------------


class Submitted(Struct, frozen=True, eq=False):
    """What one file holds. `sound` is false where its documents are good for finding more faults only."""

    submissions: tuple[Submission, ...]
    diagnostics: tuple[Diagnostic, ...]
    sound: bool = True


def submission_files(names: Iterable[str], *, mapped: bool) -> tuple[Path, ...]:
    """Return the files that are named, and those of the folders that are named, each once, in order."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            found |= dict.fromkeys(_below(path, mapped=mapped))
        else:
            found[path] = None
    return tuple(found)


def _below(folder: Path, *, mapped: bool) -> Iterator[Path]:
    files = [*record_files(folder), *(p for p in sorted(folder.rglob("*")) if mapped and suffix(p.name) in CSV)]
    return (p for p in sorted(files) if p.name not in _NO_SUBMISSIONS and not p.name.endswith(_BESIDE))


def submitted(path: Path, workspace: Workspace) -> Submitted:
    """Return the submissions of a file, with every fault that keeps a part of it from being one."""
    name = name_of(path)
    try:
        data = path.read_bytes()
    except OSError as fault:
        return Submitted((), (unreadable(name, fault),))
    return submitted_data(name, data, workspace)


def name_of(path: Path) -> str:
    """Return the name under which a file is reported: in UTF-8, which the locale need not know."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def submitted_data(name: str, data: bytes, workspace: Workspace) -> Submitted:
    """Return the submissions of a file's bytes; the ending of its name says how they are read."""
    source = _source(name, data, workspace)
    workspace.texts.add(name, source.text)
    submissions, faults = submissions_in(source, workspace.types)
    apart = suffix(name) in (*NDJSON, *CSV)  # a bad line leaves the others as they are
    return Submitted(submissions, faults, sound=apart or not has_errors(source.diagnostics))


def _source(name: str, data: bytes, workspace: Workspace) -> Source:
    ending = suffix(name)
    if workspace.mapping is not None and ending in (*CSV, *JSON, *NDJSON):
        return map_file(workspace.mapping, name, data)
    if ending in CSV and workspace.asked.map is None:
        message = "a CSV file needs a mapping"
        help_ = "`--map FILE` says which field each column is: see schemas/map.schema.json"
        return Source(name, "", (), (Diagnostic("PE410", message, _top(name), help=help_),))
    return read(name, data)


def _top(name: str) -> Span:
    return Span(name, 1, 1, 1, 1)


def unusable(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether faults kept a part of the work from being done."""
    return any(d.severity == "error" and d.code not in PARTIAL for d in diagnostics)


def supplied_by(files: tuple[str, ...], workspace: Workspace, faults: list[Diagnostic]) -> list[Supplied]:
    """Return the records of files and folders, with what others say of them; their faults are added."""
    found: list[Supplied] = []
    for path in submission_files(files, mapped=workspace.mapping is not None):
        one = submitted(path, workspace)
        faults.extend(one.diagnostics)
        for submission in one.submissions if one.sound else ():
            record, _ = settled(submission, workspace)
            facts, _ = read_facts(submission.kind, record)
            found.append(Supplied(submission.kind.name, submission.id, facts, record))
    return found
