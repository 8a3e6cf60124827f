"""Whether a post owes its readers a label, why, and what it weighs to go without."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from policyengine.core.decision import Outcome, lightest, strictest
from policyengine.kinds.disclosure.labels import Found
from policyengine.kinds.disclosure.pack import Pack
from policyengine.kinds.disclosure.post import WITH_A_CLAIM, Post
from policyengine.kinds.disclosure.struct import Disclosure, NotTold, ToldNone, UnderContract
from policyengine.language.tree import Truth

NOT_TOLD: Final = "sponsorship.connection"
IF_TOLD: Final = (
    "links",
    "sponsorship.affiliate_link",
    "sponsorship.brand",
    "sponsorship.brand_control",
    "sponsorship.brand_tagged",
    "sponsorship.contract_active",
    "sponsorship.discount_code",
    "sponsorship.obligation_to_post",
)
"""What speaks for a connection where it is told, and says nothing where it is not."""
_SAID: Final = {
    "brand_tagged": "the brand is tagged",
    "brand_link": "a link leads to the brand",
    "affiliate_link": "there is an affiliate link",
    "discount_code": "there is a discount code",
    "excessively_promotional": "a person judged it excessively promotional",
    "contract": "the creator is under contract, and the brand is named",
    "label": "it carries a label",
}


class Owed(Struct, frozen=True, kw_only=True):
    """Whether a label is owed (None: not told), and on which basis.

    `connection` is what the post is read as (None: any), `outcome` the most that anything about its label may weigh,
    `because` why, in words.
    """

    truth: Truth
    basis: Literal["told", "not_told", "presumed", "contract"] = "told"
    connection: str | None = None
    outcome: Outcome = "block"
    because: str = ""


def owed(post: Post, pack: Pack) -> Owed:
    """Return what a post owes under a document's law."""
    body, connection = pack.body, post.connection
    if connection is None:
        return _not_told(post, pack)
    contract = body.under_contract
    if contract is not None and _is_covered(post, contract):
        because = "the creator is under contract, and the brand is named"
        outcome = pack.weight(contract.otherwise)
        return Owed(truth=True, basis="contract", connection=contract.treat_as, outcome=outcome, because=because)
    if connection == "none":
        return _told_none(post, body.connection_none, pack)
    outcome = pack.weight(duty(body, connection))
    because = f"the connection is `{connection}`"
    return Owed(truth=outcome != "allow", connection=connection, outcome=outcome, because=because)


def _is_covered(post: Post, contract: UnderContract) -> bool:
    if not post.contract_active or post.connection not in {None, "none", "past_relationship"}:
        return False
    return contract.where == "always" or post.names_brand


def duty(body: Disclosure, connection: str) -> Outcome:
    """Return what a post without a label weighs; past relationships hold where the document does not say."""
    without = body.without_label
    if without is None:
        return "hold" if connection == "past_relationship" else "block"
    named: Outcome | None = getattr(without, connection, None)
    if named is not None:
        return named
    return lightest("hold", without.all_connections) if connection == "past_relationship" else without.all_connections


def _not_told(post: Post, pack: Pack) -> Owed:
    """Return what an untold connection means: at most a hold, and without a sign nothing at all."""
    rule = pack.body.connection_not_told or NotTold(with_signs="hold")
    if rule.treat_as is not None:
        because = f"{pack.market} presumes `{rule.treat_as}` until a connection is told"
        outcome: Outcome = "hold" if rule.where == "always" or post.shows_company or signs_of(post, pack) else "allow"
        return Owed(truth=None, basis="presumed", connection=rule.treat_as, outcome=outcome, because=because)
    contract = pack.body.under_contract
    if contract is not None and _is_covered(post, contract):
        because = "the connection is not told, but the creator is under contract, and the brand is named"
        outcome = lightest("hold", pack.weight(contract.otherwise))
        return Owed(truth=None, basis="contract", connection=contract.treat_as, outcome=outcome, because=because)
    signs = signs_of(post, pack)
    if not signs:
        return Owed(truth=None, basis="not_told", outcome="allow", because="the connection is not told")
    because = f"the connection is not told, but {in_words(signs)}"
    return Owed(truth=None, basis="not_told", outcome=rule.with_signs or "hold", because=because)


def _told_none(post: Post, denied: ToldNone | None, pack: Pack) -> Owed:
    weights = {sign: getattr(denied, sign) for sign in sorted(post.signs) if denied is not None}
    weights = {sign: weight for sign, weight in weights.items() if weight is not None}
    if not weights:
        return Owed(truth=False)
    because = f"no connection is told, but {in_words(frozenset(weights))}"
    outcome = pack.weight(strictest(weights.values()))
    return Owed(truth=True, basis="presumed", connection="paid", outcome=outcome, because=because)


def signs_of(post: Post, pack: Pack) -> frozenset[str]:
    """Return the signs of a connection: tags, codes, affiliate links, and labels that say so by themselves."""
    signs = post.signs - WITH_A_CLAIM
    in_text = pack.signs.find(post.text or "", post.brands)
    beside = (found for entry in post.entries for found in pack.signs.find(entry.text or "", post.brands))
    if any(is_sign(f) and not _foreign(f, post, pack) for f in in_text) or any(f.roles() - {"denial"} for f in beside):
        return signs | {"label"}
    # What is a label no more in an overlay is still a sign.
    return signs.union(*(signs_of(post, base) for base in pack.beneath))


def is_sign(found: Found) -> bool:
    """Tell whether a word is a sign of a connection by itself.

    A label for all connections (`accept`) is. One for some of them (`beside`: `gifted`, `my sister`), or one that is
    not enough (`partner`), is an everyday word, and a sign only as a tag. Denials are none, nor is a label inside them.
    In a disclosure beside the caption every word that is listed is a sign.
    """
    return "accept" in found.roles() or (is_tag(found) and bool(found.roles() - {"denial"}))


def _foreign(found: Found, post: Post, pack: Pack) -> bool:
    """Tell whether a word is a label only in languages that the post is not in: an Irish `pub` is no `publicité`."""
    language = (post.language or "").partition("-")[0]
    groups = [pack.groups[label.group] for label in found.labels if label.group >= 0]
    if not language or is_tag(found) or not groups:
        return False
    return not any(not group.languages or language in group.languages for group in groups)


def is_tag(found: Found) -> bool:
    """Tell whether something stands in a text as a tag."""
    return found.seen[0] in "#＃"  # noqa: RUF001 - the full-width sign


def in_words(signs: frozenset[str]) -> str:
    """Return signs as a sentence says them."""
    return " and ".join(_SAID[sign] for sign in sorted(signs))
