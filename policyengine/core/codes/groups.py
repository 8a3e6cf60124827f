"""PE72x: rules about several records at once."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_MODERATION = "kind: moderation\nid: example\ntitle: Example\nowner: community\napplies_to: comment\nrules:\n"
_WINDOW = _MODERATION + "  - {id: raid, title: A raid, window: {by: target.id, within: 10 min, %s}, then: hold}\n"
_CHECK = "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: plan\n"
_RULES = "rules:\n  - {id: load, title: Too much, when: {hours_planned: {above: 40}}, then: hold}\n"
_ABOUT = "rules:\n  - {id: load, title: Too much, when: {%s: {some: {hours_planned: {above: 40}}}}, then: hold}\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE720",
        "a field that cannot be counted or grouped by",
        "Records are grouped by fields with one value (or a list of such values), and `distinct` counts such values; "
        "`rising` needs numbers or times.",
        bad=_WINDOW.replace("target.id", "target") % "at_least: 20",
        good=_WINDOW % "at_least: 20",
    ),
    Code(
        "PE721",
        "a type of record that does not say when it took place",
        "Windows and periods look at when a record took place: the field that its schema names with `x-event-time`.",
        bad=(_CHECK + "across: {by: [owner], period: week, in_a_row: 4}\n").replace("plan", "persona")
        + "rules: [{id: x, title: Too many, when: {owner: kim}, then: flag}]\n",
        good=_CHECK + "across: {by: [owner], period: week, in_a_row: 4}\n" + _RULES,
    ),
    Code(
        "PE722",
        "a window that measures two things",
        "A window counts records, or measures one other thing; which of two would be compared is not said.",
        bad=_WINDOW % "distinct: author.id, share: {ours: true}, at_least: 20",
        good=_WINDOW % "distinct: author.id, at_least: 20",
    ),
    Code(
        "PE723",
        "a length of time that windows cannot have",
        "A window is as long everywhere and always: months and business days are not.",
        bad=_WINDOW.replace("10 min", "2 business days") % "at_least: 20",
        good=_WINDOW.replace("10 min", "48h") % "at_least: 20",
    ),
    Code(
        "PE724",
        "a threshold that says nothing",
        "One that always or never holds, a share above 100 %, or an end that lies above the beginning.",
        bad=_WINDOW % "share: {ours: false}, at_least: 20",
        good=_WINDOW % "share: {ours: false}, at_least: 20%",
    ),
    Code(
        "PE725",
        "a row without periods",
        "`in_a_row` counts calendar periods, one after the other; one alone is no row.",
        bad=_CHECK + "across: {by: [owner], period: week, in_a_row: 1}\n" + _RULES,
        good=_CHECK + "across: {by: [owner], period: week, in_a_row: 4}\n" + _RULES,
    ),
    Code(
        "PE726",
        "a rule about one record among rules about groups",
        "With `across` the rules are about each group: `$group` is the list of its records, and what they have in "
        "common stands under its own name.",
        bad=_CHECK + "across: {by: [owner], period: week}\n" + _RULES,
        good=_CHECK + "across: {by: [owner], period: week}\n" + _ABOUT % "$group",
    ),
)
