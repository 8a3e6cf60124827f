"""Which policies are asked: patterns of their ids."""

from __future__ import annotations

from fnmatch import fnmatchcase


def selected(identity: str, only: tuple[str, ...]) -> bool:
    """Tell whether a policy is among those asked for; without patterns every one is."""
    return not only or named(identity, only)


def named(identity: str, only: tuple[str, ...]) -> bool:
    """Tell whether a pattern names a policy."""
    return any(fnmatchcase(identity, pattern) for pattern in only)
