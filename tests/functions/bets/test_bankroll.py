"""What a bankroll holds, and how bets are corrected in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.writing.catalogue import LEGAL_NOTICE
from tests.functions.bets.asking import BETS, LATER, NOW, call, fund, get, note, settled
from tests.making import KICK_OFF
from tests.running import select
from tests.tokens import BOB


@pytest.mark.case("F10")
def test_the_bankroll_adds_up(match: int) -> None:
    """Current = initial + profit of what ended - what is staked still."""
    fund(200, alert_threshold=50, default_stake_pct=1.5)
    settled(match, "won", odds=2.5)
    settled(match, "lost", amount=30)
    settled(match, "void", amount=40)
    settled(match, "half_won", market="totals", line=2.75, prediction="over", odds=2)
    note(match, amount=20)
    told = get(f"{BETS}/bankroll")
    assert told.pop("legal_notice") == LEGAL_NOTICE
    assert told == {
        "initial_bankroll": 200,
        "current_bankroll": 200 + 15 - 30 + 5 - 20,
        "total_staked": 10 + 30 + 10 + 20,
        "total_returned": 25 + 15,
        "profit_loss": -10,
        "roi_pct": -20.0,
        "win_rate": 66.7,
        "total_bets": 5,
        "won_bets": 2,
        "lost_bets": 1,
        "pending_bets": 1,
        "pending_stakes": 20,
        "alert_threshold": 50,
        "is_below_threshold": False,
        "default_stake_pct": 1.5,
        "default_stake": 3,
    }
    history = get(f"{BETS}/bankroll/history?limit=3")["entries"]
    assert [(entry["amount"], entry["balance"], entry["status"]) for entry in history] == [
        (-20, 170, "pending"),
        (15, 190, "half_won"),
        (-10, 175, "pending"),
    ]


def test_nobody_yet_has_an_empty_bankroll(database: str) -> None:
    told = get(f"{BETS}/bankroll")
    assert (told["initial_bankroll"], told["alert_threshold"], told["is_below_threshold"]) == (0, 20, False)
    assert get(f"{BETS}/bankroll/history")["entries"] == []
    assert select(database, "SELECT count(*) FROM bankrolls") == [(0,)]


@pytest.mark.parametrize(("threshold", "below"), [(79, False), (80, False), (80.01, True)])
def test_a_bankroll_warns_below_its_threshold(match: int, threshold: float, below: bool) -> None:
    fund(50, alert_threshold=threshold)
    note(match)
    assert get(f"{BETS}/bankroll")["is_below_threshold"] is below


def test_a_bankroll_is_set_again_and_its_history_tells_so(match: int) -> None:
    fund(100)
    note(match, amount=60)
    assert fund(70)["current_bankroll"] == 10
    refused = call("PUT", f"{BETS}/bankroll", {"initial_bankroll": 59.99})
    assert refused.status == 400
    assert refused.json["detail"] == "Your open bets and losses need a bankroll of at least €60.00."
    assert fund(0)["current_bankroll"] == -60, "without a bankroll there is nothing to fall short of"
    amounts = [entry["amount"] for entry in get(f"{BETS}/bankroll/history")["entries"]]
    assert amounts == [-70, -30, -60, 100]


@pytest.mark.case("H4", "A14")
@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"initial_bankroll": -1},
        {"initial_bankroll": float("nan")},
        {"initial_bankroll": 1e7},
        {"initial_bankroll": 1, "alert_threshold": 101},
        {"initial_bankroll": 1, "default_stake_pct": 0},
        {"initial_bankroll": 1, "current_bankroll": 5},
        {"initial_bankroll": 1, "user_id": str(BOB)},
    ],
    ids=str,
)
def test_a_bankroll_that_cannot_be_is_refused(database: str, wish: dict[str, Any]) -> None:
    assert call("PUT", f"{BETS}/bankroll", wish).status == 422


@pytest.mark.case("J8")
def test_a_correction_takes_back_what_stood_and_edits_nothing(database: str, match: int) -> None:
    fund(100)
    bet = settled(match, "won")
    assert (bet["status"], bet["actual_return"], bet["settled_at"]) == ("won", 21, "2024-04-27T17:00:00Z")
    one = f"{BETS}/{bet['id']}"
    lost = call("PATCH", one, {"status": "lost"}, at=LATER).json
    assert (lost["status"], lost["actual_return"]) == ("lost", 0), "nothing came back is 0, not null"
    assert call("PATCH", one, {"status": "lost"}, at=LATER).json == lost
    reopened = call("PATCH", one, {"status": "pending"}, at=LATER).json
    assert (reopened["actual_return"], reopened["settled_at"]) == (None, None)
    rows = select(database, "SELECT standing, amount, reverses FROM bankroll_entries ORDER BY entry_id")
    assert rows == [
        (None, 100, None),
        ("pending", -10, None),
        ("won", 21, None),
        ("pending", -21, 3),
        ("lost", 0, None),
        ("pending", 0, 5),
    ]


@pytest.mark.parametrize(
    ("status", "at", "refused"),
    [
        ("push", LATER, "This bet cannot end so: no score gives that on this market and line."),
        ("half_won", LATER, "This bet cannot end so: no score gives that on this market and line."),
        ("won", NOW, "This match has not begun: until then a bet can only be void."),
        ("lost", KICK_OFF - timedelta(seconds=1), "This match has not begun: until then a bet can only be void."),
        ("void", NOW, None),
        ("won", KICK_OFF, None),
    ],
)
def test_illegal_moves_are_refused(match: int, status: str, at: datetime, refused: str | None) -> None:
    bet = note(match).json
    answer = call("PATCH", f"{BETS}/{bet['id']}", {"status": status}, at=at)
    if refused is None:
        assert (answer.status, answer.json["status"]) == (200, status)
    else:
        assert (answer.status, answer.json["detail"]) == (400, refused)
        assert get(BETS)[0]["status"] == "pending"


@pytest.mark.case("A14")
@pytest.mark.parametrize(
    "wish", [{"status": "deleted"}, {"status": "WON"}, {}, {"status": "won", "amount": 1}], ids=str
)
def test_a_correction_that_is_none_is_refused(match: int, wish: dict[str, Any]) -> None:
    bet = note(match).json
    assert call("PATCH", f"{BETS}/{bet['id']}", wish, at=LATER).status == 422


def test_winnings_that_are_staked_again_cannot_be_taken_back(match: int) -> None:
    fund(10)
    bet = settled(match, "won")
    note(match, amount=15)
    refused = call("PATCH", f"{BETS}/{bet['id']}", {"status": "lost"}, at=LATER)
    assert (refused.status, refused.json["detail"]) == (400, "Your bankroll is too small for that: it holds €6.00.")
    assert get(f"{BETS}/bankroll")["current_bankroll"] == 6


def test_only_an_open_bet_is_deleted(match: int) -> None:
    fund(100)
    one, other = note(match).json, settled(match, "lost")
    assert call("DELETE", f"{BETS}/{one['id']}").status == 204
    assert [bet["id"] for bet in get(BETS)] == [other["id"]]
    assert get(f"{BETS}/bankroll")["current_bankroll"] == 90
    for bet, told in ((one, "This bet is unknown."), (other, "This bet has ended: it can be corrected, not deleted.")):
        answer = call("DELETE", f"{BETS}/{bet['id']}")
        assert (answer.status, answer.json["detail"]) == (404, told)
    assert call("PATCH", f"{BETS}/{one['id']}", {"status": "void"}).status == 404
