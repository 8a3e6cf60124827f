"""Record types, read from their JSON Schemas: what fields there are, of which type, and what they mean.

The schemas in `schemas/records/` are the one source of truth; `schemas/records/README.md` lists the vocabulary. This
module turns them into `RecordType`s, which type conditions, check records and document fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

JsonSchema = dict[str, Any]

SCALARS = frozenset(
    [
        "text",
        "id",
        "enum",
        "boolean",
        "integer",
        "number",
        "share",
        "money",
        "duration",
        "time",
        "date",
        "url",
        "market",
        "language",
        "digest",
        "frames",
    ]
)
NUMERIC = frozenset(["integer", "number", "share"])
TEXTUAL = frozenset(["text", "id", "url", "language", "digest"])
UNKNOWN = "unknown"
"""The word by which an enum says that it is not told. Schemas list it, so that editors accept it; it is no value."""


class Derived(Struct, frozen=True):
    """How a derived field comes about: a function of the engine and the fields that it reads."""

    by: str
    reads: tuple[str, ...]


class Field(Struct, frozen=True, eq=False):
    """A field of a record type, or of an object or list element inside one.

    `path` is its dotted name from the record (lists are passed through: `links.url`), `type` one of `SCALARS` or
    `object`, `list`, `map`, `any`.
    """

    name: str
    path: str
    type: str
    title: str = ""
    unit: str = ""
    examples: tuple[Any, ...] = ()
    values: tuple[str, ...] = ()
    open: str | None = None
    ref: str | None = None
    item: Field | None = None
    fields: dict[str, Field] = {}
    derived: Derived | None = None
    has_default: bool = False
    asserted_by: str | None = None
    required_from: str | None = None
    material: bool = True
    minimum: Any = None
    maximum: Any = None
    max_items: int | None = None

    def walk(self) -> Iterator[Field]:
        """Yield this field and every field below it."""
        yield self
        for child in self.fields.values():
            yield from child.walk()
        if self.item is not None:
            yield from self.item.walk()


class RecordType(Struct, frozen=True, eq=False):
    """A type of record: its fields and what its schema says about time, dimensions and status."""

    name: str
    title: str
    root: Field
    required: tuple[str, ...] = ()
    event_time: str | None = None
    settled: str | None = None
    planned: tuple[str, ...] = ()
    dimensions: dict[str, str] = {}

    def field(self, path: str) -> Field | None:
        """Return the field with a dotted path (through lists as well), or None."""
        found: Field | None = self.root
        for part in path.split("."):
            if found is None:
                return None
            if found.type == "list" and found.item is not None:
                found = found.item
            found = found.fields.get(part) or (found.item if found.type == "map" else None)
        return found

    @property
    def statuses(self) -> tuple[str, ...]:
        """Return the life cycle: the members of `status` in order, or nothing where it is plain text."""
        status = self.root.fields.get("status")
        return status.values if status is not None else ()


class RecordTypes(Struct, frozen=True, eq=False):
    """All record types that a policy set knows."""

    types: dict[str, RecordType]

    def __getitem__(self, name: str) -> RecordType:
        """Return the type with a name; KeyError when there is none."""
        return self.types[name]

    def get(self, name: object) -> RecordType | None:
        """Return the type with a name, or None."""
        return self.types.get(name) if isinstance(name, str) else None

    def names(self) -> tuple[str, ...]:
        """Return the names of all types, sorted."""
        return tuple(sorted(self.types))


class SchemaReader:
    """Reads record schemas; `members` adds values to open enums (platforms of the directory)."""

    def __init__(self, schemas: Mapping[str, JsonSchema], members: Mapping[str, Iterable[str]] | None = None) -> None:
        """Take the schemas by file name (`content.schema.json`), `common.schema.json` among them."""
        self._common: JsonSchema = schemas.get("common.schema.json", {}).get("$defs", {})
        self._schemas = {name: schema for name, schema in schemas.items() if name != "common.schema.json"}
        self._members = {name: tuple(sorted(values)) for name, values in (members or {}).items()}

    def read(self) -> RecordTypes:
        """Return the record types of all schemas, extensions (`x-extends`) merged in."""
        base = {
            name.removesuffix(".schema.json").rpartition("/")[2]: schema
            for name, schema in self._schemas.items()
            if "x-extends" not in schema
        }
        for name in sorted(self._schemas):
            target = self._schemas[name].get("x-extends")
            if target in base:
                base[target] = self._merged(base[target], self._schemas[name])
        return RecordTypes({name: self._type(name, base[name]) for name in sorted(base)})

    def _type(self, name: str, schema: JsonSchema) -> RecordType:
        properties = self.properties(schema)
        governing = schema.get("x-governing-time", {})
        root = Field(name="", path="", type="object", fields=self._fields(properties, ""))
        return RecordType(
            name=name,
            title=schema.get("title", name),
            root=root,
            required=tuple(schema.get("required", ())),
            event_time=schema.get("x-event-time"),
            settled=governing.get("settled"),
            planned=tuple(governing.get("planned", ())),
            dimensions=dict(schema.get("x-dimensions", {})),
        )

    def _fields(self, properties: JsonSchema, prefix: str, asserted: str | None = None) -> dict[str, Field]:
        return {name: self._field(name, schema, f"{prefix}{name}", asserted) for name, schema in properties.items()}

    def resolved(self, schema: JsonSchema) -> JsonSchema:
        """Return a schema with the shared definition that it refers to; what stands beside the reference wins."""
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return dict(schema)
        target = self._common.get(reference.rpartition("/")[2], {})
        return {**self.resolved(target), **{key: value for key, value in schema.items() if key != "$ref"}}

    def _merged(self, base: JsonSchema, extension: JsonSchema) -> JsonSchema:
        """Return a shipped schema with a repository's additions; what it may not do is checked where it is loaded."""
        result = self.resolved(base)
        for key, value in extension.items():
            if key == "properties":
                own = result.get("properties", {})
                shared = {n: s for part in result.get("allOf", []) for n, s in self.properties(part).items()}
                known = shared | own
                added = {name: self._merged(known[name], new) if name in known else new for name, new in value.items()}
                result["properties"] = own | added
            elif key == "items":
                result["items"] = self._merged(result.get("items", {}), value)
            elif key in {"enum", "required"}:
                old = result.get(key, [])
                result[key] = [*old, *(entry for entry in value if entry not in old)]
            elif key not in {"$id", "$schema", "x-extends", "title", "description"}:
                result[key] = value
        return result

    def properties(self, schema: JsonSchema) -> dict[str, JsonSchema]:
        """Return the properties of a schema by name, those of its shared parts included."""
        resolved = self.resolved(schema)
        own: dict[str, JsonSchema] = resolved.get("properties", {})
        found: dict[str, JsonSchema] = {}
        for part in resolved.get("allOf", []):
            found |= self.properties(part)
        return found | own

    def _field(self, name: str, raw: JsonSchema, path: str, asserted: str | None = None) -> Field:
        """Return a field; who states an object or a list (`asserted`) states everything inside it."""
        schema = self.resolved(raw)
        kind = type_of(schema)
        asserted = schema.get("x-asserted-by", asserted)
        values = tuple(v for v in schema.get("enum", (schema["const"],) if "const" in schema else ()) if v != UNKNOWN)
        opened = schema.get("x-open")
        if opened in self._members:
            values += tuple(v for v in self._members[opened] if v not in values)
        derived = schema.get("x-derived")
        item = self._field(name, schema["items"], path, asserted) if kind == "list" and "items" in schema else None
        extra = schema.get("additionalProperties")
        if kind == "map" and isinstance(extra, dict):
            item = self._field("*", extra, f"{path}.*", asserted)
        return Field(
            name=name,
            path=path,
            type=kind,
            title=schema.get("title", ""),
            unit=schema.get("x-unit", ""),
            examples=tuple(schema.get("examples", ())),
            values=values,
            open=opened,
            ref=schema.get("ref"),
            item=item,
            fields=self._fields(schema.get("properties", {}), f"{path}.", asserted) if kind == "object" else {},
            derived=Derived(derived["by"], tuple(derived["from"])) if derived else None,
            has_default="default" in schema,
            asserted_by=asserted,
            required_from=schema.get("x-required-from"),
            material=schema.get("x-material", True),
            minimum=schema.get("minimum"),
            maximum=schema.get("maximum"),
            max_items=schema.get("maxItems", schema.get("maxProperties")),
        )


def type_of(schema: JsonSchema) -> str:
    """Return the type that a resolved schema gives its field: one of `SCALARS`, `object`, `list`, `map` or `any`."""
    if "x-type" in schema:
        return str(schema["x-type"])
    if "enum" in schema or "const" in schema:
        return "enum"
    match schema.get("type"):
        case "string":
            return "text"
        case "array":
            return "list"
        case "object" if "properties" in schema:
            return "object"
        case "object":
            return "map"
        case str(name):
            return name
    return "any"
