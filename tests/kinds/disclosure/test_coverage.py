"""Markets whose law no document knows, and the Union with its members."""

from __future__ import annotations

from policyengine.kinds.disclosure.union import MEMBERS, jurisdictions
from tests.kinds.disclosure.made_up import found, judged, paid


def test_every_market_without_law_is_named() -> None:
    record = paid("NO", "ad: rye", set={"markets": ["NO", "GB", "JP"], "language": "en"})
    decision = judged(record)
    assert decision.by_market == {"GB": "allow", "JP": "hold", "NO": "hold"}
    assert [(f.message, f.markets) for f in decision.findings] == [
        ("no disclosure rules for JP: the connection is `paid`", ("JP",)),
        ("no disclosure rules for NO: the connection is `paid`", ("NO",)),
    ]


def test_the_sign_is_named_where_no_connection_is_told() -> None:
    record = paid("NO", "rye", set={"sponsorship": {"discount_code": True, "brand_tagged": True}})
    (finding,) = judged(record).findings
    assert finding.message == "no disclosure rules for NO: the brand is tagged and there is a discount code"


def test_a_post_under_contract_that_names_the_brand_is_no_private_matter() -> None:
    under = {"connection": "none", "contract_active": True, "brand": {"name": "Oven Co", "handle": "oven.co"}}
    (finding,) = judged(paid("NO", "rye with @oven.co", set={"sponsorship": under})).findings
    said = "the creator is under contract, and the brand is named"
    assert (finding.message, finding.outcome) == (f"no disclosure rules for NO: {said}", "hold")
    assert found(paid("NO", "rye", set={"sponsorship": under})) == {}


def test_the_union_means_its_own_law_and_that_of_every_member() -> None:
    record = paid("FR", "seigle", set={"markets": ["EU"]})
    decision = judged(record)
    assert decision.outcome == "block"
    assert decision.rules("fail") == (
        "disclosure.coverage/no_facts",
        "disclosure.fr/no_label",
        "disclosure.it/no_label",
    )
    (gap,) = [f for f in decision.findings if f.rule == "no_facts"]
    assert gap.message.startswith("no disclosure rules for 25 of 27 members of the EU (AT BE BG")
    assert "FR" not in gap.message
    assert "IT" not in gap.message


def test_without_a_connection_the_union_is_as_quiet_as_its_members() -> None:
    assert found(paid("FR", "seigle", set={"markets": ["EU"], "sponsorship": {"connection": "none"}})) == {}


def test_the_law_of_a_member_holds_for_the_union_and_that_of_the_union_for_every_member() -> None:
    assert jurisdictions("DE") == ("DE", "EU")
    assert jurisdictions("GB") == ("GB",)
    assert set(jurisdictions("EU")) == {"EU", *MEMBERS}
    assert len(MEMBERS) == 27
