"""Facts that follow from a text or a link alone: tags, handles, hosts, what stands before the fold, UTM parameters."""

# ruff: noqa: RUF001 - look-alike characters are the subject
from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl

from policyengine.text.characters import KIND
from policyengine.text.clusters import cluster_ends

_SHORTENERS = Path(__file__).parent.parent / "data" / "shorteners.txt"
_TAG = re.compile(r"[#＃]([^\s#＃]+)")


# The larger patterns are compiled by the first text that needs them: together they cost a cold start 3 ms.
@cache
def _handle() -> re.Pattern[str]:
    fediverse = r"(?:@[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9]))?"
    ascii_name = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?"
    return re.compile(rf"(?<![\w@＠/.+\-])[@＠]({ascii_name}{fediverse}|[^\W\d_]\w*)")


@cache
def _link() -> re.Pattern[str]:
    return re.compile(r"(?<![\w@])(?:[a-z][a-z0-9+.\-]{1,20}://|www\.)[^\s<>\"'`（）「」、。]+", re.IGNORECASE)


@cache
def _bare_host() -> re.Pattern[str]:
    """Return the pattern of a host without scheme, under a domain usual in posts: `great.Ad` is no link to Andorra."""
    generic = (
        "com|net|org|info|biz|io|co|me|ly|gg|tv|fm|app|dev|shop|store|online|site|xyz|link|page|club|top|live|news"
    )
    more = "blog|agency|studio|gd|gl|cc"
    countries = "de|at|ch|uk|eu|fr|es|it|nl|be|pl|se|dk|fi|ie|pt|ru|ua|us|ca|au|nz|br|mx|in|cn|jp|kr|tw|hk|sg|za|ae|tr"
    return re.compile(
        rf"(?<![\w@.\-/])((?:[a-z0-9](?:[a-z0-9\-]{{0,61}}[a-z0-9])?\.){{1,8}}(?:{generic}|{more}|{countries}))"
        r"(?![\w\-@]|\.\w)(?:[:/?][^\s<>\"']*)?",
        re.IGNORECASE,
    )


_HOSTLESS = re.compile(r"[A-Za-z][A-Za-z0-9+\-]*:(?!//|\d)")  # mailto:, tel:, javascript:
_WORD = re.compile(r"[^\W\d_]+")
_MARK_LENGTH = 16  # hexadecimal digits: 64 bits, enough for millions of comments
_LONGEST_HOST = 253  # RFC 1035
_LONGEST_LABEL = 63


def hashtags(text: str) -> tuple[str, ...]:
    """Return the tags without `#`, as they are spelled, in their order, each as often as it stands there.

    A tag is `#` and then letters of any script, marks, digits and `_`, not only digits; `#` within a word or a link
    begins none (`issue#12`, `https://…/page#top`), but tags may follow each other without a blank (`#one#two`).
    """
    text = _link().sub(_blank, text)
    tags: list[str] = []
    end = -1  # of the tag before
    for match in _TAG.finditer(text):
        start = match.start()
        name = _letters(match[1])
        glued = start > 0 and start != end and (KIND[text[start - 1]] in ("word", "extend") or text[start - 1] == "&")
        if glued or not name or name.isdigit():
            continue
        end = start + 1 + len(name)
        tags.append(name)
    return tuple(tags)


def _letters(run: str) -> str:
    """Return the beginning of a run that may stand in a tag."""
    for at, char in enumerate(run):
        kind = KIND[char]
        if kind not in ("word", "run", "extend") or (at == 0 and kind == "extend"):
            return run[:at]
    return run


def mentions_of(text: str) -> tuple[str, ...]:
    """Return the handles without `@`, as they are spelled, in their order; addresses of mail hold none.

    A full handle of the Fediverse keeps its host: `@acme@mastodon.social` is `acme@mastodon.social`.
    """
    return tuple(match[1] for match in _handle().finditer(_link().sub(_blank, text)))


def _blank(link: re.Match[str]) -> str:
    return " " * len(link[0])


def hosts(text: str) -> tuple[str, ...]:
    """Return the hosts of the links in a text, lower case, in ASCII (IDNA), without `www.`, each once, in their order.

    Links are what has a scheme or begins with `www.`, and bare hosts under the usual domains (`acme.com/sale`).
    """
    found = {match.start(): match[0] for match in _link().finditer(text)}
    found |= {match.start(): match[0] for match in _bare_host().finditer(_link().sub(_blank, text))}
    names = (url_parts(found[at])[0] for at in sorted(found))
    return tuple(dict.fromkeys(name for name in names if name))


def visible(text: str, chars: int | None, lines: int | None) -> str:
    """Return the part of a text before a platform's fold: at most so many signs, and so many lines.

    A sign is a grapheme cluster: 👩‍💻 counts once, as it does for a reader. The result is a beginning of the text, so
    places in the one are places in the other; only written line breaks count, where a phone breaks lines nobody knows.
    """
    end = len(text)
    if lines is not None:
        breaks = re.finditer(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)
        last = next(islice(breaks, max(lines, 1) - 1, None), None)
        end = last.start() if last else end
    if chars is None or chars >= end:
        return text[:end]
    if chars <= 0:
        return ""
    return text[: min(end, next(islice(cluster_ends(text[:end]), chars - 1, None), end))]


def url_parts(url: str) -> tuple[str | None, dict[str, str]]:
    """Return the host of a link (lower case, IDNA, without `www.`; None when it has none) and its UTM parameters.

    The parameters are named without `utm_` (`source`, `medium`, `campaign`, …), as analytics reads them: case matters,
    the first of several counts, and an empty one is as good as absent.
    """
    rest = url.strip()
    if _HOSTLESS.match(rest):
        return None, {}
    scheme, separator, after = rest.partition("://")
    if separator and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*", scheme):
        rest = after
    rest = rest.removeprefix("//")
    rest, _, fragment = rest.partition("#")
    before, _, query = rest.partition("?")
    authority = re.split(r"[/\\]", before, maxsplit=1)[0].rpartition("@")[2]
    return _host(authority), _utm(query) or _utm(fragment.partition("?")[2])


def _host(authority: str) -> str | None:
    name = re.sub(r"(?<=\]):\d*$" if authority.startswith("[") else r":\d*$", "", authority)
    name = name.strip().rstrip(".,;:!)'\"…»”’").lower().removeprefix("www.")
    if not name or len(name) > _LONGEST_HOST or any(char.isspace() for char in name):
        return None
    if name.startswith("["):
        return name if name.endswith("]") else None
    return _ascii(name)


def _ascii(name: str) -> str | None:
    if name.isascii():
        parts = name.split(".")
        return name if all(re.fullmatch(r"[a-z0-9_\-]{1,63}", part) for part in parts) else None
    if any(len(part) > _LONGEST_LABEL for part in re.split("[.。．｡]", name)):  # the dots of IDNA
        return None
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def _utm(query: str) -> dict[str, str]:
    """Return the UTM parameters of a query; nonsense in it is passed over."""
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=False, errors="replace")
    except ValueError:
        return found
    for key, value in pairs:
        if key.startswith("utm_") and len(key) > len("utm_") and value.strip():
            found.setdefault(key.removeprefix("utm_"), value)
    return found


@lru_cache(maxsize=1)
def _shorteners() -> frozenset[str]:
    lines = _SHORTENERS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_shortener(host: str) -> bool:
    """Tell whether a host is a well-known shortener, so that its links do not show where they lead."""
    return host.lower().removeprefix("www.") in _shorteners()


def fingerprint(text: str) -> str:
    """Return the mark of a group of near-duplicates: equal for texts that say the same with small changes.

    Case, accents, lookalike letters, invisible characters, stretched letters, punctuation, emoji, digits, links and
    handles, and the order and number of words make no difference. A text without words is marked by its signs.
    """
    from hashlib import sha256  # noqa: PLC0415 - with the next two, only for comments

    from policyengine.text.folding import Steps, fold  # noqa: PLC0415
    from policyengine.text.readings import squeezed  # noqa: PLC0415

    steps = Steps(accents=True, lookalikes="latin")
    bare = _handle().sub(" ", _bare_host().sub(" ", _link().sub(" ", text)))
    words = sorted(set(_WORD.findall(squeezed(fold(bare, steps)))))
    said = " ".join(words) or fold(text, steps)
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:_MARK_LENGTH]
