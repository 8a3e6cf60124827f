"""Suites as written → cases that can be run: records resolved, steps taken, names checked, every fault at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from policyengine.core.diagnostic import Diagnostic, Related, Span, collected, has_errors
from policyengine.core.quantity import Problem, parse_time
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.test import Case, Suite
from policyengine.policyset.units import Assembly
from policyengine.shapes.contract import Report
from policyengine.shapes.directory import Directory
from policyengine.shapes.document import Builder, Document
from policyengine.shapes.parts import Raw
from policyengine.shapes.staff import Contents, directory_of
from policyengine.verify.expected import Expected, read_expected
from policyengine.verify.fixtures import Fixtures
from policyengine.verify.matrix import Row, rows_of, said, substituted
from policyengine.verify.names import Tested, check_expected, check_policies
from policyengine.verify.steps import Stage, Taken, take_steps

_COMPILED = ("groups", "platforms")


class Trial(Struct, frozen=True, eq=False, kw_only=True):
    """One case, ready to be run. `record` is None where the set is judged."""

    name: str
    span: Span
    tested: Tested
    at: datetime
    record: dict[str, Any] | None
    related: tuple[dict[str, Any], ...]
    complete: tuple[str, ...]
    expected: Expected

    @property
    def file(self) -> str:
        """Return the suite's file."""
        return self.span.file

    @property
    def title(self) -> str:
        """Return how the case is called in reports and for `--filter`."""
        return f"{self.file}: {self.name}"


class Read(Struct, frozen=True, eq=False):
    """The cases of suites that can be run, and what is wrong with the others."""

    trials: tuple[Trial, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_suites(assembly: Assembly, suites: Iterable[Document] | None = None) -> Read:
    """Return the cases of suites (default: all of the set's), in the order of files and lines.

    A case with a fault is left out; the others can be run.
    """
    trials: list[Trial] = []
    faults: list[Diagnostic] = []
    for document in sorted(assembly.suites if suites is None else suites, key=lambda d: d.node.span):
        trials.extend(_SuiteReader(document, assembly, faults.append).trials())
    return Read(tuple(trials), collected(faults))


class _SuiteReader:
    def __init__(self, document: Document, assembly: Assembly, report: Report) -> None:
        self._document = document
        self._assembly = assembly
        self._report = report
        self._suite: Suite = document.body

    def trials(self) -> Iterator[Trial]:
        suite, document = self._suite, self._document
        patterns = [(name, document.value_span(None, "policies", i)) for i, name in enumerate(suite.policies or ())]
        check_policies(patterns, self._assembly, self._report)
        directory = self._directory(suite.directory)
        tested = Tested(self._assembly, tuple(suite.policies or ()), directory)
        records = {name: raw.node for name, raw in (suite.records or {}).items()}
        types = self._assembly.types
        Fixtures(records, types, self._report).check()
        self._complete()
        names: dict[str, Span] = {}
        for case in suite.cases:
            node = document.node_of(case)
            self._unique(case.case, node, names)
            for row in rows_of(case.matrix.node if case.matrix is not None else None, self._report):
                trial = self._trial(node, row, tested)
                if trial is not None:
                    yield trial

    def _trial(self, node: Node, row: Row, tested: Tested) -> Trial | None:
        """Return the case of a row of its matrix, or None when anything in it is an error."""
        faults: list[Diagnostic] = []
        reader = _CaseReader(self._suite, tested, faults.append)
        trial = reader.trial(_concrete(node, row, faults.append), row)
        for fault in faults:
            self._report(fault)
        return None if has_errors(faults) else trial

    def _unique(self, name: str, node: Node, names: dict[str, Span]) -> None:
        span = node.span_at(("case",))
        first = names.setdefault(name, span)
        if first is not span:
            related = (Related(first, "the other one"),)
            help_ = "say what each of them shows"
            self._report(Diagnostic("PE611", f"two cases are called `{name}`", span, help=help_, related=related))

    def _complete(self) -> None:
        known = self._assembly.types.names()
        for index, name in enumerate(self._suite.complete or ()):
            if name not in known:
                span = self._document.value_span(None, "complete", index)
                help_ = did_you_mean(name, known) or f"there are {', '.join(known)}"
                self._report(Diagnostic("PE213", f"unknown type of record `{name}`", span, help=help_))

    def _directory(self, contents: Contents | None) -> Directory:
        """Return the set's directory with the keys that the suite gives in place of its own.

        Who is on call goes with the people. What is compiled into the policies cannot be another one here.
        """
        whole = self._assembly.directory
        if contents is None:
            return whole
        document = self._document
        for key in _COMPILED:
            if getattr(contents, key) is not None:
                help_ = "policies are compiled with those of the set"
                span = document.span(contents, key)
                self._report(Diagnostic("PE614", f"a suite has no `{key}` of its own", span, help=help_))
        own = directory_of(contents, document, self._report)
        given = {
            "people": contents.people,
            "team_names": contents.teams,
            "role_names": contents.roles,
            "part_of": contents.part_of,
            "rotations": contents.on_call or contents.people,
            "calendars": contents.calendars,
            "markets": contents.markets,
        }
        changed = {name: getattr(own, name) for name, value in given.items() if value is not None}
        return structs.replace(whole, known=True, **changed)


def _concrete(node: Node, row: Row, report: Report) -> Node:
    """Return a case without its matrix, the row's values filled in."""
    entries = node.value if isinstance(node.value, dict) else {}
    kept = {key: child for key, child in entries.items() if key != "matrix"}
    filled = {key: child if key == "case" else substituted(child, row, report) for key, child in kept.items()}
    return structs.replace(node, value=filled)


class _CaseReader:
    def __init__(self, suite: Suite, tested: Tested, report: Report) -> None:
        self._suite = suite
        self._tested = tested
        self._report = report
        records = {name: raw.node for name, raw in (suite.records or {}).items()}
        self._fixtures = Fixtures(records, tested.assembly.types, report)

    def trial(self, node: Node, row: Row) -> Trial | None:
        """Return a case that can be run, or None after a fault."""
        document = Builder(self._report).document("case", Case, node)
        if document is None:
            return None
        case: Case = document.body
        at = self._time(document, case)
        expected = read_expected(document, case.expect, self._report)
        check_expected(expected, self._tested, case.record is not None, self._report)
        related = self._related(case)
        if at is None:
            return None
        record, now = self._record(case, document, at)
        if (record is None) is not (case.record is None):
            return None
        return Trial(
            name=f"{case.case}{said(row)}",
            span=node.span_at(("case",), key=True),
            tested=self._tested,
            at=now,
            record=record,
            related=related,
            complete=tuple(self._suite.complete or ()),
            expected=expected,
        )

    def _time(self, document: Document, case: Case) -> datetime | None:
        if case.at is None:
            if self._suite.at is None:
                help_ = "write `at: 2026-03-02T09:00:00Z` into the suite: nothing here reads a clock"
                self._report(Diagnostic("PE609", "the case has no time", document.span(), help=help_))
            return self._suite.at
        found = parse_time(case.at)
        if isinstance(found, Problem):
            self._report(Diagnostic("PE609", found.message, document.value_span(None, "at"), help=found.help))
            return None
        return found

    def _record(self, case: Case, document: Document, at: datetime) -> Taken:
        if case.record is None:
            if case.steps:
                help_ = "give the case a `record`"
                span = document.span(None, "steps")
                self._report(Diagnostic("PE607", "steps are taken with a record", span, help=help_))
            return None, at
        node = self._fixtures.find(case.record.node)
        if node is None:
            return None, at
        return take_steps(node, case.steps or (), at, Stage(document, self._fixtures, self._tested, self._report))

    def _related(self, case: Case) -> tuple[dict[str, Any], ...]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for raw in (*(self._suite.related or ()), *(case.related or ())):
            record = self._one(raw)
            if record is None:
                continue
            key = (record["type"], str(record["id"]))
            if key in found:
                message = f"two related records of type {key[0]} have the id `{key[1]}`"
                self._report(Diagnostic("PE408", message, raw.node.span, help="give each its own id"))
            found[key] = record
        return tuple(found[key] for key in sorted(found))

    def _one(self, raw: Raw) -> dict[str, Any] | None:
        node = self._fixtures.find(raw.node)
        submission = self._fixtures.submission(node) if node is not None else None
        return submission.record if submission is not None else None
