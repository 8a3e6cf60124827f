"""`schemas/conditions.schema.json`: what a condition about a type of record, or an entry of its lists, may say.

Made from the record schemas (fields and their types) and the table of operators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from policyengine.core.record import Field, JsonSchema, RecordType, RecordTypes
from policyengine.edit.spellings import ANY_VALUE, REFERENCE, Spellings
from policyengine.language.formula import MAX_LENGTH
from policyengine.language.operators import BOUNDS, MODIFIERS, OPERATORS, SINGLE, Operator, operators_for

FILE: Final = "conditions.schema.json"
BASE: Final = "https://social-policy-engine.dev/schemas/"
ALIAS: Final = r"^\$(?!(is|record|entry|market|values|terms|choices|groups|now)(\.|$))[A-Za-z]"
_OF_ENTRIES: Final = frozenset(["condition", "counted", "field", "fields"])
_OF_VALUES: Final = frozenset(["item", "items"])
_COMBINERS: Final = {
    "all_of": "all of these hold",
    "any_of": "one of these holds, or more",
    "none_of": "none of these holds",
}


class Conditions:
    """Writes the definitions; `condition` gives references to them."""

    file: Final = FILE

    def __init__(self, types: RecordTypes, common: Mapping[str, JsonSchema]) -> None:
        """Take the record types, and the shared definitions of their schemas."""
        self.types = types
        self.spellings = Spellings(common)
        self.definitions: dict[str, JsonSchema] = {}
        self._values()
        for name in types.names():
            self._object(f"condition.{name}", types[name].root, f"A condition about {_a(types[name].title)}.")

    def schema(self) -> JsonSchema:
        """Return the whole schema."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{BASE}{FILE}",
            "title": "Conditions",
            "description": "Made from the record schemas and the table of operators by `policyengine schema write`.",
            "$defs": {name: _local(self.definitions[name]) for name in sorted(self.definitions)},
        }

    def condition(self, record: str, element: str = "") -> JsonSchema:
        """Return a reference to the condition about a type of record, or about the entries of one of its lists."""
        return reference(f"condition.{record}{'.' if element else ''}{element}")

    def fields(self, record: str, types: frozenset[str] = frozenset()) -> list[str]:
        """Return the paths of a type of record that lead to a field of one of the types, sorted.

        Without types, all paths of its own, those through lists included.
        """
        root = self.types[record].root
        if not types:
            return sorted({field.path for field in root.walk() if field.path and not field.path.endswith("*")})
        return sorted(path for path, field in _paths(root, self.types) if field.type in types)

    def lists(self, record: RecordType) -> dict[str, str]:
        """Return the lists that `for_each` may name, each with the definition of a condition about an entry of it."""
        found = {}
        for path, field in _paths(record.root, self.types, followed=True):
            if field.type == "list" and field.item is not None and field.item.type == "object":
                found[path] = self._list_of(field)
        return found

    def shared(self, name: str, make: Callable[[], JsonSchema]) -> JsonSchema:
        """Return a reference to a definition of that name, which is made the first time."""
        self._define(name, make)
        return reference(name)

    # Values that many fields share ------------------------------------------------------------------------------

    def _values(self) -> None:
        for kind in sorted(SINGLE - {"enum"}):
            self._define(f"test.{kind}", partial(self._test, kind, ()))
        self._define("test.object", lambda: _operators({"exists": _TRUTH}, "a group of fields"))
        self._define("test.any", _any_test)
        self._define("condition.any", self._any_condition)

    def _define(self, name: str, make: Callable[[], JsonSchema]) -> None:
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = make()

    def _test(self, kind: str, words: tuple[str, ...]) -> JsonSchema:
        """Return the schema of what may stand behind a field with one value."""
        several = self.spellings.several(kind, words)
        tests = {name: self._taken(OPERATORS[name], kind, words) for name in operators_for(kind)}
        if "contains" in tests:
            tests |= {"same_case": {**_TRUTH, "description": "capitals matter"}, "within_first": _WITHIN_FIRST}
        return {**_operators(tests, kind), **several, "type": [*several["type"], "object"]}

    def _taken(self, operator: Operator, kind: str, words: tuple[str, ...]) -> JsonSchema:
        schema = self._operand(operator, kind, words)
        return {**schema, "description": f"{operator.meaning}: `{operator.example}`"}

    def _operand(self, operator: Operator, kind: str, words: tuple[str, ...]) -> JsonSchema:
        spell = self.spellings
        match operator.takes:
            case "value" | "ordered" | "item":
                return spell.operand(kind, words)
            case "values" | "items":
                return spell.several(kind, words)
            case "pair":
                return spell.pair(kind)
            case "instant":
                return spell.instant()
            case "duration":
                return spell.operand("duration")
            case "texts":
                return spell.several("text")
            case "pattern":
                return {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1}
            case "terms":
                word = {"type": ["string", "number", "boolean"], "pattern": rf"^(?!{REFERENCE}).*\S"}
                return {
                    "type": ["string", "number", "boolean", "array"],
                    "pattern": r"\S",
                    "items": word,
                    "minItems": 1,
                }
            case "bounds":
                return self._bounds("number")
            case "occurrences":
                return _with_of(self._bounds("number"), spell.several("text"))
        return _TRUTH

    def _bounds(self, kind: str) -> JsonSchema:
        spell = self.spellings
        tests = {op: spell.pair(kind) if op == "between" else spell.operand(kind) for op in BOUNDS}
        return {"type": "object", "properties": tests, "additionalProperties": False, "minProperties": 1}

    # Lists ------------------------------------------------------------------------------------------------------

    def _list_of(self, field: Field) -> str:
        """Return the name of the definition of a condition about an entry of a list of objects."""
        item = field.item
        assert item is not None  # noqa: S101 - callers ask for lists of entries only
        name = f"condition.{self._home(field)}"
        self._object(name, item, f"A condition about an entry of `{field.path}`.")
        return name

    def _home(self, field: Field) -> str:
        """Return the first type of record that has this very list, with its path: types share some lists."""
        shape = _shape(field)
        for name in self.types.names():
            found = self.types[name].field(field.path)
            if found is not None and found.type == "list" and _shape(found) == shape:
                return f"{name}.{field.path}"
        return field.path  # pragma: no cover - every field has a home

    def _list(self, field: Field) -> JsonSchema:
        item = field.item
        if item is None or item.type not in {*SINGLE, "object"}:
            return reference("test.object")
        if item.type == "object":
            name = self._list_of(field)
            test = name.replace("condition.", "entries.", 1)
            self._define(test, lambda: self._entries(item, name))
            return reference(test)
        test = f"values.{item.type}" if item.type != "enum" else f"values.{self._words(item)}"
        self._define(test, lambda: self._values_of(item))
        return reference(test)

    def _values_of(self, item: Field) -> JsonSchema:
        names = [n for n in operators_for("list") if OPERATORS[n].takes not in _OF_ENTRIES]
        words = item.values
        return _operators({n: self._taken(OPERATORS[n], item.type, words) for n in names}, "list")

    def _entries(self, item: Field, condition: str) -> JsonSchema:
        """Return the tests of a list whose entries have fields."""
        fields = {"type": "string", "enum": sorted(path for path, _ in _paths(item, self.types))}
        several = {"type": "array", "items": fields, "minItems": 1}
        tests: dict[str, JsonSchema] = {}
        for name in operators_for("list"):
            operator = OPERATORS[name]
            said = {"description": f"{operator.meaning}: `{operator.example}`"}
            match operator.takes:
                case "condition":
                    tests[name] = {**reference(condition), **said}
                case "counted":
                    bounds = self._bounds("share" if name == "share" else "integer")
                    tests[name] = _with_of(bounds, reference(condition)) | said
                case "fields" | "field":
                    tests[name] = {**(several if operator.takes == "fields" else fields), **said}
                case takes if takes not in _OF_VALUES:
                    tests[name] = self._taken(operator, "list", ())
        tests["where"] = {**reference(condition), "description": "which entries are looked at"}
        return _operators(tests, "list")

    # Conditions -------------------------------------------------------------------------------------------------

    def _object(self, name: str, field: Field, description: str) -> None:
        self._define(name, lambda: self._condition(name, field, description))

    def _condition(self, name: str, field: Field, description: str) -> JsonSchema:
        properties = self._combined(name)
        patterns = _references()
        own = dict(_paths(field, self.types, followed=True))
        for path, child in _paths(field, self.types):
            # What a related record's field means is told where that type of record is.
            properties[path] = self._property(child) if path in own else self._test_of(child)
            if child.type == "map" and child.item is not None:
                patterns[f"^{re.escape(path)}\\.[^.]+$"] = self._property(child.item)
        for path in _further(field, self.types):
            patterns[f"^{re.escape(path)}\\..+$"] = reference("test.any")
        return {
            "description": description,
            "type": "object",
            "minProperties": 1,
            "properties": properties,
            "patternProperties": patterns,
            "additionalProperties": False,
        }

    def _any_condition(self) -> JsonSchema:
        """Return what can be said of a condition about something that no schema knows."""
        return {
            "description": "A condition.",
            "type": "object",
            "minProperties": 1,
            "properties": self._combined("condition.any"),
            "patternProperties": {r"^\$is\.": _TRUTH},
            "additionalProperties": reference("test.any"),
        }

    def _combined(self, name: str) -> dict[str, JsonSchema]:
        inner = reference(name)
        found: dict[str, JsonSchema] = {
            key: {"description": said, "type": "array", "minItems": 1, "items": inner}
            for key, said in _COMBINERS.items()
        }
        formula = {"description": "a comparison of numbers or times that are computed", "type": "string"}
        found["not"] = {**inner, "description": "this does not hold"}
        return {**found, "formula": {**formula, "pattern": r"\S", "maxLength": MAX_LENGTH}}

    def _property(self, field: Field) -> JsonSchema:
        said = {"description": text} if (text := described(field)) else {}
        return {**self._test_of(field), **said}

    def _test_of(self, field: Field) -> JsonSchema:
        if field.type == "list":
            return self._list(field)
        if field.type == "enum":
            name = f"test.{self._words(field)}"
            self._define(name, lambda: self._test("enum", field.values))
            return reference(name)
        return reference(f"test.{field.type}" if field.type in SINGLE else "test.object")

    def _words(self, field: Field) -> str:
        """Return the name of a list of words: the first field, by type of record, that takes the same ones."""
        for name in self.types.names():
            for found in self.types[name].root.walk():
                if found.type == "enum" and found.values == field.values:
                    return f"{name}.{found.path}"
        return field.path  # pragma: no cover - every field is found


_TRUTH: Final[JsonSchema] = {"type": "boolean"}
_WITHIN_FIRST: Final[JsonSchema] = {
    "type": "integer",
    "minimum": 1,
    "description": "only so many characters from the beginning",
}


def reference(name: str) -> JsonSchema:
    """Return a reference to a definition of the conditions' schema."""
    return {"$ref": f"{FILE}#/$defs/{name}"}


def _local(schema: Any) -> Any:
    """Return a definition as it stands in the conditions' own file: references need no file there."""
    if isinstance(schema, dict):
        return {k: v.removeprefix(FILE) if k == "$ref" else _local(v) for k, v in schema.items()}
    return [_local(item) for item in schema] if isinstance(schema, list) else schema


def described(field: Field) -> str:
    """Return a field in one line: its title, its unit, examples."""
    unit = f", in {field.unit}" if field.unit else ""
    examples = ", ".join(f"`{_written(e)}`" for e in field.examples[:2])
    return f"{field.title}{unit}{f' (for example {examples})' if examples else ''}"


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {_written(v)}' for k, v in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _a(title: str) -> str:
    return f"{'an' if title[:1].lower() in 'aeio' else 'a'} record «{title}»"


def _operators(tests: Mapping[str, JsonSchema], what: str) -> JsonSchema:
    """Return the schema of a mapping of operators, with what has to stand beside each modifier."""
    beside = {
        name: {"anyOf": [{"required": [operator]} for operator in MODIFIERS[name] if operator in tests]}
        for name in MODIFIERS
        if name in tests
    }
    schema: JsonSchema = {
        "description": f"What is compared with {what}.",
        "type": "object",
        "minProperties": 1,
        "properties": dict(tests),
        "additionalProperties": False,
    }
    return {**schema, "dependentSchemas": beside} if beside else schema


def _with_of(bounds: JsonSchema, of: JsonSchema) -> JsonSchema:
    return {**bounds, "properties": {"of": of, **bounds["properties"]}, "required": ["of"], "minProperties": 2}


def _any_test() -> JsonSchema:
    names = sorted([*OPERATORS, *MODIFIERS])
    return {**ANY_VALUE, "minItems": 1, "minProperties": 1, "propertyNames": {"enum": names}}


def _references() -> dict[str, JsonSchema]:
    return {
        r"^\$is\.": {**_TRUTH, "description": "a condition of a `definitions` document"},
        r"^\$market$": reference("test.market"),
        r"^\$choices\.": {**reference("test.any"), "description": "what was chosen, by the register of choices"},
        r"^\$record(\.|$)": {**reference("test.any"), "description": "a field of the record"},
        r"^\$entry(\.|$)": {**reference("test.any"), "description": "a field of the entry at hand"},
        ALIAS: {**reference("test.any"), "description": "a name given in `with`"},
    }


def _paths(field: Field, types: RecordTypes, *, followed: bool = False) -> Iterator[tuple[str, Field]]:
    """Yield the paths that may stand in a condition about an object, those through one reference included."""
    for name, child in field.fields.items():
        yield name, child
        target = types.get(child.ref) if not followed else None
        inner = target.root if target is not None else child if child.type == "object" else None
        if inner is not None:
            deeper = _paths(inner, types, followed=followed or target is not None)
            yield from ((f"{name}.{path}", below) for path, below in deeper)


def _further(field: Field, types: RecordTypes) -> Iterator[str]:
    """Yield the paths that refer to another record where one reference was followed already."""
    own = {path for path, child in _paths(field, types, followed=True) if types.get(child.ref) is not None}
    for path, child in _paths(field, types):
        if types.get(child.ref) is not None and path not in own:
            yield path


def _shape(field: Field) -> object:
    item = field.item
    below = () if item is None else tuple((f.path, f.type, f.title, f.values, f.ref) for f in item.walk())
    return (field.path, below)
