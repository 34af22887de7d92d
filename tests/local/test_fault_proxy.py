from pathlib import Path

import httpx
import psycopg
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.fault_proxy import fault_proxies
from local.http_server import serve


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await Response(b"hello", 200)(scope, receive, send)


def test_a_request_passes_until_the_wire_is_cut_and_again_once_it_is_mended(tmp_path: Path) -> None:
    with fault_proxies() as make, serve(hello) as address, httpx.Client() as client:
        wire = make(f"{address}/path", tmp_path)
        assert wire.url != f"{address}/path"
        assert wire.url.endswith("/path")
        for _ in range(2):
            assert client.get(wire.url).text == "hello"
            wire.cut()
            for _ in range(3):
                with pytest.raises(httpx.TransportError):
                    client.get(wire.url)
            wire.restore()


def test_a_transaction_that_is_under_way_ends_with_the_wire(url: str, tmp_path: Path) -> None:
    with fault_proxies() as make:
        wire = make(url, tmp_path / "socket")
        with psycopg.connect(wire.url) as db:
            db.execute("CREATE TABLE kept (number int)")
            wire.cut()
            with pytest.raises(psycopg.OperationalError):
                db.execute("INSERT INTO kept VALUES (1)")
        wire.restore()
        with psycopg.connect(wire.url) as db:
            assert db.execute("SELECT to_regclass('kept')").fetchone() == (None,)
