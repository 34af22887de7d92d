"""Limits of one's own, and pauses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.accounts.responsible_gambling import INCREASE_DELAY, LimitKind, Period
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.runtime import wiring
from tests.factories import insert_matches, match_update
from tests.functions.bets.api import BETS, NOW, call, create_bet, create_settled_bet, get, set_bankroll
from tests.running import HttpResponse


@pytest.mark.case("P11")
def test_limits_are_lowered_at_once_and_raised_in_two_days(database: str) -> None:
    def put(amount: float | None, at: datetime) -> Any:
        response = call("PUT", f"{BETS}/limits", {"stake": {"day": amount}}, at=at)
        assert response.status == 200
        return response.json["stake"]["day"]

    first = put(50, NOW)
    assert first == {"amount": 50, "next_amount": None, "next_from": None, "used": 0, "left": 50}
    assert put(20, NOW)["amount"] == 20
    raised = put(80, NOW)
    assert (raised["amount"], raised["next_amount"], raised["next_from"]) == (20, 80, "2024-04-29T10:00:00Z")
    almost = NOW + INCREASE_DELAY - timedelta(seconds=1)
    assert put(80, almost)["next_from"] == "2024-04-29T10:00:00Z"
    assert get(f"{BETS}/limits", at=almost)["stake"]["day"]["amount"] == 20
    assert get(f"{BETS}/limits", at=NOW + INCREASE_DELAY)["stake"]["day"]["amount"] == 80
    removed = put(None, NOW + INCREASE_DELAY)
    assert (removed["amount"], removed["next_amount"], removed["next_from"]) == (80, None, "2024-05-01T10:00:00Z")
    assert get(f"{BETS}/limits", at=NOW + 2 * INCREASE_DELAY)["stake"]["day"]["amount"] is None


def test_a_limit_that_is_not_named_stays(database: str) -> None:
    call("PUT", f"{BETS}/limits", {"stake": {"day": 50}, "loss": {"month": 100}})
    body = call("PUT", f"{BETS}/limits", {"stake": {"week": 70}}).json
    assert body["legal_notice"] == LEGAL_NOTICE
    assert (body["today"], body["cool_off_until"], body["raised_after_hours"]) == ("2024-04-27", None, 48)
    assert [body["stake"][period]["amount"] for period in ("day", "week", "month")] == [50, 70, None]
    assert [body["loss"][period]["amount"] for period in ("day", "week", "month")] == [None, None, 100]


@pytest.mark.case("H4", "A14")
@pytest.mark.parametrize(
    "fields",
    [
        {"stake": {"day": -1}},
        {"stake": {"year": 5}},
        {"win": {"day": 5}},
        {"stake": {"day": float("nan")}},
        {"loss": 5},
    ],
    ids=str,
)
def test_invalid_limits_are_rejected(database: str, fields: dict[str, Any]) -> None:
    assert call("PUT", f"{BETS}/limits", fields).status == 422


@pytest.mark.case("L12")
def test_a_bet_beyond_a_limit_is_rejected(match: int) -> None:
    call("PUT", f"{BETS}/limits", {"stake": {"day": 25}, "loss": {"day": 15}})
    refused = create_bet(match, amount=15.01)
    assert (refused.status, refused.json["detail"]) == (
        400,
        "Your own limits allow no more than €15.00 to be staked.",
    )
    create_settled_bet(match, "won", amount=15)  # 16.50 are won, so that 31.50 may be lost; 10 may still be staked
    assert create_bet(match, amount=10.01).status == 400
    assert create_bet(match, amount=10).status == 201
    body = get(f"{BETS}/limits")
    assert (body["stake"]["day"]["used"], body["stake"]["day"]["left"]) == (25, 0)
    assert (body["loss"]["day"]["used"], body["loss"]["day"]["left"]) == (-6.5, 21.5)


@pytest.mark.case("P7")
def test_a_pause_takes_no_bets_and_cannot_be_shortened(match: int) -> None:
    def pause(days: int, at: datetime = NOW) -> HttpResponse:
        return call("POST", f"{BETS}/cool-off", {"days": days}, at=at)

    bet = create_bet(match).json
    assert (pause(7).status, pause(1).json["cool_off_until"]) == (201, "2024-05-04T10:00:00Z")
    for response in (create_bet(match), call("GET", f"{BETS}/kelly?odds=2&confidence=60")):
        assert response.status == 403
        assert response.json["detail"] == "Your pause still lasts; it cannot be shortened."
    assert get(f"{BETS}/limits")["cool_off_until"] == "2024-05-04T10:00:00Z"
    assert call("PATCH", f"{BETS}/{bet['id']}", {"status": "void"}).status == 200, (
        "a pause does not block changes of placed bets"
    )
    assert get(f"{BETS}/kelly?odds=2&confidence=60", at=NOW + timedelta(days=7))
    for days in (0, 184, -1):
        assert pause(days).status == 422
    assert pause(183, NOW + timedelta(days=8)).status == 201


@pytest.mark.parametrize("kind", LimitKind)
@pytest.mark.parametrize(
    ("period", "evening"),
    [
        (Period.DAY, "2024-04-27T21:59:59Z"),
        (Period.WEEK, "2024-04-28T21:59:59Z"),  # a Sunday
        (Period.MONTH, "2024-04-30T21:59:59Z"),
    ],
)
def test_a_stake_counts_in_the_period_in_which_it_was_noted(
    database: str, kind: LimitKind, period: Period, evening: str
) -> None:
    """Whenever its match is played: in Paris, until midnight there; then the limit is free again."""
    last = datetime.fromisoformat(evening)
    [later] = insert_matches(wiring.database(), match_update(kick_off=datetime(2024, 6, 9, 14, tzinfo=UTC)))
    call("PUT", f"{BETS}/limits", {kind: {period: 25}})
    assert create_bet(later, amount=20, at=last - timedelta(hours=1)).status == 201
    refused = create_bet(later, amount=10, at=last)
    assert (refused.status, refused.json["detail"]) == (400, "Your own limits allow no more than €5.00 to be staked.")
    body = get(f"{BETS}/limits", at=last)[kind][period]
    assert (body["used"], body["left"]) == (20, 5)
    assert create_bet(later, amount=5, at=last).status == 201
    free = get(f"{BETS}/limits", at=last + timedelta(seconds=1))[kind][period]
    assert (free["used"], free["left"]) == (0, 25)
    assert create_bet(later, amount=25, at=last + timedelta(seconds=1)).status == 201
    assert get(f"{BETS}/limits", at=last + timedelta(hours=1))[kind][period]["left"] == 0, "though UTC is a day behind"


@pytest.mark.case("L12")
def test_the_kelly_suggestion_is_bounded_by_the_rest_of_todays_limit(database: str) -> None:
    """A bet on a match of another day counts towards today's limit."""
    [later] = insert_matches(wiring.database(), match_update(kick_off=datetime(2024, 6, 9, 14, tzinfo=UTC)))
    set_bankroll(1000)
    call("PUT", f"{BETS}/limits", {"stake": {"day": 25}})
    assert create_bet(later, amount=20).status == 201
    body = get(f"{BETS}/kelly?odds=3&confidence=60")
    assert body["remaining"] == 5
    assert 4.95 <= body["suggested_stake"] <= 5, "a share of the bankroll is rounded down"
    assert get(f"{BETS}/kelly?odds=3&confidence=60", at=NOW + timedelta(days=1))["remaining"] == 25
