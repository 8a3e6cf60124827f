"""What a plain (unquoted) YAML scalar means: the core schema of YAML 1.2 (section 10.3.2), and nothing else.

`NO`, `yes`, `on`, `1_000`, `1:30` and dates are text. Numbers are whole or decimal, never binary fractions.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from enum import Enum

MAX_DIGITS = 18
"""An integer of so many digits fits every other system's 64 bits."""
MAX_EXPONENT = 400
"""Beyond every quantity that exists; within reach of every decimal context."""

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
NULLS = frozenset(word for word, meaning in _WORDS.items() if meaning is None)
"""How a value that is not told is spelled."""

_MAY_BE_MORE_THAN_TEXT = frozenset("0123456789+-.~nNtTfF")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")


class Refused(Enum):
    """Why a number is not read; the value is the code of the fault."""

    LONG = "PE022"
    ENDLESS = "PE023"
    ABSURD = "PE024"


def resolve(spelling: str) -> str | int | Decimal | bool | Refused | None:
    """Return what a plain scalar means, or why it is refused."""
    if not spelling:
        return None
    if spelling[0] not in _MAY_BE_MORE_THAN_TEXT:
        return spelling
    if spelling in _WORDS:
        return _WORDS[spelling]
    if _INTEGER.match(spelling):
        return integer(spelling)
    if _FLOAT.match(spelling):
        return decimal(spelling)
    if _BASED.match(spelling):
        return _based(spelling)
    return Refused.ENDLESS if _ENDLESS.match(spelling) else spelling


def integer(spelling: str) -> int | Refused:
    """Return a decimal integer of at most 18 digits, leading zeros not counted."""
    if len(spelling) <= MAX_DIGITS or len(spelling.lstrip("+-").lstrip("0")) <= MAX_DIGITS:
        return int(spelling) if len(spelling) <= MAX_EXPONENT else Refused.LONG
    return Refused.LONG


def decimal(spelling: str) -> Decimal | Refused:
    """Return a decimal number of at most 400 digits and at most that size, exactly as it is written."""
    if len(spelling) > MAX_EXPONENT:
        return Refused.ABSURD
    try:
        number = Decimal(spelling)
    except InvalidOperation:  # an exponent that even `Decimal` cannot hold
        return Refused.ABSURD
    return number if -MAX_EXPONENT <= number.adjusted() <= MAX_EXPONENT else Refused.ABSURD


def _based(spelling: str) -> int | Refused:
    base = 8 if spelling[1] == "o" else 16
    if len(spelling) > MAX_EXPONENT:
        return Refused.LONG
    number = int(spelling[2:], base)
    return number if number < 10**MAX_DIGITS else Refused.LONG


_REFUSALS = {
    Refused.LONG: ("has more than 18 digits", "if it names something (an account, a post), put it in quotes: "),
    Refused.ENDLESS: ("is not a number that can be compared", "leave the value out, or for text put it in quotes: "),
    Refused.ABSURD: ("is too large, too small or too long", "if it is text, put it in quotes: "),
}


def refusal(reason: Refused, spelling: str) -> tuple[str, str]:
    """Return message and help for a refused number."""
    name = spelling if len(spelling) <= MAX_DIGITS * 2 else f"{spelling[:MAX_DIGITS]}…"
    why, advice = _REFUSALS[reason]
    return f"the number `{name}` {why}", f'{advice}`"{name}"`'
