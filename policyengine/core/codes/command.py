"""PE5xx: configuration and command line."""

from __future__ import annotations

from policyengine.core.codes.code import Code

CODES: tuple[Code, ...] = ()
