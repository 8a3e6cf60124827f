"""What a condition is judged in: the record's facts, the time, the market, related records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from policyengine.core.facts import NONE, UNTOLD, Facts
from policyengine.core.instant import end_of_day, start_of_day
from policyengine.core.record import RecordType
from policyengine.language.derive import derive
from policyengine.language.scope import MARKET
from policyengine.language.tree import CHOICES, HERE, RECORD, Path, Step

UTC: Final = ZoneInfo("UTC")
_TICK: Final = timedelta(microseconds=1)


class OpenList(list[Any]):
    """A list to which others may belong: related records that were not supplied, entries of lists that are not told.

    Its last entry is `UNTOLD`: whatever depends on the others is unknown.
    """


class EvaluationError(Exception):
    """A rule cannot be judged (a limit was exceeded, `one` found several records); its verdict is `error`."""


class Ambiguous:
    """Stands for a name given in `with` for which `one` found several records: whoever reads it gets an error."""


class Lookup(Protocol):
    """Finds related records, and what was chosen."""

    def by_id(self, kind: str, identity: str) -> Any:
        """Return the facts of a record, `NONE` when it is known not to exist, None when it was not supplied."""

    def chosen(self, choice: str) -> str | None:
        """Return the option that was chosen; None where nobody decided, or the decision does not count."""

    def said_of(self, choice: str) -> str:
        """Return what was chosen, by whom, when, and when it is looked at again, in words; else why nothing counts."""

    def referring(self, kind: str, field: str, identity: str) -> list[Facts]:
        """Return the facts of the supplied records of a type that name a record in a field."""


class Env:
    """The environment of one evaluation of one policy for one market.

    `aliases` reads the names given in `with` (facts, a list of facts, `NONE`, or None). `memo` keeps what a kind worked
    out about the record in this environment, by a key of its own. Not shared between threads.
    """

    __slots__ = ("aliases", "at", "kind", "lookup", "market", "memo", "record", "zone")

    def __init__(
        self,
        record: Facts,
        kind: RecordType,
        at: datetime,
        *,
        market: str | None = None,
        zone: ZoneInfo = UTC,
        aliases: dict[str, Any] | None = None,
        lookup: Lookup | None = None,
    ) -> None:
        """Take what the conditions may ask for; `at` is an aware time in UTC."""
        self.record = record
        self.kind = kind
        self.at = at
        self.market = market
        self.zone = zone
        self.aliases = aliases if aliases is not None else {}
        self.lookup = lookup
        self.memo: dict[Any, Any] = {}

    def knowing(self, name: str, value: Any) -> Env:
        """Return the same environment with one more name (`$order` in a freeze): facts, a list of facts, or `NONE`."""
        aliases = {**self.aliases, name: value}
        return Env(
            self.record, self.kind, self.at, market=self.market, zone=self.zone, aliases=aliases, lookup=self.lookup
        )

    def day(self, value: Any) -> Any:
        """Return an instant as it is, and a bare date as the first and last instant of that day in the zone."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return start_of_day(value, self.zone), end_of_day(value, self.zone) - _TICK
        return value


Read = Callable[[Env, Any], Any]


def reader(path: Path) -> Read:
    """Return the function that reads a path: a typed value, None (not told), `NONE`, or a list."""
    start = _start(path.root)
    if path.spread:
        return _spread(start, path.steps)
    read = start
    for step in path.steps:
        read = _step(read, step)
    last = path.steps[-1].field if path.steps else path.field
    if last.has_default:
        return _defaulted(read)
    if last.type in {"time", "date"}:
        return lambda env, here: env.day(_told(read(env, here)))
    return lambda env, here: _told(read(env, here))


def _told(value: Any) -> Any:
    return None if value is UNTOLD else value


def _defaulted(read: Read) -> Read:
    """Read a list whose absence means that there is none; one that could not be read stays untold."""

    def run(env: Env, here: Any) -> Any:
        value = read(env, here)
        if value is None:
            return []
        return None if value is UNTOLD else value

    return run


def _start(root: str) -> Read:
    if root == HERE:
        return lambda _, here: here
    if root == RECORD:
        return lambda env, _: env.record
    if root == MARKET:
        return lambda env, _: env.market
    if root.startswith(CHOICES):
        return lambda env, _: env.lookup.chosen(root) if env.lookup is not None else None
    return lambda env, _: _related(env, root)


def _related(env: Env, name: str) -> Any:
    value = env.aliases.get(name)
    if isinstance(value, Ambiguous):
        raise EvaluationError(name)
    return value


def _step(read: Read, step: Step) -> Read:
    name, derived, follow = step.name, step.field.derived, step.follow

    def get(env: Env, here: Any) -> Any:
        owner = read(env, here)
        if owner is None or owner is UNTOLD or owner is NONE:
            return owner
        value = owner.get(name)
        return derive(step.field, owner) if value is None and derived is not None else value

    if follow is None:
        return get

    def get_record(env: Env, here: Any) -> Any:
        identity = get(env, here)
        if identity is None or identity is UNTOLD or identity is NONE or env.lookup is None:
            return None if identity is not NONE else NONE
        return env.lookup.by_id(follow, identity)

    return get_record


def _spread(start: Read, steps: tuple[Step, ...]) -> Read:
    """Return the function that collects all values behind a path through lists."""

    def collect(env: Env, here: Any) -> Any:
        values: list[Any] = [start(env, here)]
        spread = False
        more = isinstance(values[0], OpenList)
        for step in steps:
            flat: list[Any] = []
            for value in values:
                if isinstance(value, list):
                    flat, spread = [*flat, *value], True
                else:
                    flat.append(value)
            read = _step(lambda _, owner: owner, step)
            values = [read(env, owner) for owner in flat]
            if not spread and (values[0] is UNTOLD or (values[0] is None and not step.field.has_default)):
                return None
            values = [[] if v is None and step.field.has_default else v for v in values]
            more = more or (step.field.type == "list" and any(v is None or v is UNTOLD for v in values))
        found: list[Any] = []
        for value in values:
            found.extend(value if isinstance(value, list) else [value])
        told = [UNTOLD if v is None else env.day(v) for v in found if v is not NONE]
        return OpenList([*told, UNTOLD]) if more else told

    return collect
