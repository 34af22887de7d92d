"""What a bankroll holds, and how bets are corrected in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.explanations.legal_notice import LEGAL_NOTICE
from tests.factories import KICK_OFF
from tests.functions.bets.api import (
    BETS,
    LATER,
    NOW,
    call,
    correct_bet,
    create_bet,
    create_settled_bet,
    get,
    set_bankroll,
)
from tests.running import select
from tests.tokens import BOB, CAROL


@pytest.mark.case("F10")
def test_the_bankroll_adds_up(match: int) -> None:
    """Current = initial + profit of what ended - what is staked still."""
    set_bankroll(200, alert_threshold=50, default_stake_pct=1.5)
    create_settled_bet(match, "won", odds=2.5)
    create_settled_bet(match, "lost", amount=30)
    create_settled_bet(match, "void", amount=40)
    create_settled_bet(match, "half_won", market="totals", line=2.75, prediction="over", odds=2)
    create_bet(match, amount=20)
    body = get(f"{BETS}/bankroll")
    assert body.pop("legal_notice") == LEGAL_NOTICE
    assert body == {
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


def test_a_person_without_a_row_has_an_empty_bankroll(database: str) -> None:
    body = get(f"{BETS}/bankroll")
    assert (body["initial_bankroll"], body["alert_threshold"], body["is_below_threshold"]) == (0, 20, False)
    assert get(f"{BETS}/bankroll/history")["entries"] == []
    assert select(database, "SELECT count(*) FROM bankrolls") == [(0,)]


@pytest.mark.parametrize(("threshold", "below"), [(79, False), (80, False), (80.01, True)])
def test_a_bankroll_warns_below_its_threshold(match: int, threshold: float, below: bool) -> None:
    set_bankroll(50, alert_threshold=threshold)
    create_bet(match)
    assert get(f"{BETS}/bankroll")["is_below_threshold"] is below


def test_changing_a_bankroll_adds_an_entry_to_its_history(match: int) -> None:
    set_bankroll(100)
    create_bet(match, amount=60)
    assert set_bankroll(70)["current_bankroll"] == 10
    refused = call("PUT", f"{BETS}/bankroll", {"initial_bankroll": 59.99})
    assert refused.status == 400
    assert refused.json["detail"] == "Your open bets and losses need a bankroll of at least €60.00."
    assert set_bankroll(0)["current_bankroll"] == -60, "without a bankroll there is nothing to fall short of"
    amounts = [entry["amount"] for entry in get(f"{BETS}/bankroll/history")["entries"]]
    assert amounts == [-70, -30, -60, 100]


@pytest.mark.case("H4", "A14")
@pytest.mark.parametrize(
    "fields",
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
def test_an_invalid_bankroll_is_rejected(database: str, fields: dict[str, Any]) -> None:
    assert call("PUT", f"{BETS}/bankroll", fields).status == 422


@pytest.mark.case("J8")
def test_a_correction_adds_reversing_entries_and_edits_none(database: str, match: int) -> None:
    set_bankroll(100)
    bet = create_settled_bet(match, "won")
    assert (bet["status"], bet["actual_return"], bet["settled_at"]) == ("won", 21, "2024-04-27T17:00:00Z")
    lost = correct_bet(bet["id"], "lost").json
    assert (lost["status"], lost["actual_return"]) == ("lost", 0), "nothing came back is 0, not null"
    assert lost["source"] == "administrator"
    assert correct_bet(bet["id"], "lost").json == lost
    reopened = correct_bet(bet["id"], "pending").json
    assert (reopened["actual_return"], reopened["settled_at"]) == (None, None)
    rows = select(database, "SELECT status, amount, reverses FROM bankroll_entries ORDER BY entry_id")
    assert rows == [
        (None, 100, None),
        ("pending", -10, None),
        ("won", 21, None),
        ("pending", -21, 3),
        ("lost", 0, None),
        ("pending", 0, 5),
    ]


CANNOT_END_SO = "This bet cannot end so: no score gives that on this market and line."
NOT_BEGUN = "This match has not begun: until then a bet can only be void."
LOCKED = "Since kick-off only the result ends this bet; an administrator can correct it."


@pytest.mark.parametrize(
    ("status", "at", "refused"),
    [
        ("won", NOW, NOT_BEGUN),
        ("lost", KICK_OFF - timedelta(seconds=1), NOT_BEGUN),
        ("void", NOW, None),
        ("pending", LATER, None),
        *((status, at, LOCKED) for status in ("won", "lost", "void", "half_won") for at in (KICK_OFF, LATER)),
    ],
)
def test_a_person_calls_a_bet_off_before_kick_off_and_moves_it_no_more(
    match: int, status: str, at: datetime, refused: str | None
) -> None:
    bet = create_bet(match).json
    response = call("PATCH", f"{BETS}/{bet['id']}", {"status": status}, at=at)
    if refused is None:
        assert (response.status, response.json["status"]) == (200, status)
    else:
        assert (response.status, response.json["detail"]) == (400, refused)
        assert get(BETS)[0]["status"] == "pending"


@pytest.mark.parametrize(
    ("status", "at", "refused"),
    [
        ("push", LATER, CANNOT_END_SO),
        ("half_won", LATER, CANNOT_END_SO),
        ("won", NOW, NOT_BEGUN),
        ("void", NOW, None),
        ("won", KICK_OFF, None),
    ],
)
def test_an_administrator_corrects_a_bet_once_its_match_has_begun(
    database: str, match: int, status: str, at: datetime, refused: str | None
) -> None:
    """As some score could end it; who did so is written down."""
    bet = create_bet(match).json["id"]
    response = correct_bet(bet, status, at)
    assert response.json.get("detail") == refused
    assert get(BETS)[0]["status"] == (status if refused is None else "pending")
    written = [(CAROL, f"PATCH {BETS}/{bet}/correction")]
    assert select(database, "SELECT user_id, action FROM admin_actions") == written


@pytest.mark.case("A13")
def test_only_an_administrator_may_correct_a_bet(match: int) -> None:
    bet = create_bet(match).json["id"]
    refused = call("PATCH", f"{BETS}/{bet}/correction", {"status": "won"}, at=LATER)
    assert (refused.status, refused.json["code"]) == (403, "needs_admin")
    assert correct_bet(bet + 1, "won").json["code"] == "unknown_bet"
    call("DELETE", f"{BETS}/{bet}")
    assert correct_bet(bet, "won").json["code"] == "unknown_bet", "it was taken back"


@pytest.mark.case("A14")
@pytest.mark.parametrize(
    "fields", [{"status": "deleted"}, {"status": "WON"}, {}, {"status": "won", "amount": 1}], ids=str
)
def test_an_invalid_correction_is_rejected(match: int, fields: dict[str, Any]) -> None:
    bet = create_bet(match).json
    assert call("PATCH", f"{BETS}/{bet['id']}", fields, at=LATER).status == 422


def test_a_correction_is_written_though_the_winnings_are_staked_again(match: int) -> None:
    """As a corrected result would be: a result does not depend on the bankroll."""
    set_bankroll(10)
    bet = create_settled_bet(match, "won")
    create_bet(match, amount=15)
    assert correct_bet(bet["id"], "lost").status == 200
    assert get(f"{BETS}/bankroll")["current_bankroll"] == -15


@pytest.mark.case("L12")
def test_no_loss_leaves_the_limits(match: int) -> None:
    """Lost, opened again, taken back: each step is refused, and the limit stays used up."""
    call("PUT", f"{BETS}/limits", {"loss": {"day": 10}})
    bet, path = create_bet(match).json["id"], f"{BETS}/limits"
    for status, code in (("void", "bet_locked"), ("won", "bet_locked"), ("lost", "bet_locked")):
        assert call("PATCH", f"{BETS}/{bet}", {"status": status}, at=LATER).json["code"] == code
    refused = call("DELETE", f"{BETS}/{bet}", at=KICK_OFF)
    assert (refused.status, refused.json["code"]) == (400, "bet_locked")
    correct_bet(bet, "lost")
    assert call("PATCH", f"{BETS}/{bet}", {"status": "pending"}, at=LATER).json["code"] == "bet_locked"
    assert call("DELETE", f"{BETS}/{bet}", at=LATER).json["code"] == "bet_not_pending"
    assert get(path, at=LATER)["loss"]["day"]["left"] == 0


@pytest.mark.case("L12")
def test_a_bet_that_was_called_off_does_not_come_back_beside_another(match: int) -> None:
    """Its stake has left the limits, and the room is taken."""
    call("PUT", f"{BETS}/limits", {"stake": {"day": 10}})
    bet = create_bet(match).json["id"]
    assert call("PATCH", f"{BETS}/{bet}", {"status": "void"}).status == 200
    assert create_bet(match).status == 201
    refused = call("PATCH", f"{BETS}/{bet}", {"status": "pending"})
    assert (refused.status, refused.json["code"]) == (400, "bet_stays_void")
    assert get(f"{BETS}/limits")["stake"]["day"]["used"] == 10


def test_only_an_open_bet_is_deleted(match: int) -> None:
    set_bankroll(100)
    one, other = create_bet(match).json, create_settled_bet(match, "lost")
    assert call("DELETE", f"{BETS}/{one['id']}").status == 204
    assert [bet["id"] for bet in get(BETS)] == [other["id"]]
    assert get(f"{BETS}/bankroll")["current_bankroll"] == 90
    for bet, message in ((one, "This bet is unknown."), (other, "This bet has ended: it is no longer deleted.")):
        response = call("DELETE", f"{BETS}/{bet['id']}")
        assert (response.status, response.json["detail"]) == (404, message)
    assert call("PATCH", f"{BETS}/{one['id']}", {"status": "void"}).status == 404
