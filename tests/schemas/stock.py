"""The committed schemas, as a stock JSON Schema validator reads them."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from policyengine.core.diagnostic import PathPart
from policyengine.core.source import Node

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schemas"
BASE = "https://social-policy-engine.dev/schemas/"
Place = tuple[PathPart, ...]


@cache
def committed() -> dict[str, dict[str, Any]]:
    """Return every committed schema by its path below `schemas/`."""
    paths = sorted(FOLDER.rglob("*.schema.json"))
    return {path.relative_to(FOLDER).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in paths}


@cache
def registry() -> Registry[Any]:
    """Return the registry in which the schemas find each other."""
    return Registry().with_resources([(s["$id"], Resource.from_contents(s)) for s in committed().values()])


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a schema by its path below `schemas/`."""
    return Draft202012Validator({"$ref": f"{BASE}{name}"}, registry=registry())


def places(name: str, data: Any) -> frozenset[Place]:
    """Return the places at which a stock validator refuses data.

    Where a field that every record has is at fault, `allOf` fails and evaluates nothing: the further error at the root
    says nothing new (`schemas/records/README.md`).
    """
    found = {(tuple(e.absolute_path), str(e.validator)) for e in validator(name).iter_errors(data)}
    deeper = found - {((), "unevaluatedProperties")} or found
    return frozenset(place for place, _ in deeper)


def plain(node: Node) -> Any:
    """Return a node's data as JSON readers give it: numbers with a point are floats."""
    return _floats(node.plain())


def _floats(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _floats(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_floats(value) for value in data]
    return float(data) if isinstance(data, Decimal) else data
