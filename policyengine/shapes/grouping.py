"""Rules about several records at once: the records given, in groups, and what such a rule says about a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import product
from typing import Any, Protocol

from msgspec import Struct

from policyengine.core.decision import Outcome, Verdict
from policyengine.core.digest import canonical
from policyengine.core.facts import NONE, UNTOLD, Facts
from policyengine.core.instant import write_time
from policyengine.language.environment import Env, EvaluationError, Read, reader
from policyengine.language.message import show
from policyengine.language.scope import resolve
from policyengine.language.tree import Path
from policyengine.shapes.contract import Context
from policyengine.shapes.gate import Gate
from policyengine.shapes.parts import Part
from policyengine.shapes.predicate import Action, Rule

Key = tuple[Any, ...]
"""The values that the records of a group have in common, in the order of `by`."""


class Member:
    """One of the records given. `at` is its event time (None: not told).

    Its conditions are judged in `env`, as of the evaluation time, or in `then`, as of its own; each is made when it is
    first asked for, since windows need the one and periods the other, and there may be very many records.
    """

    __slots__ = ("_env", "_make", "_then", "at", "facts", "id")

    def __init__(
        self, identity: str, facts: Facts, at: datetime | None, make: Callable[[datetime | None], Env]
    ) -> None:
        """Take the record, and what makes an environment as of a time (None: the evaluation time)."""
        self.id = identity
        self.facts = facts
        self.at = at
        self._make = make
        self._env: Env | None = None
        self._then: Env | None = None

    @property
    def env(self) -> Env:
        """Return the environment as of the evaluation time."""
        if self._env is None:
            self._env = self._make(None)
        return self._env

    @property
    def then(self) -> Env:
        """Return the environment as of its own time; where it tells none, as of the evaluation time."""
        if self._then is None:
            self._then = self._make(self.at)
        return self._then


class GroupCase(Struct, frozen=True, eq=False, kw_only=True):
    """The records given, of the type that the policy applies to, each once, in the order of their ids.

    `when` names the field that tells when a record took place. `env` makes the environment in which something is
    judged as of a time.
    """

    policy: str
    at: datetime
    when: str
    members: tuple[Member, ...]
    env: Callable[[Facts, datetime], Env]


class GroupJudgement(Struct, frozen=True, eq=False, kw_only=True):
    """What a rule says about a group: the ids of the records that contributed, and when they did."""

    verdict: Verdict
    outcome: Outcome
    by: dict[str, str]
    ids: tuple[str, ...]
    message: str
    first: str | None = None
    last: str | None = None
    period: str | None = None
    fix: str | None = None
    missing: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()


class Uncounted(Struct, frozen=True, order=True):
    """Records that no group could count, and the fact that they do not tell."""

    missing: str
    ids: tuple[str, ...]


class GroupAnswer(Struct, frozen=True, eq=False):
    """What a rule says about all groups of the records given."""

    judgements: tuple[GroupJudgement, ...] = ()
    uncounted: tuple[Uncounted, ...] = ()


class GroupJudge(Protocol):
    """Judges the groups of the records given."""

    def __call__(self, rule: Rule, case: GroupCase) -> GroupAnswer:
        """Return what the rule says about each group."""


class GroupRule(Struct, frozen=True, eq=False):
    """A rule about groups of records: what every rule has (weight, messages, who may release), and its judge.

    `spares` is what a record certainly has to be so that the rule says nothing of it, though it counts in its group.
    """

    rule: Rule
    judge: GroupJudge
    spares: Gate | None = None


class By(Struct, frozen=True, eq=False):
    """What the records of a group have in common."""

    paths: tuple[Path, ...]
    reads: tuple[Read, ...]

    def keys(self, env: Env) -> Iterator[Key]:
        """Yield the groups that a record belongs to: one for each entry of a list. None stands for what is not told."""
        return product(*[_values(read(env, env.record)) for read in self.reads])

    def shown(self, key: Key) -> dict[str, str]:
        """Return the values of a group as people write them, by field."""
        return {path.text: show(value) for path, value in zip(self.paths, key, strict=True)}


def _values(value: Any) -> Sequence[Any]:
    if value is None or value is UNTOLD:
        return (None,)
    if value is NONE:
        return ()
    if isinstance(value, list):
        return tuple(dict.fromkeys(None if v is UNTOLD else _hashable(v) for v in value))
    return (_hashable(value),)


def _hashable(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def order_of(key: Key) -> bytes:
    """Return by what groups are sorted."""
    return canonical([None if value is None else str(value) for value in key])


def read_by(part: Part, key: str, names: Sequence[str], context: Context) -> By | None:
    """Return what groups have in common, or None after reporting names that cannot be."""
    found: list[Path] = []
    for index, name in enumerate(names):
        span = context.document.value_span(part, key)
        node = context.document.node_of(part).at((key, index))
        path = _path(name, context, node.span if node is not None else span)
        if path is not None:
            found.append(path)
    if len(found) != len(names):
        return None
    return By(tuple(found), tuple(reader(path) for path in found))


def _path(name: str, context: Context, span: Any) -> Path | None:
    path = resolve(name, context.scope, span, context.report, spread=True)
    if path is None:
        return None
    end = path.field.item if path.field.type == "list" and path.field.item is not None else path.field
    if end.type in {"object", "map", "any", "list"}:
        inside = [f"{name}.{child}" for child in end.fields]
        help_ = f"name a part of it, such as `{inside[0]}`" if inside else "name a field with one value"
        context.fault("PE720", f"`{name}` has parts, and records are grouped by one value", span, help_)
        return None
    return path


def moment(value: datetime | date | None) -> str | None:
    """Return a time as Decisions write it."""
    return write_time(value) if isinstance(value, datetime) else None if value is None else value.isoformat()


def guarded(rule: Rule, env: Env) -> bool | None:
    """Tell whether a rule is about a record at all: its scope and guard, and nothing that exempts or protects it.

    What exempts or protects needs a certain yes; where it is unknown, so is the answer.
    """
    try:
        guard = rule.guarded(env, env.record)
    except EvaluationError:
        guard = None
    if guard is False:
        return False
    for gate in (rule.exempt, rule.protected):
        freed = gate.truth(env) if gate is not None else False
        if freed is True:
            return False
        guard = None if freed is None else guard
    return guard
