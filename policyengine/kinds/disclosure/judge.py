"""One post under one document: which labels there are, which of them stands best, and what is lacking."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, structs

from policyengine.core.decision import RANK, Outcome, lightest
from policyengine.core.diagnostic import PathPart
from policyengine.core.governing import governing_time
from policyengine.core.instant import start_of_day
from policyengine.kinds.disclosure.labels import Found
from policyengine.kinds.disclosure.owing import Owed, owed
from policyengine.kinds.disclosure.pack import Candidate, Group, Pack, Rule, Shortfall, Sight
from policyengine.kinds.disclosure.placement import shortfalls
from policyengine.kinds.disclosure.post import Entry, Post, read_post
from policyengine.language.environment import Env

_WORDS_ONLY = frozenset(["text", "article", "review", "other", None])
_IN_TEXT = frozenset(["caption", "description", "hashtag_cluster"])


class Read(Struct, frozen=True):
    """What was found at the places of a post. `away`: disclosures in places that never suffice."""

    candidates: tuple[Candidate, ...]
    denials: tuple[tuple[str, tuple[PathPart, ...]], ...]
    beside: tuple[tuple[str, tuple[PathPart, ...]], ...]
    weak: tuple[tuple[str, tuple[PathPart, ...]], ...]
    unknown: tuple[tuple[str, tuple[PathPart, ...]], ...]
    away: tuple[Entry, ...]


class Analysis(Struct, frozen=True):
    """What a post owes and what it lacks, by rule; `read` is what was found, None where no label is owed."""

    owed: Owed
    lacks: dict[Rule, Shortfall]
    labels: tuple[str, ...]
    read: Read | None = None


def analysis(env: Env, pack: Pack) -> Analysis:
    """Return the analysis of the record under a document, worked out once in an environment."""
    known = env.memo.get(pack)
    if known is None:
        known = env.memo[pack] = _analyse(env, pack)
    found: Analysis = known
    return found


def _analyse(env: Env, pack: Pack) -> Analysis:
    post = read_post(env.record)
    debt = owed(post, pack)
    if debt.truth is False:
        return Analysis(debt, {}, ())
    read = _read(post, pack, debt, env)
    lacks = _lacks(post, pack, debt, read)
    if lacks:
        lacks = _unless_told(lacks, post, pack)
    capped = {lack.rule: structs.replace(lack, outcome=lightest(lack.outcome, debt.outcome)) for lack in lacks}
    return Analysis(debt, capped, tuple(c.found.seen for c in read.candidates), read)


# What there is ----------------------------------------------------------------------------------------------------


def _read(post: Post, pack: Pack, debt: Owed, env: Env) -> Read:
    never = pack.placement.never_alone
    off = frozenset(never.places if never is not None else ())
    candidates: list[Candidate] = []
    named: dict[str, list[tuple[str, tuple[PathPart, ...]]]] = {"denial": [], "beside": [], "not_enough": [], "": []}
    for where, text, entry in sources(post):
        if where in off:
            continue
        path: tuple[PathPart, ...] = ("text",) if entry is None else ("sponsorship", "disclosures", entry.index)
        found = pack.lexicon.find(text, post.brands)
        for item in found:
            best = accepted(item, pack, debt, env)
            if best is not None:
                candidates.append(Candidate(where, text, item, best[0], best[1], entry))
                continue
            for role in {"denial"} & item.roles() or {"beside", "not_enough"} & item.roles() or {"not_enough"}:
                named[role].append((item.seen, path))
        if entry is not None and not found:
            named[""].append((text, path))
    return Read(
        candidates=tuple(candidates),
        denials=tuple(named["denial"]),
        beside=tuple(named["beside"]),
        weak=tuple(named["not_enough"]),
        unknown=tuple(named[""]),
        away=tuple(entry for entry in post.entries if entry.where in off),
    )


def sources(post: Post) -> Iterable[tuple[str, str, Entry | None]]:
    """Yield every text in which a label may stand; a disclosure that repeats the caption's words is found there."""
    if post.text is not None:
        yield "text", post.text, None
    for entry in post.entries:
        if entry.text is None or entry.where is None:
            continue
        if entry.where in _IN_TEXT and post.text is not None and entry.text.casefold() in post.text.casefold():
            continue
        yield entry.where, entry.text, entry


def accepted(found: Found, pack: Pack, debt: Owed, env: Env) -> tuple[Group, bool | None] | None:
    """Return the group that accepts a label here (without judgement first), and whether the post is unfit for it."""
    if "denial" in found.roles():
        return None
    groups = [pack.groups[label.group] for label in found.labels if label.role == "accept"]
    good = [g for g in groups if g.is_for(debt.connection) and _in_force(g, env)]
    if not good:
        return None
    fits = [(group, group.unfit.truth(env) if group.unfit is not None else False) for group in good]
    return min(fits, key=lambda fit: (fit[1] is True, fit[1] is None, fit[0].to_judge, bool(fit[0].whose)))


def _in_force(group: Group, env: Env) -> bool:
    if group.starts is None and group.ends is None:
        return True
    governing = governing_time(env.kind, env.record, env.at)
    begun = group.starts is None or governing >= start_of_day(group.starts, env.zone)
    return begun and (group.ends is None or governing < start_of_day(group.ends, env.zone))


# What is lacking --------------------------------------------------------------------------------------------------


def _lacks(post: Post, pack: Pack, debt: Owed, read: Read) -> tuple[Shortfall, ...]:
    """Return what is lacking: of the label that stands best, of the platform's own label, or of a post without any."""
    if read.denials:
        return (_contradicted(read, pack, debt),)
    sight = Sight(post, pack, read.candidates, debt.connection)
    options = [shortfalls(candidate, sight) for candidate in read.candidates]
    best = min(options, key=_badness, default=None)
    if best == ():
        return ()
    if best is None:
        best = _without_label(post, pack, debt, read)
    if not post.platform_label or pack.body.platform_label_alone is None:
        return best
    alone = _platform_alone(pack)
    if not alone or not options:
        return alone if _badness(alone) <= _badness(best) or not options else best
    if _worst(alone) == _worst(best):
        return (*best, *alone)
    return min(alone, best, key=_badness)


def _badness(lacks: tuple[Shortfall, ...]) -> tuple[int, int]:
    return _worst(lacks), len(lacks)


def _worst(lacks: tuple[Shortfall, ...]) -> int:
    return max((RANK[lack.outcome] for lack in lacks), default=0)


def _contradicted(read: Read, pack: Pack, debt: Owed) -> Shortfall:
    words, path = read.denials[0]
    return Shortfall(
        rule="contradicted",
        outcome=pack.weight("block"),
        message=f"`{words}` denies a connection, but {debt.because}",
        fix=f"leave out `{words}`",
        path=path,
    )


def _platform_alone(pack: Pack) -> tuple[Shortfall, ...]:
    outcome: Outcome = pack.body.platform_label_alone or "hold"
    if outcome == "allow":
        return ()
    return (
        Shortfall(
            rule="platform_label_only",
            outcome=pack.weight(outcome),
            message=f"only the platform's own label stands on it, which does not settle it in {pack.market}",
            fix=_fix(pack, None, None),
            path=("sponsorship", "platform_label"),
        ),
    )


def _without_label(post: Post, pack: Pack, debt: Owed, read: Read) -> tuple[Shortfall, ...]:
    """Return what a post lacks that shows no accepted label: the words that it has instead, or any at all."""
    fix = _fix(pack, debt.connection, post.language)
    outcome = debt.outcome

    def lack(rule: Rule, message: str, path: tuple[PathPart, ...] = ()) -> Shortfall:
        return Shortfall(rule=rule, outcome=outcome, message=message, fix=fix, path=path)

    found: list[Shortfall] = []
    if read.away:
        entry = read.away[0]
        message = f"a label only in {_said(entry.where)} is not seen with the post"
        found.append(lack("wrong_place", message, ("sponsorship", "disclosures", entry.index)))
    if read.beside:
        message = f"`{_short(read.beside[0][0])}` may stand beside a label, not instead of one"
        found.append(lack("secondary_only", message, read.beside[0][1]))
    if read.weak or read.unknown:
        words, path = (read.weak or read.unknown)[0]
        message = f"`{_short(words)}` does not tell readers in {pack.market} that this is advertising"
        found.append(lack("unclear_label", message, path))
    bare = f"nothing says that this is advertising: {debt.because}"
    if debt.basis == "contract":
        found.append(lack("contract_active", bare, ("sponsorship", "contract_active")))
    elif debt.basis == "presumed":
        found.append(lack("presumed", bare, ("sponsorship", "connection")))
    elif not found or (read.unknown and not read.weak):
        found.append(lack("no_label", bare, ("text",) if post.text is not None else ()))
    return tuple(found)


def _unless_told(lacks: Iterable[Shortfall], post: Post, pack: Pack) -> tuple[Shortfall, ...]:
    """Return the shortfalls as they stand while a text is not told in which a good label may stand.

    Pictures, films and sounds are often posted without words, so a document may judge them as they are seen: the
    verdict stays unproven, what it weighs is the document's `text_not_told`.
    """
    missing: list[str] = ["text"] if post.text is None else []
    if post.unread:
        missing.append("sponsorship.disclosures")
    if any(entry.text is None for entry in post.entries):
        missing.append("sponsorship.disclosures.text")
    if any(entry.where is None for entry in post.entries):
        missing.append("sponsorship.disclosures.where")
    if not missing:
        return tuple(lacks)
    as_seen = missing == ["text"] and post.format not in _WORDS_ONLY and pack.body.text_not_told == "block"
    return tuple(
        structs.replace(
            lack,
            certain=False,
            outcome=lack.outcome if as_seen else lightest("hold", lack.outcome),
            missing=tuple(sorted({*lack.missing, *missing})),
        )
        for lack in lacks
    )


def _fix(pack: Pack, connection: str | None, language: str | None) -> str:
    label = pack.first_label(connection or "paid", language)
    return f"begin with `{label}`" if label is not None else "say that it is advertising"


def _said(where: str | None) -> str:
    words = {"profile": "the profile", "link_page": "the page behind a link", "first_comment": "the first comment"}
    return words.get(where or "", f"the {where}")


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:60]}…"  # noqa: PLR2004 - messages stay in one line
