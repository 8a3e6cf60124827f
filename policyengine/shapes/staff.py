"""The directory as it is written: people, teams, calendars and markets, and how they become a `Directory`.

Used by `kind: directory` and by the directory of a suite. What a directory names inside itself (deputies, teams,
calendars) is checked here, since a suite's directory is not the set's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from policyengine.core.calendar import BUILT_IN
from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.instant import parse_zone, start_of_day
from policyengine.core.quantity import Duration, Problem, parse_date, parse_duration
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.shapes.directory import Absence, Directory, Market, Period, Person, Role, Rotation
from policyengine.shapes.document import Document, Report
from policyengine.shapes.offices import Office, calendars_of
from policyengine.shapes.parts import Day, Doc, Form, Id, OneOrMore, Part, Raw
from policyengine.shapes.policy import Header

UTC: Final = ZoneInfo("UTC")
CHANGES: Final = {"daily": 1, "weekly": 7}
_ROLE: Final = ("role", "from", "until")
Names = Annotated[list[str], OneOrMore()]


class Away(Part, frozen=True, kw_only=True):
    """A time in which a person is away."""

    from_: Annotated[Day, Doc("the first day away", "2026-08-01")] = field(name="from")
    until: Annotated[Day, Doc("the first day back", "2026-08-15")]
    deputy: Annotated[str | None, Doc("who acts for them meanwhile", "kim")] = None


class Staff(Part, frozen=True, kw_only=True):
    """A person."""

    name: Annotated[str | None, Doc("how they are called", "Ana Okafor")] = None
    team: Annotated[str | None, Doc("the team that they belong to", "marketing_ops")] = None
    roles: Annotated[
        list[Annotated[Raw, Form("held_role")]] | None,
        OneOrMore(),
        Doc("the roles that they hold, or held", "[counsel, {role: head_of_social, from: 2026-01-12}]"),
    ] = None
    market: Annotated[str | None, Doc("where they work; bare dates are days there", "GB")] = None
    absent: Annotated[list[Away] | None, OneOrMore(), Doc("when they are away, and who acts for them")] = None
    left_at: Annotated[Day | None, Doc("the first day on which they do not work here any more")] = None


class OnCall(Part, frozen=True, kw_only=True):
    """A rotation: the people in turn."""

    people: Annotated[Names, Doc("who takes turns, in order", "[ana, kim]")]
    change: Annotated[str, Doc("`daily`, `weekly`, or a number of days such as `14d`", "weekly")]
    from_: Annotated[Day, Doc("the day on which the first one begins", "2026-01-05")] = field(name="from")


class Place(Part, frozen=True, kw_only=True):
    """A market."""

    calendar: Annotated[str | None, Doc("its office calendar", "uk_office")] = None
    zone: Annotated[str | None, Form("zone"), Doc("its time zone, where it is not the calendar's", "Europe/Vienna")] = (
        None
    )
    languages: Annotated[Names | None, Doc("what people speak there", "[de, fr]")] = None


class Contents(Header, frozen=True, kw_only=True):
    """What stands in a directory. In a suite the header is left out."""

    kind: Annotated[Literal["directory"], Form("kind")] = "directory"
    id: Id = "directory"
    zone: Annotated[str | None, Form("zone"), Doc("in which bare dates are days (default: UTC)", "Europe/London")] = (
        None
    )
    teams: Annotated[Names | None, Doc("all teams; without it, those that somebody is in")] = None
    part_of: Annotated[dict[str, str] | None, Doc("teams inside teams", "{legal_uk: legal}")] = None
    roles: Annotated[Names | None, Doc("all roles; without it, those that somebody holds")] = None
    people: Annotated[dict[str, Staff] | None, Doc("everybody, by the id that votes use")] = None
    on_call: Annotated[dict[str, OnCall] | None, Doc("who is on call, in turn")] = None
    calendars: Annotated[dict[str, Office] | None, Doc("opening hours")] = None
    markets: Annotated[dict[str, Place] | None, Doc("where the organisation publishes")] = None
    groups: Annotated[
        dict[str, Names] | None, Doc("groups of markets, used as `$groups.dach`", "{dach: [DE, AT, CH]}")
    ] = None
    platforms: Annotated[Names | None, Doc("platforms beside the shipped ones", "[naver]")] = None


def directory_of(contents: Contents, document: Document, report: Report) -> Directory:
    """Return the directory that is written in a document; everything wrong with it is reported at its place."""
    return _Reader(contents, document, report).read()


class _Reader:
    def __init__(self, contents: Contents, document: Document, report: Report) -> None:
        self._contents = contents
        self._document = document
        self._report = report
        self._people = contents.people or {}

    def read(self) -> Directory:
        contents = self._contents
        zone = self._zone(contents, contents.zone) or UTC
        calendars = calendars_of(contents.calendars or {}, self._document, self._report)
        markets = {code: self._market(code, place) for code, place in (contents.markets or {}).items()}
        bare = Directory(calendars=calendars, markets=markets)
        self._teams()
        for name, codes in (contents.groups or {}).items():
            self._known(codes, markets, "market", self._span(contents, "groups"), ("groups", name))
        return Directory(
            known=True,
            people={i: self._person(i, staff, bare.zone_of(staff.market, zone)) for i, staff in self._people.items()},
            team_names=frozenset(contents.teams or ()),
            role_names=frozenset(contents.roles or ()),
            part_of=contents.part_of or {},
            rotations={
                n: r for n, w in (contents.on_call or {}).items() if (r := self._rotation(n, w, zone)) is not None
            },
            calendars=calendars,
            markets=markets,
            groups={name: tuple(codes) for name, codes in (contents.groups or {}).items()},
            platforms=tuple(contents.platforms or ()),
        )

    # Places and faults ------------------------------------------------------------------------------------------

    def _span(self, part: Struct, *path: str | int) -> Span:
        return self._document.node_of(part).span_at(path)

    def _fault(self, code: str, message: str, span: Span, help_: str | None = None) -> None:
        self._report(Diagnostic(code, message, span, help=help_))

    def _known(
        self, names: Iterable[str], known: Iterable[str], what: str, span: Span, path: tuple[str, ...] = ()
    ) -> None:
        """Report each name that the directory does not have, at its entry when it stands in a list."""
        for index, name in enumerate(names):
            if name not in known:
                shown = ", ".join(sorted(known)[:12])
                help_ = did_you_mean(name, known) or (f"there are {shown}" if shown else None)
                place = self._span(self._contents, *path, index) if path else span
                self._fault("PE310", f"the directory has no {what} `{name}`", place, help_)

    def _zone(self, part: Struct, written: str | None) -> ZoneInfo | None:
        zone = parse_zone(written) if written is not None else None
        if isinstance(zone, Problem):
            self._fault("PE312", zone.message, self._span(part, "zone"), zone.help)
            return None
        return zone

    def _period(self, start: date | None, end: date | None, zone: ZoneInfo, span: Span) -> Period:
        if start is not None and end is not None and end <= start:
            help_ = "`until` is the first day after it" if end == start else "turn the two dates round"
            self._fault("PE311", "this ends before it begins", span, help_)
        begins = start_of_day(start, zone) if start is not None else None
        return Period(begins, start_of_day(end, zone) if end is not None else None)

    # Parts ------------------------------------------------------------------------------------------------------

    def _market(self, code: str, place: Place) -> Market:
        if not (len(code) == 2 and code.isascii() and code.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
            span = self._document.node_of(self._contents).span_at(("markets", code), key=True)
            self._fault("PE211", f"`{code}` is not a market", span, "a market is a code such as `GB`")
        if place.calendar is not None:
            known = {*(self._contents.calendars or {}), *BUILT_IN}
            self._known([place.calendar], known, "calendar", self._span(place, "calendar"))
        zone = self._zone(place, place.zone)
        return Market(code, place.calendar, zone.key if zone is not None else None, tuple(place.languages or ()))

    def _teams(self) -> None:
        known = self._all_teams()
        parts = self._contents.part_of or {}
        for part, whole in parts.items():
            span = self._span(self._contents, "part_of", part)
            self._known([part, whole], known, "team", span)
        tree = Directory(part_of=parts)
        for part in sorted(parts):
            if tree.within(parts[part], part):
                span = self._span(self._contents, "part_of", part)
                self._fault(
                    "PE313", f"the team `{part}` would be a part of itself", span, "teams inside teams make no circle"
                )

    def _all_teams(self) -> frozenset[str]:
        return frozenset(self._contents.teams or (s.team for s in self._people.values() if s.team is not None))

    def _person(self, identity: str, staff: Staff, zone: ZoneInfo) -> Person:
        if staff.team is not None:
            self._known([staff.team], self._all_teams(), "team", self._span(staff, "team"))
        if staff.market is not None and self._contents.markets:
            self._known([staff.market], self._contents.markets, "market", self._span(staff, "market"))
        left = start_of_day(staff.left_at, zone) if staff.left_at is not None else None
        facts = {"type": "person", "id": identity, "title": staff.name, "team": staff.team, "left_at": left}
        return Person(
            id=identity,
            team=staff.team,
            roles=tuple(role for raw in staff.roles or () if (role := self._role(raw.node, zone)) is not None),
            absences=tuple(self._absence(identity, away, zone) for away in staff.absent or ()),
            left_at=left,
            facts={name: value for name, value in facts.items() if value is not None},
            market=staff.market,
        )

    def _absence(self, identity: str, away: Away, zone: ZoneInfo) -> Absence:
        if away.deputy is not None:
            span = self._span(away, "deputy")
            self._known([away.deputy], self._people, "person", span)
            if away.deputy == identity:
                self._fault("PE310", f"`{identity}` cannot be their own deputy", span, "name somebody else")
        return Absence(self._period(away.from_, away.until, zone, self._span(away, "until")), away.deputy)

    def _role(self, node: Node, zone: ZoneInfo) -> Role | None:
        entries: dict[str, Node] = node.value if isinstance(node.value, dict) else {"role": node}
        unknown = [key for key in entries if key not in _ROLE]
        for key in unknown:
            help_ = did_you_mean(key, _ROLE) or f"there are {', '.join(_ROLE)}"
            self._fault("PE120", f"unknown key `{key}`", node.keys[key], help_)
        name = entries["role"].value if "role" in entries else None
        if not isinstance(name, str):
            if not unknown:
                help_ = "write `{role: counsel, from: 2026-01-12}`"
                self._fault("PE122", "a role is a name, or one with dates", node.span, help_)
            return None
        if self._contents.roles is not None:
            self._known([name], self._contents.roles, "role", entries["role"].span)
        start, end = self._day(entries.get("from")), self._day(entries.get("until"))
        return Role(name, self._period(start, end, zone, node.span_at(("until",))))

    def _day(self, node: Node | None) -> date | None:
        if node is None:
            return None
        day = parse_date(node.value)
        if isinstance(day, Problem):
            self._fault("PE122", day.message, node.span, day.help)
            return None
        return day

    def _rotation(self, name: str, written: OnCall, zone: ZoneInfo) -> Rotation | None:
        self._known(written.people, self._people, "person", self._span(written, "people"), ("on_call", name, "people"))
        days = CHANGES.get(written.change)
        if days is None:
            duration = parse_duration(written.change)
            whole = not isinstance(duration, Problem) and duration == Duration(days=duration.days)
            days = duration.days if whole and not isinstance(duration, Problem) else 0
        if days <= 0:
            help_ = did_you_mean(written.change, CHANGES) or "write `daily`, `weekly`, or whole days such as `14d`"
            self._fault("PE314", f"`{written.change}` is no turn of a rotation", self._span(written, "change"), help_)
            return None
        return Rotation(name, tuple(written.people), start_of_day(written.from_, zone), days, zone)
