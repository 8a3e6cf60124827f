"""The labels of a post for a terminal: the caption with the fold drawn in, each label and what each market says of it.

Labels are marked in the text itself, in brackets with their number: marks under a line would miss their place in
scripts that run from right to left, or whose letters are wider than others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from policyengine.core.decision import Decision
from policyengine.kinds.disclosure.sighted import Label, Ruling, Said, Sighted
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink
from policyengine.report.snippet import width
from policyengine.text.clusters import cluster_ends

_COLUMNS: Final = 88
_MOST: Final = 600
"""Characters of a caption that are shown after the last label and the fold."""
_PLACES: Final = {"text": "the caption", "audio": "the sound", "overlay": "the picture"}


def lines(sighted: Sighted, decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield the lines about the labels of a post; nothing where no document was asked."""
    if not sighted.markets:
        return
    yield "labels:"
    yield from (f"  {line}" for line in _caption(sighted, ink))
    for number, label in enumerate(sighted.labels, start=1):
        yield f"  {number} {_place(label)}"
        yield from (f"      {line}" for line in _said(label.says, sighted.markets, ink))
    if not sighted.labels:
        yield "  no label was found"
    for ruling in sighted.markets:
        yield from (f"  {line}" for line in _ruling(ruling, ink))
    for remedy in decision.remedies:
        yield from (f"  {line}" for line in _remedy(remedy))


# The caption ----------------------------------------------------------------------------------------------------------


def _caption(sighted: Sighted, ink: Ink) -> Iterator[str]:
    text = sighted.text
    if text is None:
        yield "the caption is not told"
        return
    bar = "│ " if ink.signs else "| "
    folds = _folds(sighted)
    marks = {label.start: (number, label) for number, label in enumerate(sighted.labels, 1) if label.where == "text"}
    last = max([*(label.end for _, label in marks.values()), *folds, 0])
    shown = min(len(text), last + _MOST)
    drawn = 0
    for start, end in _pieces(text[:shown], folds):
        yield from (_fold(folds[at], ink) for at in sorted(folds) if drawn <= at <= start)
        drawn = start + 1
        yield from (f"{bar}{line}" for line in _wrapped(_marked(text, start, end, marks, ink)))
    yield from (_fold(folds[at], ink) for at in sorted(folds) if at >= drawn)
    if shown < len(text):
        yield ink.dim(f"{bar}({len(text) - shown} more characters)")


def _fold(says: str, ink: Ink) -> str:
    return ink.dim(f"{'┄' * 4 if ink.signs else '-' * 4} {terminal(says)}")


def _folds(sighted: Sighted) -> dict[int, str]:
    """Return what is drawn at which offset of the caption; nothing where all of it is seen."""
    fold = sighted.fold
    if fold is None or sighted.text is None:
        return {}
    if fold.at >= len(sighted.text):
        return {fold.at: f"all of it is seen: {fold.says}"}
    if fold.at_most >= len(sighted.text):
        return {fold.at: f"the fold on some devices, the others show all of it: {fold.says}"}
    found = {fold.at: f"the fold: {fold.says}; what follows is seen only once the post is opened"}
    if fold.at < fold.at_most < len(sighted.text):
        found = {fold.at: f"the fold on some devices: {fold.says}"}
        found[fold.at_most] = "the fold on the others; what follows is seen only once the post is opened"
    return found


def _pieces(text: str, cuts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text between line breaks and cuts, as offsets; line breaks belong to none."""
    start = 0
    ends = sorted({*(cut for cut in cuts if 0 < cut < len(text)), *(at for at, c in enumerate(text) if c == "\n")})
    for end in [*ends, len(text)]:
        if text[start:end].strip() or end == len(text):
            yield start, end
        start = end + 1 if text[end : end + 1] == "\n" and end in ends else end


def _marked(text: str, start: int, end: int, marks: dict[int, tuple[int, Label]], ink: Ink) -> str:
    """Return a stretch of the caption in which each label stands in brackets, with its number."""
    parts, at = [], start
    left, right = ("⟦", "⟧") if ink.signs else ("[", "]")
    for begin in sorted(place for place in marks if start <= place < end):
        number, label = marks[begin]
        stop = min(label.end, end)
        parts.append(terminal(text[at:begin].replace("\t", " ")))
        parts.append(f"{left}{number} {terminal(text[begin:stop])}{right}")
        at = max(stop, at)
    parts.append(terminal(text[at:end].replace("\t", " ").rstrip("\r")))
    return "".join(parts).rstrip(" ")


def _wrapped(line: str) -> Iterator[str]:
    """Yield a line in rows of so many columns, broken at blanks where there are any, never inside a sign."""
    row, used, blank = "", 0, 0
    start = 0
    for end in cluster_ends(line):
        sign = line[start:end]
        start = end
        if used + width(sign) > _COLUMNS:
            cut = blank if blank > len(row) // 2 else len(row)
            yield row[:cut].rstrip()
            row = row[cut:]
            used, blank = width(row), 0
        row += sign
        used += width(sign)
        blank = len(row) if sign.isspace() else blank
    yield row


# Labels and markets ---------------------------------------------------------------------------------------------------


def _place(label: Label) -> str:
    where = _PLACES.get(label.where, f"the {label.where.replace('_', ' ')}")
    parts = [f"`{terminal(label.text)}` in {where}"]
    if label.entry is None or label.start or label.end != len(label.text):
        parts.append(f"characters {label.start + 1} to {label.end}")
    if label.entry is not None:
        parts.append(f"entry {label.entry + 1}")
    parts += {"yes": ["before the fold"], "no": ["behind the fold"]}.get(label.fold or "", [])
    parts += ["behind the fold on some devices"] if label.fold == "on some devices" else []
    parts += [f"tag {label.tag[0]} of {label.tag[1]}"] if label.tag is not None and label.tag[1] > 1 else []
    return ", ".join([*parts, *_times(label)])


def _times(label: Label) -> Iterator[str]:
    if label.frames == "all":
        yield "on every slide"
    elif label.frames:
        yield f"on slide {', '.join(str(number) for number in label.frames)}"
    if label.from_s is not None or label.until_s is not None:
        end = f"to {label.until_s} s" if label.until_s is not None else "(its end is not told)"
        yield f"from {label.from_s if label.from_s is not None else '?'} s {end}"
    if label.repeat_every_s is not None:
        yield f"every {label.repeat_every_s} s"


def _said(says: Iterable[Said], rulings: Iterable[Ruling], ink: Ink) -> Iterator[str]:
    """Yield what the markets say of a label, those that say the same in one line; of `EU`, which member's law does."""
    laws: dict[str, set[str]] = {}
    for ruling in rulings:
        laws.setdefault(ruling.market, set()).add(ruling.policy)

    def name(said: Said) -> str:
        return said.market if len(laws[said.market]) == 1 else f"{said.market} ({said.policy})"

    ordered = sorted(says, key=lambda said: (said.status, said.lacks, said.market))
    for (status, lacks), group in groupby(ordered, key=lambda said: (said.status, said.lacks)):
        markets = " ".join(dict.fromkeys(name(said) for said in group))
        role = {"accepted": "hold" if lacks else "allow", "to be judged": "hold"}.get(status, "block")
        but = ", but " if status == "accepted" else ": "
        detail = f"{but}{'; '.join(lacks)}" if lacks else ""
        yield f"{terminal(markets)}: {ink.paint(role, status)}{terminal(detail)}"


def _ruling(ruling: Ruling, ink: Ink) -> Iterator[str]:
    head = terminal(f"{ruling.market} ({ruling.policy})")
    if ruling.owed == "no":
        why = f": {terminal(ruling.because)}" if ruling.because else ""
        yield f"{head}: no label is owed{why}"
        return
    word = ink.paint(ruling.outcome, ruling.outcome)
    owed = "a label is owed" if ruling.owed == "yes" else "whether a label is owed is not told"
    yield f"{head}: {word}: {owed}: {terminal(ruling.because)}"
    yield from (f"    {rule}: {terminal(says)}" for rule, says in ruling.lacks.items())


def _remedy(remedy: dict[str, Any]) -> Iterator[str]:
    """Yield what mends the post, or the rules because of which nothing does."""
    markets = terminal(" ".join(remedy["markets"]))
    if "says" in remedy:
        yield f"what mends it for {markets}: {terminal(remedy['says'])}"
        if remedy.get("leaves"):
            yield f"    it leaves {terminal(', '.join(remedy['leaves']))}"
        return
    against = remedy.get("contradiction", remedy.get("unsettled", ()))
    yield f"for {markets} {'these rules contradict each other' if len(against) > 1 else 'no label does'}:"
    for rule in against:
        yield terminal(f"    {rule['policy']}/{rule['rule']} ({rule['market']}): {rule['says']}")
        if rule.get("missing"):
            yield f"      not told: {', '.join(f'`{terminal(name)}`' for name in rule['missing'])}"
