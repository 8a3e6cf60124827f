"""`kind: choice`: what people decide once, for all policies; they read what was chosen as `$choices.name`.

The document is the question, the options, and who may decide. The decision itself is a record of type `choice` that
concerns it, so that deciding needs no change of the policies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import Struct, field

from policyengine.core.decision import Finding, Place
from policyengine.core.diagnostic import Diagnostic
from policyengine.core.quantity import write_share
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.scope import Choice as Asked
from policyengine.language.scope import Scope, resolve
from policyengine.language.tree import CHOICES, All, Condition, Const, Named, Path, Step, Test
from policyengine.shapes import choosing
from policyengine.shapes.contract import Case, Compiled, Context, Contribution, Kind, Report
from policyengine.shapes.document import ID_CHARACTERS, Document
from policyengine.shapes.parts import Doc, Form, OneOrMore, Part, Raw, Refers, Share
from policyengine.shapes.policy import Policy, Releaser
from policyengine.shapes.rules import compile_rule, scope_condition

EXAMPLE: Final = """\
kind: choice
id: choices.attribution_model
owner: analytics
question: Which model credits conversions to social?
options: [last_click, position, markov]
criteria:
  - {criterion: data available, weight: 40%}
  - {criterion: cost, weight: 20%}
  - {criterion: accuracy, weight: 40%}
may_decide: {role: head_of_analytics}
review: {every: 6 months}
"""
REGISTER: Final = "choices.register"
_LEAST: Final = 2


class Criterion(Part, frozen=True, kw_only=True):
    """What the options are measured by."""

    criterion: Annotated[str, Doc("what is looked at", "cost")]
    weight: Annotated[Share, Doc("how much it counts; all of them sum to 100%", "40%")]


class Deciders(Part, frozen=True, kw_only=True):
    """Who may decide."""

    one_of = (("role", "team", "person", "any_of"),)

    role: Annotated[str | None, Refers("role"), Doc("somebody who holds this role")] = None
    team: Annotated[str | None, Refers("team"), Doc("somebody of this team")] = None
    person: Annotated[str | None, Refers("person"), Doc("this person alone")] = None
    any_of: Annotated[list[Releaser] | None, Doc("one of these", "[{role: counsel}, {person: kim}]")] = None


class Choice(Policy, frozen=True, kw_only=True):
    """A question with options, and what a decision about it must fulfil."""

    title: Annotated[str, Doc("what it is for, where the question does not say it")] = ""
    applies_to: Annotated[Literal["choice"], Doc("the records that decide it")] = "choice"
    question: Annotated[str, Doc("what is to be decided", "Who may publish?")]
    options: Annotated[
        list[Annotated[Raw, Form("option")]],
        Doc("what may be chosen: ids, or ids with titles", "[central, {id: decentralised, title: Every market}]"),
    ]
    criteria: Annotated[list[Criterion] | None, Doc("what the options are scored by")] = None
    may_decide: Annotated[Deciders, Doc("who may decide it", "{role: head_of_analytics}")]
    evidence: Annotated[
        list[str] | None, OneOrMore(), Doc("the fields that a decision must tell", "[evidence, dpia_ref]")
    ] = field(default=None)


# The register ---------------------------------------------------------------------------------------------------------


def provide(document: Document, report: Report) -> Asked:
    """Return what the policies of the set may ask of the choice."""
    body: Choice = document.body
    if not body.id.startswith(CHOICES):
        span, help_ = document.value_span(None, "id"), f"write `{CHOICES}{body.id}`"
        report(Diagnostic("PE390", f"the id `{body.id}` does not begin with `{CHOICES}`", span, help=help_))
    return Asked(
        id=body.id,
        question=body.question,
        options=_options(body, document, report),
        weights={c.criterion: c.weight for c in body.criteria or ()},
        deciders=tuple(_deciders(body.may_decide)),
        evidence=tuple(body.evidence or ()),
        every=body.review.every if body.review is not None else None,
    )


def _options(body: Choice, document: Document, report: Report) -> dict[str, str]:
    """Return the options by id, each with its title."""
    found: dict[str, str] = {}
    for raw in body.options:
        identity, title = _option(raw.node)
        if identity is None:
            message = "an option is an id, or an id with a title"
            help_ = "small letters, digits and `_`, as `{id: markov, title: A Markov chain}`"
            report(Diagnostic("PE391", message, raw.node.span, help=help_))
        elif identity in found:
            report(Diagnostic("PE391", f"the option `{identity}` stands twice", raw.node.span, help="name it once"))
        else:
            found[identity] = title
    if len(body.options) < _LEAST:
        span = document.value_span(None, "options")
        report(Diagnostic("PE391", "there is nothing to choose from", span, help="name at least two options"))
    return found


def _option(node: Node) -> tuple[str | None, str]:
    """Return an option's id (None: it has none that is fit) and its title."""
    value = node.value
    if not isinstance(value, dict):
        return _id(node), ""
    title = value.get("title")
    titled = title is None or not (title.value is None or isinstance(title.value, dict | list))
    if "id" not in value or not titled or value.keys() - {"id", "title"}:
        return None, ""
    return _id(value["id"]), "" if title is None else str(title.value)


def _id(node: Node) -> str | None:
    text = node.raw if node.raw is not None else node.value
    fit = isinstance(text, str) and text != "unknown" and set(text) <= set(ID_CHARACTERS) and all(text.split("."))
    return str(text) if fit and node.value is not None else None


def _deciders(written: Deciders) -> Iterator[tuple[str, str]]:
    for part in written.any_of or (written,):
        for kind in ("role", "team", "person"):
            name = getattr(part, kind)
            if name is not None:
                yield kind, name


# Compiling ------------------------------------------------------------------------------------------------------------


def compile_choice(body: Choice, context: Context) -> Compiled:
    """Return what judges the decisions about a choice; faults are reported."""
    _check_criteria(body, context)
    _check_evidence(body, context)
    asked = context.world.names.choices.get(body.id)
    if asked is None:
        return Compiled()
    scope = Named("concerns", "", All((_concerns(asked, context), scope_condition(body, context))))
    rules = [compile_rule(rule, body, context, scope) for rule in body.rules or ()]
    return Compiled(
        rules=tuple(rule for rule in rules if rule is not None),
        record_judges=(Decisions(asked, Place.of(context.document.span(None, "id"))),),
    )


def _concerns(asked: Asked, context: Context) -> Condition:
    """Return the condition that a record concerns the choice."""
    assert context.record is not None  # noqa: S101 - choices apply to records of type choice
    concerns = context.record.root.fields["concerns"]
    path = Path("record", (Step("concerns", concerns),), concerns, "concerns")
    return Test(path, "is", Const(asked.id, asked.id))


def _check_criteria(body: Choice, context: Context) -> None:
    criteria = body.criteria or ()
    for criterion, count in Counter(c.criterion for c in criteria).items():
        if count > 1:
            second = [c for c in criteria if c.criterion == criterion][1]
            span = context.document.value_span(second, "criterion")
            context.fault("PE393", f"the criterion `{criterion}` stands twice", span, "weigh it once")
    for each in criteria:
        if not 0 < each.weight <= 1:
            span = context.document.value_span(each, "weight")
            context.fault("PE392", f"`{each.criterion}` weighs {write_share(each.weight)}", span, "more than 0%")
    total = sum((c.weight for c in criteria), Decimal(0))
    if body.criteria is not None and total != 1:
        span = context.document.value_span(None, "criteria")
        context.fault("PE392", f"the weights sum to {write_share(total)}", span, "let them sum to 100%")


def _check_evidence(body: Choice, context: Context) -> None:
    assert context.record is not None  # noqa: S101 - as above
    for index, name in enumerate(body.evidence or ()):
        span = context.document.value_span(None, "evidence", index)
        resolve(name, Scope.of(context.names, context.record), span, context.report, spread=True)


# Judging --------------------------------------------------------------------------------------------------------------


class Decisions(Struct, frozen=True, eq=False):
    """Judges a record of type choice that concerns the choice: the same faults that policies relying on it find."""

    asked: Asked
    source: Place

    def __call__(self, case: Case) -> Contribution:
        """Return the findings about the decision."""
        if choosing.text_of(case.facts, "concerns") != self.asked.id:
            return Contribution()
        place = choosing.Place(
            at=case.at,
            zone=case.zone,
            directory=case.directory,
            reviewed=choosing.reviews_of(self.asked.id, case.related("review"), case.at),
        )
        found = list(choosing.faults(self.asked, case.facts, place))
        if choosing.decides(case.facts):
            found += [f for f in self._beside_others(case, place) if f.rule == "contradicted"]
        return Contribution(findings=tuple(self._finding(fault) for fault in found))

    def _beside_others(self, case: Case, place: choosing.Place) -> tuple[choosing.Fault, ...]:
        own = choosing.text_of(case.facts, "id")
        related = choosing.concerning(self.asked.id, case.related("choice"))
        others = [record for record in related if choosing.text_of(record, "id") != own]
        return choosing.standing(self.asked, [*others, case.facts], place).faults

    def _finding(self, fault: choosing.Fault) -> Finding:
        return Finding(
            policy=self.asked.id,
            rule=fault.rule,
            verdict="fail",
            outcome="hold" if fault.void else "flag",
            severity="medium" if fault.void else "low",
            message=fault.message,
            fix=fault.fix or None,
            field=fault.field or None,
            source=self.source,
            path=tuple(fault.field.split(".")) if fault.field else (),
        )


class Unknown(Struct, frozen=True, eq=False):
    """Judges any record of type choice: it concerns a choice of the register, else it would count nowhere."""

    known: tuple[str, ...]

    def __call__(self, case: Case) -> Contribution:
        """Return a finding where the record concerns nothing known."""
        concerns = choosing.text_of(case.facts, "concerns")
        if concerns in self.known:
            return Contribution()
        finding = Finding(
            policy=REGISTER,
            rule="unknown_choice",
            verdict="fail" if concerns else "unproven",
            outcome="hold",
            severity="medium",
            message=f"`{concerns}` is no choice of this set" if concerns else "it is not told which choice it decides",
            fix=did_you_mean(concerns, self.known) or f"there are {', '.join(self.known)}",
            field="concerns",
            missing=() if concerns else ("concerns",),
            path=("concerns",),
        )
        return Contribution(findings=(finding,))


def whole(documents: tuple[Document, ...], _: Context) -> tuple[str, Compiled]:
    """Return what judges every decision, whatever it concerns."""
    return REGISTER, Compiled(record_judges=(Unknown(tuple(sorted(d.body.id for d in documents))),))


KIND = Kind(
    name="choice",
    document=Choice,
    meaning="a question that people decide once, and who may decide it",
    example=EXAMPLE,
    compile=compile_choice,
    provides=provide,
    own_rules=True,
    whole=whole,
)
