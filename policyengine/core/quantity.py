"""Written quantities → typed values, each with one canonical spelling that the writers here give back.

Every parser takes what a file's reader made (text or a number) and returns the value or a `Problem`; none raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from policyengine.core.duration import Duration, parse_duration, write_duration
from policyengine.core.instant import parse_date, parse_time, parse_zone, write_time
from policyengine.core.suggest import nearest
from policyengine.core.written import (
    Problem,
    mended_number,
    parse_number,
    plain_text,
    shown,
    too_long,
    write_number,
)

__all__ = [
    "Duration",
    "Money",
    "Problem",
    "parse_date",
    "parse_duration",
    "parse_money",
    "parse_number",
    "parse_share",
    "parse_time",
    "parse_zone",
    "write_duration",
    "write_money",
    "write_number",
    "write_share",
    "write_time",
]

_SHARE = re.compile(r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)%")
_LOOSE_SHARE = r"(?i)([^%‰a-z]*?) ?(%|‰|percent|per cent|pct)"
_MONEY = re.compile(r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?) ([A-Z]{3})")
_LOOSE_MONEY = r"(?i)([a-z]{3}|[€$£])? ?(-?[0-9][0-9.,_' ]*?) ?([a-z]{3}|[€$£])?"
_GROUPS = re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP"}
# Source: ISO 4217, the currencies with three decimal places; for all others `1.000` reads as a thousand.
_THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_CURRENCY = re.compile(r"[A-Z]{3}")


class Money(Struct, frozen=True):
    """An amount in a currency (three capitals as in ISO 4217). Amounts in different currencies do not compare."""

    amount: Decimal
    currency: str


def parse_share(written: object) -> Decimal | Problem:
    """Return a share as a fraction of one: `20%` is 0.2. A number that the file's reader made is such a fraction."""
    if not isinstance(written, str):
        return parse_number(written)
    problem = too_long(written)
    if problem is not None:
        return problem
    match = _SHARE.fullmatch(written)
    if match is not None:
        return Decimal(match[1]).scaleb(-2)
    return _refused_share(written)


def _refused_share(written: str) -> Problem:
    text = plain_text(written)
    message = f"{shown(written)} is not a share as written here"
    loose = re.fullmatch(_LOOSE_SHARE, text)
    number = mended_number(text if loose is None else loose[1])
    if number is None:
        return Problem(f"{shown(written)} is not a share; shares are written like `20%`")
    if loose is not None:
        value = Decimal(number).scaleb(-3 if loose[2] == "‰" else -2)
        return Problem(message, write_share(value))
    value = Decimal(number)
    if abs(value) == 1:
        return Problem(message, choices=(write_share(value.scaleb(-2)), write_share(value)))
    return Problem(message, write_share(value if abs(value) < 1 else value.scaleb(-2)))


def write_share(share: Decimal) -> str:
    """Return the canonical spelling of a share: `20%`."""
    return f"{write_number(share.scaleb(2))}%"


def parse_money(written: object) -> Money | Problem:
    """Return an amount of money written as `1000 EUR` or as a mapping `{amount: 1000, currency: EUR}`."""
    if isinstance(written, Mapping):
        return _money_of(written)
    if not isinstance(written, str):
        return Problem(f"{shown(written)} names no currency; money is written like `1000 EUR`")
    problem = too_long(written)
    if problem is not None:
        return problem
    match = _MONEY.fullmatch(written)
    if match is None:
        return _refused_money(written)
    if _GROUPS.fullmatch(match[1]) and match[2] not in _THREE_PLACES:
        return _grouped_money(written, match[1], match[2])
    return Money(Decimal(match[1]), match[2])


def _money_of(written: Mapping[object, object]) -> Money | Problem:
    for key in written:
        if key not in {"amount", "currency"}:
            near = nearest(str(key), ("amount", "currency"))
            return Problem(f"{shown(key)} is not a part of money", near, path=(str(key),), at_key=True)
    for key in ("amount", "currency"):
        if written.get(key) is None:
            return Problem(f"money needs its `{key}`")
    amount = parse_number(written["amount"])
    if isinstance(amount, Problem):
        return amount.below("amount")
    currency = written["currency"]
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        near = _currency(plain_text(currency)) if isinstance(currency, str) else None
        return Problem(f"{shown(currency)} is not a currency; it is three capitals", near, path=("currency",))
    return Money(amount, currency)


def _currency(text: str) -> str | None:
    code = _SYMBOLS.get(text, text.upper())
    return code if _CURRENCY.fullmatch(code) else None


def _grouped_money(written: str, number: str, currency: str) -> Problem:
    """Refuse `1.000 EUR`: half the world reads a thousand."""
    thousand = write_money(Money(Decimal(number.replace(".", "")), currency))
    message = f"{shown(written)} has a point where thousands are grouped"
    if number.count(".") == 1 and not number.endswith(".000"):
        return Problem(message, choices=(thousand, write_money(Money(Decimal(number), currency))))
    return Problem(message, thousand)


def _refused_money(written: str) -> Problem:
    text = plain_text(written)
    loose = re.fullmatch(_LOOSE_MONEY, text)
    if loose is None:
        return Problem(f"{shown(written)} is not an amount of money; it is written like `1000 EUR`")
    currency = _currency(loose[1] or loose[3] or "")
    if currency is None or (loose[1] and loose[3]):
        return Problem(f"{shown(written)} names no currency; money is written like `1000 EUR`")
    number = loose[2].replace(".", "") if _GROUPS.fullmatch(loose[2]) and currency not in _THREE_PLACES else loose[2]
    plain = mended_number(number)
    message = f"{shown(written)} is not an amount of money as written here"
    near = None if plain is None else write_money(Money(Decimal(plain), currency))
    return Problem(message, near if near is not None and too_long(near) is None else None)


def write_money(money: Money) -> str:
    """Return the canonical spelling, `1000 EUR` or `10.50 EUR`; never one that could be read as grouped thousands."""
    whole, _, places = write_number(money.amount).partition(".")
    if places:
        places = places.ljust(2, "0")
        if money.currency not in _THREE_PLACES and _GROUPS.fullmatch(f"{whole}.{places}"):
            places += "0"
    return f"{whole}{'.' if places else ''}{places} {money.currency}"
