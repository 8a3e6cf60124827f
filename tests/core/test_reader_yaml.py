"""Reading YAML: the traps and refusals of the policy language, each a named case with its place."""

from __future__ import annotations

import sys
import tracemalloc
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.core import yaml_builder, yaml_events
from policyengine.core.diagnostic import Span
from policyengine.core.places import split_lines
from policyengine.core.reader_yaml import read_yaml
from policyengine.core.source import Node, Plain, Source


def told(source: Source) -> list[str]:
    """Return `CODE line:column` of every fault."""
    return [f"{d.code} {d.span.line}:{d.span.column}" for d in source.diagnostics if d.span is not None]


def data(text: str | bytes) -> list[Plain]:
    source = read_yaml(text, "a.yaml")
    assert source.diagnostics == ()
    return [document.plain() for document in source.documents]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

# The name of the trap: the text, and what is told about it.
FAULTS: dict[str, tuple[str | bytes, list[str]]] = {
    # comments that swallow text
    "a label that is a comment": ("label: #ad\n", ["PE019 1:8"]),
    "a label behind a mapping in braces": ("{a: 1, label: #ad\n}\n", ["PE019 1:15"]),
    "a list whose middle is a comment": ("not_enough: [thanks to, #gifted,\n  sponsored]\n", ["PE019 1:25"]),
    "a list whose bracket is in the comment": ("x: [a, #b]\ny: 1\nlabel: #ad\n", ["PE019 1:8", "PE019 3:8"]),
    "a rule's name cut at its number sign": ("rule: links.tagged #source\n", ["PE019 1:20"]),
    "a reason cut at its ticket": ("because: see ticket #412\n", ["PE019 1:21"]),
    "an item that is a comment": ("- #ad\n- b\n", ["PE019 1:3"]),
    "a comment that touches a quote": ('"abc"#ad\n', ["PE019 1:6"]),
    "a comment that touches a comma": ("[a,#b\n]\n", ["PE019 1:4"]),
    "a comment behind the bar of a block": ("text: | #ad\n  x\n", ["PE019 1:9"]),
    "a comment between a key and its mapping": ("label: #note about\n  a: 1\n", ["PE019 1:8"]),
    "a comment of an emoji": ("label: #👍\n", ["PE019 1:8"]),
    "a placeholder that is a comment": ("accept: #{brand}partner\n", ["PE019 1:9"]),
    "traps in two documents": ("a: #x\n---\nb: #y\n", ["PE019 1:4", "PE019 3:4"]),
    "a trap before a syntax fault": ("label: #ad\nb: [\n", ["PE019 1:8", "PE027 2:4"]),
    # colons and commas
    "no blank after the colon": ("kind: check\ntitle:Hello\nid: x\n", ["PE020 2:1"]),
    "no blank after the first colon": ("title:Hello\nid: x\n", ["PE020 1:1"]),
    "no blank in the only line": ("title:Hello\n", ["PE020 1:1"]),
    "no blank in any line": ("title:Hello\nid:x\n", ["PE020 1:1", "PE020 2:1"]),
    "no blank before an address": ("url:https://example.org\nid: x\n", ["PE020 1:1"]),
    "a no-break space after the colon": ("title:\u00a0Hello\n", ["PE020 1:1"]),
    "no blank in braces": ("{title:Hello, id: x}\n", ["PE020 1:2"]),
    "no blank before braces": ("{text:{mentions: x}}\n", ["PE020 1:2"]),
    "no blank in a mapping below its key": ("values:\n  known:x\n", ["PE020 2:3"]),
    "no blank in an item with more keys": ("rules:\n  - id:foo\n    title: x\n", ["PE020 2:5"]),
    "perhaps no blank in an item": ("rules:\n  - id:foo\n", ["PE020 2:5"]),
    "a title split by commas": ("{title: Health, finance, or claims}\n", ["PE021 1:9"]),
    "a title split by a comma before another key": ("{title: Health, finance, id: x}\n", ["PE021 1:9"]),
    "two titles split by commas": ("- {title: a, b}\n- {title: c, d}\n", ["PE021 1:11", "PE021 2:11"]),
    "a placeholder without quotes": ("fix: {brand}\n", ["PE021 1:7"]),
    "a comma after a mapping in braces": ("{when: {x: 1}, y}\n", ["PE021 1:16"]),
    "a colon inside a title": ("title: Tier: health\n", ["PE028 1:8"]),
    # keys
    "a key twice": ("owner: legal\nid: x\nowner: press\n", ["PE012 3:1"]),
    "a key twice, deeper": ("a:\n  b: 1\n  b: 2\n", ["PE012 3:3"]),
    "a key twice in braces": ("{a: 1, a: 2}\n", ["PE012 1:8"]),
    "a key twice in two spellings": ('1: a\n"1": b\n', ["PE012 2:1"]),
    "every key that stands twice": ("a: 1\na: 2\na: 3\n", ["PE012 2:1", "PE012 3:1"]),
    "a null key": ("null: 1\n", ["PE018 1:1"]),
    "a tilde as a key": ("~: 1\n", ["PE018 1:1"]),
    "no key": (": x\n", ["PE018 1:1"]),
    "a list as a key": ("? [a]\n: b\n", ["PE018 1:3"]),
    "a merge key": ("base: &b {x: 1}\nuse:\n  <<: *b\n", ["PE017 3:3"]),
    # what is not read
    "a tag on a text": ("version: !!str 1.10\n", ["PE013 1:10"]),
    "a tag on a mapping": ("a: !x {b: 1}\n", ["PE013 1:4"]),
    "a tag that runs code": ("a: !!python/object/apply:os.system [ls]\n", ["PE013 1:4"]),
    "a directive of another version": ("%YAML 1.1\n---\nmarket: NO\n", ["PE025 1:1"]),
    "a directive nobody knows": ("%FOO x\n---\na: 1\n", ["PE025 1:1"]),
    "an alias of nothing": ("a: *b\n", ["PE014 1:4"]),
    "an alias of another document": ("a: &x 1\n---\nb: *x\n", ["PE014 3:4"]),
    "a cycle": ("a: &a [*a]\n", ["PE015 1:8"]),
    "a cycle over two levels": ("a: &a {b: {c: *a}}\n", ["PE015 1:15"]),
    "a bomb": (BOMB, ["PE016 4:29"]),
    "65 levels": ("[" * 65 + "]" * 65, ["PE006 1:65"]),
    "a hundred thousand levels": ("[" * 100_000, ["PE006 1:65"]),
    "a hundred thousand mappings": ("a: " + "{a: " * 100_000, ["PE006 1:256"]),
    "over 1 MB": (b"a: " + b"x" * 1_000_000, ["PE003 1:1"]),
    "2 MB of many characters": ("a: " + "é" * 1_000_000, ["PE003 1:1"]),
    "a list of commas": ("[" + "a," * 150_000 + "]", ["PE007 1:100000"]),
    # numbers
    "19 digits": ("a: 1234567890123456789\n", ["PE022 1:4"]),
    "5,000 digits": ("a: " + "9" * 5000 + "\n", ["PE022 1:4"]),
    "many hexadecimal digits": ("a: 0xffffffffffffffff\n", ["PE022 1:4"]),
    "infinity": ("a: .inf\nb: -.INF\n", ["PE023 1:4", "PE023 2:4"]),
    "no number": ("a: .nan\n", ["PE023 1:4"]),
    "an absurd exponent": ("a: 1e999999\n", ["PE024 1:4"]),
    "an exponent beyond every decimal": ("a: 1e99999999999999999999\n", ["PE024 1:4"]),
    "5,000 places": ("a: 0." + "1" * 5000 + "\n", ["PE024 1:4"]),
    # layout
    "a tab before an item": ("a:\n\t- b\n", ["PE011 2:1"]),
    "a tab before a key": ("a: 1\n\tb: 2\n", ["PE011 2:1"]),
    "a tab on the first line": ("\ta: b\n", ["PE011 1:1"]),
    "a tab behind blanks": ("a:\n  b: 1\n  \tc: 2\n", ["PE011 3:3"]),
    "a key too deep": ("a: 1\n b: 2\n", ["PE029 2:2"]),
    "a key between two depths": ("a:\n  b: 1\n c: 2\n", ["PE029 3:2"]),
    "a key after a list": ("- a\nb: 1\n", ["PE029 2:1"]),
    "a list on its key's line": ("a: - b\n", ["PE029 1:4"]),
    "a line without a colon": ("a: 1\nb\nc: 2\n", ["PE029 2:1"]),
    "a second text": ('"a"\n"b"\n', ["PE029 2:1"]),
    "a comment on every line of a text": ("a #b\nc #d\n", ["PE019 1:3", "PE019 2:3"]),
    # quotes and brackets
    "a quote without its end": ('a: "b\nc: d\n', ["PE026 1:4"]),
    "an apostrophe without its end": ("a: 'b\nc: d\n", ["PE026 1:4"]),
    "a quote that a document ends": ('a: "b\n---\nc: d\n', ["PE026 1:4"]),
    "a number sign in a quote without its end": ('a: "b #c\nd: e\n', ["PE026 1:4"]),
    "text after a quote": ('a: "b" c\n', ["PE028 1:8"]),
    "text after a placeholder": ("a: {brand} x\n", ["PE021 1:5", "PE028 1:12"]),
    "a list without its end": ("a: [b, c\nd: e\n", ["PE027 1:4"]),
    "a mapping without its end": ("a: {b: 1\nc: 2\n", ["PE027 1:4"]),
    "a list that a document ends": ("a: b\n---\nc: [\n---\nd: 1\n", ["PE027 3:4"]),
    "two commas": ("a: [x, , y]\n", ["PE027 1:8"]),
    "no comma": ("a: {x: 1 y: 2}\n", ["PE027 1:11"]),
    "a bracket that opens nothing": ("]\n", ["PE010 1:1"]),
    "a handle": ("a: @acme\n", ["PE028 1:4"]),
    "three handles": ("a: @x\nb: [@c, @d]\n", ["PE028 1:4", "PE028 2:5", "PE028 2:9"]),
    "a backtick": ("a: `x`\n", ["PE028 1:4"]),
    "a per cent sign": ("a: %x\n", ["PE028 1:4"]),
    "a star": ("a: *bold*\n", ["PE028 1:4"]),
    "a sign for more than": ("a: > 5 posts\n", ["PE028 1:4"]),
    "an escape nobody knows": ('a: "\\d+"\n', ["PE031 1:5"]),
    "an escape of half a character": ('a: "\\ud83d\\ude00"\n', ["PE031 1:5"]),
    # encoding
    "an empty file": ("", ["PE004 1:1"]),
    "a file of comments": ("# a\n\n  # b\n", ["PE004 1:1"]),
    "a file of an empty document": ("---\n", ["PE004 1:1"]),
    "UTF-16": ("a: 1\n".encode("utf-16"), ["PE001 1:1"]),
    "UTF-16 without a mark": ("a: 1\n".encode("utf-16-be"), ["PE001 1:1"]),
    "Latin-1, and a trap behind it": (b"a: caf\xe9\nb: #x\n", ["PE001 1:7", "PE019 2:4"]),
    "a NUL": ("a: x\x00\n", ["PE002 1:5"]),
    "a terminal escape": ("a: 1\nb: \x1b[31m\n", ["PE002 2:4"]),
    "a form feed": ("a: b\x0cc\n", ["PE002 1:5"]),
    "a C1 control": ("a: \x9b31m\n", ["PE002 1:4"]),
    "a lone surrogate": ("a: \ud800\n", ["PE002 1:4"]),
    # all of them at once
    "faults of all sorts": (
        "label: #ad\na: 1\na: 2\nb: !!int 3\n{}: x\nc: @d\nd: .inf\n",
        ["PE019 1:8", "PE012 3:1", "PE013 4:4", "PE018 5:1", "PE028 6:4", "PE023 7:4"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_trap_is_told_at_its_place(text: str | bytes, expected: list[str]) -> None:
    assert told(read_yaml(text, "a.yaml")) == expected


@pytest.mark.parametrize("name", ["a bomb", "a hundred thousand levels", "2 MB of many characters", "a cycle"])
def test_hostile_files_fill_no_memory(name: str) -> None:
    text, _ = FAULTS[name]
    tracemalloc.start()
    read_yaml(text, "a.yaml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize("name", FAULTS)
def test_messages_obey_the_law(name: str) -> None:
    text, _ = FAULTS[name]
    for fault in read_yaml(text, "a.yaml").diagnostics:
        assert fault.span is not None
        assert not fault.message[0].isupper() or fault.message.startswith(("JSON", "YAML"))
        for sentence in (fault.message, fault.help or ""):
            assert not sentence.endswith(".")
            assert "\n" not in sentence
            assert not {"str", "int", "dict", "NoneType", "Decimal"} & set(sentence.replace("`", " ").split())


# PyYAML's own parser ignores unknown directives, takes `text:{` for a key as YAML 1.2 does, and names another of two
# escapes; for large files it is too slow.
DIFFERENT = {"a directive nobody knows", "no blank before braces", "an escape of half a character"}
PURE = sorted(name for name, (text, _) in FAULTS.items() if len(text) < 50_000 and name not in DIFFERENT)


@pytest.mark.parametrize("name", PURE)
def test_the_parser_without_libyaml_tells_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, expected = FAULTS[name]
    monkeypatch.setattr(yaml_builder, "events", lambda content: yaml_events.events(content, pure=True))
    assert told(read_yaml(text, "a.yaml")) == expected


# What is no fault ---------------------------------------------------------------------------------------------------

GOOD: dict[str, tuple[str | bytes, Plain]] = {
    "a market": ("market: NO\n", {"market": "NO"}),
    "former booleans": ("[yes, no, on, off, y, n]\n", ["yes", "no", "on", "off", "y", "n"]),
    "booleans": ("[true, True, TRUE, false]\n", [True, True, True, False]),
    "nulls": ("[null, ~, Null, NULL]\n", [None, None, None, None]),
    "an empty value": ("a:\nb: 1\n", {"a": None, "b": 1}),
    "bases": ("[0o17, 0x1f, 017]\n", [15, 31, 17]),
    "former numbers": ("[1_000, 1:30, 0b11]\n", ["1_000", "1:30", "0b11"]),
    "dates": ("[2026-01-01, 2026-01-01T10:00:00Z]\n", ["2026-01-01", "2026-01-01T10:00:00Z"]),
    "decimals": ("[0.7, 1.10, 1e3, .5]\n", [Decimal("0.7"), Decimal("1.10"), Decimal("1e3"), Decimal("0.5")]),
    "18 digits": ("[999999999999999999, -999999999999999999]\n", [10**18 - 1, 1 - 10**18]),
    "keys are text": ("1: a\ntrue: b\n2026-01-01: c\n", {"1": "a", "true": "b", "2026-01-01": "c"}),
    "a merge key in quotes": ('"<<": a\n', {"<<": "a"}),
    "the directive of 1.2": ("%YAML 1.2\n---\na: 1\n", {"a": 1}),
    "a comment with a blank": ("a: b  # a note\nc: d # x #y\n", {"a": "b", "c": "d"}),
    "a comment on its own line": ("#ad\n  #gifted\na: b\n", {"a": "b"}),
    "a comment as a rule": ("a: b #-----\nc: d ####\n", {"a": "b", "c": "d"}),
    "a number sign in quotes": ('["#ad", \'#gifted\', "a #b"]\n', ["#ad", "#gifted", "a #b"]),
    "a number sign in a word": ("a: c#\nb: x#y\n", {"a": "c#", "b": "x#y"}),
    "number signs in a block": ("a: |\n  #ad\n  b #c\n", {"a": "#ad\nb #c\n"}),
    "number signs in a folded block": ("a: >-\n  b\n  #ad\n", {"a": "b #ad"}),
    "a number sign in a long quote": ('a: "b\n  c #ad"\n', {"a": "b c #ad"}),
    "times and addresses": ("[https://example.org, 10:30, G8:2]\n", ["https://example.org", "10:30", "G8:2"]),
    "commas in quotes": ('{title: "Health, finance"}\n', {"title": "Health, finance"}),
    "a key with an empty value in braces": ("{a: , b: 1}\n", {"a": None, "b": 1}),
    "json": ('{"a":1,"b":[true,null]}\n', {"a": 1, "b": [True, None]}),
    "a small alias": ("a: &x [1, 2]\nb: *x\n", {"a": [1, 2], "b": [1, 2]}),
    "an anchor that is set anew": ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
    "64 levels": ("[" * 64 + "]" * 64, eval("[" * 64 + "]" * 64)),  # noqa: S307 - sixty-four brackets
    "CR LF": (b"a: 1\r\nb:\r\n  - c\r\n", {"a": 1, "b": ["c"]}),
    "a byte order mark": (b"\xef\xbb\xbfa: 1\n", {"a": 1}),
    "a tab between key and value": ("a:\tb\n", {"a": "b"}),
    "a line separator is text": ("a: x\u2028y\n", {"a": "x\u2028y"}),
    "a next-line sign is text": ("a: x\u0085y\n", {"a": "x\u0085y"}),
    "characters for private use": ("a: \U000f0000\u2028\n", {"a": "\U000f0000\u2028"}),
    "no line end": ("a: 1", {"a": 1}),
}


@pytest.mark.parametrize(("text", "expected"), GOOD.values(), ids=GOOD)
def test_what_is_sound_is_read(text: str | bytes, expected: Plain) -> None:
    read = data(text)
    assert read == [expected]
    assert repr(read) == repr([expected])  # 1 is not True, and 1.10 keeps its places


def test_documents_without_content_are_left_out() -> None:
    assert data("---\n---\na: 1\n...\n---\nb: 2\n---\n") == [{"a": 1}, {"b": 2}]


def test_the_spelling_of_plain_scalars_is_kept() -> None:
    source = read_yaml("[0012, 1.10, true, text, '1', 1e5]\n", "a.yaml")
    values = source.documents[0].value
    assert isinstance(values, list)
    assert [node.raw for node in values] == ["0012", "1.10", "true", "text", None, "1e5"]


def test_what_a_hidden_text_meant_is_read_so_that_it_is_no_second_fault() -> None:
    source = read_yaml("label: #ad\nlist: [thanks to, #gifted,\n  sponsored]\nhandle: @acme\n", "a.yaml")
    assert source.documents[0].plain() == {
        "label": "#ad",
        "list": ["thanks to", "#gifted", "sponsored"],
        "handle": "@acme",
    }


def test_what_a_split_text_meant_is_read() -> None:
    source = read_yaml("{title: Health, finance, or claims, id: x}\n", "a.yaml")
    assert source.documents[0].plain() == {"title": "Health, finance, or claims", "id": "x"}
    assert source.diagnostics[0].fix is not None
    assert source.diagnostics[0].fix.replacement == '"Health, finance, or claims"'


def test_a_key_that_stands_twice_names_the_first_place() -> None:
    (fault,) = read_yaml("owner: legal\nowner: press\n", "a.yaml").diagnostics
    assert fault.message == "the key `owner` stands twice in one mapping"
    assert [str(related.span) for related in fault.related] == ["a.yaml:1:1"]


def test_a_reason_with_a_ticket_is_shown_in_quotes() -> None:
    (fault,) = read_yaml("because: see ticket #412\n", "a.yaml").diagnostics
    assert fault.help is not None
    assert '`"see ticket #412"`' in fault.help


def test_an_item_that_may_be_a_mapping_is_only_a_warning() -> None:
    (fault,) = read_yaml("words:\n  - re:invent\n", "a.yaml").diagnostics
    assert fault.severity == "warning"


def test_documents_before_a_fault_are_read() -> None:
    source = read_yaml("a: 1\n---\nb: [\n", "a.yaml")
    assert [document.plain() for document in source.documents] == [{"a": 1}]


def test_faults_are_counted_up_to_a_limit() -> None:
    source = read_yaml("a: 1\n" * 1000, "a.yaml")
    assert {fault.code for fault in source.diagnostics} == {"PE012", "PE008"}
    assert len(source.diagnostics) == 201


def test_the_text_is_kept_for_snippets() -> None:
    assert read_yaml("\ufeffa: \x1b\r\n", "a.yaml").text == "a: \x1b\r\n"


# Places -------------------------------------------------------------------------------------------------------------


def places(text: str) -> dict[str, str]:
    """Return the place of every key (`key!`) and value by its dotted path."""
    found: dict[str, str] = {}

    def walk(node: Node, path: str) -> None:
        found[path] = extent(node.span)
        value = node.value
        if isinstance(value, dict):
            for key, child in value.items():
                name = f"{path}.{key}" if path else key
                found[f"{name}!"] = extent(node.keys[key])
                walk(child, name)
        elif isinstance(value, list):
            for index, child in enumerate(value):
                walk(child, f"{path}.{index}" if path else str(index))

    walk(read_yaml(text, "a.yaml").documents[0], "")
    return found


def extent(span: Span) -> str:
    return f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"


SPANS: dict[str, tuple[str, dict[str, str]]] = {
    "keys and values": (
        "kind: check\nid:  x\n",
        {"kind!": "1:1-1:5", "kind": "1:7-1:12", "id": "2:6-2:7", "": "1:1-2:7"},
    ),
    "astral characters are one column": ("a😀é: 😀é\n", {"a😀é!": "1:1-1:4", "a😀é": "1:6-1:8"}),
    "Thai marks are columns of their own": ("ก็: ที่\n", {"ก็!": "1:1-1:3", "ก็": "1:5-1:8"}),
    "quotes belong to the value": ("\"a\": 'b'\n", {"a!": "1:1-1:4", "a": "1:6-1:9"}),
    "an empty value": ("a:\nb: 1\n", {"a": "1:3-1:3"}),
    "a list and its items": ("a:\n  - b\n  - cd\n\n# c\n", {"a": "2:3-3:7", "a.1": "3:5-3:7", "": "1:1-3:7"}),
    "a list in brackets": ("a: [b, c ]\n", {"a": "1:4-1:11", "a.1": "1:8-1:9"}),
    "a mapping in braces": ("a: {b: c}  # d\n", {"a": "1:4-1:10", "a.b!": "1:5-1:6"}),
    "a block ends with its text": ("a: |\n  b\n  cd\n\n\ne: 1\n", {"a": "1:4-3:5"}),
    "a block that keeps its end": ("a: |+\n  b\n\ne: 1\n", {"a": "1:4-4:1"}),
    "a block without lines": ("a: |\nb: 1\n", {"a": "1:4-1:5"}),
    "a plain text over lines": ("a: b\n  c  \n\nd: 1\n", {"a": "1:4-2:4"}),
    "CR LF": ("a: 1\r\nbc: de\r\n", {"bc!": "2:1-2:3", "bc": "2:5-2:7"}),
    "a mark at the beginning is no column": ("\ufeffa: 1\n", {"a!": "1:1-1:2", "a": "1:4-1:5"}),
    "a line separator is no line": ("a: x\u2028y\nb: 1\n", {"a": "1:4-1:7", "b": "2:4-2:5"}),
    "an alias stands where it is written": ("a: &x [1]\nb: *x\n", {"b": "2:4-2:6", "b.0": "1:8-1:9"}),
}


@pytest.mark.parametrize(("text", "expected"), SPANS.values(), ids=SPANS)
def test_places_are_exact(text: str, expected: dict[str, str]) -> None:
    found = places(text)
    assert {path: found[path] for path in expected} == expected


def test_the_name_of_the_file_changes_nothing_else() -> None:
    here, there = read_yaml("a: #b\n", "a.yaml"), read_yaml("a: #b\n", "/some/where/else.yaml")
    assert [d.message for d in here.diagnostics] == [d.message for d in there.diagnostics]
    assert {d.span.file for d in there.diagnostics if d.span} == {"/some/where/else.yaml"}


# Properties ---------------------------------------------------------------------------------------------------------

# PyYAML cannot write these so that they come back; the reader's own cases above have them.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=12
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | TEXTS
    | st.sampled_from(["#ad", "a #b", "NO", "1.10", "x:y"])
)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def written_at(text: str, span: Span) -> str:
    """Return the part of a text that a span names."""
    lines = split_lines(text)
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1][: span.end_column - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last])


def reread(text: str, node: Node) -> None:
    """Assert that what stands at the place of every scalar and key is its value."""
    value = node.value
    if isinstance(value, dict):
        for key, child in value.items():
            again = read_yaml(f"? {written_at(text, node.keys[key])}\n: 1\n", "b.yaml")
            assert list(again.documents[0].keys) == [key]
            reread(text, child)
    elif isinstance(value, list):
        for child in value:
            reread(text, child)
    elif value is not None:
        again = read_yaml(f"- {written_at(text, node.span)}\n", "b.yaml")
        assert again.documents[0].plain() == [value]


@settings(max_examples=150, deadline=None)
@given(
    DATA.filter(lambda value: value not in (None, "")),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, '"']),
)
def test_what_is_written_is_read_and_found_at_its_place(value: Plain, flow: bool | None, style: str | None) -> None:  # noqa: FBT001 - a case's parameter
    text = yaml.safe_dump(value, default_flow_style=flow, default_style=style, allow_unicode=True, width=sys.maxsize)
    if style is not None:  # in quotes all over, PyYAML tags what is no text
        text = text.replace("!!int ", "").replace("!!bool ", "").replace("!!null ", "")
    source = read_yaml(text, "a.yaml")
    assert [fault for fault in source.diagnostics if fault.severity == "error"] == []
    if style is None:
        assert source.documents[0].plain() == value
    reread(text, source.documents[0])
