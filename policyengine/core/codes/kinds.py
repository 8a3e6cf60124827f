"""PE3xx: kinds."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_DIRECTORY = "kind: directory\nid: directory\nowner: social\n"

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
    # directory ------------------------------------------------------------------------------------------------
    Code(
        "PE310",
        "a name that the directory does not have",
        "Deputies, on-call people, teams, calendars and markets of a directory stand in the same directory.",
        bad=_DIRECTORY + "people: {ana: {team: social, absent: [{from: 2026-08-01, until: 2026-08-15, deputy: kin}]}, "
        "kim: {team: social}}\n",
        good=_DIRECTORY + "people: {ana: {team: social, absent: [{from: 2026-08-01, until: 2026-08-15, deputy: kim}]}, "
        "kim: {team: social}}\n",
    ),
    Code(
        "PE311",
        "a time that ends before it begins",
        "`until` is the first day on which something is over, so it lies after `from`.",
        bad=_DIRECTORY + "people: {ana: {team: social, absent: [{from: 2026-08-15, until: 2026-08-01}]}}\n",
        good=_DIRECTORY + "people: {ana: {team: social, absent: [{from: 2026-08-01, until: 2026-08-15}]}}\n",
    ),
    Code(
        "PE312",
        "a calendar that cannot be read",
        "A calendar has an IANA zone, opening hours by weekday, and public holidays by country or part of one. "
        "Without hours a deadline would never come.",
        bad=_DIRECTORY + "people: {ana: {team: social}}\n"
        'calendars: {office: {zone: Europe/London, hours: {mon-fri: "9-17"}}}\n',
        good=_DIRECTORY + "people: {ana: {team: social}}\n"
        'calendars: {office: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:00"}}}\n',
    ),
    Code(
        "PE313",
        "a team inside itself",
        "`part_of` says which team a smaller one belongs to; going up from team to team must come to an end.",
        bad=_DIRECTORY + "people: {ana: {team: social}, kim: {team: legal}}\npart_of: {social: legal, legal: social}\n",
        good=_DIRECTORY + "people: {ana: {team: social}, kim: {team: legal}}\npart_of: {social: legal}\n",
    ),
    Code(
        "PE314",
        "a turn of a rotation that is no number of days",
        "People on call change every day, every week, or after a number of whole days.",
        bad=_DIRECTORY + "people: {ana: {team: social}}\n"
        "on_call: {desk: {people: [ana], change: 8h, from: 2026-01-05}}\n",
        good=_DIRECTORY + "people: {ana: {team: social}}\n"
        "on_call: {desk: {people: [ana], change: daily, from: 2026-01-05}}\n",
    ),
)
