"""Whether one wording of who is needed asks for at least what another one does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine.shapes.quorum import AskedFor, Group, Needs

Quorum = tuple[Any, ...]


def needs_more(over: Needs | AskedFor, base: Needs | AskedFor) -> bool:
    """Tell whether whoever meets the overlay's needs meets the base's, and everybody who may say no still may.

    What depends on the record (`when`) is not looked into.
    """
    if any(getattr(part, "when", None) is not None for needs in (over, base) for part in _all(needs)):
        return False
    return _entails(over, base) and set(_asked(base)) <= set(_asked(over))


def _entails(over: Needs | AskedFor, base: Needs | AskedFor) -> bool:
    if base.all_of is not None:
        return all(_entails(over, part) for part in base.all_of)
    if over.any_of is not None:
        return all(_entails(part, base) for part in over.any_of)
    if over.all_of is not None:
        return any(_entails(part, base) for part in over.all_of)
    if base.any_of is not None:
        return any(_entails(over, part) for part in base.any_of)
    return _quorum(over) == _quorum(base) and (over.count or 1) >= (base.count or 1)


def _quorum(needs: Needs | AskedFor) -> Quorum:
    return ("of", *sorted(map(_group, needs.of))) if needs.of is not None else _group(needs)


def _group(group: Group) -> Quorum:
    named = next(((kind, (name,)) for kind in ("role", "team") if (name := getattr(group, kind)) is not None), None)
    if named is not None:
        return named
    return "people", ((group.person,) if group.person is not None else tuple(sorted(set(group.people or ()))))


def _all(needs: Needs | AskedFor) -> Iterator[Needs | AskedFor]:
    yield needs
    for part in needs.any_of or needs.all_of or ():
        yield from _all(part)


def _asked(needs: Needs | AskedFor) -> Iterator[Quorum]:
    return (_quorum(part) for part in _all(needs) if part.any_of is None and part.all_of is None)
