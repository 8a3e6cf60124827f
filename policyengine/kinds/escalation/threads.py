"""When we answered a case, and when whoever is concerned wrote again: from events, replies and threads of comments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from policyengine.core.facts import Facts
from policyengine.core.record import RecordType
from policyengine.language.environment import Env, Lookup
from policyengine.shapes.hops import Event

PARENT: Final = "in_reply_to"
_LONGEST: Final = 10_000
"""Comments of one thread that are looked at."""


def exchanges(facts: Facts, env: Env) -> Iterator[Event]:
    """Yield `replied` for each answer of ours, `asked` for whatever others wrote in the thread."""
    answered = facts.get("answered_at")
    if isinstance(answered, datetime):
        yield Event.of("replied", answered)
    replies = facts.get("replies")
    for reply in replies if isinstance(replies, list) else ():
        when = reply.get("at") if isinstance(reply, dict) else None
        if isinstance(when, datetime):
            yield Event.of("replied", when)
    if has_threads(env.kind) and env.lookup is not None:
        yield from _thread(facts, env.kind, env.lookup)


def has_threads(kind: RecordType) -> bool:
    """Tell whether records of a type answer each other, and say which ones are ours."""
    return {PARENT, "ours"} <= kind.root.fields.keys() and kind.event_time is not None


def _thread(facts: Facts, kind: RecordType, lookup: Lookup) -> Iterator[Event]:
    """Yield what the comments below one are; one of which nobody knows whose it is may ask, and answers nothing."""
    seen: set[str] = set()
    waiting = [str(facts.get("id"))]
    while waiting and len(seen) < _LONGEST:
        identity = waiting.pop()
        if identity in seen:
            continue
        seen.add(identity)
        for comment in lookup.referring(kind.name, PARENT, identity):
            waiting.append(str(comment.get("id")))
            when = comment.get(kind.event_time or "")
            if isinstance(when, datetime):
                yield Event.of("replied" if comment.get("ours") is True else "asked", when)
