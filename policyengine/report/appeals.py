"""What became of what the rules did, as lines: applied, appealed, overturned; the most overturned first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policyengine.report.escape import terminal
from policyengine.report.findings import counted


def render(rows: Iterable[dict[str, Any]]) -> str:
    """Return a line a rule, or one that says that there is none."""
    ranked = sorted(rows, key=lambda row: (-row["overturned"] / row["applied"], row["policy"], row["rule"]))
    return "".join(f"{terminal(_line(row))}\n" for row in ranked) or "no record tells of a rule that did something\n"


def _line(row: dict[str, Any]) -> str:
    waiting = f" ({row['open']} without an answer)" if row["open"] else ""
    return (
        f"{row['policy']}/{row['rule']}: overturned {row['overturned']} of {row['applied']} ({row['share']}), "
        f"{counted(row['appealed'], 'appeal')}{waiting}"
    )
