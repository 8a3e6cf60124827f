"""Other cases beside the one that is judged: whether one of them says more.

Who silences whom is looked up by the inhibition and by what both cases tell in its `same` fields, so that many cases
cost as much as they are, and not the product of each with each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.kinds.escalation.measuring import markets_told
from policyengine.kinds.escalation.muting import Inhibitor, is_open
from policyengine.kinds.escalation.routing import Fork, Taken, take
from policyengine.language.environment import Env
from policyengine.shapes.contract import Case

Group = tuple[Inhibitor, Hashable]
"""An inhibition, and what those that it concerns tell in its `same` fields."""


class Known(Struct, frozen=True, eq=False, kw_only=True):
    """The open cases that were supplied, by their ids: who certainly silences a group, whom it may silence.

    `says` are the groups that each of them may silence.
    """

    silencing: dict[Group, tuple[str, ...]]
    silenced: dict[Group, tuple[str, ...]]
    says: dict[str, tuple[Group, ...]]


class Others(Struct, frozen=True, eq=False, kw_only=True):
    """The related cases of one type, for a case on a route (`fork`) of a policy (`forks`)."""

    case: Case
    forks: tuple[Fork, ...]
    fork: Fork

    def inhibiting(self) -> Iterator[dict[str, Any]]:
        """Yield for each inhibition the one case, the first by its id, for which nobody is told of this one.

        Cases that could silence each other, two or several in a circle, would all be silent: then none of them does.
        """
        if not self.fork.inhibitors:
            return
        case = self.case
        case.others(case.kind.name)  # All of them count as used, also where they were looked at before.
        known = case.once("open cases", self._known)
        circle = self._below(known)
        for inhibitor in self.fork.inhibitors:
            key = inhibitor.key(case.envs)
            names = known.silencing.get((inhibitor, key), ()) if key is not None else ()
            found = next((name for name in names if name not in circle), None)
            if found is not None:
                yield inhibitor.said(found)

    def _below(self, known: Known) -> frozenset[str]:
        """Return this case, and those that it may silence, directly or through others."""
        found = {str(self.case.facts.get("id"))}
        taken = take(self.forks, self.case.envs)
        waiting = list(self._says(self.case.envs, taken, certain=False))
        seen: set[Group] = set()
        while waiting:
            group = waiting.pop()
            if group in seen:
                continue
            seen.add(group)
            reached = [name for name in known.silenced.get(group, ()) if name not in found]
            found.update(reached)
            waiting.extend(group for name in reached for group in known.says[name])
        return frozenset(found)

    def _known(self) -> Known:
        """Look at every supplied case that is open."""
        silencing: dict[Group, list[str]] = {}
        silenced: dict[Group, list[str]] = {}
        says: dict[str, tuple[Group, ...]] = {}
        case = self.case
        for facts in case.related(case.kind.name):
            if not is_open(facts, case.kind, case.at):
                continue
            name, envs = str(facts.get("id")), self._envs(facts)
            taken = take(self.forks, envs)
            says[name] = tuple(self._says(envs, taken, certain=False))
            for group in self._says(envs, taken, certain=True):
                silencing.setdefault(group, []).append(name)
            for inhibitor in _concerning(taken):
                if (key := inhibitor.key(envs)) is not None:
                    silenced.setdefault((inhibitor, key), []).append(name)
        return Known(silencing=_sorted(silencing), silenced=_sorted(silenced), says=says)

    def _says(self, envs: tuple[Env, ...], taken: Taken, *, certain: bool) -> Iterator[Group]:
        """Yield the groups of which a case says more, certainly or possibly."""
        through = taken.through if certain else _possible(taken)
        for inhibitor in dict.fromkeys(i for root in self.forks for fork in root.walk() for i in fork.inhibitors):
            if inhibitor.route is not None and inhibitor.route not in through:
                continue
            if inhibitor.says(envs, certain=certain) and (key := inhibitor.key(envs)) is not None:
                yield inhibitor, key

    def _envs(self, facts: Facts) -> tuple[Env, ...]:
        """Return the environments of another case. What `with` gives to this one is not about it, and so unknown."""
        case = self.case
        return tuple(
            Env(
                facts,
                case.kind,
                case.at,
                market=market,
                zone=case.directory.zone_of(market, case.zone),
                lookup=case.env.lookup,
            )
            for market in markets_told(case.kind, facts) or (None,)
        )


def _concerning(taken: Taken) -> Iterator[Inhibitor]:
    """Yield the inhibitions that may silence a case on the routes that it may take."""
    possible = (*taken.forks, *(fork for route in taken.unknown for fork in route.walk()))
    yield from dict.fromkeys(inhibitor for fork in possible for inhibitor in fork.inhibitors)


def _possible(taken: Taken) -> frozenset[str]:
    """Return the routes that a case may take, with those below an unknown one."""
    return taken.through | {fork.id for route in taken.unknown for fork in route.walk()}


def _sorted(groups: dict[Group, list[str]]) -> dict[Group, tuple[str, ...]]:
    return {group: tuple(sorted(names)) for group, names in groups.items()}
