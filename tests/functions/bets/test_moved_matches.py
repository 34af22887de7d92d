"""Bets on matches that are moved: what counts is when a match is played now, not when it was to be."""

from datetime import timedelta
from typing import Any

import pytest

from shared.football.match import Status
from shared.runtime import wiring
from tests.functions.bets.asking import BETS, call, get, note
from tests.making import KICK_OFF, hold, news
from tests.running import Answer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOT_BEGUN = "This match has not begun: until then a bet can only be void."


def tell(at: Any, **changes: Any) -> None:
    """The source says something else of the match."""
    hold(wiring.database(), news(told_at=at, **changes), now=at)


def say(bet: int, status: str, at: Any) -> Answer:
    return call("PATCH", f"{BETS}/{bet}", {"status": status}, at=at)


@pytest.mark.parametrize("status", ["won", "lost"])
def test_a_bet_on_a_match_moved_later_ends_once_it_is_played(match: int, status: str) -> None:
    bet = note(match).json["id"]
    tell(KICK_OFF - HOUR, kick_off=KICK_OFF + DAY)
    for at in (KICK_OFF + 3 * HOUR, KICK_OFF + DAY - timedelta(seconds=1)):
        refused = say(bet, status, at)
        assert (refused.status, refused.json["detail"]) == (400, NOT_BEGUN)
    assert get(f"{BETS}/bankroll", at=KICK_OFF + 3 * HOUR)["pending_bets"] == 1
    assert say(bet, status, KICK_OFF + DAY).json["status"] == status


def test_a_match_moved_later_can_be_bet_on_until_it_is_played(match: int) -> None:
    tell(KICK_OFF - HOUR, kick_off=KICK_OFF + DAY)
    assert note(match, at=KICK_OFF + HOUR).status == 201
    assert note(match, at=KICK_OFF + DAY).status == 400


def test_a_match_moved_forward_has_begun_when_it_is_played(match: int) -> None:
    """Whoever knows the score of a match that was to be played later cannot bet on it."""
    bet = note(match).json["id"]
    early = KICK_OFF - 2 * HOUR
    tell(early - HOUR, kick_off=early)
    assert say(bet, "won", early - timedelta(seconds=1)).status == 400
    refused = note(match, at=early)
    assert (refused.status, refused.json["code"]) == (400, "match_begun")
    assert say(bet, "won", early).status == 200


def test_a_bet_on_a_match_that_was_put_off_can_only_be_void(match: int) -> None:
    """Its old kick-off is past, and no new one is known."""
    bet = note(match).json["id"]
    tell(KICK_OFF - HOUR, status=Status.POSTPONED)
    assert note(match, at=KICK_OFF - HOUR / 2).status == 400
    refused = say(bet, "won", KICK_OFF + 3 * HOUR)
    assert (refused.status, refused.json["detail"]) == (400, NOT_BEGUN)
    assert say(bet, "void", KICK_OFF + 3 * HOUR).json["status"] == "void"
