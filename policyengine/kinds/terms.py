"""`kind: terms`: word lists, used as `$terms.name`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.scope import TermList
from policyengine.shapes.contract import Kind, Report
from policyengine.shapes.document import Document
from policyengine.shapes.parts import Doc, Form, OneOrMore, Raw, Refers
from policyengine.shapes.policy import Header

EXAMPLE = """\
kind: terms
id: terms.ad_labels
owner: legal
see_through: [accents]
words: {is: [ad, advert, advertisement], by: {language: {de: [anzeige, werbung], fr: [publicité]}}}
except: [ad hoc]
"""

Step = Literal["accents", "lookalikes", "leet", "repeats", "separators", "squeezed", "fuzzy"]


class Terms(Header, frozen=True, kw_only=True):
    """Words and phrases, what they are not part of, and which disguises they are seen through."""

    owner: Annotated[str, Refers("team"), Doc("the team that answers for it")]
    words: Annotated[Raw, Form("words"), Doc("the words, with `by` for a language or market", "{is: [ad, advert]}")]
    except_: Annotated[list[str] | None, OneOrMore(), Doc("longer words in which they do not count")] = field(
        default=None, name="except"
    )
    see_through: Annotated[
        list[Step] | None,
        OneOrMore(),
        Doc("disguises that are seen through; `squeezed` and `fuzzy` only guess"),
    ] = None


def provide(document: Document, report: Report) -> TermList:
    """Return the word list."""
    body: Terms = document.body
    node = body.words.node
    if not body.id.startswith("terms."):
        report(
            Diagnostic(
                "PE301",
                f"the id `{body.id}` does not begin with `terms.`",
                document.value_span(None, "id"),
                help=f"write `terms.{body.id}`",
            )
        )
    _check(node, report)
    return TermList(body.id, node, tuple(body.except_ or ()), frozenset(body.see_through or ()))


def _check(node: Node, report: Report) -> None:
    for key in node.value if isinstance(node.value, dict) else ():
        if key not in {"is", "by"}:
            help_ = did_you_mean(key, ("is", "by")) or "there are by, is"
            report(Diagnostic("PE120", f"unknown key `{key}`", node.keys.get(key, node.span), help=help_))
    if isinstance(node.value, dict) and not ({"is", "by"} & set(node.value)):
        report(Diagnostic("PE122", "`words` takes a list of words", node.span, help="write `words: [ad, advert]`"))


KIND = Kind(
    name="terms", document=Terms, meaning="word lists for `mentions`", example=EXAMPLE, stage="names", provides=provide
)
