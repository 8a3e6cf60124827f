"""PE73x: lists of terms, and what they find."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_LIST = "kind: terms\nid: terms.rude\nowner: community\n%swords: [%s]\n---\n"
_RULE = (
    "kind: moderation\nid: example\ntitle: Example\nowner: community\napplies_to: comment\nrules:\n"
    "  - {id: rude, title: Rude words are hidden, when: {text: {mentions: $terms.rude}}, then: block, do: [hide]}\n"
)
_ALL = "see_through: [accents, lookalikes, leet, repeats, separators]\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE730",
        "a list of terms that hits everyday words",
        "People write these words every day without meaning any harm. Where a rule hides, removes or restricts what "
        "holds a term of the list, `validate` says so by itself; for every other list with `--words`.",
        bad=_LIST % (_ALL, "cracker") + _RULE,
        good=_LIST % (_ALL, "clownface") + _RULE,
    ),
    Code(
        "PE731",
        "a list of terms that is easily evaded",
        "Each term was tried in disguises that people use: invisible characters, letters of other scripts, digits for "
        "letters, stretched and spelled words. Where a rule hides, removes or restricts what holds a term of the "
        "list, `validate` says so by itself; for every other list with `--words`.",
        bad=_LIST % ("", "clownface") + _RULE,
        good=_LIST % (_ALL, "clownface") + _RULE,
    ),
)
