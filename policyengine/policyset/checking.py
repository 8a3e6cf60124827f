"""Checks across documents: every name that a document uses is known, values fit their dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final
from zoneinfo import ZoneInfo

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import is_language
from policyengine.core.instant import parse_zone
from policyengine.core.quantity import Problem
from policyengine.core.record import RecordType, RecordTypes
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.bands import is_band
from policyengine.language.operands import DIMENSIONS, OperandReader
from policyengine.language.read import ConditionReader
from policyengine.language.scope import Names, Scope
from policyengine.shapes.contract import Context, Report, World
from policyengine.shapes.document import Document, Reference
from policyengine.shapes.upkeep import upkeep_plan


def check_definitions(names: Names, types: RecordTypes, report: Report) -> None:
    """Type every named condition against its record type; faults are reported where it is defined."""
    for name, definition in sorted(names.definitions.items()):
        record = types.get(definition.applies_to)
        if record is not None:
            ConditionReader(Scope.of(names, record), report, defining=(name,)).read(definition.node)


def check_terms(names: Names, report: Report) -> None:
    """Read every word list once, so that faults in unused ones are found too."""
    record = names.types.get("content") or next(iter(names.types.types.values()))
    reader = OperandReader(Scope.of(names, record), report)
    for terms in names.terms.values():
        node = terms.words
        for words in _alternatives(node):
            reader.terms(words)
        _check_by(node, f"${terms.id}", names, record, report)


def _alternatives(node: Node) -> Iterable[Node]:
    if not isinstance(node.value, dict):
        return [node]
    by = node.value.get("by")
    tables = by.value.values() if by is not None and isinstance(by.value, dict) else []
    found = [entry for table in tables if isinstance(table.value, dict) for entry in table.value.values()]
    return [*([node.value["is"]] if "is" in node.value else []), *found]


def check_values(context: Context) -> None:
    """Check the dimensions of a policy's named values."""
    for name, node in context.names.values.items():
        _check_by(node, f"$values.{name}", context.names, context.record, context.report)


def _check_by(node: Node, text: str, names: Names, record: RecordType | None, report: Report) -> None:
    if not isinstance(node.value, dict):
        return
    by = node.value.get("by")
    if by is None:
        if "is" not in node.value:
            report(Diagnostic("PE121", f"`{text}` has no value", node.span, help="write `is: …`"))
        return
    if not isinstance(by.value, dict) or len(by.value) != 1:
        report(Diagnostic("PE122", "`by` takes one dimension", by.span, help=f"one of {', '.join(DIMENSIONS)}"))
        return
    dimension, table = next(iter(by.value.items()))
    if dimension not in DIMENSIONS:
        help_ = did_you_mean(dimension, DIMENSIONS) or f"there are {', '.join(DIMENSIONS)}"
        report(Diagnostic("PE123", f"`{dimension}` is not a dimension", by.keys[dimension], help=help_))
        return
    if not isinstance(table.value, dict):
        report(
            Diagnostic("PE122", f"`{dimension}` takes a mapping", table.span, help="for example `{market: {JP: …}}`")
        )
        return
    _check_keys(dimension, table, record, report)
    needed = names.markets if dimension == "market" and "is" not in node.value else ()
    missing = [market for market in needed if market not in table.value]
    if missing:
        message = f"`{text}` has no value for {', '.join(missing)}"
        report(Diagnostic("PE130", message, table.span, help="add `is: …` as the default, or the missing markets"))


def _check_keys(dimension: str, table: Node, record: RecordType | None, report: Report) -> None:
    where = record.field(record.dimensions.get(dimension, "")) if record is not None else None
    listed = where.values if where is not None else ()
    for key in table.value if isinstance(table.value, dict) else ():
        span = table.keys[key]
        if dimension == "size_band" and not is_band(key):
            help_ = "write `under 10000`, `10000 to 50000` or `50000 and over`"
            report(Diagnostic("PE123", f"`{key}` is not a size band", span, help=help_))
        if dimension == "market" and not (len(key) == 2 and key.isascii() and key.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
            report(Diagnostic("PE123", f"`{key}` is not a market", span, help="a market is a code such as `GB`"))
        if dimension == "language" and not is_language(key):
            help_ = "a language is a code such as `de` or `pt-BR`"
            report(Diagnostic("PE123", f"`{key}` is not a language", span, help=help_))
        if dimension == "platform" and listed and key not in listed:
            help_ = did_you_mean(key, listed) or "platforms of your own stand in the directory"
            report(Diagnostic("PE123", f"`{key}` is not a platform", span, help=help_))


def check_upkeep(documents: Iterable[Document], zone: ZoneInfo, report: Report) -> None:
    """Check that the date of each policy's own review can be worked out."""
    for document in documents:
        found = upkeep_plan(document.body, zone)
        if isinstance(found, Problem):
            span = document.value_span(document.body.review, "every")
            report(Diagnostic("PE710", found.message, span, help=found.help))


def check_effective(documents: Iterable[Document], report: Report) -> None:
    """Check that what is in force for a while begins before it ends."""
    for document in documents:
        effective = getattr(document.body, "effective", None)
        if effective is None or effective.from_ is None or effective.until is None:
            continue
        if effective.until <= effective.from_:
            message = f"`{document.body.id}` is over on {effective.until}, before it begins on {effective.from_}"
            help_ = "`until` is the first day on which it is not in force any more"
            report(Diagnostic("PE311", message, document.value_span(effective, "until"), help=help_))


# References -----------------------------------------------------------------------------------------------------------

Known = Callable[[World], Iterable[str]]
_CODES: Final = {
    "team": "PE202",
    "role": "PE207",
    "person": "PE208",
    "calendar": "PE209",
    "on_call": "PE210",
    "market": "PE211",
    "record_type": "PE213",
    "policy": "PE205",
    "terms": "PE214",
}
_PEOPLE: Final = frozenset(["team", "role", "person", "on_call"])
_KNOWN: Final[dict[str, Known]] = {
    "team": lambda w: w.directory.teams,
    "role": lambda w: w.directory.roles,
    "person": lambda w: w.directory.people,
    "calendar": lambda w: {*w.directory.calendars, "always", "market"},
    "on_call": lambda w: w.directory.rotations,
    "record_type": lambda w: w.types.names(),
    "terms": lambda w: w.names.terms,
}
_SAID: Final = {"on_call": "on-call rotation", "record_type": "type of record", "terms": "word list"}


def check_references(documents: tuple[Document, ...], world: World, report: Report) -> None:
    """Check every name that a document uses. Without a directory every team and role counts as known (one warning)."""
    warned = world.directory.known
    for document in sorted(documents, key=lambda d: d.node.span):
        for reference in document.references:
            to, _, narrowed = reference.to.partition(":")
            if to in _PEOPLE and not world.directory.known:
                if not warned:
                    warned = True
                    report(
                        Diagnostic(
                            "PE200",
                            "the set has no directory",
                            reference.span,
                            "warning",
                            help="teams and roles are taken as written; add `kind: directory`",
                        )
                    )
                continue
            _check_one(reference, to, narrowed, world, report)


def _check_one(reference: Reference, to: str, narrowed: str, world: World, report: Report) -> None:
    if to == "policy":
        known: Iterable[str] = [i for i, kind in world.policies.items() if narrowed in {"", kind}]
    elif to == "zone":
        zone = parse_zone(reference.name)
        if isinstance(zone, Problem):
            report(Diagnostic("PE215", zone.message, reference.span, help=zone.help))
        return
    elif to in _KNOWN:
        known = _KNOWN[to](world)
    elif to == "market":
        _check_market(reference, report)
        return
    else:
        return
    if reference.name not in known:
        said = f"{narrowed} policy" if to == "policy" and narrowed else _SAID.get(to, to)
        shown = ", ".join(sorted(known)[:12])
        help_ = did_you_mean(reference.name, known) or (f"there are {shown}" if shown else None)
        report(Diagnostic(_CODES[to], f"unknown {said} `{reference.name}`", reference.span, help=help_))


def _check_market(reference: Reference, report: Report) -> None:
    name = reference.name
    if not (len(name) == 2 and name.isascii() and name.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
        report(Diagnostic("PE211", f"`{name}` is not a market", reference.span, help="a market is a code such as `GB`"))
