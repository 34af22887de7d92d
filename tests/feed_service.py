"""A fake server of the publishers' feeds, with failures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from xml.sax.saxutils import escape

from shared.football.outlets import OUTLETS


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    title: str
    link: str
    published_at: datetime | None
    description: str = ""


def rss(*items: Item) -> bytes:
    """An RSS 2.0 feed."""
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<description>{escape(item.description)}</description>"
        + (f"<pubDate>{format_datetime(item.published_at)}</pubDate>" if item.published_at else "")
        + "</item>"
        for item in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'.encode()


@dataclass
class FeedService:
    """All publishers at one address.

    Attributes:
        url: the address.
        bodies: the feed of each publisher; without an entry, an empty feed.
        statuses: error statuses by publisher.
        requests: publisher and If-None-Match of each request.
    """

    url: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict[str, bytes])
    statuses: dict[str, int] = field(default_factory=dict[str, int])
    requests: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])


@contextmanager
def serve() -> Iterator[FeedService]:
    """Serve until the block ends."""
    service = FeedService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            key, if_none_match = self.path.strip("/"), self.headers["If-None-Match"]
            service.requests.append((key, if_none_match))
            body = service.bodies.get(key, rss())
            etag = f'"{hash(body)}"'
            status = service.statuses.get(key, 404 if key not in OUTLETS else 304 if if_none_match == etag else 200)
            self.send_response(status)
            self.send_header("ETag", etag)
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            service.url = f"http://127.0.0.1:{server.server_port}"
            yield service
        finally:
            server.shutdown()
            thread.join()
