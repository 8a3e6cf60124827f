"""Edits: what one is, how it is said, how it is made, and where it would go.

An edit that is proposed is only a candidate. Whoever takes one applies it and judges the record again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from policyengine.core.decision import Outcome
from policyengine.core.diagnostic import PathPart
from policyengine.core.facts import NONE, UNTOLD, dotted
from policyengine.core.instant import write_time
from policyengine.core.quantity import Duration, Money, write_duration, write_money, write_number, write_share
from policyengine.core.record import Field, RecordType
from policyengine.language.environment import Env
from policyengine.language.tree import HERE, RECORD, Path

__all__ = ["ADVISED", "Asking", "Change", "Edit", "adding", "applied", "removing", "setting", "telling", "typical"]

DataPath = tuple[PathPart, ...]
MOST_WORDS: Final = 4
"""Words of a list, members of an enum and the like that are tried for one test."""
MOST_MEMBERS: Final = 40
_DAY: Final = timedelta(days=1)


# How near an edit lies, the nearest first.
ADVISED: Final = 0
_UNTOLD: Final = 1
MORE: Final = 2
_OTHER: Final = 3
_LESS: Final = 4
_GONE: Final = 5


class Edit(Struct, frozen=True, kw_only=True):
    """One change of one field: a new value (`set`), an entry more (`add`), or the field or entry taken out (`remove`).

    `says` is the edit in words. `rank` is how near it lies, the nearest first: what a rule advises, what was not told,
    what is added, another value, an entry that goes, a field or a whole list that goes.
    """

    how: str
    path: DataPath
    value: Any = None
    says: str = ""
    rank: int = 3

    @property
    def field(self) -> str:
        """Return the field's name with indices: `links[2].utm.source`."""
        return dotted(self.path)

    @property
    def name(self) -> str:
        """Return the field's name without indices, as the schema has it."""
        return ".".join(part for part in self.path if isinstance(part, str))

    @property
    def key(self) -> str:
        """Return what tells this edit from others."""
        return f"{self.how} {self.field} {self.value!r}"


class Change(Struct, frozen=True, kw_only=True):
    """A set of edits that alters the outcome. `settles` are the findings that are gone, `brings` those that came.

    `others` are fields among the edited ones that are not the author's to state. `waits` are policies whose votes, or
    whose freeze, keep the outcome as it is all the same: the change settles everything else.
    """

    edits: tuple[Edit, ...]
    before: Outcome
    after: Outcome
    settles: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """Return the edits in words."""
        return ", and ".join(edit.says for edit in self.edits)

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain data; `from` and `to` are outcomes."""
        edits = [
            {"edit": e.how, "field": e.field, "says": e.says, **({"value": e.value} if e.how != "remove" else {})}
            for e in self.edits
        ]
        plain: dict[str, Any] = {"says": self.says, "from": self.before, "to": self.after, "edits": edits}
        plain |= {"settles": list(self.settles), "brings": list(self.brings)}
        plain |= {"others": list(self.others)} if self.others else {}
        return plain | ({"waits": list(self.waits)} if self.waits else {})


def applied(record: Mapping[str, Any], edit: Edit) -> dict[str, Any] | None:
    """Return the record with an edit, the record itself untouched; None where the place does not exist."""
    whole = _copied(dict(record))
    owner: Any = whole
    for part, following in zip(edit.path, (*edit.path[1:], None), strict=True):
        if following is None:
            return whole if _put(owner, part, edit) else None
        if isinstance(part, str) and isinstance(owner, dict):
            if not isinstance(owner.get(part), dict | list):
                if isinstance(following, int) or edit.how == "remove":
                    return None
                owner[part] = {}
        elif not (isinstance(owner, list) and isinstance(part, int) and part < len(owner)):
            return None
        owner = owner[part]
    return None


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(child) for key, child in value.items()}
    return [_copied(child) for child in value] if isinstance(value, list | tuple) else value


def _put(owner: Any, part: PathPart, edit: Edit) -> bool:
    known = part in owner if isinstance(owner, dict) else isinstance(part, int) and part < len(owner)
    if edit.how == "remove":
        if known:
            del owner[part]
        return known
    if isinstance(owner, list) and not known:
        return False
    if edit.how == "add":
        current = owner.get(part) if isinstance(owner, dict) else owner[part]
        owner[part] = [*(current if isinstance(current, list) else []), edit.value]
    else:
        owner[part] = edit.value
    return True


# Words ----------------------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    """Return a plain value as a person writes it into a submission."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(written(v) for v in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {written(v)}' for k, v in value.items())}}}"
    return write_number(value) if isinstance(value, Decimal) else str(value)


def setting(path: DataPath, value: Any, *, told: bool) -> Edit:
    """Return the edit that sets a field, or says it where it was not told."""
    name = dotted(path)
    shown = written(value)
    says = f"set `{name}` to {shown}" if told else f"add `{name}: {shown}`"
    rank = _UNTOLD if not told else _GONE if value == [] else _OTHER
    return Edit(how="set", path=path, value=value, says=says, rank=rank)


def adding(path: DataPath, value: Any) -> Edit:
    """Return the edit that puts an entry more into a list."""
    return Edit(how="add", path=path, value=value, says=f"add {written(value)} to `{dotted(path)}`", rank=MORE)


def removing(path: DataPath) -> Edit:
    """Return the edit that takes a field or an entry out."""
    if isinstance(path[-1], int):
        says = f"take entry {path[-1] + 1} out of `{dotted(path[:-1])}`"
    else:
        says = f"leave `{dotted(path)}` out"
    return Edit(how="remove", path=path, says=says, rank=_LESS if isinstance(path[-1], int) else _GONE)


def plain(value: Any, field: Field) -> Any:
    """Return a typed value as plain data of a record."""
    if isinstance(value, tuple) and value and isinstance(value[0], datetime):
        return value[0].date().isoformat() if field.type == "date" else write_time(value[0])
    if isinstance(value, datetime):
        return value.date().isoformat() if field.type == "date" else write_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return write_money(value)
    if isinstance(value, Duration):
        return write_duration(value)
    if field.type == "share" and isinstance(value, int | Decimal):
        return write_share(Decimal(value))
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


# Where a condition is asked ------------------------------------------------------------------------------------------


class Asking(Struct, frozen=True, eq=False):
    """Where a condition is asked: the environment, the element at hand, its place, what is wanted."""

    env: Env
    here: Any
    base: DataPath
    want: bool

    def but(self, want: bool) -> Asking:  # noqa: FBT001 - a truth
        """Return the same place with another wish."""
        return Asking(self.env, self.here, self.base, want)


def place_of(path: Path, base: DataPath) -> DataPath | None:
    """Return where a field of the record itself stands, None for one of another record and for a derived one."""
    if path.root not in {HERE, RECORD} or path.spread or not path.steps:
        return None
    if any(step.follow or step.field.derived for step in path.steps[:-1]) or path.steps[-1].field.derived is not None:
        return None
    return (*(base if path.root == HERE else ()), *(step.name for step in path.steps))


def seen_at(asking: Asking, place: DataPath) -> Any:
    """Return what the record tells at a place, None for nothing."""
    value: Any = asking.env.record
    for part in place:
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            value = value.get(part) if isinstance(value, dict) and isinstance(part, str) else None
    return None if value is UNTOLD else value


def values_in(operand: Any) -> tuple[Any, ...]:
    """Return the values that an operand stands for; none where it is unknown."""
    if operand is None or operand is NONE or operand is UNTOLD:
        return ()
    values = operand if isinstance(operand, list | tuple) else (operand,)
    return tuple(v for v in values if v is not UNTOLD)


def possible(field: Field) -> tuple[Any, ...]:
    """Return values that a field may have: its words, yes and no, its examples."""
    if field.type == "boolean":
        return (True, False)
    return field.values[:MOST_MEMBERS] if field.values else field.examples


def beyond(limit: Any, sign: int) -> Any:
    """Return the next value beyond a limit: a unit of a number, a hundredth of a share, a day."""
    if isinstance(limit, tuple):
        return limit[0 if sign < 0 else -1] + sign * _DAY
    if isinstance(limit, datetime | date):
        return limit + sign * _DAY
    if isinstance(limit, Money):
        return Money(limit.amount + sign, limit.currency)
    if isinstance(limit, Decimal) and -1 <= limit <= 1 and limit != limit.to_integral_value():
        return limit + sign * Decimal("0.01")
    return limit + sign if isinstance(limit, int | Decimal) else limit


# What is not told --------------------------------------------------------------------------------------------------


def typical(field: Field, place: DataPath) -> Iterator[Edit]:
    """Yield values by which a field that is not told may be told: its words, yes and no, none, an example."""
    if field.type == "list":
        yield setting(place, [], told=False)
    elif field.type == "object":
        for child in field.fields.values():
            if child.values or child.type == "boolean":
                yield from typical(child, (*place, child.name))
                return
    values = possible(field) or _SAMPLES.get(field.type, ())
    for value in values:
        yield setting(place, _listed_value(field, value), told=False)


def _listed_value(field: Field, value: Any) -> Any:
    return value if field.type != "list" or isinstance(value, list) else [value]


_SAMPLES: Final[dict[str, tuple[Any, ...]]] = {
    "text": ("…",), "id": ("…",), "integer": (0, 1), "number": (0, 1), "share": (0, 1), "url": ("https://example.com/",),
    "market": ("GB",), "language": ("en",), "frames": ("all",), "duration": ("1d",),
}  # fmt: skip


def typical_of(kind: RecordType, place: DataPath) -> Iterator[Edit]:
    """Yield values by which the field at a place may be told."""
    field = kind.field(".".join(part for part in place if isinstance(part, str)))
    if field is not None:
        yield from typical(field, place)


def telling(kind: RecordType, name: str) -> Iterator[Edit]:
    """Yield edits that tell a field that is not told, by its dotted name; nothing for one inside a list."""
    field = kind.field(name)
    parts = name.split(".")
    inside = [kind.field(".".join(parts[:end])) for end in range(1, len(parts))]
    if field is None or field.derived is not None or any(f is None or f.type != "object" for f in inside):
        return
    yield from typical(field, tuple(parts))
