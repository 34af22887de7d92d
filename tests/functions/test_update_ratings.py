"""Strengths learned from results: in order, whatever the order that the results came in."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest

from shared.football.team import Source
from shared.football.teams import find
from shared.forecasting.ratings import Result, Strengths, learn
from tests.running import rows_of, run, select
from tests.season import Row, Service, read, row

NOW = datetime(2024, 4, 28, 3, 20, tzinfo=UTC)
NEWEST = """
    SELECT DISTINCT ON (team_id) team_id, attack, defence, elo, matches FROM club_ratings ORDER BY team_id, day DESC
"""
RATINGS = ("club_ratings", "level_ratings", "rated_results")
FIRST = row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1")
SECOND = row("Everton", "Arsenal", "20/04/2024 15:00", "0-0")
THIRD = row("Chelsea", "Everton", "27/04/2024 15:00", "3-1")


def update(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("update_ratings", now, event)


def learned(url: str) -> dict[str, list[tuple[Any, ...]]]:
    rows = rows_of(url)
    return {table: rows[table] for table in RATINGS}


def tell(bundle: Service, *rows: Row, now: datetime = NOW) -> dict[str, Any]:
    """Bring in these results and learn from them."""
    bundle.results(now, *rows)
    run("sync_history", now, {"seasons": 1})
    return update(now)


def test_the_ratings_are_a_fold_over_days(bundle: Service, url: str) -> None:
    rows = read("E0")[:60]
    tell(bundle, *rows)

    def result(told: Row) -> Result:
        home, away = (find(Source.FOOTBALL_DATA_UK, told[side]) for side in ("HomeTeam", "AwayTeam"))
        assert home is not None
        assert away is not None
        day = datetime.strptime(told["Date"], "%d/%m/%Y").date()  # noqa: DTZ007  # a day
        return Result(day, "ENG", 1, home.team_id, away.team_id, int(told["FTHG"]), int(told["FTAG"]))

    strengths = Strengths({}, {})
    played = sorted((result(told) for told in rows), key=lambda r: (r.day, r.home_team_id, r.away_team_id))
    for _, of_day in groupby(played, key=lambda r: r.day):
        strengths = learn(strengths, of_day)
    assert {team: tuple(rest) for team, *rest in select(url, NEWEST)} == {
        team: (r.attack, r.defence, r.elo, r.matches) for team, r in strengths.clubs.items()
    }


def test_without_news_nothing_is_learned_again(bundle: Service, url: str) -> None:  # G1
    assert tell(bundle, FIRST, SECOND)["results"] == 2
    before = learned(url)
    assert update(NOW + timedelta(hours=12)) == {
        "job": "update_ratings",
        "day": "2024-04-28",
        "status": "done",
        "days": 0,
        "results": 0,
    }
    assert learned(url) == before


@pytest.mark.parametrize("late", [FIRST, SECOND, THIRD])
def test_a_late_result_leaves_what_learning_in_order_leaves(bundle: Service, url: str, late: Row) -> None:
    in_time = [told for told in (FIRST, SECOND, THIRD) if told is not late]
    tell(bundle, *in_time)
    said = tell(bundle, FIRST, SECOND, THIRD, now=NOW + timedelta(hours=12))
    day, month, year = late["Date"].split("/")
    assert said["since"] == f"{year}-{month}-{day}", "only from that day on"
    assert learned(url) == learned_at_once(bundle, url)


def test_a_corrected_result_is_learned_anew(bundle: Service, url: str) -> None:
    tell(bundle, {**FIRST, "FTHG": "9"}, SECOND, THIRD)
    wrong = learned(url)
    assert tell(bundle, FIRST, SECOND, THIRD, now=NOW + timedelta(hours=12))["since"] == "2024-04-13"
    assert learned(url) != wrong
    assert learned(url) == learned_at_once(bundle, url)


def test_an_earlier_day_in_the_event_is_learned_from_again_to_the_same_end(bundle: Service, url: str) -> None:
    tell(bundle, FIRST, SECOND, THIRD)
    before = learned(url)
    assert update(day="2024-04-20")["results"] == 2
    assert update(day="2000-01-01")["results"] == 3
    assert learned(url) == before


def test_the_divisions_of_a_country_share_a_scale_and_countries_do_not(bundle: Service, url: str) -> None:  # K4
    bundle.results(NOW, FIRST)
    bundle.results(NOW, row("Leeds", "Norwich", "13/04/2024 15:00", "2-1", division="E1"), division="E1")
    bundle.results(NOW, row("Lens", "Lille", "13/04/2024 15:00", "2-1", division="F1"), division="F1")
    run("sync_history", NOW, {"seasons": 1})
    update()
    assert select(url, "SELECT nation, count(*) FROM level_ratings GROUP BY nation ORDER BY nation") == [
        ("ENG", 1),
        ("FRA", 1),
    ]
    elo = dict(select(url, "SELECT name, elo FROM club_ratings JOIN teams USING (team_id)"))
    assert elo["Leeds United"] < 1400, "a second division starts lower"
    assert 1480 < elo["Chelsea"] < elo["Arsenal"]


def learned_at_once(bundle: Service, url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What one go from the first day leaves."""
    update(NOW + timedelta(days=1), day="2000-01-01")
    return learned(url)
