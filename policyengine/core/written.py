"""How people write numbers, and what is said when a quantity is not written in its one right way.

A value that is spelled otherwise is never guessed at: it is refused, and the refusal names the right spelling.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from msgspec import Struct

from policyengine.core.diagnostic import PathPart

MOST_DIGITS = 18
LONGEST = 64
_SHOWN = 40
_FINEST = -40
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_GROUPED_BY_COMMA = r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+"
_GROUPED_BY_POINT = r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}"
_SPACERS = r"(?<=[0-9])[ _'\u2019](?=[0-9])"
_POWER = r"(?i)(-?[0-9.]+)(?:e\+?([0-9]{1,2})|(k))"
_MINUSES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


class Problem(Struct, frozen=True):
    """Why a written value is refused.

    `suggestion` is the right spelling where the meaning is certain; `choices` are the possible ones where it is not.
    `path` leads from the value that was handed in to the part at fault (keys and indices); with `at_key` it is the key
    there, not the value, that is at fault and that the suggestion replaces.
    """

    message: str
    suggestion: str | None = None
    choices: tuple[str, ...] = ()
    path: tuple[PathPart, ...] = ()
    at_key: bool = False

    def below(self, *path: PathPart) -> Problem:
        """Return the problem as seen from further up: with the keys that lead to the value put before its path."""
        return Problem(self.message, self.suggestion, self.choices, (*path, *self.path), self.at_key)

    @property
    def help(self) -> str | None:
        """Return the help line for a diagnostic: «write `15 min` or `15 months`», or None."""
        spellings = self.choices or ((self.suggestion,) if self.suggestion is not None else ())
        return "write " + " or ".join(f"`{spelling}`" for spelling in spellings) if spellings else None


def shown(written: object) -> str:
    """Return a written value in backticks, cut to a length that fits a message."""
    if isinstance(written, int) and not isinstance(written, bool) and abs(written) >= 10**_SHOWN:
        return "a number of more than 40 digits"  # str() of a huge integer is slow or refused
    text = _word(written)
    return f"`{text}`" if len(text) <= _SHOWN else f"`{text[:_SHOWN]}…`"


def plain_text(text: str) -> str:
    """Return the text with look-alike digits, signs and blanks as their plain ASCII counterparts, without edge blanks.

    Source: Unicode normalisation form NFKC (full-width digits, no-break spaces).
    """
    return unicodedata.normalize("NFKC", text[: 2 * LONGEST]).translate(_MINUSES).strip()


def too_long(text: str) -> Problem | None:
    """Return the problem of a text that no quantity needs, before any pattern looks at it."""
    if len(text) > LONGEST:
        return Problem(f"{shown(text)} is too long for a quantity")
    if sum(c.isdigit() for c in text) > MOST_DIGITS:
        return Problem(f"{shown(text)} has more than {MOST_DIGITS} digits")
    return None


def mended_number(text: str) -> str | None:
    """Return the plain spelling of a number that is written with separators, a power or other digits, else None.

    A comma before three digits groups (`2,000` → `2000`), any other comma is a decimal point (`0,95` → `0.95`).
    """
    text = re.sub(_SPACERS, "", plain_text(text)).removeprefix("+")
    if re.fullmatch(_GROUPED_BY_COMMA, text):
        text = text.replace(",", "")
    elif re.fullmatch(_GROUPED_BY_POINT, text):
        text = text.replace(".", "")
    elif "," in text and "." in text:
        point = max(",", ".", key=text.rindex)
        text = text.replace("," if point == "." else ".", "").replace(",", ".")
    else:
        text = text.replace(",", ".")
    text = _without_power(text)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    mended = sign + (whole.lstrip("0") or "0") + (point + rest if rest else "")
    fits = any(c.isdigit() for c in text) and len(mended) <= MOST_DIGITS and _NUMBER.fullmatch(mended)
    return mended if fits else None


def _without_power(text: str) -> str:
    match = re.fullmatch(_POWER, text)
    if match is None or match[1].count(".") > 1 or not any(c.isdigit() for c in match[1]):
        return text
    power = 3 if match[3] else int(match[2])
    return write_number(Decimal(match[1]).scaleb(power)) if power <= MOST_DIGITS else text


def parse_number(written: object) -> Decimal | Problem:
    """Return a number: digits with at most one decimal point, or a number that the file's reader has already made.

    At most 18 digits when written as text, and no magnitude of 10^18 or more in any form.
    """
    if isinstance(written, (int, Decimal)) and not isinstance(written, bool):
        return _sized(written)
    if not isinstance(written, str):
        return Problem(f"{shown(written)} is not a number")
    problem = too_long(written)
    if problem is not None:
        return problem
    if _NUMBER.fullmatch(written):
        return Decimal(written)
    if not written.strip():
        return Problem("a number is missing")
    return Problem(f"{shown(written)} is not a number as written here", mended_number(written))


def _sized(number: int | Decimal) -> Decimal | Problem:
    if isinstance(number, int):
        fits = abs(number) < 10**MOST_DIGITS
    else:
        if not number.is_finite():
            return Problem(f"{shown(number)} is not a number")
        exponent = number.as_tuple().exponent
        fits = number.adjusted() < MOST_DIGITS and isinstance(exponent, int) and exponent >= _FINEST
    return Decimal(number) if fits else Problem(f"{shown(number)} has more digits than are kept")


def _word(written: object) -> str:
    """Name a value as its file shows it, not as the program does."""
    if written is None:
        return "null"
    if isinstance(written, bool):
        return "true" if written else "false"
    if isinstance(written, (list, tuple)):
        return "[…]"
    return "{…}" if isinstance(written, dict) else str(written)


def write_number(number: Decimal) -> str:
    """Return the canonical spelling: no exponent, no needless zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
