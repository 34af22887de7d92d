"""The day's picks as readers of each plan get them."""

import json
from pathlib import Path

import pytest

from local import fake_upstash
from shared.accounts import entitlements
from shared.betting.licensed_operators import LICENSED_IN_FRANCE
from shared.betting.picks import NoPickReason
from shared.clients.fact_sheets import CSV_BOOKMAKERS
from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.runtime import wiring
from shared.services import redis_backed
from shared.stores.betting import picks, play_limits
from shared.stores.database import connect
from shared.web.predictions import schemas
from tests.conftest import SATURDAY, Databases
from tests.factories import (
    BEFORE,
    choice,
    insert_matches,
    insert_predictions,
    match_update,
    pick,
)
from tests.functions.predictions.api import DAY, PREFIX, SUNDAY, get, get_json
from tests.picks_for_everyone import entitlements_with_picks_for_everyone
from tests.running import environment, invoke, select
from tests.season import SATURDAY_DIVISIONS, read_season
from tests.tokens import ALICE, BOB, SUPABASE, bearer

NOTICE = (
    "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
    "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("1990-01-01", "never_chosen"),
        ("2024-04-26", "never_chosen"),
        ("2024-04-28", "not_chosen_yet"),
        ("2100-01-01", "not_chosen_yet"),
    ],
)
def test_a_day_without_a_choice_has_a_reason_code(saturday_url: str, day: str, reason: str) -> None:
    """A past day is not reported as still to be chosen."""
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
def test_an_invalid_day_is_rejected_in_the_readers_language(
    saturday_url: str, day: str, french: str, english: str
) -> None:
    for language, message in (("fr", french), ("en", english)):
        (fault,) = invoke("predictions", f"/api/v1/predictions/daily?date={day}", accept_language=language).json[
            "detail"
        ]
        assert (fault["loc"], fault["msg"]) == (["query", "date"], message)


def test_the_picks_are_those_that_were_committed(saturday_url: str) -> None:
    body = get_json("/daily")
    schemas.DailyPicksResponse.model_validate(body)
    committed = (
        "SELECT rank, match_id, outcome, price, probability, value, share, stake, market FROM picks ORDER BY rank"
    )
    rows = select(saturday_url, committed)
    assert (body["date"], body["committed_at"], body["total_matches_analyzed"]) == (
        "2024-04-27",
        "2024-04-27T05:00:00Z",
        39,
    )
    assert len(rows) == len(body["picks"]) > 0
    for row, item in zip(rows, body["picks"], strict=True):
        forecast = item["prediction"]
        assert (item["rank"], forecast["match_id"], item["pick_score"]) == (row[0], row[1], float(row[6]))
        assert (forecast["pick"]["outcome"], forecast["pick"]["price"]) == (row[2], float(row[3]))
        assert forecast["pick"]["market"] == row[8]
        shares = forecast["probabilities"]
        bet = (
            {"home": "home_win", "draw": "draw", "away": "away_win"}[row[2]]
            if row[8] == "h2h"
            else max(shares, key=shares.get)
        )
        assert (forecast["recommended_bet"], forecast["confidence"]) == (bet, shares[bet])
        assert forecast["value_score"] == float(row[5]) == forecast["pick"]["value"]
        assert forecast["pick"]["stake"] == float(row[7]) > 0
        assert forecast["pick"]["price_on_paper"] is True, "the CSV service has no licensed operator"
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
def test_a_day_with_fewer_picks_has_a_reason(bundle: object, url: str) -> None:
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


def test_the_day_of_the_test_is_the_one_in_the_files() -> None:
    played = [row for division in SATURDAY_DIVISIONS for row in read_season(division) if row["Date"] == "27/04/2024"]
    assert len(played) == 39


@pytest.mark.case("D6")
@pytest.mark.parametrize(("plan", "visible"), [(None, 0), ("free", 3), ("premium", 5), ("elite", 5), ("admin", 5)])
def test_each_plan_gets_its_picks_and_placeholders_for_the_others(
    saturday_url: str, plan: str | None, visible: int
) -> None:
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


def test_a_hidden_section_names_a_plan_that_shows_more(saturday_url: str) -> None:
    """Once the first three picks are public, a free account shows no more of the day than a visitor sees."""
    body = get_json("/daily", SATURDAY.replace(hour=14), None)
    assert [pick["rank"] for pick in body["hidden_picks"]] == [5]
    assert [(section["what"], section["plan"]) for section in body["hidden"]] == [("picks", "premium")]
    assert "Premium" in body["hidden"][0]["reason"]


@pytest.mark.case("P7", "D6")
def test_cached_picks_are_hidden_during_a_pause(databases: Databases, saturday: str, saturday_mirror: Path) -> None:
    """From the next request on, until the pause ends, though the same responses were cached before."""
    with databases.copy(saturday) as url, fake_upstash.serve() as (address, token):
        variables = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(saturday_mirror), **SUPABASE, **variables):
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


def test_a_pick_that_has_kicked_off_is_part_of_the_public_record(sunday_url: str) -> None:
    body = get_json("/daily?date=2024-04-27", SUNDAY, plan=None)
    assert [pick["rank"] for pick in body["picks"]] == [1, 2, 3, 4, 5]
    assert (body["hidden_picks"], body["hidden"]) == ([], [])
    assert all(pick["prediction"]["pick"]["result"] for pick in body["picks"])


def test_a_hidden_pick_whose_match_lost_its_hour_has_hour_known_false(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        ids = insert_predictions(
            db, *(match_update(home, away) for home, away in (("Arsenal", "Chelsea"), ("Everton", "Fulham")))
        )
        picks.commit(db, DAY, BEFORE, 2, choice(*(pick(match) for match in ids)))
        lost = match_update("Everton", "Fulham", kick_off=last_minute(DAY), hour=Hour.UNKNOWN, source_updated_at=BEFORE)
        insert_matches(db, lost, now=BEFORE)
    hidden = get_json("/daily?date=2024-04-27", BEFORE, plan=None)["hidden_picks"]
    assert ("2024-04-27T00:00:00Z", False) in [(item["match_date"], item["hour_known"]) for item in hidden]
