"""football-data.org: matches, results and tables as parsed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.clients.errors import InvalidResponse
from shared.clients.sources.football_data_org_parser import MatchFeed
from shared.football.match import Hour, MatchUpdate, Score, Status
from shared.football.team import Source
from shared.football.teams import find
from tests.clients.sources.football_data_org.responses import ARSENAL, DAY, TOTTENHAM, Build, a_list, a_match, a_team

NO_TEAM = {"id": None, "name": None, "shortName": None, "tla": None, "crest": None}


def goals(home: int | None, away: int | None) -> dict[str, int | None]:
    return {"home": home, "away": away}


def a_result(**score: Any) -> dict[str, Any]:
    return a_match(status="FINISHED", score={"winner": None, "duration": "REGULAR", "halfTime": goals(0, 0), **score})


@pytest.fixture
def read(build: Build, deadline: datetime) -> Callable[..., MatchFeed]:
    """What the client makes of these matches."""

    def reading(*matches: Any) -> MatchFeed:
        return build(lambda request: a_list(*matches)).matches(["PL"], DAY, DAY, deadline=deadline)

    return reading


@pytest.fixture
def read_one(read: Callable[..., MatchFeed]) -> Callable[[Any], MatchUpdate]:
    def reading(match: Any) -> MatchUpdate:
        feed = read(match)
        assert feed.quarantined == ()
        (update,) = feed.updates
        return update

    return reading


# --- what is read
def test_a_match_to_come(read_one: Callable[[Any], MatchUpdate]) -> None:
    update = read_one(a_match(328_001))
    assert (update.source, update.external_id, update.competition, update.season) == (
        Source.FOOTBALL_DATA_ORG,
        "328001",
        "PL",
        2026,
    )
    assert (update.stage, update.matchday) == ("REGULAR_SEASON", 12)
    assert update.home.team is find(Source.FOOTBALL_DATA_UK, "Arsenal")
    assert update.away.team is find(Source.FOOTBALL_DATA_UK, "Tottenham")
    assert update.home.crest_url == "https://crests.football-data.org/57.png"
    assert update.kick_off == datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert update.source_updated_at == datetime(2026, 11, 21, 0, 20, tzinfo=UTC)
    assert (update.status, update.score, update.half_time, update.review) == (Status.SCHEDULED, None, None, None)


def test_the_payload_is_the_raw_match_as_received(read_one: Callable[[Any], MatchUpdate]) -> None:
    match = a_match(awayTeam=a_team(4, "Démo – ‘Ancolie’ 🏟", "Ancolie", "ANC"))
    payload = read_one(match).payload
    assert json.loads(payload) == match
    assert list(json.loads(payload)) == list(match)
    assert "🏟" in payload


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("SCHEDULED", Status.SCHEDULED),
        ("TIMED", Status.SCHEDULED),
        ("IN_PLAY", Status.IN_PLAY),
        ("PAUSED", Status.IN_PLAY),
        ("EXTRA_TIME", Status.IN_PLAY),
        ("PENALTY_SHOOTOUT", Status.IN_PLAY),
        ("FINISHED", Status.FINISHED),
        ("SUSPENDED", Status.SUSPENDED),
        ("POSTPONED", Status.POSTPONED),
        ("CANCELLED", Status.CANCELLED),
        ("CANCELED", Status.CANCELLED),
        ("AWARDED", Status.AWARDED),
    ],
)
def test_every_documented_status_is_known(read_one: Callable[[Any], MatchUpdate], text: str, status: Status) -> None:
    assert read_one(a_match(status=text)).status is status


@pytest.mark.case("E8")
def test_an_unknown_status_is_parsed_as_unknown_with_an_alarm(read: Callable[..., MatchFeed]) -> None:
    feed = read(a_match(7, status="TELEPORTED"), a_match(8))
    assert [(update.external_id, update.status) for update in feed.updates] == [
        ("7", Status.UNKNOWN),
        ("8", Status.SCHEDULED),
    ]
    assert feed.alarms == ("match 7 is under review: its status is 'TELEPORTED', which is unknown",)


@pytest.mark.case("E9")
def test_further_fields_are_ignored(read_one: Callable[[Any], MatchUpdate]) -> None:
    assert read_one(a_match(minute=None, venue="Emirates Stadium", attendance={"of": 60_704})).status


def without(*path: str) -> dict[str, Any]:
    match: dict[str, Any] = a_match(66)
    inner = match
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return match


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("malformed", "reason"),
    [
        (without("utcDate"), "utcDate is missing"),
        (without("status"), "status is missing"),
        (without("stage"), "stage is missing"),
        (without("lastUpdated"), "lastUpdated is missing"),
        (without("homeTeam"), "homeTeam is missing"),
        (without("homeTeam", "name"), "homeTeam.name is missing"),
        (without("competition", "code"), "competition.code is missing"),
        (without("season", "startDate"), "season.startDate is missing"),
        (a_match(66, utcDate="2026-11-22T16:30:00"), "utcDate is no instant with a zone"),
        (a_match(66, utcDate="soon"), "utcDate is no instant with a zone"),
        (a_match(66, season={"startDate": "2026"}), "season.startDate is no date"),
        (a_match(66, matchday="12"), "matchday is not of type int"),
        (a_match(66, matchday=True), "matchday is not of type int"),
        (a_match(66, competition={"code": "XX"}), "competition.code is 'XX', which is unknown"),
        (a_match(66, awayTeam=ARSENAL), "a club plays itself"),
        (a_match(66, group="\x00"), "it holds a character that cannot be stored"),
        (a_match(66, group="\ud800"), "it holds a character or number that cannot be stored"),
        (a_match(66, status="FINISHED", score={"fullTime": goals(-1, 0)}), "score.fullTime is negative"),
        (a_match(66, status="FINISHED", score={"fullTime": {"home": "2", "away": 0}}), "score.fullTime.home is not"),
    ],
)
def test_a_malformed_match_is_quarantined_and_the_rest_parsed(
    read: Callable[..., MatchFeed], malformed: dict[str, Any], reason: str
) -> None:
    feed = read(a_match(1), malformed, a_match(2))
    assert [update.external_id for update in feed.updates] == ["1", "2"]
    (quarantined,) = feed.quarantined
    assert quarantined.external_id == "66"
    assert quarantined.reason.startswith(reason)
    assert json.loads(quarantined.payload) == malformed
    assert feed.alarms == (f"a match was set aside: {quarantined.reason}",)


@pytest.mark.case("E9")
@pytest.mark.parametrize("item", [None, 7, "match", [], {}, without("id")])
def test_an_item_without_an_id_is_quarantined_without_one(read: Callable[..., MatchFeed], item: Any) -> None:
    feed = read(item)
    assert (feed.updates, [quarantined.external_id for quarantined in feed.quarantined]) == ((), [None])


@pytest.mark.case("J10")
@pytest.mark.parametrize("teams", [(NO_TEAM, NO_TEAM), (ARSENAL, NO_TEAM), (NO_TEAM, ARSENAL)])
def test_a_match_that_is_not_drawn_is_left_out_and_counted(
    read: Callable[..., MatchFeed], teams: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    home, away = teams
    feed = read(a_match(1), a_match(2, homeTeam=home, awayTeam=away, stage="FINAL", matchday=None))
    assert ([update.external_id for update in feed.updates], feed.undrawn, feed.quarantined) == (["1"], 1, ())


def test_a_matchday_may_be_missing(read_one: Callable[[Any], MatchUpdate]) -> None:
    assert read_one(a_match(matchday=None)).matchday is None


def test_an_unmatched_club_stays_in_the_feed_unmatched(read_one: Callable[[Any], MatchUpdate]) -> None:
    update = read_one(a_match(homeTeam=a_team(99_999, "Arsenal Women FC", "Arsenal Women", "ARW")))
    assert (update.home.team, update.home.name, update.home.source) == (
        None,
        "Arsenal Women FC",
        Source.FOOTBALL_DATA_ORG,
    )
    assert update.home.team_id >= 10_000


def test_a_club_is_also_found_by_its_short_name(read_one: Callable[[Any], MatchUpdate]) -> None:
    update = read_one(a_match(homeTeam=a_team(57, "The Arsenal Football Club plc", "Arsenal", "ARS")))
    assert update.home.team is find(Source.FOOTBALL_DATA_UK, "Arsenal")


@pytest.mark.parametrize("crest", [None, "", "http://insecure.test/57.png", "javascript:alert(1)"])
def test_only_a_crest_behind_https_is_taken(read_one: Callable[[Any], MatchUpdate], crest: str | None) -> None:
    assert read_one(a_match(homeTeam=ARSENAL | {"crest": crest})).home.crest_url is None


def test_a_result(read_one: Callable[[Any], MatchUpdate]) -> None:
    update = read_one(a_result(fullTime=goals(2, 1), halfTime=goals(1, 1)))
    assert (update.status, update.score, update.half_time, update.review) == (
        Status.FINISHED,
        Score(2, 1),
        Score(1, 1),
        None,
    )


@pytest.mark.parametrize("status", ["IN_PLAY", "PAUSED", "SUSPENDED", "AWARDED", "TIMED"])
def test_goals_of_a_match_that_is_not_finished_are_no_score(
    read_one: Callable[[Any], MatchUpdate], status: str
) -> None:
    update = read_one(a_match(status=status, score={"duration": "REGULAR", "fullTime": goals(3, 0)}))
    assert (update.score, update.half_time) == (None, None)


@pytest.mark.case("J6")
@pytest.mark.parametrize(
    "score",
    [
        {"duration": "PENALTY_SHOOTOUT", "fullTime": goals(6, 4), "regularTime": goals(1, 1)},
        {
            "duration": "PENALTY_SHOOTOUT",
            "fullTime": goals(6, 4),
            "regularTime": goals(1, 1),
            "extraTime": goals(0, 0),
            "penalties": goals(5, 3),
        },
        {
            "duration": "PENALTY_SHOOTOUT",
            "fullTime": goals(6, 4),
            "extraTime": goals(0, 0),
            "penalties": goals(5, 3),
        },
        {
            "duration": "PENALTY_SHOOTOUT",
            "fullTime": goals(7, 5),
            "extraTime": goals(1, 1),
            "penalties": goals(5, 3),
        },
        {"duration": "EXTRA_TIME", "fullTime": goals(3, 1), "extraTime": goals(2, 0)},
        {
            "duration": "EXTRA_TIME",
            "fullTime": goals(3, 1),
            "extraTime": goals(2, 0),
            "penalties": goals(None, None),
        },
    ],
)
def test_the_score_is_the_one_after_90_minutes(read_one: Callable[[Any], MatchUpdate], score: dict[str, Any]) -> None:
    update = read_one(a_result(**score))
    assert (update.score, update.review) == (Score(1, 1), None)


@pytest.mark.case("J7")
@pytest.mark.parametrize(
    ("score", "review"),
    [
        ({"duration": "PENALTY_SHOOTOUT", "fullTime": goals(6, 4)}, "PENALTY_SHOOTOUT"),
        ({"duration": "PENALTY_SHOOTOUT", "fullTime": goals(6, 4), "penalties": goals(5, 3)}, "PENALTY_SHOOTOUT"),
        ({"duration": "PENALTY_SHOOTOUT", "fullTime": goals(6, 4), "extraTime": goals(0, 0)}, "PENALTY_SHOOTOUT"),
        ({"duration": "EXTRA_TIME", "fullTime": goals(2, 1)}, "EXTRA_TIME"),
        ({"duration": "GOLDEN_GOAL", "fullTime": goals(2, 1)}, "GOLDEN_GOAL"),
        (
            {
                "duration": "PENALTY_SHOOTOUT",
                "fullTime": goals(1, 1),
                "extraTime": goals(0, 0),
                "penalties": goals(5, 3),
            },
            "its goals do not add up",
        ),
        ({"fullTime": goals(None, None)}, "it is over and has no score"),
        ({}, "it is over and has no score"),
    ],
)
def test_a_score_without_a_consistent_breakdown_needs_review(
    read_one: Callable[[Any], MatchUpdate], score: dict[str, Any], review: str
) -> None:
    update = read_one(a_result(**score))
    assert update.score is None
    assert review in (update.review or "")


# --- tables
def a_row(position: int, team: dict[str, Any], **changes: Any) -> dict[str, Any]:
    row = {
        "position": position,
        "team": team,
        "playedGames": 11,
        "form": None,
        "won": 8,
        "draw": 2,
        "lost": 1,
        "points": 26,
        "goalsFor": 20,
        "goalsAgainst": 6,
        "goalDifference": 14,
    }
    return row | changes


def a_table(*tables: dict[str, Any]) -> httpx.Response:
    body = {
        "filters": {"season": "2026"},
        "competition": {"id": 2021, "code": "PL"},
        "season": {"id": 2500, "startDate": "2026-08-14", "endDate": "2027-05-23", "currentMatchday": 12},
        "standings": tables,
    }
    return httpx.Response(200, json=body)


def total(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"stage": "REGULAR_SEASON", "type": "TOTAL", "group": None, "table": rows}


def test_the_total_table_is_read(build: Build, deadline: datetime) -> None:
    home = {"stage": "REGULAR_SEASON", "type": "HOME", "group": None, "table": []}

    def respond(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v4/competitions/PL/standings"
        return a_table(home, total(a_row(1, ARSENAL), a_row(2, TOTTENHAM, points=-3)))

    table = build(respond).standings("PL", deadline=deadline)
    assert table is not None
    arsenal = find(Source.FOOTBALL_DATA_UK, "Arsenal")
    first, second = table.rows
    assert arsenal is not None
    assert (table.competition, table.season, table.clubs[0].team) == ("PL", 2026, arsenal)
    assert (first.position, first.team_id, first.played) == (1, arsenal.team_id, 11)
    assert (first.won, first.drawn, first.lost) == (8, 2, 1)
    assert (first.goals_for, first.goals_against, first.points) == (20, 6, 26)
    assert (second.position, second.points) == (2, -3)
    assert json.loads(table.payload)["competition"]["code"] == "PL"


@pytest.mark.parametrize("tables", [(), (total(), total())])
def test_without_a_single_total_table_there_is_none(
    build: Build, deadline: datetime, tables: tuple[dict[str, Any], ...]
) -> None:
    assert build(lambda request: a_table(*tables)).standings("CL", deadline=deadline) is None


@pytest.mark.case("E5")
@pytest.mark.parametrize("row", [a_row(1, NO_TEAM), a_row(1, ARSENAL, points=None), {}, None])
def test_a_table_that_cannot_be_read_whole_is_not_read(build: Build, deadline: datetime, row: Any) -> None:
    response = a_table(total(a_row(1, TOTTENHAM), row))
    with pytest.raises(InvalidResponse, match="table of PL cannot be read"):
        build(lambda request: response).standings("PL", deadline=deadline)


@pytest.mark.parametrize(
    ("status", "utc_date", "hour", "kick_off"),
    [
        ("SCHEDULED", "2026-11-22T00:00:00Z", Hour.UNKNOWN, "2026-11-22T22:59:00Z"),
        ("SCHEDULED", "2027-04-24T00:00:00Z", Hour.UNKNOWN, "2027-04-24T21:59:00Z"),  # summer time
        ("POSTPONED", "2026-11-22T00:00:00Z", Hour.UNKNOWN, "2026-11-22T22:59:00Z"),
        ("CANCELLED", "2026-11-22T00:00:00Z", Hour.UNKNOWN, "2026-11-22T22:59:00Z"),
        ("TIMED", "2026-11-22T00:00:00Z", Hour.KNOWN, "2026-11-22T00:00:00Z"),  # an evening in the west
        ("SCHEDULED", "2026-11-22T16:30:00Z", Hour.KNOWN, "2026-11-22T16:30:00Z"),
        ("POSTPONED", "2026-11-22T16:30:00Z", Hour.KNOWN, "2026-11-22T16:30:00Z"),
        ("TIMED", "2026-11-22T16:30:00Z", Hour.KNOWN, "2026-11-22T16:30:00Z"),
    ],
)
def test_midnight_is_an_hour_only_of_a_match_that_is_timed(
    build: Build, deadline: datetime, status: str, utc_date: str, hour: Hour, kick_off: str
) -> None:
    feed = build(lambda _: a_list(a_match(status=status, utcDate=utc_date))).matches(
        ["PL"], DAY, DAY, deadline=deadline
    )
    (update,) = feed.updates
    assert (update.hour, update.kick_off) == (hour, datetime.fromisoformat(kick_off))
