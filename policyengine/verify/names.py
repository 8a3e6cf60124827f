"""Every name in a suite is known: policies, rules, stages, people, types; a misspelt one would never fail a case."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.completeness import COMPLETE, COVERED
from policyengine.evaluate.guaranteeing import BROKEN
from policyengine.evaluate.selecting import selected
from policyengine.evaluate.waiving import RULES as WAIVER_RULES
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Report
from policyengine.shapes.directory import Directory
from policyengine.verify.expected import SET_KEYS, Expected

RULE_KEYS: Final = ("fails", "unproven", "errors", "due", "waived", "released", "passes", "not_applicable")
_KINDS: Final = {
    "approvals": "approval",
    "escalations": "escalation",
    "reviews": "review",
    "clocks": "escalation",
    "freezes": "freeze",
}
_SHOWN: Final = 12


def known_policies(assembly: Assembly) -> tuple[str, ...]:
    """Return what a suite may name under `policies`: whatever judges, assumptions, and what records must tell."""
    assumptions = (d.body.id for d in assembly.documents if d.kind == "assumption")
    return tuple(sorted({*(unit.id for unit in assembly.units), *assumptions, COMPLETE, COVERED}))


def check_policies(patterns: Iterable[tuple[str, Span]], assembly: Assembly, report: Report) -> None:
    """Report each pattern that no policy fits."""
    known = known_policies(assembly)
    for pattern, span in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            report(Diagnostic("PE600", f"no policy is called `{pattern}`", span, help=_help(pattern, known)))


def _help(name: str, known: Iterable[str]) -> str | None:
    known = sorted(known)
    more = " …" if len(known) > _SHOWN else ""
    return did_you_mean(name, known) or (f"there are {', '.join(known[:_SHOWN])}{more}" if known else None)


class Tested(Struct, frozen=True, eq=False):
    """The policies that a suite tests, and the people that it has."""

    assembly: Assembly
    only: tuple[str, ...]
    directory: Directory

    def units(self, kind: str | None = None) -> tuple[Unit, ...]:
        """Return the tested policies, of one kind or all."""
        return tuple(u for u in self.assembly.units if selected(u.id, self.only) and kind in {None, u.kind})

    def rules(self) -> tuple[str, ...]:
        """Return the names of all rules that are tested, and those under which waivers and guarantees are found."""
        own = {
            **{waiver.id: WAIVER_RULES for waiver in self.assembly.waivers},
            **{unit.id: (BROKEN,) for unit in self.assembly.units if unit.guarantee is not None},
        }
        units = self.units()
        rules = (rule.name for unit in units for rule in unit.every_rule)
        return (*rules, *(f"{unit.id}/{rule}" for unit in units for rule in own.get(unit.id, ())))


def stages_of(unit: Unit) -> tuple[str, ...]:
    """Return what votes name as their stage: the stages of an approval, what a freeze still allows."""
    body = unit.document.body if unit.document is not None else None
    stages = getattr(body, "stages", None) or getattr(body, "still_allowed", None)
    return tuple(stage.id for stage in stages or ())


def check_person(name: str, span: Span, directory: Directory, report: Report) -> None:
    """Report a person whom the suite's directory does not have."""
    if directory.known and name not in directory.people:
        report(Diagnostic("PE208", f"unknown person `{name}`", span, help=_help(name, directory.people)))


def check_rule(name: str, span: Span, tested: Tested, report: Report) -> None:
    """Report a rule that no tested policy has. What a policy finds without a rule is known only when it is found."""
    policy, slash, _ = name.partition("/")
    known = tested.rules()
    if name in known or (slash and policy in {COMPLETE, COVERED} and any(fnmatchcase(policy, p) for p in tested.only)):
        return
    unit = next((u for u in tested.units() if u.id == policy), None)
    help_ = did_you_mean(name, known)
    if unit is not None and (unit.record_judges or unit.set_judges) and help_ is None:
        return
    if not slash:
        whole = next((rule for rule in known if rule.endswith(f"/{name}")), None)
        help_ = f"did you mean `{whole}`?" if whole is not None else help_ or "a rule is named `policy/rule`"
    elif unit is None and any(u.id == policy for u in tested.assembly.units):
        help_ = f"add `{policy}` to the suite's `policies`"
    else:
        own = [rule.name for rule in unit.every_rule] if unit is not None else known
        help_ = help_ or _help(name, own)
    report(Diagnostic("PE601", f"the tested policies have no rule `{name}`", span, help=help_))


def check_expected(expected: Expected, tested: Tested, of_record: bool, report: Report) -> None:  # noqa: FBT001 - a truth is what it is about
    """Report every name in what is expected that nobody knows, and what cannot be expected there."""
    _Checker(expected, tested, report).run(of_record=of_record)


class _Checker:
    def __init__(self, expected: Expected, tested: Tested, report: Report) -> None:
        self._expected = expected
        self._tested = tested
        self._report = report

    def run(self, *, of_record: bool) -> None:
        expected = self._expected
        for key in RULE_KEYS:
            for index, name in enumerate(getattr(expected.body, key) or ()):
                check_rule(name, self._span(key, index), self._tested, self._report)
        for key in ("obligations", "upcoming"):
            items = expected.items.get(key)
            for name in (*(items.names or ()), *items.times) if items is not None else ():
                check_rule(name, expected.span_of(key), self._tested, self._report)
        for key, rules in (("messages", expected.messages), ("mentions", expected.body.mentions or {})):
            for rule in rules:
                check_rule(rule, self._key(key, rule), self._tested, self._report)
        for key in ("approvals", "escalations", "reviews"):
            for policy in getattr(expected, key) or ():
                self._policy(key, policy, self._key(key, policy))
        for policy in expected.body.freezes or ():
            self._policy("freezes", policy, self._key("freezes", policy))
        for policy in expected.body.clocks or {}:
            self._policy("clocks", policy, self._key("clocks", policy))
        self._approvals()
        self._fitting(of_record=of_record)

    def _span(self, key: str, index: int) -> Span:
        return self._expected.node.span_at((key, index))

    def _key(self, *path: str) -> Span:
        return self._expected.node.span_at(path, key=True)

    def _policy(self, key: str, policy: str, span: Span) -> None:
        known = [unit.id for unit in self._tested.units(_KINDS[key])]
        if policy not in known:
            help_ = did_you_mean(policy, known)
            if help_ is None and any(u.id == policy for u in self._tested.assembly.units):
                help_ = "is it another kind of policy, or does it lack in the suite's `policies`?"
            message = f"no tested {_KINDS[key]} is called `{policy}`"
            self._report(Diagnostic("PE600", message, span, help=help_ or _help(policy, known)))

    def _approvals(self) -> None:
        units = {unit.id: unit for unit in self._tested.units("approval")}
        for policy, approval in (self._expected.approvals or {}).items():
            if policy not in units:
                continue
            named = [("next", name) for name in approval.next or ()]
            named += [("can_act", name) for name in approval.can_act or ()]
            named += [("due", name) for name in approval.due or ()]
            named += [("stages", name) for name in approval.stages or ()]
            named += [("away", name) for name in approval.away or ()]
            for key, stage in named:
                self._stage(stage, units[policy], self._key("approvals", policy, key))
            people = [("ignored", person) for person in approval.ignored or ()]
            people += [("can_act", person) for persons in (approval.can_act or {}).values() for person in persons]
            people += [("away", person) for persons in (approval.away or {}).values() for person in persons]
            for key, person in people:
                check_person(person, self._key("approvals", policy, key), self._tested.directory, self._report)

    def _stage(self, stage: str, unit: Unit, span: Span) -> None:
        known = stages_of(unit)
        if known and stage not in known:
            message = f"`{unit.id}` has no stage `{stage}`"
            self._report(Diagnostic("PE608", message, span, help=_help(stage, known)))

    def _fitting(self, *, of_record: bool) -> None:
        """Report what is never said about a record, or never about the set."""
        for key in self._expected.node.keys:
            if of_record and key == "reviews":
                help_ = "leave `record` out: reviews are judged for the set at a time"
                self._report(Diagnostic("PE613", "a record has no reviews", self._expected.span_of(key), help=help_))
            if not of_record and key not in SET_KEYS:
                help_ = "give the case a `record`"
                message = f"`{key}` is said about a record, and the case has none"
                self._report(Diagnostic("PE613", message, self._expected.span_of(key), help=help_))
