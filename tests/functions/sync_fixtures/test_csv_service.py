"""Fixtures and prices of the CSV service alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.football.team import Source
from shared.stores.database import connect
from tests.factories import insert_matches, match_update
from tests.functions.sync_fixtures.sources import COMING, FRIDAY, HOUR, NOW, OFFERS, REPORTS, sync
from tests.running import rows_of, run, select
from tests.season import Service, row


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


@pytest.mark.case("G1", "G9")
def test_a_file_without_rows_that_is_read_twice_at_once_is_not_what_the_next_one_is_compared_with(
    bundle: Service, url: str
) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    bundle.fixtures(FRIDAY + HOUR)
    for _ in range(2):
        sync(NOW + HOUR)
    bundle.fixtures(FRIDAY + 2 * HOUR, COMING)
    sync(NOW + 2 * HOUR)
    assert select(url, REPORTS) == []


def test_new_prices_are_added_beside_the_old_ones(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    bundle.fixtures(FRIDAY + HOUR, {**COMING, "AvgH": "2.30"})
    assert sync()["offers"] == 1
    assert [prices[0] for _, prices in select(url, OFFERS)] == [Decimal("2.100"), Decimal("2.300")]


@pytest.mark.case("L8")
def test_other_divisions_and_matches_that_have_begun_are_left_alone(bundle: Service, url: str) -> None:
    begun = row("Everton", "Fulham", "27/04/2024 05:59")  # BST: a minute ago
    bundle.fixtures(FRIDAY, row("Celtic", "Rangers", "27/04/2024 15:00", division="SC0"), begun)
    assert sync()["fixtures"] == 1
    assert rows_of(url)["matches"] == []
    assert rows_of(url)["offers"] == []


@pytest.mark.case("K5")
def test_an_unmatched_club_is_stored_and_reported_but_not_priced(bundle: Service, url: str) -> None:
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
def test_an_unmatched_clubs_fixture_is_cancelled_when_its_file_no_longer_lists_it(bundle: Service, url: str) -> None:
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
def test_an_overdue_fixture_is_postponed_or_cancelled(
    bundle: Service, url: str, home: str, days: int, status: str
) -> None:
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
def test_a_swapped_fixture_is_reported_and_not_applied(bundle: Service, url: str) -> None:
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
def test_a_rescheduled_match_retains_its_id_and_earlier_prices(bundle: Service, url: str) -> None:
    bundle.fixtures(FRIDAY, COMING)
    sync()
    bundle.fixtures(FRIDAY + HOUR, {**COMING, "Date": "28/04/2024"})
    sync()
    assert select(url, "SELECT kick_off FROM matches") == [(datetime(2024, 4, 28, 14, tzinfo=UTC),)]
    assert len({match_id for match_id, _ in select(url, OFFERS)}) == 1


@pytest.mark.case("G9", "E9")
def test_a_malformed_row_is_reported_and_the_rest_applied(bundle: Service, url: str) -> None:
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
def test_an_invalid_file_fails_the_run_and_changes_no_rows(bundle: Service, url: str, body: str) -> None:
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
