"""Feeds at the wire: RSS and Atom, what is refused, and where we do not go."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clients.article_addresses import article_id_of, canonical
from shared.clients.errors import RateLimited, Redirected, Refused, Unavailable, Unintelligible, UpstreamError
from shared.clients.news_feeds import LARGEST, MOST, NewsFeeds, Told, entries_of
from shared.football.outlets import OUTLETS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BBC = OUTLETS["bbc_sport"]
Answer = Callable[[httpx.Request], httpx.Response]

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Feed</title>
<item><title><![CDATA[Saka &amp; co]]></title><link> https://bbc.example/a </link>
<description>&lt;p&gt;Out&lt;/p&gt;</description><pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate>
<media:title>other</media:title></item>
<item><title>No date</title><link>https://bbc.example/b</link></item>
<item><title></title><link>https://bbc.example/c</link></item>
<item><title>No link</title></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">Kane</title>
<link rel="self" href="https://x.example/self"/><link href="https://x.example/kane"/>
<summary>Fit</summary><published>2026-11-20T09:00:00Z</published></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item><title>Old</title><link>https://x.example/old</link>
<dc:date>2026-11-19T09:00:00+01:00</dc:date></item></rdf:RDF>"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><rss><channel><item><title>&lol2;</title>
<link>https://x.example/a</link></item></channel></rss>"""
XXE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&x;</title><link>https://x.example/a</link></item></channel></rss>"""


def feeds(answer: Answer) -> NewsFeeds:
    return NewsFeeds(httpx.Client(transport=httpx.MockTransport(answer)), lambda: NOW)


def read(answer: Answer, etag: str = "", last_modified: str = "") -> Told:
    return feeds(answer).read(BBC, etag, last_modified, deadline=NOW + timedelta(minutes=1))


def test_rss_atom_and_rdf_are_read() -> None:
    [saka, undated] = entries_of(RSS, "BBC")
    assert (saka.title, saka.url, saka.summary) == ("Saka &amp; co", "https://bbc.example/a", "<p>Out</p>")
    assert saka.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert undated.published_at is None
    [kane] = entries_of(ATOM, "BBC")
    assert (kane.title, kane.url, kane.summary) == ("Kane", "https://x.example/kane", "Fit")
    [old] = entries_of(RDF, "BBC")
    assert old.published_at == datetime(2026, 11, 19, 8, tzinfo=UTC)


@pytest.mark.case("N12")
@pytest.mark.parametrize("body", [LAUGHS, XXE], ids=["billion laughs", "external entity"])
def test_a_document_type_and_its_entities_are_refused(body: bytes) -> None:
    with pytest.raises(Unintelligible, match="DTDForbidden"):
        read(lambda request: httpx.Response(200, content=body))


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>no</body></html>",
        b"<rss><channel><item>",
        b'<?xml version="1.0" encoding="nonsense"?><rss/>',
        b"\xff\xfe\x00",
        b"{}",
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(Unintelligible):
        read(lambda request: httpx.Response(200, content=body))


def test_nesting_without_end_is_survived() -> None:
    assert entries_of(b"<rss>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</rss>", "BBC") == ()


def test_of_a_long_feed_the_first_entries_are_read() -> None:
    item = b"<item><title>t</title><link>https://x.example/a</link></item>"
    assert len(entries_of(b"<rss><channel>" + item * 500 + b"</channel></rss>", "BBC")) == MOST


def test_what_has_not_changed_is_not_sent_again() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == BBC.feed
        if request.headers.get("If-None-Match") == '"v1"' and request.headers.get("If-Modified-Since") == "then":
            return httpx.Response(304)
        return httpx.Response(200, content=RSS, headers={"ETag": '"v1"', "Last-Modified": "then"})

    first = read(answer)
    assert first.entries
    assert (first.etag, first.last_modified) == ('"v1"', "then")
    assert read(answer, first.etag, first.last_modified) == Told(None, '"v1"', "then")


def bomb() -> bytes:
    return gzip.compress(b"<rss>" + b" " * 50_000_000)


@pytest.mark.case("E19")
def test_a_bomb_and_an_endless_body_are_cut_at_the_limit() -> None:
    """Also once unpacked."""
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 100_000
            yield b" " * 100_000

    packed = bomb()
    assert len(packed) < 100_000
    with pytest.raises(Unintelligible, match="more than 2,000,000 bytes"):
        read(lambda request: httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Unintelligible, match="more than 2,000,000 bytes"):
        read(lambda request: httpx.Response(200, content=endless()))
    assert sent <= LARGEST + 200_000


@pytest.mark.case("E20", "E21")
@pytest.mark.parametrize(
    "location",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://10.0.0.1/feed",
        "http://feeds.bbci.co.uk/sport/football/rss.xml",
        "https://feeds.bbci.co.uk:8443/rss.xml",
        "https://evil.example/rss.xml",
        "https://feeds.bbci.co.uk.evil.example/rss.xml",
        "https://feeds.bbci.co.uk@evil.example/rss.xml",
        "file:///etc/passwd",
        "//evil.example/rss.xml",
        "",
        "https://[",
    ],
)
def test_a_redirect_is_followed_to_registered_hosts_under_https_alone(location: str) -> None:
    """Nor is TLS given up for it."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": location})

    with pytest.raises(Redirected):
        read(answer)
    assert asked == [BBC.feed]


@pytest.mark.case("E20")
def test_three_redirects_among_publishers_are_followed_and_a_fourth_is_not() -> None:
    asked: list[str] = []

    def after(redirects: int) -> Answer:
        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(str(request.url))
            if len(asked) <= redirects:
                return httpx.Response(301, headers={"Location": f"/hop/{len(asked)}"})
            return httpx.Response(200, content=RSS)

        return answer

    assert read(after(3)).entries
    assert asked[1:] == [f"https://feeds.bbci.co.uk/hop/{n}" for n in (1, 2, 3)]
    asked.clear()
    with pytest.raises(Redirected):
        read(after(4))
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimited), (404, Refused), (403, Refused), (500, Unavailable), (503, Unavailable)]
)
def test_a_refusal_is_told_in_our_words(status: int, error: type[UpstreamError]) -> None:
    with pytest.raises(error):
        read(lambda request: httpx.Response(status))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.bbc.co.uk/sport/football/a?at_medium=RSS&at_campaign=KARANGA",
        "https://WWW.bbc.co.uk/sport/football/a/#top",
        "https://www.bbc.co.uk:443/sport/football/a?utm_source=x&fbclid=1&ref=y",
        "https://www.bbc.co.uk/sport/football/a",
    ],
)
def test_one_page_has_one_address_whoever_links_to_it(url: str) -> None:
    assert canonical(url) == "https://www.bbc.co.uk/sport/football/a"
    assert article_id_of(canonical(url)) == article_id_of("https://www.bbc.co.uk/sport/football/a")


def test_parameters_that_name_the_page_stay_in_one_order() -> None:
    assert canonical("https://x.example/a?b=2&a=1&utm_medium=z") == "https://x.example/a?a=1&b=2"
    assert article_id_of("https://x.example/a") != article_id_of("https://x.example/b")


@pytest.mark.case("H11", "N7")
@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://localhost/a",
        "https://user@x.example/a",
        "https://x.example:8443/a",
        "https://x.example/a b",
        "https://x.example/\nSet-Cookie: a",
        "https://x.example/" + "a" * 2000,
        "https://x.example/é",
        "https://x.example:99999/a",
        "https://[/a",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        canonical(url)


@given(st.text(max_size=60))
def test_an_address_is_canonical_after_one_go_or_refused(rest: str) -> None:
    try:
        told = canonical(f"https://x.example/{rest}")
    except ValueError:
        return
    assert canonical(told) == told
