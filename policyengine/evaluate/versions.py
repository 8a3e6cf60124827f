"""The versions of the engine and of the data that can change a Decision: all are named in it."""

from __future__ import annotations

import unicodedata
from functools import cache


@cache
def engine_version() -> str:
    """Return the version of the engine."""
    import policyengine  # noqa: PLC0415 - the package's own version

    return policyengine.__version__


@cache
def data_versions() -> dict[str, str]:
    """Return the versions of the time zones, the public holidays and Unicode."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    found = {"unicode": unicodedata.unidata_version}
    for package in ("tzdata", "holidays"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return dict(sorted(found.items()))
