"""PE390 to PE399: the register of choices. Examples as for PE1xx."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_CHOICE = (
    "kind: choice\nid: choices.example\nowner: social\nquestion: Who may publish?\nmay_decide: {role: head_of_social}\n"
)
_OPTIONS = "options: [central, decentralised]\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE390",
        "a choice whose id does not begin with `choices.`",
        "`$` and the id make the reference: `$choices.attribution_model` is what was chosen for the choice with the id "
        "`choices.attribution_model`.",
        bad=_CHOICE.replace("choices.example", "example") + _OPTIONS,
        good=_CHOICE + _OPTIONS,
    ),
    Code(
        "PE391",
        "options that cannot be chosen from",
        "Options are two ids or more, each once: conditions compare them (`$choices.example: central`). A title may "
        "stand beside the id.",
        bad=_CHOICE + "options: [central, central]\n",
        good=_CHOICE + "options: [central, {id: decentralised, title: Every market on its own}]\n",
    ),
    Code(
        "PE392",
        "weights that do not sum to 100%",
        "The weights of the criteria say how much each counts, so they are above 0% and sum to 100%.",
        bad=_CHOICE + _OPTIONS + "criteria: [{criterion: cost, weight: 40%}, {criterion: speed, weight: 40%}]\n",
        good=_CHOICE + _OPTIONS + "criteria: [{criterion: cost, weight: 40%}, {criterion: speed, weight: 60%}]\n",
    ),
    Code(
        "PE393",
        "a criterion that stands twice",
        "Scores are told by criterion, so each has one weight.",
        bad=_CHOICE + _OPTIONS + "criteria: [{criterion: cost, weight: 40%}, {criterion: cost, weight: 60%}]\n",
        good=_CHOICE + _OPTIONS + "criteria: [{criterion: cost, weight: 100%}]\n",
    ),
)
