"""The versions of the engine and of the data that can change a Decision: all are named in it."""

from __future__ import annotations

import unicodedata
import zoneinfo
from functools import cache
from pathlib import Path


@cache
def engine_version() -> str:
    """Return the version of the engine."""
    import policyengine  # noqa: PLC0415 - the package's own version

    return policyengine.__version__


@cache
def data_versions() -> dict[str, str]:
    """Return the versions of the time zones, the public holidays and Unicode that are in use."""
    found = {"holidays": _package("holidays"), "tzdata": _zones(), "unicode": unicodedata.unidata_version}
    return dict(sorted(found.items()))


def _package(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _zones() -> str:
    """Return the release of the time zone data that `zoneinfo` reads: the system's where there is one, else tzdata's.

    Source: PEP 615, the search path before the package; the first line of `tzdata.zi` names the release.
    """
    for folder in map(Path, zoneinfo.TZPATH):
        try:
            with (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as file:
                return file.readline().rpartition(" ")[2].strip()
        except OSError:
            if (folder / "Europe" / "London").exists():
                return "system"
    return _package("tzdata")
