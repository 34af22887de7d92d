"""Strengths learned from results: in order, whatever the order that the results came in."""

from datetime import UTC, datetime, timedelta
from math import nan
from typing import Any

import pytest

from shared.betting.consensus import log_goals
from shared.clients.sources.football_data_uk_parser import parse_kick_off
from shared.football.calendar import paris_day
from shared.football.match import match_id
from shared.football.team import Source
from shared.football.teams import find
from shared.forecasting.result import result_from
from shared.forecasting.strengths import Strengths, learn
from tests.running import rows_of, run, select
from tests.season import Row, Service, read_season, row

NOW = datetime(2024, 4, 28, 3, 20, tzinfo=UTC)
NEWEST = "SELECT DISTINCT ON (team_id) team_id, state FROM club_strengths ORDER BY team_id, day DESC"
TABLES = ("club_strengths", "level_strengths", "learned_results")
FIRST = row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1")
SECOND = row("Everton", "Arsenal", "20/04/2024 15:00", "0-0")
THIRD = row("Chelsea", "Everton", "27/04/2024 15:00", "3-1")


def update(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("update_ratings", now, event)


def ratings_rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    rows = rows_of(url)
    return {table: rows[table] for table in TABLES}


def load_and_update(bundle: Service, *rows: Row, now: datetime = NOW) -> dict[str, Any]:
    """Bring in these results and learn from them."""
    bundle.results(now, *rows)
    run("sync_history", now, {"seasons": 1})
    return update(now)


def test_the_strengths_equal_learning_day_by_day(bundle: Service, url: str) -> None:
    """Folded here from the file's own columns: the average's prices, shots and goals."""
    rows = read_season("E0")[:60]
    bundle.results(NOW, *rows)
    run("sync_history", NOW, {"seasons": 1})
    assert update()["results"] == 60

    def numbers(result: Row, *columns: str) -> list[float]:
        return [float(result[column]) if result.get(column) else nan for column in columns]

    results: list[tuple[Any, ...]] = []
    for r in rows:
        home, away = (find(Source.FOOTBALL_DATA_UK, r[side]) for side in ("HomeTeam", "AwayTeam"))
        assert home is not None
        assert away is not None
        clubs = (home.team_id, away.team_id)
        results.append((paris_day(parse_kick_off(r)), match_id("PL", 2023, "REGULAR_SEASON", *clubs), clubs, r))
    results.sort(key=lambda result: result[:2])
    closing, opening = (
        log_goals(
            [numbers(r, f"Avg{c}H", f"Avg{c}D", f"Avg{c}A") for *_, r in results],
            [numbers(r, f"Avg{c}>2.5", f"Avg{c}<2.5") for *_, r in results],
        )
        for c in ("C", "")
    )
    strengths = Strengths()
    learn(
        strengths,
        [
            result_from(
                day=day,
                competition="PL",
                season=2023,
                clubs=clubs,
                goals=(int(r["FTHG"]), int(r["FTAG"])),
                shots=numbers(r, "HS", "AS"),
                shots_on_target=numbers(r, "HST", "AST"),
                expected_goals=numbers(r, "HxG", "AxG"),
                corners=numbers(r, "HC", "AC"),
                closing=closing[place].tolist(),
                opening=opening[place].tolist(),
            )
            for place, (day, _, clubs, r) in enumerate(results)
        ],
    )
    assert dict(select(url, NEWEST)) == {team: club.numbers() for team, club in strengths.clubs.items()}
    assert len(strengths.clubs) == 20
    assert sum(club.played for club in strengths.clubs.values()) == 2 * 60


@pytest.mark.case("G1")
def test_without_new_results_nothing_is_learned_again(bundle: Service, url: str) -> None:
    assert load_and_update(bundle, FIRST, SECOND)["results"] == 2
    before = ratings_rows(url)
    assert update(NOW + timedelta(hours=12)) == {
        "job": "update_ratings",
        "day": "2024-04-28",
        "status": "done",
        "days": 0,
        "results": 0,
    }
    assert ratings_rows(url) == before


@pytest.mark.parametrize("late", [FIRST, SECOND, THIRD])
def test_a_late_result_gives_the_same_ratings_as_learning_in_order(bundle: Service, url: str, late: Row) -> None:
    in_time = [result for result in (FIRST, SECOND, THIRD) if result is not late]
    load_and_update(bundle, *in_time)
    report = load_and_update(bundle, FIRST, SECOND, THIRD, now=NOW + timedelta(hours=12))
    day, month, year = late["Date"].split("/")
    assert report["since"] == f"{year}-{month}-{day}", "only from that day on"
    assert ratings_rows(url) == ratings_from_scratch(bundle, url)


def test_a_corrected_result_is_learned_again(bundle: Service, url: str) -> None:
    load_and_update(bundle, {**FIRST, "FTHG": "9"}, SECOND, THIRD)
    wrong = ratings_rows(url)
    assert load_and_update(bundle, FIRST, SECOND, THIRD, now=NOW + timedelta(hours=12))["since"] == "2024-04-13"
    assert ratings_rows(url) != wrong
    assert ratings_rows(url) == ratings_from_scratch(bundle, url)


@pytest.mark.case("M4")
def test_an_old_correction_is_learned_from_the_start_of_its_season_on(bundle: Service, url: str) -> None:
    """The covariances of its own day are no longer stored."""
    odds = (1.9, 3.6, 4.2)
    old = row("Arsenal", "Everton", "16/09/2023 15:00", "1-0", closing=odds)
    results = (
        row("Chelsea", "Arsenal", "12/08/2023 15:00", "1-1", closing=odds),
        old,
        row("Everton", "Chelsea", "09/12/2023 15:00", "2-0", closing=odds),
        row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1", closing=odds),
    )
    last_season = [row("Everton", "Arsenal", f"{day}/05/2023 15:00", "1-1", closing=odds) for day in ("13", "20")]
    bundle.results(NOW, *last_season, season="2223")
    run("sync_history", NOW, {"seasons": 2})
    load_and_update(bundle, *results[:3])
    load_and_update(bundle, *results)
    stored = "SELECT day::text FROM level_strengths WHERE joint_covariance IS NOT NULL ORDER BY day"
    assert select(url, stored) == [("2023-05-20",), ("2024-04-13",)]
    corrected = [result if result is not old else old | {"FTHG": "4"} for result in results]
    report = load_and_update(bundle, *corrected, now=NOW + timedelta(hours=12))
    assert (report["since"], report["results"]) == ("2023-07-01", 4)
    assert ratings_rows(url) == ratings_from_scratch(bundle, url)


def test_an_earlier_day_in_the_event_is_learned_from_again_to_the_same_end(bundle: Service, url: str) -> None:
    load_and_update(bundle, FIRST, SECOND, THIRD)
    before = ratings_rows(url)
    assert update(day="2024-04-20")["results"] == 2
    assert update(day="2000-01-01")["results"] == 3
    assert ratings_rows(url) == before


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"HS": "12", "AS": "9", "HST": "4", "AST": "5", "HC": "6", "AC": "4"}, id="statistics"),
        pytest.param({"AvgCH": "1.6", "AvgCD": "4", "AvgCA": "6"}, id="closing prices"),
    ],
)
def test_later_additions_to_a_row_are_learned_again_once(bundle: Service, url: str, later: Row) -> None:
    load_and_update(bundle, FIRST, SECOND, THIRD)
    poorer = ratings_rows(url)
    assert load_and_update(bundle, FIRST, SECOND | later, THIRD, now=NOW + timedelta(hours=12))["since"] == "2024-04-20"
    assert ratings_rows(url) != poorer
    assert update(NOW + timedelta(hours=13))["results"] == 0
    assert ratings_rows(url) == ratings_from_scratch(bundle, url)


def test_corrected_statistics_without_a_new_score_are_learned_again_once(bundle: Service, url: str) -> None:
    shots = {"HS": "12", "AS": "9", "HST": "4", "AST": "5"}
    load_and_update(bundle, FIRST, SECOND | shots, THIRD)
    wrong = ratings_rows(url)
    corrected = SECOND | shots | {"AST": "2"}
    assert load_and_update(bundle, FIRST, corrected, THIRD, now=NOW + timedelta(hours=12))["since"] == "2024-04-20"
    assert ratings_rows(url) != wrong
    assert update(NOW + timedelta(hours=13))["results"] == 0
    assert ratings_rows(url) == ratings_from_scratch(bundle, url)


def test_unused_closing_prices_do_not_trigger_learning_again(bundle: Service, url: str) -> None:
    best_alone = {"MaxCH": "1.6", "MaxCD": "4", "MaxCA": "6"}
    assert load_and_update(bundle, FIRST | best_alone, SECOND, THIRD)["results"] == 3
    assert update(NOW + timedelta(hours=12))["results"] == 0


def test_a_day_after_the_last_result_teaches_nothing(bundle: Service, url: str) -> None:
    load_and_update(bundle, FIRST, SECOND)
    before = ratings_rows(url)
    assert update(day="2024-04-25")["results"] == 0
    assert ratings_rows(url) == before


@pytest.mark.case("K4")
def test_the_divisions_of_a_country_share_a_scale_and_countries_do_not(bundle: Service, url: str) -> None:
    bundle.results(NOW, FIRST)
    bundle.results(NOW, row("Leeds", "Norwich", "13/04/2024 15:00", "2-1", division="E1"), division="E1")
    bundle.results(NOW, row("Lens", "Lille", "13/04/2024 15:00", "2-1", division="F1"), division="F1")
    run("sync_history", NOW, {"seasons": 1})
    update()
    assert select(url, "SELECT nation, count(*) FROM level_strengths GROUP BY nation ORDER BY nation") == [
        ("ENG", 1),
        ("FRA", 1),
    ]
    elo = dict(select(url, "SELECT name, elo FROM club_strengths JOIN teams USING (team_id)"))
    assert elo["Leeds United"] < 1400, "a second division starts lower"
    assert 1480 < elo["Chelsea"] < elo["Arsenal"]


def ratings_from_scratch(bundle: Service, url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What one go from the first day leaves."""
    update(NOW + timedelta(days=1), day="2000-01-01")
    return ratings_rows(url)
