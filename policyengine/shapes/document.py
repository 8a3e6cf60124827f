"""Nodes → the struct of a kind: every fault of the document in one pass, each at its place.

The builder and the generated JSON Schemas agree (a test compares them on good and faulty documents).
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.facts import as_number
from policyengine.core.quantity import (
    Duration,
    Money,
    Problem,
    parse_date,
    parse_duration,
    parse_money,
    parse_number,
    parse_share,
    parse_time,
)
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.shapes.parts import Condition, Doc, Form, MayBeEmpty, OneOrMore, Part, Raw, Refers, Tighter, Use

Report = Callable[[Diagnostic], None]
MISSING: Final = object()
ID_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789_."


_MARKS: Final[dict[type, str]] = {
    Form: "form", Refers: "refers", Use: "use", Doc: "doc", OneOrMore: "one_or_more", MayBeEmpty: "may_be_empty",
    Tighter: "tighter",
}  # fmt: skip


class Spec(Struct, frozen=True, eq=False):
    """A type of the contract, taken apart: the bare type and its annotations."""

    base: Any
    form: str | None = None
    refers: str | None = None
    use: Use | None = None
    doc: Doc | None = None
    one_or_more: bool = False
    may_be_empty: bool = False
    tighter: Tighter | None = None
    optional: bool = False


class Key(Struct, frozen=True, eq=False):
    """A key of a mapping: how it is written, the struct's attribute, its type, whether it must be there."""

    name: str
    attribute: str
    spec: Spec
    required: bool


class Reference(Struct, frozen=True):
    """A name that a document uses, to be checked against the set: `to` is the `Refers` of its field."""

    to: str
    name: str
    span: Span


class Document(Struct, frozen=True, eq=False):
    """A validated document: the kind's struct, where each part of it stands, the names that it uses."""

    kind: str
    body: Any
    node: Node
    places: dict[int, Node]
    references: tuple[Reference, ...]

    @property
    def file(self) -> str:
        """Return the file that the document stands in."""
        return self.node.span.file

    def node_of(self, part: Struct | None = None) -> Node:
        """Return the node from which a part (default: the whole document) was built."""
        return self.node if part is None else self.places[id(part)]

    def span(self, part: Struct | None = None, key: str | None = None) -> Span:
        """Return the place of a part, or of one of its keys."""
        node = self.node_of(part)
        return node.keys.get(key, node.span) if key is not None else node.span

    def value_span(self, part: Struct | None, key: str, index: int | None = None) -> Span:
        """Return the place of a key's value (of one entry of it, with `index`)."""
        path = (key,) if index is None else (key, index)
        return self.node_of(part).span_at(path)


@cache
def spec_of(annotation: Any) -> Spec:
    """Return a type annotation taken apart."""
    marks: dict[str, Any] = {}
    optional = False
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation, *found = typing.get_args(annotation)
            for mark in found:
                value = mark.name if isinstance(mark, Form) else mark.to if isinstance(mark, Refers) else mark
                marks.setdefault(_MARKS[type(mark)], True if isinstance(mark, OneOrMore | MayBeEmpty) else value)
        elif origin in {typing.Union, types.UnionType}:
            optional = True
            (annotation,) = (a for a in typing.get_args(annotation) if a is not types.NoneType)
        else:
            return Spec(annotation, optional=optional, **marks)


@cache
def keys_of(struct: type[Struct]) -> tuple[Key, ...]:
    """Return the keys of a struct, in its order."""
    hints: dict[str, Any] = {}
    for parent in reversed(struct.__mro__):
        hints |= _own_hints(parent)
    return tuple(Key(f.encode_name, f.name, spec_of(hints[f.name]), f.required) for f in msgspec.structs.fields(struct))


@cache
def _own_hints(struct: type) -> dict[str, Any]:
    """Return the types of a class's own annotations.

    Reading them from their text is what costs, and every kind inherits those of the header: `typing.get_type_hints` of
    the class itself would read them again for each.
    """
    fields = getattr(struct, "__struct_fields__", ())
    written = inspect.get_annotations(struct)
    own = types.SimpleNamespace(__annotations__={name: text for name, text in written.items() if name in fields})
    return typing.get_type_hints(own, vars(sys.modules[struct.__module__]), include_extras=True)


class Builder:
    """Builds one document; faults go to `report`."""

    def __init__(self, report: Report) -> None:
        """Take where faults go."""
        self._report = report
        self._places: dict[int, Node] = {}
        self._references: list[Reference] = []

    def document(self, kind: str, struct: type[Part], node: Node) -> Document | None:
        """Return the document that a node means, or None when it has faults (all of them reported)."""
        faults: list[Diagnostic] = []
        report, self._report = self._report, faults.append
        body = self._part(struct, node)
        self._report = report
        for fault in faults:
            report(fault)
        if body is None or any(f.severity == "error" for f in faults):
            return None
        return Document(kind, body, node, self._places, tuple(self._references))

    def _fault(self, code: str, message: str, span: Span, help_: str | None = None) -> None:
        self._report(Diagnostic(code, message, span, help=help_))

    def _part(self, struct: type[Part], node: Node) -> Any:
        if not isinstance(node.value, dict):
            self._fault("PE122", "a mapping is needed here", node.span, _mapping_help(struct))
            return None
        keys = {key.name: key for key in keys_of(struct)}
        built: dict[str, Any] = {}
        for name, child in node.value.items():
            key = keys.get(name)
            if key is None:
                self._unknown_key(name, node, keys)
                continue
            value = self._key(key, child, node.keys.get(name, child.span))
            if value is not MISSING:
                built[key.attribute] = value
        missing = [k for k in keys.values() if k.required and k.name not in node.value]
        for key in missing:
            self._fault("PE121", f"`{key.name}` is missing", node.span, _missing_help(key))
        self._exclusive(struct, node)
        if any(k.required and k.attribute not in built for k in keys.values()):
            return None
        part = struct(**built)
        self._places[id(part)] = node
        return part

    def _unknown_key(self, name: str, node: Node, keys: dict[str, Key]) -> None:
        span = node.keys.get(name, node.span)
        shown = ", ".join(sorted(keys))
        self._fault("PE120", f"unknown key `{name}`", span, did_you_mean(name, keys) or f"there are {shown}")

    def _exclusive(self, struct: type[Part], node: Node) -> None:
        entries = node.value if isinstance(node.value, dict) else {}
        for group in struct.one_of:
            given = [name for name in group if name in entries]
            names = ", ".join(f"`{n}`" for n in group)
            if not given:
                self._fault("PE124", f"one of {names} is needed", node.span)
            elif len(given) > 1:
                self._fault(
                    "PE124", f"`{given[1]}` cannot stand beside `{given[0]}`", node.keys[given[1]], f"one of {names}"
                )
        for group in struct.at_least_one:
            if not any(name in entries for name in group):
                names = ", ".join(f"`{n}`" for n in group)
                self._fault("PE124", f"at least one of {names} is needed", node.span)

    def _key(self, key: Key, node: Node, span: Span) -> Any:
        if node.value is None:
            self._fault(
                "PE116", f"`{key.name}` has no value", span, _missing_help(key) or "write a value, or leave the key out"
            )
            return MISSING
        return self._value(key.spec, node, key.name)

    def _value(self, spec: Spec, node: Node, name: str) -> Any:
        base, origin = spec.base, typing.get_origin(spec.base)
        if origin is list:
            return self._list(spec, node, name)
        if origin is dict:
            return self._mapping(spec, node, name)
        if base is Condition:
            return Condition(node)
        if base is Raw:
            return Raw(node)
        if isinstance(base, type) and issubclass(base, Part):
            part = self._part(base, node)
            return MISSING if part is None else part
        value = self._scalar(spec, node, name)
        if value is not MISSING and spec.refers is not None:
            self._references.append(Reference(spec.refers, str(value), node.span))
        return value

    def _list(self, spec: Spec, node: Node, name: str) -> Any:
        (item,) = typing.get_args(spec.base)
        inner = spec_of(item)
        if spec.refers is not None and inner.refers is None:
            inner = msgspec.structs.replace(inner, refers=spec.refers)
        if not isinstance(node.value, list):
            if not spec.one_or_more:
                self._fault(
                    "PE122",
                    f"`{name}` takes a list",
                    node.span,
                    f"write `{name}: [{_spelled(node)}]`"
                    if not isinstance(node.value, dict)
                    else "put `-` before each entry",
                )
                return MISSING
            value = self._value(inner, node, name)
            return MISSING if value is MISSING else [value]
        if not node.value and not spec.may_be_empty:
            self._fault(
                "PE107", f"`{name}` is an empty list", node.span, "name at least one entry, or leave the key out"
            )
            return MISSING
        return self._entries(inner, node, name)

    def _entries(self, inner: Spec, node: Node, name: str) -> Any:
        values = []
        for entry in node.value if isinstance(node.value, list) else ():
            if entry.value is None:
                self._fault("PE116", f"an entry of `{name}` has no value", entry.span)
                continue
            values.append(self._value(inner, entry, name))
        whole = isinstance(node.value, list) and len(values) == len(node.value)
        return values if whole and not any(v is MISSING for v in values) else MISSING

    def _mapping(self, spec: Spec, node: Node, name: str) -> Any:
        _, item = typing.get_args(spec.base)
        if not isinstance(node.value, dict):
            self._fault("PE122", f"`{name}` takes a mapping", node.span)
            return MISSING
        if not node.value and not spec.may_be_empty:
            self._fault("PE107", f"`{name}` is empty", node.span, "leave the key out")
            return MISSING
        built = {}
        for key, child in node.value.items():
            if child.value is None:
                self._fault("PE116", f"`{key}` has no value", node.keys.get(key, child.span))
            else:
                built[key] = self._value(spec_of(item), child, key)
        return built if len(built) == len(node.value) and MISSING not in built.values() else MISSING

    def _scalar(self, spec: Spec, node: Node, name: str) -> Any:
        if isinstance(node.value, dict | list):
            self._fault("PE122", f"`{name}` takes {_expected(spec)}", node.span)
            return MISSING
        if typing.get_origin(spec.base) is Literal:
            return self._word(spec, node, name)
        value = _READ[spec.base](node) if spec.base in _READ else MISSING
        if spec.form in {"id", "kind"} and isinstance(value, str):
            return self._id(value, node)
        if spec.base is Decimal and spec.form == "share":
            value = as_number(node.value) if not isinstance(node.value, str) else parse_share(node.value)
        if isinstance(value, Problem):
            self._fault("PE122", value.message, node.span, value.help)
            return MISSING
        if value is MISSING or value is None:
            quoted = isinstance(node.value, int | Decimal) and spec.base is str
            help_ = f'write "{node.raw}" in quotes' if quoted else None
            self._fault("PE122", f"`{name}` takes {_expected(spec)}", node.span, help_)
            return MISSING
        return value

    def _word(self, spec: Spec, node: Node, name: str) -> Any:
        words = typing.get_args(spec.base)
        if node.value in words and not (isinstance(node.value, bool) and True not in words and False not in words):
            return node.value
        shown = _spelled(node)
        texts = [str(w) for w in words]
        help_ = did_you_mean(shown, texts) or f"it takes {', '.join(texts)}"
        self._fault("PE123", f"`{shown}` is not a value of `{name}`", node.span, help_)
        return MISSING

    def _id(self, value: str, node: Node) -> Any:
        good = (
            value
            and set(value) <= set(ID_CHARACTERS)
            and not value.startswith(".")
            and not value.endswith(".")
            and ".." not in value
        )
        if good and len(value) <= 100:  # noqa: PLR2004 - longer than any name that people say
            return value
        mended = "".join(c if c in ID_CHARACTERS else "_" for c in value.lower()).strip("._")
        self._fault(
            "PE126", f"`{value[:60]}` is not an id", node.span, f"small letters, digits, `_` and dots: `{mended[:60]}`"
        )
        return MISSING


def _spelled(node: Node) -> str:
    return node.raw if node.raw is not None else str(node.value)


def _expected(spec: Spec) -> str:
    if typing.get_origin(spec.base) is Literal:
        return "one of " + ", ".join(str(w) for w in typing.get_args(spec.base))
    if spec.form == "share":
        return "a share such as `20%`"
    return _EXPECTED.get(spec.base, "a value")


def _mapping_help(struct: type[Part]) -> str:
    return "with " + ", ".join(key.name for key in keys_of(struct)[:10])


def _missing_help(key: Key) -> str | None:
    if key.spec.doc is None:
        return None
    example = f", for example `{key.name}: {key.spec.doc.example}`" if key.spec.doc.example else ""
    return f"{key.spec.doc.meaning}{example}"


def _read_text(node: Node) -> Any:
    return node.value if isinstance(node.value, str) and node.value.strip() else MISSING


def _read_whole(node: Node) -> Any:
    return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else MISSING


def _read_number(node: Node) -> Any:
    number = as_number(node.value)
    return (
        Decimal(number) if number is not None else parse_number(node.value) if isinstance(node.value, str) else MISSING
    )


def _parsed(parse: Callable[[str], Any]) -> Callable[[Node], Any]:
    return lambda node: parse(node.value) if isinstance(node.value, str) else MISSING


_READ: Final[dict[Any, Callable[[Node], Any]]] = {
    str: _read_text,
    int: _read_whole,
    bool: lambda node: node.value if isinstance(node.value, bool) else MISSING,
    Decimal: _read_number,
    Duration: _parsed(parse_duration),
    Money: _parsed(parse_money),
    date: _parsed(parse_date),
    datetime: _parsed(parse_time),
}
_EXPECTED: Final[dict[Any, str]] = {
    str: "text",
    int: "a whole number",
    bool: "`true` or `false`",
    Decimal: "a number",
    Duration: "a length of time such as `4h`",
    Money: "an amount such as `1000 EUR`",
    date: "a date such as `2026-03-02`",
    datetime: "a time such as `2026-03-02T09:00:00Z`",
}
