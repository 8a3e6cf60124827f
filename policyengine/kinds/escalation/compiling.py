"""Escalations as written → what judges a case."""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs

from policyengine.core.digest import digest_of
from policyengine.core.duration import in_seconds
from policyengine.kinds.escalation.branching import Branches
from policyengine.kinds.escalation.checking import check_paths, check_routes
from policyengine.kinds.escalation.document import Deadline, Escalation, Path, Step
from policyengine.kinds.escalation.judging import Limit, Tree, Way
from policyengine.kinds.escalation.winding import compile_clocks
from policyengine.language.environment import Read, reader
from policyengine.language.scope import resolve
from policyengine.shapes.contract import Compiled, Context
from policyengine.shapes.hops import SEVERITIES, Plan
from policyengine.shapes.hops import Step as Hop
from policyengine.shapes.sides import Side

SAYS_NOTHING: Final = frozenset(["title", "description", "tags", "sources", "owner", "review", "rules", "effective"])
"""Keys that do not change where a case goes: they make no new version."""


def compile_escalation(body: Escalation, context: Context) -> Compiled:
    """Return the judges of a policy; faults are reported."""
    check_routes(body, context)
    check_paths(body, context)
    forks = Branches(body, context).forks()
    ways = {name: _way(name, path, context) for name, path in sorted((body.paths or {}).items())}
    tree = Tree(
        policy=body.id,
        scope=context.gate(body, "only_for", says=f"{body.id} only_for"),
        forks=forks,
        ways=ways,
        version=_version(context),
        since=body.effective.from_ if body.effective is not None else None,
        anew=body.on_policy_change == "reschedule",
    )
    clocks = compile_clocks(body, forks, context)
    if any(fork.to is not None and fork.to not in ways for root in forks for fork in root.walk()):
        return Compiled()
    return structs.replace(clocks, record_judges=(*((tree,) if forks else ()), *clocks.record_judges))


def _version(context: Context) -> str:
    """Return the first digits of the digest of what a policy says about where cases go."""
    plain = context.document.node.plain()
    told = {key: value for key, value in plain.items() if key not in SAYS_NOTHING} if isinstance(plain, dict) else {}
    return digest_of(told).rpartition(":")[2][:12]


def _way(name: str, path: Path, context: Context) -> Way:
    within = path.acknowledge_within
    times = {word: getattr(within, word) for word in SEVERITIES if getattr(within, word, None) is not None}
    return Way(
        name=name,
        plan=Plan(tuple(_step(step, context) for step in path.steps), times),
        calendar=path.calendar or "always",
        pause=context.gate(path, "pause_while", says=f"path {name} pause_while"),
        limits=tuple(_limit(deadline, context) for deadline in path.deadlines or ()),
        first=tuple((action.do, action.within) for action in path.first_actions or ()),
    )


def _step(step: Step, context: Context) -> Hop:
    if step.repeat is not None and not in_seconds(step.repeat):
        span = context.document.value_span(step, "repeat")
        context.fault("PE367", "`repeat` needs a length that is always the same", span, "for example `10 min` or `4h`")
    return Hop(
        sides=tuple(side for who in step.notify if (side := _side(who)) is not None),
        via=tuple(step.via or ()),
        after=step.after,
        within=step.acknowledge_within,
        everyone=step.all_acknowledge,
        repeat=step.repeat if step.repeat is not None and in_seconds(step.repeat) else None,
    )


def _side(who: Any) -> Side | None:
    for sort in ("team", "role", "person", "on_call"):
        if (name := getattr(who, sort)) is not None:
            return Side(sort, name)
    return None


def _limit(deadline: Deadline, context: Context) -> Limit:
    return Limit(
        id=deadline.id,
        title=deadline.title,
        within=deadline.within,
        start=_start(deadline, context),
        when=context.gate(deadline, "when", says=f"deadline {deadline.id} when"),
        met=context.gate(deadline, "met_when", says=f"deadline {deadline.id} met_when"),
    )


def _start(deadline: Deadline, context: Context) -> Read | None:
    if deadline.from_ is None:
        return None
    span = context.document.value_span(deadline, "from")
    path = resolve(deadline.from_, context.scope, span, context.report)
    if path is not None and path.field.type not in {"time", "date"}:
        context.fault("PE368", f"`{deadline.from_}` is not a time", span, "name a field such as `detected_at`")
        return None
    return reader(path) if path is not None else None
