"""`policyengine.yaml`: where policies, schemas and records are, and how submissions are judged.

It is found upwards from the working directory; paths in it are relative to its folder. Without it: `policies/`, else
the shipped library. `schemas/config.schema.json` says the same to editors; a test compares the two.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from policyengine.core.diagnostic import Diagnostic, Span, collected
from policyengine.core.digest import digest_of
from policyengine.core.instant import parse_zone
from policyengine.core.quantity import Problem
from policyengine.core.reading import read
from policyengine.core.source import Source
from policyengine.evaluate.trust import Trust
from policyengine.policyset.loading import unreadable
from policyengine.policyset.units import Assembly, Assumed
from policyengine.shapes.document import Builder, Document
from policyengine.shapes.parts import Doc, Form, OneOrMore, Part
from policyengine.shipped import shipped

NAME: Final = "policyengine.yaml"
FailOn = Literal["error", "block", "hold", "flag", "unproven", "overdue"]
_UTC: Final = ZoneInfo("UTC")


class RecordsFile(Part, frozen=True, kw_only=True):
    """Where related records are."""

    paths: Annotated[
        list[str] | None, OneOrMore(), Doc("folders and files of records", "[records, data/creators.ndjson]")
    ] = None
    complete: Annotated[
        list[str] | None,
        OneOrMore(),
        Doc("types of which these are all the records there are: one that is not here does not exist", "[declaration]"),
    ] = None


class ConfigFile(Part, frozen=True, kw_only=True):
    """The keys of `policyengine.yaml`; all of them may be left out."""

    policies: Annotated[list[str] | None, OneOrMore(), Doc("folders and files of policies", "[policies]")] = None
    schemas: Annotated[list[str] | None, OneOrMore(), Doc("folders of your own record schemas", "[schemas]")] = None
    records: Annotated[RecordsFile | None, Doc("where related records are found")] = None
    zone: Annotated[str | None, Form("zone"), Doc("the time zone of bare dates", "Europe/London")] = None
    trust: Annotated[
        Literal["strict", "listed"] | None,
        Doc("whether what an author says about approvals counts (`listed`), or not (`strict`)", "strict"),
    ] = None
    fail_on: Annotated[list[FailOn] | None, OneOrMore(), Doc("what makes `lint` fail", "[error, block, unproven]")] = (
        None
    )
    market: Annotated[
        str | None, Form("market"), Doc("the market of a record that names none; every Decision says so", "GB")
    ] = None


class Config(Struct, frozen=True, kw_only=True):
    """The configuration in force. `file` is None where there is none; `configured` are the keys that it names."""

    file: str | None = None
    policies: tuple[Path, ...] = ()
    schemas: tuple[Path, ...] = ()
    records: tuple[Path, ...] = ()
    complete: frozenset[str] = frozenset()
    zone: ZoneInfo = _UTC
    trust: Trust = "listed"
    fail_on: tuple[FailOn, ...] | None = None
    market: str | None = None
    complete_spans: tuple[tuple[str, Span], ...] = ()

    def weight(self) -> dict[str, Any]:
        """Return what of it can change a Decision, for the digest; nothing where nothing differs from the default."""
        found: dict[str, Any] = {}
        if self.market is not None:
            found["market"] = self.market
        if self.complete:
            found["complete"] = sorted(self.complete)
        return found


def configured(assembly: Assembly, config: Config) -> Assembly:
    """Return a set of policies under a configuration: its market is presumed, openly; its digest is the set's, too."""
    weight = config.weight()
    if not weight:
        return assembly
    assumptions = dict(assembly.assumptions)
    if config.market is not None:
        because = "it is the default market of the configuration"
        presumed = Assumed(NAME, "markets", [config.market], None, because)
        # Last, so that an assumption of the policies about the same field goes before it.
        for name in assembly.types.names():
            if assembly.types[name].field("markets") is not None:
                assumptions[name] = (*assumptions.get(name, ()), presumed)
    digest = digest_of({"policies": assembly.digest, "configuration": weight})
    return structs.replace(assembly, assumptions=assumptions, digest=digest)


class Configured(Struct, frozen=True):
    """What looking for a configuration gives: one either way, what is wrong with it, and its text for snippets."""

    config: Config
    diagnostics: tuple[Diagnostic, ...] = ()
    source: Source | None = None


def find(folder: Path) -> Path | None:
    """Return the configuration file of a folder: in it, or in the nearest folder above."""
    for candidate in (folder, *folder.parents):
        path = candidate / NAME
        if path.is_file():
            return path
    return None


def configuration(folder: Path) -> Configured:
    """Return the configuration that holds in a folder."""
    path = find(folder)
    return Configured(default(folder)) if path is None else load(path, folder)


def default(home: Path, folder: Path | None = None) -> Config:
    """Return the configuration without a file: the home folder's `policies`, else the shipped library."""
    own = home / "policies"
    return Config(policies=(Path(shown(own, folder or home)) if own.is_dir() else shipped("policies"),))


def shown(path: Path, folder: Path) -> str:
    """Return a path as it is named in reports: relative to the working folder where that is shorter."""
    relative = os.path.relpath(path, folder)
    return relative if len(relative) <= len(str(path)) else str(path)


def load(path: Path, folder: Path) -> Configured:
    """Return the configuration of a file, as seen from a working folder."""
    name = shown(path, folder)
    try:
        source = read(name, path.read_bytes())
    except OSError as fault:
        return Configured(default(path.parent, folder), (unreadable(name, fault),))
    faults = list(source.diagnostics)
    documents = [
        document
        for node in source.documents
        if (document := Builder(faults.append).document("configuration", ConfigFile, node)) is not None
    ]
    for further in source.documents[1:]:
        span = further.span
        faults.append(Diagnostic("PE501", "the configuration has two documents", span, help="leave `---` out"))
    # An empty file is a configuration in which everything is as usual.
    empty = len(faults) == 1 and faults[0].code == "PE004"
    if empty or len(documents) != 1 or faults:
        return Configured(default(path.parent, folder), () if empty else collected(faults), source)
    config = _Reader(documents[0], path.parent, folder, faults).config()
    return Configured(config, collected(faults), source)


class _Reader:
    """Turns the keys of one document into the configuration, and checks what they name."""

    def __init__(self, document: Document, home: Path, folder: Path, faults: list[Diagnostic]) -> None:
        self._document = document
        self._home = home
        self._folder = folder
        self._faults = faults

    def config(self) -> Config:
        """Return the configuration; what is at fault keeps its default, and is reported."""
        body: ConfigFile = self._document.body
        records = body.records or RecordsFile()
        spans = tuple(
            (name, self._document.value_span(records, "complete", index))
            for index, name in enumerate(records.complete or ())
        )
        return Config(
            file=self._document.file,
            policies=self._paths(body, "policies", body.policies) or default(self._home, self._folder).policies,
            schemas=self._paths(body, "schemas", body.schemas),
            records=self._paths(records, "paths", records.paths) if body.records is not None else (),
            complete=frozenset(records.complete or ()),
            zone=self._zone(body),
            trust=body.trust or "listed",
            fail_on=tuple(body.fail_on) if body.fail_on is not None else None,
            market=self._market(body),
            complete_spans=spans,
        )

    def _paths(self, part: Part, key: str, names: list[str] | None) -> tuple[Path, ...]:
        found = []
        for index, name in enumerate(names or ()):
            path = self._home / name
            if path.exists():
                found.append(Path(shown(path, self._folder)))
            else:
                span = self._document.value_span(part, key, index)
                help_ = f"paths are relative to the folder of {NAME}"
                self._faults.append(Diagnostic("PE502", f"`{name}` does not exist", span, help=help_))
        return tuple(found)

    def _zone(self, body: ConfigFile) -> ZoneInfo:
        zone = parse_zone(body.zone) if body.zone is not None else _UTC
        if isinstance(zone, Problem):
            span = self._document.value_span(body, "zone")
            self._faults.append(Diagnostic("PE215", zone.message, span, help=zone.help))
            return _UTC
        return zone

    def _market(self, body: ConfigFile) -> str | None:
        market = body.market
        if market is None or (len(market) == 2 and market.isascii() and market.isupper()):  # noqa: PLR2004 - ISO 3166-1
            return market
        span = self._document.value_span(body, "market")
        help_ = "a market is a code such as `GB`"
        self._faults.append(Diagnostic("PE211", f"`{market}` is not a market", span, help=help_))
        return None
