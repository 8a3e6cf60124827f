"""PE74x: people, calendars, consent and rights."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_DIRECTORY = "kind: directory\nid: directory\nowner: social\npeople: {ana: {team: social}}\n"
_OFFICES = (
    'calendars:\n  uk: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:00"}}\n'
    '  au: {zone: Australia/Sydney, hours: {monday to friday: "09:00 to 17:00"}}\n'
)

CODES: tuple[Code, ...] = (
    Code(
        "PE740",
        "calendars that are never open together",
        "A calendar with `all_of` is open where all of those are, each by its own clock. These never are, so a "
        "deadline by it would never come.",
        bad=_DIRECTORY + _OFFICES + "  both: {all_of: [uk, au]}\n",
        good=_DIRECTORY + _OFFICES + "  both: {all_of: [uk, always]}\n",
    ),
)
