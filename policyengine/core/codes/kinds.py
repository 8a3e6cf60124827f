"""PE3xx: kinds."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_DIRECTORY = "kind: directory\nid: directory\nowner: social\n"
_APPROVAL = (
    _DIRECTORY + "people: {ana: {team: social, roles: [editor]}, ben: {team: social, roles: [counsel]}}\n---\n"
    "kind: approval\nid: approval.example\ntitle: Example\nowner: social\napplies_to: content\n"
)
_STAGES = "stages: [{id: brand, needs: {role: editor}}, {id: legal, needs: {role: counsel}}]\n"
_EITHER = "{any_of: [{role: editor}, {role: counsel}]}"
_ESCALATION = "kind: escalation\nid: example\ntitle: Example\nowner: social\napplies_to: incident\n"
_PATHS = (
    "paths: {desk: {acknowledge_within: {critical: 5 min, high: 1h, medium: 4h, low: 8h}, "
    "steps: [{notify: {team: social}}]}}\n"
)
_ROUTES = "routes: [{id: rest, to: desk}]\n"
_DISCLOSURE = (
    "kind: disclosure\nid: disclosure.gb\ntitle: Ads are recognisable\nowner: legal\njurisdiction: GB\n"
    "authority: ASA\nconfidence: high\n"
)
_LABELS = "labels: [{for: all connections, accept: [ad]}]\n"

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
    Code(
        "PE316",
        "a role that nobody holds",
        "The directory lists a role that nobody holds, or that nobody holds any more from some day on. What needs it "
        "waits for ever from then.",
        bad=_DIRECTORY + "people: {ana: {team: social, roles: [editor]}}\nroles: [editor, counsel]\n",
        good=_DIRECTORY + "people: {ana: {team: social, roles: [editor]}}\nroles: [editor]\n",
    ),
    Code(
        "PE317",
        "a team that nobody is in",
        "The directory lists a team, and nobody is in it or in a part of it, or nobody is any more from some day on. "
        "What it owns is looked after by nobody.",
        bad=_DIRECTORY + "people: {ana: {team: social}}\nteams: [social, legal]\n",
        good=_DIRECTORY + "people: {ana: {team: social}}\nteams: [social]\n",
    ),
    Code(
        "PE318",
        "opening hours that the clocks skip",
        "Where clocks go forward, some times of that day do not exist. Hours that begin or end inside the gap begin or "
        "end with the change, and hours that lie inside it do not exist that day. The day named is the first on which "
        "it happens.",
        bad=_DIRECTORY + "people: {ana: {team: social}}\n"
        'calendars: {desk: {zone: Europe/London, hours: {every day: "01:30 to 09:00"}}}\n',
        good=_DIRECTORY + "people: {ana: {team: social}}\n"
        'calendars: {desk: {zone: Europe/London, hours: {every day: "02:00 to 09:00"}}}\n',
    ),
    Code(
        "PE319",
        "a calendar inside itself",
        "`all_of` names calendars that have to be open at once; going from one to the next must come to an end.",
        bad=_DIRECTORY + "people: {ana: {team: social}}\ncalendars: {both: {all_of: [both, always]}}\n",
        good=_DIRECTORY + "people: {ana: {team: social}}\n"
        'calendars: {uk: {zone: Europe/London, hours: {monday: "09:00 to 17:00"}}, both: {all_of: [uk, always]}}\n',
    ),
    # escalation -----------------------------------------------------------------------------------------------
    Code(
        "PE360",
        "a route to an unknown path",
        "A route leads to one of the paths of its own policy; a case on any other would reach nobody.",
        bad=_ESCALATION + "routes: [{id: rest, to: dsk}]\n" + _PATHS,
        good=_ESCALATION + _ROUTES + _PATHS,
    ),
    Code(
        "PE361",
        "a case that no route catches",
        "The last route says no `when`, so that every case reaches somebody, also one whose facts are not told.",
        bad=_ESCALATION + "routes: [{id: raid, when: {category: hate_raid}, to: desk}]\n" + _PATHS,
        good=_ESCALATION
        + "routes: [{id: raid, when: {category: hate_raid}, to: desk}, {id: rest, to: desk}]\n"
        + _PATHS,
    ),
    Code(
        "PE362",
        "a route that no case reaches",
        "The first route that matches is taken. Below one without `when` and without `continue: true` nothing is.",
        bad=_ESCALATION + "routes: [{id: all, to: desk}, {id: rest, to: desk}]\n" + _PATHS,
        good=_ESCALATION + "routes: [{id: all, continue: true, to: desk}, {id: rest, to: desk}]\n" + _PATHS,
    ),
    Code(
        "PE363",
        "a name that stands twice",
        "Routes and deadlines are named in Decisions; with two of one name nobody knows which is meant.",
        bad=_ESCALATION + "routes: [{id: rest, when: {category: pr}, to: desk}, {id: rest, to: desk}]\n" + _PATHS,
        good=_ESCALATION + "routes: [{id: press, when: {category: pr}, to: desk}, {id: rest, to: desk}]\n" + _PATHS,
    ),
    Code(
        "PE364",
        "a path that no route leads to",
        "Nobody is ever told along it: a route is missing, or the path is left over.",
        bad=_ESCALATION
        + _ROUTES
        + _PATHS.replace("}}\n", "}, spare: {steps: [{notify: {team: social}, acknowledge_within: 1h}]}}\n"),
        good=_ESCALATION + _ROUTES + _PATHS,
    ),
    Code(
        "PE365",
        "a severity without a time to acknowledge",
        "A case of that severity would have no time of its own in which somebody has to acknowledge it; it has that of "
        "the next higher one. Better say what is meant.",
        bad=_ESCALATION
        + _ROUTES
        + "paths: {desk: {acknowledge_within: {high: 1h}, steps: [{notify: {team: social}}]}}\n",
        good=_ESCALATION + _ROUTES + _PATHS,
    ),
    Code(
        "PE366",
        "a step that never comes, or not in its order",
        "A step comes `after` a time since the case was opened or handed over, else when the time to acknowledge the "
        "step above has run out; one of the two is needed, and times do not go back.",
        bad=_ESCALATION + _ROUTES + "paths: {desk: {steps: [{notify: {team: social}}, {notify: {team: legal}}]}}\n",
        good=_ESCALATION
        + _ROUTES
        + "paths: {desk: {acknowledge_within: {critical: 5 min, high: 1h, medium: 4h, low: 8h}, "
        + "steps: [{notify: {team: social}}, {after: 1h, notify: {team: legal}}]}}\n",
    ),
    Code(
        "PE367",
        "a repetition without a fixed length",
        "People are told again after minutes, hours or days; a business day or a month has no fixed length.",
        bad=_ESCALATION
        + _ROUTES
        + "paths: {desk: {steps: [{notify: {team: social}, acknowledge_within: 1h, repeat: 1 business day}]}}\n",
        good=_ESCALATION
        + _ROUTES
        + "paths: {desk: {steps: [{notify: {team: social}, acknowledge_within: 1h, repeat: 10 min}]}}\n",
    ),
    Code(
        "PE368",
        "a deadline that runs from no time",
        "`from` names the field that says when a deadline begins to run, such as `detected_at`.",
        bad=_ESCALATION
        + _ROUTES
        + _PATHS.replace("}}\n", ", deadlines: [{id: authority, within: 72h, from: category}]}}\n"),
        good=_ESCALATION
        + _ROUTES
        + _PATHS.replace("}}\n", ", deadlines: [{id: authority, within: 72h, from: detected_at}]}}\n"),
    ),
    Code(
        "PE369",
        "a route that leads nowhere",
        "A route leads to a path, its own or that of the route above it. Only where the finer routes below it catch "
        "every case may it say none.",
        bad=_ESCALATION
        + "routes: [{id: rest, routes: [{id: raid, when: {category: hate_raid}, to: desk}]}]\n"
        + _PATHS,
        good=_ESCALATION
        + "routes: [{id: rest, to: desk, routes: [{id: raid, when: {category: hate_raid}, severity: high}]}]\n"
        + _PATHS,
    ),
    # approval -------------------------------------------------------------------------------------------------
    Code(
        "PE320",
        "an unknown stage",
        "`after` and the fast lane name stages of the same policy; the lane leaves at least one of them out.",
        bad=_APPROVAL + "stages:\n  - {id: brand, needs: {role: editor}}\n"
        "  - {id: legal, after: brnad, needs: {role: counsel}}\n",
        good=_APPROVAL + "stages:\n  - {id: brand, needs: {role: editor}}\n"
        "  - {id: legal, after: brand, needs: {role: counsel}}\n",
    ),
    Code(
        "PE321",
        "stages that wait for each other",
        "A stage opens when those in its `after` are done. In a circle none ever opens.",
        bad=_APPROVAL + "stages:\n  - {id: brand, after: legal, needs: {role: editor}}\n"
        "  - {id: legal, after: brand, needs: {role: counsel}}\n",
        good=_APPROVAL + "stages:\n  - {id: brand, needs: {role: editor}}\n"
        "  - {id: legal, after: brand, needs: {role: counsel}}\n",
    ),
    Code(
        "PE322",
        "two stages with one id",
        "Votes name the stage that they are for.",
        bad=_APPROVAL + "stages:\n  - {id: brand, needs: {role: editor}}\n  - {id: brand, needs: {role: counsel}}\n",
        good=_APPROVAL + "stages:\n  - {id: brand, needs: {role: editor}}\n  - {id: legal, needs: {role: counsel}}\n",
    ),
    Code(
        "PE323",
        "a stage that nobody can satisfy",
        "A role that nobody holds, a team smaller than the quorum, or one person where two different ones are asked "
        "for: the record would wait for ever.",
        bad=_APPROVAL + "stages: [{id: legal, needs: {role: counsel, count: 2}}]\n",
        good=_APPROVAL + "stages: [{id: legal, needs: {role: counsel, count: 1}}]\n",
    ),
    Code(
        "PE324",
        "a deadline or a number that does not fit",
        "A deadline has a length (`within`), and in business days a calendar; a warning comes between its beginning "
        "and its end; `count` stands beside a role, a team or people, and is at least 1.",
        bad=_APPROVAL + "stages: [{id: legal, needs: {role: counsel}, within: 2 business days}]\n",
        good=_APPROVAL + "stages: [{id: legal, needs: {role: counsel}, within: 2 business days, calendar: market}]\n",
    ),
    Code(
        "PE325",
        "a fast lane that opens on the author's word",
        "Whoever may open the fast lane alone needs no approval. What only the author states opens it only where the "
        "policy says that it trusts them with it.",
        bad=_APPROVAL + _STAGES + "fast_track: {title: Live, when: {labels: {includes: live}}, stages: [brand]}\n",
        good=_APPROVAL + _STAGES + "fast_track:\n  {title: Live, when: {labels: {includes: live}}, trusts: [labels], "
        "stages: [brand]}\n",
    ),
    Code(
        "PE326",
        "an exemption without effect",
        "Votes are about the material of a record. What is computed from it, or belongs to another record, or is no "
        "material, has no part in that.",
        bad=_APPROVAL + _STAGES + "edits_that_void: {all_except: [hashtags]}\n",
        good=_APPROVAL + _STAGES + "edits_that_void: {all_except: [labels]}\n",
    ),
    Code(
        "PE327",
        "too many combinations of who is needed",
        "Alternatives inside alternatives multiply. Nobody sees through more than 64 of them.",
        bad=_APPROVAL + "stages:\n  - id: legal\n    needs:\n      all_of: [" + ", ".join([_EITHER] * 7) + "]\n",
        good=_APPROVAL + "stages:\n  - id: legal\n    needs:\n      all_of: [" + ", ".join([_EITHER] * 2) + "]\n",
    ),
    # disclosure -----------------------------------------------------------------------------------------------
    Code(
        "PE340",
        "a disclosure document whose id does not say so",
        "`--only 'disclosure.*'` judges a post by the law of disclosure alone, so the ids of these documents begin "
        "with `disclosure.`.",
        bad=_DISCLOSURE.replace("id: disclosure.gb", "id: gb") + _LABELS,
        good=_DISCLOSURE + _LABELS,
    ),
    Code(
        "PE341",
        "a disclosure document that asks for nothing",
        "Without `labels` and without `rules` every post passes, and the market looks as if somebody had seen to it.",
        bad=_DISCLOSURE,
        good=_DISCLOSURE + _LABELS,
    ),
    Code(
        "PE342",
        "a place for labels that there are none of",
        "Where a label must stand, which words are not enough and what goes without one is read together with the "
        "accepted labels.",
        bad=_DISCLOSURE + "not_enough: [thanks]\nrules: [{id: category, when: {category: nicotine}, then: block}]\n",
        good=_DISCLOSURE + _LABELS + "not_enough: [thanks]\n",
    ),
    Code(
        "PE343",
        "a gap in a label that nothing fills",
        "In labels `{brand}` stands for the brand's name or handle and `{thing}` for one to five words. A label begins "
        "with a word that is always there, or with the brand.",
        bad=_DISCLOSURE + "labels: [{for: all connections, accept: ['sponsored by {brnd}']}]\n",
        good=_DISCLOSURE + "labels: [{for: all connections, accept: ['sponsored by {brand}']}]\n",
    ),
    Code(
        "PE344",
        "a label that is accepted, and not enough",
        "A word that is accepted for all connections cannot be too unclear for some of them. For labels of some "
        "connections only both may stand: elsewhere they are not enough.",
        bad=_DISCLOSURE + _LABELS + "not_enough: [Ad]\n",
        good=_DISCLOSURE + _LABELS + "not_enough: [sp]\n",
    ),
    Code(
        "PE345",
        "two documents with the labels of one market",
        "A post would have to satisfy both, and nobody could say which of them is the law. Rules on categories and "
        "registers may stand in documents of their own.",
        bad=_DISCLOSURE + _LABELS + "---\n" + _DISCLOSURE.replace("disclosure.gb", "disclosure.uk") + _LABELS,
        good=_DISCLOSURE + _LABELS,
    ),
)
