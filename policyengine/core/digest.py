"""Digests: SHA-256 over canonical JSON (keys sorted, numbers exact, no blanks)."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder(order="sorted", decimal_format="number")


def canonical(data: Any) -> bytes:
    """Return the canonical JSON of plain data. Numbers that are equal are written equally (`1.10` as `1.1`)."""
    return _ENCODER.encode(_exact(data))


def _exact(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _exact(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_exact(value) for value in data]
    if isinstance(data, float):
        return _number(Decimal(repr(data)))
    if isinstance(data, Decimal):
        return _number(data)
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode("utf-8")
    if isinstance(data, date):
        return data.isoformat()
    return data


def _number(number: Decimal) -> int | Decimal:
    if not number.is_finite():
        return Decimal(0)
    short = number.normalize()
    return int(short) if short == short.to_integral_value() and abs(short.adjusted()) <= 18 else short  # noqa: PLR2004 - as large as numbers of the language get


def digest_of(data: Any) -> str:
    """Return the digest of plain data, `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(canonical(data)).hexdigest()}"
