"""What mends a post in all its markets: the smallest set of labels, and what else the disclosure policies ask for.

Labels are the kind's own search (`kinds.disclosure.remedy`). What other rules of disclosure policies ask for is taken
along where it is a matter of how the post is shown (the platform's labels, a mention on the picture): a fact about the
post, its author or its connection is never changed to please a rule. Every edit was applied and judged again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, Final

from msgspec import Struct, structs

from policyengine.core.decision import Finding
from policyengine.evaluate.changing import edits_of_rules
from policyengine.evaluate.deciding import Judgings, Question, decide, prepare
from policyengine.evaluate.judging import environments
from policyengine.evaluate.mending import edits as mending
from policyengine.evaluate.timing import standing
from policyengine.kinds.disclosure.pack import Pack
from policyengine.kinds.disclosure.post import read_post
from policyengine.kinds.disclosure.remedy import Law, Remedy, remedies
from policyengine.kinds.disclosure.remedy_edits import ENTRIES, PLATFORM_LABEL, Edit, made
from policyengine.kinds.disclosure.remedy_marks import Mark, capital, places
from policyengine.kinds.disclosure.rules import ABOUT
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Case
from policyengine.shapes.predicate import Rule

PREFIX: Final = "disclosure."
_SWITCHES: Final = frozenset(["media.ai_label", "sponsorship.platform_label"])
"""Fields that say how a post is shown, not what it is."""
_MOST_TRIED: Final = 20
_BEGINNING: Final = re.compile(r"begin `text` with `([^`]+)`")

Findings = tuple[Finding, ...]


class Asked(Struct, frozen=True, eq=False):
    """The record as it is, and how to judge it with edits."""

    assembly: Assembly
    ready: Judgings
    question: Question

    def findings(self, edits: Iterable[Edit], policy: str) -> frozenset[str]:
        """Return the rules of a policy that weigh on the record with edits."""
        question = structs.replace(self.question, only=(policy,), remedies=False)
        found = decide(self.assembly, made(self.ready.raw, edits), question).findings
        return frozenset(f.name for f in found if f.outcome != "allow")


def mend(
    assembly: Assembly, ready: Judgings, question: Question, findings: Findings
) -> tuple[tuple[dict[str, Any], ...], Findings]:
    """Return what mends a record whose labels weigh on its outcome, as data, and the findings with it as their fix."""
    laws = tuple(laws_of(ready))
    weighing = {f.policy for f in findings if _is_of_label(f) and f.outcome != "allow" and f.settled is None}
    lacking = [law for law in laws if law.policy in weighing and law.lacks(ready.facts)]
    if not lacking:
        return (), findings
    asked = Asked(assembly, ready, question)
    others = [f for f in findings if f.policy.startswith(PREFIX) and not _is_of_label(f) and f.outcome != "allow"]
    first = tuple(_switched(asked, others))
    found = [_whole(asked, remedy, first, others) for remedy in remedies(laws, made(ready.facts, first))]
    if first and not found:
        markets = tuple(sorted({law.market for law in lacking}))
        found = [Remedy(markets=markets, marks=tuple(_marks(first)), edits=first)]
    return tuple(_plain(asked, remedy, others) for remedy in found), tuple(_with_fix(f, found) for f in findings)


def _plain(asked: Asked, remedy: Remedy, others: Sequence[Finding]) -> dict[str, Any]:
    """Return a remedy as data, with the disclosure rules that its edits leave as they are: no label settles them."""
    if not remedy.edits:
        return remedy.to_dict()
    left = {f.name for f in others if f.settled is None and f.name in asked.findings(remedy.edits, f.policy)}
    return remedy.to_dict() | ({"leaves": sorted(left)} if left else {})


def _is_of_label(finding: Finding) -> bool:
    return finding.policy.startswith(PREFIX) and finding.rule in ABOUT


def laws_of(ready: Judgings) -> Iterator[Law]:
    """Yield the documents with labels that are in force for the record, for each of its markets."""
    for unit, case in ready.cases:
        rule = next((rule for rule in reversed(unit.rules) if rule.jurisdictions), None)
        if isinstance(unit.law, Pack) and rule is not None:
            yield from _laws_of(unit, unit.law, rule, case)


def _laws_of(unit: Unit, pack: Pack, rule: Rule, case: Case) -> Iterator[Law]:
    for env in environments(rule, case):
        in_force = standing(unit.starts, unit.ends, case.governing, env.zone) == "in_force"
        out = unit.scope is not None and unit.scope.truth(env) is False
        exempt = rule.exempt is not None and rule.exempt.truth(env) is True
        if env.market is not None and in_force and not out and not exempt:
            yield Law(unit.id, pack, env)


# What other rules ask for ---------------------------------------------------------------------------------------------


def _whole(asked: Asked, remedy: Remedy, first: tuple[Edit, ...], others: Sequence[Finding]) -> Remedy:
    """Return a remedy with what other rules ask for: switches, and mentions on the picture."""
    if not remedy.edits:
        return remedy
    edits = (*remedy.edits, *first)
    mentions = _mentioned(asked, others, edits)
    return structs.replace(remedy, marks=(*remedy.marks, *_marks(first)), edits=(*edits, *mentions))


def _marks(edits: Iterable[Edit]) -> Iterator[Mark]:
    return (Mark("platform") for edit in edits if edit.path == PLATFORM_LABEL)


def _switched(asked: Asked, others: Sequence[Finding]) -> Iterator[Edit]:
    """Yield the switches of the platform that settle rules beside those on labels."""
    done: list[Edit] = []
    for finding in others:
        if finding.name not in asked.findings(done, finding.policy):
            continue
        for edit in _proposed(asked, finding, done):
            fits = edit.how == "set" and edit.name in _SWITCHES and edit.value is True
            own = Edit(how="set", path=edit.path, value=True)
            if fits and finding.name not in asked.findings([*done, own], finding.policy):
                done.append(own)
                yield own
                break


def _mentioned(asked: Asked, others: Sequence[Finding], edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return the words on the picture that settle rules which ask for a mention, or for two of them."""
    if "overlay" not in places(read_post(asked.ready.facts)):
        return ()
    done: tuple[Edit, ...] = ()
    for finding in others:
        if finding.name not in asked.findings([*edits, *done], finding.policy):
            continue
        proposed = _proposed(asked, finding, [*edits, *done])
        words = list(dict.fromkeys(found for edit in proposed if (found := _words(edit))))[:_MOST_TRIED]
        shown = [Edit(how="add", path=ENTRIES, value={"where": "overlay", "text": capital(w)}) for w in words]
        for some in (*combinations(shown, 1), *combinations(shown, 2)):
            if finding.name not in asked.findings([*edits, *done, *some], finding.policy):
                done += some
                break
    return done


def _words(edit: mending.Edit) -> str:
    """Return the words with which an edit would begin the caption."""
    found = _BEGINNING.fullmatch(edit.says)
    return found[1] if found else ""


def _proposed(asked: Asked, finding: Finding, edits: Iterable[Edit]) -> list[mending.Edit]:
    """Return edits that may settle a finding, the nearest first; each has still to be judged."""
    question = structs.replace(asked.question, only=(finding.policy,))
    ready = prepare(asked.assembly, made(asked.ready.raw, edits), question)
    found = {
        edit.key: edit
        for unit, case in ready.cases
        for edit in edits_of_rules([rule for rule in unit.rules if rule.name == finding.name], case, breaking=False)
    }
    return sorted(found.values(), key=lambda edit: (edit.rank, edit.key))


# The findings ---------------------------------------------------------------------------------------------------------


def _with_fix(finding: Finding, found: Sequence[Remedy]) -> Finding:
    """Return a finding about a label with the edits that mend it in all its markets."""
    if not _is_of_label(finding) or finding.settled is not None or finding.outcome == "allow":
        return finding
    fits = [remedy for remedy in found if remedy.edits and set(finding.markets) <= set(remedy.markets)]
    return structs.replace(finding, fix=fits[0].says) if fits and finding.markets else finding
