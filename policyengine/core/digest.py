"""Digests: SHA-256 over canonical JSON (keys sorted, numbers exact, no blanks)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any, Final

import msgspec

_LARGE: Final = 10**300  # beyond it, writing an integer in decimal digits gets slow, then is refused


def _foreign(value: object) -> str:
    """Name what is no data at all by its kind: a record that holds it is faulty, and still has a digest."""
    return f"<{type(value).__name__}>"


_ENCODER: Final = msgspec.json.Encoder(order="sorted", decimal_format="number", enc_hook=_foreign)


def canonical(data: Any) -> bytes:
    """Return the canonical JSON of plain data. Numbers that are equal are written equally (`1.10` as `1.1`)."""
    return _ENCODER.encode(_exact(data))


def _exact(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {_clean(str(key)): _exact(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_exact(value) for value in data]
    if isinstance(data, set | frozenset):
        return [msgspec.Raw(entry) for entry in sorted(map(canonical, data))]
    if isinstance(data, int) and not isinstance(data, bool):
        return int(data) if abs(data) < _LARGE else hex(data)
    if isinstance(data, float):
        return _number(Decimal(repr(data)))
    if isinstance(data, Decimal):
        return _number(data)
    if isinstance(data, str):
        return _clean(data)
    if isinstance(data, date):
        return data.isoformat()
    return data


def _clean(text: str) -> str:
    """Return a text that can be written: half of a surrogate pair as its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _number(number: Decimal) -> int | str | Decimal:
    if not number.is_finite():
        return str(number)
    # As many digits as it has: neither the caller's precision nor the usual one may round what is digested.
    wide = Context(prec=max(1, len(number.as_tuple().digits)), Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
    short = number.normalize(wide)
    return int(short) if abs(short.adjusted()) <= 18 and short == short.to_integral_value() else short  # noqa: PLR2004 - as large as numbers of the language get


def digest_of(data: Any) -> str:
    """Return the digest of plain data, `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(canonical(data)).hexdigest()}"
