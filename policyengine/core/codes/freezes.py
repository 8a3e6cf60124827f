"""PE37x: freezes."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_PEOPLE = (
    "kind: directory\nid: directory\nowner: social\n"
    "people: {ana: {team: social, roles: [head]}, ben: {team: social, roles: [counsel]}}\nroles: [head, counsel, cmo]\n"
    "---\n"
)
_FREEZE = (
    "kind: freeze\nid: freeze.example\ntitle: Example\nowner: social\napplies_to: content\nmay_declare: {role: head}\n"
)
_STARTED = "started_by: freeze_order\n"
_COVERS = "covers: {markets: {includes_any: $order.markets}}\n"
_LASTS = "lasts: 24h\n"
_LIFT = "lift: {of: {role: head}}\n"
_REST = _STARTED + _LASTS + _COVERS + _LIFT
_ALLOWED = "{id: notice, when: {labels: {includes: notice}}, approved_by: {role: head}}"

CODES: tuple[Code, ...] = (
    Code(
        "PE370",
        "a freeze that covers the same whatever the order says",
        "`$order` stands for the record that started the freeze. Where `covers` does not ask for it, an order for one "
        "market stops every market.",
        bad=_PEOPLE + _FREEZE + _STARTED + _LASTS + _LIFT + "covers: {platform: x}\n",
        good=_PEOPLE + _FREEZE + _REST,
    ),
    Code(
        "PE371",
        "a type of record that cannot start a freeze",
        "An order says who declared it and from when, and lists renewals, votes to lift it and exemptions; the type of "
        "record that `started_by` names has fields for them.",
        bad=_PEOPLE + _FREEZE + "started_by: campaign\ncovers: {platform: x}\n" + _LASTS + _LIFT,
        good=_PEOPLE + _FREEZE + _REST,
    ),
    Code(
        "PE372",
        "a freeze for which there are not enough people",
        "Somebody has to be there who may declare a freeze, lift it, break the glass and approve what is still "
        "allowed; in `lift` everybody counts once only.",
        bad=_PEOPLE + _FREEZE + _STARTED + _LASTS + _COVERS + "lift: {of: [{role: head}, {role: cmo}]}\n",
        good=_PEOPLE + _FREEZE + _STARTED + _LASTS + _COVERS + "lift: {of: [{role: head}, {role: counsel}]}\n",
    ),
    Code(
        "PE373",
        "a number of entries that are not there",
        "`count` says how many of the entries under `of` are needed, each filled by somebody else. Two people of one "
        "role are one entry: `{role: counsel, count: 2}`.",
        bad=_PEOPLE + _FREEZE + _STARTED + _LASTS + _COVERS + "lift: {count: 2, of: {role: head}}\n",
        good=_PEOPLE
        + _FREEZE
        + _STARTED
        + _LASTS
        + _COVERS
        + "lift: {count: 1, of: [{role: head}, {role: counsel}]}\n",
    ),
    Code(
        "PE374",
        "a freeze that waits for office hours",
        "A crisis does not keep office hours: `lasts` and `at_most` run by the clock, and last longer than nothing.",
        bad=_PEOPLE + _FREEZE + _STARTED + "lasts: 2 business days\n" + _COVERS + _LIFT,
        good=_PEOPLE + _FREEZE + _REST,
    ),
    Code(
        "PE375",
        "two entries with one id",
        "Votes name the entry that they are for, as their stage.",
        bad=_PEOPLE + _FREEZE + _REST + f"still_allowed: [{_ALLOWED}, {_ALLOWED}]\n",
        good=_PEOPLE + _FREEZE + _REST + f"still_allowed: [{_ALLOWED}]\n",
    ),
)
