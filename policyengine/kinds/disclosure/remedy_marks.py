"""Which labels may be put where: the words of the documents, the places of a format, and what each place takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import ceil
from typing import Any, Final, Literal

from msgspec import Struct

from policyengine.kinds.disclosure.labels import BRAND, THING, run_together
from policyengine.kinds.disclosure.onscreen import least_s, seconds
from policyengine.kinds.disclosure.pack import Pack
from policyengine.kinds.disclosure.post import Entry, Post
from policyengine.kinds.disclosure.remedy_edits import ENTRIES, PLATFORM_LABEL, Edit
from policyengine.kinds.disclosure.words import words_in
from policyengine.text.clusters import cluster_ends
from policyengine.text.platforms import limits

Where = Literal["caption", "overlay", "audio", "platform"]
PLACES: Final[tuple[Where, ...]] = ("caption", "overlay", "audio", "platform")
_FILMS: Final = frozenset(["video", "short_video"])
_SLIDES: Final = frozenset(["story_image", "story_video", "carousel"])
_SEEN: Final = _FILMS | _SLIDES | {"image", "livestream"}
_HEARD: Final = _FILMS | {"livestream", "audio"}
_NEAR: Final = 100
_AGAIN_S: Final = 600  # where the length of a recording is not told, an end cannot be named


class Mark(Struct, frozen=True):
    """A label at a place. The platform's own label has no words. `language`: of the words, where there is one only."""

    where: Where
    text: str = ""
    language: str | None = None

    @property
    def cost(self) -> tuple[int, int, str]:
        """Return what a mark weighs among those that do as well: nearer places, shorter words, the alphabet."""
        return (PLACES.index(self.where), len(self.text), self.text)

    def to_dict(self) -> dict[str, str]:
        """Return the mark as plain JSON data; `where` is the record's word for it."""
        plain: dict[str, str] = {"where": "platform_label" if self.where == "platform" else self.where}
        plain |= {"text": self.text} if self.text else {}
        return plain | ({"language": self.language} if self.language else {})


def places(post: Post) -> Iterator[Where]:
    """Yield where a label may be put: what a format does not have, and what cannot be read, is left out."""
    if post.text is not None:
        yield "caption"
    if not post.unread and post.format in _SEEN:
        yield "overlay"
    if not post.unread and post.format in _HEARD:
        yield "audio"
    if not post.platform_label and post.platform is not None:
        yield "platform"


def vocabulary(packs: Iterable[Pack], post: Post) -> dict[str, str | None]:
    """Return every label of the documents as a post can say it, with its language where it has one.

    `{brand}` is the brand as the record names it; labels with `{thing}` tell a story that only the author knows.
    """
    found: dict[str, set[str]] = {}
    for pack in packs:
        for at, group in enumerate(pack.body.labels or ()):
            for written in group.accept:
                for spelling in _spelt(written, post.brands):
                    found.setdefault(capital(spelling), set()).update(pack.groups[at].languages)
    for entry in post.entries:
        if entry.where in {"overlay", "audio"} and entry.text:
            found.setdefault(entry.text, set())
    return {text: next(iter(spoken)) if len(spoken) == 1 else None for text, spoken in sorted(found.items())}


def _spelt(written: str, brands: tuple[str, ...]) -> Iterator[str]:
    if THING in written:
        return
    if BRAND not in written:
        yield written
    elif written.startswith("#"):
        yield from (written.replace(BRAND, run) for brand in brands if (run := run_together(brand)))
    else:
        yield from (written.replace(BRAND, brand) for brand in brands)


def capital(label: str) -> str:
    """Return a label as a caption begins with it."""
    return label[:1].upper() + label[1:]


def kind_of(text: str, packs: Sequence[Pack], brands: tuple[str, ...]) -> tuple[Any, ...]:
    """Return what tells a label from others: labels that are alike in every document do alike at every place."""
    return tuple(kind_in(text, pack, brands) for pack in packs)


@lru_cache(maxsize=8192)
def kind_in(text: str, pack: Pack, brands: tuple[str, ...]) -> tuple[Any, ...]:
    """Return what a label is in one document: which accepted one, a tag or words, how many of them."""
    found = pack.lexicon.find(text, brands)
    read = tuple((f.start == 0, tuple(sorted({(label.role, label.group) for label in f.labels}))) for f in found)
    return (read, text.startswith("#"), words_in(text, brands))


def may_do(text: str, pack: Pack, brands: tuple[str, ...]) -> bool:
    """Tell whether a document accepts a label for any connection."""
    return any(role == "accept" for _, labels in kind_in(text, pack, brands)[0] for role, _ in labels)


# Edits ----------------------------------------------------------------------------------------------------------------


def edits_for(marks: Sequence[Mark], post: Post, packs: Sequence[Pack], *, labelled: bool) -> tuple[Edit, ...] | None:
    """Return the edits that put marks on a post, those in the caption in their order; None where there is no room.

    `labelled`: the caption begins with a label already.
    """
    edits = []
    words = " | ".join(mark.text for mark in marks if mark.where == "caption")
    if words:
        edits.append(Edit(how="begin", path=("text",), value=f"{words}{' | ' if labelled else ': '}"))
        if not _has_room(edits[0].value, post):
            return None
    for mark in marks:
        if mark.where == "platform":
            edits.append(Edit(how="set", path=PLATFORM_LABEL, value=True))
        elif mark.where != "caption":
            edits.append(_of_entry(mark, post, packs))
    return tuple(edits)


def has_limit(post: Post) -> bool:
    """Tell whether the caption comes near to what its platform takes, so that the length of a label matters."""
    known = limits(post.platform) if post.platform is not None else None
    return known is not None and known.caption is not None and len(post.text or "") + _NEAR > known.caption


def _has_room(words: str, post: Post) -> bool:
    known = limits(post.platform) if post.platform is not None else None
    most, text = known.caption if known is not None else None, post.text or ""
    if most is None or len(text) + len(words) <= most:
        return True
    signs = sum(1 for _ in cluster_ends(text))
    return signs > most or signs + len(words) <= most


def _of_entry(mark: Mark, post: Post, packs: Sequence[Pack]) -> Edit:
    """Return the edit that shows or says a label: of the entry that has it already, or with a new one."""
    said: dict[str, Any] = {"where": mark.where, "text": mark.text}
    said |= {"language": mark.language} if mark.language else {}
    said |= _shown(post, packs) if mark.where == "overlay" else _spoken(post, packs)
    old = present(mark, post)
    if old is None:
        return Edit(how="add", path=ENTRIES, value=said)
    said |= {"legible": True} if old.legible is False else {}
    said |= {"position": "top"} if old.position is not None else {}
    return Edit(how="set", path=(*ENTRIES, old.index), value=said)


def present(mark: Mark, post: Post) -> Entry | None:
    """Return the entry of a post that already has a label at its place, however it stands there."""
    return next((e for e in post.entries if e.where == mark.where and e.text == mark.text), None)


def _shown(post: Post, packs: Sequence[Pack]) -> dict[str, Any]:
    if post.format in _SLIDES:
        return {"frames": "all"}
    if post.format in _FILMS:
        until = _needed_s(post, packs)
        return {"from_s": 0, **({"until_s": until} if until else {})}
    if post.format == "livestream":
        if post.duration_s is not None:
            return {"from_s": 0, "until_s": ceil(post.duration_s)}
        return {"from_s": 0, "repeat_every_s": _gap_s(packs)}
    return {}


def _spoken(post: Post, packs: Sequence[Pack]) -> dict[str, Any]:
    if post.format == "livestream":
        return {"from_s": 0, "repeat_every_s": _gap_s(packs)}
    if post.format == "audio" and any(p.placement.audio and p.placement.audio.also_at_end for p in packs):
        length = _AGAIN_S if post.duration_s is None else max(ceil(post.duration_s) - 60, 1)
        return {"from_s": 0, "repeat_every_s": length}
    return {"from_s": 0}


def _gap_s(packs: Sequence[Pack]) -> int:
    lives = [pack.placement.live for pack in packs if pack.placement.live is not None]
    return min((seconds(live.repeat_within) for live in lives if live.repeat_within is not None), default=_AGAIN_S)


def _needed_s(post: Post, packs: Sequence[Pack]) -> int:
    """Return for how many seconds a label has to be on the screen; 0 where no document says so, or none can."""
    demands = [p.placement.video.on_screen for p in packs if p.placement.video and p.placement.video.on_screen]
    if post.duration_s is None:
        return 0
    return max((ceil(least_s(demand, post.duration_s)) for demand in demands), default=0)
