r"""Patterns of the language (`matches`): RE2, so that no pattern and no text can take more than linear time.

A pattern is about the whole text; `.` also stands for a line break, since captions have several lines; case is ignored
unless the policy says otherwise. Refused, with the way out: `\b` (RE2 knows it for ASCII only and fails in silence on
Thai, on emoji and on `#ad`), look-around and backreferences (RE2 has none), patterns over 1,000 characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from msgspec import Struct

LONGEST = 1000  # characters
_MEMORY = 4 << 20  # bytes that RE2 may use for one pattern


class Problem(Struct, frozen=True):
    """Why a pattern is refused. `at` is the place in the pattern (characters from 0), None when it is the whole."""

    message: str
    suggestion: str | None = None
    at: int | None = None


class Pattern(Struct, frozen=True, eq=False):
    """A compiled pattern. `cautions` say what works otherwise than a reader of the pattern may expect."""

    source: str
    same_case: bool
    cautions: tuple[Problem, ...]
    whole: Callable[[str], object]

    def matches(self, text: str) -> bool:
        """Tell whether the pattern describes the whole text."""
        return self.whole(text.encode("utf-8", "replace").decode()) is not None


_NO_BOUNDARY = "to find whole words and phrases in any script use `mentions`"
_NO_LOOK = "say it with `all_of`, `not` and several tests, or use `mentions` with `except`"
_GROUPS = {
    "(?=": ("look-ahead `(?=` is not possible in a pattern", _NO_LOOK),
    "(?!": ("negative look-ahead `(?!` is not possible in a pattern", _NO_LOOK),
    "(?<=": ("look-behind `(?<=` is not possible in a pattern", _NO_LOOK),
    "(?<!": ("negative look-behind `(?<!` is not possible in a pattern", _NO_LOOK),
    "(?>": ("an atomic group `(?>` is not possible in a pattern", "write a plain group `(?:…)`"),
    "(?(": ("a conditional group `(?(` is not possible in a pattern", "write the alternatives with `|`"),
    "(?P=": ("the backreference `(?P=` is not possible in a pattern", "write the repeated part out"),
    "(?#": ("a comment `(?#` is not possible in a pattern", "write the comment beside the rule"),
}
_ASCII_CLASSES = {"w": r"[\pL\pM\pN_]", "W": r"[^\pL\pM\pN_]", "d": r"\p{Nd}", "D": r"\P{Nd}"}


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, same_case: bool = False) -> Pattern | Problem:  # noqa: FBT001, FBT002 - as Python's `re` takes its flags
    """Return the compiled pattern, or why it is refused."""
    if len(pattern) > LONGEST:
        return Problem(
            f"the pattern has {len(pattern):,} characters, more than {LONGEST:,}",
            "split it into several tests, or list the words and use `mentions`",
            LONGEST,
        )
    cautions: list[Problem] = []
    for at, piece, inside_class in _pieces(pattern):
        problem = _refused(at, piece, inside_class=inside_class)
        if problem is not None:
            return problem
        if piece[:1] == "\\" and piece[1:] in _ASCII_CLASSES:
            wide = _ASCII_CLASSES[piece[1:]]
            cautions.append(Problem(f"`{piece}` knows only ASCII", f"for letters of every script write `{wide}`", at))
    return _compiled(pattern, same_case=same_case, cautions=tuple(cautions))


def _pieces(pattern: str) -> Iterator[tuple[int, str, bool]]:
    r"""Yield the escapes and group openings of a pattern, and whether they stand in a class; `\Q…\E` is plain text."""
    at, inside = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            piece = pattern[at : at + 2]
            if piece == "\\Q":
                end = pattern.find("\\E", at)
                at = len(pattern) if end < 0 else end + 2
                continue
            yield at, piece, inside
            at += 2
            continue
        if inside:
            inside = char != "]"
        elif char == "[":
            inside = True
            at += _literal_bracket(pattern, at)
        elif char == "(":
            yield at, pattern[at : at + 4], inside
        at += 1


def _literal_bracket(pattern: str, at: int) -> int:
    """Return how many characters after `[` belong to its opening: `[]a]` and `[^]a]` begin with a literal bracket."""
    length = 1 if pattern[at + 1 : at + 2] == "^" else 0
    return length + (1 if pattern[at + 1 + length : at + 2 + length] == "]" else 0)


def _refused(at: int, piece: str, *, inside_class: bool) -> Problem | None:
    if piece in ("\\b", "\\B"):
        return Problem(f"`{piece}` is not possible in a pattern: it knows only ASCII words", _NO_BOUNDARY, at)
    if piece[:1] == "\\" and piece[1:] in tuple("123456789k") and not inside_class:
        return Problem(f"the backreference `{piece}` is not possible in a pattern", "write the repeated part out", at)
    for opening, (message, suggestion) in _GROUPS.items():
        if piece.startswith(opening):
            return Problem(message, suggestion, at)
    return None


def _compiled(pattern: str, *, same_case: bool, cautions: tuple[Problem, ...]) -> Pattern | Problem:
    import re2  # noqa: PLC0415 - 2 ms, only where policies use patterns

    options = re2.Options()
    options.case_sensitive = same_case
    options.dot_nl = True
    options.never_capture = True
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeError) as fault:
        return _problem(pattern, fault)
    return Pattern(pattern, same_case, cautions, compiled.fullmatch)


_REASONS = (
    ("missing )", "a `(` is not closed", "close it with `)`, or write a literal bracket as `\\(`"),
    ("unexpected )", "a `)` was never opened", "write a literal bracket as `\\)`"),
    ("missing ]", "a `[` is not closed", "close it with `]`, or write a literal bracket as `\\[`"),
    ("no argument for repetition", "a repetition has nothing to repeat", "write a literal sign with `\\` before it"),
    ("bad repetition operator", "two repetitions follow each other", "keep one of them"),
    ("invalid repetition size", "a repetition is too large", "at most 1000 times"),
    ("invalid character class", "a range in `[…]` is the wrong way round or unknown", "write the smaller one first"),
    ("invalid escape", "an escape is not known", "write a literal backslash as `\\\\`"),
    ("trailing \\", "the pattern ends with a single backslash", "write a literal backslash as `\\\\`"),
    ("invalid perl operator", "a group of this form is not known", "write a plain group `(…)`"),
    ("invalid named capture", "the name of a group is not allowed", "write a plain group `(…)`"),
    ("pattern too large", "the pattern grows too large", "use smaller repetitions, or several tests"),
)


def _problem(pattern: str, fault: Exception) -> Problem:
    """Say an error of RE2 in plain words; it names the part that it stumbled over, where it knows one."""
    raw = fault.args[0] if fault.args else ""
    said = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    reason, _, part = said.partition(": ")
    at = pattern.find(part) if part and part != pattern else -1
    for beginning, message, suggestion in _REASONS:
        if reason.startswith(beginning):
            return Problem(message, suggestion, at if at >= 0 else None)
    return Problem("the pattern cannot be read", "the language of patterns is RE2", at if at >= 0 else None)
