"""Which suites are run, and against which policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, has_errors
from policyengine.core.source import Source
from policyengine.evaluate.config import Config, Configured, default, find, load
from policyengine.evaluate.engine import all_schemas
from policyengine.policyset.assembling import assemble
from policyengine.policyset.loading import policy_files, read_sources
from policyengine.policyset.units import Assembly
from policyengine.verify.suite import Trial, read_suites

KIND: Final = "test"
LIBRARY: Final = "policies"


class Collected(Struct, frozen=True, eq=False, kw_only=True):
    """The cases that were found; what is wrong with policies and suites; the files' texts, for snippets."""

    trials: tuple[Trial, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    assembly: Assembly | None = None
    texts: dict[str, str] = {}


def configured_at(start: Path, folder: Path) -> Configured:
    """Return the configuration that holds where suites are; paths in it are named as seen from the working folder."""
    file = find(start)
    return Configured(default(folder)) if file is None else load(file, folder)


def collect(paths: Sequence[Path], *, policies: Sequence[Path] = (), folder: Path) -> Collected:
    """Return the cases at paths (default: all beside the policies), as seen from a working folder.

    The policies are those named, else those of `tested_policies`.
    """
    configured = configured_at(folder, folder)
    if has_errors(configured.diagnostics):
        source = configured.source
        texts = {source.file: source.text} if source is not None else {}
        return Collected(diagnostics=configured.diagnostics, texts=texts)
    tested = policies or tested_policies(paths, configured.config)
    return collected_from(paths, tested, configured.config)


def tested_policies(paths: Sequence[Path], config: Config) -> tuple[Path, ...]:
    """Return where the policies are that suites at paths are about.

    With a configuration file, where it says. Else, for suites outside the configured folder: the folder `policies` in
    which they lie, the policies beside them, or the `policies` of a folder above.
    """
    known = {file.resolve() for path in config.policies for file in policy_files(path)}
    outside = [path for path in paths if not {file.resolve() for file in policy_files(path)} <= known]
    if config.file is not None or not outside:
        return config.policies
    homes = [home for path in outside if (home := _home(path)) is not None]
    return tuple(dict.fromkeys(homes)) or config.policies


def _home(path: Path) -> Path | None:
    base = path if path.is_dir() else path.parent
    above = (base, *base.parents) if base.is_absolute() else (base, *(Path.cwd() / base).parents)
    own = next((folder for folder in above if folder.name == LIBRARY), None)
    if own is not None:
        return own
    beside = policy_files(path) if path.is_dir() else (f for f in policy_files(base) if f.parent == base)
    if any(_has_policies(source) for source in read_sources(beside)):
        return base
    return next((folder / LIBRARY for folder in above if (folder / LIBRARY).is_dir()), None)


def _has_policies(source: Source) -> bool:
    kinds = (node.at(("kind",)) for node in source.documents)
    return any(kind is not None and kind.value != KIND for kind in kinds)


def _read(paths: Iterable[Path]) -> tuple[Source, ...]:
    return read_sources(dict.fromkeys(file for path in paths for file in policy_files(path)))


def collected_from(paths: Sequence[Path], policies: Sequence[Path], config: Config) -> Collected:
    """Return the cases at paths (default: all beside the policies) about the policies at others."""
    unique: dict[Path, Source] = {}
    for source in (*_read(policies), *_read(paths)):
        unique.setdefault(Path(source.file).resolve(), source)
    texts = {source.file: source.text for source in unique.values()}
    loaded = assemble(unique.values(), all_schemas(config.schemas), zone=config.zone)
    if loaded.assembly is None:
        return Collected(diagnostics=loaded.diagnostics, texts=texts)
    asked = {file.resolve() for path in paths for file in policy_files(path)}
    suites = [d for d in loaded.assembly.suites if not paths or Path(d.file).resolve() in asked]
    read = read_suites(loaded.assembly, suites)
    return Collected(trials=read.trials, diagnostics=read.diagnostics, assembly=loaded.assembly, texts=texts)
