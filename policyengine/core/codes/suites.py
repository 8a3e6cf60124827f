"""PE6xx: suites. The examples are suites without `kind: test`, about the rule `links.tagged/source_told`."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_RECORD = "records: {launch: {type: content, id: p1, campaign: spring, links: []}}\n"
_CASE = "cases: [{case: a launch, record: launch, expect: {outcome: allow}}]\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE600",
        "a suite about a policy that is not there",
        "A case about a policy that nobody has written passes, whatever happens. `policies` takes ids and patterns "
        "such as `disclosure.*`; what stands under `approvals`, `escalations` and `reviews` must be among them.",
        bad=f"policies: [links.taged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}{_CASE}",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}{_CASE}",
    ),
    Code(
        "PE601",
        "a rule that the tested policies do not have",
        "Rules are named `policy/rule`. One that is misspelt, or whose policy the suite does not test, is never found.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        "cases: [{case: a launch, record: launch, expect: {passes: [links.tagged/source_tolt]}}]\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        "cases: [{case: a launch, record: launch, expect: {not_applicable: [links.tagged/source_told]}}]\n",
    ),
    Code(
        "PE602",
        "a record that the suite does not have",
        "A case names a record of the suite's `records`, edits one (`{base: NAME, set: …}`), or writes one out.",
        bad=f"at: 2026-03-02T09:00:00Z\npolicies: [links.tagged]\n{_RECORD}"
        "cases: [{case: a launch, record: lunch, expect: {outcome: allow}}]\n",
        good=f"at: 2026-03-02T09:00:00Z\npolicies: [links.tagged]\n{_RECORD}{_CASE}",
    ),
    Code(
        "PE604",
        "a record that is based on itself",
        "One record is like another, that one like a third; somewhere one must be written out.",
        bad="policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n"
        "records: {a: {base: b, set: {text: x}}, b: {base: a, set: {text: y}}}\n"
        "cases: [{case: a circle, record: a, expect: {outcome: allow}}]\n",
        good="policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n"
        "records: {a: {base: b, set: {text: x}}, b: {type: content, text: y}}\n"
        "cases: [{case: a chain, record: a, expect: {outcome: allow}}]\n",
    ),
    Code(
        "PE605",
        "an edit that leads nowhere",
        "`set` replaces fields, `unset` takes them out: by name, with dots inside (`author.followers`), entries of a "
        "list by number (`links[0].url`). What is taken out must have been there.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        "cases: [{case: a launch, record: {base: launch, unset: [campain]}, expect: {outcome: allow}}]\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        "cases: [{case: a launch, record: {base: launch, unset: [campaign]}, expect: {outcome: allow}}]\n",
    ),
    Code(
        "PE606",
        "filler of no length",
        "`{lorem:160}` stands for 160 characters of filler. It is the only template that suites have.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        'cases: [{case: a launch, record: {base: launch, set: {text: "{lorem} #ad"}}, expect: {outcome: allow}}]\n',
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        'cases: [{case: a launch, record: {base: launch, set: {text: "{lorem:160} #ad"}}, expect: {outcome: allow}}]\n',
    ),
    Code(
        "PE607",
        "a step that cannot be taken",
        "A step is one thing: a vote (`approve`, `reject`, `withdraw`) or a ruling (`release`, `uphold`) of somebody, "
        "an edit (`set`, `unset`), or time that passes (`at`). Their order means something, so each has its own entry.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n"
        "  - {case: a launch, record: launch, steps: [{release: links.tagged/source_told}], expect: {fails: []}}\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n  - case: a launch\n"
        "    record: launch\n    steps: [{release: links.tagged/source_told, by: ana}]\n    expect: {outcome: allow}\n",
    ),
    Code(
        "PE608",
        "a stage that no approval has",
        "A vote is for a stage of one of the tested approvals. Where several have a stage of that name, `policy` says "
        "which one is meant.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n"
        "  - {case: a launch, record: launch, steps: [{approve: legal, by: ana}], expect: {outcome: allow}}\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}{_CASE}",
    ),
    Code(
        "PE609",
        "a case without its time",
        "What a policy says may depend on the time, and a test must say the same every day: `at` stands in the suite "
        "or in the case. What is done in steps is done before the policies are asked.",
        bad=f"policies: [links.tagged]\n{_RECORD}{_CASE}",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}{_CASE}",
    ),
    Code(
        "PE610",
        "an expectation that nothing can fulfil",
        "It is no outcome, no time or no text, so no Decision could ever be like it.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        "cases: [{case: a launch, record: launch, expect: {outcome: alow}}]\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}{_CASE}",
    ),
    Code(
        "PE611",
        "two cases of one name",
        "A report names the case; with two of them nobody knows which one failed.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n"
        "  - {case: a launch, record: launch, expect: {outcome: allow}}\n"
        "  - {case: a launch, record: launch, expect: {fails: []}}\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n"
        "  - {case: a launch, record: launch, expect: {outcome: allow}}\n"
        "  - {case: a launch again, record: launch, expect: {fails: []}}\n",
    ),
    Code(
        "PE612",
        "a matrix that gives no cases",
        "`matrix: {market: [GB, US]}` tries a case with each value (of several names: with each combination), a list "
        "of rows with each row. `$matrix.market` stands for the value, alone.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n  - case: a launch\n"
        "    matrix: {market: GB}\n    record: {base: launch, set: {markets: [$matrix.market]}}\n"
        "    expect: {outcome: allow}\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}cases:\n  - case: a launch\n"
        "    matrix: {market: [GB, US]}\n    record: {base: launch, set: {markets: [$matrix.market]}}\n"
        "    expect: {outcome: allow}\n",
    ),
    Code(
        "PE613",
        "an expectation about something else",
        "Outcomes and approvals are those of a record; reviews are judged for the set at a time, in a case "
        "without one.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}"
        "cases: [{case: a launch, expect: {outcome: allow}}]\n",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\n{_RECORD}{_CASE}",
    ),
    Code(
        "PE614",
        "a suite with market groups or platforms of its own",
        "People, calendars and markets of a suite take the place of the set's. Groups and platforms are compiled into "
        "the policies, and are what the set says.",
        bad=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\ndirectory: {{platforms: [naver]}}\n{_RECORD}{_CASE}",
        good=f"policies: [links.tagged]\nat: 2026-03-02T09:00:00Z\ndirectory: {{teams: [social]}}\n{_RECORD}{_CASE}",
    ),
)
