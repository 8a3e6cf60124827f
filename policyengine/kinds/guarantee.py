"""`kind: guarantee`: what must never come of a record, whatever the other policies, waivers and rulings say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from policyengine.core.decision import OUTCOMES, RANK, Outcome
from policyengine.shapes.contract import Compiled, Context, Kind
from policyengine.shapes.guarantee import Guarantee
from policyengine.shapes.parts import Condition, Doc, OneOrMore, Part, Refers, Tighter, Use
from policyengine.shapes.policy import Policy

EXAMPLE = """\
kind: guarantee
id: guarantee.paid_posts_are_labelled
title: No paid post for Britain goes out without a label
owner: legal
applies_to: content
when: {sponsorship.connection: paid, markets: {includes: GB}}
markets: [GB]
never: {outcome: [allow, flag]}
except: {text: {mentions: [ad, advert, advertisement]}}
"""

TooLight = Literal["allow", "flag", "hold"]


class Never(Part, frozen=True, kw_only=True):
    """The outcomes that are too light."""

    outcome: Annotated[
        list[TooLight], OneOrMore(), Tighter("more"), Doc("outcomes that must never come of it", "[allow, flag]")
    ]


class GuaranteePolicy(Policy, frozen=True, kw_only=True):
    """An invariant: for these records the outcome is never one of those that are too light."""

    when: Annotated[Condition | None, Use("tightens"), Doc("for which records", "{use: paid}")] = None
    markets: Annotated[
        list[Annotated[str, Refers("market")]] | None, OneOrMore(), Doc("only the outcome for these markets", "[GB]")
    ] = None
    never: Annotated[Never, Doc("what must never come of them", "{outcome: [allow, flag]}")]
    except_: Annotated[Condition | None, Use("loosens"), Doc("what is exempt (only if certain)")] = field(
        default=None, name="except"
    )
    fix: Annotated[str | None, Tighter("any"), Doc("how to mend it")] = None


def compile_guarantee(body: GuaranteePolicy, context: Context) -> Compiled:
    """Return the guarantee of a document; outcomes with a lighter one left out between them are reported."""
    gates = (context.gate(body, "only_for"), context.gate(body, "when"))
    return Compiled(
        guarantee=Guarantee(
            policy=body.id,
            title=body.title,
            floor=_floor(body.never, context),
            gates=tuple(gate for gate in gates if gate is not None),
            exempt=context.gate(body, "except_"),
            markets=tuple(sorted(set(body.markets or ()))),
            fix=body.fix,
            span=context.document.span(body.never),
        )
    )


def _floor(never: Never, context: Context) -> Outcome:
    """Return the lightest outcome that is heavier than all that are too light."""
    heaviest = max(RANK[outcome] for outcome in never.outcome)
    left = [outcome for outcome in OUTCOMES[:heaviest] if outcome not in never.outcome]
    if left:
        message = f"the guarantee refuses `{OUTCOMES[heaviest]}` and not `{left[0]}`, which is lighter"
        span = context.document.value_span(never, "outcome")
        context.fault("PE382", message, span, f"write `[{', '.join(OUTCOMES[: heaviest + 1])}]`")
    return OUTCOMES[heaviest + 1]


KIND = Kind(
    name="guarantee",
    document=GuaranteePolicy,
    meaning="what must never come of a record, whatever the other policies say",
    example=EXAMPLE,
    compile=compile_guarantee,
)
