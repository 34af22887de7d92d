"""Which source is chosen, and when to live."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from local import http_server, sources
from local.errors import LocalError
from local.sources import choose, choose_instant
from tests.running import environment, run, select

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADER = "Div,Date,Time,HomeTeam,AwayTeam\n"
FIXTURES = HEADER + "E0,22/11/2026,16:30,Arsenal,Chelsea\n"


def mirror(folder: Path, *days: str, season: str = "2324", division: str = "E0") -> Path:
    file = folder / "mmz4281" / season / f"{division}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + "".join(f"{division},{day},15:00,A,B\n" for day in days))
    return folder


def no(address: str) -> bool:
    return False


def yes(address: str) -> bool:
    return True


def test_a_configured_source_takes_precedence(tmp_path: Path) -> None:
    variables = {"FOOTBALL_DATA_UK_URL": "https://mirror.example"}
    source = choose(variables, tmp_path, NOW, mirror(tmp_path / "m"), yes)
    assert (source.url, source.demo, source.clock) == ("https://mirror.example", False, None)
    variables = {"FOOTBALL_DATA_UK_URL": str(mirror(tmp_path / "other", "22/11/2026"))}
    assert choose(variables, tmp_path, NOW, tmp_path / "m", yes).url == str(tmp_path / "other")


def test_the_fallback_order_is_live_service_mirror_demonstration(tmp_path: Path) -> None:
    beside = mirror(tmp_path / "m", "18/05/2024", "19/05/2024")
    assert choose({}, tmp_path, NOW, beside, yes).directory == "live"
    assert choose({}, tmp_path, NOW, beside, no).url == str(beside)
    source = choose({}, tmp_path, NOW, tmp_path / "nothing", no)
    assert (source.demo, source.directory, source.clock) == (True, "demo", None)
    assert "invented" in source.message
    assert Path(source.url, "mmz4281/2627/DEMO.csv").exists()
    variables = {"DEMO": "true", "FOOTBALL_DATA_UK_URL": "https://mirror.example"}
    assert choose(variables, tmp_path, NOW, beside, yes) == source


def test_out_of_season_the_demonstration_league_lives_in_the_one_before(tmp_path: Path) -> None:
    source = choose({}, tmp_path, datetime(2027, 7, 15, tzinfo=UTC), tmp_path / "nothing", no)
    assert source.clock is not None
    assert datetime(2027, 1, 1, tzinfo=UTC) < source.clock < datetime(2027, 3, 15, tzinfo=UTC)


def test_each_source_and_clock_has_its_own_directory(tmp_path: Path) -> None:
    a, b = mirror(tmp_path / "a", "22/11/2026"), mirror(tmp_path / "b", "22/11/2026")
    chosen = [
        choose({"FOOTBALL_DATA_UK_URL": str(url), "CLOCK": clock}, tmp_path, NOW, tmp_path, yes).directory
        for url in (a, b, "https://mirror.example", "")
        for clock in ("", "2024-04-27T08:00:00Z", "2024-04-27T09:00:00+00:00")
    ]
    assert len(set(chosen)) == len(chosen)


def test_a_configured_clock_is_used(tmp_path: Path) -> None:
    variables = {"CLOCK": "2024-04-27T10:00:00+02:00"}
    source = choose(variables, tmp_path, NOW, mirror(tmp_path, "18/05/2024"), no)
    assert source.clock == datetime(2024, 4, 27, 8, tzinfo=UTC)


def test_a_mirror_of_the_past_is_lived_in_when_its_last_season_had_matches_coming(tmp_path: Path) -> None:
    season = [datetime(2023, 8, 12, 15, tzinfo=UTC) + timedelta(days=7 * week) for week in range(41)]  # to 18 May
    kick_offs = [day for day in season for _ in range(30 if day < datetime(2024, 4, 25, tzinfo=UTC) else 10)]
    assert choose_instant(kick_offs, NOW) == datetime(2024, 4, 20, 8, tzinfo=UTC)
    assert choose_instant(season, NOW) == datetime(2024, 4, 27, 8, tzinfo=UTC), "no Saturday is lively: any will do"
    assert choose_instant([*kick_offs, NOW + timedelta(days=2)], NOW) is None
    assert choose_instant([], NOW) is None
    source = choose({}, tmp_path, NOW, mirror(tmp_path, *(f"{day:%d/%m/%Y}" for day in kick_offs)), no)
    assert source.clock == datetime(2024, 4, 20, 8, tzinfo=UTC)
    assert "Saturday 20 April 2024, 08:00 UTC" in source.message


def test_kick_offs_are_those_of_forecast_divisions_in_utc(tmp_path: Path) -> None:
    mirror(tmp_path, "05/08/05", season="0506")
    mirror(tmp_path, "01/05/1999", season="9899")
    mirror(tmp_path, "11/08/2023", "nonsense", season="2324")
    mirror(tmp_path, "12/01/2024", season="2324", division="F1")
    mirror(tmp_path, "13/01/2024", season="2324", division="SC0")
    assert sorted(sources.kick_offs(tmp_path)) == [
        datetime(2005, 8, 5, 14, tzinfo=UTC),
        datetime(2023, 8, 11, 14, tzinfo=UTC),
        datetime(2024, 1, 12, 15, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"CLOCK": "yesterday"}, "CLOCK must be an instant"),
        ({"CLOCK": "2024-04-27T08:00:00"}, "CLOCK must be an instant with a zone"),
        ({"FOOTBALL_DATA_UK_URL": "/no/such/place"}, "neither an address nor a directory"),
    ],
)
def test_invalid_settings_are_rejected(variables: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=message):
        choose(variables, tmp_path, NOW, tmp_path, yes)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [(200, b"\xef\xbb\xbfDiv,Date,Time,HomeTeam,AwayTeam", True), (200, b"<html>sign in", False), (404, b"", False)],
)
def test_the_service_is_available_only_with_a_valid_csv_response(status: int, body: bytes, expected: bool) -> None:
    async def service(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        if scope["type"] == "http":
            await Response(body, status)(scope, receive, send)

    with http_server.serve(service) as address:
        assert sources.is_service_available(address) is expected


def redirecting(location: str) -> Callable[..., Awaitable[None]]:
    """A service whose files lie under /moved, and which redirects from elsewhere to a location and the file's path."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/moved/"):
            content = FIXTURES if scope["path"] == "/moved/fixtures.csv" else HEADER
            await Response(content)(scope, receive, send)
        else:
            headers = [(b"location", f"{location}{scope['path']}".encode())]
            await send({"type": "http.response.start", "status": 302, "headers": headers})
            await send({"type": "http.response.body", "body": b""})

    return app


def test_a_live_service_that_redirects_within_itself_ends_in_real_matches(tmp_path: Path, url: str) -> None:
    """The start probes and the functions read with one client, so that both get the same responses."""
    with http_server.serve(redirecting("/moved")) as address:
        source = choose({}, tmp_path, NOW, tmp_path / "nothing", live=address)
        assert (source.directory, source.url) == ("live", address)
        with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=source.url):
            assert run("sync_fixtures", NOW)["fixtures"] == 1
    assert select(url, "SELECT external_id FROM external_ids") == [("E0/2627/Arsenal/Chelsea",)]


@pytest.mark.parametrize("location", ["http://127.0.0.1:9", "https://elsewhere.example", "http://169.254.169.254"])
def test_a_live_service_that_redirects_to_nowhere_ends_in_the_demonstration_league(
    location: str, tmp_path: Path
) -> None:
    with http_server.serve(redirecting(location)) as address:
        assert choose({}, tmp_path, NOW, tmp_path / "nothing", live=address).demo


def test_a_service_that_is_away_does_not_answer(tmp_path: Path) -> None:
    port = http_server.free_port()
    assert sources.is_service_available(f"http://127.0.0.1:{port}") is False
    assert choose({}, tmp_path, NOW, tmp_path / "nothing", live=f"http://127.0.0.1:{port}").demo


def test_the_live_services_url_is_its_bare_domain() -> None:
    assert sources.LIVE == "https://football-data.co.uk"
