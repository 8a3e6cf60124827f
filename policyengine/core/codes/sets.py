"""PE2xx: a set of policies. Examples as for PE1xx."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_DIRECTORY = (
    "kind: directory\nid: directory\nowner: social\n"
    "people: {ana: {team: social, roles: [editor]}}\n"
    "on_call: {community: {people: [ana], change: weekly, from: 2026-01-05}}\n---\n"
)
_CHECK = "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
_RULES = "rules: [{id: example, when: {platform: tiktok}, then: hold}]\n"
_OVERLAY = (
    "kind: check\nid: example.de\nextends: example\nonly_for: {markets: {includes: DE}}\n"
    "rules: [{id: example, then: block}]\n"
)

CODES: tuple[Code, ...] = (
    Code(
        "PE200",
        "a set without a directory",
        "The directory says which teams, roles and people there are. Without it every name counts as known, so a "
        "misspelt team is not noticed.",
        bad=_CHECK + _RULES,
        good=_DIRECTORY + _CHECK + _RULES,
    ),
    Code(
        "PE201",
        "two policies with one id",
        "Findings, waivers and approvals name a policy by its id; with two of them nobody knows which.",
        bad=f"{_CHECK}{_RULES}---\n{_CHECK}{_RULES}",
        good=f"{_CHECK}{_RULES}---\n{_CHECK.replace('id: example', 'id: example.second')}{_RULES}",
    ),
    Code(
        "PE202",
        "an unknown team",
        "Teams stand in the directory. One that is not there cannot answer for a policy, nor be told anything.",
        bad=_DIRECTORY + _CHECK.replace("owner: social", "owner: socail") + _RULES,
        good=_DIRECTORY + _CHECK + _RULES,
    ),
    Code(
        "PE203",
        "two directories",
        "Who belongs to which team has one home.",
        bad=_DIRECTORY + _DIRECTORY.replace("id: directory", "id: directory.second") + _CHECK + _RULES,
        good=_DIRECTORY + _CHECK + _RULES,
    ),
    Code(
        "PE204",
        "a condition that is defined twice",
        "Named conditions are known to all policies of the set, so each name means one thing.",
        bad="kind: definitions\nid: is\nowner: social\napplies_to: content\ndefine: {short: {platform: tiktok}}\n---\n"
        "kind: definitions\nid: is.more\nowner: social\napplies_to: content\ndefine: {short: {platform: youtube}}\n",
        good="kind: definitions\nid: is\nowner: social\napplies_to: content\ndefine: {short: {platform: tiktok}}\n---\n"
        "kind: definitions\nid: is.more\nowner: social\napplies_to: content\ndefine: {long: {platform: youtube}}\n",
    ),
    Code(
        "PE205",
        "an unknown policy",
        "The policy that is named here does not stand in the set, or is of another kind.",
        bad="when: {platform: tiktok}\nthen: hold\ndo: [{escalate: escalation.crisis}]\n",
        good="when: {platform: tiktok}\nthen: hold\ndo: [{queue: community}]\n",
    ),
    Code(
        "PE206",
        "two rules with one id",
        "A rule is named `policy/rule` in findings, waivers and tests.",
        bad="rules:\n  - {id: a, when: {platform: tiktok}, then: hold}\n"
        "  - {id: a, when: {platform: youtube}, then: hold}\n",
        good="rules:\n  - {id: a, when: {platform: tiktok}, then: hold}\n"
        "  - {id: b, when: {platform: youtube}, then: hold}\n",
    ),
    Code(
        "PE207",
        "an unknown role",
        "Roles are given to people in the directory. Nobody holds this one, so nobody could release or approve.",
        bad=f"{_DIRECTORY}{_CHECK}rules:\n"
        "  - {id: example, when: {platform: tiktok}, then: hold, released_by: {role: edtor}}\n",
        good=f"{_DIRECTORY}{_CHECK}rules:\n"
        "  - {id: example, when: {platform: tiktok}, then: hold, released_by: {role: editor}}\n",
    ),
    Code(
        "PE208",
        "an unknown person",
        "People stand in the directory under the id that votes and rulings use.",
        bad=f"{_DIRECTORY}{_CHECK}rules:\n"
        "  - {id: example, when: {platform: tiktok}, then: hold, released_by: {person: anna}}\n",
        good=f"{_DIRECTORY}{_CHECK}rules:\n"
        "  - {id: example, when: {platform: tiktok}, then: hold, released_by: {person: ana}}\n",
    ),
    Code(
        "PE209",
        "an unknown calendar",
        "Deadlines run in the opening hours of a calendar of the directory, in those of the record's market "
        "(`market`), or always (`always`).",
    ),
    Code("PE210", "an unknown on-call rotation", "Rotations stand in the directory under `on_call`."),
    Code(
        "PE211",
        "something that is no market",
        "Markets are the two capitals of ISO 3166-1, such as `GB`; `EU` stands for its layer of rules.",
    ),
    Code(
        "PE213",
        "an unknown type of record",
        "A policy is about records of one type; its schema says which fields there are.",
        bad="applies_to: contents\n",
        good="applies_to: content\n",
    ),
    Code("PE214", "an unknown word list", "Word lists are documents of `kind: terms`; their ids begin with `terms.`."),
    Code(
        "PE215",
        "an unknown time zone",
        "Zones are named as in the IANA data, such as `Europe/London`: an offset does not know of summer time.",
    ),
    Code(
        "PE220",
        "an overlay of an unknown policy",
        "An overlay says what is different from its base. The policy that it extends does not stand in the set.",
        bad=f"{_CHECK}{_RULES}---\nkind: check\nid: example.de\nextends: exmaple\n",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY}",
    ),
    Code(
        "PE221",
        "overlays that extend each other",
        "A chain of overlays ends at a policy that extends none, such as brand, market, region and base.",
        bad="kind: check\nid: example.de\nextends: example.eu\n---\nkind: check\nid: example.eu\nextends: example.de\n",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY}",
    ),
    Code(
        "PE222",
        "an overlay of another kind than its base",
        "An overlay replaces keys of its base, so both have the same keys.",
        bad=f"{_CHECK}{_RULES}---\n{_OVERLAY.replace('kind: check', 'kind: moderation')}",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY}",
    ),
    Code(
        "PE223",
        "an overlay that may loosen",
        "An overlay may only tighten: whoever reads the base relies on it. Accepted is what can be shown to be at "
        "least as strict, key by key; everything else has to be declared, with `may_loosen: true` and a reason.",
        bad=f"{_CHECK}{_RULES}---\n{_OVERLAY.replace('then: block', 'then: flag')}",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY}",
    ),
    Code(
        "PE224",
        "permission to loosen without a reason",
        "Somebody will wonder why a market or a brand is held to less than all others.",
        bad=f"{_CHECK}{_RULES}---\n{_OVERLAY.replace('then: block', 'then: flag')}may_loosen: true\n",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY.replace('then: block', 'then: flag')}may_loosen: true\n"
        "because: the law there asks for no more\n",
    ),
    Code(
        "PE225",
        "an overlay that leaves out what is not there",
        "`without` names keys of the base that do not hold here, `removed` an entry of a list by its id.",
        bad=f"{_CHECK}{_RULES}---\n{_OVERLAY.replace('then: block', 'without: [except]')}",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY}",
    ),
    Code(
        "PE226",
        "permission to loosen in a policy that is no overlay",
        "`may_loosen` is about the policy that an overlay extends.",
        bad=f"{_CHECK}may_loosen: true\n{_RULES}",
        good=_CHECK + _RULES,
    ),
    Code(
        "PE227",
        "permission to loosen that nothing needs",
        "Everything in the overlay can be shown to be at least as strict. The next change would slip through unseen.",
        bad=f"{_CHECK}{_RULES}---\n{_OVERLAY}may_loosen: true\nbecause: it once was\n",
        good=f"{_CHECK}{_RULES}---\n{_OVERLAY}",
    ),
    Code(
        "PE230",
        "a fact whose absence passes in silence",
        "`validate --holes` lists, for each rule, what may be left out without a word: what `exists` asks for, lists "
        "with a default, what an assumption fills in, entries of lists. It is a note: somebody should have meant it.",
    ),
)
