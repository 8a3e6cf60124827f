"""PE1xx: documents and conditions.

An example is a whole document, keys of a rule (`when`, `then` …), or keys of a check; tests complete and load it.
"""

from __future__ import annotations

from policyengine.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code(
        "PE101",
        "something that is no condition",
        "A condition is a mapping of fields to what must hold of them; `all_of`, `any_of` and `none_of` take lists of "
        "such mappings.",
        bad="when: tiktok\nthen: hold\n",
        good="when: {platform: tiktok}\nthen: hold\n",
    ),
    Code(
        "PE102",
        "an unknown field",
        "A misspelt field is never told, so a rule about it would never speak. Every field of a condition therefore "
        "stands in the schema of the record type that the policy is about.",
        bad="when: {author.folowers: {at_least: 10000}}\nthen: hold\n",
        good="when: {author.followers: {at_least: 10000}}\nthen: hold\n",
    ),
    Code(
        "PE103",
        "an operator that does not fit",
        "Which comparisons make sense follows from the type of the field: an age is above or below, a text mentions, "
        "a list includes.",
        bad="when: {platform: {above: 3}}\nthen: hold\n",
        good="when: {platform: {in: [tiktok, youtube]}}\nthen: hold\n",
    ),
    Code(
        "PE104",
        "a value that does not fit the field",
        "What a field is compared with has the field's type and is written as that type is: `20%`, `1000 EUR`, `4h`, "
        "`2026-03-02`. Anything else would compare unlike things.",
        bad="when: {sponsorship.consideration: {above: 1.000 EUR}}\nthen: hold\n",
        good="when: {sponsorship.consideration: {above: 1000 EUR}}\nthen: hold\n",
    ),
    Code(
        "PE105",
        "a word that the field never has",
        "The field takes words from a list. A rule that compares it with another word could never hold.",
        bad="when: {platform: tictoc}\nthen: hold\n",
        good="when: {platform: tiktok}\nthen: hold\n",
    ),
    Code(
        "PE106",
        "a list or group of fields without an operator",
        "A list has many entries: a bare value behind it could mean some, all or exactly these. Say which.",
        bad="when: {markets: [DE, AT]}\nthen: hold\n",
        good="when: {markets: {includes_any: [DE, AT]}}\nthen: hold\n",
    ),
    Code(
        "PE107",
        "an empty condition or list",
        "An empty condition always holds and an empty list never does; neither is ever what somebody meant to write.",
        bad="when: {platform: {in: []}}\nthen: hold\n",
        good="when: {platform: {in: [tiktok]}}\nthen: hold\n",
    ),
    Code(
        "PE108",
        "an unknown reference",
        "What begins with `$` refers to something that is defined elsewhere: a named value, a word list, a definition, "
        "a market group, a name given in `with`. Nothing is defined under this name.",
        bad="when: {links: {some: {host: {in: $values.hosts}}}}\nthen: hold\n",
        good="values: {hosts: {is: [acme.link], because: our own domain}}\n"
        "rules: [{id: own, when: {links: {some: {host: {in: $values.hosts}}}}, then: hold}]\n",
    ),
    Code(
        "PE109",
        "a formula that cannot be computed",
        "Formulas compute with numbers, times and the listed functions, and nothing else; they are never run as code.",
        bad="when:\n  formula: author.followers ** 2 > 100\nthen: hold\n",
        good="when:\n  formula: author.followers * 2 > 100\nthen: hold\n",
    ),
    Code(
        "PE110",
        "a pattern that cannot be used",
        "Patterns are RE2, so that no text can make them run for ever. It has no look-ahead, no back reference, and "
        "`\\b` knows only English letters: `mentions` finds words.",
        bad='when: {text: {matches: "(?=ad).*"}}\nthen: hold\n',
        good='when: {text: {matches: "ad.*"}}\nthen: hold\n',
    ),
    Code(
        "PE111",
        "reversed bounds",
        "Nothing lies between a larger and a smaller value, so the rule could never hold.",
        bad="when: {author.age: {between: [24, 18]}}\nthen: hold\n",
        good="when: {author.age: {between: [18, 24]}}\nthen: hold\n",
    ),
    Code(
        "PE112",
        "a rule of neither shape",
        "A rule says what must not be (`when` and `then`) or what must be (`require` and `otherwise`). Without its "
        "outcome, or with both shapes at once, nobody knows which of the two it is.",
        bad="when: {platform: tiktok}\nrequire: {use: organic}\nthen: hold\n",
        good="when: {platform: tiktok}\nrequire: {use: organic}\notherwise: hold\n",
    ),
    Code(
        "PE113",
        "a message that cannot be filled in",
        "Between braces stands the name of a field or of a named value, and nothing else; a brace of the text itself "
        "is doubled.",
        bad='when: {platform: tiktok}\nthen: hold\nmessage: "not on {platform!r}"\n',
        good='when: {platform: tiktok}\nthen: hold\nmessage: "not on {platform}"\n',
    ),
    Code(
        "PE114",
        "`for_each` over something that is no list of entries",
        "A rule with `for_each` is about every entry of a list and reads that entry's fields.",
        bad="for_each: platform\nwhen: {internal: false}\nthen: hold\n",
        good="for_each: links\nwhen: {internal: false}\nthen: hold\n",
    ),
    Code(
        "PE115",
        "a key that needs another one beside it",
        "`same_case`, `within_first` and `where` change what an operator beside them does; alone they say nothing.",
        bad="when: {text: {length: {at_most: 80}, within_first: 125}}\nthen: hold\n",
        good="when: {text: {mentions: [ad], within_first: 125}}\nthen: hold\n",
    ),
    Code(
        "PE116",
        "a key without a value",
        "A key with nothing behind it was most often forgotten, or its value begins with a `#` and became a comment. "
        "Whoever means «not told» writes `{exists: false}`.",
        bad="when: {campaign: }\nthen: hold\n",
        good="when: {campaign: {exists: false}}\nthen: hold\n",
    ),
    Code(
        "PE117",
        "a definition that refers to itself",
        "A condition that is defined by itself means nothing.",
        bad="kind: definitions\nid: is\nowner: social\napplies_to: content\n"
        "define: {a: {$is.b: true}, b: {$is.a: true}}\n",
        good="kind: definitions\nid: is\nowner: social\napplies_to: content\n"
        "define: {a: {$is.b: true}, b: {platform: tiktok}}\n",
    ),
    Code(
        "PE118",
        "a definition about another type of record",
        "A named condition reads the fields of the type that its document `applies_to`; another type does not have "
        "them.",
        bad="kind: definitions\nid: is\nowner: social\napplies_to: comment\ndefine: {loud: {platform: x}}\n---\n"
        "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
        "rules: [{id: example, when: {$is.loud: true}, then: hold}]\n",
        good="kind: definitions\nid: is\nowner: social\napplies_to: content\ndefine: {loud: {platform: x}}\n---\n"
        "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
        "rules: [{id: example, when: {$is.loud: true}, then: hold}]\n",
    ),
    Code(
        "PE119",
        "a value by a dimension that the record does not have",
        "A value that differs by market, language, platform, brand or size band needs a field that tells which one "
        "applies. The schema of a type names these fields.",
        bad="applies_to: incident\nvalues: {limit: {is: 1, by: {size_band: {under 10000: 2}}}}\n"
        "rules: [{id: busy, when: {posts_per_hour: {above: $values.limit}}, then: hold}]\n",
        good="applies_to: incident\nvalues: {limit: {is: 1, by: {platform: {x: 2}}}}\n"
        "rules: [{id: busy, when: {posts_per_hour: {above: $values.limit}}, then: hold}]\n",
    ),
    Code(
        "PE120",
        "an unknown key",
        "A key that nobody reads would look like a rule and do nothing. Everything in a policy is therefore either "
        "understood or refused.",
        bad="when: {platform: tiktok}\nthen: hold\nseverty: high\n",
        good="when: {platform: tiktok}\nthen: hold\nseverity: high\n",
    ),
    Code(
        "PE121",
        "a missing key",
        "Some things nobody may leave out: what a policy is called, who answers for it, what it applies to.",
        bad="kind: check\nid: example\nowner: social\napplies_to: content\n"
        "rules: [{id: example, when: {platform: tiktok}, then: hold}]\n",
        good="kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
        "rules: [{id: example, when: {platform: tiktok}, then: hold}]\n",
    ),
    Code(
        "PE122",
        "a value of another form",
        "Each key takes text, a number, a date, a list or a mapping; the form tells what is meant.",
        bad="tags: G8.2\n",
        good="tags: [G8.2]\n",
    ),
    Code(
        "PE123",
        "a word that the key does not take",
        "The key takes one of a few words. `then: allow` is refused, too: it would do nothing.",
        bad="when: {platform: tiktok}\nthen: allow\n",
        good="when: {platform: tiktok}\nthen: flag\n",
    ),
    Code(
        "PE124",
        "keys that exclude each other, or of which one is needed",
        "Of some keys exactly one stands: `one`, `latest` or `all` for a related record, `role`, `team` or `person` "
        "for a releaser.",
        bad="when: {platform: tiktok}\nthen: hold\nreleased_by: {role: legal, team: social}\n",
        good="when: {platform: tiktok}\nthen: hold\nreleased_by: {role: legal}\n",
    ),
    Code(
        "PE125",
        "an unknown kind",
        "The kind says what all other keys of a document mean.",
        bad="kind: chek\nid: example\n",
        good="kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
        "rules: [{id: example, when: {platform: tiktok}, then: hold}]\n",
    ),
    Code(
        "PE126",
        "something that is no id",
        "Ids stand in findings, in waivers and on the command line: small letters, digits, `_`, and dots between them.",
        bad="id: Links-Tagged\n",
        good="id: links.tagged\n",
    ),
    Code(
        "PE130",
        "a value without an entry for a market",
        "For a market that the table leaves out the value would not be known, and every rule that needs it would stay "
        "unproven.",
        bad="kind: directory\nid: directory\nowner: social\npeople: {ana: {team: social}}\n"
        "markets: {GB: {}, JP: {}}\n---\n"
        "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
        "values: {limit: {by: {market: {GB: 3}}}}\n"
        "rules: [{id: example, when: {media: {size: {above: $values.limit}}}, then: hold}]\n",
        good="kind: directory\nid: directory\nowner: social\npeople: {ana: {team: social}}\n"
        "markets: {GB: {}, JP: {}}\n---\n"
        "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
        "values: {limit: {is: 5, by: {market: {GB: 3}}}}\n"
        "rules: [{id: example, when: {media: {size: {above: $values.limit}}}, then: hold}]\n",
    ),
)
