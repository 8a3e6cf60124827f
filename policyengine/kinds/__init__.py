"""The kinds of policy document, one file each; they do not know each other."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import cast

from policyengine.shapes.contract import Kind


@cache
def kind_names() -> tuple[str, ...]:
    """Return the names of all kinds, sorted: the modules of this package are the register."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def kind(name: str) -> Kind:
    """Return a kind by name. Only the kinds that a set uses are ever imported. KeyError for an unknown one."""
    if name not in kind_names():
        raise KeyError(name)
    return cast("Kind", importlib.import_module(f"{__name__}.{name}").KIND)
