"""What everything is called and means, as entries: made from the tables, shown in the terminal and on pages of docs."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from msgspec import Struct

from policyengine.core.codes import Code
from policyengine.core.facts import EXPECTED
from policyengine.core.record import Field, RecordType, RecordTypes
from policyengine.language.operators import MODIFIERS, Operator, operators_for
from policyengine.shapes.contract import Kind
from policyengine.shapes.document import Spec, keys_of, spec_of
from policyengine.shapes.parts import Condition, Part


class Rows(Struct, frozen=True):
    """A table of two columns."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Sample(Struct, frozen=True):
    """A piece of a file."""

    heading: str
    text: str


class Entry(Struct, frozen=True, kw_only=True):
    """One thing: its name, what it is in one line, more about it, tables, samples."""

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Rows, ...] = ()
    samples: tuple[Sample, ...] = ()


TAKES: Final = {
    "value": "a value of the field's type, or a reference",
    "values": "a list of values, or a reference to one",
    "item": "one entry",
    "items": "a list of entries, or a reference to one",
    "ordered": "a value of the field's type, or a reference",
    "pair": "two values in a list",
    "instant": "a time or a day, `$now`, a field, or `7d before` one of these",
    "duration": "a length of time such as `7d`",
    "texts": "a text, or a list of texts",
    "pattern": "a pattern (RE2), or a list of patterns",
    "terms": "words and phrases, or a word list such as `$terms.ad_labels`",
    "bounds": "a comparison of a number, such as `{at_most: 3}`",
    "occurrences": "`of` (what is counted) and a comparison",
    "fields": "a list of the entries' fields",
    "field": "one of the entries' fields",
    "condition": "a condition about an entry",
    "counted": "`of` (a condition about an entry) and a comparison",
    "truth": "`true` or `false`",
}
_ASSERTED: Final = {"system": "another system, not the author", "decider": "who decides, not the author"}
_WORDS: Final[dict[Any, str]] = {bool: "`true` or `false`", int: "a whole number", str: "text"}


def of_code(code: Code) -> Entry:
    """Return the entry of a diagnostic code."""
    samples = [Sample(head, text) for head, text in (("Refused", code.bad), ("Accepted", code.good)) if text]
    return Entry(name=code.code, title=code.title, paragraphs=(code.why,), samples=tuple(samples))


def of_operator(operator: Operator) -> Entry:
    """Return the entry of an operator."""
    beside = ", ".join(f"`{name}`" for name, operators in MODIFIERS.items() if operator.name in operators)
    rows = [("stands behind", ", ".join(sorted(operator.types))), ("takes", TAKES[operator.takes])]
    rows += [("beside it may stand", beside)] if beside else []
    sample = Sample("Example", f"{operator.example}\n")
    return Entry(name=operator.name, title=operator.meaning, tables=(Rows("", tuple(rows)),), samples=(sample,))


# Kinds ----------------------------------------------------------------------------------------------------------------


def of_kind(kind: Kind) -> Entry:
    """Return the entry of a kind: every key of its documents, those of inner mappings in tables of their own."""
    tables = [Rows("Keys", _keys(kind.document))]
    tables += [Rows(f"Keys of `{path}`", _keys(struct)) for path, struct in _structs(kind.document, "", set())]
    said = (kind.document.__doc__ or "").strip()
    return Entry(
        name=f"kind: {kind.name}",
        title=kind.meaning,
        paragraphs=(said,) if said else (),
        tables=tuple(tables),
        samples=(Sample("Example", kind.example),),
    )


def _keys(struct: type[Part]) -> tuple[tuple[str, str], ...]:
    return tuple((key.name, _key_text(key.spec, needed=key.required)) for key in keys_of(struct))


def _key_text(spec: Spec, *, needed: bool) -> str:
    parts = [spec.doc.meaning] if spec.doc is not None else []
    parts += [f"({_form(spec)}{', needed' if needed else ''})"]
    if spec.doc is not None and spec.doc.example:
        parts.append(f"for example `{spec.doc.example}`")
    return " ".join(parts)


def _form(spec: Spec) -> str:
    """Return what stands behind a key, in words."""
    origin = typing.get_origin(spec.base)
    if origin is list:
        one = _form(spec_of(typing.get_args(spec.base)[0]))
        return f"{one}, or several in a list" if spec.one_or_more else f"a list: {one}"
    if origin is dict:
        return f"by name: {_form(spec_of(typing.get_args(spec.base)[1]))}"
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in typing.get_args(spec.base))
    if spec.base is Condition:
        certain = spec.use is not None and spec.use.effect == "loosens"
        return "a condition; counts only when certain" if certain else "a condition"
    if spec.refers is not None:
        return spec.refers.partition(":")[2] or spec.refers.replace("_", " ")
    if isinstance(spec.base, type) and issubclass(spec.base, Part):
        return "a mapping"
    return _WORDS.get(spec.base, (spec.form or getattr(spec.base, "__name__", "value").lower()).replace("_", " "))


def _structs(struct: type[Part], prefix: str, seen: set[type[Part]]) -> Iterator[tuple[str, type[Part]]]:
    """Yield every mapping inside a struct with its path, each type of mapping once."""
    for key in keys_of(struct):
        inner, path = _inside(key.spec, f"{prefix}{key.name}")
        if inner is not None and inner not in seen:
            seen.add(inner)
            yield path, inner
            yield from _structs(inner, f"{path}.", seen)


def _inside(spec: Spec, path: str) -> tuple[type[Part] | None, str]:
    origin = typing.get_origin(spec.base)
    if origin is list:
        return _inside(spec_of(typing.get_args(spec.base)[0]), path)
    if origin is dict:
        return _inside(spec_of(typing.get_args(spec.base)[1]), f"{path}.NAME")
    return (spec.base if isinstance(spec.base, type) and issubclass(spec.base, Part) else None), path


# Records --------------------------------------------------------------------------------------------------------------


def of_type(record: RecordType) -> Entry:
    """Return the entry of a type of record: what its schema says about time, and every field."""
    facts = [("happened", record.event_time), ("in force by", record.settled or ", then ".join(record.planned))]
    facts += [(f"value by {name}", path) for name, path in record.dimensions.items()]
    about = Rows("", tuple((name, f"`{path}`") for name, path in facts if path))
    fields: dict[str, str] = {}
    for field in record.root.walk():
        if field.path and field.name != "*":
            fields.setdefault(field.path, _brief(field))  # a list comes before its entry, which has the same path
    tables = ([about] if about.rows else []) + [Rows("Fields", tuple(fields.items()))]
    return Entry(name=record.name, title=f"{record.title} (a type of record)", tables=tuple(tables))


def _brief(field: Field) -> str:
    unit = f", {field.unit}" if field.unit else ""
    return f"{field.title} ({_type(field)}{unit})"


def _type(field: Field) -> str:
    if field.ref is not None:
        return f"the id of a {field.ref.replace('_', ' ')}"
    if field.type == "list" and field.item is not None:
        return f"a list: {_type(field.item)}"
    return EXPECTED.get(field.type, "anything").partition(" such as ")[0]


def of_field(record: RecordType, field: Field) -> Entry:
    """Return the entry of a field: its type, unit, examples, words, operators, and who states it."""
    derived = field.derived
    rows = [
        ("type", EXPECTED.get(field.type, "anything")),
        ("unit", field.unit),
        ("words", ", ".join(field.values)),
        ("more words", f"the directory may add {field.open.replace('_', ' ')}" if field.open else ""),
        ("range", _range(field)),
        ("refers to", f"a record of type {field.ref}; its fields follow behind a dot" if field.ref else ""),
        ("examples", ", ".join(f"`{_spelled(example)}`" for example in field.examples)),
        ("computed", f"from {', '.join(derived.reads)}" if derived else ""),
        ("stated by", _ASSERTED.get(field.asserted_by or "", "the author") if not derived else "the engine"),
        ("needed from", f"status {field.required_from} on" if field.required_from else ""),
        ("left out", "means an empty list" if field.has_default else "not told"),
        ("operators", ", ".join(operators_for(field.type))),
    ]
    told = tuple((name, text) for name, text in rows if text)
    return Entry(name=f"{record.name}.{field.path}", title=field.title, tables=(Rows("", told),))


def _range(field: Field) -> str:
    low = f"at least {field.minimum}" if field.minimum is not None else ""
    high = f"at most {field.maximum}" if field.maximum is not None else ""
    return " and ".join(part for part in (low, high) if part)


def _spelled(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_spelled(one)}' for name, one in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def fields_named(types: RecordTypes, name: str) -> list[tuple[RecordType, Field]]:
    """Return the fields that a name means: `content.author.followers`, or `author.followers` in every type."""
    first, _, rest = name.partition(".")
    record = types.get(first)
    whole = record.field(rest) if record is not None and rest else None
    if record is not None and whole is not None:
        return [(record, whole)]
    found = ((types[type_name], types[type_name].field(name)) for type_name in types.names())
    return [(record, field) for record, field in found if field is not None]


def field_names(types: RecordTypes) -> Iterable[str]:
    """Return the names of all fields, with and without their type."""
    for name in types.names():
        for field in types[name].root.walk():
            if field.path and field.name != "*":
                yield field.path
                yield f"{name}.{field.path}"
