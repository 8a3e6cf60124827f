"""Public holidays by country and part of one, from the `holidays` package, and how calendars name them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from policyengine.core.instant import parse_date
from policyengine.core.suggest import nearest
from policyengine.core.written import Problem, shown

_HOLIDAY_KEY = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")


@lru_cache(maxsize=4096)
def holidays_in(key: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year under a key that was validated before."""
    days = public_holidays(key, (year,))
    if isinstance(days, Problem):
        # A key that nobody validated is the caller's error, not the user's.
        raise LookupError(days.message)  # noqa: TRY004 - the key is wrong, not its type
    return days


def public_holidays(key: str, years: Iterable[int]) -> frozenset[date] | Problem:
    """Return the public holidays of a country or subdivision (ISO 3166: `US`, `GB-ENG`), observed days included.

    Source: the `holidays` package.
    """
    match = _HOLIDAY_KEY.fullmatch(key)
    code, subdivision = (match[1], match[2]) if match is not None else ("", None)
    country = _country(code)
    if country is None or (subdivision is not None and subdivision not in country.subdivisions):
        return Problem(f"{shown(key)} has no known public holidays", _near_key(key))
    return frozenset(country(subdiv=subdivision, years=sorted(years)))


@lru_cache(maxsize=256)
def _country(code: str) -> Any:
    """Return the class of a country (ISO 3166-1 alpha-2) in the `holidays` package, None for an unknown one.

    The package imports all of its 250 countries to give one, which is a fifth of the time of a whole `lint`: so the
    country's own module is loaded by its place in the package's register.
    """
    import holidays  # noqa: PLC0415  40 ms: only for who needs it
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    found = next((module for module, names in COUNTRIES.items() if names[1] == code), None)
    if found is None:
        return None
    name = f"holidays.countries.{found}"
    spec = spec_from_file_location(name, f"{holidays.__path__[0]}/countries/{found}.py")
    if spec is None or spec.loader is None:  # not from files: the ordinary way
        return getattr(import_module(name), COUNTRIES[found][0])
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, COUNTRIES[found][0])


def _near_key(key: str) -> str | None:
    from holidays import country_holidays, list_supported_countries  # noqa: PLC0415  loaded already

    known = list_supported_countries(include_aliases=True)
    country, _, part = key.upper().replace("_", "-").partition("-")
    country = "GB" if country == "UK" else country
    if country not in known:
        return None
    country = str(country_holidays(country).country)  # two letters for `USA`
    inside = [f"{country}-{name}" for name in known[country] if _HOLIDAY_KEY.fullmatch(f"{country}-{name}")]
    return (nearest(f"{country}-{part}", inside) if part else None) or country


def parse_holidays(written: object) -> tuple[tuple[str, ...], frozenset[date]] | list[Problem]:
    """Return the keys and the single days of `holidays: GB-ENG` or `holidays: [GB-ENG, 2026-12-24]`."""
    items = written if isinstance(written, (list, tuple)) else [written]
    keys: list[str] = []
    days: list[date] = []
    problems: list[Problem] = []
    for i, item in enumerate(items):
        path = (i,) if items is written else ()
        if isinstance(item, str) and item[:1].isdigit():
            day = parse_date(item)
            if isinstance(day, Problem):
                problems.append(day.below(*path))
            else:
                days.append(day)
            continue
        found = public_holidays(item, ()) if isinstance(item, str) else Problem(f"{shown(item)} is not a holiday")
        if isinstance(found, Problem):
            problems.append(found.below(*path))
        else:
            keys.append(str(item))
    return problems or (tuple(sorted(set(keys))), frozenset(days))
