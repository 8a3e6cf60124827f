"""JSON as people like to read it in a diff: short lists and mappings on one line, long ones entry by entry."""

from __future__ import annotations

import json
from typing import Any, Final

WIDTH: Final = 120


def json_text(data: Any) -> str:
    """Return the text of a JSON file; the same data gives the same bytes."""
    return f"{_text(data, 0, 0)}\n"


def _text(data: Any, indent: int, before: int) -> str:
    """Return a value that stands at an indent, with so many characters before it on its line."""
    flat = json.dumps(data, ensure_ascii=False)
    if not isinstance(data, dict | list) or not data or before + len(flat) < WIDTH:
        return flat
    inner = indent + 2
    if isinstance(data, list):
        parts = [_text(item, inner, inner) for item in data]
    else:
        keys = {key: f"{json.dumps(key, ensure_ascii=False)}: " for key in data}
        parts = [f"{keys[key]}{_text(value, inner, inner + len(keys[key]))}" for key, value in data.items()]
    begin, end = "[]" if isinstance(data, list) else "{}"
    lines = f",\n{' ' * inner}".join(parts)
    return f"{begin}\n{' ' * inner}{lines}\n{' ' * indent}{end}"
