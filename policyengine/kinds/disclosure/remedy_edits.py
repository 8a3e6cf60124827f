"""What mends a post: edits of the record that can be made, and how each is said to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from policyengine.core.diagnostic import PathPart
from policyengine.core.facts import dotted

How = Literal["begin", "cut", "add", "set", "remove"]
ENTRIES: Final = ("sponsorship", "disclosures")
PLATFORM_LABEL: Final = ("sponsorship", "platform_label")
_ENDS: Final = ".,;:!?…"


class Edit(Struct, frozen=True, kw_only=True):
    """One edit of a record.

    `begin` puts `value` in front of a text, `cut` takes the words `value` out of it, which begin with the character
    `at`, `add` puts an entry more into a list, `set` gives a field a value, and `remove` takes an entry out.
    """

    how: How
    path: tuple[PathPart, ...]
    value: Any = None
    at: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the edit as plain JSON data."""
        plain: dict[str, Any] = {"edit": self.how, "field": dotted(self.path)}
        plain |= {} if self.how == "remove" else {"value": self.value}
        return plain | ({"at": self.at} if self.at is not None else {})


def made(record: Mapping[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """Return a record (or its facts) with edits, in their order; the record itself is untouched."""
    whole = dict(record)
    for edit in edits:
        whole = _put(whole, edit.path, edit)
    return whole


def _put(owner: Any, path: tuple[PathPart, ...], edit: Edit) -> Any:
    """Return a copy of a mapping or list in which the place at the end of a path is edited."""
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        entries = list(owner)
        if edit.how == "remove" and not rest:
            del entries[part]
        else:
            entries[part] = _put(entries[part], rest, edit) if rest else _edited(entries[part], edit)
        return entries
    known = owner if isinstance(owner, Mapping) else {}
    value = _put(known.get(part), rest, edit) if rest else _edited(known.get(part), edit)
    return {**known, part: value}


def _edited(value: Any, edit: Edit) -> Any:
    if edit.how == "begin":
        return f"{edit.value}{value or ''}"
    if edit.how == "cut":
        text, at = str(value), edit.at or 0
        return _joined(text[:at], text[at + len(edit.value) :])
    if edit.how == "add":
        return [*(value if isinstance(value, list | tuple) else ()), edit.value]
    return edit.value


def _joined(before: str, after: str) -> str:
    """Return what is left around words that were cut out, without a gap or a stray sign between it."""
    left, right = before.rstrip(), after.lstrip()
    if left and (not right or right[0] in _ENDS):
        left = left.rstrip(" ,;:–-")  # noqa: RUF001 - the dash between clauses
    if not left:
        right = right.lstrip(".,;:!?… ")
    gap = "\n" if "\n" in before[len(left) :] or "\n" in after[: len(after) - len(right)] else " "
    return f"{left}{gap if left and right and right[0] not in _ENDS else ''}{right}"


# Words ----------------------------------------------------------------------------------------------------------------


def said(edits: Iterable[Edit], *, slides: str = "slide") -> str:
    """Return edits as one sentence: `begin with `Ad | Werbung`, and say `Ad` at the beginning`."""
    shown: list[str] = []
    parts: list[str] = []
    for edit in edits:
        words = _said(edit, slides)
        if words is not None and words not in shown:
            shown.append(words)
            parts.append(words)
    return ", and ".join(parts)


def _said(edit: Edit, slides: str) -> str | None:
    if edit.how == "begin":
        return f"begin with `{str(edit.value).strip(' :|')}`"
    if edit.how == "cut":
        return f"leave out `{edit.value}`"
    if edit.how == "remove":
        return f"take out entry {int(edit.path[-1]) + 1} of `{dotted(edit.path[:-1])}`"
    if edit.path == PLATFORM_LABEL:
        return "switch on the platform's own label"
    if edit.path[:2] == ENTRIES and isinstance(edit.value, Mapping):
        return _said_of_entry(edit.value, slides)
    if isinstance(edit.value, bool):
        return f"set `{dotted(edit.path)}` to {str(edit.value).lower()}"
    return f"set `{dotted(edit.path)}` to `{edit.value}`"


def _said_of_entry(entry: Mapping[str, Any], slides: str) -> str:
    words, again = entry["text"], entry.get("repeat_every_s")
    if entry["where"] == "audio":
        return f"say `{words}` at the beginning" + (f" and again within every {again} s" if again else "")
    if entry.get("frames") == "all":
        return f"show `{words}` on every {slides}"
    if "until_s" in entry:
        return f"show `{words}` from the first second to second {entry['until_s']}"
    if again:
        return f"show `{words}` from the first second and again within every {again} s"
    return f"show `{words}` on the picture" + (" from the first second" if "from_s" in entry else "")
