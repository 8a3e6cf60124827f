"""PE7xx: when people are told, and in what time cases are answered."""

from __future__ import annotations

from policyengine.core.codes.code import Code

_ESCALATION = "kind: escalation\nid: example\ntitle: Example\nowner: social\napplies_to: incident\n"
_PATHS = (
    "paths: {desk: {acknowledge_within: {critical: 5 min, high: 1h, medium: 4h, low: 8h}, "
    "steps: [{notify: {team: social}}]}}\n"
)
_ROUTES = "routes: [{id: rest, to: desk}]\n"

CODES: tuple[Code, ...] = (
    Code(
        "PE700",
        "a time of silence that cannot be read",
        "A mute says when nobody is told: hours of the week, days of the month, months, a beginning and an end. One "
        "that cannot be read would silence nobody, or everybody.",
        bad=_ESCALATION
        + _ROUTES
        + _PATHS
        + 'mute: [{id: weekend, because: closed, hours: {weekend: "00:00 to 24:00"}}]\n',
        good=_ESCALATION
        + _ROUTES
        + _PATHS
        + 'mute: [{id: weekend, because: closed, hours: {saturday to sunday: "00:00 to 24:00"}}]\n',
    ),
    Code(
        "PE702",
        "a case that is silenced by no case",
        "`inhibited_by` names another route of the same policy, whose cases say more than those that are silenced.",
        bad=_ESCALATION
        + "routes: [{id: outage, when: {category: platform_change}, to: desk}, {id: rest, to: desk, "
        + "inhibited_by: [{id: outage, route: outtage, same: platform}]}]\n"
        + _PATHS,
        good=_ESCALATION
        + "routes: [{id: outage, when: {category: platform_change}, to: desk}, {id: rest, to: desk, "
        + "inhibited_by: [{id: outage, route: outage, same: platform}]}]\n"
        + _PATHS,
    ),
)
