"""What is refused in a disclosure document, each with its line."""

from __future__ import annotations

import pytest

from policyengine.core.codes import CODES
from policyengine.kinds.disclosure import EXAMPLE, KIND
from policyengine.shapes.document import keys_of
from tests.sets import faults, loaded, policies

HEAD = (
    "kind: disclosure\nid: disclosure.gb\ntitle: Labels\nowner: legal\njurisdiction: GB\nauthority: a test\n"
    "confidence: high\n"
)
LABELS = "labels: [{for: all connections, accept: [ad]}]\n"


@pytest.mark.parametrize("code", ["PE340", "PE341", "PE342", "PE343", "PE344", "PE345"])
def test_each_code_is_provoked_by_its_example_and_not_by_its_mending(code: str) -> None:
    assert any(code in fault for fault in faults(CODES[code].bad)), faults(CODES[code].bad)
    assert faults(CODES[code].good) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + "labels: [{for: everybody, accept: [ad]}]\n", "8:16 PE123"),
        (HEAD + "labels: [{accept: [ad]}]\n", "8:10 PE121"),
        (HEAD + "labels: [{for: paid, accept: []}]\n", "8:30 PE107"),
        (HEAD + "labels: [{for: paid, accept: [ad], then: block}]\n", "8:42 PE123"),
        (HEAD + LABELS + "placment: {legible: {otherwise: block}}\n", "9:1 PE120"),
        (HEAD + LABELS + "placement: {legible: {}}\n", "9:22 PE121"),
        (HEAD + LABELS + "placement: {legible: {otherwise: allow}}\n", "9:34 PE123"),
        (HEAD + LABELS + "placement: {story: {frames: every, otherwise: block}}\n", "9:29 PE123"),
        (HEAD + LABELS + "placement: {live: {caption_only: hold, otherwise: block}}\n", "9:19 PE124"),
        (HEAD + LABELS + "placement: {video: {starts_within: 10, otherwise: block}}\n", "9:36 PE122"),
        (HEAD + LABELS + "without_label: {paid: block}\n", "9:16 PE121"),
        (HEAD + LABELS + "without_label: {all connections: block, presents: hold}\n", "9:41 PE120"),
        (HEAD + LABELS + "connection_not_told: {treat_as: paid, with_signs: hold}\n", "9:39 PE124"),
        (HEAD + LABELS + "connection_not_told: {with_signs: block}\n", "9:35 PE123"),
        (HEAD + LABELS + "no_label_needed: {sponsorship.conection: own_brand}\n", "9:19 PE102"),
        (HEAD + LABELS + "denied_by: terms.denials\n", "9:12 PE214"),
        (HEAD + LABELS + "confidence: sure\n", "9:1 PE012"),
        (HEAD.replace("GB", "Britain", 1) + LABELS, "5:15 PE211"),
        (HEAD + "labels: [{for: paid, accept: ['free {ting}']}]\n", "8:31 PE343"),
        (HEAD + "labels: [{for: paid, accept: ['{thing} for free']}]\n", "8:31 PE343"),
        (HEAD + LABELS + "rules: [{id: no_label, title: Mine, when: {category: food}, then: block}]\n", "8:1 PE206"),
    ],
)
def test_a_fault_is_reported_at_its_place(text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(text)), faults(text)


def test_the_example_of_the_kind_is_valid() -> None:
    assert faults(EXAMPLE) == []
    rules = {rule.name for unit in policies(EXAMPLE).assembly.units for rule in unit.rules}
    assert {"disclosure.gb/no_label", "disclosure.gb/behind_fold", "disclosure.coverage/no_facts"} <= rules


def test_a_demand_that_is_not_made_is_no_rule() -> None:
    rules = {rule.id for unit in policies(HEAD + LABELS).assembly.units for rule in unit.rules}
    assert rules == {"no_label", "unclear_label", "no_facts"}


def test_every_condition_of_the_kind_says_whether_it_tightens() -> None:
    uses = {key.name: key.spec.use for key in keys_of(KIND.document)}
    assert uses["no_label_needed"] is not None
    assert uses["no_label_needed"].effect == "loosens"
    assert uses["only_for"] is not None
    assert uses["only_for"].effect == "tightens"


def test_the_order_of_documents_and_labels_means_nothing() -> None:
    other = HEAD.replace("GB", "IE", 1).replace("disclosure.gb", "disclosure.ie")
    one, two = loaded(HEAD + LABELS, other + LABELS), loaded(other + LABELS, HEAD + LABELS)
    assert one.assembly is not None
    assert two.assembly is not None
    assert one.assembly.digest == two.assembly.digest
