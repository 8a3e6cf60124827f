"""PE33x: reviews."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_REVIEW = "kind: review\nid: review.example\ntitle: Example\nowner: social\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE330",
        "a cadence that is not understood",
        "How often a review takes place is said as a period (`quarter`), a length of time (`6 months`) or a simple "
        "recurrence rule, and its day in words that fit the period.",
        bad=_REVIEW + "every: quarterly\n",
        good=_REVIEW + "every: quarter\n",
    ),
    Code(
        "PE331",
        "a review that concerns nothing known",
        "`concerns` names policies and choices of the set, or metrics (`metrics.…`); a review that names one "
        "of them counts.",
        bad=_REVIEW + "every: quarter\nconcerns: [review.exampel]\n",
        good=_REVIEW + "every: quarter\nconcerns: [metrics.engagement_rate]\n",
    ),
    Code(
        "PE332",
        "a type of record that does not say when it happened",
        "An extra review falls due some time after a record's event, and a sample is of the records of a period; the "
        "schema of a type names the field with that time (`x-event-time`), or `by` of the sample does.",
        bad=_REVIEW + "every: quarter\nalso_when: [{record: persona, within: 30d}]\n",
        good=_REVIEW + "every: quarter\nalso_when: [{record: platform_change, within: 30d}]\n",
    ),
    Code(
        "PE333",
        "a review without a calendar of its own",
        "A review belongs to no record, so it has no market whose calendar could be taken.",
        bad=_REVIEW + "every: quarter\ncalendar: market\n",
        good=_REVIEW + "every: quarter\ncalendar: always\n",
    ),
    Code(
        "PE334",
        "a coverage of nobody",
        "`coverage` is the share of people whose own review is not overdue, so it stands with `for_each`.",
        bad=_REVIEW + "every: quarter\ncoverage: {at_least: 95%}\n",
        good=_REVIEW + "every: quarter\nfor_each: {person: {active: true}}\ncoverage: {at_least: 95%}\n",
    ),
    Code(
        "PE335",
        "a share beyond the whole",
        "A coverage lies between 0% and 100%; more than everybody is never reached.",
        bad=_REVIEW + "every: quarter\nfor_each: {person: {active: true}}\ncoverage: {at_least: 120%}\n",
        good=_REVIEW + "every: quarter\nfor_each: {person: {active: true}}\ncoverage: {at_least: 95%}\n",
    ),
    Code(
        "PE336",
        "a sample of nothing, or of more than there is",
        "`share` is above 0% and at most 100%; `at_least` is how many records of each period are audited.",
        bad=_REVIEW + "every: month\nsample: {of: comment, share: 0%}\n",
        good=_REVIEW + "every: month\nsample: {of: comment, share: 10%, at_least: 30}\n",
    ),
    Code(
        "PE337",
        "a sample of records that is also about people",
        "A policy with `for_each` is due for every person; one with `sample` for the records that are picked.",
        bad=_REVIEW + "every: month\nfor_each: {person: {active: true}}\nsample: {of: comment, share: 10%}\n",
        good=_REVIEW + "every: month\nsample: {of: comment, share: 10%}\n",
    ),
    Code(
        "PE338",
        "a sample without a due day",
        "The audits of a period are due on the first due day after it. A length of time since the last audit has none.",
        bad=_REVIEW + "every: 3 months\nsample: {of: comment, share: 10%}\n",
        good=_REVIEW + "every: quarter\nsample: {of: comment, share: 10%}\n",
    ),
)
