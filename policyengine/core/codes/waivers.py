"""PE38x: waivers and guarantees. Examples as for PE1xx."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_CHECK = "kind: check\nid: links.tagged\ntitle: Example\nowner: social\napplies_to: content\n"
_RULE = "rules: [{id: own_domain, when: {platform: x, format: text}, then: hold}]\n---\n"
_HEAD = "kind: waiver\nid: waiver.trial\npolicy: links.tagged\n"
_RECORDS = "records: {campaign: spring_26}\n"
_REST = "because: a trial\napproved_by: {person: kim}\n"
_WAIVER = f"{_HEAD}rule: own_domain\n{_RECORDS}{_REST}"


def _set(waiver: str, rule: str = _RULE) -> str:
    """Return a waiver with its policy before it."""
    return _CHECK + rule + waiver


CODES: tuple[Code, ...] = (
    Code(
        "PE380",
        "a waiver of a rule that is not there",
        "A waiver names one rule of a policy by its id. Approvals, freezes and reviews have no rules that could be "
        "waived: they have their own ways out.",
        bad=_set(_WAIVER.replace("own_domain", "own_domian") + "expires: 2026-07-31\n"),
        good=_set(f"{_WAIVER}expires: 2026-07-31\n"),
    ),
    Code(
        "PE381",
        "a waiver of a rule that cannot be waived",
        "A rule that says `waivable: no` binds everybody; to let somebody off, change the rule, where all can see it.",
        bad=_set(f"{_WAIVER}expires: 2026-07-31\n", _RULE.replace("then: hold", "then: hold, waivable: no")),
        good=_set(f"{_WAIVER}expires: 2026-07-31\n"),
    ),
    Code(
        "PE382",
        "a guarantee with a gap",
        "A guarantee says that an outcome is too light; then every lighter one is, too.",
        bad="kind: guarantee\nid: guarantee.example\ntitle: Example\nowner: social\napplies_to: content\n"
        "when: {use: paid}\nnever: {outcome: [flag]}\n",
        good="kind: guarantee\nid: guarantee.example\ntitle: Example\nowner: social\napplies_to: content\n"
        "when: {use: paid}\nnever: {outcome: [allow, flag]}\n",
    ),
    Code(
        "PE383",
        "a waiver that lasts too long",
        "A waiver is for a while: at most 7 days from its beginning for a critical rule, 30 for a high, 90 for a "
        "medium and 365 for a low one, unless the rule says otherwise (`waivable: {at_most: 30d}`).",
        bad=_set(f"{_WAIVER}approved_at: 2026-05-01\nexpires: 2027-07-31\n"),
        good=_set(f"{_WAIVER}approved_at: 2026-05-01\nexpires: 2026-07-30\n"),
    ),
    Code(
        "PE384",
        "two waivers for one rule and the same records",
        "With two of them nobody knows which reason, which approver and which end count.",
        bad=_set(
            f"{_WAIVER}expires: 2026-07-31\n---\n"
            f"{_WAIVER.replace('waiver.trial', 'waiver.second')}expires: 2026-07-31\n"
        ),
        good=_set(
            f"{_WAIVER}expires: 2026-07-31\n---\n"
            f"{_WAIVER.replace('waiver.trial', 'waiver.second').replace('spring_26', 'autumn_26')}expires: 2026-07-31\n"
        ),
    ),
    Code(
        "PE385",
        "a waiver for no record at all",
        "The scope of a waiver asks one field to be two things at once, so it waives nothing.",
        bad=_set(
            f"{_HEAD}rule: own_domain\nrecords: {{all_of: [{{platform: x}}, {{platform: line}}]}}\n{_REST}"
            "expires: 2026-07-31\n"
        ),
        good=_set(f"{_HEAD}rule: own_domain\nrecords: {{platform: [x, line]}}\n{_REST}expires: 2026-07-31\n"),
    ),
    Code(
        "PE386",
        "a waiver that is too broad",
        "The scope of a waiver names what it is about. One that only says what is told (`exists`), or what is left out "
        "(`is_not`, `not`), takes in nearly everything; then the rule itself should change.",
    ),
    Code(
        "PE387",
        "a waiver that expired",
        "Its last day is over, so the rule binds again. Delete the waiver, or have another one approved.",
    ),
    Code(
        "PE388",
        "a waiver that nobody entitled approved",
        "A waiver counts if a person of the directory approved it who may: whom the rule names (`waivable: {by: …}`), "
        "else somebody outside the team that owns the rule. It is void until then.",
    ),
    Code(
        "PE389",
        "a waiver that is not needed",
        "It changed no outcome of the records that were judged: the rule passes without it. Delete it, so that nobody "
        "takes it for a permission.",
    ),
)
