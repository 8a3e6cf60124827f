"""Guarantees: after all else, an outcome that must never be is raised to the lightest that may, and said so loudly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from policyengine.core.decision import RANK, Finding, Outcome, Place
from policyengine.language.environment import Env
from policyengine.language.tree import Truth
from policyengine.shapes.contract import Case
from policyengine.shapes.guarantee import Guarantee

BROKEN = "broken"
"""The rule under which a guarantee that does not hold is found."""


class Kept(Struct, frozen=True):
    """The findings of guarantees that did not hold by themselves, and what stays undecided."""

    findings: tuple[Finding, ...] = ()
    undecided: tuple[dict[str, Any], ...] = ()


def keep(guarantees: Iterable[tuple[Guarantee, Case]], outcome: Outcome, by_market: Mapping[str, Outcome]) -> Kept:
    """Return what guarantees add to a record whose outcome all else has decided.

    Each looks at that outcome alone, so that their order means nothing; the strictest floor wins.
    """
    parts = [_kept(guarantee, case, outcome, by_market) for guarantee, case in guarantees]
    return Kept(tuple(f for p in parts for f in p.findings), tuple(u for p in parts for u in p.undecided))


def _kept(guarantee: Guarantee, case: Case, outcome: Outcome, by_market: Mapping[str, Outcome]) -> Kept:
    # A market that cannot be read has the outcome of the record as a whole.
    light = [env for env in case.envs if _light(guarantee, env, by_market.get(env.market or "", outcome))]
    truths = {env.market: _truth(guarantee, env) for env in light}
    broken = [env for env in light if truths[env.market] is not False]
    if not broken:
        return Kept()
    missing = sorted({name for env in broken for gate in guarantee.gates for name in _missing(gate, env)})
    unsure = sorted({name for env in broken for name in _missing(guarantee.exempt, env)}) if guarantee.exempt else []
    certain = any(truths[env.market] for env in broken)
    seen = sorted({by_market.get(env.market or "", outcome) for env in broken}, key=RANK.__getitem__)
    told = all(env.market is not None for env in broken)
    everywhere = len(broken) == len(case.envs)
    finding = Finding(
        policy=guarantee.policy,
        rule=BROKEN,
        verdict="fail" if certain else "unproven",
        outcome=guarantee.floor,
        severity="critical",
        markets=tuple(sorted(env.market for env in broken if env.market)) if told and not everywhere else (),
        message=f"{guarantee.title}: without this guarantee the outcome would be {' or '.join(seen)}",
        fix=guarantee.fix,
        source=Place(guarantee.span.file, guarantee.span.line) if guarantee.span is not None else None,
        missing=() if certain else tuple(missing),
    )
    undecided = ({"policy": guarantee.policy, "what": "except", "missing": unsure},) if unsure else ()
    return Kept((finding,), undecided)


def _light(guarantee: Guarantee, env: Env, outcome: Outcome) -> bool:
    """Tell whether an outcome is lighter than the guarantee allows, in a market that it is about."""
    about = not guarantee.markets or env.market is None or env.market in guarantee.markets
    return about and RANK[outcome] < RANK[guarantee.floor]


def _truth(guarantee: Guarantee, env: Env) -> Truth:
    """Tell whether a guarantee is about a record and nothing certain exempts it; unknown counts as yes."""
    truths = [gate.truth(env) for gate in guarantee.gates]
    if False in truths or (guarantee.exempt is not None and guarantee.exempt.holds(env)):
        return False
    return None if None in truths or (guarantee.markets and env.market is None) else True


def _missing(gate: Any, env: Env) -> tuple[str, ...]:
    return gate.missing(env) if gate.truth(env) is None else ()
