"""PE4xx: records and submissions."""

from __future__ import annotations

from policyengine.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code(
        "PE401",
        "an unknown field of a record",
        "A misspelt field is not told, and what was meant by it is not judged. Data of your own goes under `x`.",
        bad="type: content\nid: post-17\nsponsership: {connection: paid}\n",
        good="type: content\nid: post-17\nsponsorship: {connection: paid}\n",
    ),
    Code(
        "PE402",
        "a value that does not fit the field of a record",
        "A value that cannot be read counts as not told: the rules that need it hold the record until it is mended.",
        bad="type: content\nid: post-17\nauthor: {followers: ten thousand}\n",
        good="type: content\nid: post-17\nauthor: {followers: 10000}\n",
    ),
    Code(
        "PE403",
        "a record without what every record has",
        "The type says which fields there are, the id what a finding is about.",
        bad="type: content\nplatform: instagram\n",
        good="type: content\nid: post-17\nplatform: instagram\n",
    ),
)
