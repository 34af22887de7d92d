"""Feeds at the wire: RSS and Atom, what is refused, and where we do not go."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clients.errors import InvalidResponse, RateLimited, Redirected, Rejected, Unavailable, UpstreamError
from shared.clients.sources.news_feeds import MAX_ENTRIES, MAX_FEED_BYTES, FeedResponse, NewsFeeds, parse_entries
from shared.clients.sources.url_canonicalization import article_id, canonicalize
from shared.football.outlets import OUTLETS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BBC = OUTLETS["bbc_sport"]
Respond = Callable[[httpx.Request], httpx.Response]

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


def feeds(respond: Respond) -> NewsFeeds:
    return NewsFeeds(httpx.Client(transport=httpx.MockTransport(respond)), lambda: NOW)


def read(respond: Respond, etag: str = "", last_modified: str = "") -> FeedResponse:
    return feeds(respond).fetch(BBC, etag, last_modified, deadline=NOW + timedelta(minutes=1))


def test_rss_atom_and_rdf_are_read() -> None:
    [saka, undated], lost = parse_entries(RSS, "BBC")
    assert lost == 2, "one without a title, one without an address"
    assert (saka.title, saka.url, saka.summary) == ("Saka &amp; co", "https://bbc.example/a", "<p>Out</p>")
    assert saka.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert undated.published_at is None
    [kane], _ = parse_entries(ATOM, "BBC")
    assert (kane.title, kane.url, kane.summary) == ("Kane", "https://x.example/kane", "Fit")
    [old], _ = parse_entries(RDF, "BBC")
    assert old.published_at == datetime(2026, 11, 19, 8, tzinfo=UTC)


GOOD = b"<item><title>Good</title><link>https://x.example/good</link></item>"


def feed(*items: bytes, declaration: bytes = b'<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """A feed as publishers send it."""
    root = (
        b'<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    )
    return declaration + root + b"<channel><title>Feed</title>" + b"".join(items) + b"</channel></rss>"


def titled(title: bytes) -> bytes:
    return b"<item><title>" + title + b"</title><link>https://x.example/a</link></item>"


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    ("title", "read"),
    [
        (b"Saka&nbsp;out", "Saka\xa0out"),
        (b"Mbapp&eacute; out", "Mbappé out"),
        (b"Brighton & Hove", "Brighton & Hove"),
        (b"Arsenal 2 < 3 Spurs", "Arsenal 2 < 3 Spurs"),
        (b"Saka\x0b out\x00", "Saka out"),
        (b"Mbapp\xe9 out", "Mbappé out"),
        ("Mbappé out".encode(), "Mbappé out"),
        (b"<![CDATA[A & B <!DOCTYPE x>]]>", "A & B <!DOCTYPE x>"),
        (b"<b>Saka</b> out", "<b>Saka</b> out"),
    ],
)
def test_one_bad_character_loses_no_entry(title: bytes, read: str) -> None:
    [bad, good], lost = parse_entries(feed(titled(title), GOOD), "BBC")
    assert (bad.title, bad.url, good.title, lost) == (read, "https://x.example/a", "Good", 0)


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "item",
    [
        titled(b"&#xD83D;&#xDE00;"),  # half of a character, twice
        titled(b"&#x110000;"),  # more than there are
        titled(b"x" * 20_000),
        titled(b"A").replace(b"</link>", b"<link>").replace(b"</title>", b""),
        b"<item><title>A</title><link></link></item>",
    ],
    ids=["surrogates", "no code point", "too long", "never closed", "no address"],
)
def test_an_entry_that_cannot_be_read_is_the_only_one_lost(item: bytes) -> None:
    [good], lost = parse_entries(feed(GOOD, item), "BBC")
    assert (good.title, lost) == ("Good", 1)
    assert parse_entries(feed(item, GOOD), "BBC") == ((good,), 1)


@pytest.mark.case("E5")
@pytest.mark.parametrize("cut", [b"https://x.example/a", b"</link>", b"</link></item"])
def test_of_a_feed_that_was_cut_the_last_entry_is_lost_unless_it_is_whole(cut: bytes) -> None:
    """Half an address is another address."""
    whole = feed(GOOD, b"<item><title>A</title><link>https://x.example/abc</link></item>")
    end = whole.rindex(cut) + len(cut)
    entries, lost = parse_entries(whole[:end], "BBC")
    assert [entry.url for entry in entries][:1] == ["https://x.example/good"]
    assert (len(entries), lost) == ((2, 0) if cut.endswith(b"item") else (1, 1))


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "before", [b"\n", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\x00\n", b"<!-- made by <x> -->"]
)
def test_bytes_before_the_xml_declaration_lose_no_entry(before: bytes) -> None:
    entries, lost = parse_entries(before + feed(titled("Mbappé".encode()), GOOD), "BBC")
    assert ([entry.title for entry in entries], lost) == (["Mbappé", "Good"], 0)


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        (b"", "utf-8"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>", "latin-1"),
        (b'<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
        (b'<?xml version="1.0" encoding="us-ascii"?>', "utf-8"),
        (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', "latin-1"),  # the declared encoding is wrong
        (b'<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
    ],
)
def test_accents_are_read_in_each_encoding_that_publishers_use(declaration: bytes, encoding: str) -> None:
    body = feed(titled("L\u2019été à Besançon".replace("\u2019", "'").encode()), declaration=declaration)
    [entry], _ = parse_entries(body.decode().encode(encoding), "BBC")
    assert entry.title == "L'été à Besançon"


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        (b"<pubDate>Fri, 20 Nov 2026 10:00:00 +01:00</pubDate>", 9),
        (b"<pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate>", 9),
        (b"<pubDate>Fri, 20 Nov 2026 10:00:00 CET</pubDate>", 9),
        (b"<pubDate>Fri, 17 Jul 2026 10:00:00 CEST</pubDate>", 8),
        (b"<pubDate>Fri, 17 Jul 2026 10:00:00 BST</pubDate>", 9),
        (b"<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>", 10),
        (b"<pubDate>Fri, 20 Nov 2026 10:00:00 Z</pubDate>", 10),
        (b"<pubDate>20 Nov 2026 10:00 -0500</pubDate>", 15),
        (b"<pubDate>2026-11-20T10:00:00+01:00</pubDate>", 9),
        (b"<dc:date>2026-11-20T10:00:00.123+01:00</dc:date>", 9),
        (b"<pubDate>soon</pubDate><dc:date>2026-11-20T10:00:00Z</dc:date>", 10),
        (b"<pubDate>soon</pubDate>", None),
        (b"<pubDate>Fri, 99 Nov 2026 10:00:00 CET</pubDate>", None),
        (b"<pubDate></pubDate>", None),
    ],
)
def test_a_date_is_read_in_each_way_that_publishers_write_zones(date: bytes, hour: int | None) -> None:
    [entry], _ = parse_entries(feed(GOOD.replace(b"</item>", date + b"</item>")), "BBC")
    assert (entry.published_at and entry.published_at.astimezone(UTC).hour) == hour


@pytest.mark.parametrize(
    ("inside", "title", "url"),
    [
        (b"<title>A</title><guid>https://x.example/g</guid>", "A", "https://x.example/g"),
        (b'<title>A</title><guid isPermaLink="true">https://x.example/g</guid>', "A", "https://x.example/g"),
        (
            b"<title>A</title><guid>https://x.example/g</guid><link>https://x.example/a</link>",
            "A",
            "https://x.example/a",
        ),
        (b"<media:title>M</media:title><title>A</title><link>https://x.example/a</link>", "A", "https://x.example/a"),
        (
            b"<media:content><media:title>M</media:title></media:content><title>A</title><link>https://x.example/a</link>",
            "A",
            "https://x.example/a",
        ),
        (b"<title>A</title><media:title>M</media:title><link>https://x.example/a</link>", "A", "https://x.example/a"),
        (b"<title>A</title><link>https://x.example/a?b=1&amp;c=2</link>", "A", "https://x.example/a?b=1&c=2"),
        (b"<title>A</title><link>https://x.example/a?b=1&c=2</link>", "A", "https://x.example/a?b=1&c=2"),
        (b"<odd:x>1</odd:x><title>A</title><link>https://x.example/a</link>", "A", "https://x.example/a"),
    ],
)
def test_title_and_address_are_found_where_publishers_put_them(inside: bytes, title: str, url: str) -> None:
    [entry], lost = parse_entries(feed(b"<item>" + inside + b"</item>"), "BBC")
    assert (entry.title, entry.url, lost) == (title, url, 0)


def test_a_guid_that_is_no_permalink_is_no_address() -> None:
    with pytest.raises(InvalidResponse, match="none can be read"):
        parse_entries(feed(b'<item><title>A</title><guid isPermaLink="false">tag:1</guid></item>'), "BBC")


@pytest.mark.case("E19")
@pytest.mark.parametrize("markup", [b"<a>", b"<", b"&", b"<title>", b"<item>", b"<entry ", b"<!--", b"<![CDATA["])
def test_two_megabytes_of_hostile_markup_are_cut_into_short_entries(markup: bytes) -> None:
    """feedparser alone would take an hour; the job's deadline is never reached here."""
    hostile = b"<item>" + markup * (1_000_000 // len(markup)) + b"</item>"
    [good], lost = parse_entries(feed(GOOD, hostile), "BBC")
    assert good.title == "Good"
    assert lost <= MAX_ENTRIES


@pytest.mark.case("N12")
@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        XXE,
        b"\n \n" + XXE,
        b"<!-- a <comment> before it -->" + XXE.removeprefix(b'<?xml version="1.0"?>'),
        XXE.decode().encode("utf-16"),
        XXE.replace(b"DOCTYPE", b"doctype"),
        XXE.replace(b"<!DOC", b"<!\x0bDOC"),
    ],
    ids=["billion laughs", "external entity", "blank lines", "comment", "UTF-16", "small letters", "control character"],
)
def test_a_document_type_and_its_entities_are_rejected(body: bytes) -> None:
    with pytest.raises(InvalidResponse, match="document type"):
        read(lambda request: httpx.Response(200, content=body))


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>no</body></html>",
        b"<rss><channel><item>",
        b'<?xml version="1.0" encoding="nonsense"?><rss/>',
        b'<?xml version="1.0" encoding="utf-7"?>+ADw-rss+AD4-',
        b"<rss><channel><item><title>A</title><link>https://x.example/half",
        b"\xff\xfe\x00",
        b"{}",
    ],
)
def test_an_invalid_feed_raises_invalid_response(body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        read(lambda request: httpx.Response(200, content=body))


def test_nesting_without_end_is_survived() -> None:
    assert parse_entries(b"<rss>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</rss>", "BBC") == ((), 0)


def test_of_a_long_feed_the_first_entries_are_read() -> None:
    item = b"<item><title>t</title><link>https://x.example/a</link></item>"
    entries, lost = parse_entries(b"<rss><channel>" + item * 500 + b"</channel></rss>", "BBC")
    assert (len(entries), lost) == (MAX_ENTRIES, 0)


def test_an_unchanged_resource_is_revalidated_by_a_304() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == BBC.feed
        if request.headers.get("If-None-Match") == '"v1"' and request.headers.get("If-Modified-Since") == "then":
            return httpx.Response(304)
        return httpx.Response(200, content=RSS, headers={"ETag": '"v1"', "Last-Modified": "then"})

    first = read(respond)
    assert first.entries
    assert (first.etag, first.last_modified) == ('"v1"', "then")
    assert read(respond, first.etag, first.last_modified) == FeedResponse(None, '"v1"', "then")


def bomb() -> bytes:
    return gzip.compress(b"<rss>" + b" " * 50_000_000)


@pytest.mark.case("E19")
def test_a_gzip_bomb_and_an_endless_body_are_rejected_at_the_limit() -> None:
    """Also once unpacked."""
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 100_000
            yield b" " * 100_000

    packed = bomb()
    assert len(packed) < 100_000
    with pytest.raises(InvalidResponse, match="more than 2,000,000 bytes"):
        read(lambda request: httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(InvalidResponse, match="more than 2,000,000 bytes"):
        read(lambda request: httpx.Response(200, content=endless()))
    assert sent <= MAX_FEED_BYTES + 200_000


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
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        return httpx.Response(302, headers={"Location": location})

    with pytest.raises(Redirected):
        read(respond)
    assert requests == [BBC.feed]


@pytest.mark.case("E20")
def test_three_redirects_among_publishers_are_followed_and_a_fourth_is_not() -> None:
    requests: list[str] = []

    def after(redirects: int) -> Respond:
        def respond(request: httpx.Request) -> httpx.Response:
            requests.append(str(request.url))
            if len(requests) <= redirects:
                return httpx.Response(301, headers={"Location": f"/hop/{len(requests)}"})
            return httpx.Response(200, content=RSS)

        return respond

    assert read(after(3)).entries
    assert requests[1:] == [f"https://feeds.bbci.co.uk/hop/{n}" for n in (1, 2, 3)]
    requests.clear()
    with pytest.raises(Redirected):
        read(after(4))
    assert len(requests) == 4


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimited), (404, Rejected), (403, Rejected), (500, Unavailable), (503, Unavailable)]
)
def test_each_error_status_raises_our_error(status: int, error: type[UpstreamError]) -> None:
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
def test_tracking_parameters_are_stripped_from_canonical_urls(url: str) -> None:
    assert canonicalize(url) == "https://www.bbc.co.uk/sport/football/a"
    assert article_id(canonicalize(url)) == article_id("https://www.bbc.co.uk/sport/football/a")


def test_parameters_that_name_the_page_stay_in_one_order() -> None:
    assert canonicalize("https://x.example/a?b=2&a=1&utm_medium=z") == "https://x.example/a?a=1&b=2"
    assert article_id("https://x.example/a") != article_id("https://x.example/b")


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
def test_an_invalid_article_url_raises_value_error(url: str) -> None:
    with pytest.raises(ValueError):
        canonicalize(url)


@given(st.text(max_size=60))
def test_canonicalization_is_idempotent_or_rejects(rest: str) -> None:
    try:
        address = canonicalize(f"https://x.example/{rest}")
    except ValueError:
        return
    assert canonicalize(address) == address
