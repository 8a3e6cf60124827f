"""`kind: disclosure`: what one jurisdiction asks of posts with a material connection to a brand.

One document states the accepted labels by language and connection, words that are not enough, where a label must stand,
and what goes without one. What is not law of labels (categories, registers, mentions in pictures) are `rules` of a
document like any other, judged for its market only; a document may have nothing but them. Low confidence never blocks.

Facts: `disclosure_labels.json` of the domain facts, whose conventions are followed. A connection that is not told is
unproven and weighs `hold` only where the record shows a sign of one, or the law presumes it; a sign, a contract, the
brand's control, the language of the post and the number of slides count where they are told. This is not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from policyengine.core.suggest import did_you_mean
from policyengine.kinds.disclosure.coverage import COVERAGE, Covered, no_facts
from policyengine.kinds.disclosure.labels import PLACEHOLDERS, Label, Lexicon, unknown_placeholders
from policyengine.kinds.disclosure.pack import Group, Pack, labels_of
from policyengine.kinds.disclosure.rules import rules_of
from policyengine.kinds.disclosure.struct import Disclosure, LabelGroup, Placement
from policyengine.shapes.contract import Compiled, Context, Kind
from policyengine.shapes.document import Document

EXAMPLE = """\
kind: disclosure
id: disclosure.gb
title: Ads are recognisable as ads before anyone engages
owner: legal_uk
jurisdiction: GB
authority: ASA and CAP Code 2.1, 2.3, 2.4
confidence: high
languages: [en]
labels:
  - {for: all connections, accept: [ad, advert, advertisement]}
  - {for: [gifted, loan, event_trip], accept: [gifted], then: hold}
not_enough: ["#sp", sponsored, "thanks to {brand}"]
without_label: {all connections: block, past_relationship: hold}
platform_label_alone: hold
placement:
  before_fold: {otherwise: block}
  story: {frames: all, otherwise: block}
"""


def compile_document(body: Disclosure, context: Context) -> Compiled:
    """Return the rules of a document; its own faults are reported on the way."""
    _check(body, context)
    beneath = tuple(_pack(base.body, context) for base in context.beneath)
    pack = structs.replace(_pack(body, context), beneath=beneath)
    return Compiled(rules=rules_of(pack, context), law=pack if pack.groups else None)


def _pack(body: Disclosure, context: Context) -> Pack:
    groups = tuple(_group(group, body, context) for group in body.labels or ())
    denials = [Label(word, "denial") for word in _denials(body, context)]
    labels = [label for label in labels_of(body) if not unknown_placeholders(label.written)]
    return Pack(
        body=body,
        groups=groups,
        lexicon=Lexicon([*labels, *denials]),
        signs=Lexicon([*_signs(body), *denials]),
        placement=body.placement or Placement(),
    )


def _group(group: LabelGroup, body: Disclosure, context: Context) -> Group:
    return Group(
        whose=frozenset() if "all connections" in group.for_ else frozenset(group.for_),
        first=group.accept[0],
        languages=frozenset(group.languages or body.languages or ()),
        to_judge=group.then == "hold",
        everyday=group.inside_a_sentence == "hold",
        unfit=context.gate(group, "not_for"),
        starts=group.from_,
        ends=group.until,
        confidence=group.confidence or body.confidence,
    )


def _signs(body: Disclosure) -> Iterator[Label]:
    """Yield the words of a document with what they are as signs: see `owing.is_sign`."""
    for label in labels_of(body):
        if label.role == "accept":
            group = (body.labels or [])[label.group]
            yield Label(label.written, "accept" if "all connections" in group.for_ else "beside", label.group)
        else:
            yield Label(label.written, "not_enough")


def _denials(body: Disclosure, context: Context) -> list[str]:
    """Return the words of the list that `denied_by` names, in all its languages."""
    terms = context.names.terms.get(body.denied_by or "")
    if terms is None:
        return []
    found: list[str] = []
    pending = [terms.words]
    while pending:
        value = pending.pop().value
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, str):
            found.append(value)
    return sorted(set(found))


# Faults -----------------------------------------------------------------------------------------------------------


def _check(body: Disclosure, context: Context) -> None:
    document = context.document
    if not body.id.startswith("disclosure."):
        span = document.value_span(None, "id")
        context.fault(
            "PE340", f"the id `{body.id}` does not begin with `disclosure.`", span, f"write `disclosure.{body.id}`"
        )
    if body.labels is None and body.rules is None:
        context.fault("PE341", "neither `labels` nor `rules`: the document asks for nothing", document.span(None, "id"))
    if body.labels is None:
        for key in ("placement", "not_enough", "beside_a_label", "without_label"):
            if getattr(body, key) is not None:
                help_ = "say which labels are accepted, or leave the key out"
                context.fault("PE342", f"`{key}` without `labels`", document.span(None, key), help_)
    _check_labels(body, context)


def _check_labels(body: Disclosure, context: Context) -> None:
    for at, group in enumerate(body.labels or ()):
        for index, word in enumerate(group.accept):
            _check_word(word, context, ("labels", at, "accept", index))
    for key in ("beside_a_label", "not_enough"):
        for index, word in enumerate(getattr(body, key) or ()):
            _check_word(word, context, (key, index))
    everybody = {
        w.casefold() for g in body.labels or () if "all connections" in g.for_ and g.then is None for w in g.accept
    }
    for index, word in enumerate(body.not_enough or ()):
        if word.casefold() in everybody:
            span = context.document.node.span_at(("not_enough", index))
            context.fault(
                "PE344", f"`{word}` is accepted for all connections, and not enough", span, "leave it out of one list"
            )


def _check_word(word: str, context: Context, path: tuple[str | int, ...]) -> None:
    span = context.document.node.span_at(path)
    for name in unknown_placeholders(word):
        help_ = did_you_mean(name, PLACEHOLDERS) or "there are `{brand}` and `{thing}`"
        context.fault("PE343", f"`{name}` stands for nothing", span, help_)
    if word.startswith("{thing}"):
        context.fault("PE343", f"`{word}` begins with any word", span, "begin with a word that is always there")


def whole(documents: tuple[Document, ...], context: Context) -> tuple[str, Compiled]:
    """Return the rule about markets without a document; two documents with labels for one market are a fault."""
    first: dict[str, Document] = {}
    for document in documents:
        body: Disclosure = document.body
        if (
            body.extends is None
            and body.labels is not None
            and first.setdefault(body.jurisdiction, document) is not document
        ):
            span = document.value_span(None, "jurisdiction")
            other = first[body.jurisdiction].body.id
            context.fault(
                "PE345", f"the labels of {body.jurisdiction} stand in `{other}`, too", span, "keep them in one document"
            )
    signs = Lexicon(label for document in documents for label in _signs(document.body))
    covered = Covered(frozenset(first), signs)
    return COVERAGE, Compiled(rules=(no_facts(covered, documents[0].body.owner),))


KIND = Kind(
    name="disclosure",
    document=Disclosure,
    meaning="labels for posts with a connection to a brand: which, where, what goes without",
    example=EXAMPLE,
    compile=compile_document,
    own_rules=True,
    whole=whole,
)
