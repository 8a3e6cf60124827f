"""A file's documents → records that know where each field stands, so that findings point into the submission."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

from msgspec import Struct, structs

from policyengine.core.decision import Decision, Finding, Place
from policyengine.core.diagnostic import Diagnostic, PathPart, Span
from policyengine.core.facts import Fault, plain_record, read_facts
from policyengine.core.offsets import span_within
from policyengine.core.record import RecordType, RecordTypes
from policyengine.core.source import Node, Source
from policyengine.core.suggest import did_you_mean, nearest

_INDEX = re.compile(r"\[([0-9]*)\]")
_MOST_SUGGESTED = 3


class Submission(Struct, frozen=True, eq=False, kw_only=True):
    """A record of a known type as it was submitted: its data, and its places in the file's text."""

    node: Node
    text: str
    kind: RecordType
    record: dict[str, Any]

    @property
    def file(self) -> str:
        """Return the file's name."""
        return self.node.span.file

    @property
    def id(self) -> str:
        """Return the record's id; empty without one."""
        return str(self.record.get("id") or "")

    @property
    def start(self) -> Span:
        """Return where the record begins."""
        return _start(self.node)

    def span_of(self, path: tuple[PathPart, ...], *, key: bool = False) -> Span:
        """Return the place of a field (of its key with `key`); of one that is missing, what should hold it.

        That is the key of the nearest mapping around it that there is, else the record's beginning.
        """
        for end in range(len(path), 0, -1):
            found = self.node.at(path[:end])
            if found is None:
                continue
            whole = end == len(path)
            if whole and not key and (isinstance(found.value, str) or _on_one_line(found)):
                return found.span
            parent = self.node.at(path[: end - 1])
            last = path[end - 1]
            if parent is not None and isinstance(last, str) and last in parent.keys:
                return parent.keys[last]
            return _head(found)
        return self.start

    def within(self, path: tuple[PathPart, ...], start: int, end: int) -> Span:
        """Return the place of a stretch of a field's text: offsets in characters, the end exclusive."""
        found = self.node.at(path)
        return span_within(self.text, found, start, end) if found is not None and self.text else self.span_of(path)

    def span_of_finding(self, finding: Finding) -> Span:
        """Return where a finding stands: what it is about, or what should hold the first fact that it misses."""
        if finding.path and finding.within is not None:
            return self.within(finding.path, *finding.within)
        if finding.path:
            return self.span_of(finding.path)
        return self.span_of(path_of(finding.field or next(iter(finding.missing), "")))

    def faults(self) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the record itself: unknown fields, ill-typed values, what every record has."""
        return tuple(self.diagnostic(fault) for fault in read_facts(self.kind, self.record)[1])

    def diagnostic(self, fault: Fault) -> Diagnostic:
        """Return a fault of the record at its place."""
        span = self.start if not fault.path else self.span_of(fault.path, key=fault.code == "PE401")
        return Diagnostic(fault.code, fault.message, span, help=fault.help, path=fault.path)


def _start(node: Node) -> Span:
    span = node.span
    return Span(span.file, span.line, span.column, span.line, span.column)


def _on_one_line(node: Node) -> bool:
    return not isinstance(node.value, dict) and node.span.line == node.span.end_line


def _head(node: Node) -> Span:
    """Return the first key of a mapping, the first line of anything else."""
    if node.keys:
        return min(node.keys.values())
    span = node.span
    return span if span.line == span.end_line else _start(node)


def path_of(name: str) -> tuple[PathPart, ...]:
    """Return the path that a field's name means: `links[2].utm.source`; nothing for what is no field of the record."""
    if not name or name[0] in "$ " or " " in name:
        return ()
    parts: list[PathPart] = []
    for part in name.split("."):
        parts.append(_INDEX.sub("", part))
        parts.extend(int(index) for index in _INDEX.findall(part) if index)
    return tuple(parts)


def placed(decision: Decision, submission: Submission) -> Decision:
    """Return the Decision with the place of each finding in the submission."""
    findings = tuple(structs.replace(f, place=Place.of(submission.span_of_finding(f))) for f in decision.findings)
    return structs.replace(decision, findings=findings)


# Reading --------------------------------------------------------------------------------------------------------------


def records_in(source: Source) -> tuple[tuple[Node, ...], tuple[Diagnostic, ...]]:
    """Return the mappings that a source holds (a list's entries each), and a fault for everything else."""
    found: list[Node] = []
    faults: list[Diagnostic] = []
    for document in source.documents:
        entries = document.value if isinstance(document.value, list) else [document]
        for node in entries:
            if isinstance(node.value, dict):
                found.append(node)
            else:
                help_ = "for example `type: content`, then `id: post-17`, one fact a line"
                faults.append(Diagnostic("PE404", "a record is a mapping of fields", _start(node), help=help_))
    return tuple(found), tuple(faults)


def submission_of(node: Node, text: str, types: RecordTypes) -> Submission | Diagnostic:
    """Return the submission that a mapping is, or why it cannot be judged: its type is missing or unknown."""
    named = node.at(("type",))
    if named is None or named.value is None or named.value == "":
        return Diagnostic("PE403", "`type` is missing", _start(node), help=_type_help(node, types))
    kind = types.get(named.value)
    if kind is None:
        known = types.names()
        help_ = did_you_mean(str(named.value), known) or f"there are {', '.join(known)}"
        return Diagnostic("PE409", f"unknown type of record `{named.raw or named.value}`", named.span, help=help_)
    record = cast("dict[str, Any]", plain_record(kind.root, node))
    return Submission(node=node, text=text, kind=kind, record=record)


def _type_help(node: Node, types: RecordTypes) -> str:
    """Return advice: the misspelt key, or the types whose fields the record's keys are."""
    keys = list(node.value) if isinstance(node.value, dict) else []
    misspelt = nearest("type", keys)
    if misspelt is not None and len(misspelt) <= len("types"):
        return f"did you mean `type` instead of `{misspelt}`?"
    shared = {name: sum(key in types[name].root.fields for key in keys) for name in types.names()}
    best = sorted((n for n in shared if shared[n]), key=lambda n: (-shared[n], n != "content", n))[:_MOST_SUGGESTED]
    return "say what it is: " + " or ".join(f"`type: {name}`" for name in best or ["content"])


def submissions_in(source: Source, types: RecordTypes) -> tuple[tuple[Submission, ...], tuple[Diagnostic, ...]]:
    """Return the submissions of a source, and every fault that keeps a document from being one."""
    nodes, faults = records_in(source)
    found = [submission_of(node, source.text, types) for node in nodes]
    refused = [item for item in found if isinstance(item, Diagnostic)]
    return tuple(s for s in found if isinstance(s, Submission)), (*source.diagnostics, *faults, *refused)


def faults_of(submissions: Iterable[Submission]) -> tuple[Diagnostic, ...]:
    """Return the faults of several submissions."""
    return tuple(fault for submission in submissions for fault in submission.faults())
