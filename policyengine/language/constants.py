"""Constants in policies: what a policy writes → a typed value of the field that it stands against."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from policyengine.core.facts import EXPECTED, Wrong, as_number, is_digest, is_language
from policyengine.core.quantity import (
    Problem,
    parse_date,
    parse_duration,
    parse_money,
    parse_number,
    parse_share,
    parse_time,
)
from policyengine.core.record import Field
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean

Read = Any


def constant(field: Field, node: Node) -> Read:
    """Return the typed value that a scalar node means for a field, or the problem with the right spelling."""
    if isinstance(node.value, dict | list):
        return Wrong(f"{_named(field)} takes {EXPECTED.get(field.type, 'a value')}")
    if node.value is None:
        return Wrong("a value is missing here", "write the value, or `exists: false` for a field that is not told")
    return _READERS[field.type](field, node)


def _named(field: Field) -> str:
    return f"`{field.path}`" if field.path else "this"


def _wrong(field: Field, help_: str | None = None) -> Wrong:
    return Wrong(f"{_named(field)} takes {EXPECTED[field.type]}", help_)


def _text(_field: Field, node: Node) -> Read:
    return node.raw if node.raw is not None else node.value


def _enum(field: Field, node: Node) -> Read:
    value = _text(field, node)
    if value in field.values:
        return value
    if value == "unknown":
        return Wrong("`unknown` means not told", f"write `{field.name}: {{exists: false}}`")
    shown = ", ".join(field.values[:12]) + (" …" if len(field.values) > 12 else "")  # noqa: PLR2004 - a line's worth
    return Wrong(
        f"`{value}` is not a value of {_named(field)}", did_you_mean(value, field.values) or f"it takes {shown}"
    )


def _formed(good: Callable[[str], bool]) -> Callable[[Field, Node], Read]:
    def read(field: Field, node: Node) -> Read:
        value = _text(field, node)
        return value if good(value) else _wrong(field)

    return read


def _boolean(field: Field, node: Node) -> Read:
    if isinstance(node.value, bool):
        return node.value
    spelled = {"yes": "true", "no": "false", "on": "true", "off": "false"}.get(str(node.value).lower())
    return _wrong(field, f"write `{spelled}`" if spelled else None)


def _number(field: Field, node: Node) -> Read:
    number = as_number(node.value)
    if number is not None:
        return number
    parsed = parse_number(str(node.value))
    if isinstance(parsed, Problem):
        return parsed
    return _wrong(field, f"write {parsed} without quotes" if node.raw is None else None)


def _integer(field: Field, node: Node) -> Read:
    number = _number(field, node)
    if isinstance(number, Decimal) and number != int(number):
        return _wrong(field)
    return number


def _share(_field: Field, node: Node) -> Read:
    number = as_number(node.value)
    return number if number is not None else parse_share(str(node.value))


def _by(parse: Callable[[str], Any]) -> Callable[[Field, Node], Read]:
    def read(field: Field, node: Node) -> Read:
        return parse(node.value) if isinstance(node.value, str) else _wrong(field)

    return read


def _instant(field: Field, node: Node) -> Read:
    if not isinstance(node.value, str):
        return _wrong(field)
    day = parse_date(node.value)
    return day if not isinstance(day, Problem) else parse_time(node.value)


def _market(field: Field, node: Node) -> Read:
    value = _text(field, node)
    if len(value) == 2 and value.isascii() and value.isalpha():  # noqa: PLR2004 - ISO 3166-1 alpha-2
        return value if value.isupper() else Wrong(f"`{value}` is not a market", f"did you mean `{value.upper()}`?")
    return Wrong(f"`{value}` is not a market", "a market is an ISO 3166-1 code such as `GB`")


_READERS: Final[dict[str, Callable[[Field, Node], Read]]] = {
    "text": _text,
    "id": _text,
    "url": _text,
    "language": _formed(is_language),
    "digest": _formed(is_digest),
    "enum": _enum,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "share": _share,
    "money": _by(parse_money),
    "duration": _by(parse_duration),
    "time": _instant,
    "date": _instant,
    "market": _market,
}
