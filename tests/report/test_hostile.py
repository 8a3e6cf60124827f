"""Text of records and policies is hostile: one table of strings × all formats, each of which stays harmless."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from policyengine.core.decision import ApprovalState, Decision, Finding, Settled, StageState
from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.record import RecordType
from policyengine.core.source import Node
from policyengine.evaluate.due import Due, Row
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.submission import Submission
from policyengine.report import FORMATS, due, explanation, renderer
from policyengine.report.calendar import calendar
from policyengine.report.escape import terminal
from policyengine.report.findings import About, Report, Reviewed, View
from tests.sets import assembled, types

HOSTILE = {
    "terminal escape": "a\x1b[2J\x1b]0;owned\x07b",
    "one-byte escape": "a\x9b31mb",
    "backspaces": "block\x08\x08\x08\x08\x08allow",
    "carriage return": "blocked\rallowed",
    "line break and command": "x\n::error file=a::owned\n::set-output name=a::b",
    "windows line break and command": "x\r\n::stop-commands::y",
    "command at the beginning": "::error::owned",
    "old command anywhere": "text ##[error]owned",
    "percent escapes": "100%0A::error::owned%25",
    "properties": "a,line=1::b:c",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "end of script": "</script><!--",
    "table": "| a | b |",
    "backticks": "```\n# owned\n```",
    "markdown link": "[here](https://evil.example) and [[a](b)](c) \\[d](e)",
    "direction": "safe\u202egnp.exe\u2066\u2067\u2068\u2069\u200f",
    "line separators": "a\u2028b\u2029c\u0085d",
    "zero": "a\x00b",
    "invisible tags": "a\U000e0041\U000e0042",
    "half a character": "a\ud83db",
    "formula": '=HYPERLINK("https://evil.example")',
    "quotes": "a\"b'c\\",
    "braces": "{0} {x.__class__} {{}}",
    "long": "\x1b" * 500,
}

# What must not reach a terminal or a log: everything in these classes but the line break.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_OUR_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def _stopped(hostile: str) -> dict[str, Any]:
    """An order that stops a record, with everything that an entry about it may tell."""
    wait = {"entry": hostile, "needs": hostile, "can_act": [hostile], "rejected_by": [hostile]}
    told = {"waits_for": [wait], "ignored": [{"by": hostile, "why": hostile}, {"by": "", "why": f"it is {hostile}"}]}
    return {
        "policy": "freeze.a",
        "order": hostile,
        "status": "frozen",
        "why": f"by {hostile}",
        "missing": [hostile],
        **told,
    }


def _order(hostile: str) -> dict[str, Any]:
    """An order itself, with everything that an entry about it may tell."""
    exempt = [{"record": hostile, "by": hostile, "until": hostile}]
    lists = {"renewed_by": [hostile], "lifted_by": [hostile], "exempt": exempt}
    caught = [{"record": hostile, "at": hostile}, {"record": hostile, "at": None}]
    return {"policy": "freeze.b", "order": hostile, "status": "lifted", "until": hostile, "caught": caught, **lists}


def report_of(hostile: str) -> Report:
    """A report in which every text that a user can write is hostile."""
    kind: RecordType = types()["content"]
    span = Span(f"{hostile}.md".replace("\x00", ""), 2, 3, 2, 9)
    node = Node({"id": Node(hostile, span), hostile: Node(hostile, span)}, span, None, {"id": span, hostile: span})
    submission = Submission(node=node, text=hostile, kind=kind, record={"type": "content", "id": hostile, hostile: 1})
    settled = Settled(by=(hostile,), outcome="hold", at=hostile, until=hostile, because=hostile, waiver=hostile)
    findings = tuple(
        Finding(
            policy="links.tagged",
            rule=f"rule_{verdict}",
            verdict=verdict,
            outcome="block",
            severity="high",
            markets=(hostile,),
            message=hostile,
            fix=hostile,
            released_by=hostile,
            due_at=hostile,
            missing=(hostile,) if verdict == "unproven" else (),
            settled=settled if verdict in {"waived", "released"} else None,
            path=("id",),
        )
        for verdict in ("fail", "unproven", "due", "waived", "released", "error")
    )
    stage = StageState(
        stage=hostile,
        status="pending",
        needs=hostile,
        can_act=(hostile,),
        ignored=({"by": hostile, "why": hostile},),
    )
    names = "policy rule what due_at do to field because order until message from outcome path status id"
    said = dict.fromkeys(names.split(), hostile)
    decision = Decision(
        record={"type": "content", "id": hostile},
        at="2026-06-15T12:00:00Z",
        governing_time="2026-06-15T12:00:00Z",
        mode="simulated",
        outcome="block",
        by_market={hostile: "block", "GB": "allow"},
        findings=findings,
        approvals=(ApprovalState(policy="approval.content", status="pending", outcome="hold", stages=(stage,)),),
        obligations=(said,),
        actions=(said,),
        deadlines=(said,),
        escalations=({**said, "holder": [hostile], "overdue_by": hostile},),
        reviews=(said,),
        frozen=(said, _stopped(hostile), _order(hostile)),
        upcoming=(said,),
        assumed=(said,),
        undecided=({**said, "missing": [hostile]},),
        self_asserted=(hostile,),
    )
    fault = Diagnostic("PE401", hostile, span, help=hostile, related=(Related(span, hostile),))
    about = About(name="links.tagged/rule_fail", title=hostile, owner=hostile, sources=((hostile, hostile),))
    return Report(
        diagnostics=(fault,),
        reviewed=(Reviewed(submission=submission, decision=decision),),
        about={about.name: about},
        fail_on=frozenset(["block"]),
    )


def no_command(output: str) -> None:
    """No line is a workflow command, in the new form (first thing on a line) or the old one (anywhere)."""
    assert [line for line in output.split("\n") if line.lstrip().startswith("::")] == []
    assert "##[" not in output


def harmless_text(output: str) -> None:
    plain = _OUR_COLOURS.sub("", output)
    assert "\x1b" not in plain
    no_command(plain)


def harmless_json(output: str) -> None:
    assert "\x1b" not in output
    assert "<" not in output
    no_command(output)
    json.loads(output)


def harmless_sarif(output: str) -> None:
    harmless_json(output)
    (run,) = json.loads(output)["runs"]
    texts = [result["message"]["text"] for result in run["results"]]
    texts += [s["justification"] for result in run["results"] for s in result.get("suppressions", ())]
    texts += [rule[part]["text"] for rule in run["tool"]["driver"]["rules"] for part in ("shortDescription", "help")]
    for text in texts:
        assert not _ACTING.search(text)
        # A link needs a bracket that is not escaped: one after an even number of backslashes.
        assert not re.search(r"(?<!\\)(?:\\\\)*\[[^\]]*\]\(", text)
    for result in run["results"]:
        assert re.fullmatch(r"[!-~]*", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


def harmless_github(output: str) -> None:
    """Every line is one command of ours, with our properties and nothing more."""
    assert "\x1b" not in output
    for line in output.rstrip("\n").split("\n"):
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert command is not None, line
        names = [part.partition("=")[0] for part in command[2].split(",")]
        assert names == ["file", "line", "endLine", "col", "endColumn", "title"]
        assert not re.search(r"%(?!25|0A|3A|2C)", line)


HARMLESS: dict[str, Callable[[str], None]] = {
    "text": harmless_text,
    "json": harmless_json,
    "sarif": harmless_sarif,
    "github": harmless_github,
}


def test_every_format_is_looked_at() -> None:
    assert set(HARMLESS) == set(FORMATS)


@pytest.mark.parametrize("colour", [False, True], ids=["plain", "coloured"])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_comes_out_harmless(hostile: str, name: str, colour: bool) -> None:  # noqa: FBT001 - a case's parameter
    view = View(text_of=lambda _: f"first\n{hostile}\nthird", colour=colour)
    output = renderer(name)(report_of(hostile), view)
    assert output.endswith("\n")
    assert not _ACTING.search(output)
    output.encode()
    HARMLESS[name](output)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_stays_harmless_in_an_explanation(hostile: str) -> None:
    text = hostile.encode("utf-8", "replace").decode()
    rule = {"id": "long", "title": text, "when": {"text": {"length": {"above": 0}}}, "then": "block"}
    policy = {"kind": "check", "id": "p", "title": text, "owner": text, "applies_to": "content", "rules": [rule]}
    policies = PolicySet(assembled([policy]))
    record = {"type": "content", "id": hostile, "text": hostile}
    found = policies.explain(record, at=datetime(2026, 6, 15, tzinfo=UTC))
    output = explanation.render(found, explanation.Shown(place=f"{hostile}.md:1", subject=f"content {hostile}"))
    assert not _ACTING.search(output)
    harmless_text(output)


# What falls due -------------------------------------------------------------------------------------------------------


def due_of(hostile: str) -> Due:
    """Rows in which every text that a user can write is hostile."""
    row = Row(
        kind="approval",
        policy=hostile,
        what=hostile,
        owner=hostile,
        status="overdue",
        next=datetime(2026, 6, 15, tzinfo=UTC),
        overdue_by="1d",
        missing=(hostile,),
        who=(hostile,),
        record=("content", hostile),
        part=hostile,
        because=hostile,
        file=f"{hostile}.yaml".replace("\x00", ""),
        line=2,
    )
    undecided = {"policy": hostile, "what": hostile, "missing": [hostile]}
    return Due(datetime(2026, 6, 16, tzinfo=UTC), (row,), (undecided,))


def harmless_markdown(output: str) -> None:
    """Nothing but our own rows and blanks: no element, link, code or further cell."""
    no_command(output)
    head, _, *lines = output.split("\n")
    table = [line for line in lines if line.startswith("|")]
    assert head.startswith("| due |")
    assert len(table) == 1
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", table[0])) == 7
    assert not re.search(r"[<>]|(?<!\\)(?:\\\\)*[`\[\]*]|https?://", "\n".join(table))


def harmless_junit(output: str) -> None:
    no_command(output)
    root = ET.fromstring(output)  # noqa: S314 - our own output
    assert len(list(root.iter("failure"))) == 1


DUE_HARMLESS = HARMLESS | {"markdown": harmless_markdown, "junit": harmless_junit}


@pytest.mark.parametrize("colour", [False, True], ids=["plain", "coloured"])
@pytest.mark.parametrize("name", due.FORMATS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_stays_harmless_in_what_falls_due(hostile: str, name: str, colour: bool) -> None:  # noqa: FBT001 - a case's parameter
    fault = Diagnostic("PE401", hostile, Span("a.yaml", 1, 1, 1, 2), "warning", help=hostile)
    found = due.Found(due=due_of(hostile), diagnostics=(fault,) if name in HARMLESS else ())
    output = due.FORMATS[name](found, View(text_of=lambda _: f"first\n{hostile}\nthird", colour=colour))
    assert not _ACTING.search(_OUR_COLOURS.sub("", output))
    output.encode()
    DUE_HARMLESS[name](output)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_one_event_of_a_calendar(hostile: str) -> None:
    data = calendar(due_of(hostile))
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert [line.partition(b":")[0].partition(b";")[0] for line in lines] == [
        b"BEGIN", b"VERSION", b"PRODID", b"BEGIN", b"UID", b"DTSTAMP", b"DTSTART", b"SUMMARY", b"DESCRIPTION",
        b"CATEGORIES", b"TRANSP", b"BEGIN", b"ACTION", b"DESCRIPTION", b"TRIGGER", b"END", b"END", b"END", b"",
    ]  # fmt: skip
    assert not _ACTING.search(data.decode().replace("\r\n", ""))
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    lines_of = hostile.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = "\n".join(terminal(line) for line in lines_of)
    assert str(event["SUMMARY"]) == f"{said} (content {said})"


def test_what_is_harmless_already_stays_readable() -> None:
    view = View(text_of=lambda _: None)
    assert "Schöne Grüße, 今日は, #ad & 20 % off" in renderer("text")(
        report_of("Schöne Grüße, 今日は, #ad & 20 % off"), view
    )
