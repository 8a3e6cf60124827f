"""A case that is tried with several values: `matrix: {market: [GB, US]}` (every combination), or a list of rows.

`$matrix.market` stands for the value, in the record, the steps and what is expected.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from msgspec import structs

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.shapes.contract import Report

MOST: Final = 200
"""Cases that one matrix may give."""
PREFIX: Final = "$matrix."
_HELP: Final = "write `matrix: {market: [GB, US]}`, or a list of rows such as `- {market: GB, outcome: block}`"
Row = dict[str, Node]


def rows_of(node: Node | None, report: Report) -> tuple[Row, ...]:
    """Return the rows of a matrix (one, empty, without a matrix); none after a fault."""
    if node is None:
        return ({},)
    if isinstance(node.value, list):
        rows = tuple(entry.value for entry in node.value if isinstance(entry.value, dict) and entry.value)
        faulty = not rows or len(rows) != len(node.value)
    else:
        columns = node.value if isinstance(node.value, dict) else {}
        lists = [
            [(name, v) for v in column.value] for name, column in columns.items() if isinstance(column.value, list)
        ]
        faulty = not lists or len(lists) != len(columns) or not all(lists)
        size = 1
        for column in lists:
            size *= len(column)
        rows = tuple(dict(row) for row in product(*lists)) if size <= MOST and not faulty else ()
        if size > MOST:
            help_ = f"at most {MOST}; name the rows that matter"
            report(Diagnostic("PE612", f"the matrix gives {size} cases", node.span, help=help_))
            return ()
    if faulty:
        report(
            Diagnostic("PE612", "a matrix is a list of values for each name, or a list of rows", node.span, help=_HELP)
        )
        return ()
    return rows


def said(row: Row) -> str:
    """Return what tells a row's case from the others: ` [market: GB]`, or nothing without a matrix."""
    return f" [{', '.join(f'{name}: {_short(node)}' for name, node in row.items())}]" if row else ""


def _short(node: Node) -> str:
    if isinstance(node.value, dict | list):
        return "{…}" if isinstance(node.value, dict) else f"[{', '.join(_short(child) for child in node.value)}]"
    text = node.raw if node.raw is not None else str(node.value)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - a title stays on a line


def substituted(node: Node, row: Row, report: Report) -> Node:
    """Return a node with the row's values in place of `$matrix.…`; a name that the row does not have is reported."""
    value = node.value
    if isinstance(value, dict):
        entries = {_key(key, row): substituted(child, row, report) for key, child in value.items()}
        keys = {_key(key, row): span for key, span in node.keys.items()}
        return structs.replace(node, value=entries, keys=keys)
    if isinstance(value, list):
        return structs.replace(node, value=[substituted(child, row, report) for child in value])
    if not isinstance(value, str) or PREFIX not in value:
        return node
    name = value.removeprefix(PREFIX)
    if name in row:
        found = row[name]
        return Node(found.value, node.span, found.raw, found.keys)
    report(_unknown(value, name, node, row))
    return node


def _unknown(value: str, name: str, node: Node, row: Row) -> Diagnostic:
    if not value.startswith(PREFIX) or " " in name:
        help_ = "a value of the matrix stands alone; put the whole text into the matrix"
        return Diagnostic("PE612", f"`{PREFIX}` inside a longer text", node.span, help=help_)
    help_ = did_you_mean(value, [f"{PREFIX}{known}" for known in row]) or "the case's `matrix` names the values"
    return Diagnostic("PE612", f"`{value}` is not in the matrix", node.span, help=help_)


def _key(key: str, row: Row) -> str:
    found = row.get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
    return found.value if found is not None and isinstance(found.value, str) else key
