"""Fixtures of football-data.org beside those of the CSV service."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse

from local import fake_upstash, http_server
from shared.clients.sources.football_data_org import CALLS_PER_MINUTE
from shared.football.competition import COMPETITIONS
from shared.runtime.jobs import InvalidEvent
from tests.functions.sync_fixtures.sources import COMING, FRIDAY, HOUR, NOW, OFFERS, REPORTS, sync
from tests.running import Rows, environment, rows_of, run, select
from tests.season import Service, row

COVERED = {c.code for c in COMPETITIONS.values() if c.fixtures_api}
"""The competitions of football-data.org's free plan."""


class Org:
    """football-data.org as it stands: its matches, or nothing but errors."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def matches(self, *content: dict[str, Any], competitions: str = ",".join(COVERED)) -> None:
        """Serve these matches, in these competitions."""
        codes = {"competitions": competitions}
        self._service.put("v4/matches", json.dumps({"resultSet": codes, "matches": content}), NOW)

    def break_down(self) -> None:
        """Answer with a page."""
        self._service.put("v4/matches", "<html>", NOW)


@pytest.fixture
def org(bundle: Service, url: str) -> Iterator[Org]:
    """football-data.org beside the CSV service, with the Redis that its limit needs."""
    with (
        fake_upstash.serve() as (address, token),
        environment(
            DATABASE_URL=url,
            FOOTBALL_DATA_UK_URL=bundle.url,
            FOOTBALL_DATA_URL=f"{bundle.url}/v4",
            FOOTBALL_DATA_API_KEY="s3cr3t",
            UPSTASH_REDIS_REST_URL=address,
            UPSTASH_REDIS_REST_TOKEN=token,
        ),
    ):
        yield Org(bundle)


def a_match(match_id: int, kick_off: str, status: str = "TIMED", **changes: Any) -> dict[str, Any]:
    def team(team_id: int, name: str) -> dict[str, Any]:
        return {"id": team_id, "name": name, "shortName": name, "tla": "XXX", "crest": f"https://crests/{team_id}.png"}

    return {
        "competition": {"id": 2021, "name": "Premier League", "code": "PL"},
        "season": {"id": 1, "startDate": "2023-08-11", "endDate": "2024-05-19"},
        "id": match_id,
        "utcDate": kick_off,
        "status": status,
        "matchday": 35,
        "stage": "REGULAR_SEASON",
        "lastUpdated": "2024-04-26T00:00:00Z",
        "homeTeam": team(57, "Arsenal FC"),
        "awayTeam": team(61, "Chelsea FC"),
        "score": {
            "duration": "REGULAR",
            "fullTime": {"home": None, "away": None},
            "halfTime": {"home": None, "away": None},
        },
        **changes,
    }


@pytest.mark.case("J12", "K1")
def test_fixtures_of_both_sources_are_merged_into_one_match(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, "2024-04-27T14:30:00Z"))
    bundle.fixtures(FRIDAY, COMING)
    report = sync()
    assert (report["matches"], report["offers"]) == (1, 1)
    assert select(url, "SELECT source, matchday, kick_off FROM matches") == [
        ("football_data_org", 35, datetime(2024, 4, 27, 14, 30, tzinfo=UTC))
    ]
    assert select(url, "SELECT source, external_id FROM external_ids ORDER BY source") == [
        ("football_data_org", "436001"),
        ("football_data_uk", "E0/2324/Arsenal/Chelsea"),
    ]
    assert {crest for (crest,) in select(url, "SELECT crest_url FROM teams")} == {
        "https://crests/57.png",
        "https://crests/61.png",
    }


@pytest.mark.case("E8")
def test_an_unknown_status_holds_the_match(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, "2024-04-27T14:00:00Z", "ABANDONED_BY_ALIENS"))
    bundle.fixtures(FRIDAY)
    sync()
    assert select(url, "SELECT status FROM matches") == [("unknown",)]
    assert ("match", "football_data_org:436001", "a status we do not know") in select(url, REPORTS)
    assert run("publish_predictions", NOW)["matches"] == 0


@pytest.mark.case("E4", "E3")
def test_a_competition_that_is_left_out_without_a_word_is_reported_and_the_rest_is_done(
    org: Org, bundle: Service, url: str
) -> None:
    """A restricted one is reported in the same way."""
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"), competitions=",".join(COVERED - {"CL"}))
    bundle.fixtures(FRIDAY)
    assert sync()["matches"] == 1
    alarm = "CL was left out of the answer, or has no match in these days"
    assert select(url, REPORTS) == [("football-data.org", "matches", alarm)]


@pytest.mark.case("J13")
def test_a_finished_match_that_begins_again_raises_an_alarm(org: Org, bundle: Service, url: str) -> None:
    over = {"duration": "REGULAR", "fullTime": {"home": 5, "away": 0}, "halfTime": {"home": 1, "away": 0}}
    org.matches(a_match(436001, "2024-04-26T14:00:00Z", "FINISHED", score=over))
    bundle.fixtures(FRIDAY)
    sync()
    org.matches(a_match(436001, "2024-04-26T14:00:00Z", "TIMED", lastUpdated="2024-04-26T20:00:00Z"))
    sync(NOW + HOUR)
    assert select(url, "SELECT status, home_goals FROM matches") == [("finished", 5)]
    assert ("match", "football_data_org:436001", "from finished to scheduled") in select(url, REPORTS)


@pytest.mark.case("E12")
def test_one_source_that_fails_does_not_undo_the_other(
    org: Org, bundle: Service, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    org.break_down()
    bundle.fixtures(FRIDAY, COMING)
    with pytest.raises(ExceptionGroup, match="1 parts failed, the others are done"):
        sync()
    assert len(rows_of(url)["offers"]) == 1
    assert rows_of(url)["jobs"] == []
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"))
    bundle.put("fixtures.csv", "<html>", FRIDAY)
    with pytest.raises(ExceptionGroup):
        sync(NOW + HOUR)
    assert select(url, "SELECT source FROM matches") == [("football_data_org",)]
    captured = capsys.readouterr()
    assert "s3cr3t" not in captured.out + captured.err


def test_duplicates_within_one_response_are_one_row(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"), a_match(436001, "2024-04-27T14:00:00Z"))
    bundle.fixtures(FRIDAY, COMING, COMING)
    sync()
    rows: Rows = rows_of(url)
    assert (len(rows["matches"]), len(rows["offers"]), len(rows["payloads"])) == (1, 1, 2)


@pytest.mark.case("J12", "K5")
def test_a_match_of_an_unmatched_club_is_cancelled_once_another_source_identifies_it(
    org: Org, bundle: Service, url: str
) -> None:
    """The CSV service was first, under a name that is like none; then football-data.org sent the same match."""
    bundle.fixtures(FRIDAY, row("Arsenal", "The Pensioners", "27/04/2024 15:00"))
    org.matches()
    sync()
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"))
    sync(NOW + HOUR)
    assert select(url, "SELECT matched, status FROM matches JOIN teams ON team_id = away_team_id ORDER BY matched") == [
        (False, "cancelled"),
        (True, "scheduled"),
    ]
    assert {match for match, _ in select(url, OFFERS)} == {
        match for (match,) in select(url, "SELECT match_id FROM matches WHERE status = 'scheduled'")
    }


@pytest.fixture
def requested_urls(url: str) -> Iterator[list[str]]:
    """The requested URLs of both services, which return empty data."""
    addresses: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            addresses.append(f"{scope['path']}?{scope['query_string'].decode()}")
            has_matches = scope["path"] == "/v4/matches"
            content = {"resultSet": {"competitions": ",".join(COVERED)}, "matches": []}
            await JSONResponse(content, 200 if has_matches else 404)(scope, receive, send)

    with (
        fake_upstash.serve() as (redis, token),
        http_server.serve(app) as address,
        environment(
            DATABASE_URL=url,
            FOOTBALL_DATA_UK_URL=address,
            FOOTBALL_DATA_URL=f"{address}/v4",
            FOOTBALL_DATA_API_KEY="s3cr3t",
            UPSTASH_REDIS_REST_URL=redis,
            UPSTASH_REDIS_REST_TOKEN=token,
        ),
    ):
        yield addresses


@pytest.mark.parametrize(
    ("event", "matches", "tables"),
    [
        ({}, True, True),
        ({"standings": False}, True, False),
        ({"matches": False}, False, True),
        ({"matches": False, "standings": False}, False, False),
    ],
)
def test_a_run_may_be_limited_to_one_part(
    requested_urls: list[str], event: dict[str, Any], matches: bool, tables: bool
) -> None:
    assert run("sync_fixtures", NOW, event)["status"] == "done"
    assert any(address.startswith("/v4/matches?") for address in requested_urls) is matches
    assert any(address.startswith("/fixtures.csv") for address in requested_urls) is matches
    assert len([address for address in requested_urls if "/standings" in address]) == (8 if tables else 0)
    assert len([address for address in requested_urls if address.startswith("/v4")]) <= CALLS_PER_MINUTE


@pytest.mark.parametrize(
    ("days", "end"), [(1, "2024-04-29"), (7, "2024-05-05"), (14, "2024-05-12"), (None, "2024-05-12")]
)
def test_the_number_of_days_may_be_set_by_the_event(requested_urls: list[str], days: int | None, end: str) -> None:
    run("sync_fixtures", NOW, {} if days is None else {"days": days})
    spans = [
        re.findall(r"date(?:From|To)=([\d-]+)", address) for address in requested_urls if "/v4/matches?" in address
    ]
    assert (min(spans)[0], max(spans)[1]) == ("2024-04-24", end), "dateTo is exclusive"


@pytest.mark.parametrize("days", [0, 15, -1, "7", 7.5, None])
def test_an_invalid_number_of_days_raises_an_error_with_the_range(requested_urls: list[str], days: object) -> None:
    with pytest.raises(InvalidEvent, match="from 1 to 14"):
        run("sync_fixtures", NOW, {"days": days})
    assert requested_urls == []


STORED = "SELECT source, hour, kick_off FROM matches"
BY_DAY = "2024-04-27T00:00:00Z"
"""football-data.org's update, SCHEDULED, while it knows the day alone."""
LAST_MINUTE = datetime(2024, 4, 27, 21, 59, tzinfo=UTC)


def test_a_match_of_which_the_day_alone_is_known_has_no_hour(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, BY_DAY, "SCHEDULED"))
    bundle.fixtures(FRIDAY)
    sync()
    assert select(url, STORED) == [("football_data_org", "unknown", LAST_MINUTE)]


def test_the_hour_of_the_csv_service_counts_until_the_greater_source_has_one(
    org: Org, bundle: Service, url: str
) -> None:
    org.matches(a_match(436001, BY_DAY, "SCHEDULED"))
    bundle.fixtures(FRIDAY, COMING)
    assert sync()["offers"] == 1
    assert select(url, REPORTS) == []
    borrowed = [("football_data_org", "borrowed", datetime(2024, 4, 27, 14, tzinfo=UTC))]
    assert select(url, STORED) == borrowed
    before = rows_of(url, "jobs")
    sync(NOW + HOUR)
    assert rows_of(url, "jobs") == before, "the day alone does not reset the hour of another source"
    bundle.fixtures(FRIDAY + HOUR, {**COMING, "Time": "17:30"})
    sync(NOW + 2 * HOUR)
    assert select(url, STORED) == [("football_data_org", "borrowed", datetime(2024, 4, 27, 16, 30, tzinfo=UTC))]
    org.matches(a_match(436001, "2024-04-27T18:00:00Z", "TIMED", lastUpdated="2024-04-27T01:00:00Z"))
    sync(NOW + 3 * HOUR)
    assert select(url, STORED) == [("football_data_org", "known", datetime(2024, 4, 27, 18, tzinfo=UTC))]


@pytest.mark.parametrize(("day", "joined"), [(25, 0), (26, 1), (27, 1), (28, 1), (29, 0)])
def test_prices_join_a_day_without_an_hour_by_the_day(
    org: Org, bundle: Service, url: str, day: int, joined: int
) -> None:
    org.matches(a_match(436001, f"2024-04-{day}T00:00:00Z", "SCHEDULED"))
    bundle.fixtures(FRIDAY, COMING)
    assert sync()["offers"] == joined
    ((_, hour, _),) = select(url, STORED)
    assert hour == ("borrowed" if day == 27 else "unknown"), "an hour of another day is no hour of this one"


def test_an_update_with_the_day_alone_resets_the_hour_of_the_same_source(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"))
    bundle.fixtures(FRIDAY)
    sync()
    org.matches(a_match(436001, BY_DAY, "SCHEDULED", lastUpdated="2024-04-27T01:00:00Z"))
    sync(NOW + HOUR)
    assert select(url, STORED) == [("football_data_org", "unknown", LAST_MINUTE)]


def test_a_match_that_is_moved_to_a_day_without_an_hour_has_none(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, BY_DAY, "SCHEDULED"))
    bundle.fixtures(FRIDAY, COMING)
    sync()
    org.matches(a_match(436001, "2024-05-04T00:00:00Z", "SCHEDULED", lastUpdated="2024-04-27T01:00:00Z"))
    sync(NOW + HOUR)
    assert select(url, STORED) == [("football_data_org", "unknown", datetime(2024, 5, 4, 21, 59, tzinfo=UTC))]
