"""The record types' JSON Schemas: valid, resolvable, within the vocabulary, and agreeing with the examples."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from policyengine.core.quantity import Problem, parse_date, parse_duration, parse_money, parse_share, parse_time

Json = dict[str, Any]
HERE = Path(__file__).parent / "records"
SCHEMAS: dict[str, Json] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "schemas" / "records").glob("*.schema.json"))
}
COMMON: Json = SCHEMAS["common"]["$defs"]
TYPES = sorted(set(SCHEMAS) - {"common"})
BASE = "https://social-policy-engine.dev/schemas/records/"
REGISTRY: Registry[Any] = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)

QUANTITIES = {"time", "date", "duration", "money", "share", "market", "language", "url", "id", "digest", "frames"}
ANNOTATIONS = {
    "title", "description", "examples", "ref", "default", "readOnly", "x-unit", "x-open", "x-derived",
    "x-required-from", "x-asserted-by", "x-material", "x-type",
}  # fmt: skip
SHAPES = {
    "text": {"type"},
    "enum": {"type", "enum"},
    "boolean": {"type"},
    "number": {"type", "minimum", "maximum"},
    "object": {"type", "properties", "additionalProperties"},
    "list": {"type", "items", "maxItems"},
    "map": {"type", "additionalProperties", "maxProperties"},
    "open": {"type", "additionalProperties"},
    "shared": {"$ref", "minimum", "maximum"},
    "const": {"const"},
}
FUNCTIONS = {
    "url_host", "url_utm", "is_short", "visible_text", "all_text", "hashtags", "handles", "text_hosts", "fingerprint",
    "digest_of",
}  # fmt: skip
NAMED: dict[str, str] = yaml.safe_load((HERE / "names.yaml").read_text(encoding="utf-8"))
MAY_DEFAULT = {"labels", "topics", "approvals", "rulings", "links", "disclosures", "judgements"}
KEYWORDS_ALLOWED = {"freeze_order.from"}  # records.md gives this name, and no formula needs it
DIMENSIONS = {"market", "language", "platform", "brand", "size_band"}


def validator(schema: Json) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=REGISTRY)


def resolved(field: Json) -> Json:
    """Return a field with its shared definition merged in; what stands beside the reference wins."""
    if "$ref" not in field:
        return field
    return {**COMMON[field["$ref"].rpartition("/")[2]], **{k: v for k, v in field.items() if k != "$ref"}}


def shape(field: Json) -> str:
    """Return which form of the vocabulary a field has as it is written (a reference is `shared`)."""
    named = {"boolean": "boolean", "integer": "number", "number": "number", "array": "list"}
    if "$ref" in field or "const" in field:
        return "shared" if "$ref" in field else "const"
    if field.get("type") == "string":
        return "enum" if "enum" in field else "text"
    if field.get("type") == "object":
        extra = field.get("additionalProperties")
        return "object" if "properties" in field else "open" if extra is True else "map"
    return named.get(field.get("type", ""), "none")


def fields(properties: Json, prefix: str) -> Iterator[tuple[str, Json, Json]]:
    """Yield path, field as written, and the properties that stand beside it, at every depth within one file."""
    for name, field in properties.items():
        path = f"{prefix}.{name}"
        yield path, field, properties
        inside = field.get("items", field)
        yield from fields(inside.get("properties", {}) if isinstance(inside, dict) else {}, path)


def faults(name: str, schema: Json) -> list[str]:
    """Return everything in a type's schema that is outside the vocabulary."""
    own = schema.get("properties", {})
    root = {**COMMON["record"]["properties"], **own}
    found = [] if set(TYPES) >= {name} and schema.get("$id") == f"{BASE}{name}.schema.json" else ["id"]
    found += [key for key in ("title", "description") if not schema.get(key)]
    if (
        schema.get("allOf") != [{"$ref": "common.schema.json#/$defs/record"}]
        or schema.get("required") != ["type", "id"]
        or schema.get("unevaluatedProperties") is not False
        or own.get("type", {}).get("const") != name
    ):
        found.append("frame")
    for path, field, beside in fields(own, name):
        found += [f"{path}: {fault}" for fault in field_faults(path, field, beside, root)]
    return found + time_faults(schema, root)


def field_faults(path: str, field: Json, beside: Json, root: Json) -> Iterator[str]:
    name, form = path.rpartition(".")[2], shape(field)
    outside = set(field) - SHAPES.get(form, set()) - ANNOTATIONS
    if form == "none" or outside:
        yield f"form {sorted(outside)}"
    if not re.fullmatch("[a-z][a-z0-9_]*", name) or (keyword.iskeyword(name) and path not in KEYWORDS_ALLOWED):
        yield "name"
    if not resolved(field).get("title"):
        yield "title"
    yield from form_faults(field, form)
    yield from annotation_faults(name, field, beside, root)


def form_faults(field: Json, form: str) -> Iterator[str]:
    if form == "list":
        inner = field["items"]
        if not isinstance(field.get("maxItems"), int):
            yield "unbounded"
        if set(inner) - SHAPES.get(shape(inner), set()) - ANNOTATIONS:
            yield "items"
    if form == "map" and not isinstance(field.get("maxProperties"), int):
        yield "unbounded"
    objects = [part for part in (field, field.get("items", {})) if "properties" in part]
    if any(part.get("additionalProperties") is not False for part in objects):
        yield "not closed"
    if form == "enum" and len(set(field["enum"])) != len(field["enum"]):
        yield "repeated member"
    if form == "enum" and "unknown" not in field["enum"]:
        yield "nobody may say unknown"


def annotation_faults(name: str, field: Json, beside: Json, root: Json) -> Iterator[str]:
    if field.get("ref", "content") not in TYPES:
        yield "ref"
    if "default" in field and (field["default"] != [] or name not in MAY_DEFAULT):
        yield "default"
    if field.get("x-asserted-by", "system") not in {"system", "decider"} or field.get("x-material", False):
        yield "annotation"
    if "x-required-from" in field and field["x-required-from"] not in root["status"].get("enum", []):
        yield "required from"
    if "x-open" in field and "enum" not in resolved(field):
        yield "open"
    derived = field.get("x-derived")
    if (derived is not None) != ("readOnly" in field):
        yield "derived is read-only"
    sources = {path.partition(".")[0] for path in derived["from"]} if derived else set()
    if derived and (derived["by"] not in FUNCTIONS or not sources <= {*beside, *root}):
        yield "derived"
    if any(not validator({**field, **absolute(field)}).is_valid(example) for example in field.get("examples", ())):
        yield "example"


def absolute(field: Json) -> Json:
    """Return what a field needs so that its references resolve outside its file."""
    text = json.dumps(field).replace('"common.schema.json', f'"{BASE}common.schema.json')
    return dict(json.loads(text))


def time_faults(schema: Json, root: Json) -> list[str]:
    governing = schema.get("x-governing-time", {})
    times = [schema[key] for key in ("x-event-time",) if key in schema]
    times += [governing[key] for key in ("settled",) if key in governing] + governing.get("planned", [])
    found = [f"time {name}" for name in times if resolved(root.get(name, {})).get("x-type") not in {"time", "date"}]
    for dimension, path in schema.get("x-dimensions", {}).items():
        if dimension not in DIMENSIONS or not reached(path, root):
            found.append(f"dimension {dimension}")
    return found


def reached(path: str, properties: Json) -> bool:
    first, _, rest = path.partition(".")
    if first not in properties:
        return False
    return not rest or reached(rest, resolved(properties[first]).get("properties", {}))


class Core(yaml.SafeLoader):
    """YAML 1.2 core scalars: times stay text, `NO` is a market."""


Core.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in rules if not tag.endswith((":timestamp", ":bool"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def example(path: Path) -> Json:
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=Core))  # noqa: S506 a safe loader


def files(folder: str) -> list[Any]:
    paths = sorted(p for p in (HERE / folder).iterdir() if p.suffix in {".yaml", ".json"})
    return [pytest.param(path, id=path.stem) for path in paths]


def test_the_types_are_those_of_the_design() -> None:
    assert sorted(NAMED) == TYPES


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schema_is_valid_by_the_metaschema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_reference_resolves(name: str) -> None:
    resolver = REGISTRY.resolver(SCHEMAS[name]["$id"])
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(SCHEMAS[name])):
        assert resolver.lookup(reference).contents


@pytest.mark.parametrize("name", TYPES)
def test_type_keeps_to_the_vocabulary(name: str) -> None:
    assert faults(name, SCHEMAS[name]) == []


def test_shared_definitions_keep_to_the_vocabulary() -> None:
    typed = {name for name, field in COMMON.items() if "x-type" in field}
    assert typed == QUANTITIES
    assert all(COMMON[name]["x-type"] == name for name in typed)
    plain = {name: field for name, field in COMMON.items() if name not in {*QUANTITIES, "record"}}
    root = {**COMMON["record"]["properties"]}
    found = [
        f"{path}: {fault}"
        for path, field, beside in [*fields(plain, "common"), *fields(root, "common.record")]
        for fault in field_faults(path, field, beside, root)
    ]
    assert found == []
    assert not any("pattern" in json.dumps(field) for field in plain.values())


@pytest.mark.parametrize(
    ("fault", "path", "change"),
    [
        ("text", "content.primary_keyword: form ['pattern']", {"primary_keyword": {"pattern": "^s"}}),
        ("union", "content.text: form ['oneOf']", {"text": {"oneOf": [{}]}}),
        ("typeless", "content.fresh: form []", {"fresh": {"title": "New"}}),
        ("hyphen", "content.a-b: name", {"a-b": {"title": "New", "type": "string"}}),
        ("keyword", "content.class: name", {"class": {"title": "New", "type": "string"}}),
        ("no title", "content.fresh: title", {"fresh": {"type": "string"}}),
        ("endless list", "content.claims: unbounded", {"claims": {"maxItems": None}}),
        ("open object", "content.source: not closed", {"source": {"additionalProperties": True}}),
        ("unknown type", "content.campaign: ref", {"campaign": {"ref": "campain"}}),
        ("default", "content.claims: default", {"claims": {"default": []}}),
        ("asserted", "content.text: annotation", {"text": {"x-asserted-by": "author"}}),
        ("required from", "content.media: required from", {"media": {"x-required-from": "sent"}}),
        ("open text", "content.text: open", {"text": {"x-open": "words"}}),
        ("derived, writable", "content.hosts: derived is read-only", {"hosts": {"readOnly": None}}),
        ("function", "content.hosts: derived", {"hosts": {"x-derived": {"by": "guess", "from": ["text"]}}}),
        ("source", "content.hosts: derived", {"hosts": {"x-derived": {"by": "text_hosts", "from": ["txt"]}}}),
        ("example", "content.platform: example", {"platform": {"examples": ["myspace"]}}),
        ("repeated", "content.status: repeated member", {"status": {"enum": ["submitted", "unknown", "unknown"]}}),
        ("untold", "content.use: nobody may say unknown", {"use": {"enum": ["paid", "organic"]}}),
        ("event", "time text", {"": {"x-event-time": "text"}}),
        ("planned", "time when", {"": {"x-governing-time": {"planned": ["when"]}}}),
        ("dimension", "dimension brand", {"": {"x-dimensions": {"brand": "sponsorship.brand.nam"}}}),
        ("no frame", "frame", {"": {"unevaluatedProperties": True}}),
    ],
)
def test_a_fault_in_a_schema_is_found(fault: str, path: str, change: Json) -> None:
    schema = deepcopy(SCHEMAS["content"])
    for name, keys in change.items():
        target = schema if not name else schema["properties"].setdefault(name, {})
        target.update(keys)
        for key in [key for key, value in keys.items() if value is None]:
            del target[key]
    assert faults("content", schema) == [path], fault


@pytest.mark.parametrize("path", files("valid"))
def test_valid_example_is_accepted(path: Path) -> None:
    record = example(path)
    assert path.name.partition(".")[0] == record["type"]
    assert [e.message for e in validator(SCHEMAS[record["type"]]).iter_errors(record)] == []


@pytest.mark.parametrize("path", files("invalid"))
def test_invalid_example_is_refused_at_its_place(path: Path) -> None:
    expected = re.fullmatch(r"# at: (\S+) \((\w+)\)", path.read_text(encoding="utf-8").partition("\n")[0])
    assert expected is not None, "the first line names the place: `# at: $.path (keyword)`"
    schema = SCHEMAS[path.name.partition(".")[0]]
    found = {(error.json_path, str(error.validator)) for error in validator(schema).iter_errors(example(path))}
    # A fault in a field that every record has leaves `allOf` without annotations: a second error at the root.
    deeper = found - {("$", "unevaluatedProperties")} or found
    assert deeper == {(expected[1], expected[2])}


def leaves(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield f"{path}.{key}"
            yield from leaves(child, f"{path}.{key}")
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child, path)


def named(text: str, prefix: str) -> Iterator[str]:
    """Yield the paths of `a b{c d}`."""
    above, path = [prefix], prefix
    for token in re.findall(r"[a-z][a-z0-9_]*|[{}]", text):
        if token == "{":  # noqa: S105 a brace, no password
            above.append(path)
        elif token == "}":  # noqa: S105 a brace, no password
            above.pop()
        else:
            path = f"{above[-1]}.{token}"
            yield path


@pytest.mark.parametrize("name", TYPES)
def test_fields_have_the_names_that_others_rely_on(name: str) -> None:
    root = {**COMMON["record"]["properties"], **SCHEMAS[name]["properties"]}
    assert set(named(NAMED[name], name)) - set(stated(root, name, derived=True)) == set()


def stated(properties: Json, prefix: str, *, derived: bool = False) -> Iterator[str]:
    """Yield the paths of all fields of a type, those of shared definitions included, derived ones where wanted."""
    for name, written in properties.items():
        field = resolved(written)
        if derived or "x-derived" not in field:
            yield f"{prefix}.{name}"
            inside = resolved(field.get("items", field))
            if inside.get("x-type") != "money":
                yield from stated(inside.get("properties", {}), f"{prefix}.{name}", derived=derived)


@pytest.mark.parametrize("name", TYPES)
def test_an_example_shows_every_field(name: str) -> None:
    shown = {path for file in (HERE / "valid").glob(f"{name}.*") for path in leaves(example(file), name)}
    assert set(stated(SCHEMAS[name]["properties"], name)) - shown - UNSHOWN == set()


# Parts that several types share are shown in full once, in content.
UNSHOWN = {
    f"{kind}.{part}.{name}"
    for kind, part, shared in (
        ("comment", "author", "author"), ("asset", "consent", "consent"), ("campaign", "links", "link"),
    )
    for name in COMMON[shared]["properties"]
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "parse", "spellings"),
    [
        ("share", parse_share, "20% 0.5% -20% 100% 0% 20,5% 20.% .5% 020% 20 abc 1e2% +5%"),
        ("duration", parse_duration, "4h 10s 7d 0d 15m 4hours h 1.5h -4h 04h 7D"),
        ("duration", parse_duration, "30 min|12 weeks|1 week|6 months|2 business days|1 business day|1 year"),
        ("duration", parse_duration, "30  min|4 h|3 fortnights|1 day 2 hours|2 Business days|5 bd|90 seconds|7 days"),
        ("money", parse_money, "1000 EUR|10.50 EUR|0 GBP|-5 USD|1.000 EUR|12.345 EUR|1.000 KWD|0.125 EUR|1234.567 EUR"),
        ("money", parse_money, "1000EUR|EUR 1000|1,000 EUR|1000 eur|1000|€5|01 EUR|1.2.3 EUR|1000 EURO"),
        ("time", parse_time, "2026-03-02T09:00:00Z 2026-03-02T09:00:00+01:00 2026-03-02t09:00:00z 2026-03-02"),
        ("time", parse_time, "2026-02-29T00:00:00Z 2024-02-29T00:00:00Z 2026-13-01T00:00:00Z 2026-03-02T24:00:00Z"),
        ("time", parse_time, "2026-03-02T09:00Z 2026-03-02T09:00:00 2026-03-02T09:00:00.5Z 2026-03-02T09:00:60Z"),
        ("time", parse_time, "2026-03-02T09:00:00+24:00 2026-03-02T09:00:00+0100 2026-3-2T09:00:00Z"),
        ("date", parse_date, "2026-07-31 2026-06-31 2000-02-29 1900-02-29 2026-00-10 2026-7-31 31.07.2026 20260731"),
    ],
)
def test_stock_validation_and_the_engine_accept_the_same_spellings(kind: str, parse: Any, spellings: str) -> None:
    judge = validator(COMMON[kind])
    words = spellings.split("|") if "|" in spellings else spellings.split()
    assert {w: judge.is_valid(w) for w in words} == {w: not isinstance(parse(w), Problem) for w in words}
