"""Codes of approvals beside PE320 to PE327: PE750 to PE759."""

from __future__ import annotations

from typing import Final

from policyengine.core.codes.code import Code

_DIRECTORY: Final = """\
kind: directory
id: directory
owner: ops
people:
  ana: {team: ops, roles: [editor]}
  ben: {team: legal, roles: [counsel]}
  cy: {team: legal, roles: [general_counsel]}
---
"""
_APPROVAL: Final = (
    _DIRECTORY + "kind: approval\nid: approval.content\ntitle: Somebody else looks\nowner: ops\napplies_to: content\n"
)
_STAGE: Final = "stages: [{id: legal, needs: {role: counsel}}]\n"

CODES: Final = (
    Code(
        "PE750",
        "rejections that several people would have to take back",
        "A rejection is taken back by one person: whoever gave it, or somebody named in `vetoes_lifted_by`.",
        bad=_APPROVAL + _STAGE + "vetoes_lifted_by: {role: general_counsel, count: 2}\n",
        good=_APPROVAL + _STAGE + "vetoes_lifted_by: {role: general_counsel}\n",
    ),
    Code(
        "PE751",
        "an alternative that nobody can take",
        "Of several alternatives one will do. One for which there are not enough people only looks like a way out.",
        bad=_APPROVAL + "stages: [{id: legal, needs: {any_of: [{role: counsel, count: 2}, {role: editor}]}}]\n",
        good=_APPROVAL + "stages: [{id: legal, needs: {any_of: [{role: counsel}, {role: editor}]}}]\n",
    ),
)
