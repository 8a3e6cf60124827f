"""The tree of routes: which of them a case takes, and which are unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from policyengine.kinds.escalation.muting import Inhibitor, Silence
from policyengine.language.environment import Env
from policyengine.language.tree import Truth
from policyengine.shapes.gate import Gate


class Fork(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled route, with everything that it has from the routes above it."""

    id: str
    when: Gate | None
    severity: str | None
    to: str | None
    goes_on: bool
    mutes: tuple[Silence, ...] = ()
    inhibitors: tuple[Inhibitor, ...] = ()
    children: tuple[Fork, ...] = ()

    def walk(self) -> Iterator[Fork]:
        """Yield this route and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


class Taken(Struct, frozen=True, eq=False):
    """The routes that a case takes for certain, those that are unknown, and the names of all that it goes through."""

    forks: tuple[Fork, ...] = ()
    unknown: tuple[Fork, ...] = ()
    through: frozenset[str] = frozenset()


def take(forks: Iterable[Fork], envs: tuple[Env, ...]) -> Taken:
    """Return the routes that a case takes, one environment a market.

    The first one that matches for certain, for one market; `continue` looks further. Below a route that matches, the
    finer ones are looked at in the same way; it is taken itself where none of them is.
    """
    taken: list[Fork] = []
    unknown: list[Fork] = []
    through: set[str] = set()
    for fork in forks:
        truth = _truth(fork, envs)
        if truth is None:
            unknown.append(fork)
        if truth is not True:
            continue
        below = take(fork.children, envs)
        taken.extend(below.forks or (fork,))
        unknown.extend(below.unknown)
        through |= {fork.id} | below.through
        if not fork.goes_on:
            break
    return Taken(tuple(taken), tuple(unknown), frozenset(through))


def _truth(fork: Fork, envs: tuple[Env, ...]) -> Truth:
    if fork.when is None:
        return True
    truths = [fork.when.truth(env) for env in envs]
    return True if True in truths else None if None in truths else False


def undecided(policy: str, unknown: Iterable[Fork], envs: tuple[Env, ...]) -> Iterator[dict[str, Any]]:
    """Yield what is said about routes that are unknown: which facts would decide them."""
    for fork in unknown:
        if fork.when is not None:
            missing = sorted({name for env in envs for name in fork.when.missing(env)})
            yield {"policy": policy, "what": f"route {fork.id}", "missing": missing}
