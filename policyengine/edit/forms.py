"""What kinds read themselves (`Raw` with a `Form`), as JSON Schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policyengine.core.record import JsonSchema
from policyengine.edit.spellings import ANY_VALUE, ID, MESSAGE, Spellings
from policyengine.language.operands import DIMENSIONS
from policyengine.shapes.rules import ACTIONS, NEEDS_TARGET, PASSING

SCALAR: Final = ["string", "number", "boolean"]
_TEXT: Final[JsonSchema] = {"type": "string"}
_BANDS: Final = r"^(under [0-9]{1,18}|[0-9]{1,18} to [0-9]{1,18}|[0-9]{1,18} and over)$"


def raw_form(name: str | None, spellings: Spellings) -> JsonSchema:
    """Return the schema of a form; what no schema can say, the kind alone judges."""
    return _FORMS[name](spellings) if name in _FORMS else ANY_VALUE


def by_dimension(value: JsonSchema, spellings: Spellings) -> JsonSchema:
    """Return the schema of `by`: values by the entries of one dimension."""
    entries = {name: f"^{spellings.pattern(name)}$" for name in ("market", "language")} | {"size_band": _BANDS}
    tables = {
        name: {"type": "object", "additionalProperties": value, "propertyNames": {"pattern": entries.get(name, "")}}
        for name in DIMENSIONS
    }
    return {
        "type": "object",
        "properties": tables,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _message(_: Spellings) -> JsonSchema:
    return {"type": SCALAR, "pattern": MESSAGE}


def _due(spellings: Spellings) -> JsonSchema:
    return spellings.instant()


def _action(_: Spellings) -> JsonSchema:
    targets = {name: {"type": "string", "pattern": ".", "description": ACTIONS[name]} for name in sorted(NEEDS_TARGET)}
    alone = sorted(set(ACTIONS) - NEEDS_TARGET)
    targets["for"] = {"type": "string", "pattern": ".", "description": f"for how long ({', '.join(sorted(PASSING))})"}
    # What is done is one key; where it ends by itself, `for` stands beside it.
    mapping = {
        "properties": targets,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
        "dependentSchemas": {"for": {"minProperties": 2, "anyOf": [{"required": [name]} for name in sorted(PASSING)]}},
        "allOf": [{"if": {"minProperties": 2}, "then": {"required": ["for"]}}],
    }
    return {"type": ["string", "object"], "if": {"type": "string"}, "then": {"enum": alone}, **mapping}


def _definition(_: Spellings) -> JsonSchema:
    """Return the schema of a named condition: its title beside it is no condition."""
    return {
        "type": "object",
        "properties": {"title": {"type": SCALAR}},
        "if": {"required": ["title"]},
        "then": {"minProperties": 2},
        "else": {"minProperties": 1},
    }


def _words(spellings: Spellings) -> JsonSchema:
    word = {"type": SCALAR, "pattern": r"\S"}
    several = {"type": [*SCALAR, "array"], "pattern": r"\S", "items": word, "minItems": 1}
    mapping = {"properties": {"is": several, "by": by_dimension(several, spellings)}}
    return {
        **several,
        "type": [*SCALAR, "array", "object"],
        **mapping,
        "additionalProperties": False,
        "minProperties": 1,
    }


def _timeout(_: Spellings) -> JsonSchema:
    escalation = {"type": "object", "required": ["escalate"], "maxProperties": 1, "properties": {"escalate": _TEXT}}
    return {"anyOf": [{"const": "expire"}, escalation]}


def _held_role(spellings: Spellings) -> JsonSchema:
    day = {"type": "string", "pattern": f"^{spellings.pattern('day')}$"}
    keys = {"properties": {"role": {}, "from": day, "until": day}, "additionalProperties": False}
    dated = {"type": "object", "required": ["role"], "properties": {"role": _TEXT}}
    return {"anyOf": [_TEXT, dated], "if": {"type": "object"}, "then": keys}


def _option(_: Spellings) -> JsonSchema:
    identity = {"type": SCALAR, "pattern": ID}
    titled = {"properties": {"id": identity, "title": {"type": SCALAR}}, "required": ["id"]}
    return {**identity, "type": [*SCALAR, "object"], **titled, "additionalProperties": False}


_FORMS: Final[dict[str | None, Callable[[Spellings], JsonSchema]]] = {
    "message": _message,
    "due": _due,
    "action": _action,
    "definition": _definition,
    "words": _words,
    "timeout": _timeout,
    "held_role": _held_role,
    "option": _option,
}
