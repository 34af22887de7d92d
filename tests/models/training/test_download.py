from typing import Any

import httpx
import pytest

from local.asgi import answer
from local.http_server import serve
from models.training import download as module
from models.training.download import DIVISIONS, PAUSE, SERVICE, download


def service(asked: list[str], status: int = 200) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        missing = request.url.path.endswith("I2.csv")
        return httpx.Response(404 if missing else status, text="Div,Date\n")

    return httpx.Client(base_url=SERVICE, transport=httpx.MockTransport(answer))


def test_files_are_fetched_one_at_a_time_with_rests_between(tmp_path):
    asked: list[str] = []
    rests: list[float] = []
    done: list[None] = []
    download(tmp_path, [2022, 2023], service(asked), lambda: done.append(None), rests.append)
    assert asked[0] == f"{SERVICE}/mmz4281/2223/E0.csv"
    assert len(asked) == len(done) == 2 * len(DIVISIONS) == 20
    assert rests == [PAUSE] * 20
    assert (tmp_path / "mmz4281/2324/F2.csv").read_text() == "Div,Date\n"
    assert not (tmp_path / "mmz4281/2324/I2.csv").exists()


def test_what_is_there_is_not_fetched_again(tmp_path):
    asked: list[str] = []
    download(tmp_path, [2022], service([]), rest=lambda _: None)
    download(tmp_path, [2022], service(asked), rest=lambda _: None)
    assert asked == [f"{SERVICE}/mmz4281/2223/I2.csv"]


def test_a_broken_service_stops_it_and_leaves_nothing(tmp_path):
    with pytest.raises(httpx.HTTPStatusError, match="503"):
        download(tmp_path, [2022], service([], status=503), rest=lambda _: None)
    assert not list(tmp_path.rglob("*.csv"))


def test_the_command_mirrors_the_seasons_that_are_named(tmp_path, monkeypatch):
    async def told(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await answer(send, 200, scope["path"].encode())

    monkeypatch.setattr(module, "PAUSE", 0)
    with serve(told) as address:
        monkeypatch.setattr(module, "SERVICE", address)
        module.main([str(tmp_path), "2022", "2023"])
    assert (tmp_path / "mmz4281/2324/F2.csv").read_text() == "/mmz4281/2324/F2.csv"
    assert len(list(tmp_path.rglob("*.csv"))) == 2 * len(DIVISIONS)
