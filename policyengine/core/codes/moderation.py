"""PE35x: moderation."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_MODERATION = "kind: moderation\nid: example\ntitle: Example\nowner: community\napplies_to: comment\n"
_BAND = "rules:\n  - {id: toxic, score: scores.toxicity, hide_at: 0.95, queue_at: 0.60, languages: [en]}\n"
_SHOUTS = 'rules:\n  - {id: shouts, when: {text: {contains: "!!!!"}}, then: block, '

CODES: tuple[Code, ...] = (
    Code(
        "PE350",
        "two kinds of protected speech with one name",
        "What is protected is named where a rule did not speak because of it.",
        bad=_MODERATION
        + "protected:\n  - {id: criticism, title: Of products, when: {target.about: product}}\n"
        + "  - {id: criticism, title: Of the company, when: {target.about: company}}\n"
        + _BAND,
        good=_MODERATION
        + "protected:\n  - {id: criticism, title: Of both, when: {target.about: [product, company]}}\n"
        + _BAND,
    ),
    Code(
        "PE351",
        "a score that is not a number",
        "`score` names a number on the record that another system computed, such as `scores.toxicity`.",
        bad=_MODERATION + _BAND.replace("scores.toxicity", "language"),
        good=_MODERATION + _BAND,
    ),
    Code(
        "PE352",
        "a band without a score",
        "`hide_at`, `queue_at`, `languages` and `queue` say what a score leads to. A rule of the other shape says "
        "`when` and `then`, and what to do with `do`.",
        bad=_MODERATION + _SHOUTS + "queue_at: 0.6}\n",
        good=_MODERATION + _SHOUTS + "do: [hide]}\n",
    ),
    Code(
        "PE353",
        "a score with an outcome of its own",
        "The bands of a score say what happens: from `hide_at` on block and hide, from `queue_at` on hold and queue. "
        "`when` may say for which records, and `do` what is done beside hiding.",
        bad=_MODERATION + _BAND.replace("languages", "then: block, languages"),
        good=_MODERATION + _BAND,
    ),
    Code(
        "PE354",
        "thresholds that leave no band",
        "A score rule has `hide_at`, `queue_at` or both. A person looks at what the machine is less sure of, so "
        "`queue_at` is the lower one; both lie between the lowest and the highest value of the score.",
        bad=_MODERATION + _BAND.replace("0.60", "0.98"),
        good=_MODERATION + _BAND,
    ),
    Code(
        "PE355",
        "hiding in languages that nobody validated",
        "A score is worth hiding for only in the languages in which somebody compared it with people's judgements. "
        "`languages` names them; elsewhere a person looks.",
        bad=_MODERATION + "rules: [{id: toxic, score: scores.toxicity, hide_at: 0.95, queue_at: 0.60}]\n",
        good=_MODERATION + _BAND,
    ),
    Code(
        "PE356",
        "taking something away without being sure",
        "Hiding, removing and restricting need certainty: not what nobody knows (`if_unknown: block`), and not a score "
        "at which the machine only asks a person.",
        bad=_MODERATION + _SHOUTS + "if_unknown: block, do: [hide]}\n",
        good=_MODERATION + _SHOUTS + "if_unknown: hold, do: [hide]}\n",
    ),
    Code(
        "PE357",
        "a rule that bears the name of a finding of the engine",
        "`appeal` and `ended` are what the engine calls its own findings: an appeal that waits too long, an action "
        "whose time is over.",
        bad=_MODERATION + _SHOUTS.replace("id: shouts", "id: appeal") + "do: [hide]}\n",
        good=_MODERATION + _SHOUTS + "do: [hide]}\n",
    ),
    Code(
        "PE358",
        "an appeal that nobody can make or count",
        "Whoever appeals counts days by their own calendar, not by ours, and the record has to tell of the appeal: "
        "when it was made, and when and by whom it was answered.",
        bad=_MODERATION + "appeal: {to: community, within: 5 business days}\n" + _BAND,
        good=_MODERATION + "appeal: {to: community, within: 6 months, answer_within: 7d}\n" + _BAND,
    ),
)
