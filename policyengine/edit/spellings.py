"""How values are written, as JSON Schemas: constants of each type, references, and what may stand in their place.

The patterns of quantities are those of `schemas/records/common.schema.json`, so that there is one home for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from policyengine.core.record import JsonSchema

REFERENCE: Final = r"\$[A-Za-z]"
"""What the language reads as a reference: `$values.limit`, `$record.launch_at`, `$now`."""
ANY_VALUE: Final[JsonSchema] = {"type": ["string", "number", "boolean", "array", "object"]}
"""Anything but null."""
WORD: Final = "[A-Za-z_][A-Za-z0-9_]*"
MESSAGE: Final = rf"^([^{{}}]|\{{\{{|\}}\}}|\{{ *\$?{WORD}(\.{WORD})* *\}})*$"
ID: Final = r"^[a-z0-9_]+(\.[a-z0-9_]+)*$"
NUMBER: Final = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
TEXTS: Final = frozenset(["text", "id", "url"])
PATTERNED: Final = ("share", "money", "duration", "time", "date", "market", "language", "digest")


class Spellings:
    """The written form of every type of value."""

    def __init__(self, common: Mapping[str, JsonSchema]) -> None:
        """Take the shared definitions of the record schemas."""
        self._patterns = {name: str(common[name]["pattern"])[1:-1] for name in PATTERNED}
        # A day is a date without the time that may follow it in a record.
        self._patterns["day"] = self._patterns["date"].partition("(T(")[0]

    def pattern(self, name: str) -> str:
        """Return the pattern of a quantity, without the anchors at its ends."""
        return f"({self._patterns[name]})"

    def constant(self, kind: str, words: tuple[str, ...] = ()) -> JsonSchema:
        """Return the schema of a constant of a type; `words` are the members of an enum."""
        return self._scalar(kind, words, None)

    def operand(self, kind: str, words: tuple[str, ...] = ()) -> JsonSchema:
        """Return the schema of a constant of a type, or a reference in its place."""
        return self._scalar(kind, words, REFERENCE)

    def entry(self, kind: str, words: tuple[str, ...] = ()) -> JsonSchema:
        """Return the schema of an entry in a list of constants, where only a group of markets may be referred to."""
        return self._scalar(kind, words, r"\$groups\.")

    def several(self, kind: str, words: tuple[str, ...] = ()) -> JsonSchema:
        """Return the schema of one constant or reference, or of a list of constants."""
        schema = self.operand(kind, words)
        return {**schema, "type": [*_types(schema), "array"], "items": self.entry(kind, words), "minItems": 1}

    def _scalar(self, kind: str, words: tuple[str, ...], reference: str | None) -> JsonSchema:
        if kind == "enum":
            return _words(words, reference)
        if kind in TEXTS:
            free = {} if reference == REFERENCE else {"pattern": _not_a_reference(reference)}
            return {"type": ["string", "number", "boolean"], **free}
        if kind in {"boolean", "integer", "number"}:
            return {"type": kind} if reference is None else {"type": [kind, "string"], "pattern": f"^{reference}"}
        return self._quantity(kind, reference)

    def _quantity(self, kind: str, reference: str | None) -> JsonSchema:
        """Return the schema of a quantity. In a policy a time may be written as a day, and a day as a time."""
        accepted = [self.pattern(kind)] if kind not in {"time", "date"} else [self.pattern("time"), self.pattern("day")]
        exact = "|".join(accepted)
        pattern = f"^({exact})$" if reference is None else f"^({reference}.*|{exact})$"
        return {"type": ["number", "string"] if kind == "share" else "string", "pattern": pattern}

    def pair(self, kind: str) -> JsonSchema:
        """Return the schema of the two constants of `between`."""
        one = self.constant(kind)
        return {"type": ["array", "string"], "pattern": r"^\$values\.", "items": one, "minItems": 2, "maxItems": 2}

    def instant(self) -> JsonSchema:
        """Return the schema of an instant: a time, a day, a reference, or one that is anchored to another."""
        base = f"({REFERENCE}\\S*|{self.pattern('time')}|{self.pattern('day')})"
        return {"type": "string", "pattern": f"^({self.pattern('duration')}\\s+(before|after)\\s+)?{base}$"}


def _types(schema: JsonSchema) -> list[Any]:
    kinds = schema["type"]
    return kinds if isinstance(kinds, list) else [kinds]


def _words(words: tuple[str, ...], reference: str | None) -> JsonSchema:
    """Return the schema of words from a list. Lists of values apply to every type, so they wait for a text."""
    listed: JsonSchema = {"enum": list(words)}
    if reference is not None:
        listed = {"anyOf": [listed, {"pattern": f"^{reference}"}]}
    return {"type": "string", "if": {"type": "string"}, "then": listed}


def _not_a_reference(allowed: str | None) -> str:
    free = rf"^(?!{REFERENCE})"
    return free if allowed is None else f"{free}|^{allowed}"
