"""Derived fields: what the engine works out from a record's own fields, by the names in `x-derived`.

A derived field is told as soon as the fields that it reads are: a link without `utm_source` has `NONE` there, so that a
rule about it fails rather than stays unproven.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from policyengine.core.facts import NONE, UNTOLD, Facts, OpenText
from policyengine.core.record import Field


def derive(field: Field, owner: Facts) -> Any:
    """Return a derived field's value (kept in `owner` for the next reader), None while its sources are not told.

    It is made of the object that it stands in alone: another record's text is never taken for this one's.
    """
    assert field.derived is not None  # noqa: S101 - callers ask for derived fields only
    value = _FUNCTIONS[field.derived.by](owner, field.derived.reads)
    if value is not None:
        owner[field.name] = value
    return value


def _source(owner: Facts, name: str) -> Any:
    value = owner.get(name)
    return None if value is UNTOLD else value


def _or_none(value: Any) -> Any:
    return NONE if value is None or value == "" else value


def _url_host(owner: Facts, reads: tuple[str, ...]) -> Any:
    from policyengine.text.derived import url_parts  # noqa: PLC0415 - text is loaded by what needs it

    url = _source(owner, reads[0])
    return None if url is None else _or_none(url_parts(url)[0])


def _url_utm(owner: Facts, reads: tuple[str, ...]) -> Any:
    from policyengine.text.derived import url_parts  # noqa: PLC0415

    url = _source(owner, reads[0])
    if url is None:
        return None
    found = url_parts(url)[1]
    return {name: _or_none(found.get(name)) for name in ("source", "medium", "campaign", "term", "content", "id")}


def _is_short(owner: Facts, reads: tuple[str, ...]) -> Any:
    from policyengine.text.derived import is_shortener, url_parts  # noqa: PLC0415

    url = _source(owner, reads[0])
    if url is None:
        return None
    host = url_parts(url)[0]
    return is_shortener(host) if host else False


def _visible(owner: Facts, reads: tuple[str, ...]) -> Any:
    from policyengine.text.derived import visible  # noqa: PLC0415
    from policyengine.text.platforms import fold  # noqa: PLC0415

    text, platform = _source(owner, reads[0]), _source(owner, reads[1])
    if text is None or platform is None:
        return None
    folded = fold(platform)
    return _or_none(visible(text, folded.chars, folded.lines) if folded is not None else text)


def _all_text(owner: Facts, reads: tuple[str, ...]) -> Any:
    """Return every text of the record that a reader meets, a line each; open while one of its fields is not told.

    A picture has no transcript, so it is not waited for there.
    """
    found = [text for name in reads for text in _texts(owner, name.split("."))]
    text = "\n".join(t for t in found if t)
    if not text:
        return None if None in found else NONE
    return OpenText(text) if None in found else text


def _texts(value: Any, parts: list[str]) -> list[str | None]:
    """Return the texts at a path, None for each that is not told."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, parts)]
    if not isinstance(value, dict):
        return [value] if isinstance(value, str) and not parts else [None]
    if not parts:
        return [None]
    if parts[0] == "transcript" and value.get("medium") == "image":
        return []
    inner = value.get(parts[0])
    if inner is None and "disclosures" in parts:
        return []  # the schema's default: absence means that there are none
    return _texts(inner, parts[1:])


def _from_text(function: str) -> Callable[[Facts, tuple[str, ...]], Any]:
    def run(owner: Facts, reads: tuple[str, ...]) -> Any:
        from policyengine.text import derived  # noqa: PLC0415

        text = _source(owner, reads[0])
        return None if text is None else list(getattr(derived, function)(text))

    return run


def _fingerprint(owner: Facts, reads: tuple[str, ...]) -> Any:
    from policyengine.text.derived import fingerprint  # noqa: PLC0415

    text = _source(owner, reads[0])
    return None if text is None else fingerprint(text)


def _digest(owner: Facts, reads: tuple[str, ...]) -> Any:
    from policyengine.core.digest import digest_of  # noqa: PLC0415

    told = {name: owner[name] for name in reads if owner.get(name) not in (None, UNTOLD)}
    return digest_of(told) if told else None


_FUNCTIONS: Final[dict[str, Callable[[Facts, tuple[str, ...]], Any]]] = {
    "url_host": _url_host,
    "url_utm": _url_utm,
    "is_short": _is_short,
    "visible_text": _visible,
    "all_text": _all_text,
    "hashtags": _from_text("hashtags"),
    "handles": _from_text("mentions_of"),
    "text_hosts": _from_text("hosts"),
    "fingerprint": _fingerprint,
    "digest_of": _digest,
}
