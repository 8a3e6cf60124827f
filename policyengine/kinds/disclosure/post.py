"""What a record tells about a post and its connection to a brand, read once."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from policyengine.core.facts import NONE, UNTOLD, Facts
from policyengine.kinds.disclosure.labels import run_together
from policyengine.text.derived import hosts, mentions_of, url_parts
from policyengine.text.mentions import TermList, compile_terms

WITH_A_CLAIM: Final = frozenset(["brand_link", "excessively_promotional"])
"""Signs that weigh only against a post that says it has no connection."""


class Entry(Struct, frozen=True):
    """A disclosure beside the caption, with its index in the record. Times in seconds; None: not told."""

    index: int
    where: str | None
    text: str | None
    from_s: Any = None
    until_s: Any = None
    repeat_s: Any = None
    frames: Any = None
    legible: bool | None = None
    position: str | None = None


class Post(Struct, frozen=True, kw_only=True):
    """A post. None: not told; `unread` is true when the list of disclosures cannot be read."""

    platform: str | None
    format: str | None
    language: str | None
    text: str | None
    entries: tuple[Entry, ...]
    unread: bool
    connection: str | None
    brands: tuple[str, ...]
    contract_active: bool
    platform_label: bool
    frame_count: int | None
    duration_s: Any
    signs: frozenset[str]
    names_brand: bool
    shows_company: bool


def told(facts: Any, *path: str) -> Any:
    """Return the value at a path of a record's facts; None when it is not told or cannot be read."""
    for name in path:
        facts = facts.get(name) if isinstance(facts, dict) else None
    return None if facts is UNTOLD or facts is NONE else facts


def read_post(record: Facts) -> Post:
    """Return what a content record tells."""
    sponsorship = told(record, "sponsorship") or {}
    text = told(record, "text")
    brands = _brands(sponsorship)
    signs = _signs(record, sponsorship, brands)
    return Post(
        platform=told(record, "platform"),
        format=told(record, "format"),
        language=told(record, "language"),
        text=text,
        entries=_entries(sponsorship),
        unread=sponsorship.get("disclosures") is UNTOLD,
        connection=_connection(sponsorship),
        brands=brands,
        contract_active=told(sponsorship, "contract_active") is True,
        platform_label=told(sponsorship, "platform_label") is True,
        frame_count=told(sponsorship, "frame_count"),
        duration_s=_duration(record),
        signs=signs,
        names_brand=bool(signs & {"brand_tagged", "brand_link", "discount_code"}) or _is_named(text, brands),
        shows_company=bool(signs or brands) or _shows_company(record, text),
    )


def _connection(sponsorship: Facts) -> str | None:
    """Return the connection; a gift over which the brand has a say, or for which a post is owed, is payment."""
    connection = told(sponsorship, "connection")
    steered = told(sponsorship, "brand_control") is True or told(sponsorship, "obligation_to_post") is True
    if connection == "gifted_with_control" or (connection == "gifted" and steered):
        return "paid"
    return connection if isinstance(connection, str) else None


def _brands(sponsorship: Facts) -> tuple[str, ...]:
    found = (told(sponsorship, "brand", "name"), told(sponsorship, "brand", "handle"))
    names = {name.strip().lstrip("@＠").strip() for name in found if isinstance(name, str)}  # noqa: RUF001
    return tuple(sorted(name for name in names if name))


def _entries(sponsorship: Facts) -> tuple[Entry, ...]:
    listed = told(sponsorship, "disclosures") or ()
    return tuple(_entry(index, entry) for index, entry in enumerate(listed))


def _entry(index: int, entry: Any) -> Entry:
    return Entry(
        index=index,
        where=told(entry, "where"),
        text=told(entry, "text"),
        from_s=told(entry, "from_s"),
        until_s=told(entry, "until_s"),
        repeat_s=told(entry, "repeat_every_s"),
        frames=told(entry, "frames"),
        legible=told(entry, "legible"),
        position=told(entry, "position"),
    )


def _duration(record: Facts) -> Any:
    """Return the length of the longest film or sound, in seconds."""
    lengths = [told(medium, "duration_s") for medium in told(record, "media") or ()]
    return max((length for length in lengths if length is not None), default=None)


def _signs(record: Facts, sponsorship: Facts, brands: tuple[str, ...]) -> frozenset[str]:
    """Return the visible signs of a connection that the record tells; what is not told is no sign."""
    found = {name for name in ("brand_tagged", "affiliate_link", "discount_code") if told(sponsorship, name) is True}
    links = [link for link in told(record, "links") or () if isinstance(link, dict)]
    if any(told(link, "affiliate") is True for link in links):
        found.add("affiliate_link")
    if any(_leads_to(link, brands, told(sponsorship, "brand", "domains") or ()) for link in links):
        found.add("brand_link")
    if _judged(sponsorship, "excessively_promotional"):
        found.add("excessively_promotional")
    return frozenset(found)


def _judged(sponsorship: Facts, about: str) -> bool:
    """Tell whether a person judged something to be so, by name and date, and nobody the contrary."""
    listed = [entry for entry in told(sponsorship, "judgements") or () if told(entry, "about") == about]
    signed = [entry for entry in listed if told(entry, "by") is not None and told(entry, "at") is not None]
    return any(told(entry, "holds") is True for entry in signed) and all(told(e, "holds") is not False for e in listed)


def _leads_to(link: Facts, brands: tuple[str, ...], domains: Any) -> bool:
    """Tell whether a link leads to the brand: one of its domains, or an address with its name in front."""
    url = told(link, "url")
    host = url_parts(url)[0] if isinstance(url, str) else None
    if host is None or told(link, "internal") is True:
        return False
    known = {str(domain).lower().removeprefix("www.") for domain in domains if domain is not UNTOLD}
    if any(host == domain or host.endswith(f".{domain}") for domain in known):
        return True
    names = {run_together(brand).lower() for brand in brands}
    return bool(names & {part.replace("-", "") for part in host.split(".")[:-1]})


def _shows_company(record: Facts, text: str | None) -> bool:
    """Tell whether a post leads to anybody: an account that it names, an address, a link that is not internal."""
    if text is not None and (mentions_of(text) or hosts(text)):
        return True
    links = told(record, "links") or ()
    return any(isinstance(link, dict) and told(link, "internal") is not True for link in links)


def _is_named(text: str | None, brands: tuple[str, ...]) -> bool:
    if text is None or not brands:
        return False
    handles = {handle.lower() for handle in mentions_of(text)}
    if handles & {brand.lower() for brand in brands}:
        return True
    words = (*brands, *(f"#{run}" for brand in brands if (run := run_together(brand))))
    return compile_terms(TermList(words, (), frozenset(["accents"]))).any(text)
