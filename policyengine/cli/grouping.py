"""What rules about several records say of everything that a command was given."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.cli.workspace import Submitted, Workspace, settled
from policyengine.evaluate.grouping import Groups, has_groups


def groups_of(found: Iterable[Submitted], workspace: Workspace, *, trusted: bool = False) -> Groups | None:
    """Return what rules about several records say of all that is submitted; None where there are no such rules.

    The records count together with the configured ones. With `trusted` they are taken as they are.
    """
    policies = workspace.policies
    if policies is None or not has_groups(policies.assembly, tuple(workspace.asked.only)):
        return None
    submissions = [submission for one in found if one.sound for submission in one.submissions]
    records = [s.record if trusted else settled(s, workspace)[0] for s in submissions]
    return policies.groups(records, at=workspace.at, only=workspace.asked.only)
