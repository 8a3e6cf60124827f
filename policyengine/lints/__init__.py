"""Checks across the policies of a set without faults, one file each; they do not know each other.

A check is a module with a function `check(policies)` that yields diagnostics; `policyengine new lint NAME` writes one.
`holes` is none of them: it is asked for by `validate --holes`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any, Final

from policyengine.core.diagnostic import Diagnostic, collected

ASKED_FOR: Final = frozenset(["holes"])


@cache
def lint_names() -> tuple[str, ...]:
    """Return the names of all checks, sorted: the modules of this package are the register."""
    return tuple(sorted({module.name for module in pkgutil.iter_modules(__path__)} - ASKED_FOR))


def lint(policies: Any) -> tuple[Diagnostic, ...]:
    """Return what all checks say of a compiled set, sorted."""
    checks = [importlib.import_module(f"{__name__}.{name}").check for name in lint_names()]
    return collected(fault for check in checks for fault in check(policies))
