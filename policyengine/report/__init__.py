"""Reports for people and machines: one file a format, each of which escapes what it prints for where it is printed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Final, cast

from policyengine.report.findings import Report, View

__all__ = ["FORMATS", "Renderer", "renderer"]

Renderer = Callable[[Report, View], str]

FORMATS: Final = ("text", "json", "sarif", "github")
"""The formats of `validate` and `lint`; each is a module of this package with a function `render`."""


def renderer(name: str) -> Renderer:
    """Return the function that writes a report in a format of `FORMATS`; only its module is imported."""
    return cast("Renderer", importlib.import_module(f"{__name__}.{name}").render)
