"""The forecast of a match as readers get it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.football.team import Source
from shared.stores.database import connect
from shared.stores.football import matches
from shared.stores.forecasting import predictions
from shared.stores.news import explanations
from shared.web.predictions import schemas
from tests.conftest import Databases
from tests.factories import (
    BEFORE,
    explanation,
    forecast,
    insert_matches,
    insert_predictions,
    match_update,
)
from tests.functions.predictions.api import DAY, get, get_json
from tests.running import environment, select
from tests.tokens import SUPABASE


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


def test_an_older_forecast_without_half_time_markets_is_returned_without_them(bundle: object, url: str) -> None:
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


def test_a_forecast_states_how_near_such_forecasts_of_its_league_were_to_closing_prices(match_id: int) -> None:
    accuracy = get_json(f"/{match_id}")["league_accuracy"]
    assert (accuracy["sufficient"], accuracy["max_gap"], accuracy["note"]) == (True, 0.0015, None)
    assert 0 < accuracy["gap"] < accuracy["max_gap"]
    assert accuracy["n"] > 3000


def test_a_consensus_of_the_bookmakers_is_labelled_and_never_measured(saturday: str, databases: Databases) -> None:
    """Nor is a competition without past closing prices: its note is in the reader's language."""
    with databases.copy(saturday) as url, environment(DATABASE_URL=url, **SUPABASE):
        with connect(url, "test") as db, db.transaction():
            cup = {"competition": "CL", "stage": "LAST_16", "source": Source.FOOTBALL_DATA_ORG}
            nothing = {"factors": None, "ratings_home": None, "ratings_draw": None, "ratings_away": None}
            (match_id,) = insert_predictions(
                db, match_update("Arsenal", "Lens", **cup), basis="consensus", ratings_bounds=None, **nothing
            )
        body, english = get_json(f"/{match_id}"), get_json(f"/{match_id}", accept_language="en")
    assert (body["basis"], body["confidence_record"]) == ("consensus", None)
    assert "consensus des bookmakers" in body["explanation"]
    assert {**body["league_accuracy"], "note": ""} == {
        "sufficient": False, "gap": None, "max_gap": None, "n": 0, "note": "",
    }  # fmt: skip
    assert body["league_accuracy"]["note"].startswith("Pour la compétition Champions League, cette sorte de prévision")
    assert english["league_accuracy"]["note"].startswith(
        "In the Champions League this kind of forecast was not measured"
    )


def test_a_forecast_lists_the_five_largest_factors(saturday_url: str) -> None:
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


def test_a_consensus_forecast_has_no_factors_or_interval(bundle: object, url: str) -> None:
    nothing = {"ratings_home": None, "ratings_draw": None, "ratings_away": None, "ratings_bounds": None}
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(), basis="consensus", factors=None, **nothing)
    body = get_json(f"/{match_id}", accept_language="en")
    assert (body["factors"], body["starting_point"], body["newcomers"], body["ratings_interval"]) == (
        [],
        None,
        [],
        None,
    )
    assert "the consensus of the bookmakers" in body["explanation"]
    assert (body["basis"], body["confidence_record"]) == ("consensus", None), "no season was forecast so"


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


def test_a_match_without_a_forecast_is_a_404_with_a_reason(saturday_url: str) -> None:
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


@pytest.mark.parametrize("plan", [None, "free"])
def test_hidden_sections_of_a_forecast_are_listed_and_absent(
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
    ]
    assert {factor["plan"] for factor in body["hidden"]} == {"premium"}
    assert all(factor["reason"].startswith("Avec Premium") for factor in body["hidden"])
    assert full["hidden"] == []


@pytest.mark.parametrize(("plan", "visible"), [(None, False), ("free", False), ("premium", True)])
def test_rest_and_weather_come_with_premium(match_id: int, saturday_url: str, plan: str | None, visible: bool) -> None:
    body = get_json(f"/{match_id}", plan=plan)
    assert (body["fatigue_info"] is not None, body["weather"] is not None) == (visible, visible)
    if visible:
        assert body["fatigue_info"]["home_team"]["rest_days"] > 0
        assert body["weather"] | {"available": False, "reason": "no_forecast"} == body["weather"], (
            "no forecast was fetched"
        )


def insert_explained(url: str, **changes: Any) -> int:
    """A match of Saturday whose forecast was explained by a model, with an article."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update())
        explanations.add(db, explanation(match_id, **changes))
    return match_id


def test_a_stored_explanation_is_completed_with_current_facts(bundle: object, url: str) -> None:
    match_id = insert_explained(url)
    for language, begins in (("fr", "Arsenal est devant. En rejouant"), ("en", "Arsenal are ahead. Replaying")):
        body = get_json(f"/{match_id}", accept_language=language)
        assert body["explanation"].startswith(begins), "and the past record"
        assert body["key_factors"][:3] == (["Un", "Deux", "Trois"] if language == "fr" else ["One", "Two", "Three"])
        assert body["risk_factors"][-1] == ("Le nul" if language == "fr" else "The draw")
        assert len(body["risk_factors"]) >= 2, "how often it fails stands before"
    assert body["match_context_summary"] == "The striker is out."
    assert body["news_sources"] == [{"source": "BBC Sport", "title": "Striker out", "url": "https://news.example/a"}]


def test_the_news_adjustment_is_returned_beside_the_unadjusted_forecast(bundle: object, url: str) -> None:
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
    """The text is public, its news sources and more than two reasons are not."""
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


def test_a_forecast_of_a_match_without_an_hour_has_hour_known_false(bundle: object, url: str) -> None:
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
