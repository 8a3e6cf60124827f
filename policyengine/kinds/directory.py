"""`kind: directory`: teams, roles, people, calendars and markets, once for all policies of a set."""

from __future__ import annotations

from typing import Annotated, Literal

from policyengine.shapes.contract import Kind, Report
from policyengine.shapes.directory import Directory
from policyengine.shapes.document import Document
from policyengine.shapes.doubts import report_doubts
from policyengine.shapes.parts import Doc, Form, Id, Refers
from policyengine.shapes.staff import Contents, Staff, directory_of

EXAMPLE = """\
kind: directory
id: directory
owner: marketing_ops
people:
  ana:
    team: marketing_ops
    roles: [{role: brand_manager, from: 2025-01-01}]
    absent: [{from: 2026-08-01, until: 2026-08-15, deputy: kim}]
  kim: {team: marketing_ops, roles: [brand_manager]}
on_call: {community: {people: [ana, kim], change: weekly, from: 2026-01-05}}
calendars:
  uk_office: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:30"}, holidays: GB-ENG}
  us_office: {zone: America/New_York, hours: {monday to friday: "09:00 to 17:30"}, holidays: US-NY}
  both: {all_of: [uk_office, us_office]}
markets: {GB: {calendar: uk_office, languages: [en]}}
groups: {british_isles: [GB]}
"""


class Written(Contents, frozen=True, kw_only=True):
    """Who belongs to the organisation, what they answer for, and when they work."""

    kind: Annotated[Literal["directory"], Form("kind")]
    id: Id
    owner: Annotated[str, Refers("team"), Doc("the team that keeps it", "marketing_ops")]
    people: Annotated[dict[str, Staff], Doc("everybody, by the id that votes use")]


def provide(document: Document, report: Report) -> Directory:
    """Return the directory."""
    directory = directory_of(document.body, document, report)
    report_doubts(directory, document, report)
    return directory


KIND = Kind(
    name="directory",
    document=Written,
    meaning="teams, roles, people, calendars and markets",
    example=EXAMPLE,
    stage="names",
    provides=provide,
)
