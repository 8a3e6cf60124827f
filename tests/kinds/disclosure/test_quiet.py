"""Ordinary posts without a connection raise no alarm; the same posts, paid, never pass in silence."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from policyengine.evaluate.engine import PolicySet
from policyengine.shipped import shipped
from tests.kinds.disclosure.made_up import judged

ENGLISH = """\
Rain all morning, so I finally sorted the spice drawer
Addition and subtraction with my daughter, wish us luck
Our street got new trees today
Does anybody have a good recipe for rhubarb?
Badminton on Thursday, who is in?
The old cinema is closing. So many memories
I made the soup again. It is even better on day two
Gifted children need teachers who listen
My brother ran his first marathon!!
Happy birthday to my wife, the best baker I know
The advice column in the paper made me laugh
We missed the bus and walked home along the river
Adding more salt was a mistake
This song has been in my head for a week
Collaborating with the neighbours on a garden wall
Madrid in spring is lovely
I received a postcard from my grandmother
Free concert in the park tonight
Headed for the hills. Back on Monday
The dog found a hedgehog. Everybody is fine
Seven chapters in, and I still do not trust the narrator
Thanks to everyone who came to the reading group
A loaf, a knife, some butter. That is the post
The gallery opens at nine; the queue starts at eight
Support your local library
What a save in the ninetieth minute
Today I learned that octopuses have three hearts
Sunset from the train window
My family is coming for the weekend and there is no bread left
First day of school. Somebody cried, and it was me
It is not the heat, it is the humidity
Coffee first, questions later
Partner work in class was chaos, as always
The bread rose! It actually rose!
""".splitlines()
GERMAN = """\
Heute endlich den Keller aufgeräumt
Der Nebel über dem See war unglaublich
Wer hat ein gutes Rezept für Rhabarberkuchen?
Mein Bruder ist seinen ersten Marathon gelaufen
Das Anzeigefeld an der Haltestelle ist kaputt
Kooperativ spielen macht mehr Spaß als gewinnen
Wir haben den Bus verpasst und sind gelaufen
Sieben Kapitel, und ich traue dem Erzähler nicht
Geschenkt ist der Sieg nicht, aber schön
Die Kinder haben eine Schnecke gefunden
Am Sonntag ist Flohmarkt auf dem Schulhof
Der Film war lang, das Popcorn war alle
Adventszeit im Juni, sagt der Kalender im Flur
Ein Brot, ein Messer, etwas Butter
Kaffee zuerst, Fragen später
Unser Chor sucht noch Tenöre
Der Zug hatte nur zehn Minuten Verspätung
Regen, Regen, Regen
Vielen Dank an alle, die gestern da waren
Endlich Ferien!
Heute gelernt: Kraken haben drei Herzen
Beworben habe ich mich auch schon
Das Spiel war bis zur letzten Minute offen
Oma hat eine Postkarte geschrieben
Der Garten braucht Wasser und ich auch
Mein Fahrrad quietscht wieder
Schönes Licht heute Abend
Die Bücherei hat jetzt auch sonntags auf
Der Hund hat den Igel gefunden. Allen geht es gut
Zum ersten Mal seit Jahren Schnee im April
""".splitlines()
POSTS = [(text, "en") for text in ENGLISH] + [(text, "de") for text in GERMAN]
MARKETS = ["DE", "GB", "US"]
FIRST = {"DE": "Werbung", "GB": "Ad", "US": "Ad"}


@cache
def library() -> PolicySet:
    return PolicySet.load(shipped("policies"))


def post(text: str, language: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "content",
        "id": "p1",
        "platform": "instagram",
        "format": "image",
        "status": "submitted",
        "markets": MARKETS,
        "language": language,
        "text": text,
        **more,
    }


def test_there_are_enough_posts() -> None:
    assert len(set(POSTS)) >= 60


@pytest.mark.parametrize("sponsorship", [{}, {"sponsorship": {"connection": "none"}}], ids=["not told", "none"])
def test_an_ordinary_post_raises_no_alarm_in_any_market(sponsorship: dict[str, Any]) -> None:
    alarms = {
        (text, finding.name, finding.markets)
        for text, language in POSTS
        for finding in judged(post(text, language, **sponsorship), library()).findings
        if finding.outcome != "allow" or (sponsorship and finding.verdict != "pass")
    }
    assert alarms == set()


def test_an_untold_connection_is_named_though_it_weighs_nothing() -> None:
    decision = judged(post(*POSTS[0]), library())
    assert decision.outcome == "allow"
    assert decision.rules("unproven") == ("disclosure.de/presumed", "disclosure.gb/no_label", "disclosure.us/no_label")
    assert [m["field"] for m in decision.missing] == ["sponsorship.connection"]


def test_the_same_posts_paid_are_never_let_through() -> None:
    for text, language in POSTS:
        decision = judged(post(text, language, sponsorship={"connection": "paid"}), library())
        assert set(decision.by_market.values()) <= {"hold", "block"}, text


@pytest.mark.parametrize("market", MARKETS)
def test_with_the_first_label_of_the_market_in_front_none_fails(market: str) -> None:
    language = "de" if market == "DE" else "en"
    for text in GERMAN if market == "DE" else ENGLISH:
        labelled = post(f"{FIRST[market]}: {text}", language, sponsorship={"connection": "paid"}) | {
            "markets": [market]
        }
        decision = judged(labelled, library())
        assert [f.name for f in decision.findings if f.outcome in {"hold", "block"}] == [], text
