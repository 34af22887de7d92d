"""The odds of a match by bookmaker."""

from datetime import date

import pytest

from shared.betting.devig import shin
from shared.betting.prices import Offer
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.stores.betting import offers, picks
from shared.stores.database import Connection
from tests.factories import (
    BEFORE,
    KICK_OFF,
    choice,
    insert_matches,
    insert_predictions,
    match_update,
    offer,
    pick,
)
from tests.functions.enrichment.api import DAY, HOUR, PAIR, get_json
from tests.season import read_season


@pytest.mark.case("P9")
def test_odds_are_those_of_the_files_and_unlicensed_bookmakers_are_not_named(offline_saturday: str) -> None:
    (row,) = [row for row in read_season("E0") if (row["HomeTeam"], row["AwayTeam"]) == ("Tottenham", "Arsenal")]
    body = get_json(f"/odds?{PAIR}", accept_language="en")
    assert (body["available"], body["bookmakers"], body["value_detected"]) == (True, [], False)
    assert [body["home_win"], body["draw"], body["away_win"]] == [float(row[f"Max{end}"]) for end in "HDA"]
    assert {(best["bookmaker"], best["price_on_paper"]) for best in body["best"]} == {(None, True)}
    (market,) = body["comparison"]
    average = [float(row[f"Avg{end}"]) for end in "HDA"]
    assert [market["home_win"], market["draw"], market["away_win"]] == average
    assert (market["bookmaker"], market["label"]) == (None, "Average of the other operators")
    assert market["margin"] == pytest.approx(sum(1 / price for price in average) - 1, abs=1e-4)
    fair = list(shin([average])[0])
    assert [body["fair"][name] for name in ("home_win", "draw", "away_win")] == pytest.approx(fair, abs=1e-4)
    assert round(sum(body["fair"].values()), 9) == 1
    assert body["movement"] is None, "they were read once"
    assert body["legal_notice"] == LEGAL_NOTICE


def insert_offers(db: Connection, rows: list[Offer]) -> None:
    with db.transaction():
        offers.put(db, rows)


def insert_prices(db: Connection, match_id: int, without: str = "") -> None:
    """Two licensed operators and two others, on the match's morning; the first read a day before, too."""
    api = {"source": "the_odds_api", "taken_at": BEFORE}
    early = api | {"taken_at": BEFORE - 2 * DAY}
    prices = [
        offer(match_id, "2.05", "3.40", "3.80", **api | {"bookmaker": "winamax_fr", "taken_at": BEFORE - DAY}),
        offer(match_id, "1.95", "3.50", "4.10", **api, bookmaker="winamax_fr"),
        offer(match_id, "2.00", "3.30", "4.00", **api, bookmaker="betclic_fr"),
        offer(match_id, "2.10", "3.60", "4.20", **api | {"bookmaker": "pinnacle", "taken_at": BEFORE - DAY}),
        offer(match_id, "2.04", "3.60", "4.30", **api, bookmaker="pinnacle"),
        offer(match_id, "2.02", "3.50", "4.20", **api, bookmaker="williamhill"),
        offer(match_id, "1.01", "3.50", "4.20", **api, bookmaker="betsson"),
        offer(match_id, "1.50", "3.50", "4.20", **api, bookmaker="pmu_fr", closing=True),
        offer(match_id, "1.50", "3.50", "4.20", **early | {"bookmaker": "pinnacle", "closing": True}),
    ]
    insert_offers(db, [each for each in prices if each.bookmaker != without])


def test_licensed_operators_stand_side_by_side_and_the_others_as_their_average(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_prices(db, match_id)
    body = get_json(f"/odds?match_id={match_id}")
    assert body["bookmakers"] == ["Betclic", "Winamax"]
    compared = [(row["bookmaker"], row["home_win"], row["draw"], row["away_win"]) for row in body["comparison"]]
    assert compared == [("Betclic", 2.0, 3.3, 4.0), ("Winamax", 1.95, 3.5, 4.1), (None, 2.03, 3.55, 4.25)]
    assert body["comparison"][2]["label"] == "Moyenne des autres opérateurs"
    best = [(row["outcome"], row["price"], row["bookmaker"], row["price_on_paper"]) for row in body["best"]]
    assert best == [
        ("home_win", 2.0, "Betclic", False),
        ("draw", 3.5, "Winamax", False),
        ("away_win", 4.1, "Winamax", False),
    ]
    assert [body["home_win"], body["draw"], body["away_win"]] == [2.0, 3.5, 4.1]
    fair = list(shin([[2.04, 3.60, 4.30]])[0])
    assert list(body["fair"].values()) == pytest.approx(fair, abs=1e-4), "Pinnacle is the sharpest"


def test_movement_is_between_our_own_readings(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_prices(db, match_id)
    moved = get_json(f"/odds?match_id={match_id}")["movement"]
    assert moved["bookmaker"] is None, "Pinnacle's prices are shown as the market's"
    assert (moved["opening_at"], moved["latest_at"]) == ("2024-04-26T05:00:00Z", "2024-04-27T05:00:00Z")
    assert moved["outcomes"] == [
        {"outcome": "home_win", "opening": 2.1, "latest": 2.04, "change": -0.0286},
        {"outcome": "draw", "opening": 3.6, "latest": 3.6, "change": 0.0},
        {"outcome": "away_win", "opening": 4.2, "latest": 4.3, "change": 0.0238},
    ]
    (other,) = insert_matches(db, match_update("Everton", "Brentford"), now=BEFORE)
    insert_prices(db, other, without="pinnacle")
    assert get_json(f"/odds?match_id={other}")["movement"]["bookmaker"] == "Winamax"


@pytest.mark.case("L8")
def test_prices_from_after_kick_off_never_count(db: Connection) -> None:
    """Nor do those that are too old, and a match that has begun shows its last ones."""
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_prices(db, match_id)
    late = {"source": "the_odds_api", "taken_at": KICK_OFF + HOUR, "bookmaker": "winamax_fr"}
    insert_offers(db, [offer(match_id, "9.0", "9.0", "1.5", **late)])
    assert get_json(f"/odds?match_id={match_id}", KICK_OFF + 2 * HOUR)["reason"] == "no_prices", "nine hours old"
    insert_offers(db, [offer(match_id, "1.90", "3.50", "4.30", **late | {"taken_at": KICK_OFF - HOUR})])
    body = get_json(f"/odds?match_id={match_id}", KICK_OFF + 2 * HOUR)
    assert (body["home_win"], body["bookmakers"]) == (1.9, ["Winamax"])
    assert body["movement"]["latest_at"] < "2024-04-27T14:00:00Z"


@pytest.mark.case("P8")
def test_value_is_detected_where_a_pick_stands_in_the_record_and_nowhere_else(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update())
    insert_prices(db, match_id)
    assert get_json(f"/odds?match_id={match_id}")["value_detected"] is False
    picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(pick(match_id)))
    body = get_json(f"/odds?match_id={match_id}")
    assert (body["value_detected"], body["legal_notice"]) == (True, LEGAL_NOTICE)


def test_a_match_without_prices_or_no_match_at_all_has_none(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    body = get_json(f"/odds?match_id={match_id}")
    assert (body["available"], body["reason"], body["home_win"], body["comparison"]) == (False, "no_prices", None, [])
    assert get_json("/odds?home_team=Chelsea&away_team=Arsenal")["reason"] == "no_match"
