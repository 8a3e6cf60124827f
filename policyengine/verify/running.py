"""Cases → results: the policies are asked, with the suite's directory, records and time."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC
from typing import Final

from msgspec import Struct, structs

from policyengine.core.decision import Decision
from policyengine.core.diagnostic import Span
from policyengine.core.instant import write_time
from policyengine.evaluate.deciding import Judgings, Question, decide, prepare
from policyengine.evaluate.judging import judge_rules
from policyengine.evaluate.of_set import judge_set
from policyengine.evaluate.related import Records
from policyengine.policyset.units import Assembly
from policyengine.verify.expecting import Difference, compare
from policyengine.verify.explaining import explain_approvals, explain_rules
from policyengine.verify.suite import Trial

_WORTH_A_PROCESS: Final = 20
"""Cases below which starting processes costs more than it saves."""


class Result(Struct, frozen=True, kw_only=True):
    """What came of a case: nothing that differs, or the differences and why the rules said what they said."""

    name: str
    span: Span
    differences: tuple[Difference, ...] = ()
    because: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether everything was as expected."""
        return not self.differences


def run(trial: Trial) -> Result:
    """Return the result of one case."""
    tested = trial.tested
    assembly = structs.replace(tested.assembly, directory=tested.directory)
    records = Records.of(trial.related, assembly.types, trial.complete)
    question = Question(at=trial.at.astimezone(UTC), records=records, only=tested.only, mode="simulated")
    if trial.record is None:
        differences = compare(trial.expected, _of_set(assembly, records, question), {}, of_record=False)
        return Result(name=trial.name, span=trial.span, differences=differences)
    decision = decide(assembly, trial.record, question)
    body = trial.expected.body
    quiet = _quiet(prepare(assembly, trial.record, question)) if body.passes or body.not_applicable else {}
    differences = compare(trial.expected, decision, quiet, of_record=True)
    because: list[str] = []
    if differences:
        rules = {rule for difference in differences for rule in difference.rules}
        because.extend(explain_rules(assembly, trial.record, question, rules))
        if any(difference.what.partition(" ")[0] in {"approvals", "outcome"} for difference in differences):
            because.extend(explain_approvals(decision))
    return Result(name=trial.name, span=trial.span, differences=differences, because=tuple(because))


def _quiet(ready: Judgings) -> dict[str, str]:
    judged = ((unit.id, judge_rules(unit, case).quiet) for unit, case in ready.cases)
    return {f"{policy}/{rule}": verdict for policy, quiet in judged for rule, verdict in quiet.items()}


def _of_set(assembly: Assembly, records: Records, question: Question) -> Decision:
    """Return what is said about the set at a time: a Decision without a record, whose outcome means nothing."""
    said = judge_set(assembly, records, question.at, question.only)
    at = write_time(question.at)
    return Decision(
        record={},
        at=at,
        governing_time=at,
        mode=question.mode,
        outcome="allow",
        findings=said.findings,
        obligations=said.obligations,
        actions=said.actions,
        deadlines=said.deadlines,
        reviews=said.reviews,
        clocks=said.clocks,
        appeals=said.appeals,
    )


# Several at once ------------------------------------------------------------------------------------------------------

_TRIALS: list[Trial] = []
"""The cases of a parallel run. Compiled policies cannot be sent to another process; a forked one has them already."""


def run_all(trials: Sequence[Trial], *, jobs: int = 1) -> tuple[Result, ...]:
    """Return the results of cases, in their order, whatever `jobs` is.

    Where the system cannot copy a running process (Windows; macOS does it unreliably), one process does all.
    """
    forks = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    if jobs <= 1 or not forks or len(trials) < _WORTH_A_PROCESS:
        return tuple(run(trial) for trial in trials)
    _TRIALS[:] = trials
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(min(jobs, len(trials)), mp_context=context) as pool:
            return tuple(pool.map(_run_numbered, range(len(trials)), chunksize=max(1, len(trials) // (jobs * 4))))
    finally:
        _TRIALS.clear()


def _run_numbered(number: int) -> Result:
    return run(_TRIALS[number])
