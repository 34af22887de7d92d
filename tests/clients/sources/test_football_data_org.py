import json
import logging
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from upstash_redis import Redis

from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable
from shared.clients.redis.circuit_breaker import CircuitBreaker
from shared.clients.redis.outbound_throttle import OutboundThrottle
from shared.clients.sources.football_data_org import CALLS_PER_MINUTE, FootballDataOrg
from shared.clients.sources.football_data_org_parser import MatchFeed
from shared.football.match import Hour, MatchUpdate, Score, Status
from shared.football.team import Source
from shared.football.teams import find
from tests.clients.conftest import SimulatedTime
from tests.clients.test_http import a_server

TOKEN = "0123456789abcdef-secret"
DAY = date(2026, 11, 22)

Respond = Callable[[httpx.Request], httpx.Response]
Build = Callable[[Respond], FootballDataOrg]


def a_team(team_id: int, name: str, short_name: str, tla: str) -> dict[str, Any]:
    crest = f"https://crests.football-data.org/{team_id}.png"
    return {"id": team_id, "name": name, "shortName": short_name, "tla": tla, "crest": crest}


ARSENAL = a_team(57, "Arsenal FC", "Arsenal", "ARS")
TOTTENHAM = a_team(73, "Tottenham Hotspur FC", "Tottenham", "TOT")
NO_TEAM = {"id": None, "name": None, "shortName": None, "tla": None, "crest": None}


def a_match(match_id: int = 1, **changes: Any) -> dict[str, Any]:
    match = {
        "area": {"id": 2072, "name": "England", "code": "ENG", "flag": "https://crests.football-data.org/770.svg"},
        "competition": {"id": 2021, "name": "Premier League", "code": "PL", "type": "LEAGUE", "emblem": "…"},
        "season": {
            "id": 2500,
            "startDate": "2026-08-14",
            "endDate": "2027-05-23",
            "currentMatchday": 12,
            "winner": None,
        },
        "id": match_id,
        "utcDate": "2026-11-22T16:30:00Z",
        "status": "TIMED",
        "matchday": 12,
        "stage": "REGULAR_SEASON",
        "group": None,
        "lastUpdated": "2026-11-21T00:20:00Z",
        "homeTeam": ARSENAL,
        "awayTeam": TOTTENHAM,
        "score": {
            "winner": None,
            "duration": "REGULAR",
            "fullTime": {"home": None, "away": None},
            "halfTime": {"home": None, "away": None},
        },
        "odds": {"msg": "Activate Odds-Package in User-Panel to retrieve odds."},
        "referees": [{"id": 11580, "name": "Anthony Taylor", "type": "REFEREE", "nationality": "England"}],
    }
    return deepcopy(match | changes)


def goals(home: int | None, away: int | None) -> dict[str, int | None]:
    return {"home": home, "away": away}


def a_result(**score: Any) -> dict[str, Any]:
    return a_match(status="FINISHED", score={"winner": None, "duration": "REGULAR", "halfTime": goals(0, 0), **score})


def a_list(*matches: Any, competitions: str = "PL") -> httpx.Response:
    result = {"count": len(matches), "competitions": competitions, "first": "2026-11-22", "last": "2026-11-22"}
    body = {"filters": {"permission": "TIER_ONE"}, "resultSet": result, "matches": matches}
    return httpx.Response(200, content=json.dumps(body))


def an_error(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"message": message, "errorCode": status})


def restricted() -> httpx.Response:
    return an_error(403, "The resource you are looking for is restricted and apparently not within your permissions.")


@pytest.fixture
def build(redis: Redis, time: SimulatedTime) -> Build:
    """Builds a client whose requests a function answers."""

    def create(respond: Respond) -> FootballDataOrg:
        return FootballDataOrg(
            http=httpx.Client(transport=httpx.MockTransport(respond)),
            base_url="https://api.football-data.org/v4/",
            token=TOKEN,
            throttle=OutboundThrottle(redis, "football_data_org", CALLS_PER_MINUTE, time.now, time.sleep),
            circuit=CircuitBreaker(redis, "football_data_org"),
            now=time.now,
        )

    return create


@pytest.fixture
def deadline(time: SimulatedTime) -> datetime:
    return time.instant + timedelta(seconds=290)


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


# --- what is asked


def test_the_token_is_sent_as_a_header(build: Build, deadline: datetime) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.headers["X-Auth-Token"] == TOKEN
        assert TOKEN not in str(request.url)
        assert request.url.path == "/v4/matches"
        return a_list()

    build(respond).matches(["PL"], DAY, DAY, deadline=deadline)


@pytest.mark.case("I6")
def test_the_day_after_the_last_is_asked_for_since_date_to_is_exclusive(build: Build, deadline: datetime) -> None:
    requests: list[dict[str, str]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(dict(request.url.params))
        return a_list()

    build(respond).matches(["PL", "CL"], DAY, DAY, deadline=deadline)
    assert requests == [{"competitions": "PL,CL", "dateFrom": "2026-11-22", "dateTo": "2026-11-23"}]


@pytest.mark.parametrize("days", [1, 9, 10, 11, 31])
def test_no_period_exceeds_ten_days_and_no_day_is_left_out(build: Build, deadline: datetime, days: int) -> None:
    covered: list[date] = []

    def respond(request: httpx.Request) -> httpx.Response:
        start, end = (date.fromisoformat(request.url.params[key]) for key in ("dateFrom", "dateTo"))
        assert timedelta(0) < end - start < timedelta(days=10)
        covered.extend(start + timedelta(days=n) for n in range((end - start).days))
        return a_list()

    build(respond).matches(["PL"], DAY, DAY + timedelta(days=days - 1), deadline=deadline)
    assert covered == [DAY + timedelta(days=n) for n in range(days)]


def test_a_match_in_two_answers_counts_once_as_told_last(build: Build, deadline: datetime) -> None:
    responses = [
        a_list(a_match(1, lastUpdated="2026-11-21T08:00:00Z", matchday=13)),
        a_list(a_match(1, lastUpdated="2026-11-21T07:00:00Z"), a_match(2, utcDate="2026-11-22T12:30:00Z")),
    ]
    feed = build(lambda request: responses.pop(0)).matches(["PL"], DAY, DAY + timedelta(days=12), deadline=deadline)
    assert [(update.external_id, update.matchday) for update in feed.updates] == [("2", 12), ("1", 13)]


@pytest.mark.parametrize(("competitions", "last_day"), [([], DAY), (["PL"], DAY - timedelta(days=1))])
def test_a_senseless_question_is_not_asked(
    build: Build, deadline: datetime, competitions: list[str], last_day: date
) -> None:
    with pytest.raises(ValueError, match="at least one competition"):
        build(lambda request: a_list()).matches(competitions, DAY, last_day, deadline=deadline)


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


def test_the_payload_is_what_was_said(read_one: Callable[[Any], MatchUpdate]) -> None:
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
def test_an_unknown_status_holds_the_match_and_alarms(read: Callable[..., MatchFeed]) -> None:
    feed = read(a_match(7, status="TELEPORTED"), a_match(8))
    assert [(update.external_id, update.status) for update in feed.updates] == [
        ("7", Status.UNKNOWN),
        ("8", Status.SCHEDULED),
    ]
    assert feed.alarms == ("match 7 is held: its status is 'TELEPORTED', which we do not know",)


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
        (a_match(66, competition={"code": "XX"}), "competition.code is 'XX', which we do not know"),
        (a_match(66, awayTeam=ARSENAL), "a club plays itself"),
        (a_match(66, group="\x00"), "it holds a character that cannot be stored"),
        (a_match(66, group="\ud800"), "it holds a character or number that cannot be stored"),
        (a_match(66, status="FINISHED", score={"fullTime": goals(-1, 0)}), "score.fullTime is negative"),
        (a_match(66, status="FINISHED", score={"fullTime": {"home": "2", "away": 0}}), "score.fullTime.home is not"),
    ],
)
def test_a_malformed_match_is_quarantined_and_the_rest_kept(
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
def test_what_has_no_id_is_quarantined_without_one(read: Callable[..., MatchFeed], item: Any) -> None:
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
def test_without_a_breakdown_a_person_must_look(
    read_one: Callable[[Any], MatchUpdate], score: dict[str, Any], review: str
) -> None:
    update = read_one(a_result(**score))
    assert update.score is None
    assert review in (update.review or "")


# --- what may be read


@pytest.mark.case("E3")
def test_a_restricted_competition_is_skipped_and_the_others_go_on(build: Build, deadline: datetime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        codes = request.url.params["competitions"]
        requests.append(codes)
        if "EL" in codes.split(","):
            return restricted()
        return a_list(*([a_match(1)] if "PL" in codes else []), competitions=codes)

    feed = build(respond).matches(["PL", "EL", "CL"], DAY, DAY + timedelta(days=12), deadline=deadline)
    assert [update.external_id for update in feed.updates] == ["1"]
    assert (feed.refused, feed.missing) == (("EL",), ())
    assert feed.alarms == ("EL may not be read with our plan",)
    assert requests == ["PL,EL,CL", "PL", "EL", "CL", "PL,CL"]


@pytest.mark.case("E3")
def test_a_restricted_table_is_none(build: Build, deadline: datetime) -> None:
    assert build(lambda request: restricted()).standings("EL", deadline=deadline) is None


@pytest.mark.case("E4")
def test_competitions_that_are_dropped_without_a_word_are_reported(build: Build, deadline: datetime) -> None:
    feed = build(lambda request: a_list(a_match(), competitions="PL")).matches(
        ["PL", "EL"], DAY, DAY, deadline=deadline
    )
    assert feed.missing == ("EL",)
    assert feed.alarms == ("EL was left out of the answer, or has no match in these days",)


@pytest.mark.case("E4")
def test_a_competition_mentioned_for_some_of_the_days_is_not_missing(build: Build, deadline: datetime) -> None:
    responses = [a_list(competitions="PL"), a_list(competitions="PL, CL")]
    feed = build(lambda request: responses.pop()).matches(
        ["PL", "CL"], DAY, DAY + timedelta(days=12), deadline=deadline
    )
    assert feed.missing == ()


@pytest.mark.case("E4")
def test_an_empty_answer_mentions_nobody(build: Build, deadline: datetime) -> None:
    body = {"resultSet": {"count": 0}, "matches": []}
    feed = build(lambda request: httpx.Response(200, json=body)).matches(["PL"], DAY, DAY, deadline=deadline)
    assert feed.missing == ("PL",)


# --- what goes wrong


@pytest.mark.case("E1")
def test_a_429_is_waited_for_and_asked_again(build: Build, time: SimulatedTime, deadline: datetime) -> None:
    responses = [a_list(a_match()), an_error(429, "You reached your request limit. Wait 48 seconds.")]
    feed = build(lambda request: responses.pop()).matches(["PL"], DAY, DAY, deadline=deadline)
    assert len(feed.updates) == 1
    assert time.slept == [48.0]


@pytest.mark.case("E1")
def test_after_a_429_no_worker_asks_until_the_time_is_over(
    build: Build, time: SimulatedTime, deadline: datetime
) -> None:
    calls: list[datetime] = []

    def respond(request: httpx.Request) -> httpx.Response:
        calls.append(time.instant)
        return an_error(429, "You reached your request limit. Wait 48 seconds.")

    blocked, other = build(respond), build(lambda request: a_list())
    soon = time.instant + timedelta(seconds=30)
    with pytest.raises(RateLimited) as caught:
        blocked.matches(["PL"], DAY, DAY, deadline=soon)
    assert caught.value.retry_after == 48
    with pytest.raises(RateLimited):
        other.matches(["PL"], DAY, DAY, deadline=soon)
    assert (len(calls), time.slept) == (1, [])
    other.matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [48.0]


@pytest.mark.case("E1")
def test_a_second_429_is_not_asked_again(build: Build, time: SimulatedTime, deadline: datetime) -> None:
    with pytest.raises(RateLimited, match=r"football-data\.org says that we ask too often") as caught:
        build(lambda request: an_error(429, "Wait 20 seconds.")).matches(["PL"], DAY, DAY, deadline=deadline)
    assert (caught.value.retry_after, time.slept) == (20, [20.0])


@pytest.mark.case("E1")
@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (httpx.Response(429, headers={"X-RequestCounter-Reset": "17"}), 17),
        (httpx.Response(429, text="<html>slow down</html>"), 60),
        (httpx.Response(429, json={"error": "Wait 5 seconds"}), 5),
    ],
)
def test_how_long_to_wait_is_read_where_it_stands(
    build: Build, time: SimulatedTime, deadline: datetime, response: httpx.Response, seconds: float
) -> None:
    responses = [a_list(), response]
    build(lambda request: responses.pop()).matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [seconds]


@pytest.mark.case("E1")
def test_when_the_allowance_is_used_up_the_next_call_waits(
    build: Build, time: SimulatedTime, deadline: datetime
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        response = a_list()
        response.headers.update({"X-Requests-Available-Minute": "0", "X-RequestCounter-Reset": "31"})
        return response

    build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == []
    build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [31.0]


@pytest.mark.case("E2")
def test_twelve_calls_take_more_than_a_minute(build: Build, time: SimulatedTime, deadline: datetime) -> None:
    client = build(lambda request: a_list())
    for _ in range(12):
        client.matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [61.0]


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Maintenance</title>",
        b'{"matches": [{"id": 1, "utcDa',
        b"",
        b"[]",
        b"null",
        b'{"message": "hello"}',
        b'{"matches": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_not_the_json_it_promised_keeps_nothing(build: Build, deadline: datetime, body: bytes) -> None:
    responses = [httpx.Response(200, content=body), a_list(a_match())]
    with pytest.raises(InvalidResponse, match=r"football-data\.org"):
        build(lambda request: responses.pop()).matches(["PL"], DAY, DAY + timedelta(days=12), deadline=deadline)


@pytest.mark.case("E6")
def test_after_the_deadline_nothing_is_asked(build: Build, time: SimulatedTime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        time.instant += timedelta(seconds=4)
        return a_list()

    client = build(respond)
    with pytest.raises(Unavailable, match="no time is left"):
        client.matches(["PL"], DAY, DAY + timedelta(days=40), deadline=time.instant + timedelta(seconds=8))
    assert len(requests) == 2


@pytest.mark.case("E6")
def test_a_timeout_is_unavailable(build: Build, deadline: datetime) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        timeout = request.extensions["timeout"]
        assert max(timeout.values()) <= 10
        raise httpx.ReadTimeout("too slow", request=request)

    with pytest.raises(Unavailable, match="did not answer in time"):
        build(respond).matches(["PL"], DAY, DAY, deadline=deadline)


@pytest.mark.case("E7")
def test_after_three_failures_no_worker_asks(build: Build, deadline: datetime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        return httpx.Response(500)

    for _ in range(3):
        with pytest.raises(Unavailable, match="answered 500"):
            build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    for _ in range(2):
        with pytest.raises(Unavailable, match="left alone"):
            build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert len(requests) == 3


@pytest.mark.case("E20")
def test_a_redirect_is_not_followed(build: Build, deadline: datetime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(InvalidResponse, match="redirect"):
        build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert requests == ["api.football-data.org"]


def test_a_refusal_says_why(build: Build, deadline: datetime) -> None:
    with pytest.raises(Rejected, match=r"answered 400 to /matches: Your API token is invalid\.") as caught:
        build(lambda request: an_error(400, "Your API token is invalid.")).matches(["PL"], DAY, DAY, deadline=deadline)
    assert caught.value.status == 400


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "clé"])
def test_x5_a_malformed_token_is_refused_without_being_shown(redis: Redis, time: SimulatedTime, token: str) -> None:
    limit = OutboundThrottle(redis, "football_data_org", CALLS_PER_MINUTE, time.now, time.sleep)
    with httpx.Client() as http, pytest.raises(ValueError, match="FOOTBALL_DATA_API_KEY") as caught:
        FootballDataOrg(http, "https://api.football-data.org/v4", token, limit, CircuitBreaker(redis, "x"), time.now)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(400, json={"message": f"{TOKEN} is invalid"}),
        httpx.Response(404, json={"error": f"X-Auth-Token: {TOKEN}"}),
        httpx.Response(429, json={"message": f"{TOKEN}: wait 1 seconds"}),
        httpx.Response(500, text=TOKEN),
        httpx.Response(200, text=TOKEN),
        httpx.Response(302, headers={"Location": f"https://elsewhere.test/?{TOKEN}"}),
    ],
)
def test_x5_the_token_is_in_no_error_and_no_log(
    build: Build, deadline: datetime, caplog: pytest.LogCaptureFixture, response: httpx.Response
) -> None:
    client = build(lambda request: response)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match=r"football-data\.org") as caught:
        client.matches(["PL"], DAY, DAY, deadline=deadline)
    assert TOKEN not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caplog.text} {client!r}"


def test_x5_the_token_is_in_no_log_of_the_http_library(
    redis: Redis, time: SimulatedTime, deadline: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    limit = OutboundThrottle(redis, "football_data_org", CALLS_PER_MINUTE, time.now, time.sleep)
    payload = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n" + b'{"resultSet":{},"matches":[]} '
    with caplog.at_level(logging.DEBUG), a_server(lambda: iter([payload])) as url, httpx.Client() as http:
        client = FootballDataOrg(http, url, TOKEN, limit, CircuitBreaker(redis, "football_data_org"), time.now)
        assert client.matches(["PL"], DAY, DAY, deadline=deadline).missing == ("PL",)
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text


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
