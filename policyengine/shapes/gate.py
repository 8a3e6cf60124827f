"""The one law of unknown conditions, as a type: what tightens needs a possible yes, what loosens a certain one."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from policyengine.language.environment import Env, EvaluationError
from policyengine.language.program import Program, compile_condition
from policyengine.language.trace import missing_facts
from policyengine.language.tree import ALWAYS, Condition, Truth


class Gate(Struct, frozen=True, eq=False):
    """A condition with the direction in which it works. `says` is what it is, for the Decision's `undecided`."""

    condition: Condition
    effect: Literal["tightens", "loosens"]
    program: Program
    says: str = ""

    @staticmethod
    def of(condition: Condition, effect: Literal["tightens", "loosens"], says: str = "") -> Gate:
        """Return the gate of a condition."""
        return Gate(condition, effect, compile_condition(condition), says)

    def truth(self, env: Env, here: Any = None) -> Truth:
        """Return yes, no or unknown (an error is unknown, too); `here` is the element at hand (default: the record)."""
        try:
            return self.program(env, env.record if here is None else here)
        except EvaluationError:
            return None

    def holds(self, env: Env, here: Any = None) -> bool:
        """Tell whether the gate counts as passed: unknown counts as in where it tightens, as out where it loosens."""
        truth = self.truth(env, here)
        return self.effect == "tightens" if truth is None else truth

    def missing(self, env: Env, here: Any = None) -> tuple[str, ...]:
        """Return the facts that are not told, where the condition is unknown."""
        return missing_facts(self.condition, env, env.record if here is None else here)


OPEN = Gate.of(ALWAYS, "tightens")
