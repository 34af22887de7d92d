from typing import Any

import httpx
import pytest
from starlette.responses import Response

from local.http_server import serve
from models.training import download as module
from models.training.download import DIVISIONS, PAUSE, SERVICE, download
from shared.clients.errors import Unavailable
from shared.clients.sources.football_data_uk import FootballDataUk
from shared.runtime import clock


def service(requests: list[str], status: int = 200, missing: int = 404) -> FootballDataUk:
    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        is_missing = request.url.path.endswith("I2.csv")
        return httpx.Response(missing if is_missing else status, text="Div,Date\n")

    return FootballDataUk(SERVICE, httpx.Client(transport=httpx.MockTransport(respond)), clock.now)


def test_files_are_fetched_one_at_a_time_with_rests_between(tmp_path):
    requests: list[str] = []
    rests: list[float] = []
    done: list[None] = []
    download(tmp_path, [2022, 2023], service(requests), lambda: done.append(None), rests.append)
    assert requests[0] == f"{SERVICE}/mmz4281/2223/E0.csv"
    assert len(requests) == len(done) == 2 * len(DIVISIONS) == 26
    assert rests == [PAUSE] * 26
    assert (tmp_path / "mmz4281/2324/F2.csv").read_text() == "Div,Date\n"
    assert not (tmp_path / "mmz4281/2324/I2.csv").exists()


def test_downloaded_files_are_not_downloaded_again(tmp_path):
    requests: list[str] = []
    download(tmp_path, [2022], service([]), pause=lambda _: None)
    download(tmp_path, [2022], service(requests), pause=lambda _: None)
    assert requests == [f"{SERVICE}/mmz4281/2223/I2.csv"]


def test_a_broken_service_stops_it_and_leaves_nothing(tmp_path):
    with pytest.raises(Unavailable, match="503"):
        download(tmp_path, [2022], service([], status=503), pause=lambda _: None)
    assert not list(tmp_path.rglob("*.csv"))


def test_a_file_that_is_not_published_yet_is_left_out(tmp_path):
    download(tmp_path, [2022], service([], missing=300), pause=lambda _: None)
    assert not (tmp_path / "mmz4281/2223/I2.csv").exists()
    assert (tmp_path / "mmz4281/2223/I1.csv").exists()


def test_a_redirect_to_the_services_bare_domain_is_followed(tmp_path):
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.host.startswith("www."):
            return httpx.Response(302, headers={"Location": f"https://football-data.co.uk{request.url.path}"})
        return httpx.Response(200, text=f"{request.url.host}\n")

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        service = FootballDataUk("https://www.football-data.co.uk", http, clock.now)
        download(tmp_path, [2022], service, pause=lambda _: None)
    assert (tmp_path / "mmz4281/2223/E0.csv").read_text() == "football-data.co.uk\n"


def test_the_command_mirrors_the_seasons_that_are_named(tmp_path, monkeypatch):
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await Response(scope["path"].encode(), 200)(scope, receive, send)

    monkeypatch.setattr(module, "PAUSE", 0)
    with serve(app) as address:
        monkeypatch.setattr(module, "SERVICE", address)
        module.main([str(tmp_path), "2022", "2023"])
    assert (tmp_path / "mmz4281/2324/F2.csv").read_text() == "/mmz4281/2324/F2.csv"
    assert len(list(tmp_path.rglob("*.csv"))) == 2 * len(DIVISIONS)
