"""What `policyengine new` writes; `NAME` and `TITLE` stand for the names that are asked for."""

from __future__ import annotations

from typing import Final

KIND: Final = '''\
"""`kind: NAME`: say in one line what it is for."""

from __future__ import annotations

from typing import Annotated

from policyengine.shapes.contract import Case, Compiled, Context, Contribution, Kind
from policyengine.shapes.parts import Condition, Doc, Use
from policyengine.shapes.policy import Policy

EXAMPLE = """\\
kind: NAME
id: NAME.example
title: Somebody looks at long videos
owner: marketing_ops
applies_to: content
asks_for: {format: video}
"""


class TITLE(Policy, frozen=True, kw_only=True):
    """Say what a document of this kind says; every key beside the common ones stands here."""

    asks_for: Annotated[Condition, Use("tightens"), Doc("the records that it is about", "{format: video}")]


def compile_NAME(body: TITLE, context: Context) -> Compiled:
    """Return what a document compiles to; everything wrong with it is reported to `context`."""
    gate = context.gate(body, "asks_for")

    def judge(case: Case) -> Contribution:
        """Return what the policy adds to the Decision about a record."""
        if gate is None or not gate.holds(case.env):
            return Contribution()
        obligation = {"policy": case.policy, "rule": "asks_for", "what": body.title, "due_at": None}
        return Contribution(obligations=(obligation,))

    return Compiled(record_judges=(judge,))


KIND = Kind(
    name="NAME",
    document=TITLE,
    meaning="say it in a few words",
    example=EXAMPLE,
    compile=compile_NAME,
)
'''

KIND_TEST: Final = '''\
"""`kind: NAME`: its example, and what it adds to a Decision."""

from __future__ import annotations

from policyengine.kinds.NAME import KIND
from tests.sets import AT, policies

VIDEO = {"type": "content", "id": "clip", "format": "video"}


def test_the_example_asks_for_a_look_at_a_video() -> None:
    decision = policies(KIND.example).evaluate(VIDEO, at=AT)
    assert [obligation["what"] for obligation in decision.obligations] == ["Somebody looks at long videos"]


def test_the_example_is_silent_about_a_picture() -> None:
    decision = policies(KIND.example).evaluate({**VIDEO, "format": "image"}, at=AT)
    assert decision.obligations == ()


def test_what_is_not_told_counts_as_in() -> None:
    decision = policies(KIND.example).evaluate({"type": "content", "id": "clip"}, at=AT)
    assert decision.obligations
'''

LINT: Final = '''\
"""Say in one line what the check is about; it sees a set without faults, compiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from policyengine.core.diagnostic import Diagnostic


class Policies(Protocol):
    """What is asked of a set."""

    @property
    def units(self) -> tuple[Any, ...]:
        """Return its policies."""


def check(policies: Policies) -> Iterator[Diagnostic]:
    """Yield a warning for each policy that has no rule."""
    for unit in policies.units:
        if unit.document is not None and not unit.every_rule and not unit.record_judges and not unit.set_judges:
            message = f"`{unit.id}` says nothing"
            yield Diagnostic("CODE", message, unit.document.span(key="id"), "warning", help="add a rule")
'''

LINT_TEST: Final = '''\
"""The check NAME: what it reports, and what it lets pass."""

from __future__ import annotations

from policyengine.lints.NAME import check
from tests.sets import policies

HEAD = """\\
kind: approval
id: a
title: A
owner: team
applies_to: content
stages: [{id: one, needs: {role: counsel}}]
"""


def test_a_policy_that_judges_passes() -> None:
    assert list(check(policies(HEAD).assembly)) == []


def test_a_policy_without_a_rule_is_reported() -> None:
    assembly = policies(HEAD).assembly

    class Emptied:
        document = assembly.units[0].document
        id, every_rule, record_judges, set_judges = "a", (), (), ()

    class Set:
        units = (Emptied(),)

    assert [(d.code, d.message) for d in check(Set())] == [("CODE", "`a` says nothing")]
'''

CODE: Final = """\
    Code(
        "CODE",
        "say what is wrong, in a few words",
        "Say why it is a fault, and what happens if it stays.",
    ),
"""
