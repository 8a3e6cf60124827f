"""The command line: one file a command, found by its module's name. See `interfaces.md` for what each must do."""

from __future__ import annotations

from policyengine.cli.group import main

__all__ = ["main"]
