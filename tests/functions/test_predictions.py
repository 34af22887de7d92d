"""Published forecasts, the day's picks and the record, over a real Saturday and its Sunday."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import log
from statistics import fmean
from typing import Any

import pytest

from functions.predictions import record_schemas, schemas
from local import fake_upstash
from shared.accounts import entitlements
from shared.betting.licensed_operators import LICENSED_IN_FRANCE
from shared.betting.picks import NoPickReason
from shared.betting.settlement import BetResult
from shared.clients.fact_sheets import CSV_BOOKMAKERS
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.football.team import Source
from shared.runtime import wiring
from shared.services import redis_backed
from shared.stores.betting import picks, play_limits
from shared.stores.database import connect
from shared.stores.football import matches
from shared.stores.forecasting import predictions
from shared.stores.news import explanations
from tests.conftest import SATURDAY, Databases
from tests.factories import (
    BEFORE,
    choice,
    explanation,
    forecast,
    insert_matches,
    insert_predictions,
    match_update,
    pick,
)
from tests.picks_for_everyone import entitlements_with_picks_for_everyone
from tests.running import HttpResponse, environment, invoke, select
from tests.season import read_season, real_seasons
from tests.tokens import ALICE, BOB, SUPABASE, bearer

PREFIX = "/api/v1/predictions"
SUNDAY = SATURDAY + timedelta(days=1)
DAY = date(2024, 4, 27)
NOTICE = (
    "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
    "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
)
FORECASTS = """
    SELECT m.competition, p.home, p.draw, p.away, m.home_goals, m.away_goals
    FROM predictions p JOIN matches m USING (match_id)
    WHERE m.status = 'finished'
"""
EDGES = (0.0, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 1.01)


def get(target: str, at: datetime = SATURDAY, plan: str | None = "premium", **headers: str) -> HttpResponse:
    if plan is not None:
        headers["authorization"] = bearer(at, app_metadata={"role": plan})
    return invoke("predictions", PREFIX + target, at=at, **headers)


def get_json(target: str, at: datetime = SATURDAY, plan: str | None = "premium", **headers: str) -> Any:
    response = get(target, at, plan, **headers)
    assert response.status == 200, response.body
    return response.json


@pytest.fixture
def match_id(saturday_url: str) -> int:
    """West Ham United v Liverpool, in the afternoon."""
    ids = select(
        saturday_url, "SELECT match_id FROM matches WHERE kick_off = '2024-04-27 11:30Z' AND competition = 'PL'"
    )
    return ids[0][0]


def test_a_forecast_has_the_fields_of_the_contract(match_id: int, saturday_url: str) -> None:
    body = get_json(f"/{match_id}")
    schemas.PredictionResponse.model_validate(body)
    assert (body["match_id"], body["home_team"], body["away_team"]) == (match_id, "West Ham United", "Liverpool")
    assert (body["competition"], body["competition_code"], body["match_date"]) == (
        "Premier League",
        "PL",
        "2024-04-27T11:30:00Z",
    )
    assert (body["created_at"], body["basis"], body["recommended_bet"]) == (
        "2024-04-27T05:00:00Z",
        "prices",
        "away_win",
    )
    picked = bool(select(saturday_url, "SELECT 1 FROM picks WHERE match_id = %s", match_id))
    assert (body["is_daily_pick"], body["pick"] is not None, body["legal_notice"] is not None) == (picked,) * 3
    assert (body["is_verified"], body["is_correct"], body["actual_score"]) == (False, None, None)
    assert body["model_contributions"] is body["llm_adjustments"] is None
    assert body["confidence"] == body["probabilities"]["away_win"]
    assert set(body["probabilities"]) == {"home_win", "draw", "away_win"}
    assert set(body["multi_markets"]["double_chance"]) >= {"1X", "X2", "12"}
    assert {m["line"] for k, m in body["multi_markets"].items() if k.startswith("over_under")} == {1.5, 2.5, 3.5}


@pytest.mark.case("M1")
def test_the_numbers_of_every_forecast_agree_with_each_other(saturday_url: str) -> None:
    for (match_id,) in select(saturday_url, "SELECT match_id FROM predictions"):
        body = get_json(f"/{match_id}?include_model_details=true")
        shares, markets = body["probabilities"], body["multi_markets"]
        assert sum(shares.values()) == pytest.approx(1, abs=1e-9)
        assert sum(body["model_contributions"]["xgboost"].values()) == pytest.approx(1, abs=1e-9)
        double = markets["double_chance"]
        assert double["1X"] == pytest.approx(shares["home_win"] + shares["draw"], abs=1e-9)
        assert double["12"] == pytest.approx(shares["home_win"] + shares["away_win"], abs=1e-9)
        overs = [markets[f"over_under_{line}5"] for line in (1, 2, 3)]
        assert all(m["over_prob"] + m["under_prob"] == pytest.approx(1, abs=1e-9) for m in overs)
        assert overs[0]["over_prob"] > overs[1]["over_prob"] > overs[2]["over_prob"]
        assert markets["btts"]["yes_prob"] + markets["btts"]["no_prob"] == pytest.approx(1, abs=1e-9)
        half_time = markets["half_time"]
        assert sum(half_time[side] for side in ("home", "draw", "away")) == pytest.approx(1, abs=1e-9)
        assert half_time["over_15"] < half_time["over_05"]
        assert half_time["over_15"] < overs[0]["over_prob"]
        assert max(markets["correct_score"]["scores"].values()) == markets["correct_score"]["most_likely_prob"]
        assert markets["expected_total_goals"] == pytest.approx(
            markets["expected_home_goals"] + markets["expected_away_goals"], abs=0.011
        )
        assert body["confidence"] == shares[body["recommended_bet"]]


def test_a_forecast_from_before_half_time_was_told_is_shown_without_it(bundle: object, url: str) -> None:
    full = forecast(0).markets
    earlier = {name: market for name, market in full.items() if not name.startswith("half_time")}
    with connect(url, "test") as db, db.transaction():
        (before,) = insert_predictions(db, match_update(), markets=earlier)
        (since,) = insert_predictions(db, match_update("Everton", "Fulham"))
    assert get_json(f"/{before}")["multi_markets"]["half_time"] is None
    ahead, level, behind = full["half_time"]
    assert get_json(f"/{since}")["multi_markets"]["half_time"] == {
        "home": pytest.approx(ahead, abs=6e-5),
        "draw": pytest.approx(level, abs=1.1e-4),
        "away": pytest.approx(behind, abs=6e-5),
        "over_05": pytest.approx(full["half_time_over"][0][1], abs=6e-5),
        "over_15": pytest.approx(full["half_time_over"][1][1], abs=6e-5),
    }


def test_a_confidence_comes_with_its_past(match_id: int) -> None:
    body = get_json(f"/{match_id}")
    past = body["confidence_record"]
    assert past["low"] <= body["confidence"] < past["high"]
    assert (past["league"], past["basis"], past["seasons"]) == ("PL", "prices", "2012-2023")
    assert past["hit_rate"] == round(past["hits"] / past["n"], 4)
    assert past["interval"]["low"] < past["hit_rate"] < past["interval"]["high"]
    assert f"de {past['low']:.0%} à".replace("%", "\u00a0%") in body["explanation"]
    assert f"(Premier League, n = {past['n']})" in get_json(f"/{match_id}", accept_language="en")["explanation"]


def test_a_forecast_tells_the_five_factors_that_moved_it_most(saturday_url: str) -> None:
    for (match_id,) in select(saturday_url, "SELECT match_id FROM predictions"):
        body = get_json(f"/{match_id}", accept_language="en")
        sizes = [max(map(abs, factor["effect"].values())) for factor in body["factors"]]
        assert (len(sizes), sizes) == (5, sorted(sizes, reverse=True))
        for factor in body["factors"]:
            assert sum(factor["effect"].values()) == pytest.approx(0, abs=1e-9)
        factors = [line for line in body["key_factors"] if "\u00a0point" in line]
        large = [
            factor["label"] for factor, size in zip(body["factors"], sizes, strict=True) if round(100 * size, 1) > 0.5
        ]
        assert [line.partition(":")[0] for line in factors][: len(large)] == large
        assert body["key_factors"][: len(factors)] == factors
        assert body["key_factors"][len(factors)].startswith("These changes start from two average clubs: home 4")
        assert sum(body["starting_point"].values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.case("K4")
def test_a_newcomer_is_named_with_its_interval(bundle: object, url: str) -> None:
    with connect(url, "test") as db, db.transaction():
        (match_id,) = insert_matches(db, match_update(), now=BEFORE)
        row = matches.get(db, match_id)
        assert row is not None
        predictions.add(db, [forecast(match_id, basis="ratings", newcomers=[row.away_team_id])])
    body = get_json(f"/{match_id}")
    assert body["newcomers"] == ["Chelsea"]
    assert body["risk_factors"][1].startswith(
        "Chelsea est presque inconnu de nos données et compte comme un club moyen"
    )
    assert "Arsenal entre 36\u00a0% et 54\u00a0%" in body["risk_factors"][2]
    assert body["ratings_interval"]["home_win"] == {"low": 0.36, "high": 0.54}
    assert [factor["key"] for factor in body["factors"]] == ["prices", "goals"]
    assert body["factors"][0]["effect"] == {"home_win": 0.05, "draw": 0.02, "away_win": -0.07}
    assert body["starting_point"] == {"home_win": 0.44, "draw": 0.29, "away_win": 0.27}


def test_newcomers_are_named_the_home_side_first(bundle: object, url: str) -> None:
    with connect(url, "test") as db, db.transaction():
        (match_id,) = insert_matches(db, match_update(), now=BEFORE)
        row = matches.get(db, match_id)
        assert row is not None
        predictions.add(db, [forecast(match_id, newcomers=[row.away_team_id, row.home_team_id])])
    assert get_json(f"/{match_id}")["newcomers"] == ["Arsenal", "Chelsea"]


def test_a_forecast_of_which_nothing_was_told_apart_has_no_factors(bundle: object, url: str) -> None:
    nothing = {"ratings_home": None, "ratings_draw": None, "ratings_away": None, "ratings_bounds": None}
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(), factors=None, **nothing)
    body = get_json(f"/{match_id}", accept_language="en")
    assert (body["factors"], body["starting_point"], body["newcomers"], body["ratings_interval"]) == (
        [],
        None,
        [],
        None,
    )
    assert "come from the match's prices alone" in body["explanation"]


def test_the_models_are_shown_on_request_only(match_id: int) -> None:
    models = get_json(f"/{match_id}?include_model_details=true")["model_contributions"]
    assert set(models) == {"poisson", "xgboost", "xg_model", "elo"}
    assert models["xgboost"]["away_win"] > models["xgboost"]["home_win"]
    assert get_json(f"/{match_id}?include_model_details=false")["model_contributions"] is None


SMALL_WORDS = {
    "fr": {"à", "au", "aux", "dans", "de", "des", "du", "en", "est", "et", "la", "le", "les", "notre", "ont", "par"}
    | {"pour", "que", "qui", "sont", "sur", "un", "une"},
    "en": {"an", "and", "are", "at", "by", "for", "from", "in", "is", "it", "of", "our", "that", "the", "their", "to"}
    | {"with"},
}
"""Words without which neither language gets along, and which the other does not have."""


def languages_of(text: str) -> set[str]:
    """The languages whose small words stand in a text."""
    words = set(re.findall(r"[a-zà-ÿ]+", text.lower()))
    return {language for language, small in SMALL_WORDS.items() if words & small}


@pytest.mark.parametrize(("header", "language"), [("fr", "fr"), ("en-GB,en;q=0.9", "en"), ("de", "fr")])
def test_a_forecast_is_explained_in_the_readers_language(match_id: int, header: str, language: str) -> None:
    """Every sentence of every text in it, and none in the other language."""
    body = get_json(f"/{match_id}", accept_language=header)
    sentences = [*re.split(r"(?<=[.!?])\s", body["explanation"]), *body["key_factors"], *body["risk_factors"]]
    sentences += [factor["label"] for factor in body["factors"]]
    assert len(sentences) > 8
    assert [text for text in sentences if languages_of(text) - {language}] == []
    for texts in ([body["explanation"]], body["key_factors"], body["risk_factors"]):
        assert languages_of(" ".join(texts)) == {language}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/99", 404),
        ("/0", 422),
        ("/9007199254740992", 422),
        ("/abc", 422),
        ("/12?include_model_details=maybe", 422),
        ("/daily?date=27/04/2024", 422),
        ("/daily?date=2023-02-29", 422),
        ("/stats?days=6", 422),
        ("/stats?days=366", 422),
        ("/calibration?days=6", 422),
        ("/calibration?days=x", 422),
        ("/nothing/here", 404),
    ],
)
def test_an_invalid_request_is_rejected_with_a_detail(saturday_url: str, target: str, status: int) -> None:
    response = get(target)
    assert (response.status, bool(response.json["detail"])) == (status, True)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("1990-01-01", "never_chosen"),
        ("2024-04-26", "never_chosen"),
        ("2024-04-28", "not_chosen_yet"),
        ("2100-01-01", "not_chosen_yet"),
    ],
)
def test_a_day_that_nobody_chose_says_so(saturday_url: str, day: str, reason: str) -> None:
    """A day that is over is not told to be chosen yet."""
    body = get_json(f"/daily?date={day}")
    assert (body["date"], body["picks"], body["reason_code"]) == (day, [], reason)
    assert (body["total_matches_analyzed"], body["committed_at"]) == (0, None)


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        ("1989-12-31", "Il faut au moins 1990-01-01.", "This must be at least 1990-01-01."),
        ("2100-01-02", "Il faut au plus 2100-01-01.", "This must be at most 2100-01-01."),
        ("27/04/2024", "Il faut un jour, écrit comme 2024-04-27.", "This must be a day, written as 2024-04-27."),
        ("2024-02-30", "Il faut un jour, écrit comme 2024-04-27.", "This must be a day, written as 2024-04-27."),
    ],
)
def test_a_day_that_is_none_is_told_in_the_readers_words(
    saturday_url: str, day: str, french: str, english: str
) -> None:
    for language, message in (("fr", french), ("en", english)):
        (fault,) = invoke("predictions", f"/api/v1/predictions/daily?date={day}", accept_language=language).json[
            "detail"
        ]
        assert (fault["loc"], fault["msg"]) == (["query", "date"], message)


def test_a_match_without_a_forecast_says_why(saturday_url: str) -> None:
    (match_id,) = select(saturday_url, "SELECT match_id FROM matches WHERE status = 'finished' LIMIT 1")[0]
    response = get(f"/{match_id}", accept_language="en")
    assert response.status == 404
    assert response.json["detail"].startswith("No forecast is published for this match")


def test_a_forecast_is_found_by_the_external_id_too(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        insert_predictions(db, match_update(source=Source.FOOTBALL_DATA_ORG, external_id="436777"))
    assert get_json("/436777")["home_team"] == "Arsenal"
    assert get("/36777").status == 404


def test_a_forecast_of_later_is_not_shown_before_it_is_published(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update())
    assert get(f"/{match_id}", BEFORE).status == 200
    assert get(f"/{match_id}", BEFORE - timedelta(seconds=1)).status == 404


def test_the_picks_are_those_that_were_committed(saturday_url: str) -> None:
    body = get_json("/daily")
    schemas.DailyPicksResponse.model_validate(body)
    committed = "SELECT rank, match_id, outcome, price, probability, value, share, stake FROM picks ORDER BY rank"
    rows = select(saturday_url, committed)
    assert (body["date"], body["committed_at"], body["total_matches_analyzed"]) == (
        "2024-04-27",
        "2024-04-27T05:00:00Z",
        20,
    )
    assert len(rows) == len(body["picks"]) > 0
    for row, item in zip(rows, body["picks"], strict=True):
        forecast = item["prediction"]
        assert (item["rank"], forecast["match_id"], item["pick_score"]) == (row[0], row[1], float(row[6]))
        assert (forecast["pick"]["outcome"], forecast["pick"]["price"]) == (row[2], float(row[3]))
        assert forecast["recommended_bet"] == {"home": "home_win", "draw": "draw", "away": "away_win"}[row[2]]
        assert forecast["confidence"] == pytest.approx(float(row[4]), abs=1e-4)
        assert forecast["value_score"] == float(row[5]) == forecast["pick"]["value"]
        assert forecast["pick"]["stake"] == float(row[7]) > 0
        assert forecast["pick"]["price_on_paper"] is True, "the CSV service names nobody who is licensed"
        assert forecast["is_daily_pick"] is True
        assert forecast["pick"]["result"] is None
    assert (len(rows), body["reason_code"], body["reason"]) == (5, None, None), "a full day needs no reason"
    assert get_json("/daily?date=2024-04-27", SUNDAY) == body, "they stay what they were"


@pytest.mark.case("P8")
def test_the_legal_notice_stands_word_for_word_on_every_answer_with_a_pick(saturday_url: str) -> None:
    for language in ("fr", "en", ""):
        body = get_json("/daily", accept_language=language)
        assert body["legal_notice"] == NOTICE
        assert body["picks"]
        for item in body["picks"]:
            assert item["prediction"]["legal_notice"] == NOTICE
            assert get_json(f"/{item['prediction']['match_id']}", accept_language=language)["legal_notice"] == NOTICE
        assert get_json("/daily?date=2024-01-01", accept_language=language)["legal_notice"] == NOTICE


@pytest.mark.case("G7")
def test_a_day_with_fewer_picks_says_why(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        ids = insert_predictions(db, match_update("Arsenal", "Chelsea"))
        picks.commit(db, DAY, BEFORE, 3, choice(pick(ids[0]), reason=NoPickReason.NO_VALUE))
    body = get_json("/daily")
    assert (len(body["picks"]), body["reason_code"], body["reason"][:12]) == (1, "no_value", "Nous ne prop")
    assert get_json("/daily", accept_language="en")["reason"].startswith("We only propose")


@pytest.mark.case("P9")
def test_only_licensed_bookmakers_are_named(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        ids = insert_predictions(
            db, match_update("Arsenal", "Chelsea"), match_update("Everton", "Fulham"), match_update("Wolves", "Luton")
        )
        names = ("pinnacle", "bwin", "unibet_fr")
        day = choice(*(pick(match_id, bookmaker=name) for match_id, name in zip(ids, names, strict=True)))
        picks.commit(db, DAY, BEFORE, 3, day)
    response = get("/daily")
    shown_picks = [item["prediction"]["pick"] for item in response.json["picks"]]
    assert [pick["bookmaker"] for pick in shown_picks] == [None, None, "Unibet"]
    assert [pick["price_on_paper"] for pick in shown_picks] == [True, True, False]
    risks = [" ".join(item["prediction"]["risk_factors"]) for item in response.json["picks"]]
    assert ["que nous ne pouvons pas nommer en France" in risk for risk in risks] == [True, True, False]
    unlicensed = {name.replace("_", " ") for name in CSV_BOOKMAKERS.values()} - {"market best", "market average"}
    text = json.dumps(response.json).lower().replace("_", " ")
    assert {name for name in unlicensed if name in text} == set()
    assert set(LICENSED_IN_FRANCE.values()) >= {"Unibet"}


def test_a_settled_pick_shows_its_ending(sunday_url: str) -> None:
    body = get_json("/daily?date=2024-04-27", SUNDAY)
    rows = select(
        sunday_url,
        """
        SELECT s.result, s.profit, c.closing_line_value
        FROM pick_settlements s JOIN pick_closings c USING (day, rank) ORDER BY rank
        """,
    )
    assert len(rows) == len(body["picks"]) > 0
    for (ending, profit, value), item in zip(rows, body["picks"], strict=True):
        forecast = item["prediction"]
        assert (forecast["pick"]["result"], forecast["pick"]["profit"]) == (ending, float(profit))
        assert forecast["pick"]["closing_line_value"] == float(value)
        assert forecast["is_verified"] is True
        assert forecast["is_correct"] is (ending == "won")
        home, away = map(int, forecast["actual_score"].split("-"))
        outcome_ = "home" if home > away else "draw" if home == away else "away"
        assert forecast["is_correct"] is (forecast["pick"]["outcome"] == outcome_)


def scored_forecasts(url: str) -> list[tuple[str, tuple[float, float, float], int]]:
    """Competition, forecast and outcome of the matches that were forecast and are over."""
    return [
        (code, (home, draw, away), 0 if scored_ > conceded else 1 if scored_ == conceded else 2)
        for code, home, draw, away, scored_, conceded in select(url, FORECASTS)
    ]


def test_the_statistics_are_those_that_anyone_can_work_out(sunday_url: str) -> None:
    body = get_json("/stats", SUNDAY)
    record_schemas.PredictionStatsResponse.model_validate(body)
    cases = scored_forecasts(sunday_url)
    hits = [max(range(3), key=p.__getitem__) == outcome for _, p, outcome in cases]
    assert (body["verified_predictions"], body["correct_predictions"]) == (len(cases), sum(hits)) == (20, sum(hits))
    assert body["accuracy"] == sum(hits) / 20, "a share: the dashboards write it as accuracy * 100 %"
    assert body["accuracy_interval"]["low"] < body["accuracy"] < body["accuracy_interval"]["high"]
    rps = [((p[0] - (o == 0)) ** 2 + (p[0] + p[1] - (o <= 1)) ** 2) / 2 for _, p, o in cases]
    assert body["rps"] == round(fmean(rps), 5)
    assert body["log_loss"] == round(fmean(-log(p[o]) for _, p, o in cases), 5)
    assert sum(tally["total"] for tally in body["by_competition"].values()) == 20
    assert body["by_competition"]["PL"]["total"] == 7
    for tally in (*body["by_competition"].values(), *body["by_bet_type"].values()):
        assert tally["accuracy"] == round(tally["correct"] / tally["total"], 4)
    assert sum(tally["correct"] for tally in body["by_bet_type"].values()) == sum(hits)
    profits = [profit for (profit,) in select(sunday_url, "SELECT profit FROM pick_settlements")]
    values = [value for (value,) in select(sunday_url, "SELECT closing_line_value FROM pick_closings")]
    assert (body["picks"]["total"], body["picks"]["settled"]) == (len(profits), len(values)) == (5, 5)
    assert body["picks"]["profit_units"] == round(float(sum(profits)), 2)
    assert body["roi_simulated"] == round(100 * float(sum(profits)) / 5, 1)
    assert body["picks"]["closing_line_value"] == pytest.approx(float(sum(values)) / 5, abs=5e-5)
    assert body["total_predictions"] == 20, "of matches that have begun"


def test_the_calibration_is_the_one_that_anyone_can_work_out(sunday_url: str) -> None:
    body = get_json("/calibration", SUNDAY)
    record_schemas.CalibrationResponse.model_validate(body)
    cases = [(max(p), max(range(3), key=p.__getitem__) == outcome) for _, p, outcome in scored_forecasts(sunday_url)]
    buckets = []
    for low, high in pairwise(EDGES):
        inside = [case for case in cases if low <= case[0] < high]
        if inside:
            buckets.append((len(inside), round(fmean(p for p, _ in inside), 4), round(fmean(c for _, c in inside), 4)))
    shown_buckets = [(b["count"], b["predicted_confidence"], b["actual_win_rate"]) for b in body["by_confidence"]]
    assert shown_buckets == buckets
    assert body["total_verified"] == 20
    assert body["overall_accuracy"] == round(fmean(hit for _, hit in cases), 4)
    error = sum(count * abs(p - hit) for count, p, hit in buckets) / 20
    assert body["overall_calibration_error"] == pytest.approx(error, abs=2e-4)
    assert sum(bet["total_predictions"] for bet in body["by_bet_type"]) == 20
    assert {code: row["total"] for code, row in body["by_competition"].items()}["PL"] == 7
    assert body["period"] == "Last 90 days"
    assert get_json("/calibration?days=30", SUNDAY)["period"] == "Last 30 days"


def test_picks_on_paper_and_at_licensed_prices_are_counted_apart(bundle: object, url: str) -> None:
    profits = {"market_best": Decimal("1.10"), "pinnacle": Decimal(-1), "unibet_fr": Decimal("-1.00")}
    with connect(url, "test") as db, db.transaction():
        ids = insert_predictions(
            db, match_update("Arsenal", "Chelsea"), match_update("Everton", "Fulham"), match_update("Wolves", "Luton")
        )
        day = choice(*(pick(match_id, bookmaker=name) for match_id, name in zip(ids, profits, strict=True)))
        picks.commit(db, DAY, BEFORE, 3, day)
        for row in picks.between(db, DAY, DAY):
            picks.add_settlement(
                db, row, BetResult.LOST, "0-1", profits[row.bookmaker], datetime(2024, 4, 28, tzinfo=UTC)
            )
        picks.add_closing_value(
            db, picks.between(db, DAY, DAY)[2], Decimal("0.5"), Decimal("0.05"), "football_data_uk", "pinnacle"
        )
    body = get_json("/stats", SUNDAY)["picks"]
    paper, licensed = body["at_paper_prices"], body["at_licensed_prices"]
    assert (paper["total"], paper["settled"], paper["profit_units"], paper["closing_line_value"]) == (2, 2, 0.1, None)
    assert (licensed["total"], licensed["profit_units"], licensed["closing_line_value"]) == (1, -1.0, 0.05)
    assert (body["total"], body["profit_units"], body["closing_line_value"]) == (3, -0.9, 0.05)


def test_nothing_has_been_forecast_is_no_fault(bundle: object) -> None:
    stats, calibration = get_json("/stats"), get_json("/calibration")
    assert (stats["total_predictions"], stats["accuracy"], stats["rps"], stats["picks"]["roi"]) == (0, 0.0, None, None)
    assert (calibration["total_verified"], calibration["by_confidence"]) == (0, [])


@pytest.fixture
def ended(bundle: object, url: str) -> Iterator[int]:
    """A pick that was void because its match was called off."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(status=Status.CANCELLED))
        picks.commit(db, DAY, BEFORE, 1, choice(pick(match_id)))
        picks.add_settlement(
            db, picks.between(db, DAY, DAY)[0], BetResult.VOID, None, Decimal(0), datetime(2024, 4, 28, tzinfo=UTC)
        )
    yield match_id


@pytest.mark.case("J4")
def test_a_void_pick_is_neither_right_nor_wrong(ended: int) -> None:
    (void_pick,) = get_json("/daily?date=2024-04-27", SUNDAY)["picks"]
    forecast = void_pick["prediction"]
    assert (forecast["match_id"], forecast["pick"]["result"], forecast["pick"]["profit"]) == (ended, "void", 0.0)
    assert (forecast["is_verified"], forecast["is_correct"], forecast["actual_score"]) == (False, None, None)


def test_the_day_of_the_test_is_the_one_in_the_files() -> None:
    played = [
        row
        for division in ("E0", "F1", "SP1", "I1", "D1")
        for row in read_season(division)
        if row["Date"] == "27/04/2024"
    ]
    assert len(played) == 20


@pytest.mark.case("D6")
@pytest.mark.parametrize(("plan", "visible"), [(None, 0), ("free", 3), ("premium", 5), ("elite", 5), ("admin", 5)])
def test_each_plan_sees_its_picks_and_is_told_of_the_others(saturday_url: str, plan: str | None, visible: int) -> None:
    """Nothing of what a plan does not show is in its answer."""
    every, response = get_json("/daily"), get("/daily", plan=plan)
    assert [pick["rank"] for pick in response.json["picks"]] == [1, 2, 3, 4, 5][:visible]
    assert [pick["rank"] for pick in response.json["hidden_picks"]] == [1, 2, 3, 4, 5][visible:]
    assert [section["what"] for section in response.json["hidden"]] == (["picks"] if visible < 5 else [])
    for item, full in zip(response.json["picks"], every["picks"], strict=False):
        assert (item["prediction"]["pick"], item["pick_score"]) == (full["prediction"]["pick"], full["pick_score"])
    for unseen, full in zip(response.json["hidden_picks"], every["picks"][visible:], strict=True):
        assert unseen == {"rank": full["rank"], **{key: full["prediction"][key] for key in unseen if key != "rank"}}
        match_body = get_json(f"/{unseen['match_id']}", plan=plan)
        likeliest = max(match_body["probabilities"], key=match_body["probabilities"].__getitem__)
        assert (match_body["is_daily_pick"], match_body["pick"], match_body["value_score"]) == (False, None, 0.0)
        assert match_body["recommended_bet"] == likeliest
        assert str(full["prediction"]["pick"]["price"]) not in json.dumps(match_body)


@pytest.mark.parametrize("plan", [None, "free", "premium"])
def test_where_picks_may_not_be_sold_one_line_shows_them_to_everyone(
    saturday_url: str, plan: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What else a plan sees stays as it is."""
    sold = get_json(f"/{get_json('/daily')['picks'][-1]['prediction']['match_id']}", plan=plan)
    monkeypatch.setattr(entitlements, "_FEATURES", vars(entitlements_with_picks_for_everyone())["_FEATURES"])
    body = get_json("/daily", plan=plan)
    assert [pick["rank"] for pick in body["picks"]] == [1, 2, 3, 4, 5]
    assert all(pick["prediction"]["pick"]["price"] for pick in body["picks"])
    assert (body["hidden_picks"], body["hidden"]) == ([], [])
    match_body = get_json(f"/{sold['match_id']}", plan=plan)
    assert (match_body["is_daily_pick"], match_body["pick"] is not None) == (True, True)
    assert (match_body["hidden"], match_body["multi_markets"]) == (sold["hidden"], sold["multi_markets"])


def test_who_is_told_of_a_plan_sees_more_with_it(saturday_url: str) -> None:
    """Once the first three picks are everybody's, a free account shows no more of the day than a visitor sees."""
    body = get_json("/daily", SATURDAY.replace(hour=14), None)
    assert [pick["rank"] for pick in body["hidden_picks"]] == [4, 5]
    assert [(section["what"], section["plan"]) for section in body["hidden"]] == [("picks", "premium")]
    assert "Premium" in body["hidden"][0]["reason"]


@pytest.mark.case("P7", "D6")
def test_who_pauses_is_shown_no_pick_by_a_cache_either(databases: Databases, saturday: str) -> None:
    """From the next request on, until the pause ends, though the same answers were kept before."""
    with databases.copy(saturday) as url, fake_upstash.serve() as (address, token):
        variables = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(real_seasons()), **SUPABASE, **variables):
            (first, *_) = get_json("/daily", accept_language="en")["picks"]
            assert get_json(f"/{first['prediction']['match_id']}")["is_daily_pick"]
            play_limits.pause(wiring.database(), ALICE, SUNDAY, SATURDAY)
            redis_backed.invalidate_plan(ALICE)
            for _ in range(2):
                body = get_json("/daily", accept_language="en")
                assert (body["picks"], body["hidden_picks"], body["hidden"]) == ([], [], [])
                assert (body["reason_code"], body["reason"].partition(":")[0]) == ("cool_off", "You asked for a pause")
                match_body = get_json(f"/{first['prediction']['match_id']}")
                assert (match_body["is_daily_pick"], match_body["pick"]) == (False, None)
            other = invoke("predictions", f"{PREFIX}/daily", at=SATURDAY, authorization=bearer(SATURDAY, sub=str(BOB)))
            assert len(other.json["picks"]) == 3
            assert len(get_json("/daily?date=2024-04-27", SUNDAY)["picks"]) == 5, "the pause is over"


@pytest.mark.parametrize("plan", [None, "free"])
def test_what_a_match_s_forecast_hides_is_said_and_not_there(
    match_id: int, saturday_url: str, plan: str | None
) -> None:
    body, full = get_json(f"/{match_id}?include_model_details=true", plan=plan), get_json(f"/{match_id}")
    assert (body["probabilities"], body["confidence_record"]) == (full["probabilities"], full["confidence_record"])
    assert (body["multi_markets"], body["model_contributions"]) == (None, None)
    assert body["factors"] == full["factors"][:2]
    assert not [factor for factor in body["key_factors"] if "2,5" in factor or "marquent" in factor]
    assert [factor for factor in full["key_factors"] if "2,5" in factor or "marquent" in factor]
    assert len(body["key_factors"]) <= 3 < len(full["key_factors"])
    assert [factor["what"] for factor in body["hidden"]] == [
        "factors",
        "markets",
        "model_details",
        "sources",
        "enrichment",
        "forecast_history",
    ]
    assert {factor["plan"] for factor in body["hidden"]} == {"premium"}
    assert all(factor["reason"].startswith("Avec Premium") for factor in body["hidden"])
    assert full["hidden"] == []


def test_a_pick_that_has_kicked_off_is_part_of_the_public_record(sunday_url: str) -> None:
    body = get_json("/daily?date=2024-04-27", SUNDAY, plan=None)
    assert [pick["rank"] for pick in body["picks"]] == [1, 2, 3, 4, 5]
    assert (body["hidden_picks"], body["hidden"]) == ([], [])
    assert all(pick["prediction"]["pick"]["result"] for pick in body["picks"])


@pytest.mark.parametrize(("plan", "visible"), [(None, False), ("free", False), ("premium", True)])
def test_rest_and_weather_come_with_premium(match_id: int, saturday_url: str, plan: str | None, visible: bool) -> None:
    body = get_json(f"/{match_id}", plan=plan)
    assert (body["fatigue_info"] is not None, body["weather"] is not None) == (visible, visible)
    if visible:
        assert body["fatigue_info"]["home_team"]["rest_days"] > 0
        assert body["weather"] | {"available": False, "reason": "no_forecast"} == body["weather"], "nobody was asked"


def insert_explained(url: str, **changes: Any) -> int:
    """A match of Saturday whose forecast was explained by a model, with an article."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update())
        explanations.add(db, explanation(match_id, **changes))
    return match_id


def test_a_text_that_was_written_is_shown_with_what_only_the_moment_tells(bundle: object, url: str) -> None:
    match_id = insert_explained(url)
    for language, begins in (("fr", "Arsenal est devant. En rejouant"), ("en", "Arsenal are ahead. Replaying")):
        body = get_json(f"/{match_id}", accept_language=language)
        assert body["explanation"].startswith(begins), "and the past record"
        assert body["key_factors"][:3] == (["Un", "Deux", "Trois"] if language == "fr" else ["One", "Two", "Three"])
        assert body["risk_factors"][-1] == ("Le nul" if language == "fr" else "The draw")
        assert len(body["risk_factors"]) >= 2, "how often it fails stands before"
    assert body["match_context_summary"] == "The striker is out."
    assert body["news_sources"] == [{"source": "BBC Sport", "title": "Striker out", "url": "https://news.example/a"}]


def test_what_the_news_would_change_is_shown_beside_a_forecast_that_does_not_count_it(bundle: object, url: str) -> None:
    body = get_json(f"/{insert_explained(url)}", accept_language="en")
    assert body["llm_adjustments"] == {
        "injury_impact_home": -0.18,
        "injury_impact_away": 0.0,
        "sentiment_home": 0.0,
        "sentiment_away": 0.0,
        "tactical_edge": 0.0,
        "motivation_edge": 0.0,
        "total_adjustment": -0.36,
        "reasoning": "What the news, read by a language model, might change; "
        "shown beside the forecast, which does not count it.",
    }
    assert body["probabilities"] == {"home_win": 0.5, "draw": 0.3, "away_win": 0.2}


@pytest.mark.parametrize("plan", [None, "free"])
def test_sources_come_with_premium(bundle: object, url: str, plan: str | None) -> None:
    """The text is for everybody, the news that it rests on and more than two reasons are not."""
    body = get_json(f"/{insert_explained(url)}", plan=plan, accept_language="en")
    assert body["explanation"].startswith("Arsenal are ahead.")
    assert body["key_factors"] == ["One", "Two"]
    assert [body[field] for field in ("match_context_summary", "news_sources", "llm_adjustments")] == [None] * 3
    assert "sources" in {part["what"] for part in body["hidden"]}


def test_a_text_is_never_shown_beside_another_version_of_its_forecast(bundle: object, url: str) -> None:
    match_id = insert_explained(url)
    with connect(url, "test") as db:
        later = {"published_at": BEFORE + timedelta(hours=1), "home": 0.6, "draw": 0.25, "away": 0.15}
        predictions.add(db, [forecast(match_id, **later)])
    body = get_json(f"/{match_id}", BEFORE + timedelta(hours=2), accept_language="en")
    assert "Arsenal are ahead." not in body["explanation"]
    assert body["explanation"].startswith("Arsenal v Chelsea: Arsenal 60%")
    assert body["news_sources"] is None


def test_a_forecast_of_a_match_without_an_hour_says_so(bundle: object, url: str) -> None:
    midnight = last_minute(DAY)
    with connect(url, "test") as db:
        [untimed, timed] = [
            insert_predictions(db, match_update(kick_off=midnight, hour=Hour.UNKNOWN))[0],
            insert_predictions(db, match_update("Everton", "Fulham"))[0],
        ]
    bodies = [get_json(f"/{match}") for match in (untimed, timed)]
    assert [(body_["match_date"], body_["hour_known"]) for body_ in bodies] == [
        ("2024-04-27T00:00:00Z", False),
        ("2024-04-27T14:00:00Z", True),
    ]


def test_a_hidden_pick_whose_match_lost_its_hour_says_so(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        ids = insert_predictions(
            db, *(match_update(home, away) for home, away in (("Arsenal", "Chelsea"), ("Everton", "Fulham")))
        )
        picks.commit(db, DAY, BEFORE, 2, choice(*(pick(match) for match in ids)))
        lost = match_update("Everton", "Fulham", kick_off=last_minute(DAY), hour=Hour.UNKNOWN, source_updated_at=BEFORE)
        insert_matches(db, lost, now=BEFORE)
    hidden = get_json("/daily?date=2024-04-27", BEFORE, plan=None)["hidden_picks"]
    assert ("2024-04-27T00:00:00Z", False) in [(item["match_date"], item["hour_known"]) for item in hidden]
