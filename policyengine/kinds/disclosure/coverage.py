"""`disclosure.coverage`: a connection, or a sign of one, for a market whose law no document knows."""

from __future__ import annotations

from typing import Final

from policyengine.core.decision import Outcome
from policyengine.kinds.disclosure.labels import Found, Lexicon
from policyengine.kinds.disclosure.owing import IF_TOLD, NOT_TOLD, in_words, is_sign, is_tag
from policyengine.kinds.disclosure.post import WITH_A_CLAIM, Post, read_post
from policyengine.kinds.disclosure.union import MEMBERS, UNION
from policyengine.kinds.disclosure.words import words_in
from policyengine.language.environment import Env
from policyengine.language.message import Slot, Template
from policyengine.language.program import compile_condition
from policyengine.language.tree import Computed, Const, Truth
from policyengine.shapes.predicate import Rule
from policyengine.shapes.rules import releaser_text, releasers

COVERAGE: Final = "disclosure.coverage"


class Covered:
    """The markets that have a document with labels, and the words that are a sign of a connection in any of them."""

    def __init__(self, markets: frozenset[str], signs: Lexicon) -> None:
        """Take the markets with labels and the labels of all documents."""
        self.markets = markets
        self._signs = signs

    def signs(self, env: Env) -> tuple[Post, frozenset[str]]:
        """Return the post and the signs of a connection that it shows, worked out once in an environment."""
        known = env.memo.get(self)
        if known is None:
            post = read_post(env.record)
            texts = [text for text in (post.text, *(entry.text for entry in post.entries)) if text is not None]
            labelled = any(_stands_out(found, text) for text in texts for found in self._signs.find(text, post.brands))
            contract = post.contract_active and post.names_brand
            signs = {*(["label"] if labelled else []), *(["contract"] if contract else [])}
            known = env.memo[self] = post, (post.signs - WITH_A_CLAIM) | signs
        found: tuple[Post, frozenset[str]] = known
        return found

    def connected(self, env: Env) -> Truth:
        """Tell whether there is a connection or a sign of one; None: the connection is not told."""
        post, signs = self.signs(env)
        if signs - {"label"} or post.connection not in {None, "none"}:
            return True
        return None if post.connection is None else False

    def known(self, env: Env) -> Truth:
        """Tell whether the law of the market is known; that of the Union is when every member's is."""
        if env.market is None:
            return None
        if env.market == UNION:
            return not MEMBERS - self.markets
        return env.market in self.markets

    def weight(self, env: Env) -> Outcome:
        """Return what an unknown law weighs: nothing while neither a connection is told nor a sign seen."""
        post, signs = self.signs(env)
        return "hold" if signs or post.connection not in {None, "none"} else "allow"

    def message(self, env: Env) -> str:
        """Return what is unknown, and why it matters."""
        post, signs = self.signs(env)
        told = post.connection not in {None, "none"}
        because = f"the connection is `{post.connection}`" if told else in_words(signs) or "the connection is not told"
        if env.market == UNION:
            lacking = sorted(MEMBERS - self.markets)
            some = f"{len(lacking)} of {len(MEMBERS)} members of the EU ({' '.join(lacking)})"
            return f"no disclosure rules for {some}: {because}"
        return f"no disclosure rules for {env.market or 'a market that is not told'}: {because}"


def _stands_out(found: Found, text: str) -> bool:
    """Tell whether a label stands as one: as a tag, or first. Within a sentence it may be a word (`the pub`)."""
    return is_sign(found) and (is_tag(found) or words_in(text[: found.start], ()) == 0)


def no_facts(covered: Covered, owner: str) -> Rule:
    """Return the rule `no_facts`."""
    guard = Computed(
        "there is a connection, or a sign of one",
        covered.connected,
        missing=lambda _: (NOT_TOLD,),
        silent=IF_TOLD,
        where=lambda _: ("markets",),
        by_market=True,
    )
    known = Computed(
        "the law of the market is known",
        covered.known,
        missing=lambda _: ("markets",),
        where=lambda _: ("markets",),
        by_market=True,
    )
    return Rule(
        policy=COVERAGE,
        id="no_facts",
        title="The law of every market is known",
        guard=guard,
        guarded=compile_condition(guard),
        requirement=known,
        required=compile_condition(known),
        outcome="hold",
        severity="medium",
        unproven="hold",
        message=Template((Slot(Const("", "message"), lambda env, _: covered.message(env), share=False),)),
        fix=Template(("add a disclosure document for the market, or let the owning team release the post",)),
        released_by=releaser_text(None, owner),
        releasers=releasers(None, owner),
        by_market=True,
        weigh=covered.weight,
    )
