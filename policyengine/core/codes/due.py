"""PE7xx: what falls due."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_CHECK = (
    "kind: check\nid: links.short\ntitle: Links are ours\nowner: analytics\napplies_to: content\n"
    "rules: [{id: short, when: {links: {some: {shortened: true}}}, then: hold}]\n"
)

CODES: tuple[Code, ...] = (
    Code(
        "PE710",
        "a review of the policy itself that nobody can date",
        "`review` says how often a policy is looked at again, as a period (`quarter`) or a length of time (`6 "
        "months`). `policyengine due` lists the date, so it must be one that can be worked out.",
        bad=_CHECK + "review: {every: half-yearly}\n",
        good=_CHECK + "review: {every: half-year, last: 2026-05-04}\n",
    ),
    Code(
        "PE711",
        "nobody by that name",
        "`--owner` takes a team or a person of the directory. Of a misspelt name nothing would ever be due.",
    ),
)
