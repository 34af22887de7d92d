"""Bets on matches that are moved: what counts is when a match is played now, not when it was to be."""

from datetime import timedelta
from typing import Any

import pytest

from shared.football.calendar import last_minute, paris_bounds, paris_day
from shared.football.match import Status
from shared.runtime import wiring
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.functions.bets.api import BETS, call, correct_bet, create_bet, get
from tests.running import HttpResponse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOT_BEGUN = "This match has not begun: until then a bet can only be void."


def update_match(at: Any, **changes: Any) -> None:
    """The source sends another update of the match."""
    insert_matches(wiring.database(), match_update(source_updated_at=at, **changes), now=at)


def set_status(bet: int, status: str, at: Any) -> HttpResponse:
    """Its person's word."""
    return call("PATCH", f"{BETS}/{bet}", {"status": status}, at=at)


def test_a_bet_on_a_match_moved_later_can_be_called_off_until_it_is_played(match: int) -> None:
    one, other = (create_bet(match).json["id"] for _ in range(2))
    update_match(KICK_OFF - HOUR, kick_off=KICK_OFF + DAY)
    for at in (KICK_OFF + 3 * HOUR, KICK_OFF + DAY - timedelta(seconds=1)):
        refused = set_status(one, "won", at)
        assert (refused.status, refused.json["detail"]) == (400, NOT_BEGUN)
    assert get(f"{BETS}/bankroll", at=KICK_OFF + 3 * HOUR)["pending_bets"] == 2
    assert set_status(one, "void", KICK_OFF + DAY - timedelta(seconds=1)).json["status"] == "void"
    assert set_status(other, "void", KICK_OFF + DAY).json["code"] == "bet_locked"
    assert correct_bet(other, "won", KICK_OFF + DAY).json["status"] == "won"


def test_a_match_moved_later_can_be_bet_on_until_it_is_played(match: int) -> None:
    update_match(KICK_OFF - HOUR, kick_off=KICK_OFF + DAY)
    assert create_bet(match, at=KICK_OFF + HOUR).status == 201
    assert create_bet(match, at=KICK_OFF + DAY).status == 400


def test_a_match_moved_forward_has_begun_when_it_is_played(match: int) -> None:
    """No bet can be placed on a rescheduled match whose score may be known."""
    bet = create_bet(match).json["id"]
    early = KICK_OFF - 2 * HOUR
    update_match(early - HOUR, kick_off=early)
    assert set_status(bet, "won", early - timedelta(seconds=1)).json["code"] == "match_not_begun"
    refused = create_bet(match, at=early)
    assert (refused.status, refused.json["code"]) == (400, "match_begun")
    assert set_status(bet, "void", early).json["code"] == "bet_locked"
    assert call("DELETE", f"{BETS}/{bet}", at=early).json["code"] == "bet_locked"


def test_a_bet_on_a_match_without_an_hour_stays_from_the_beginning_of_its_day_on(match: int) -> None:
    """It is unknown whether it is being played."""
    one, other = (create_bet(match).json["id"] for _ in range(2))
    [morning, _] = paris_bounds(paris_day(KICK_OFF))
    wiring.database().execute("UPDATE matches SET hour = 'unknown', kick_off = %s", [last_minute(paris_day(KICK_OFF))])
    assert call("DELETE", f"{BETS}/{one}", at=morning - timedelta(seconds=1)).status == 204
    assert call("DELETE", f"{BETS}/{other}", at=morning).json["code"] == "bet_locked"
    assert set_status(other, "void", morning).json["code"] == "bet_locked"


@pytest.mark.parametrize("status", [Status.IN_PLAY, Status.SUSPENDED, Status.FINISHED, Status.AWARDED], ids=str)
def test_a_match_in_play_or_finished_has_begun_regardless_of_its_kick_off(match: int, status: Status) -> None:
    """A source may report a kick-off late."""
    bet = create_bet(match).json["id"]
    wiring.database().execute("UPDATE matches SET status = %s", [status])
    assert set_status(bet, "void", KICK_OFF - HOUR).json["code"] == "bet_locked"
    assert call("DELETE", f"{BETS}/{bet}", at=KICK_OFF - HOUR).json["code"] == "bet_locked"


def test_a_bet_on_a_match_that_was_put_off_can_only_be_void(match: int) -> None:
    """Its old kick-off is past, and no new one is known."""
    bet = create_bet(match).json["id"]
    update_match(KICK_OFF - HOUR, status=Status.POSTPONED)
    assert create_bet(match, at=KICK_OFF - HOUR / 2).status == 400
    refused = set_status(bet, "won", KICK_OFF + 3 * HOUR)
    assert (refused.status, refused.json["detail"]) == (400, NOT_BEGUN)
    assert set_status(bet, "void", KICK_OFF + 3 * HOUR).json["status"] == "void"
