"""Other cases beside the one that is judged: whether one of them says more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.kinds.escalation.muting import Inhibitor, is_open
from policyengine.kinds.escalation.routing import Fork, Taken, take
from policyengine.language.environment import Env
from policyengine.shapes.contract import Case


class Others(Struct, frozen=True, eq=False, kw_only=True):
    """The related cases of one type, for a case on a route (`fork`) of a policy (`forks`)."""

    case: Case
    forks: tuple[Fork, ...]
    fork: Fork

    def inhibiting(self, inhibitor: Inhibitor) -> Iterator[dict[str, Any]]:
        """Yield the one case, the first by its id, for which nobody is told of this one."""
        found = sorted(str(other.get("id")) for other in self._open() if self._inhibits(inhibitor, other))
        if found:
            yield inhibitor.said(found[0])

    def _open(self) -> Iterator[Facts]:
        case = self.case
        for other in case.related(case.kind.name):
            if other.get("id") != case.facts.get("id") and is_open(other, case.kind, case.at):
                yield other

    def _inhibits(self, inhibitor: Inhibitor, facts: Facts) -> bool:
        other = self._env(facts)
        if not self._says(inhibitor, (other,), certain=True):
            return False
        if not all(inhibitor.alike(env, other) for env in self.case.envs):
            return False
        # Two cases that could silence each other would both be silent: then neither does.
        mine = self._says(inhibitor, self.case.envs, certain=False)
        return not (mine and self.fork.id in _possible(take(self.forks, (other,))))

    def _says(self, inhibitor: Inhibitor, envs: tuple[Env, ...], *, certain: bool) -> bool:
        """Tell whether a case says more, certainly or possibly."""
        truths = [inhibitor.when.truth(env) for env in envs] if inhibitor.when is not None else [True]
        said = all(truth is True for truth in truths) if certain else any(truth is not False for truth in truths)
        if inhibitor.route is None:
            return said
        routes = take(self.forks, envs)
        return said and inhibitor.route in (routes.through if certain else _possible(routes))

    def _env(self, facts: Facts) -> Env:
        env = self.case.env
        return Env(facts, self.case.kind, env.at, zone=env.zone, aliases=env.aliases, lookup=env.lookup)


def _possible(taken: Taken) -> frozenset[str]:
    """Return the routes that a case may take, with those below an unknown one."""
    return taken.through | {fork.id for route in taken.unknown for fork in route.walk()}
