"""PE0xx: reading files."""

from __future__ import annotations

from policyengine.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code(
        "PE001",
        "not UTF-8",
        "Files are UTF-8. In another encoding accents, emoji and whole scripts would be read as other characters, and "
        "words that a policy looks for would not be found.",
    ),
    Code(
        "PE002",
        "an invisible control character",
        "Control characters come from copying and damage; nobody sees them, and terminals act on them. No YAML or JSON "
        "file may hold them.",
    ),
    Code(
        "PE003",
        "a file that is too large",
        "Policies and records are written by people: a YAML file has at most 1 MB, a record in JSON or Markdown at "
        "most 5 MB. More is an accident or an attack.",
    ),
    Code("PE004", "an empty file", "An empty file says nothing, and is most often the trace of a save that failed."),
    Code(
        "PE005",
        "a file of unknown kind",
        "How a file is read is told by the ending of its name: .yaml, .yml, .json, .ndjson, .jsonl, .md or .markdown.",
    ),
    Code(
        "PE006",
        "nested too deep",
        "No policy and no record needs more than 64 levels of lists and mappings; a deeper file is an attack.",
    ),
    Code(
        "PE007",
        "too many values",
        "A YAML file has at most 50,000 values and a document in JSON at most 100,000: far more than people write.",
    ),
    Code("PE008", "too many faults", "After 200 faults of one file the rest is most often a consequence."),
    Code(
        "PE009",
        "a file that cannot be opened",
        "The file is not there, is a folder, or may not be read by whoever runs the command.",
    ),
    Code(
        "PE010",
        "unreadable YAML",
        "The file breaks the rules of YAML in a way for which there is no better explanation.",
        bad="]\n",
        good="[]\n",
    ),
    Code(
        "PE011",
        "a tab as indentation",
        "YAML takes only blanks for indentation: how wide a tab is differs from editor to editor.",
        bad="rules:\n\t- id: known\n",
        good="rules:\n  - id: known\n",
    ),
    Code(
        "PE012",
        "a key that stands twice",
        "Readers keep one of the two without a word, and not all of them the same one.",
        bad="owner: legal\nowner: analytics\n",
        good="owner: legal\n",
    ),
    Code(
        "PE013",
        "a YAML tag",
        "Tags (`!!str`) change what a value means, differently in every reader, and can run code in some.",
        bad="version: !!str 1.10\n",
        good='version: "1.10"\n',
    ),
    Code(
        "PE014",
        "an alias of nothing",
        "An alias (`*name`) repeats the value that an anchor (`&name`) above it marks. Without the anchor it is most "
        "often a text that begins with a star.",
        bad="title: *bold\n",
        good='title: "*bold"\n',
    ),
    Code(
        "PE015",
        "an alias of itself",
        "A value that contains itself never ends.",
        bad="list: &list [*list]\n",
        good="list: [first]\n",
    ),
    Code(
        "PE016",
        "too many aliased values",
        "Aliases of aliases let ten lines stand for billions of values. Those of a file may stand for 10,000.",
    ),
    Code(
        "PE017",
        "a merge key",
        "`<<` is no part of YAML 1.2, and hides which keys a mapping has. Named values, definitions and overlays say "
        "it openly.",
        bad="base: &base {owner: legal}\npolicy:\n  <<: *base\n",
        good="policy:\n  owner: legal\n",
    ),
    Code(
        "PE018",
        "a key that is no word",
        "Keys are words. An empty key, `null`, a list or a mapping as a key is a slip.",
        bad="null: 1\n",
        good='"null": 1\n',
    ),
    Code(
        "PE019",
        "a comment that swallows text",
        "Everything from a `#` on is a comment in YAML, so `label: #ad` is an empty label, and nobody is told. A "
        "comment behind a value therefore has a blank after its `#`; a text with a `#` stands in quotes.",
        bad="label: #ad\n",
        good='label: "#ad"\n',
    ),
    Code(
        "PE020",
        "no blank after the colon",
        "`key:value` without a blank is one word for YAML, no key with a value.",
        bad="kind: check\ntitle:Links\nowner: legal\n",
        good="kind: check\ntitle: Links\nowner: legal\n",
    ),
    Code(
        "PE021",
        "a text split by a comma or braces",
        "Between braces a comma begins the next key, so the second half of a title becomes a key without a value. "
        "Texts with commas or braces stand in quotes.",
        bad="{title: Health, finance, or claims}\n",
        good='{title: "Health, finance, or claims"}\n',
    ),
    Code(
        "PE022",
        "an integer of more than 18 digits",
        "Other systems round such numbers without a word. Numbers that name an account or a post are text, in quotes.",
        bad="post: 12345678901234567890\n",
        good='post: "12345678901234567890"\n',
    ),
    Code(
        "PE023",
        "infinity or no number",
        "Nothing can be compared with infinity or with what is no number: leave the value out when it is not known.",
        bad="limit: .inf\n",
        good="limit: 1000000\n",
    ),
    Code(
        "PE024",
        "an absurd number",
        "A number with more than 400 digits, before or after the point, measures nothing that exists.",
        bad="limit: 1e999999\n",
        good="limit: 1e6\n",
    ),
    Code(
        "PE025",
        "a YAML directive",
        "Files are YAML 1.2. Another version reads `NO` as false, and other directives change what tags mean.",
        bad="%YAML 1.1\n---\nmarket: NO\n",
        good="market: NO\n",
    ),
    Code(
        "PE026",
        "a quote without its end",
        "A text in quotes goes on to the next quote, over all lines between.",
        bad='title: "Links\nowner: legal\n',
        good='title: "Links"\nowner: legal\n',
    ),
    Code(
        "PE027",
        "a bracket without its end",
        "A list in brackets or a mapping in braces goes on to its closing bracket, its parts divided by commas.",
        bad="tags: [a, b\nowner: legal\n",
        good="tags: [a, b]\nowner: legal\n",
    ),
    Code(
        "PE028",
        "a text that needs quotes",
        "Some signs mean something to YAML at the beginning of a text (`@ * & % >` and the backtick), and so does a "
        "colon with a blank inside.",
        bad="handle: @acme\n",
        good='handle: "@acme"\n',
    ),
    Code(
        "PE029",
        "a line that fits nowhere",
        "Which mapping or list a line belongs to is told by its indentation alone.",
        bad="kind: check\n  owner: legal\n",
        good="kind: check\nowner: legal\n",
    ),
    Code(
        "PE030",
        "unreadable JSON",
        "JSON is strict: keys and texts in double quotes, no comments, no comma before a closing bracket.",
        bad='{"owner": "legal",}\n',
        good='{"owner": "legal"}\n',
    ),
    Code(
        "PE031",
        "an unknown escape",
        "In double quotes a backslash begins an escape, such as `\\n` for a line break. A plain backslash is written "
        "twice.",
        bad='pattern: "\\d+"\n',
        good='pattern: "\\\\d+"\n',
    ),
    Code(
        "PE032",
        "half of a character",
        "Characters beyond U+FFFF, such as emoji, are two escapes in JSON; one alone is no character.",
        bad='{"text": "\\ud83d"}\n',
        good='{"text": "\\ud83d\\ude00"}\n',
    ),
    Code(
        "PE033",
        "more after the end of a document",
        "A JSON file holds one document. Several of them, one a line, are an `.ndjson` file.",
        bad='{"id": "a"}\n{"id": "b"}\n',
        good='[{"id": "a"}, {"id": "b"}]\n',
    ),
    Code(
        "PE040",
        "no front matter",
        "A submission in Markdown begins with its facts between two lines `---`, so that its text can stand below as "
        "it will be posted.",
        bad="Our new shoes!\n",
        good="---\nplatform: instagram\n---\nOur new shoes!\n",
    ),
    Code(
        "PE041",
        "front matter without its end",
        "A second line `---` divides the facts from the text.",
        bad="---\nplatform: instagram\nOur new shoes!\n",
        good="---\nplatform: instagram\n---\nOur new shoes!\n",
    ),
    Code(
        "PE042",
        "two texts",
        "The text below the front matter is the field `text`; a second one among the facts contradicts it.",
        bad="---\ntext: Our new shoes!\n---\nOur old shoes!\n",
        good="---\nplatform: instagram\n---\nOur new shoes!\n",
    ),
    Code(
        "PE043",
        "front matter that is no list of facts",
        "Between the two lines `---` stand facts, one a line: `key: value`.",
        bad="---\n- instagram\n---\nOur new shoes!\n",
        good="---\nplatform: instagram\n---\nOur new shoes!\n",
    ),
)
