"""Noting a bet, and everything that may stand against it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from functions.bets.placement import place
from functions.bets.requests import BetCreate
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.betting.prices import Market
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.runtime import wiring
from shared.stores.betting import bets, picks
from shared.stores.database import connect
from shared.stores.people import gdpr, users
from shared.web.errors import BadRequest
from tests.factories import BEFORE, KICK_OFF, choice, pick
from tests.functions.bets.api import (
    BALANCES,
    BETS,
    DASHBOARD,
    NOW,
    call,
    create_bet,
    create_settled_bet,
    get,
    set_bankroll,
)
from tests.running import invoke, select
from tests.tokens import ALICE, BOB


@pytest.mark.case("P8")
def test_a_placed_bet_is_stored_staked_and_listed(database: str, match: int) -> None:
    """With the legal notice, word for word."""
    set_bankroll(100)
    response = create_bet(match, confidence=61)
    assert response.status == 201
    assert response.json == {
        "legal_notice": LEGAL_NOTICE,
        "id": 1,
        "match_id": match,
        "prediction": "home_win",
        "odds": 2.1,
        "amount": 10.0,
        "status": "pending",
        "potential_return": 21.0,
        "actual_return": None,
        "confidence": 61.0,
        "created_at": "2024-04-27T10:00:00+00:00",
        "market": "h2h",
        "line": 0.0,
        "settled_at": None,
        "source": "person",
        "score": None,
        "closing_line_value": None,
    }
    assert get(BETS) == [response.json]
    assert select(database, "SELECT followed, day::text FROM bets") == [(True, "2024-04-27")]
    assert get(f"{BETS}/bankroll")["current_bankroll"] == 90


def test_a_bet_on_goals_or_a_handicap_has_a_line(match: int) -> None:
    body = create_bet(match, market="totals", line=2.25, prediction="over").json
    assert (body["market"], body["line"], body["prediction"]) == ("totals", 2.25, "over")
    assert create_bet(match, market="handicap", line=-0.75, prediction="away_win").json["line"] == -0.75


@pytest.mark.parametrize(
    ("bet", "followed"),
    [
        ({"market": "handicap", "line": -0.75, "prediction": "away_win"}, True),
        ({"market": "handicap", "line": -1, "prediction": "away_win"}, False),
        ({"market": "handicap", "line": -0.75, "prediction": "home_win"}, False),
        ({"prediction": "home_win"}, False),
        ({"prediction": "away_win"}, False),
    ],
)
def test_a_bet_follows_a_pick_on_a_line_if_it_is_the_same_bet(
    database: str, match: int, bet: dict[str, Any], followed: bool
) -> None:
    terms = {"market": Market.HANDICAP, "outcome": "away", "line": Decimal("-0.75")}
    with connect(database, "test") as db:
        picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(pick(match, **terms)))
    assert create_bet(match, **bet).status == 201
    assert select(database, "SELECT followed FROM bets") == [(followed,)]


@pytest.mark.case("H3", "H4", "H5", "A14")
@pytest.mark.parametrize(
    ("fault", "field"),
    [
        *(
            ({"amount": amount}, "amount")
            for amount in (0, -1, 0.004, 1e7, True, float("nan"), float("inf"), "x", None)
        ),
        *(({"odds": odds}, "odds") for odds in (1, 1.009, 1000.1, 1e6, -2, True, float("nan"), float("-inf"), "NaN")),
        *(({"match_id": given}, "match_id") for given in (0, -1, 2**63, "1e9", True, 1.5, None)),
        *(({"prediction": given}, "prediction") for given in ("home", "1", "", None, 7)),
        *(({"confidence": given}, "confidence") for given in (-1, 101, float("nan"))),
        *(({"market": "totals", "prediction": "over", "line": line}, "line") for line in (2.3, 11, float("nan"))),
        *(
            ({name: value}, name)
            for name, value in {"user_id": str(BOB), "status": "won", "settled": True, "followed": True}.items()
        ),
    ],
    ids=str,
)
def test_invalid_input_is_rejected(match: int, fault: dict[str, Any], field: str) -> None:
    response = create_bet(match, **fault)
    assert response.status == 422
    assert response.json["detail"][0]["loc"] == ["body", field]
    assert get(BETS) == []


@pytest.mark.case("H5")
@pytest.mark.parametrize(
    "fault",
    [
        {"prediction": "over"},
        {"line": 1},
        {"market": "totals", "prediction": "over"},
        {"market": "totals", "prediction": "home_win", "line": 2.5},
        {"market": "handicap", "prediction": "draw", "line": 1},
    ],
    ids=str,
)
def test_an_outcome_or_line_of_another_market_is_rejected(match: int, fault: dict[str, Any]) -> None:
    response = create_bet(match, **fault)
    assert response.status == 400
    assert response.json["detail"].startswith("There is no such bet: h2h has home_win, draw, away_win and no line;")
    assert get(BETS) == []


@pytest.mark.case("F10")
def test_amounts_are_cents_and_odds_thousandths(match: int) -> None:
    """What a browser's arithmetic leaves is rounded."""
    body = create_bet(match, amount=0.1 + 0.2, odds=1.9999999).json
    assert (body["amount"], body["odds"], body["potential_return"]) == (0.3, 2.0, 0.6)


@pytest.mark.parametrize(("at", "status"), [(KICK_OFF - timedelta(seconds=1), 201), (KICK_OFF, 400)])
def test_a_bet_is_accepted_only_before_kick_off(match: int, at: datetime, status: int) -> None:
    response = create_bet(match, at=at)
    assert response.status == status
    assert status == 201 or response.json["detail"] == "This match has begun: a bet is noted before kick-off."


def test_a_bet_on_an_unknown_match_is_rejected(match: int) -> None:
    response = create_bet(match + 1)
    assert (response.status, response.json["detail"]) == (404, "This match is unknown.")


@pytest.mark.case("P10")
def test_a_bet_needs_a_declaration_to_be_of_age(match: int) -> None:
    gdpr.erase(wiring.database(), ALICE, [users])
    for response in (create_bet(match), call("GET", f"{BETS}/kelly?odds=2&confidence=60")):
        assert (response.status, response.json["code"]) == (428, "declare_adult")
        assert response.json["detail"] == "Please declare in your profile first that you are 18 or older."
    assert get(f"{BETS}/limits")["adult_declared"] is False
    users.get_or_create(wiring.database(), ALICE, NOW)
    users.declare_adult(wiring.database(), ALICE, NOW)
    assert create_bet(match).status == 201
    assert get(f"{BETS}/limits")["adult_declared"] is True


@pytest.mark.case("H5")
def test_a_stake_above_the_bankroll_is_rejected(match: int) -> None:
    assert create_bet(match, amount=5000).status == 201, "without a bankroll nothing holds it back"
    set_bankroll(5100)
    refused = create_bet(match, amount=100.01)
    assert (refused.status, refused.json["detail"]) == (400, "Your bankroll is too small for that: it holds €100.00.")
    assert create_bet(match, amount=100).status == 201
    assert get(f"{BETS}/bankroll")["current_bankroll"] == 0


@pytest.mark.case("F9")
def test_a_double_click_creates_one_bet(database: str, match: int) -> None:
    first, second = (create_bet(match, idempotency_key="click") for _ in range(2))
    assert first.json == second.json
    assert create_bet(match, amount=11, idempotency_key="click").status == 422
    assert select(database, "SELECT count(*) FROM bets") == [(1,)]


@pytest.mark.case("F9")
@pytest.mark.parametrize("limited", ["bankroll", "limits"])
def test_ten_connections_at_once_never_overdraw(database: str, match: int, limited: str) -> None:
    """Thirty stakes of 10 at once, and room for seven of them."""
    if limited == "bankroll":
        set_bankroll(75)
    else:
        call("PUT", f"{BETS}/limits", {"stake": {"day": 75}})
    request = BetCreate(match_id=match, prediction="home_win", odds=Decimal(2), amount=Decimal(10))
    together = Barrier(10)

    def stake(_: int) -> int:
        with connect(database, "test") as db:
            together.wait()
            noted = 0
            for _ in range(3):
                with suppress(BadRequest), db.transaction():
                    place(db, ALICE, features_of(Plan.FREE), request, NOW)
                    noted += 1
            return noted

    with ThreadPoolExecutor(10) as people_at_once:
        assert sum(people_at_once.map(stake, range(10))) == 7
    assert select(database, "SELECT count(*) FROM bets") == [(7,)]
    balance = 5 if limited == "bankroll" else -70
    assert select(database, BALANCES) == [(ALICE, balance)]


TERMINATE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'paris-sportif'
"""


@pytest.mark.case("F6")
def test_a_failed_placement_leaves_no_partial_bet(database: str, match: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is lost once the bet is written and before it is staked."""
    set_bankroll(100)
    add = bets.add

    def cut(db: Any, bet: Any) -> int:
        add(db, bet)
        select(database, TERMINATE)
        return 1

    monkeypatch.setattr(bets, "add", cut)
    assert create_bet(match, idempotency_key="k").status == 503
    monkeypatch.undo()
    assert select(database, "SELECT count(*) FROM bets") == [(0,)]
    assert create_bet(match, idempotency_key="k").status == 201
    assert select(database, BALANCES) == [(ALICE, 90)]


@pytest.mark.case("A13")
def test_another_persons_bet_is_a_404(match: int) -> None:
    """The same response as for a bet that does not exist."""
    bet = create_bet(match).json
    for bet_id in (bet["id"], 999_999):
        for method, body in (("PATCH", {"status": "void"}), ("DELETE", None)):
            response = call(method, f"{BETS}/{bet_id}", body, user=BOB)
            assert (response.status, response.json["detail"]) == (404, "This bet is unknown.")
    assert get(BETS, user=BOB) == []
    assert get(f"{BETS}/export?format=json", user=BOB)["bets"] == []
    assert get(f"{BETS}/bankroll/history", user=BOB)["entries"] == []
    assert [listed["status"] for listed in get(BETS)] == ["pending"]


@pytest.mark.case("A1", "A13")
@pytest.mark.parametrize("path", [f"{DASHBOARD}/stats", f"{DASHBOARD}/export", BETS, f"{BETS}/bankroll"])
def test_a_user_id_in_the_body_does_not_authenticate(match: int, path: str) -> None:
    """Only a token does."""
    create_bet(match)
    assert invoke("bets", path, body={"sub": str(ALICE), "user_id": str(ALICE)}).status == 401


def test_bets_are_listed_by_page_and_status(match: int) -> None:
    lost, pending = create_settled_bet(match, "lost"), create_bet(match).json
    assert [bet["id"] for bet in get(BETS)] == [pending["id"], lost["id"]]
    assert [bet["id"] for bet in get(f"{BETS}?status=lost")] == [lost["id"]]
    assert [bet["id"] for bet in get(f"{BETS}?limit=1&offset=1")] == [lost["id"]]
    for query in ("limit=0", "limit=201", "limit=1e9", "offset=-1", "offset=100001", "status=deleted"):
        assert call("GET", f"{BETS}?{query}").status == 422, query
