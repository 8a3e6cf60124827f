"""The public API: a set of policies that answers questions about records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import structs

from policyengine.core.diagnostic import Diagnostic, collected, has_errors
from policyengine.core.duration import Duration
from policyengine.core.facts import MAX_DEPTH, Fault, nested_over, read_facts
from policyengine.core.record import JsonSchema, RecordTypes
from policyengine.core.source import Source
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.deciding import Question
from policyengine.evaluate.due import Due, Wanted, due
from policyengine.evaluate.explaining import Answer, Explanation, answer, explain
from policyengine.evaluate.garbage import put_off
from policyengine.evaluate.grouping import Groups, has_groups, judge_groups
from policyengine.evaluate.of_set import judge_set
from policyengine.evaluate.related import Records
from policyengine.evaluate.versions import data_versions, engine_version
from policyengine.policyset.assembling import Loaded, assemble
from policyengine.policyset.extending import read_extensions
from policyengine.policyset.loading import policy_files, read_schemas, read_sources
from policyengine.policyset.units import Assembly
from policyengine.shapes.contract import Contribution

Record = Mapping[str, Any] | bytes | str


class InvalidPolicies(ValueError):  # noqa: N818 - the name is part of the interface
    """A set of policies has faults; `diagnostics` are all of them."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Take the diagnostics."""
        self.diagnostics = diagnostics
        first = next((d for d in diagnostics if d.severity == "error"), None)
        super().__init__(
            f"{len(diagnostics)} faults; the first: {first.span}: {first.message}" if first else "no policies"
        )


class InvalidRecord(ValueError):  # noqa: N818 - the name is part of the interface
    """A record cannot be judged at all: it is no mapping, or its type is unknown."""


class PolicySet:
    """An immutable set of policies. Thread-safe; `evaluate` does no I/O and reads no clock."""

    def __init__(self, assembly: Assembly, records: Records | None = None) -> None:
        """Take a compiled set and the records in which related ones are found by default."""
        self._assembly = assembly
        self._records = records if records is not None else Records()

    @classmethod
    def load(
        cls,
        *paths: str | Path,
        schemas: Iterable[str | Path] = (),
        records: Iterable[Mapping[str, Any]] = (),
        complete: Iterable[str] = (),
        zone: str = "UTC",
    ) -> PolicySet:
        """Return the set of all policies at the paths (default: `policies/`).

        `schemas` are folders of record schemas beside the shipped ones, `records` related records, `complete` the types
        of which these are all there are, `zone` the IANA zone of bare dates. Raises `InvalidPolicies` for any fault and
        for an empty set.
        """
        loaded = load(paths or ("policies",), schemas=schemas, zone=zone)
        if loaded.assembly is None or not loaded.assembly.units:
            raise InvalidPolicies(loaded.diagnostics)
        return cls(loaded.assembly, Records.of(records, loaded.assembly.types, complete))

    @classmethod
    def at_revision(
        cls,
        revision: str,
        *paths: str | Path,
        repo: str | Path = ".",
        schemas: Iterable[str | Path] = (),
        zone: str = "UTC",
    ) -> PolicySet:
        """Return the set of the policies at the paths (default: `policies/`) as of a git revision of the repository.

        Raises `InvalidPolicies` for any fault, an unknown revision included, and for an empty set.
        """
        places = [Path(repo) / path for path in paths or ("policies",)]
        loaded = load_revision(revision, places, repo=repo, schemas=schemas, zone=zone)
        if loaded.assembly is None or not loaded.assembly.units:
            raise InvalidPolicies(loaded.diagnostics)
        return cls(loaded.assembly)

    @property
    def assembly(self) -> Assembly:
        """Return the compiled set."""
        return self._assembly

    @property
    def types(self) -> RecordTypes:
        """Return the record types."""
        return self._assembly.types

    @property
    def digest(self) -> str:
        """Return the digest of everything that can change a Decision."""
        return self._assembly.digest

    def with_records(self, records: Records) -> PolicySet:
        """Return the set with other records to find related ones in."""
        return PolicySet(self._assembly, records)

    def check_record(self, record: Record) -> tuple[Fault, ...]:
        """Return what is wrong with a record: unknown fields, ill-typed values, what is missing; else nothing."""
        data = read_record(record, self.types)
        return tuple(read_facts(self.types[data["type"]], data)[1])

    def evaluate(  # noqa: PLR0913 - keywords that say what kind of answer is wanted
        self,
        record: Record,
        *,
        at: datetime,
        related: Iterable[Mapping[str, Any]] = (),
        only: Iterable[str] = (),
        validate: bool = False,
        mode: Literal["binding", "simulated"] = "binding",
        self_asserted: Iterable[str] = (),
        alone: bool = True,
        remedies: bool = True,
        groups: Groups | None = None,
    ) -> Answer:
        """Return the Decision about a record at a time.

        `record` is a mapping or JSON; `at` an aware time; `related` further records; `only` patterns of policy ids
        (`disclosure.*`). With `validate`, faults of the record stand under `problems` and an ill-typed value holds;
        without it the record is taken to be one that its schema accepts. Without `alone` it is one of a set: a waiver
        that it does not need may be needed by another; without `remedies` nobody looks for the smallest set of
        labels that mends a post, which takes longer than the rest; `groups` is what `groups` said of that set (default:
        of this record and the related ones of its type). Raises `InvalidRecord` for a record of no known type, and
        ValueError for a time without a zone.
        """
        data = read_record(record, self.types)
        asked = self._question(at, related, only, validate=validate, mode=mode, self_asserted=self_asserted)
        return answer(self._assembly, data, structs.replace(asked, alone=alone, remedies=remedies, groups=groups))

    def explain(  # noqa: PLR0913 - what `evaluate` takes, and what is to be explained
        self,
        record: Record,
        *,
        at: datetime,
        related: Iterable[Mapping[str, Any]] = (),
        only: Iterable[str] = (),
        validate: bool = False,
        mode: Literal["binding", "simulated"] = "binding",
        self_asserted: Iterable[str] = (),
        rules: Iterable[str] = (),
        every: bool = False,
        changes: bool = True,
        groups: Groups | None = None,
    ) -> Explanation:
        """Return why the Decision about a record is what it is, and the smallest change that would alter it.

        `rules` are names of rules (`policy/rule`) or policies to be explained whatever they say; without them those
        with a finding, with `every` all. The other arguments and what is raised: as in `evaluate`.
        """
        data = read_record(record, self.types)
        asked = self._question(at, related, only, validate=validate, mode=mode, self_asserted=self_asserted)
        asked = asked if groups is None else structs.replace(asked, groups=groups)
        return explain(self._assembly, data, asked, rules=rules, every=every, changes=changes)

    def _question(
        self,
        at: datetime,
        related: Iterable[Mapping[str, Any]],
        only: Iterable[str],
        *,
        validate: bool,
        mode: Literal["binding", "simulated"],
        self_asserted: Iterable[str],
    ) -> Question:
        if at.tzinfo is None:
            message = "`at` needs a time zone"
            raise ValueError(message)
        return Question(
            at=at.astimezone(UTC),
            records=self._records.plus(Records.of(related, self.types)),
            only=(only,) if isinstance(only, str) else tuple(only),
            mode=mode,
            validate=validate,
            self_asserted=tuple(self_asserted),
            engine=engine_version(),
            data=data_versions(),
        )

    def reviews(
        self, *, at: datetime, related: Iterable[Mapping[str, Any]] = (), only: Iterable[str] = ()
    ) -> tuple[dict[str, Any], ...]:
        """Return where every review of the set stands at a time, sorted: last, due, overdue by, evidence missing.

        `related` are further records (reviews, people, platform changes), `only` patterns of policy ids. Raises
        ValueError for a time without a zone.
        """
        return self.judge_set(at=at, related=related, only=only).reviews

    def judge_set(
        self, *, at: datetime, related: Iterable[Mapping[str, Any]] = (), only: Iterable[str] = ()
    ) -> Contribution:
        """Return everything that falls due without a record at a time, and what stays undecided; as `reviews`."""
        if at.tzinfo is None:
            message = "`at` needs a time zone"
            raise ValueError(message)
        records = self._records.plus(Records.of(related, self.types))
        return judge_set(self._assembly, records, at.astimezone(UTC), tuple(only))

    def due(
        self,
        *,
        at: datetime,
        related: Iterable[Mapping[str, Any]] = (),
        within: Duration | None = None,
        owner: str | None = None,
        only: Iterable[str] = (),
    ) -> Due:
        """Return what falls due at a time, by date: reviews, audits, review dates, waivers, deadlines of records.

        `related` are further records whose deadlines count, too; `within` leaves out what is due later, `owner` (a team
        or a person) what is others', `only` has patterns of policy ids. Raises ValueError for a time without a zone.
        """
        if at.tzinfo is None:
            message = "`at` needs a time zone"
            raise ValueError(message)
        records = self._records.plus(Records.of(related, self.types))
        patterns = (only,) if isinstance(only, str) else tuple(only)
        return due(self._assembly, records, at.astimezone(UTC), Wanted(within=within, owner=owner, only=patterns))

    def evaluate_many(
        self, records: Iterable[Record], *, at: datetime, related: Iterable[Mapping[str, Any]] = (), **options: Any
    ) -> Iterator[Answer]:
        """Yield the Decision about each record, in order; options as in `evaluate`.

        Where the set has rules about several records at once (`window`, `across`), all records are read before the
        first is answered, and count together with the related ones; else each is answered as it is read.
        """
        known = self.with_records(self._records.plus(Records.of(related, self.types)))
        only = options.get("only", ())
        if has_groups(self._assembly, (only,) if isinstance(only, str) else tuple(only)):
            given = [read_record(record, self.types) for record in records]
            options["groups"] = known.groups(given, at=at, only=only)
            records = given
        for record in records:
            yield known.evaluate(record, at=at, **options)

    def groups(self, records: Iterable[Mapping[str, Any]] = (), *, at: datetime, only: Iterable[str] = ()) -> Groups:
        """Return what the rules about several records at once say at a time of these records and the related ones.

        A record counts once; of two with one type and id, the one given here. Raises ValueError for a time without a
        zone.
        """
        if at.tzinfo is None:
            message = "`at` needs a time zone"
            raise ValueError(message)
        patterns = (only,) if isinstance(only, str) else tuple(only)
        with put_off():
            given = self._records.plus(Records.of(records, self.types))
            return judge_groups(self._assembly, given, at.astimezone(UTC), patterns)


def load(
    paths: Iterable[str | Path],
    *,
    schemas: Iterable[str | Path] = (),
    zone: str = "UTC",
    revision: str | None = None,
    suites: bool = True,
) -> Loaded:
    """Return what loading the policies at the paths gives: the set, or nothing and why.

    Without `suites`, files that are named as such (`*.test.yaml`) are not read: no Decision depends on them.
    """
    files = [file for path in paths for file in policy_files(Path(path), suites=suites)]
    return load_sources(read_sources(dict.fromkeys(files)), schemas=schemas, zone=zone, revision=revision)


def load_revision(
    revision: str,
    paths: Iterable[str | Path] = ("policies",),
    *,
    repo: str | Path = ".",
    schemas: Iterable[str | Path] = (),
    zone: str = "UTC",
) -> Loaded:
    """Return what loading the policies as of a git revision gives; `schemas` are read from the working copy."""
    from policyengine.policyset.revision import sources_at  # noqa: PLC0415 - brings git, which only this needs

    found = sources_at(revision, [Path(path) for path in paths], Path(repo))
    if found.diagnostics:
        return Loaded(None, found.diagnostics)
    return load_sources(found.sources, schemas=schemas, zone=zone, revision=found.sha)


def load_sources(
    sources: Iterable[Source], *, schemas: Iterable[str | Path] = (), zone: str = "UTC", revision: str | None = None
) -> Loaded:
    """Return what loading policies that were read already gives."""
    known = all_schemas()
    own, faults = read_extensions((Path(folder) for folder in schemas), known)
    loaded = assemble(sources, known | own, zone=ZoneInfo(zone), revision=revision)
    if not faults:
        return loaded
    return Loaded(None if has_errors(faults) else loaded.assembly, collected([*faults, *loaded.diagnostics]))


def all_schemas(folders: Iterable[str | Path] = ()) -> dict[str, JsonSchema]:
    """Return the shipped record schemas and those of further folders."""
    from policyengine.shipped import shipped  # noqa: PLC0415 - finds the wheel's files or the checkout's

    return read_schemas([shipped("schemas") / "records", *(Path(f) for f in folders)])


def read_record(record: Record, types: RecordTypes) -> dict[str, Any]:
    """Return a record as a mapping; `InvalidRecord` when it is none, or of no known type."""
    if isinstance(record, bytes | str):
        record = _decoded(record)
    if not isinstance(record, Mapping):
        message = "a record is a mapping of fields"
        raise InvalidRecord(message)
    if nested_over(record):
        message = f"the record is more than {MAX_DEPTH} levels deep"
        raise InvalidRecord(message)
    kind = record.get("type")
    if types.get(kind) is None:
        help_ = did_you_mean(str(kind), types.names())
        message = (
            f"unknown type of record `{kind}`" + (f"; {help_}" if help_ else "") if kind else "the record has no `type`"
        )
        raise InvalidRecord(message)
    return dict(record)


def _decoded(record: bytes | str) -> Any:
    from policyengine.core.reader_json import read_json  # noqa: PLC0415

    source = read_json(record, "<record>")
    if has_errors(source.diagnostics) or not source.documents:
        message = "; ".join(d.message for d in source.diagnostics) or "no record"
        raise InvalidRecord(message)
    return source.documents[0].plain()
