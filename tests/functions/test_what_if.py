"""A match as a reader imagines it: the forecast from any minute, score and red cards on."""

import pytest

from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.forecasting.in_play import final_scores
from shared.forecasting.match_state import MatchState
from shared.stores.database import connect
from tests.conftest import SATURDAY
from tests.factories import insert_matches, insert_predictions, match_update
from tests.forecasting.by_hand import Scores
from tests.functions.test_every_market import assert_same, expected, forecast_of
from tests.running import HttpResponse, invoke
from tests.tokens import bearer

RATES = (1.7, 0.9, -0.07)


@pytest.fixture
def match_id(bundle: object, url: str) -> int:
    with connect(url, "test") as db:
        return insert_predictions(db, match_update(), **forecast_of(RATES))[0]


def what_if(match_id: int, query: str, plan: str = "premium") -> HttpResponse:
    return read(f"{match_id}/what-if?{query}", plan)


def read(target: str, plan: str = "premium") -> HttpResponse:
    token = bearer(SATURDAY, app_metadata={"role": plan})
    path = f"/api/v1/predictions/{target}"
    return invoke("predictions", path, at=SATURDAY, authorization=token, accept_language="en")


def test_a_lead_after_an_hour(match_id: int):
    response = what_if(match_id, "minute=60&home=1&away=0&away_red=1")
    assert response.status == 200, response.body
    body = response.json
    grid = final_scores(*RATES, MatchState(60, 1, 0, away_red=1))
    scores: Scores = {(i, j): float(grid[i, j]) for i in range(16) for j in range(16)}
    goals = [sum(p * score[side] for score, p in scores.items()) for side in (0, 1)]
    assert_same(body["multi_markets"], expected(scores, *goals) | {"half_time": None})
    assert body["probabilities"]["home_win"] == pytest.approx(sum(p for (i, j), p in scores.items() if i > j), abs=1e-4)
    assert sum(body["probabilities"].values()) == pytest.approx(1, abs=1e-9)
    assert body["state"] == {"minute": 60, "added": None, "home": 1, "away": 0, "home_red": 0, "away_red": 1}
    assert (body["match_id"], body["home_team"], body["away_team"]) == (match_id, "Arsenal", "Chelsea")
    assert (body["basis"], body["data_source"]["source"]) == ("prices", "database")
    assert body["model"]
    assert body["created_at"]
    assert response.headers["cache-control"] == read(str(match_id)).headers["cache-control"]


def test_before_the_first_minute_it_is_the_published_forecast(match_id: int):
    body, published = what_if(match_id, "minute=0&home=0&away=0").json, read(str(match_id)).json
    for name in ("probabilities", "multi_markets", "basis", "model", "created_at", "match_id", "home_team"):
        assert body[name] == published[name], name


def test_at_the_end_it_is_the_result(match_id: int):
    body = what_if(match_id, "minute=90&home=1&away=1").json
    assert body["probabilities"] == {"home_win": 0, "draw": 1, "away_win": 0}
    assert body["multi_markets"]["draw_no_bet"] is None
    assert body["multi_markets"]["correct_score"]["most_likely"] == "1-1"
    assert what_if(match_id, "minute=90&added=2&home=1&away=1").json["probabilities"]["draw"] < 1
    before_break, at_break = (what_if(match_id, f"minute=45{added}&home=1&away=0").json for added in ("&added=0", ""))
    assert before_break["multi_markets"]["half_time"]["home"] < at_break["multi_markets"]["half_time"]["home"] == 1


@pytest.mark.parametrize(
    ("query", "code", "where"),
    [
        ("minute=91&home=0&away=0", "invalid_request", "minute"),
        ("minute=-1&home=0&away=0", "invalid_request", "minute"),
        ("minute=60&home=11&away=0", "invalid_request", "home"),
        ("minute=60&home=0&away=-1", "invalid_request", "away"),
        ("minute=60&home=0&away=0&home_red=5", "invalid_request", "home_red"),
        ("minute=60&home=0&away=0&away_red=x", "invalid_request", "away_red"),
        ("minute=90&home=0&away=0&added=16", "invalid_request", "added"),
        ("home=0&away=0", "invalid_request", "minute"),
        ("minute=60&home=0&away=0&added=1", "no_added_time", ""),
    ],
)
def test_an_impossible_state_is_rejected(match_id: int, query: str, code: str, where: str):
    response = what_if(match_id, query)
    assert (response.status, response.json["code"]) == (400 if code == "no_added_time" else 422, code)
    assert not where or response.json["detail"][0]["loc"] == ["query", where]


def test_without_the_markets_there_is_no_what_if(match_id: int):
    """The outcome from other scores on is consistent with the markets on goals and handicaps."""
    response = what_if(match_id, "minute=60&home=1&away=0", plan="free")
    assert (response.status, response.json["code"]) == (403, "needs_premium")
    response = invoke("predictions", f"/api/v1/predictions/{match_id}/what-if?minute=60&home=1&away=0", at=SATURDAY)
    assert response.status == 401
    assert not features_of(Plan.FREE).markets


def test_a_match_without_a_forecast_has_none(bundle: object, url: str):
    with connect(url, "test") as db:
        (match_id,) = insert_matches(db, match_update())
    response = what_if(match_id, "minute=60&home=1&away=0")
    assert (response.status, response.json["code"]) == (404, "no_prediction")
