"""The one list of diagnostic codes. `policyengine show CODE` and the pages in docs/codes/ are made from it.

One module a range: PE0xx `reading`, PE1xx `conditions` (documents and conditions), PE2xx `sets`, PE3xx `kinds`, PE4xx
`records` (records and submissions), PE5xx `command` (configuration and command line), PE6xx `suites`, PE7xx one module
a subject (PE70x `clocks`, PE71x `due`, PE73x `words`, PE74x `people`, PE75x `approvals`), PE33x `reviews`, PE35x
`moderation`, PE38x `waivers`, PE39x `choices`.
"""

from __future__ import annotations

from policyengine.core.codes import (
    approvals,
    choices,
    clocks,
    command,
    conditions,
    due,
    freezes,
    groups,
    kinds,
    moderation,
    people,
    reading,
    records,
    reviews,
    sets,
    suites,
    waivers,
    words,
)
from policyengine.core.codes.code import Code

__all__ = ["CODES", "Code"]

_RANGES = (
    reading,
    conditions,
    sets,
    kinds,
    moderation,
    waivers,
    choices,
    records,
    command,
    suites,
    people,
    approvals,
    clocks,
    due,
    freezes,
    groups,
    reviews,
    words,
)
CODES: dict[str, Code] = {code.code: code for module in _RANGES for code in module.CODES}
