"""A record's JSON → facts: typed values, what is not told, and what is wrong with it.

Three things stay apart. *Not told*: absent, null, blank text, the word `unknown` in an enum, an ill-typed value; a test
on it is unknown. *Told to be none*: an empty list, or `NONE` (a derived fact that the record settles as absent, a
related record known not to exist); every test on it is no. *Told*: a typed value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from policyengine.core.diagnostic import PathPart
from policyengine.core.quantity import (
    Problem,
    parse_date,
    parse_duration,
    parse_money,
    parse_number,
    parse_share,
    parse_time,
)
from policyengine.core.record import UNKNOWN, Field, RecordType
from policyengine.core.source import Node, Plain
from policyengine.core.suggest import did_you_mean
from policyengine.core.written import shown

Facts = dict[str, Any]
MAX_DEPTH: Final = 64


class _Mark:
    """A named marker value."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __deepcopy__(self, memo: object) -> _Mark:
        return self


NONE: Final = _Mark("NONE")
"""Told to be none: `exists` and every other test on it is no."""
UNTOLD: Final = _Mark("UNTOLD")
"""Stands in the facts where the record carries something that cannot be read; no default replaces it."""


class OpenText(str):
    """A text put together from several fields of which some are not told: what it has is certain, what it lacks not."""

    __slots__ = ()


class Fault(Struct, frozen=True):
    """What is wrong at a place of a record. `code` is PE401 for an unknown field, PE402 for an ill-typed value."""

    path: tuple[PathPart, ...]
    message: str
    code: str
    help: str | None = None

    @property
    def place(self) -> tuple[PathPart, ...]:
        """Return the path that a JSON Schema validator names: for an unknown field, the mapping around it."""
        return self.path[:-1] if self.code == "PE401" else self.path

    def to_dict(self) -> dict[str, Any]:
        """Return the form in which the Decision lists it under `problems`."""
        plain: dict[str, Any] = {"field": dotted(self.path), "code": self.code, "problem": self.message}
        return plain | ({"help": self.help} if self.help else {})


def dotted(path: tuple[PathPart, ...]) -> str:
    """Return a path as people write it: `links[2].utm.source`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_facts(kind: RecordType, data: Mapping[str, Any]) -> tuple[Facts, list[Fault]]:
    """Return the facts of a record and its faults: every unknown field and every ill-typed value, by path."""
    faults: list[Fault] = []
    facts = _object(kind.root, data, (), faults)
    faults.extend(
        Fault((), f"`{name}` is missing", "PE403", f"every {kind.name} has its `{name}`")
        for name in kind.required
        if _blank(data.get(name))
    )
    return facts, faults


_PLAIN: Final = frozenset([str, int, float, bool, type(None)])


def nested_over(data: object, levels: int = MAX_DEPTH) -> bool:
    """Tell whether plain data is nested more than so many levels deep (for ever, where it contains itself)."""
    if levels < 0:
        return True
    inner: Iterable[object]
    if type(data) is dict or isinstance(data, Mapping):  # the first is what there is nearly always, and asked fast
        inner = data.values()
    elif isinstance(data, list | tuple):
        inner = data
    else:
        return False
    return any((levels == 0 or type(item) not in _PLAIN) and nested_over(item, levels - 1) for item in inner)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _object(field: Field, data: Mapping[Any, Any], path: tuple[PathPart, ...], faults: list[Fault]) -> Facts:
    facts: Facts = {}
    fields = field.fields
    for key, value in data.items():
        child = fields.get(key) if isinstance(key, str) else None
        if child is None:
            name = clean(key if isinstance(key, str) else str(key))
            owner = f" of {field.path}" if field.path else ""
            faults.append(
                Fault((*path, name), f"unknown field {shown(name)}{owner}", "PE401", _field_help(name, field)),
            )
        elif not _blank(value):
            read = _value(child, value, path, child.name, faults)
            # What the engine computes is never taken from the author; it is read for its faults only.
            if child.derived is None and read is not None:
                facts[child.name] = read
    return facts


def _field_help(name: str, field: Field) -> str | None:
    known = list(field.fields)
    below = [f"{c.name}.{g}" for c in field.fields.values() for g in c.fields]
    return (
        did_you_mean(name, known)
        or did_you_mean(name, below)
        or ("data of your own goes under `x`" if not field.path else None)
    )


def _value(field: Field, value: Any, above: tuple[PathPart, ...], name: PathPart, faults: list[Fault]) -> Any:
    """Return the typed value, None for not told, or `UNTOLD` after reporting why it cannot be read.

    It stands at `name` below the path `above`; the whole path is made only where something needs it.
    """
    reader = READERS.get(field.type)
    if reader is None:
        path = (*above, name)
        if field.type == "object" and isinstance(value, Mapping):
            return _object(field, value, path, faults)
        if field.type == "list" and isinstance(value, list | tuple):
            return _list(field, value, path, faults)
        if field.type == "map" and isinstance(value, Mapping):
            return _map(field, value, path, faults)
        if field.type == "any":
            return value
    result = reader(field, value) if reader is not None else _wrong(field)
    if isinstance(result, _REFUSED):
        # An unknown part of a quantity (`amout` of money) is a fault of the quantity, which is the mapping around it.
        inside = result.path[:-1] if isinstance(result, Problem) and result.at_key else result.path
        faults.append(Fault((*above, name, *inside), result.message, "PE402", result.help))
        return UNTOLD
    return result


def _map(field: Field, value: Mapping[str, Any], path: tuple[PathPart, ...], faults: list[Fault]) -> Any:
    if field.item is None:
        return dict(value)
    if _too_many(field, value, path, faults):
        return UNTOLD
    item = field.item
    told = {clean(str(k)): v for k, v in value.items() if not _blank(v)}
    read = {k: _value(item, v, path, k, faults) for k, v in told.items()}
    return {k: v for k, v in read.items() if v is not None}


def _too_many(
    field: Field,
    values: Mapping[str, Any] | list[Any] | tuple[Any, ...],
    path: tuple[PathPart, ...],
    faults: list[Fault],
) -> bool:
    if field.max_items is None or len(values) <= field.max_items:
        return False
    message = f"`{field.name}` has {len(values)} entries, more than the {field.max_items} that are allowed"
    faults.append(Fault(path, message, "PE402"))
    return True


def _list(field: Field, values: list[Any] | tuple[Any, ...], path: tuple[PathPart, ...], faults: list[Fault]) -> Any:
    if field.item is None:
        return list(values)
    if _too_many(field, values, path, faults):
        return UNTOLD
    read = [_value(field.item, v, path, i, faults) if not _blank(v) else UNTOLD for i, v in enumerate(values)]
    return [UNTOLD if v is None else v for v in read]


class Wrong(Struct, frozen=True):
    """Why a value does not fit a field; like a `Problem` of a quantity, with the help in words and the path to it."""

    message: str
    help: str | None = None
    path: tuple[PathPart, ...] = ()


_REFUSED: Final = (Problem, Wrong)
EXPECTED: Final[dict[str, str]] = {
    "text": "text",
    "id": "an id (text)",
    "url": "a web address (text)",
    "language": "a language such as `en` or `pt-BR`",
    "digest": "a digest such as `sha256:…`",
    "enum": "one of the listed words",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
    "number": "a number",
    "share": "a share such as `20%` or `0.2`",
    "money": "an amount such as `1000 EUR`",
    "duration": "a length of time such as `4h`",
    "time": "a time such as `2026-03-02T09:00:00Z`",
    "date": "a date such as `2026-03-02`",
    "market": "a market such as `GB`",
    "frames": "`all`, or a list of numbers from 1 on",
    "object": "a mapping of fields",
    "list": "a list",
    "map": "a mapping",
}


def _wrong(field: Field) -> Wrong:
    return Wrong(f"`{field.name}` takes {EXPECTED[field.type]}")


def clean(text: str) -> str:
    """Return a text that can be written in UTF-8: half of a surrogate pair as its escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(field: Field, value: Any) -> Any:
    if not isinstance(value, str):
        return _wrong(field)
    # Half of a surrogate pair is no character; readers of files refuse it, other callers may hand it in.
    return value if clean(value) == value else Wrong(f"`{field.name}` has half of a character in it")


def _enum(field: Field, value: Any) -> Any:
    if not isinstance(value, str):
        return _wrong(field)
    if value in field.values:
        return value
    if value == UNKNOWN:
        return None
    listed = ", ".join(field.values[:12]) + (" …" if len(field.values) > 12 else "")  # noqa: PLR2004 - a line's worth
    help_ = did_you_mean(value, field.values) or f"it takes {listed}"
    return Wrong(f"{shown(clean(value))} is not a value of {field.path or field.name}", help_)


def _boolean(field: Field, value: Any) -> Any:
    return value if isinstance(value, bool) else _wrong(field)


def as_number(value: Any) -> int | Decimal | None:
    """Return a number exactly (a float by its shortest spelling), or None for what is none or not finite."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value if isinstance(value, int) else None


def _number(field: Field, value: Any) -> Any:
    number = as_number(value)
    if number is None:
        return _wrong(field)
    sized = parse_number(number)
    return sized if isinstance(sized, Problem) else _in_range(field, number)


def _integer(field: Field, value: Any) -> Any:
    number = _number(field, value)
    if isinstance(number, Wrong | Problem):
        return number
    return int(number) if number == int(number) else _wrong(field)


def _in_range(field: Field, number: int | Decimal) -> Any:
    low, high = as_number(field.minimum), as_number(field.maximum)
    if low is not None and number < low:
        return Wrong(f"`{field.name}` is {number}, below the least possible {low}")
    if high is not None and number > high:
        return Wrong(f"`{field.name}` is {number}, above the greatest possible {high}")
    return number


def _share(field: Field, value: Any) -> Any:
    if isinstance(value, str):
        share = parse_share(value)
        return share if isinstance(share, Problem) else _in_range(field, share)
    return _number(field, value)


def _money(field: Field, value: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get("amount"), float):
        value = {**value, "amount": as_number(value["amount"])}
    return parse_money(value) if isinstance(value, str | Mapping) else _wrong(field)


def _duration(field: Field, value: Any) -> Any:
    return parse_duration(value) if isinstance(value, str) else _wrong(field)


def _time(field: Field, value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.isoformat()
    return parse_time(value) if isinstance(value, str) else _wrong(field)


def _date(field: Field, value: Any) -> Any:
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        return _wrong(field)
    day = parse_date(value)
    return parse_time(value) if isinstance(day, Problem) and "T" in value else day


def _market(_field: Field, value: Any) -> Any:
    if isinstance(value, str) and len(value) == 2 and value.isascii() and value.isupper():  # noqa: PLR2004 - ISO 3166-1 alpha-2
        return value
    if isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha():  # noqa: PLR2004 - ISO 3166-1 alpha-2
        return Wrong(f"`{value}` is not a market", f"markets are written in capitals: `{value.upper()}`")
    named = shown(clean(value) if isinstance(value, str) else value)
    return Wrong(f"{named} is not a market", "a market is an ISO 3166-1 code such as `GB`")


def _language(field: Field, value: Any) -> Any:
    return value if isinstance(value, str) and is_language(value) else _wrong(field)


def is_language(text: str) -> bool:
    """Tell whether a text has the form of a language: `en`, `pt-BR` (BCP 47, without checking the register)."""
    main, *others = text.split("-")
    small = 2 <= len(main) <= 3 and main.isascii() and main.isalpha() and main.islower()  # noqa: PLR2004 - ISO 639
    return small and all(1 <= len(o) <= 8 and o.isascii() and o.isalnum() for o in others)  # noqa: PLR2004 - RFC 5646


def _digest(field: Field, value: Any) -> Any:
    return value if isinstance(value, str) and is_digest(value) else _wrong(field)


def is_digest(text: str) -> bool:
    """Tell whether a text has the form of a digest: `sha256:` and 64 small hexadecimal digits."""
    name, _, digits = text.partition(":")
    return name == "sha256" and len(digits) == 64 and set(digits) <= set("0123456789abcdef")  # noqa: PLR2004 - 256 bits


def _frames(field: Field, value: Any) -> Any:
    if value == "all":
        return value
    if not isinstance(value, list | tuple):
        return _wrong(field)
    for index, entry in enumerate(value):
        number = as_number(entry)
        sized = number is not None and not isinstance(parse_number(number), Problem)
        if number is None or not sized or number != int(number) or number < 1:
            return Wrong("frames are counted from 1", "write `all`, or numbers such as `[1, 3]`", (index,))
    return [int(entry) for entry in value]


READERS: Final[dict[str, Callable[[Field, Any], Any]]] = {
    "text": _text,
    "id": _text,
    "url": _text,
    "language": _language,
    "digest": _digest,
    "frames": _frames,
    "enum": _enum,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "share": _share,
    "money": _money,
    "duration": _duration,
    "time": _time,
    "date": _date,
    "market": _market,
}


def plain_record(field: Field | None, node: Node) -> Plain:
    """Return a node's bare data as the schema reads it: an unquoted scalar in a text field keeps its spelling.

    `title: 0012` is the text `0012`, `version: 1.10` the text `1.10` (language.md, Conditions).
    """
    value = node.value
    if isinstance(value, dict):
        fields = field.fields if field is not None else {}
        item = field.item if field is not None and field.type == "map" else None
        return {key: plain_record(fields.get(key, item), child) for key, child in value.items()}
    if isinstance(value, list):
        item = field.item if field is not None and field.type == "list" else None
        return [plain_record(item, child) for child in value]
    if node.raw is not None and value is not None and field is not None and field.type in KEEPS_SPELLING:
        return node.raw
    return value


KEEPS_SPELLING: Final = frozenset(["text", "id", "url", "language", "digest", "enum", "market"])
