"""`evaluate`: the Decision as JSON, line for line where lines come in."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import AT, POST, run, write

BLOCKED = POST.replace("claims: []", "claims: [{claim: health}]")


def test_one_record_gives_one_indented_decision_and_exit_0_whatever_the_outcome(folder: Path) -> None:
    write(folder, {"a.md": BLOCKED})
    done = run("evaluate", "a.md", *AT)
    decision = json.loads(done.stdout)
    assert (done.exit_code, decision["outcome"], decision["mode"]) == (0, "block", "simulated")
    assert done.stdout.startswith('{\n  "record": {\n')
    assert decision["findings"][0]["place"] == {"file": "a.md", "line": 8, "column": 18}


def test_ndjson_is_answered_line_by_line_in_order(folder: Path) -> None:
    lines = [
        '{"type": "content", "id": "a"}',
        '{"type": }',
        "",
        '{"type": "contnt", "id": "b"}',
        '{"type": "content", "id": "c"}',
    ]
    write(folder, {"log.ndjson": "\n".join(lines)})
    done = run("evaluate", "log.ndjson", *AT)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 2
    assert [a["record"]["id"] if "record" in a else a["line"] for a in answers] == ["a", 2, 4, "c"]
    assert answers[2]["problem"] == "unknown type of record `contnt`; did you mean `content`?"
    assert answers[3]["findings"][0]["place"]["line"] == 5


def test_several_documents_of_a_file_give_a_line_each(folder: Path) -> None:
    write(folder, {"a.yaml": "type: content\nid: a\n---\ntype: content\nid: b\n"})
    done = run("evaluate", "a.yaml", *AT)
    assert [json.loads(line)["record"]["id"] for line in done.stdout.splitlines()] == ["a", "b"]


def test_standard_input_is_one_document_or_one_a_line() -> None:
    one = run("evaluate", "-", *AT, stdin='{\n "type": "content",\n "id": "a"\n}\n')
    assert json.loads(one.stdout)["record"]["id"] == "a"
    short = run("evaluate", "-", *AT, stdin='{"type": "content", "id": "a"}')
    assert json.loads(short.stdout)["record"]["id"] == "a"
    many = run("evaluate", "-", *AT, stdin='{"type": "content", "id": "a"}\n{"type": "content", "id": "b"}\n')
    assert [json.loads(line)["record"]["id"] for line in many.stdout.splitlines()] == ["a", "b"]


def test_what_is_no_record_goes_to_standard_error_with_exit_2(folder: Path) -> None:
    write(folder, {"a.json": '{"id": "a"}', "b.json": "{"})
    for name in ("a.json", "b.json", "nowhere.json"):
        done = run("evaluate", name, *AT)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "error[PE" in done.stderr


def test_the_caller_is_trusted_and_faults_stand_under_problems(folder: Path) -> None:
    write(folder, {"policyengine.yaml": "trust: strict\n"})
    record = {"type": "content", "id": "a", "risk_tier": 1, "platfrom": "x", "format": 3}
    decision = json.loads(run("evaluate", "-", *AT, stdin=json.dumps(record)).stdout)
    assert decision["self_asserted"] == []
    assert [p["code"] for p in decision["problems"]] == ["PE401", "PE402"]


def test_broken_policies_end_with_2_before_anything_is_said(folder: Path) -> None:
    write(folder, {"policies/b.yaml": "kind: chek\n", "a.md": POST})
    done = run("evaluate", "a.md", *AT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "unknown kind `chek`" in done.stderr


def test_the_same_question_gives_the_same_bytes(folder: Path) -> None:
    write(folder, {"a.md": BLOCKED})
    first = run("evaluate", "a.md", *AT).stdout
    policies = (folder / "policies/all.yaml").read_text(encoding="utf-8").split("---\n")
    write(folder, {"policies/all.yaml": "---\n".join(reversed(policies))})
    second = json.loads(run("evaluate", "a.md", *AT).stdout)
    for decision in (json.loads(first), second):
        for finding in decision["findings"]:
            del finding["source"]  # the line in the file is the one thing that moves
    assert second["findings"] == json.loads(first)["findings"] or second["policies"] == json.loads(first)["policies"]
    assert run("evaluate", "a.md", *AT).stdout == run("evaluate", "a.md", *AT).stdout


def test_digests_are_what_a_vote_names_as_seen(folder: Path) -> None:
    write(folder, {"a.md": POST})
    text = run("digest", "a.md")
    plain = json.loads(run("digest", "a.md", "--format", "json").stdout)
    assert text.stdout.startswith("# content p1\n")
    assert text.stdout.splitlines()[1:] == [f"{name}: {digest}" for name, digest in plain["seen"].items()]
    assert plain["seen"]["text"].startswith("sha256:")
    assert run("digest", "nowhere.md").exit_code == 2
