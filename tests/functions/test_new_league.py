"""A league that is added by one row in the table of competitions goes all the way from its files to the answers."""

from datetime import UTC, datetime

import pytest

from models.training import dataset, walk_forward
from shared.football.competition import COMPETITIONS, Competition
from tests.running import invoke, run, run_all, select
from tests.season import Service, row

NOW = datetime(2024, 4, 27, 7, tzinfo=UTC)
FRIDAY = datetime(2024, 4, 26, 14, tzinfo=UTC)
GENEROUS = {f"Max{end}": price for end, price in zip("HDA", ("2.60", "4.40", "4.90"), strict=True)}


@pytest.fixture
def league(monkeypatch: pytest.MonkeyPatch) -> Competition:
    """Four clubs, whose names we know, in a division that no source has."""
    row = Competition("XL", 10, "Ligue inventée", "Atlantide", "xx", "ATL", "X1", clubs=4)
    monkeypatch.setitem(COMPETITIONS, row.code, row)
    return row


@pytest.mark.case("A1")
def test_a_new_competition_row_suffices_from_files_to_responses(league: Competition, bundle: Service, url: str) -> None:
    prices = {"prices": (2.2, 3.3, 3.3), "closing": (2.1, 3.3, 3.5), "division": "X1"}
    played = [
        row("Ajax", "Genk", "06/04/2024 15:00", "4-0", **prices),
        row("Genk", "Benfica", "13/04/2024 15:00", "0-1", **prices),
    ]
    bundle.results(FRIDAY, *played, division="X1")
    coming = row("Benfica", "Ajax", "27/04/2024 18:00", prices=(2.05, 3.4, 3.8), division="X1") | GENEROUS
    bundle.fixtures(FRIDAY, coming)
    run_all(NOW, "sync_history", "sync_fixtures", "update_ratings", "publish_predictions")
    assert select(url, "SELECT nation, count(*) FROM level_strengths GROUP BY nation") == [("ATL", 2)]
    ((match_id, basis, by_ratings),) = select(url, "SELECT match_id, basis, ratings_home FROM predictions")
    assert (match_id // 10**10, basis, 0 < by_ratings < 1) == (2310, "prices", True)
    assert run("choose_picks", NOW)["reason"] == "unproven_leagues", "its forecasts were never measured"

    shown = invoke("matches", "/api/v1/matches/competitions", at=NOW).json["competitions"]
    assert {"code": "XL", "name": "Ligue inventée", "country": "Atlantide", "flag": "xx"} in shown
    (match,) = invoke("matches", "/api/v1/matches?competition=ligue inventee", at=NOW).json["matches"]
    assert (match["id"], match["competition_code"]) == (match_id, "XL")
    table = invoke("matches", "/api/v1/matches/standings/XL", at=NOW).json["standings"]
    assert [(line["team_name"], line["points"]) for line in table] == [("Ajax", 3), ("Benfica", 3), ("Genk", 0)]
    forecast = invoke("predictions", f"/api/v1/predictions/{match_id}", at=NOW).json
    assert (forecast["competition"], forecast["league_accuracy"]["sufficient"]) == ("Ligue inventée", False)

    matches = dataset.read(bundle.directory, [2023])
    prepared = walk_forward.prepare(matches, [league.code])
    assert set(matches.competition) == {"XL"}
    assert (prepared.forecast.all(), prepared.top_five.any()) == (True, False), "it is forecast, and trains nothing"
    assert (prepared.rows[:, :, 0] == [1.0, 0.0]).all()
