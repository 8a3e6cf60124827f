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
    Code(
        "PE404",
        "a document that is no record",
        "A record is a mapping of fields to values; a file may hold several records, each a document or an entry of a "
        "list.",
        bad="just a sentence\n",
        good="type: content\nid: post-17\n",
    ),
    Code(
        "PE405",
        "a cell that does not convert",
        "What a cell of a CSV file means is what the mapping says (unit, decimal comma, zone, separator, words). A "
        "cell that means nothing counts as not told; it is never guessed at.",
    ),
    Code(
        "PE406",
        "a CSV file that is broken",
        "Each row has as many cells as the first one, and a quote is closed: otherwise values would move into their "
        "neighbours' columns.",
    ),
    Code(
        "PE407",
        "columns that are not mapped",
        "They are listed so that nobody takes them for judged.",
    ),
    Code(
        "PE408",
        "two records with one type and id",
        "Which of the two counted would be chance. Records are found by their type and id.",
    ),
    Code(
        "PE409",
        "an unknown type of record",
        "The type says which fields there are. The types are those of the shipped schemas and of your own.",
        bad="type: contents\nid: post-17\n",
        good="type: content\nid: post-17\n",
    ),
    Code(
        "PE410",
        "a CSV file without a mapping",
        "A column's name says neither which field it is nor its unit and zone: `--map FILE` says it.",
    ),
    Code(
        "PE411",
        "a mapping that does not fit its type of record",
        "A mapping gives every record an id, and names fields of its type that a file can tell.",
    ),
    Code(
        "PE412",
        "a mapped column that does not exist",
        "The mapping names a column that the file does not have: the field would never be told.",
    ),
)
