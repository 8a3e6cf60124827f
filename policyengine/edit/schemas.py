"""JSON Schemas of the policy kinds, made from the kinds' own types; what a condition may say stands in its own file.

The builder of documents (`shapes.document`) and these schemas judge alike; `tests/schemas/test_agreement.py` holds them
to it. What no schema can say (names that nobody defines, formulas, reversed bounds …) is listed in `docs/schemas.md`.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec.structs import fields

from policyengine.core.quantity import Duration, Money
from policyengine.core.record import JsonSchema, RecordType, RecordTypes
from policyengine.edit.conditions import BASE, Conditions, reference
from policyengine.edit.forms import by_dimension, raw_form
from policyengine.edit.spellings import ANY_VALUE, ID, NUMBER, Spellings
from policyengine.kinds import kind, kind_names
from policyengine.policyset.overlaying.merging import REMOVED, WITHOUT, entry_of
from policyengine.shapes import policy
from policyengine.shapes.contract import Kind
from policyengine.shapes.document import Key, Spec, keys_of, spec_of
from policyengine.shapes.offices import Office
from policyengine.shapes.parts import Condition, Part, Raw

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
POLICY: Final = "policy.schema.json"
TEXT: Final[JsonSchema] = {"type": "string", "pattern": r"\S"}

_BOTH_SHAPES: Final = {"anyOf": [{"required": ["require"]}, {"required": ["otherwise"]}]}


def laws(spellings: Spellings) -> dict[type[Part], JsonSchema]:
    """Return what a struct demands beyond its keys, one by one; the engine reports the same when it compiles."""
    return {
        policy.Rule: {
            "anyOf": [
                {"required": ["when", "then"], "not": _BOTH_SHAPES},
                {"required": ["require", "otherwise"], "not": {"required": ["then"]}},
            ]
        },
        policy.Related: {"dependentRequired": {"latest": ["by"], "by": ["latest"]}},
        Office: {"dependentRequired": {"hours": ["zone"]}},
        policy.NamedValue: {
            "properties": {"by": by_dimension(ANY_VALUE, spellings)},
            "anyOf": [{"required": ["is"]}, {"required": ["by"]}],
        },
    }


def generate(types: RecordTypes, common: Mapping[str, JsonSchema]) -> dict[str, JsonSchema]:
    """Return all generated schemas by file name: one a kind, one for any policy, and that of the conditions.

    `common` are the shared definitions of the record schemas.
    """
    conditions = Conditions(types, common)
    written = {f"{name}.schema.json": KindSchema(kind(name), conditions).schema() for name in kind_names()}
    return {**written, POLICY: any_policy(), conditions.file: conditions.schema()}


def any_policy() -> JsonSchema:
    """Return the schema of a policy of any kind: it looks at `kind` and nothing else."""
    names = list(kind_names())
    return {
        "$schema": DRAFT,
        "$id": f"{BASE}{POLICY}",
        "title": "Policy",
        "description": "A document of a policy set. `kind` says which schema holds for the rest.",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": names, "description": "the kind of policy"}},
        "allOf": [_if("kind", name, {"$ref": f"{name}.schema.json"}) for name in names],
    }


def _if(key: str, value: str, then: JsonSchema) -> JsonSchema:
    return {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}


class KindSchema:
    """The schema of one kind: its structs as definitions, and, for each type of record, what their conditions say."""

    def __init__(self, found: Kind, conditions: Conditions, structs: dict[str, JsonSchema] | None = None) -> None:
        """Take the kind, the definitions of conditions, and those of structs that were made already."""
        self._kind = found
        self._conditions = conditions
        self._structs: dict[str, JsonSchema] = {} if structs is None else structs
        self._applies = next((k for k in keys_of(found.document) if k.name == "applies_to"), None)

    def schema(self) -> JsonSchema:
        """Return the schema."""
        found = self._kind
        body = self._struct(found.document)
        schema: JsonSchema = {
            "$schema": DRAFT,
            "$id": f"{BASE}{found.name}.schema.json",
            "title": f"kind: {found.name}",
            **body,
            "description": f"{found.meaning[:1].upper()}{found.meaning[1:]}.",
            "properties": {**body["properties"], "kind": {"const": found.name, "description": "the kind of policy"}},
        }
        typed = list(self._typed())
        if typed:
            schema["allOf"] = typed
        if any(key.name == "extends" for key in keys_of(found.document)):
            schema = self._layered(schema)
        if self._structs:
            schema["$defs"] = {name: self._structs[name] for name in sorted(self._structs)}
        return schema

    def _layered(self, complete: JsonSchema) -> JsonSchema:
        """Return the schema of a kind whose documents are complete, or overlays that say only what is different."""
        head = {name: complete[name] for name in ("$schema", "$id", "title", "description")}
        self._structs["complete"] = {name: part for name, part in complete.items() if name not in head}
        self._structs["overlay"] = OverlaySchema(self._kind, self._conditions, self._structs).document()
        then, otherwise = {"$ref": "#/$defs/overlay"}, {"$ref": "#/$defs/complete"}
        return {**head, "type": "object", "if": {"required": ["extends"]}, "then": then, "else": otherwise}

    # Structs ----------------------------------------------------------------------------------------------------

    def _struct(self, struct: type[Part]) -> JsonSchema:
        keys = keys_of(struct)
        schema: JsonSchema = {
            "description": (struct.__doc__ or "").partition("\n")[0],
            "type": "object",
            "properties": {key.name: self._described(key) for key in keys},
            "additionalProperties": False,
        }
        if required := [key.name for key in keys if key.required]:
            schema["required"] = required
        groups = [{"oneOf": [{"required": [name]} for name in group]} for group in struct.one_of]
        groups += [{"anyOf": [{"required": [name]} for name in group]} for group in struct.at_least_one]
        groups += [law for owner, law in laws(self._conditions.spellings).items() if owner is struct]
        if struct is policy.Related:
            groups += self._related()
        return {**schema, "allOf": groups} if groups else schema

    def _related(self) -> Iterator[JsonSchema]:
        """Yield, for each type of record, what the condition on a related record of that type may say."""
        for name in self._conditions.types.names():
            ways = [{"properties": {key: {"const": name}}, "required": [key]} for key in policy.Related.one_of[0]]
            order = self._conditions.fields(name, _WITH_ORDER)
            then = {"where": self._conditions.condition(name), "by": {"type": "string", "enum": order}}
            yield {"if": {"anyOf": ways}, "then": {"properties": then}}

    def _described(self, key: Key) -> JsonSchema:
        schema = self._value(key.spec)
        doc = key.spec.doc
        if doc is None:
            return schema
        return {**schema, "description": f"{doc.meaning}: `{doc.example}`" if doc.example else doc.meaning}

    def _part(self, struct: type[Part]) -> JsonSchema:
        name = struct.__name__
        if name not in self._structs:
            self._structs[name] = {}  # a struct may contain itself
            self._structs[name] = self._struct(struct)
        return {"$ref": f"#/$defs/{name}"}

    # Values -----------------------------------------------------------------------------------------------------

    def _value(self, spec: Spec) -> JsonSchema:
        origin = typing.get_origin(spec.base)
        if origin is list:
            return self._list(spec)
        if origin is dict:
            _, item = typing.get_args(spec.base)
            inner = self._value(spec_of(item))
            least = {} if spec.may_be_empty else {"minProperties": 1}
            return {"type": "object", **least, "additionalProperties": inner}
        if origin is Literal:
            return {"enum": list(typing.get_args(spec.base))}
        if spec.base is Condition:
            return self._condition(spec)
        if spec.base is Raw:
            return self._raw(spec.form)
        if isinstance(spec.base, type) and issubclass(spec.base, Part):
            return self._part(spec.base)
        return self._scalar(spec)

    def _list(self, spec: Spec) -> JsonSchema:
        (item,) = typing.get_args(spec.base)
        one = self._value(spec_of(item))
        least = {} if spec.may_be_empty else {"minItems": 1}
        several = {"type": "array", **least, "items": one}
        return {"if": {"type": "array"}, "then": several, "else": one} if spec.one_or_more else several

    def _condition(self, spec: Spec) -> JsonSchema:
        """Return the condition about a fixed type of record; those that depend on the document are told apart later."""
        about = spec.use.about if spec.use is not None else ""
        if about in self._conditions.types.types:
            return self._conditions.condition(about)
        typed = {"record", "element"} if self._applies is not None else set()
        return {"type": "object", "minProperties": 1} if about in {*typed, "related"} else reference("condition.any")

    def _raw(self, form: str | None) -> JsonSchema:
        if form == "waivable":
            mapping = {"if": {"type": "object"}, "then": self._part(policy.Waivable)}
            return {"type": ["string", "boolean", "object"], "pattern": "^(yes|no)$", **mapping}
        return raw_form(form, self._conditions.spellings)

    def _scalar(self, spec: Spec) -> JsonSchema:
        spell = self._conditions.spellings
        if spec.base in _PATTERNS:
            return {"type": "string", "pattern": f"^{spell.pattern(_PATTERNS[spec.base])}$"}
        if spec.base is Decimal:
            pattern = f"^{spell.pattern('share')}$" if spec.form == "share" else NUMBER
            return {"type": ["number", "string"], "pattern": pattern}
        if spec.base is not str:
            return {"type": "boolean" if spec.base is bool else "integer"}
        if spec.form in {"id", "kind"}:
            return {"type": "string", "pattern": ID, "maxLength": 100}
        if spec.refers == "record_type":
            return {"enum": list(self._conditions.types.names())}
        if spec.refers == "market" or spec.form == "market":
            return {"type": "string", "pattern": "^[A-Z]{2}$"}
        return TEXT

    # Conditions by type of record -------------------------------------------------------------------------------

    def _typed(self) -> Iterator[JsonSchema]:
        """Yield, for each type of record that a document may be about, what its conditions may say then."""
        about = self._applies
        if about is None:
            return
        fixed = typing.get_args(about.spec.base) if typing.get_origin(about.spec.base) is Literal else ()
        default = next(f.default for f in fields(self._kind.document) if f.name == about.attribute)
        for name in fixed or self._conditions.types.names():
            overlay = Overlay(self._conditions, self._conditions.types[name]).of(self._kind.document)
            if overlay:
                test = {"properties": {"applies_to": {"const": name}}}
                # A key that is left out has its default, so only a type that is none has to be named.
                yield {"if": test if name == default else {**test, "required": ["applies_to"]}, "then": overlay}


class OverlaySchema(KindSchema):
    """The schema of an overlay: nothing is compulsory in what is merged key by key (`policyset.overlaying.merging`).

    What its conditions are about follows from its base, so the engine alone types them.
    """

    def document(self) -> JsonSchema:
        """Return the schema of the document."""
        body = self._merged(self._kind.document)
        kind_ = {"const": self._kind.name, "description": "the kind of policy"}
        return {**body, "properties": {**body["properties"], "kind": kind_}, "required": ["kind", "id", "extends"]}

    def _merged(self, struct: type[Part]) -> JsonSchema:
        keys = keys_of(struct)
        properties = {key.name: self._described(key) for key in keys}
        return {
            "description": (struct.__doc__ or "").partition("\n")[0],
            "type": "object",
            "properties": {**properties, WITHOUT: _WITHOUT},
            "additionalProperties": False,
        }

    def _part(self, struct: type[Part]) -> JsonSchema:
        if struct.one_of:
            return super()._part(struct)  # an alternative is replaced whole
        name = f"overlay.{struct.__name__}"
        if name not in self._structs:
            self._structs[name] = {}  # as above
            self._structs[name] = self._merged(struct)
        return {"$ref": f"#/$defs/{name}"}

    def _list(self, spec: Spec) -> JsonSchema:
        entry = entry_of(spec)
        if entry is None:
            return KindSchema(self._kind, self._conditions, self._structs)._list(spec)  # noqa: SLF001 - its own kind
        name = f"overlay.{entry.__name__}"
        if name not in self._structs:
            self._structs[name] = {}  # entries may have entries of their own kind inside (routes)
            body = self._merged(entry)
            properties = {**body["properties"], REMOVED: _REMOVED}
            self._structs[name] = {**body, "properties": properties, "required": ["id"]}
        return {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{name}"}}


_WITHOUT: Final = {
    "description": "keys of the base that do not hold here: `[except]`",
    "if": {"type": "array"},
    "then": {"type": "array", "minItems": 1, "items": TEXT},
    "else": TEXT,
}
_REMOVED: Final = {"const": True, "description": "the base's entry of this id does not hold here"}


class Overlay:
    """What the conditions of a struct, and of the structs inside it, may say for one type of record."""

    def __init__(self, conditions: Conditions, record: RecordType) -> None:
        """Take the definitions of conditions and the type of record."""
        self._conditions = conditions
        self._record = record
        self._above: tuple[type[Part], ...] = ()

    def of(self, struct: type[Part]) -> JsonSchema | None:
        """Return the schema of a struct's conditions, or None when there are none (or the struct is inside itself)."""
        if struct in self._above:
            return None
        if struct is policy.Rule:
            return self._conditions.shared(f"rule.{self._record.name}", lambda: self._of(struct))
        return self._of(struct)

    def _of(self, struct: type[Part]) -> JsonSchema:
        before, self._above = self._above, (*self._above, struct)
        found = {key.name: inner for key in keys_of(struct) if (inner := self._value(key.spec))}
        entries = [key.name for key in keys_of(struct) if _about(key.spec) == "element"]
        each = any(key.name == "for_each" and key.spec.refers == "field" for key in keys_of(struct))
        self._above = before
        schema: JsonSchema = {}
        if each:
            found["for_each"] = self._each()
        if entries:
            schema["allOf"] = self._entries(entries) if each else [{"properties": self._same(entries, self._own())}]
        if found:
            schema["properties"] = found
        return schema

    def _own(self) -> JsonSchema:
        return self._conditions.condition(self._record.name)

    def _value(self, spec: Spec) -> JsonSchema | None:
        origin = typing.get_origin(spec.base)
        if spec.base is Condition:
            return self._own() if _about(spec) == "record" else None
        if spec.refers == "field" and origin is not list:
            return self._field()
        if spec.base is Raw and spec.form == "definition":
            return self._own()  # its `title` reads as one more test of a text
        if origin is list:
            inner = self._value(spec_of(typing.get_args(spec.base)[0]))
            if not inner:
                return None
            several = {"items": inner}
            return {"if": {"type": "array"}, "then": several, "else": inner} if spec.one_or_more else several
        if origin is dict:
            inner = self._value(spec_of(typing.get_args(spec.base)[1]))
            return {"additionalProperties": inner} if inner else None
        if isinstance(spec.base, type) and issubclass(spec.base, Part):
            return self.of(spec.base)
        return None

    def _field(self) -> JsonSchema:
        """Return the names of the record's fields; what lies in other records is not looked into."""
        return {"anyOf": [{"enum": self._conditions.fields(self._record.name)}, {"pattern": self._further()}]}

    def _further(self) -> str:
        further = {field.path for field in self._record.root.walk() if field.ref is not None and field.item is None}
        related = "|".join(rf"{re.escape(name)}\." for name in sorted(further))
        return f"^({related})" if related else r"^\$"

    def _each(self) -> JsonSchema:
        """Return what `for_each` may name: a list of the record, or of a related record, which is not looked into."""
        lists = sorted(self._conditions.lists(self._record))
        return {"anyOf": [{"enum": lists}, {"pattern": r"^\$"}, {"pattern": self._further()}]}

    def _entries(self, names: list[str]) -> list[JsonSchema]:
        """Return what conditions say that are about an entry where `for_each` names a list, else about the record."""
        alone = {"if": {"not": {"required": ["for_each"]}}, "then": {"properties": self._same(names, self._own())}}
        lists = self._conditions.lists(self._record)
        return [
            alone,
            *(_if("for_each", path, {"properties": self._same(names, reference(it))}) for path, it in lists.items()),
        ]

    @staticmethod
    def _same(names: list[str], schema: JsonSchema) -> dict[str, JsonSchema]:
        return dict.fromkeys(names, schema)


def _about(spec: Spec) -> str | None:
    return spec.use.about if spec.base is Condition and spec.use is not None else None


_WITH_ORDER: Final = frozenset(["time", "date", "integer", "number"])
_PATTERNS: Final[dict[Any, str]] = {Duration: "duration", Money: "money", date: "day", datetime: "time"}
