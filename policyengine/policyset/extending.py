"""A repository's own record schemas: new types, and additions to the shipped ones, which may never loosen them.

What would loosen: a `default`, another type, members of a closed list of words, wider bounds, another answer to whose
statement a field is, an edit that no longer voids votes. (`required` can only grow: the two lists are united.)
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from policyengine.core.diagnostic import Diagnostic, PathPart, collected
from policyengine.core.facts import as_number
from policyengine.core.reader_json import read_json
from policyengine.core.record import JsonSchema, SchemaReader, type_of
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.policyset.loading import unreadable

_ENDING: Final = ".schema.json"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_UNREAD: Final = frozenset(
    [
        "oneOf",
        "anyOf",
        "not",
        "if",
        "then",
        "else",
        "pattern",
        "patternProperties",
        "dependentSchemas",
        "dependentRequired",
        "prefixItems",
    ]
)
_PATH = tuple[PathPart, ...]


def read_extensions(
    folders: Iterable[Path], shipped: Mapping[str, JsonSchema]
) -> tuple[dict[str, JsonSchema], tuple[Diagnostic, ...]]:
    """Return the schemas of a repository's folders by name, and everything that is wrong with them."""
    found: dict[str, JsonSchema] = {}
    faults: list[Diagnostic] = []
    for number, folder in enumerate(folders, 1):
        for path in sorted(folder.glob(f"*{_ENDING}")):
            schema = _read(path, shipped, faults)
            if schema is not None:
                found[f"{number}/{path.name}"] = schema
    return found, collected(faults)


def _read(path: Path, shipped: Mapping[str, JsonSchema], faults: list[Diagnostic]) -> JsonSchema | None:
    name = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as fault:
        faults.append(unreadable(name, fault))
        return None
    source = read_json(data, name)
    faults.extend(source.diagnostics)
    if source.diagnostics or not source.documents:
        return None
    node = source.documents[0]
    if not isinstance(node.value, dict):
        faults.append(Diagnostic("PE505", "a schema is an object", node.span, help="see schemas/records/README.md"))
        return None
    before = len(faults)
    _Checker(node, shipped, faults).check(path.name.removesuffix(_ENDING))
    return cast("JsonSchema", node.plain()) if len(faults) == before else None


class _Checker:
    """Checks one schema, and goes on after every fault."""

    def __init__(self, node: Node, shipped: Mapping[str, JsonSchema], faults: list[Diagnostic]) -> None:
        self._node = node
        self._shipped = shipped
        self._faults = faults
        self._reader = SchemaReader(shipped)

    def check(self, name: str) -> None:
        """Check the schema of a file of that name."""
        types = sorted(key.removesuffix(_ENDING) for key in self._shipped if key != f"common{_ENDING}")
        extends = self._node.at(("x-extends",))
        if extends is not None:
            if extends.value not in types:
                help_ = did_you_mean(str(extends.value), types) or f"there are {', '.join(types)}"
                self._fault("PE505", f"there is no type `{extends.value}` to extend", ("x-extends",), help_)
                return
            base = self._shipped[f"{extends.value}{_ENDING}"]
            self._properties(self._reader.properties(base), ())
        elif name in types:
            help_ = f'say `"x-extends": "{name}"` to add to it, or give the type another name'
            self._fault("PE505", f"there is a type `{name}` already", (), help_)
        else:
            self._properties({}, ())
        self._unread(self._node, ())

    def _fault(self, code: str, message: str, path: _PATH, help_: str | None = None, *, key: bool = False) -> None:
        self._faults.append(Diagnostic(code, message, self._node.span_at(path, key=key), help=help_, path=path))

    def _properties(self, known: Mapping[str, JsonSchema], path: _PATH) -> None:
        found = self._node.at((*path, "properties"))
        for name, node in (found.value if found is not None and isinstance(found.value, dict) else {}).items():
            place = (*path, "properties", name)
            if not isinstance(node.value, dict):
                self._fault("PE505", f"`{name}` takes a schema", place, 'for example `{"type": "string"}`')
            elif name in known:
                self._extended(name, self._reader.resolved(known[name]), place)
            else:
                self._new(name, place)

    def _plain(self, path: _PATH) -> dict[str, Any]:
        node = self._node.at(path)
        plain = node.plain() if node is not None else {}
        return plain if isinstance(plain, dict) else {}

    # What may be added ------------------------------------------------------------------------------------------------

    def _new(self, name: str, path: _PATH) -> None:
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            help_ = "small letters, digits and `_`, and no word of formulas such as `in`"
            self._fault("PE505", f"`{name}` is not a name for a field", path, help_, key=True)
        schema = self._reader.resolved(self._plain(path))
        kind = type_of(schema)
        if kind == "any" and schema.get("type") != "object":
            help_ = 'for example `"type": "string"`, or `"$ref": "common.schema.json#/$defs/time"`'
            self._fault("PE505", f"the field `{name}` has no type", path, help_, key=True)
        if kind == "list" and "maxItems" not in schema:
            help_ = 'for example `"maxItems": 100`: what holds for every record can only be proved of bounded lists'
            self._fault("PE505", f"the list `{name}` has no `maxItems`", path, help_, key=True)
        if schema.get("default", []) != []:
            self._fault("PE504", f"the field `{name}` has a default", (*path, "default"), _DEFAULT, key=True)
        self._properties({}, path)
        if kind == "list":
            self._properties({}, (*path, "items"))

    # What may not be loosened -----------------------------------------------------------------------------------------

    def _extended(self, name: str, base: JsonSchema, path: _PATH) -> None:
        added = self._reader.resolved(self._plain(path))
        if "default" in added and added["default"] != base.get("default"):
            self._fault("PE504", f"`{name}` gets a default", (*path, "default"), _DEFAULT, key=True)
        typed: set[str] = {word for word in ("type", "x-type", "const") if word in added}
        if typed and type_of({**added, **({"properties": {}} if "properties" in base else {})}) != type_of(base):
            key = "$ref" if "$ref" in self._plain(path) else min(typed)
            self._fault("PE504", f"`{name}` gets another type", (*path, key), f"it is {type_of(base)}", key=True)
        self._enum(name, base, added, path)
        self._bounds(name, base, added, path)
        for fixed, why in _FIXED.items():
            if fixed in added and added[fixed] != base.get(fixed, True if fixed == "x-material" else None):
                self._fault("PE504", f"`{fixed}` of `{name}` is changed", (*path, fixed), why, key=True)
        self._properties(self._reader.properties(base), path)
        if "items" in added:
            self._extended(f"{name}[]", self._reader.resolved(base.get("items", {})), (*path, "items"))

    def _enum(self, name: str, base: JsonSchema, added: JsonSchema, path: _PATH) -> None:
        if "x-open" in base or "enum" not in base:
            return
        for index, word in enumerate(added.get("enum", ())):
            if word not in base["enum"]:
                help_ = (
                    did_you_mean(str(word), base["enum"])
                    or "this list of words is closed; data of your own goes under `x`"
                )
                self._fault("PE504", f"`{word}` is added to the closed list of `{name}`", (*path, "enum", index), help_)

    def _bounds(self, name: str, base: JsonSchema, added: JsonSchema, path: _PATH) -> None:
        for key, sign in _BOUNDS.items():
            old, new = as_number(base.get(key)), as_number(added.get(key))
            if old is not None and new is not None and sign * new > sign * old:
                self._fault(
                    "PE504",
                    f"`{key}` of `{name}` is widened",
                    (*path, key),
                    f"at the most {old}" if sign > 0 else f"at the least {old}",
                )

    def _unread(self, node: Node, path: _PATH) -> None:
        """Report the keywords of JSON Schema that the engine does not read: they would seem to hold."""
        if not isinstance(node.value, dict):
            return
        for key, child in node.value.items():
            fields = bool(path) and path[-1] == "properties" and (len(path) == 1 or path[-2] != "properties")
            if key in _UNREAD and not fields:
                help_ = "the engine does not read it; a check policy can say it"
                self._fault("PE505", f"`{key}` is not part of record schemas", (*path, key), help_, key=True)
            elif key not in {"examples", "default", "enum", "const"}:
                self._unread(child, (*path, key))


_DEFAULT: Final = "what is not told must stay not told; an `assumption` policy can presume it, visibly"
_BOUNDS: Final = {"maximum": 1, "minimum": -1, "maxItems": 1, "maxProperties": 1}
_FIXED: Final = {
    "x-asserted-by": "who may state a fact is not a repository's to loosen",
    "x-material": "an edit of it would no longer void the votes",
    "x-required-from": "from when on it must be told is the shipped schema's to say",
    "x-derived": "a computed field stays computed, and a told one told",
    "ref": "it names records of another type",
    "x-open": "which lists are open is the shipped schema's to say",
}
