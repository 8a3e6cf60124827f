"""Other records: what was supplied, what is known to be complete, what was used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from policyengine.core.digest import canonical, digest_of
from policyengine.core.facts import NONE, UNTOLD, Facts, nested_over, read_facts
from policyengine.core.record import RecordTypes
from policyengine.evaluate.choosing import Register
from policyengine.language.environment import Ambiguous, Env, EvaluationError, OpenList
from policyengine.language.operators import moments
from policyengine.language.program import Program
from policyengine.language.tree import Truth
from policyengine.policyset.units import Binding
from policyengine.shapes.choosing import Standing


class Supplied(Struct, frozen=True, eq=False):
    """A record that was supplied beside the one that is judged."""

    kind: str
    id: str
    facts: Facts
    raw: Mapping[str, Any]


class Records(Struct, frozen=True, eq=False):
    """The records that related ones are looked for in, and the types of which all there are were supplied."""

    by_key: dict[tuple[str, str], Supplied] = {}
    by_type: dict[str, tuple[Supplied, ...]] = {}
    complete: frozenset[str] = frozenset()

    @staticmethod
    def of(records: Iterable[object], types: RecordTypes, complete: Iterable[str] = ()) -> Records:
        """Return the index of records; of those with one type and id the same one stays, in whatever order they came.

        Those of an unknown type, without an id, or nested too deep are left out.
        """
        found: list[Supplied] = []
        for raw in records:
            if not isinstance(raw, Mapping):
                continue
            kind = types.get(raw.get("type"))
            if kind is not None and isinstance(raw.get("id"), str) and not nested_over(raw):
                found.append(Supplied(kind.name, raw["id"], read_facts(kind, raw)[0], raw))
        return Records.built(found, complete)

    @staticmethod
    def built(supplied: Iterable[Supplied], complete: Iterable[str] = ()) -> Records:
        """Return the index of records that were read already; of those with one type and id the same one stays."""
        found: dict[tuple[str, str], Supplied] = {}
        for item in supplied:
            other = found.setdefault((item.kind, item.id), item)
            if other is not item and canonical(other.raw) < canonical(item.raw):
                found[item.kind, item.id] = item
        return Records(found, _by_type(found), frozenset(complete))

    def plus(self, others: Records) -> Records:
        """Return these records and others; of two with one type and id, the other."""
        if not others.by_key:
            return self
        found = self.by_key | others.by_key
        return Records(found, _by_type(found), self.complete | others.complete)


def _listed(facts: Facts, name: str) -> list[Any]:
    value = facts.get(name)
    return value if isinstance(value, list) else []


def _by_type(found: dict[tuple[str, str], Supplied]) -> dict[str, tuple[Supplied, ...]]:
    by_type: dict[str, list[Supplied]] = {}
    for key in sorted(found):
        by_type.setdefault(key[0], []).append(found[key])
    return {kind: tuple(items) for kind, items in by_type.items()}


@lru_cache(maxsize=4)
def _by_field(records: Records, kind: str, field: str) -> dict[str, tuple[Supplied, ...]]:
    """Return the records of a type by the text that one of their fields tells."""
    found: dict[str, list[Supplied]] = {}
    for item in records.by_type.get(kind, ()):
        told = item.facts.get(field)
        if isinstance(told, str):
            found.setdefault(told, []).append(item)
    return {told: tuple(items) for told, items in found.items()}


class Finder:
    """Finds related records during one evaluation, and remembers which were used."""

    def __init__(self, records: Records, people: Mapping[str, Facts], register: Register) -> None:
        """Take the records, the directory's people (records of type person), and the register of choices."""
        self._records = records
        self._people = people
        self._register = register
        self._standings: dict[str, Standing] = {}
        self._used: dict[tuple[str, str], Supplied] = {}
        self._whole: set[str] = set()

    def by_id(self, kind: str, identity: str) -> Any:
        """Return a record's facts, `NONE` when it is known not to exist, None when it was not supplied."""
        found = self._records.by_key.get((kind, identity))
        if found is not None:
            self._used[kind, identity] = found
            return found.facts
        if kind == "person" and identity in self._people:
            return self._people[identity]
        return NONE if kind in self._records.complete else None

    def supplied(self, kind: str) -> tuple[Supplied, ...]:
        """Return all records of a type that were supplied; they count as used."""
        self._whole.add(kind)
        return self._records.by_type.get(kind, ())

    def of_type(self, kind: str) -> list[Facts]:
        """Return the facts of all records of a type; they count as used."""
        found = self.supplied(kind)
        people = [facts for key, facts in sorted(self._people.items()) if kind == "person"]
        return [item.facts for item in found] or people

    def standing(self, choice: str) -> Standing:
        """Return where a choice of the register stands; the records that concern it count as used."""
        if choice not in self._standings:
            decisions = [i for i in self._records.by_type.get("choice", ()) if i.facts.get("concerns") == choice]
            reviews = [i for i in self._records.by_type.get("review", ()) if choice in _listed(i.facts, "concerns")]
            for item in (*decisions, *reviews):
                self._used[item.kind, item.id] = item
            facts = ([item.facts for item in items] for items in (decisions, reviews))
            self._standings[choice] = self._register.standing(choice, *facts)
        return self._standings[choice]

    def chosen(self, choice: str) -> str | None:
        """Return the option that was chosen; None where nobody decided, or the decision does not count."""
        return self.standing(choice).option

    def said_of(self, choice: str) -> str:
        """Return what was chosen, by whom and when, in words; else why nothing counts."""
        return self.standing(choice).said

    def referring(self, kind: str, field: str, identity: str) -> list[Facts]:
        """Return the facts of the records of a type that name a record in a field; they count as used."""
        found = _by_field(self._records, kind, field).get(identity, ())
        for item in found:
            self._used[kind, item.id] = item
        return [item.facts for item in found]

    def used(self) -> tuple[dict[str, Any], ...]:
        """Return what was used: type, id and digest of each record, sorted."""
        whole = (item for kind in self._whole for item in self._records.by_type.get(kind, ()))
        used = self._used | {(item.kind, item.id): item for item in whole}
        return tuple(
            {"type": kind, "id": identity, "digest": digest_of(dict(used[kind, identity].raw))}
            for kind, identity in sorted(used)
        )

    def bind(self, binding: Binding, env: Env) -> Any:
        """Return what a name given in `with` means: facts, a list, `NONE`, `Ambiguous`, or None (unknown)."""
        complete = binding.kind in self._records.complete
        sure, unsure = self._candidates(binding, env)
        match binding.mode:
            case "all":
                facts = [item.facts for item in sure]
                return facts if complete and not unsure else OpenList([*facts, UNTOLD])
            case "one":
                if len(sure) > 1:
                    return Ambiguous()
                return None if unsure else self._single(sure, complete=complete)
        return None if unsure else self._latest(sure, binding, env, complete=complete)

    def _single(self, sure: list[Supplied], *, complete: bool) -> Any:
        return sure[0].facts if sure else NONE if complete else None

    def _latest(self, sure: list[Supplied], binding: Binding, env: Env, *, complete: bool) -> Any:
        if not sure:
            return NONE if complete else None
        dated = [(binding.by(env, item.facts) if binding.by is not None else None, item) for item in sure]
        if any(when is None or when is NONE for when, _ in dated):
            return None
        return max(dated, key=lambda pair: (moments(pair[0]), pair[1].id))[1].facts

    def _fits(self, where: Program, env: Env, item: Supplied) -> Truth:
        try:
            return where(env, item.facts)
        except EvaluationError:  # another name that it needs is ambiguous
            return None

    def _candidates(self, binding: Binding, env: Env) -> tuple[list[Supplied], list[Supplied]]:
        sure: list[Supplied] = []
        unsure: list[Supplied] = []
        for item in self._records.by_type.get(binding.kind, ()):
            truth = True if binding.where is None else self._fits(binding.where, env, item)
            if truth is not False:
                self._used[item.kind, item.id] = item
                (sure if truth else unsure).append(item)
        return sure, unsure
