"""Running the program in a folder of files written for one test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from policyengine.cli import main

POLICIES = """\
kind: check
id: links.tagged
title: Every campaign link can be traced
owner: analytics
applies_to: content
sources: [{title: "Tagging guide", url: "https://example.org/tags"}]
values:
  known_sources: {is: [instagram, tiktok], because: what analytics reports on}
rules:
  - id: source_known
    title: utm_source is one that analytics reports on
    for_each: links
    require: {utm.source: {in: $values.known_sources}}
    otherwise: hold
    message: "`{utm.source}` is not a source that analytics reports on"
    fix: "use one of {values.known_sources}"
  - id: health
    title: Health claims are not made
    when: {claims: {some: {claim: health}}}
    then: block
  - id: long
    title: Captions stay short
    when: {text: {length: {above: 200}}}
    then: flag
---
kind: check
id: campaign.plan
title: Campaigns add up
owner: analytics
applies_to: campaign
rules:
  - id: split
    title: The split of objectives adds up to 100 %
    when:
      all_of:
        - {objective_split: {exists: true}}
        - formula: sum(objective_split.share) != 1
    then: block
  - id: goal_reviewed
    title: Every goal is reviewed
    for_each: goals
    require: {review: {exists: true}}
    otherwise: hold
---
kind: directory
id: directory
owner: analytics
people: {ana: {team: analytics, roles: [analyst]}}
"""

POST = """\
---
type: content
id: p1
platform: instagram
format: image
markets: [GB]
category: food
claims: []
media: []
sponsorship: {connection: none}
links:
  - url: https://acme.example/?utm_source=instagram
---
Our new shoes
"""

AT = ("--at", "2026-06-15T12:00:00Z")


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files by name; folders are made."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def run(*arguments: str, stdin: str | bytes | None = None, **environment: Any) -> Result:
    """Run the program in the working directory."""
    return CliRunner().invoke(main, list(arguments), input=stdin, env=environment or None)
