"""Facts derived from texts and links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.text import derived
from policyengine.text.clusters import cluster_ends
from policyengine.text.platforms import Fold, fold, limits


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Morning #Ad #ad #AD", ("Ad", "ad", "AD")),
        ("#日本語 #नमस्ते #ไทย #광고", ("日本語", "नमस्ते", "ไทย", "광고")),
        ("#one#two, (#three) #a_b!", ("one", "two", "three", "a_b")),
        ("＃wide #ad-free #2024goals", ("wide", "ad", "2024goals")),
        ("issue#12 a#b &#39; #123 # x #️⃣ #", ()),
        ("https://acme.com/page#top and www.acme.com/#x", ()),
        ("早安#广告", ("广告",)),
        ("", ()),
    ],
    ids=["spelling and number", "scripts", "glued", "width and digits", "none", "links", "after chinese", "empty"],
)
def test_hashtags(text: str, tags: tuple[str, ...]) -> None:
    assert derived.hashtags(text) == tags


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("by @Acme, (@acme.official).", ("Acme", "acme.official")),
        ("@acme@mastodon.social", ("acme@mastodon.social",)),
        ("@acmeです @品牌", ("acme", "品牌")),
        ("mail@acme.com me.@acme https://x.com/@acme @ @.", ()),
    ],
    ids=["dots", "fediverse", "scripts", "none"],
)
def test_handles(text: str, handles: tuple[str, ...]) -> None:
    assert derived.mentions_of(text) == handles


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("https://WWW.Acme.com/x, then http://acme.com.", ("acme.com",)),
        ("bit.ly/abc and www.foo.museum", ("bit.ly", "foo.museum")),
        ("http://münchen.de:80/?q", ("xn--mnchen-3ya.de",)),
        ("https://user:pw@evil.example/", ("evil.example",)),
        ("great.Ad and/or e.g. node.js mail@acme.com http://[ http:// 3.5.1", ()),
    ],
    ids=["once", "bare", "idna", "userinfo", "none"],
)
def test_hosts(text: str, hosts: tuple[str, ...]) -> None:
    assert derived.hosts(text) == hosts


@pytest.mark.parametrize(
    ("url", "host", "utm"),
    [
        ("https://www.acme.com/?utm_source=ig&utm_medium=story#x", "acme.com", {"source": "ig", "medium": "story"}),
        ("https://acme.com?utm_source=a&utm_source=b", "acme.com", {"source": "a"}),
        ("https://acme.com/?utm_source=&UTM_medium=x&utm_=y", "acme.com", {}),
        ("https://acme.com/?a=1&amp;utm_source=new%20letter", "acme.com", {"source": "new letter"}),
        ("https://acme.com/#/shop?utm_source=ig", "acme.com", {"source": "ig"}),
        ("acme.com/x?utm_campaign=%zz", "acme.com", {"campaign": "%zz"}),
        ("//acme.com:8080/x", "acme.com", {}),
        ("https://a@b@Acme.COM/", "acme.com", {}),
        ("http://[::1]:80/a", "[::1]", {}),
        ("http://[::1", None, {}),
        ("mailto:ana@acme.com", None, {}),
        ("javascript:alert(1)", None, {}),
        ("https://", None, {}),
        ("", None, {}),
        ("????", None, {}),
        ("http://a b/", None, {}),
        ("https://" + "ü" * 100 + ".de/", None, {}),
        ("https://" + "a" * 300, None, {}),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_url_parts(url: str, host: str | None, utm: dict[str, str]) -> None:
    assert derived.url_parts(url) == (host, utm)


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("a.:/?#[]@&=%ü。 -_www.comhttp://utm_source#@"), max_size=40))
def test_nonsense_is_answered(text: str) -> None:
    host, _ = derived.url_parts(text)
    assert host is None or host == host.lower()
    assert all(host.isascii() for host in derived.hosts(text))
    assert all(f"#{tag}" in text for tag in derived.hashtags(text))
    assert all(f"@{name}" in text for name in derived.mentions_of(text))


@pytest.mark.parametrize(
    ("text", "chars", "lines", "shown"),
    [
        ("abcdef", 3, None, "abc"),
        ("abc", 3, 1, "abc"),
        ("👩‍💻👩‍💻👩‍💻", 2, None, "👩‍💻👩‍💻"),
        ("e\u0301e\u0301", 1, None, "e\u0301"),
        ("a\nb\nc", None, 2, "a\nb"),
        ("a\r\nb", 10, 1, "a"),
        ("a\nbcdef", 3, 2, "a\nb"),
        ("abc", None, None, "abc"),
        ("abc", 0, None, ""),
        ("", 5, 2, ""),
    ],
    ids=["cut", "fits", "emoji", "marks", "lines", "windows", "both", "no fold", "nothing", "empty"],
)
def test_visible(text: str, chars: int | None, lines: int | None, shown: str) -> None:
    assert derived.visible(text, chars, lines) == shown


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40), chars=st.integers(1, 20), lines=st.integers(1, 3))
def test_what_is_visible_is_a_beginning_of_whole_signs(text: str, chars: int, lines: int) -> None:
    shown = derived.visible(text, chars, lines)
    assert text.startswith(shown)
    assert len(list(cluster_ends(shown))) <= chars


def test_shorteners() -> None:
    assert derived.is_shortener("bit.ly")
    assert derived.is_shortener("WWW.TinyURL.com")
    assert not derived.is_shortener("acme.com")
    assert not derived.is_shortener("not-bit.ly")


def test_the_list_of_shorteners_is_sorted_and_without_doubles() -> None:
    hosts = [line for line in derived._SHORTENERS.read_text().splitlines() if not line.startswith("#")]  # noqa: SLF001 - the file is the subject
    assert hosts == sorted(set(hosts))
    assert len(hosts) >= 40


def test_folds_and_limits() -> None:
    assert fold("instagram") == Fold(125, 125, 2)
    assert fold("tiktok") == Fold(55, 100, 1)
    assert fold("threads") is None
    assert fold("nowhere") is None
    known = limits("instagram")
    assert known is not None
    assert (known.caption, known.hashtags_max) == (2200, 30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Win a FREE phone!!! http://x.y/1 @you", "win a free phone http://z.z/2"),
        ("Win a frее phone", "WIN A FREE PHONE"),
        ("free phone, win a", "win a freeee phone 123"),
    ],
    ids=["links and handles", "lookalikes", "order, stretches and digits"],
)
def test_near_duplicates_have_one_fingerprint(one: str, other: str) -> None:
    assert derived.fingerprint(one) == derived.fingerprint(other)


def test_other_texts_have_other_fingerprints() -> None:
    texts = ["win a free phone", "win a free car", "🔥🔥", "🔥", ""]
    assert len({derived.fingerprint(text) for text in texts}) == len(texts)
