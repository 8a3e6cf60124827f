"""A mapping (`--map`): CSV and foreign NDJSON → records, each value with the place of the cell that it comes from.

```yaml
type: content
zone: Europe/London            # of times without an offset
fields:
  id: {column: Post ID}
  markets: {column: Countries, separator: ";"}
  sponsorship.consideration: {column: Fee, unit: EUR, decimal: comma}
  links.url: {column: URLs, separator: blank}
  status: {is: submitted}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from policyengine.core.diagnostic import Diagnostic, Span, collected
from policyengine.core.facts import Wrong
from policyengine.core.instant import parse_zone
from policyengine.core.quantity import Problem
from policyengine.core.reader_csv import Table, read_csv
from policyengine.core.reader_json import read_json, read_ndjson
from policyengine.core.reading import JSON, NDJSON, read, suffix
from policyengine.core.record import Field, RecordType, RecordTypes
from policyengine.core.source import Node, Plain, Source
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.converting import Manner, convert, parts
from policyengine.shapes.document import Builder, Document
from policyengine.shapes.parts import Doc, Form, Part, Raw, Refers

CSV: Final = (".csv", ".tsv")
_Decimal = Annotated[Literal["comma", "point"] | None, Doc("what separates the decimals of numbers", "comma")]
_Zone = Annotated[str | None, Form("zone"), Doc("the time zone of times without an offset", "Europe/London")]
_Separator = Annotated[str | None, Doc("between the entries of a list; also `blank`, `line`, `tab`", '";"')]
_SIGNS: Final = {"blank": " ", "line": "\n", "tab": "\t"}


class ColumnFile(Part, frozen=True, kw_only=True):
    """Where a field comes from, and how it is written there."""

    one_of = (("column", "path", "is"),)

    column: Annotated[str | None, Doc("the name of a column", "Post ID")] = None
    path: Annotated[str | None, Doc("the dotted path of a value in JSON", "user.handle")] = None
    is_: Annotated[Raw | None, Form("value"), Doc("a value that is the same for all", "submitted")] = field(
        default=None, name="is"
    )
    unit: Annotated[str | None, Doc("the unit of bare numbers", "EUR")] = None
    separator: _Separator = None
    decimal: _Decimal = None
    zone: _Zone = None
    words: Annotated[
        dict[str, Annotated[Raw, Form("value")]] | None, Doc("what whole cells mean", "{IG: instagram}")
    ] = None
    if_empty: Annotated[Raw | None, Form("value"), Doc("what an empty cell means (default: it is not told)", "[]")] = (
        None
    )


class MapFile(Part, frozen=True, kw_only=True):
    """The keys of a mapping file."""

    type: Annotated[str, Refers("record_type"), Doc("the type of the records", "content")]
    fields: Annotated[dict[str, ColumnFile], Doc("where each field comes from", "{id: {column: Post ID}}")]
    delimiter: Annotated[str | None, Doc("between the cells; also `tab` (default: a comma)", '";"')] = None
    separator: _Separator = None
    decimal: _Decimal = None
    zone: _Zone = None


class Column(Struct, frozen=True, eq=False, kw_only=True):
    """One field's mapping, checked. `name` is the column or path; None for a constant."""

    path: tuple[str, ...]
    field: Field
    spread: int | None
    name: str | None
    constant: Node | None
    manner: Manner
    if_empty: Node | None
    span: Span


class Mapping(Struct, frozen=True, eq=False, kw_only=True):
    """A mapping file, checked against the type of record that it makes."""

    kind: RecordType
    columns: tuple[Column, ...]
    delimiter: str


def load_mapping(file: str, data: bytes, types: RecordTypes) -> tuple[Mapping | None, tuple[Diagnostic, ...]]:
    """Return the mapping of a file, or None, and what is wrong with it."""
    source = read(file, data)
    faults = list(source.diagnostics)
    mapping = None
    for node in source.documents[:1]:
        document = Builder(faults.append).document("mapping", MapFile, node)
        mapping = _Checker(document, types, faults).mapping() if document is not None else None
    return (None if any(f.severity == "error" for f in faults) else mapping), collected(faults)


class _Checker:
    """Checks the fields of a mapping file against a record type."""

    def __init__(self, document: Document, types: RecordTypes, faults: list[Diagnostic]) -> None:
        self._document = document
        self._body: MapFile = document.body
        self._types = types
        self._faults = faults

    def mapping(self) -> Mapping | None:
        """Return the mapping; None where its type is unknown."""
        kind = self._types.get(self._body.type)
        if kind is None:
            span = self._document.value_span(None, "type")
            help_ = did_you_mean(self._body.type, self._types.names()) or f"there are {', '.join(self._types.names())}"
            self._faults.append(Diagnostic("PE409", f"unknown type of record `{self._body.type}`", span, help=help_))
            return None
        columns = [c for name, part in self._body.fields.items() if (c := self._column(name, part, kind)) is not None]
        if "id" not in self._body.fields:
            span = self._document.span(None, "fields")
            help_ = "every record needs an id of its own: `id: {column: …}`"
            self._faults.append(Diagnostic("PE411", "no column gives the `id`", span, help=help_))
        delimiter = _sign(self._body.delimiter) or ","
        if len(delimiter) != 1:
            span = self._document.value_span(None, "delimiter")
            self._faults.append(Diagnostic("PE411", "a delimiter is one character", span, help='for example `";"`'))
        return Mapping(kind=kind, columns=tuple(columns), delimiter=delimiter[:1])

    def _column(self, name: str, part: ColumnFile, kind: RecordType) -> Column | None:
        fields = self._document.node.at(("fields",))
        key = fields.keys[name] if fields is not None else self._document.span()
        path = tuple(name.split("."))
        found = kind.field(name)
        if found is None or found.derived is not None or name == "type":
            known = [f.path for f in kind.root.walk() if f.path and f.derived is None]
            help_ = did_you_mean(name, known) if found is None else "leave it out"
            message = (
                f"unknown field `{name}` of {kind.name}" if found is None else f"`{name}` is not taken from a file"
            )
            self._faults.append(Diagnostic("PE411", message, key, help=help_))
            return None
        return Column(
            path=path,
            field=found,
            spread=_spread(path, kind),
            name=part.column or part.path,
            constant=part.is_.node if part.is_ is not None else None,
            manner=Manner(
                unit=part.unit,
                separator=_sign(part.separator or self._body.separator),
                decimal_comma=(part.decimal or self._body.decimal) == "comma",
                zone=self._zone(part if part.zone is not None else None),
                words={word.casefold(): raw.node.plain() for word, raw in (part.words or {}).items()},
            ),
            if_empty=part.if_empty.node if part.if_empty is not None else None,
            span=key,
        )

    def _zone(self, part: ColumnFile | None) -> ZoneInfo | None:
        named = part.zone if part is not None else self._body.zone
        zone = parse_zone(named) if named is not None else None
        if isinstance(zone, Problem):
            span = self._document.value_span(part, "zone")
            self._faults.append(Diagnostic("PE215", zone.message, span, help=zone.help))
            return None
        return zone


def _sign(written: str | None) -> str | None:
    return _SIGNS.get(written, written) if written is not None else None


def _spread(path: tuple[str, ...], kind: RecordType) -> int | None:
    """Return how many parts of a path lead to a list of objects that the path goes into; None without one."""
    for end in range(1, len(path)):
        inner = kind.field(".".join(path[:end]))
        if inner is not None and inner.type == "list":
            return end
    return None


# Applying -------------------------------------------------------------------------------------------------------------


def map_file(mapping: Mapping, file: str, data: bytes) -> Source:
    """Return the records of a CSV, JSON or NDJSON file as a source: each a node, each value at its cell's place."""
    if suffix(file) in CSV:
        delimiter = "\t" if suffix(file) == ".tsv" and mapping.delimiter == "," else mapping.delimiter
        return _map_table(mapping, read_csv(data, file, delimiter))
    if suffix(file) not in (*JSON, *NDJSON):
        known = ", ".join(f"`{name}`" for name in (*CSV, *NDJSON, *JSON))
        fault = Diagnostic(
            "PE005", "a mapping does not apply to this file", Span(file, 1, 1, 1, 1), help=f"only to {known}"
        )
        return Source(file, "", (), (fault,))
    source = read_ndjson(data, file) if suffix(file) in NDJSON else read_json(data, file)
    return _map_objects(mapping, source)


def _map_table(mapping: Mapping, table: Table) -> Source:
    places = {cell.text.strip(): index for index, cell in reversed(list(enumerate(table.header)))}
    faults = list(table.diagnostics)
    if table.header:
        faults.extend(_unknown_columns(mapping, places, table.header[0].span))
        faults.extend(_unused(places, {c.name for c in mapping.columns}, table.header[0].span, "column"))
    documents = []
    for row in table.rows:
        values = {name: Node(row[index].text, row[index].span) for name, index in places.items()}
        documents.append(_Record(mapping, values, row[0].span, faults).node())
    return Source(table.file, table.text, tuple(documents), collected(faults))


def _unknown_columns(mapping: Mapping, known: Iterable[str], header: Span) -> Iterator[Diagnostic]:
    names = sorted(known)
    for column in mapping.columns:
        if column.name is not None and column.name not in names:
            help_ = _other_delimiter(names) or did_you_mean(column.name, names)
            help_ = help_ or f"there are {', '.join(f'`{n}`' for n in names)}"
            message = f"`{header.file}` has no column `{column.name}`"
            yield Diagnostic("PE412", message, column.span, help=help_)


def _other_delimiter(names: list[str]) -> str | None:
    """Return the help for a file that reads as one column because its cells are separated by something else."""
    if len(names) != 1:
        return None
    written = {";": '";"', "\t": "tab", "|": '"|"'}
    found = max(written, key=names[0].count)
    said = f"its cells seem to be separated otherwise: write `delimiter: {written[found]}`"
    return said if found in names[0] else None


def _unused(known: Iterable[str], used: set[str | None], span: Span, what: str) -> Iterator[Diagnostic]:
    left = sorted(name for name in known if name not in used)
    if left:
        shown = ", ".join(f"`{name}`" for name in left)
        message = f"{len(left)} {what}{'s are' if len(left) != 1 else ' is'} not mapped: {shown}"
        yield Diagnostic("PE407", message, span, "note")


def _map_objects(mapping: Mapping, source: Source) -> Source:
    faults = list(source.diagnostics)
    documents: list[Node] = []
    leaves: set[str] = set()
    entries = [e for d in source.documents for e in (d.value if isinstance(d.value, list) else [d])]
    for entry in entries:
        span = Span(entry.span.file, entry.span.line, entry.span.column, entry.span.line, entry.span.column)
        if not isinstance(entry.value, dict):
            faults.append(Diagnostic("PE404", "a record is a mapping of fields", span))
            continue
        names = {c.name for c in mapping.columns if c.name is not None}
        values = {name: found for name in names if (found := _dig(entry, name.split("."))) is not None}
        documents.append(_Record(mapping, values, span, faults).node())
        leaves.update(_leaves(entry, ""))
    if documents:
        named = {c.name for c in mapping.columns if c.name is not None}
        left = [leaf for leaf in leaves if not any(_covers(name, leaf) for name in named)]
        faults.extend(_unused(left, set(), documents[0].span, "value"))
    return Source(source.file, source.text, tuple(documents), collected(faults))


def _covers(name: str, leaf: str) -> bool:
    return leaf == name or leaf.startswith(f"{name}.") or name.startswith(f"{leaf}.")


def _leaves(node: Node, prefix: str) -> Iterator[str]:
    if isinstance(node.value, dict) and (node.value or not prefix):
        for key, child in node.value.items():
            yield from _leaves(child, f"{prefix}.{key}" if prefix else key)
    elif prefix:
        yield prefix


def _dig(node: Node, path: list[str]) -> Node | None:
    """Return the node at a dotted path; through a list, the list of what its entries have there."""
    if not path:
        return node
    if isinstance(node.value, list):
        found = [child for entry in node.value if (child := _dig(entry, path)) is not None]
        return Node(list(found), node.span)
    child = node.at((path[0],))
    return None if child is None else _dig(child, path[1:])


class _Record:
    """Puts one record together from the values of a row."""

    def __init__(self, mapping: Mapping, values: dict[str, Node], span: Span, faults: list[Diagnostic]) -> None:
        self._mapping = mapping
        self._values = values
        self._span = span
        self._faults = faults

    def node(self) -> Node:
        """Return the record as a node."""
        tree: dict[str, Any] = {"type": Node(self._mapping.kind.name, self._span)}
        entries: dict[tuple[str, ...], dict[tuple[str, ...], list[Node]]] = {}
        for column in self._mapping.columns:
            given = column.constant if column.name is None else self._given(column)
            if given is None:
                continue
            if column.spread is not None and given is not column.constant and given is not column.if_empty:
                group = entries.setdefault(column.path[: column.spread], {})
                group[column.path[column.spread :]] = self._spread(column, given)
            else:
                value = given if given in (column.constant, column.if_empty) else self._value(column, given)
                if value is not None:
                    _put(tree, column.path, value)
        for path, group in entries.items():
            found = self._entries(path, group)
            if found is not None:
                _put(tree, path, found)
        return _node(tree, self._span)

    def _given(self, column: Column) -> Node | None:
        found = self._values.get(column.name or "")
        empty = found is None or found.value is None or (isinstance(found.value, str) and not found.value.strip())
        return column.if_empty if empty else found

    def _value(self, column: Column, given: Node) -> Node | None:
        """Return the converted value of a cell or a JSON value; None after a fault."""
        if isinstance(given.value, str):
            return self._converted(column.field, given.value, column.manner, given.span)
        item = column.field.item
        if isinstance(given.value, list) and column.field.type == "list" and item is not None:
            found = [self._scalar(item, entry, column.manner) for entry in given.value]
            return Node([entry for entry in found if entry is not None], given.span)
        return self._scalar(column.field, given, column.manner)

    def _scalar(self, field_: Field, given: Node, manner: Manner) -> Node | None:
        """Return a JSON value: text as a cell is read, a number with its unit, anything else as it is."""
        value = given.value
        if isinstance(value, str):
            return self._converted(field_, value, manner, given.span)
        if manner.unit is not None and given.raw is not None and not isinstance(value, bool):
            exact = Manner(unit=manner.unit)
            return self._converted(field_, given.raw, exact, given.span)
        return given

    def _converted(self, field_: Field, text: str, manner: Manner, span: Span) -> Node | None:
        value = convert(field_, text, manner)
        if isinstance(value, Wrong):
            self._faults.append(Diagnostic("PE405", value.message, span, help=value.help))
            return None
        return _placed(value, span)

    def _spread(self, column: Column, given: Node) -> list[Node]:
        """Return the values of a column that gives one field of each entry of a list."""
        if isinstance(given.value, list):
            cells = [(entry, entry.span) for entry in given.value]
            found = [self._scalar(column.field, entry, column.manner) for entry, _ in cells]
        else:
            texts = parts(str(given.value), column.manner)
            found = [self._converted(column.field, text, column.manner, given.span) if text else None for text in texts]
        return [node if node is not None else Node(None, given.span) for node in found]

    def _entries(self, path: tuple[str, ...], group: dict[tuple[str, ...], list[Node]]) -> Node | None:
        """Return the list that several columns describe together, entry by entry."""
        counts = sorted({len(values) for values in group.values()})
        if len(counts) > 1:
            span = next(iter(group.values()))[0].span
            message = f"the columns of `{'.'.join(path)}` have {counts[0]} and {counts[-1]} entries"
            self._faults.append(Diagnostic("PE405", message, span, help="every entry needs its place in each of them"))
            return None
        built = []
        for position in range(counts[0]):
            entry: dict[str, Any] = {}
            for inner, values in group.items():
                if values[position].value is not None:
                    _put(entry, inner, values[position])
            span = next(iter(group.values()))[position].span
            built.append(_node(entry, span))
        return Node(list(built), built[0].span if built else self._span)


def _placed(value: Plain, span: Span) -> Node:
    if isinstance(value, list):
        return Node([_placed(entry, span) for entry in value], span)
    if isinstance(value, dict):
        return Node({k: _placed(v, span) for k, v in value.items()}, span, None, dict.fromkeys(value, span))
    return Node(value, span)


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Node) -> None:
    for part in path[:-1]:
        inner = tree.setdefault(part, {})
        tree = inner if isinstance(inner, dict) else {}
    tree[path[-1]] = value


def _node(tree: dict[str, Any], span: Span) -> Node:
    children = {key: value if isinstance(value, Node) else _node(value, span) for key, value in tree.items()}
    return Node(children, span, None, {key: child.span for key, child in children.items()})
