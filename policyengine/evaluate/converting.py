"""The text of a cell → the value that a field takes, by what a mapping says about it; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.facts import Wrong
from policyengine.core.instant import parse_time, wall_instant, write_time
from policyengine.core.quantity import Problem
from policyengine.core.record import NUMERIC, Field
from policyengine.core.source import Plain

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_GROUPED_BY_POINT: Final = re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_NAIVE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?")
_MOST_DIGITS: Final = 18


class Manner(Struct, frozen=True, eq=False, kw_only=True):
    """How a column's cells are written. `words` translates whole cells; `zone` is that of times without an offset."""

    unit: str | None = None
    separator: str | None = None
    decimal_comma: bool = False
    zone: ZoneInfo | None = None
    words: dict[str, Plain] = {}


def convert(field: Field, text: str, manner: Manner) -> Plain | Wrong:
    """Return the value that a cell means for a field, or why it means none."""
    word = text.strip().casefold()
    if word in manner.words:
        return manner.words[word]
    if field.type == "list" and field.item is not None:
        return _listed(field.item, text, manner)
    if field.type in NUMERIC | {"money", "duration"}:
        return _quantity(field, text.strip(), manner)
    return _READERS[field.type](field, text.strip(), manner) if field.type in _READERS else text


def parts(text: str, manner: Manner) -> list[str]:
    """Return the entries of a cell that holds several."""
    if manner.separator is None:
        return [text.strip()]
    if manner.separator == " ":
        return text.split()
    return [entry.strip() for entry in text.split(manner.separator)]


def _listed(item: Field, text: str, manner: Manner) -> Plain | Wrong:
    found: list[Plain] = []
    for part in parts(text, manner):
        value = convert(item, part, manner)
        if isinstance(value, Wrong):
            return value
        if part:
            found.append(value)
    return found


def _quantity(field: Field, text: str, manner: Manner) -> Plain | Wrong:
    """Return a number, with its unit where the field's type wants one: `20%`, `1000 EUR`, `4h`."""
    unit = manner.unit
    bare = text.removesuffix(unit).rstrip() if unit is not None else text
    number = _number(bare, comma=manner.decimal_comma)
    if number is None:
        if unit is None and not manner.decimal_comma and field.type not in {"integer", "number"}:
            return text  # written out (`1000 EUR`): the field's own reader judges it
        return Wrong(f"`{text}` is not a number", _number_help(text, comma=manner.decimal_comma))
    if unit is not None and field.type in {"share", "money", "duration"}:
        return f"{number}{'' if unit == '%' else ' '}{unit}"
    if field.type in NUMERIC:
        return int(number) if number.isdigit() or number.removeprefix("-").isdigit() else Decimal(number)
    return Wrong(f"`{text}` has no unit", "name it in the mapping: `unit: EUR`")


def _number(text: str, *, comma: bool) -> str | None:
    if comma:
        if "." in text and _GROUPED_BY_POINT.fullmatch(text) is None:
            return None
        text = text.replace(".", "").replace(",", ".")
    fits = _NUMBER.fullmatch(text) is not None and sum(c.isdigit() for c in text) <= _MOST_DIGITS
    return text if fits else None


def _number_help(text: str, *, comma: bool) -> str | None:
    if not comma and "," in text:
        return "numbers with a decimal comma need `decimal: comma` in the mapping; grouped thousands are not read"
    return None


def _boolean(field: Field, text: str, _: Manner) -> Plain | Wrong:
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return Wrong(
        f"`{text}` does not say whether `{field.name}` holds", f"`words: {{{text}: true, …}}` in the mapping says"
    )


def _time(_: Field, text: str, manner: Manner) -> Plain | Wrong:
    found = _NAIVE.fullmatch(text)
    if found is None:
        return text  # with an offset, or in a form that the field's own reader refuses with its help
    if manner.zone is None:
        return Wrong(f"`{text}` does not say its time zone", "name it in the mapping: `zone: Europe/London`")
    checked = parse_time(f"{found[1]}T{found[2]}{found[3] or ':00'}Z")
    if isinstance(checked, Problem):
        return Wrong(checked.message, checked.help)
    return write_time(wall_instant(datetime.fromisoformat(checked.isoformat()).replace(tzinfo=None), manner.zone))


_READERS: Final[dict[str, Callable[[Field, str, Manner], Plain | Wrong]]] = {
    "boolean": _boolean,
    "time": _time,
    "id": lambda _field, text, _manner: text,
    "enum": lambda _field, text, _manner: text,
    "market": lambda _field, text, _manner: text,
    "language": lambda _field, text, _manner: text,
    "url": lambda _field, text, _manner: text,
    "date": lambda _field, text, _manner: text,
}
