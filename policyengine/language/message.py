"""Messages with fields in braces: `` `{utm.source}` is not a source ``. Names only: nothing in it is computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import NONE, UNTOLD
from policyengine.core.quantity import (
    Duration,
    Money,
    write_duration,
    write_money,
    write_number,
    write_share,
    write_time,
)
from policyengine.core.record import Field
from policyengine.core.source import Node
from policyengine.language.environment import Env, EvaluationError, Read
from policyengine.language.operands import OperandReader
from policyengine.language.scope import Report, Scope, resolve
from policyengine.language.tree import Const, FieldValue, Operand, Words
from policyengine.language.valuing import operand_reader

MAX_SHOWN: Final = 200
_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME: Final = re.compile(r"\$?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


class Slot(Struct, frozen=True, eq=False):
    """A place in a message that a value fills."""

    operand: Operand
    read: Read
    share: bool


class Template(Struct, frozen=True, eq=False):
    """A message: plain text and slots."""

    parts: tuple[str | Slot, ...]

    def render(self, env: Env, here: Any) -> str:
        """Return the message with the values of the record; what is not told reads «(not told)»."""
        return "".join(p if isinstance(p, str) else _shown(p, env, here) for p in self.parts)

    def told(self, env: Env, here: Any) -> bool:
        """Tell whether all values that the message shows are told."""
        return all(_is_told(p.read(env, here)) for p in self.parts if isinstance(p, Slot))

    def operands(self) -> tuple[Operand, ...]:
        """Return what the message shows."""
        return tuple(p.operand for p in self.parts if isinstance(p, Slot))


def _is_told(value: Any) -> bool:
    return value is not None and value is not UNTOLD and not (isinstance(value, list) and UNTOLD in value)


def plain(text: str) -> Template:
    """Return the template of a text without slots."""
    return Template((text,))


def read_template(node: Node, scope: Scope, report: Report) -> Template:
    """Return the template that a message means; names that nobody knows and anything but names are reported."""
    if isinstance(node.value, dict | list):
        report(Diagnostic("PE113", "a message is text", node.span, help="put it in quotes where it holds braces"))
        return plain("")
    text = str(node.raw if node.raw is not None else node.value)
    parts: list[str | Slot] = []
    end = 0
    for match in _PART.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        if match[0] in {"{{", "}}"}:
            parts.append(match[0][0])
        elif match[1] is None:
            report(
                Diagnostic(
                    "PE113", f"a lone `{match[0]}` in a message", node.span, help="write `{{` or `}}` for a brace"
                )
            )
        else:
            slot = _slot(match[1].strip(), node, scope, report)
            parts.extend([slot] if slot is not None else [])
    parts.append(text[end:])
    return Template(tuple(p for p in parts if p != ""))


def _slot(name: str, node: Node, scope: Scope, report: Report) -> Slot | None:
    if _NAME.fullmatch(name) is None or "__" in name:
        help_ = "only names of fields stand in braces, as `{author.handle}` or `{values.limit}`"
        report(Diagnostic("PE113", f"`{{{name[:40]}}}` cannot be filled in", node.span, help=help_))
        return None
    if name.startswith("values."):
        operand = OperandReader(scope, report).named_value(f"${name}", node.span, _as_written)
        return None if operand is None else Slot(operand, operand_reader(operand), share=False)
    path = resolve(f"${name}" if name == "market" else name, scope, node.span, report, spread=True)
    if path is None:
        return None
    return Slot(FieldValue(path, name), operand_reader(FieldValue(path, name)), share=path.field.type == "share")


def _as_written(node: Node) -> Operand:
    from policyengine.language.operands import spelled  # noqa: PLC0415

    return Const(spelled(node), spelled(node))


def _shown(slot: Slot, env: Env, here: Any) -> str:
    try:
        text = show(slot.read(env, here), share=slot.share)
    except EvaluationError:
        text = show(None)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def show(value: Any, *, share: bool = False) -> str:
    """Return a value as people write it."""
    if value is None or value is UNTOLD:
        return "(not told)"
    if value is NONE:
        return "(none)"
    if isinstance(value, list) or (isinstance(value, tuple) and not (value and isinstance(value[0], datetime))):
        return ", ".join(show(v, share=share) for v in value) if value else "(none)"
    if isinstance(value, tuple):
        return str(value[0].date())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "(several fields)"
    if share and isinstance(value, int | Decimal):
        return write_share(Decimal(value))
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return str(write(value))
    return str(value)


_WRITERS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (Money, write_money),
    (Duration, write_duration),
    (datetime, write_time),
    (date, date.isoformat),
    (Decimal, write_number),
    (Words, lambda words: ", ".join(words.words)),
    (Field, lambda field: field.path),
)
