"""PE7xx: when people are told, and in what time cases are answered."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_HEADER = "kind: escalation\nid: example\ntitle: Example\nowner: social\napplies_to: incident\n"
_PATHS = (
    "paths: {desk: {acknowledge_within: {critical: 5 min, high: 1h, medium: 4h, low: 8h}, "
    "steps: [{notify: {team: social}}]}}\n"
)
_CLOCK = _HEADER + "clocks: {first_response: {"
_ANY = "within: {any: 4h}"
_GOALS = ", goals: [{{from: 2026-07-01, within: {{any: 2h}}}}, {{from: {}, within: {{any: 1h}}}}]}}}}\n"
_DIRECTORY = (
    "kind: directory\nid: directory\nowner: social\npeople: {ana: {team: social}}\n"
    "markets: {GB: {zone: Europe/London}}\n---\n"
)
_ROUTES = "routes: [{id: rest, to: desk}]\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE700",
        "a time of silence that cannot be read",
        "A mute says when nobody is told: hours of the week, days of the month, months, a beginning and an end. One "
        "that cannot be read would silence nobody, or everybody.",
        bad=_HEADER + _ROUTES + _PATHS + 'mute: [{id: weekend, because: closed, hours: {weekend: "00:00 to 24:00"}}]\n',
        good=_HEADER
        + _ROUTES
        + _PATHS
        + 'mute: [{id: weekend, because: closed, hours: {saturday to sunday: "00:00 to 24:00"}}]\n',
    ),
    Code(
        "PE702",
        "a case that is silenced by no case",
        "`inhibited_by` names another route of the same policy, whose cases say more than those that are silenced.",
        bad=_HEADER
        + "routes: [{id: outage, when: {category: platform_change}, to: desk}, {id: rest, to: desk, "
        + "inhibited_by: [{id: outage, route: outtage, same: platform}]}]\n"
        + _PATHS,
        good=_HEADER
        + "routes: [{id: outage, when: {category: platform_change}, to: desk}, {id: rest, to: desk, "
        + "inhibited_by: [{id: outage, route: outage, same: platform}]}]\n"
        + _PATHS,
    ),
    Code(
        "PE703",
        "two goals that begin on one day",
        "Each of the `goals` holds from its day on until the next one begins; of two that begin together nobody knows "
        "which is meant.",
        bad=_CLOCK + _ANY + _GOALS.format("2026-07-01"),
        good=_CLOCK + _ANY + _GOALS.format("2026-10-01"),
    ),
    Code(
        "PE704",
        "a promise that is no length of time",
        "A promise is compared with what the clock took, so its `field` tells a length of time, such as "
        "`published_sla.first_response` of a channel.",
        bad=_CLOCK + _ANY + ", promise: {by: channel, field: published_sla.text, headroom: 20%}}}\n",
        good=_CLOCK + _ANY + ", promise: {by: channel, field: published_sla.first_response, headroom: 20%}}}\n",
    ),
    Code(
        "PE705",
        "a clock that nothing stops",
        "`first_response`, `next_response` and `resolution` are started and stopped by what records tell: events, "
        "replies, threads of comments. A clock of another name says what stops it with `stop_when`, and so does one "
        "about records that tell nothing of the kind.",
        bad=_HEADER + "clocks: {decision: {within: {any: 4h}}}\n",
        good=_HEADER + "clocks: {decision: {within: {any: 4h}, stop_when: {status: investigating}}}\n",
    ),
    Code(
        "PE706",
        "a market that the directory does not have",
        "A goal that differs by market names one of the markets of the directory.",
        bad=_DIRECTORY + _CLOCK + _ANY + ", by_market: {BG: {any: 2h}}}}\n",
        good=_DIRECTORY + _CLOCK + _ANY + ", by_market: {GB: {any: 2h}}}}\n",
    ),
    Code(
        "PE707",
        "a promise with no room, or that leans on nothing",
        "`headroom` is the share of a promise that stays free above what nine of ten cases take: from 0% on, and below "
        "100%, which no promise could leave. `cases` says how many measured cases are needed at least: one or more.",
        bad=_CLOCK + _ANY + ", promise: {by: channel, field: published_sla.first_response, headroom: 120%}}}\n",
        good=_CLOCK + _ANY + ", promise: {by: channel, field: published_sla.first_response, headroom: 20%}}}\n",
    ),
)
