"""Pages of docs from the entries of the reference: one a code, a kind and a type of record; one of all operators."""

from __future__ import annotations

import re
from typing import Final

from policyengine.core.codes import CODES
from policyengine.core.record import RecordTypes
from policyengine.edit.reference import Entry, Rows, of_code, of_kind, of_operator, of_type
from policyengine.kinds import kind, kind_names
from policyengine.language.operators import OPERATORS

MADE: Final = "<!-- Made by `policyengine schema write`; edits here are lost. -->"


def all_pages(types: RecordTypes) -> dict[str, str]:
    """Return all pages by their path below `docs/`."""
    pages = {f"codes/{name}.md": page(of_code(code)) for name, code in CODES.items()}
    pages |= {f"kinds/{name}.md": page(of_kind(kind(name))) for name in kind_names()}
    pages |= {f"records/{name}.md": page(of_type(types[name])) for name in types.names()}
    indexes = {
        "codes/README.md": ("Diagnostic codes", [(n, c.title) for n, c in sorted(CODES.items())]),
        "kinds/README.md": ("Kinds of policy", [(n, kind(n).meaning) for n in kind_names()]),
        "records/README.md": ("Types of record", [(n, types[n].title) for n in types.names()]),
    }
    pages |= {path: _index(title, rows) for path, (title, rows) in indexes.items()}
    return {**pages, "operators.md": _operators()}


def page(entry: Entry) -> str:
    """Return an entry as a page."""
    return f"{MADE}\n\n{_section(entry, 1)}"


def _index(title: str, rows: list[tuple[str, str]]) -> str:
    lines = "\n".join(f"| [{name}]({name}.md) | {_cell(text)} |" for name, text in rows)
    return f"{MADE}\n\n# {title}\n\n| | |\n|---|---|\n{lines}\n"


def _operators() -> str:
    intro = "A key of a condition is a field; what stands behind it is a value, a list of values, or one of these."
    sections = "\n".join(_section(of_operator(operator), 2) for operator in OPERATORS.values())
    return f"{MADE}\n\n# Operators\n\n{intro}\n\n{sections}"


def _section(entry: Entry, level: int) -> str:
    parts = [f"{'#' * level} `{entry.name}`: {entry.title}", *entry.paragraphs]
    for table in entry.tables:
        parts += [f"{'#' * (level + 1)} {table.heading}"] if table.heading else []
        parts.append(_table(table))
    for sample in entry.samples:
        parts += [f"{sample.heading}:", _block(sample.text)]
    return "\n\n".join(parts) + "\n"


def _table(table: Rows) -> str:
    coded = table.heading.startswith(("Keys", "Fields"))
    rows = "\n".join(f"| {f'`{name}`' if coded else _cell(name)} | {_cell(text)} |" for name, text in table.rows)
    return f"| | |\n|---|---|\n{rows}"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def _block(text: str) -> str:
    """Return a sample as a fenced block, in a fence that the sample does not contain."""
    fence = "````" if "```" in text else "```"
    language = "json" if text.lstrip().startswith(('{"', '[{"')) else "yaml"
    return f"{fence}{language}\n{text if text.endswith(chr(10)) else text + chr(10)}{fence}"
