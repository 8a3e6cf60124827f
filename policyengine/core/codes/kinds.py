"""PE3xx: kinds."""

from __future__ import annotations

from policyengine.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code(
        "PE301",
        "a word list whose id does not say so",
        "Word lists are named in conditions by their id, as `$terms.ad_labels`; so the id begins with `terms.`.",
        bad="kind: terms\nid: ad_labels\nowner: social\nwords: [ad, advert]\n",
        good="kind: terms\nid: terms.ad_labels\nowner: social\nwords: [ad, advert]\n",
    ),
    Code(
        "PE305",
        "a field that cannot be assumed",
        "An assumption fills in what a record does not tell itself. Fields of other records and fields that are "
        "computed have their own source.",
        bad="kind: assumption\nid: assumption.example\ntitle: Example\nowner: social\napplies_to: content\n"
        "field: visible_text\nis: nothing\nbecause: nobody sees it\nreview: {every: 12 months}\n",
        good="kind: assumption\nid: assumption.example\ntitle: Example\nowner: social\napplies_to: content\n"
        "field: media\nis: []\nbecause: the scheduler leaves it out\nreview: {every: 12 months}\n",
    ),
)
