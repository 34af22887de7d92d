"""Coming matches and prices: kept as they were told, joined where they belong, reported where they do not."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from starlette.responses import JSONResponse

from local import fake_upstash, http_server
from shared.football.team import Source
from shared.runtime.jobs import InvalidEvent
from shared.stores.database import connect
from tests.factories import insert_matches, match_update
from tests.running import Rows, environment, rows_of, run, select
from tests.season import Service, row

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)
FRIDAY = datetime(2024, 4, 26, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMING = row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=(2.10, 3.45, 3.60))
REPORTS = "SELECT kind, about, what FROM reports ORDER BY kind, about, what"
OFFERS = "SELECT match_id, prices FROM offers ORDER BY match_id, bookmaker, taken_at"


def sync(now: datetime = NOW) -> dict[str, Any]:
    return run("sync_fixtures", now)


def test_payloads_are_stored_as_received(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    report = sync()
    assert (report["fixtures"], report["changed"], report["offers"]) == (1, 1, 1)
    (payload,) = select(url, "SELECT source, external_id, known_at, content FROM payloads")
    assert payload[:3] == ("football_data_uk/fixtures", "E0/2324/Arsenal/Chelsea", NOW)
    assert json.loads(payload[3]) == COMING
    (offer,) = select(url, "SELECT prices, taken_at, closing FROM offers")
    assert offer == ([Decimal("2.100"), Decimal("3.450"), Decimal("3.600")], FRIDAY, False)


@pytest.mark.case("G1", "G4")
def test_the_same_file_again_adds_nothing(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    before = rows_of(url, "jobs")
    assert sync()["changed"] == 0
    assert sync(NOW + 10 * HOUR)["changed"] == 0
    assert rows_of(url, "jobs") == before


def test_new_prices_are_added_beside_the_old_ones(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    bundle.fixtures(FRIDAY + HOUR, {**COMING, "AvgH": "2.30"})
    assert sync()["offers"] == 1
    assert [prices[0] for _, prices in select(url, OFFERS)] == [Decimal("2.100"), Decimal("2.300")]


@pytest.mark.case("L8")
def test_other_divisions_and_matches_that_have_begun_are_left_alone(bundle: Service, url: str) -> None:
    begun = row("Everton", "Fulham", "27/04/2024 05:59")  # BST: a minute ago
    bundle.fixtures(FRIDAY, row("Ajax", "Feyenoord", "27/04/2024 15:00", division="N1"), begun)
    assert sync()["fixtures"] == 1
    assert rows_of(url)["matches"] == []
    assert rows_of(url)["offers"] == []


@pytest.mark.case("K5")
def test_an_unmatched_club_is_kept_and_reported_but_not_priced(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, row("Arsenal", "Arsenal Ladies", "27/04/2024 15:00"), COMING)
    assert sync()["offers"] == 1
    assert ("unmatched club", "football_data_uk:Arsenal Ladies", "no alias matches") in select(url, REPORTS)
    (unmatched,) = select(url, "SELECT team_id FROM teams WHERE NOT matched")
    assert unmatched[0] >= 10_000
    assert select(url, "SELECT 1 FROM offers JOIN matches USING (match_id) WHERE away_team_id = %s", *unmatched) == []
    assert run("publish_predictions", NOW)["unmatched"] == 1
    assert len(select(url, "SELECT match_id FROM predictions")) == 1


KNOWN = (
    row("La Coruna", "Sevilla", "27/04/2024 15:00", division="SP1"),
    row("Vallecano", "Getafe", "27/04/2024 17:30", division="SP1"),
    row("Ath Madrid", "Betis", "28/04/2024 15:00", division="SP1"),
)


@pytest.mark.case("K1", "J12")
@pytest.mark.parametrize(
    ("name", "otherwise"),
    [("La Coruna", "Dep. A Coruna"), ("Vallecano", "Rayo Vallecano"), ("Ath Madrid", "Atl. Madrid")],
)
def test_a_spelling_that_the_service_changes_makes_no_second_match(
    bundle: Service, url: str, name: str, otherwise: str
) -> None:
    """As in August 2026."""
    bundle.fixtures(FRIDAY, *KNOWN)
    sync()
    bundle.fixtures(FRIDAY + HOUR, *({**each, "HomeTeam": each["HomeTeam"].replace(name, otherwise)} for each in KNOWN))
    assert sync(NOW + HOUR)["offers"] == 3
    assert len(rows_of(url)["matches"]) == 3
    assert select(url, "SELECT 1 FROM teams WHERE NOT matched") == []
    assert select(url, REPORTS) == []


@pytest.mark.case("J12")
@pytest.mark.parametrize("otherwise", ["R. Vallecano", "Rayo V", "Franjirrojos"])
def test_a_fixture_of_a_day_and_a_club_that_are_known_is_that_one(bundle: Service, url: str, otherwise: str) -> None:
    """With its prices, and whatever the other club is called."""
    bundle.fixtures(FRIDAY, *KNOWN)
    sync()
    unknown = {**KNOWN[1], "HomeTeam": otherwise, "AvgH": "9.9"}
    bundle.fixtures(FRIDAY + HOUR, KNOWN[0], unknown, KNOWN[2])
    assert sync(NOW + HOUR)["offers"] == 3
    assert len(rows_of(url)["matches"]) == 3
    priced = "SELECT home_team_id FROM offers JOIN matches USING (match_id) WHERE 9.9 = ANY(prices)"
    assert select(url, priced) == [(237,)]
    what = "no alias matches; by its match of the day it is Rayo Vallecano (237)"
    assert select(url, REPORTS) == [("unmatched club", f"football_data_uk:{otherwise}", what)]


@pytest.mark.case("K5")
def test_a_fixture_of_a_club_that_is_called_nearly_so_waits_until_a_person_knows(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, *KNOWN)
    sync()
    coming = row("Atletico M", "Getafe", "01/05/2024 20:00", division="SP1")
    bundle.fixtures(FRIDAY + HOUR, *KNOWN, coming)
    assert sync(NOW + HOUR)["offers"] == 3
    assert len(rows_of(url)["matches"]) == 3
    what = "no alias matches; is it Atlético Madrid (187)? Its match waits"
    assert select(url, REPORTS) == [("unmatched club", "football_data_uk:Atletico M", what)]


@pytest.mark.case("K5")
def test_a_phantom_ends_when_its_file_lists_it_no_more(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, *KNOWN, row("Xerez CD", "Cadiz", "27/04/2024 15:00", division="SP1"))
    sync()
    assert select(url, "SELECT status FROM matches JOIN teams ON team_id = home_team_id WHERE NOT matched") == [
        ("scheduled",)
    ]
    bundle.fixtures(FRIDAY + HOUR, *KNOWN)
    sync(NOW + HOUR)
    ((phantom, status),) = select(
        url, "SELECT match_id, status FROM matches JOIN teams ON team_id = home_team_id WHERE NOT matched"
    )
    assert status == "cancelled"
    assert ("match", str(phantom), "is listed no more: called off") in select(url, REPORTS)
    assert select(url, "SELECT count(*) FROM matches WHERE status = 'scheduled'") == [(3,)]
    bundle.fixtures(FRIDAY + 2 * HOUR, *KNOWN[:2])
    sync(NOW + 2 * HOUR)
    assert select(url, "SELECT count(*) FROM matches WHERE status = 'scheduled'") == [(3,)], "clubs that we know stay"


@pytest.mark.case("K5")
@pytest.mark.parametrize(
    ("home", "days", "status"),
    [
        ("Arsenal", 9, "scheduled"),
        ("Arsenal", 11, "postponed"),
        ("The Pensioners", 9, "scheduled"),
        ("The Pensioners", 11, "cancelled"),
    ],
)
def test_nothing_is_scheduled_for_ever(bundle: Service, url: str, home: str, days: int, status: str) -> None:
    bundle.fixtures(FRIDAY, row(home, "Chelsea", "27/04/2024 15:00"))
    sync()
    bundle.fixtures(FRIDAY + timedelta(days=days - 1))
    sync(datetime(2024, 4, 27, 14, tzinfo=UTC) + timedelta(days=days))
    assert select(url, "SELECT status FROM matches") == [(status,)]


def test_a_result_that_comes_after_all_is_taken(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    later = NOW + timedelta(days=40)
    bundle.fixtures(later)
    sync(later)
    bundle.results(later, {**COMING, "Date": "05/06/2024", "FTHG": "2", "FTAG": "0"})
    run("sync_history", later, {"seasons": 1})
    assert select(url, "SELECT status, home_goals FROM matches") == [("finished", 2)]


@pytest.mark.case("J11", "L7")
def test_a_swapped_fixture_is_told_apart_and_not_taken(bundle: Service, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(
            db, match_update("Chelsea", "Arsenal", source=Source.FOOTBALL_DATA_ORG, external_id="1"), now=NOW
        )
    bundle.fixtures(FRIDAY, COMING)
    assert sync()["offers"] == 0
    assert select(url, REPORTS) == [
        ("unjoined prices", "football_data_uk:E0/2324/Arsenal/Chelsea", "home and away are swapped")
    ]
    assert len(rows_of(url)["matches"]) == 1


def test_the_return_match_is_another_match(bundle: Service, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update("Chelsea", "Arsenal", kick_off=NOW + timedelta(days=20)), now=NOW)
    bundle.fixtures(FRIDAY, COMING)
    assert sync()["offers"] == 1
    assert len(rows_of(url)["matches"]) == 2


@pytest.mark.case("K8")
@pytest.mark.parametrize(("hours", "joined"), [(0, 1), (36, 1), (-36, 1), (37, 0), (-8 * 24, 0)])
def test_prices_join_a_match_within_36_hours_of_their_kick_off(
    bundle: Service, url: str, hours: int, joined: int
) -> None:
    kick_off = datetime(2024, 4, 29, 14, tzinfo=UTC)
    with connect(url, "test") as db:
        update = match_update(source=Source.FOOTBALL_DATA_ORG, external_id="1", kick_off=kick_off + hours * HOUR)
        insert_matches(db, update, now=NOW)
    bundle.fixtures(FRIDAY, row("Arsenal", "Chelsea", "29/04/2024 15:00"))
    assert sync()["offers"] == joined
    about = ("unjoined prices", "football_data_uk:E0/2324/Arsenal/Chelsea", "the kick-offs are too far apart")
    assert select(url, REPORTS) == ([] if joined else [about])
    assert select(url, "SELECT kick_off FROM matches") == [(kick_off + hours * HOUR,)], (
        "the greater source's word stands"
    )


@pytest.mark.case("K8")
def test_prices_join_once_the_greater_source_has_the_right_kick_off(bundle: Service, url: str) -> None:
    update = match_update(
        source=Source.FOOTBALL_DATA_ORG, external_id="1", kick_off=datetime(2024, 5, 20, 14, tzinfo=UTC)
    )
    with connect(url, "test") as db:
        insert_matches(db, update, now=NOW)
        bundle.fixtures(FRIDAY, COMING)
        assert sync()["offers"] == 0
        insert_matches(db, replace(update, kick_off=datetime(2024, 4, 27, 14, tzinfo=UTC)), now=NOW)
        assert sync(NOW + HOUR)["offers"] == 1
        assert len(select(url, OFFERS)) == 1


@pytest.mark.case("J2")
def test_a_match_that_is_moved_keeps_its_id_and_its_old_prices(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    bundle.fixtures(FRIDAY + HOUR, {**COMING, "Date": "28/04/2024"})
    sync()
    assert select(url, "SELECT kick_off FROM matches") == [(datetime(2024, 4, 28, 14, tzinfo=UTC),)]
    assert len({match_id for match_id, _ in select(url, OFFERS)}) == 1


@pytest.mark.case("G9", "E9")
def test_a_poison_line_is_reported_and_the_rest_is_done(bundle: Service, url: str) -> None:
    poison = row("Everton", "Fulham", "27/04/2024 99:00")
    short = row("Wolves", "", "27/04/2024 15:00")
    bundle.fixtures(FRIDAY, poison, short, COMING)
    assert sync()["offers"] == 1
    assert select(url, REPORTS) == [
        ("line", "E0/2324/Everton/Fulham", "'99:00' is no time of day"),
        ("line", "fixtures.csv:3", "no division, date or clubs"),
    ]


@pytest.mark.case("E5")
@pytest.mark.parametrize("body", ["<html><body>Maintenance</body></html>", "", "<p>" + "x" * 200_000])
def test_a_page_instead_of_a_file_leaves_what_was_known(bundle: Service, url: str, body: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    before = rows_of(url, "job_failures")
    bundle.put("fixtures.csv", body, FRIDAY + HOUR)
    with pytest.raises(ExceptionGroup, match="sync_fixtures: 1 parts failed"):
        sync(NOW + HOUR)
    assert rows_of(url, "job_failures") == before, "the time of the last good run included"


def test_a_service_without_the_file_is_reported(bundle: Service, url: str) -> None:
    sync()
    assert select(url, REPORTS) == [("football-data.co.uk", "fixtures.csv", "it is not there")]


def test_an_older_file_changes_nothing(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    bundle.fixtures(FRIDAY - timedelta(days=3), {**COMING, "Date": "28/04/2024"})
    sync(NOW + HOUR)
    assert select(url, "SELECT kick_off FROM matches") == [(datetime(2024, 4, 27, 14, tzinfo=UTC),)]


class Org:
    """football-data.org as it stands: its matches, or nothing but errors."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def matches(self, *content: dict[str, Any], competitions: str = "PL,PD,BL1,SA,FL1,CL") -> None:
        """Tell of these matches, in these competitions."""
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
def test_both_sources_tell_of_one_match(org: Org, bundle: Service, url: str) -> None:
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
    """A restricted one is told in the same way."""
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"), competitions="PL,PD,BL1,SA,FL1")
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


def test_what_was_told_twice_in_one_answer_is_one_row(org: Org, bundle: Service, url: str) -> None:
    org.matches(a_match(436001, "2024-04-27T14:00:00Z"), a_match(436001, "2024-04-27T14:00:00Z"))
    bundle.fixtures(FRIDAY, COMING, COMING)
    sync()
    rows: Rows = rows_of(url)
    assert (len(rows["matches"]), len(rows["offers"]), len(rows["payloads"])) == (1, 1, 2)


@pytest.mark.case("J12", "K5")
def test_a_phantom_ends_when_another_source_tells_who_it_is(org: Org, bundle: Service, url: str) -> None:
    """The CSV service was first, under a name that is like none; then football-data.org told of the same match."""
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
            content = {"resultSet": {"competitions": "PL,PD,BL1,SA,FL1,CL"}, "matches": []}
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
def test_a_part_alone_may_be_asked_for(
    requested_urls: list[str], event: dict[str, Any], matches: bool, tables: bool
) -> None:
    assert run("sync_fixtures", NOW, event)["status"] == "done"
    assert any(address.startswith("/v4/matches?") for address in requested_urls) is matches
    assert any(address.startswith("/fixtures.csv") for address in requested_urls) is matches
    assert len([address for address in requested_urls if "/standings" in address]) == (6 if tables else 0)


@pytest.mark.parametrize(
    ("days", "end"), [(1, "2024-04-29"), (7, "2024-05-05"), (14, "2024-05-12"), (None, "2024-05-12")]
)
def test_fewer_days_may_be_asked_for(requested_urls: list[str], days: int | None, end: str) -> None:
    run("sync_fixtures", NOW, {} if days is None else {"days": days})
    spans = [
        re.findall(r"date(?:From|To)=([\d-]+)", address) for address in requested_urls if "/v4/matches?" in address
    ]
    assert (min(spans)[0], max(spans)[1]) == ("2024-04-24", end), "whose day is not meant: I6"


@pytest.mark.parametrize("days", [0, 15, -1, "7", 7.5, None])
def test_days_that_cannot_be_say_how_to_mend_them(requested_urls: list[str], days: object) -> None:
    with pytest.raises(InvalidEvent, match="from 1 to 14"):
        run("sync_fixtures", NOW, {"days": days})
    assert requested_urls == []


STORED = "SELECT source, hour, kick_off FROM matches"
BY_DAY = "2024-04-27T00:00:00Z"
"""What football-data.org says, SCHEDULED, while it knows the day alone."""
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
    assert rows_of(url, "jobs") == before, "the day alone takes no hour back that another source told"
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


def test_a_source_takes_its_hour_back_by_telling_the_day_alone(org: Org, bundle: Service, url: str) -> None:
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
