"""What a choice is worth: the record of what people decided, beside the register that says who may decide what.

One function (`faults`) judges a decision, whether it is the record at hand or one on which other policies rely; another
(`standing`) finds the one decision that counts. What makes a decision *void* leaves the choice unknown; any other fault
makes it doubtful, and what was chosen stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeGuard
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.cadence import Cadence, parse_cadence
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.instant import day_of
from policyengine.core.quantity import write_share
from policyengine.language.scope import Choice
from policyengine.shapes import cadence
from policyengine.shapes.directory import Directory

NO_DECISION: Final = frozenset(["draft", "proposed", "superseded"])
"""In these states nothing is decided yet, or not any more."""
NOT_YET: Final = frozenset(["planned", "in_progress", "cancelled"])
"""In these states a review did not take place."""
WHOLE: Final = Decimal(1)


class Fault(Struct, frozen=True, order=True, kw_only=True):
    """Something that is wrong with a choice: the rule's id, in which record (none: there is none), and what.

    `field` is where it stands in the record. `void`: because of it nobody knows what was chosen.
    """

    rule: str
    record: str = ""
    message: str
    fix: str = ""
    field: str = ""
    void: bool = False


class Place(Struct, frozen=True, eq=False, kw_only=True):
    """When and where a choice is looked at; `reviewed` are the times until then of the reviews that concern it."""

    at: datetime
    zone: ZoneInfo
    directory: Directory
    reviewed: tuple[datetime, ...] = ()


class Standing(Struct, frozen=True, kw_only=True):
    """Where a choice stands: the option that counts (None: nobody knows), the record that says so, what is wrong.

    `last` is the day of the decision, or of the last review since.
    """

    option: str | None = None
    record: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    last: date | None = None
    review_on: date | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def said(self) -> str:
        """Return it in words: `is markov, decided by kim on 2026-02-03, to be reviewed by 2026-08-03`."""
        if self.option is None:
            return f"is not known: {'; '.join(f.message for f in self.faults if f.void)}"
        review = f", to be reviewed by {self.review_on}" if self.review_on is not None else ""
        return f"is {self.option}, decided by {self.decided_by} on {self.decided_on}{review}"


def text_of(facts: Facts, name: str) -> str:
    """Return the text of a field, empty where it is not told."""
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def decides(facts: Facts) -> bool:
    """Tell whether a record decides something: a draft does not, nor does what counts no more."""
    return facts.get("status") not in NO_DECISION


# Which decision counts ------------------------------------------------------------------------------------------------


def standing(choice: Choice, records: Iterable[Facts], place: Place) -> Standing:
    """Return where a choice stands, by the records that concern it. Their order means nothing."""
    made = {text_of(r, "id"): r for r in records if _made(r, place.at)}
    if not made:
        message = f"nobody has decided `{choice.id}` ({choice.question})"
        fix = "decide it, and give the record of the decision with the others"
        return Standing(faults=(Fault(rule="missing", message=message, fix=fix, void=True),))
    current = {name: made[name] for name in sorted(made.keys() - _replaced(made))}
    if not current:
        message = f"{_listed(made)} replace each other, so that none of them counts"
        return Standing(faults=(Fault(rule="contradicted", message=message, void=True),))
    found = {name: faults(choice, record, place) for name, record in current.items()}
    good = [name for name in current if not any(fault.void for fault in found[name])]
    if not good:
        return Standing(faults=_sorted(fault for name in current for fault in found[name]))
    if len({text_of(current[name], "chosen") for name in good}) > 1:
        return Standing(faults=(_contradicted(choice, {name: current[name] for name in good}),))
    last = max(good, key=lambda name: (current[name]["decided_at"], name))
    beside = (_beside(fault) for name in current if name not in good for fault in found[name] if fault.void)
    return Standing(
        option=text_of(current[last], "chosen"),
        record=last,
        decided_by=text_of(current[last], "decided_by"),
        decided_on=day_of(current[last]["decided_at"], place.zone),
        last=day_of(max([current[last]["decided_at"], *place.reviewed]), place.zone),
        review_on=_review_day(choice, current[last], place),
        faults=_sorted([*found[last], *beside]),
    )


def _made(record: Facts, at: datetime) -> bool:
    """Tell whether a record is a decision that was made by a time."""
    when = record.get("decided_at")
    return decides(record) and not (_is_time(when) and when > at)


def _replaced(made: dict[str, Facts]) -> set[str]:
    return {old for name, record in made.items() if (old := text_of(record, "supersedes")) and old != name}


def _contradicted(choice: Choice, current: dict[str, Facts]) -> Fault:
    said = " and ".join(f"`{name}` says {text_of(record, 'chosen')}" for name, record in sorted(current.items()))
    message = f"`{choice.id}` was decided more than once: {said}"
    fix = "let the one that counts name the other under `supersedes`"
    return Fault(rule="contradicted", message=message, fix=fix, field="chosen", void=True)


def _beside(fault: Fault) -> Fault:
    """Return the fault of a decision that does not count, where another one does: nothing is unknown because of it."""
    return Fault(rule=fault.rule, record=fault.record, message=fault.message, fix=fault.fix, field=fault.field)


# One decision ---------------------------------------------------------------------------------------------------------


def faults(choice: Choice, record: Facts, place: Place) -> tuple[Fault, ...]:
    """Return everything that is wrong with the record of a decision. A draft need not be complete."""
    parts = [_weights(choice, record), _options(choice, record)]
    if decides(record):
        parts += [_chosen(choice, record), _scores(choice, record), _best(choice, record)]
        parts += [_decider(choice, record, place), _evidence(choice, record), _overdue(choice, record, place)]
    return _sorted(fault for part in parts for fault in part)


def _sorted(found: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(found)))


def _weights(choice: Choice, record: Facts) -> Iterator[Fault]:
    """Yield what is wrong with the weights on the record; without any, those of the register count."""
    criteria = _entries(record, "criteria")
    name = text_of(record, "id")
    if not criteria:
        return
    told = [(text_of(c, "criterion"), c.get("weight")) for c in criteria]
    total = sum((Decimal(w) for _, w in told if _is_number(w)), Decimal(0))
    if total != WHOLE or not all(_is_number(w) for _, w in told):
        message = f"the weights in `{name}` sum to {write_share(total)}"
        fix = "let the weights of all criteria sum to 100%"
        yield Fault(rule="weights", record=name, message=message, fix=fix, field="criteria")
    elif choice.weights and (len(told) != len(choice.weights) or dict(told) != choice.weights):
        agreed = ", ".join(f"{criterion} {write_share(weight)}" for criterion, weight in choice.weights.items())
        message = f"`{name}` weighs other criteria than were agreed on"
        yield Fault(rule="weights", record=name, message=message, fix=f"weigh {agreed}", field="criteria")


def _options(choice: Choice, record: Facts) -> Iterator[Fault]:
    name = text_of(record, "id")
    for option in sorted({text_of(o, "option") for o in _entries(record, "options")} - {"", *choice.options}):
        message = f"`{option}`, which `{name}` scores, is no option of `{choice.id}`"
        yield Fault(rule="unknown_option", record=name, message=message, fix=_known(choice), field="options")


def _chosen(choice: Choice, record: Facts) -> Iterator[Fault]:
    name, chosen = text_of(record, "id"), text_of(record, "chosen")
    if record.get("status") is UNTOLD:
        message = f"nobody can tell whether `{name}` is decided: its status cannot be read"
        yield Fault(rule="missing", record=name, message=message, fix="correct it", field="status", void=True)
    if not chosen:
        message = f"`{name}` does not say what was chosen"
        yield Fault(rule="missing", record=name, message=message, fix=_known(choice), field="chosen", void=True)
    elif chosen not in choice.options:
        message = f"`{chosen}`, which `{name}` chooses, is no option of `{choice.id}`"
        fix = _known(choice)
        yield Fault(rule="unknown_option", record=name, message=message, fix=fix, field="chosen", void=True)


def _known(choice: Choice) -> str:
    return f"there are {', '.join(choice.options)}"


def _scores(choice: Choice, record: Facts) -> Iterator[Fault]:
    """Yield what is not scored: every option is, on every criterion, before one is chosen."""
    scored = _table(record)
    lacking = [f"{o} on {c}" for o in choice.options for c in choice.weights if c not in scored.get(o, {})]
    if lacking:
        name = text_of(record, "id")
        message = f"`{name}` does not score {lacking[0]}" + (f", and {len(lacking) - 1} more" if lacking[1:] else "")
        fix = "score every option on every criterion"
        yield Fault(rule="scores", record=name, message=message, fix=fix, field="options")


def _best(choice: Choice, record: Facts) -> Iterator[Fault]:
    """Yield that another option has more points, where all of them are scored and nobody says why it was not taken."""
    scored, chosen = _table(record), text_of(record, "chosen")
    complete = choice.weights and all(choice.weights.keys() <= scored.get(o, {}).keys() for o in choice.options)
    if not complete or chosen not in choice.options or text_of(record, "override_reason").strip():
        return
    points = {o: sum((w * scored[o][c] for c, w in choice.weights.items()), Decimal(0)) for o in choice.options}
    best = max(choice.options, key=points.__getitem__)
    if points[chosen] < points[best]:
        name = text_of(record, "id")
        message = f"`{name}` chooses {chosen}, although {best} has the best score, and gives no reason"
        fix = "say why in `override_reason`"
        yield Fault(rule="not_best_scored", record=name, message=message, fix=fix, field="chosen")


def _decider(choice: Choice, record: Facts, place: Place) -> Iterator[Fault]:
    """Yield that it was not decided by somebody who might, as things were then."""
    name, person, when = text_of(record, "id"), text_of(record, "decided_by"), record.get("decided_at")
    might = " or ".join(f"{kind} {who}" for kind, who in choice.deciders)
    if not person or not _is_time(when):
        untold = "by whom" if not person else "when"
        field = "decided_at" if person else "decided_by"
        message = f"`{name}` does not say {untold} it was decided"
        fix = f"it is decided by {might}"
        yield Fault(rule="not_entitled", record=name, message=message, fix=fix, field=field, void=True)
    elif not any(_is_one(person, kind, who, when, place.directory) for kind, who in choice.deciders):
        message = f"{person} was not entitled to decide `{choice.id}` on {day_of(when, place.zone)}"
        fix = f"it is decided by {might}"
        yield Fault(rule="not_entitled", record=name, message=message, fix=fix, field="decided_by", void=True)


def _is_one(person: str, kind: str, who: str, at: datetime, directory: Directory) -> bool:
    """Tell whether somebody is among those who may decide; without a directory, every role and team is believed."""
    if kind == "person":
        found = directory.people.get(person)
        return person == who and (not directory.known or (found is not None and found.here(at)))
    if not directory.known:
        return True
    return directory.holds(person, who, at) if kind == "role" else directory.belongs(person, who, at)


def _evidence(choice: Choice, record: Facts) -> Iterator[Fault]:
    name = text_of(record, "id")
    for field in choice.evidence:
        if _untold(record, field):
            message = f"`{name}` lacks its evidence: `{field}` is not told"
            yield Fault(rule="evidence", record=name, message=message, fix=f"say it: `{field}`", field=field)


def _untold(record: Facts, field: str) -> bool:
    value: Any = record
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value is None or value is UNTOLD or value == [] or (isinstance(value, list) and UNTOLD in value)


def _overdue(choice: Choice, record: Facts, place: Place) -> Iterator[Fault]:
    due = _review_day(choice, record, place)
    if due is not None and day_of(place.at, place.zone) > due:
        name = text_of(record, "id")
        message = f"`{choice.id}` was to be looked at again by {due}"
        fix = "review it, or decide it anew"
        yield Fault(rule="overdue", record=name, message=message, fix=fix, field="review_at")


def _review_day(choice: Choice, record: Facts, place: Place) -> date | None:
    """Return the day by which a decision is looked at again: the earlier of its own date and the register's cadence.

    A review since the decision takes the place of the date that the decision set itself.
    """
    decided = record.get("decided_at")
    if not _is_time(decided):
        return None
    reviewed = [when for when in place.reviewed if decided < when]
    own = record.get("review_at")
    days = [_day(own, place.zone)] if isinstance(own, date) and not reviewed else []
    plan = plan_of(choice, place.zone)
    if plan is not None:
        last = cadence.standing(cadence.Plan(plan), [decided, *reviewed], (), place.at)
        days += [last.due] if last.due is not None else []
    return min(days, default=None)


def _day(value: date, zone: ZoneInfo) -> date:
    return day_of(value, zone) if isinstance(value, datetime) else value


def plan_of(choice: Choice, zone: ZoneInfo) -> Cadence | None:
    """Return how often a choice is looked at again; None where the register does not say, or says it badly."""
    found = parse_cadence(choice.every, None, None, zone, None) if choice.every is not None else None
    return found if isinstance(found, Cadence) else None


def concerning(choice: str, records: Iterable[Facts]) -> list[Facts]:
    """Return the records that concern a choice."""
    return [record for record in records if text_of(record, "concerns") == choice]


def reviews_of(choice: str, records: Iterable[Facts], at: datetime) -> tuple[datetime, ...]:
    """Return when the choice was reviewed, until a time; a review that is planned or was cancelled is none."""
    times = [
        record.get("completed_at")
        for record in records
        if record.get("status") not in NOT_YET and choice in _list(record.get("concerns"))
    ]
    return tuple(sorted(when for when in times if isinstance(when, datetime) and when <= at))


# Reading --------------------------------------------------------------------------------------------------------------


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _entries(record: Facts, name: str) -> list[Facts]:
    return [entry for entry in _list(record.get(name)) if isinstance(entry, dict)]


def _table(record: Facts) -> dict[str, dict[str, Decimal]]:
    """Return the scores by option and criterion."""
    found: dict[str, dict[str, Decimal]] = {}
    for entry in _entries(record, "options"):
        scores = entry.get("scores")
        told = scores.items() if isinstance(scores, dict) else ()
        found[text_of(entry, "option")] = {c: Decimal(score) for c, score in told if _is_number(score)}
    return found


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_time(value: object) -> TypeGuard[datetime]:
    return isinstance(value, datetime)


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names))
