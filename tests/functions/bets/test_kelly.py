"""What to stake at most."""

from datetime import timedelta
from typing import Any

import pytest

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.runtime import wiring
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.functions.bets.api import BETS, NOW, call, create_bet, get, set_bankroll


def kelly(query: str, **options: Any) -> Any:
    return get(f"{BETS}/kelly?{query}", **options)


@pytest.mark.case("L12")
def test_kelly_stakes_a_quarter_by_the_confidence_that_is_sent(database: str) -> None:
    """Kelly's share of p = 0.52 at 2.00 is 0.04 (Kelly 1956); a quarter of it is 1 % of the bankroll."""
    set_bankroll(1000)
    body = kelly("odds=2&confidence=52")
    assert body["kelly_fraction"] == pytest.approx(0.04)
    assert body["edge"] == pytest.approx(0.04)
    assert body["suggested_stake_pct"] == pytest.approx(1, abs=1e-3)
    assert body["suggested_stake"] == pytest.approx(10, abs=0.02)
    assert (body["probability"], body["fraction"], body["bankroll"]) == (0.52, 0.25, 1000)
    assert (body["confidence_adjusted"], body["remaining"], body["legal_notice"]) == (False, None, LEGAL_NOTICE)
    assert kelly("odds=2&confidence=52&fraction=0.5")["suggested_stake_pct"] == pytest.approx(2, abs=1e-3)


def test_kelly_uses_our_probability_where_there_is_one(match: int) -> None:
    set_bankroll(1000)
    body = kelly(f"odds=2.1&confidence=98&match_id={match}&prediction=home_win")
    assert (body["probability"], body["confidence_adjusted"], body["edge"]) == (0.5, True, 0.05)
    assert kelly(f"odds=2.1&match_id={match}&prediction=away_win")["suggested_stake"] == 0
    refused = call("GET", f"{BETS}/kelly?odds=2.1&match_id={match}&prediction=home_win", at=KICK_OFF)
    assert refused.status == 400
    [unknown] = insert_matches(wiring.database(), match_update("Lens", "Lille", external_id="F1/2324/Lens/Lille"))
    assert kelly(f"odds=2&confidence=60&match_id={unknown}&prediction=home_win")["probability"] == 0.6
    for query in (f"match_id={unknown}&prediction=home_win", f"match_id={match}", "prediction=draw", ""):
        assert call("GET", f"{BETS}/kelly?odds=2&{query}").status == 400


@pytest.mark.case("L12")
def test_kelly_stakes_nothing_without_an_edge_or_a_bankroll(match: int) -> None:
    """Edge <= 0 gives 0."""
    assert kelly("odds=2&confidence=60")["suggested_stake"] == 0
    set_bankroll(1000)
    for confidence in (0, 49, 50):
        assert kelly(f"odds=2&confidence={confidence}")["suggested_stake"] == 0
    assert kelly("odds=2&confidence=100")["suggested_stake"] == 20


@pytest.mark.case("L12")
def test_the_kelly_suggestion_deducts_stakes_of_the_same_day(match: int) -> None:
    """The stakes of a day are 5 % of the bankroll at most, one of them 2 %."""
    set_bankroll(1000)
    assert kelly("odds=2&confidence=90")["suggested_stake"] == 20
    create_bet(match, amount=40)
    assert kelly("odds=2&confidence=90")["suggested_stake"] == pytest.approx(0.05 * 960 - 40, abs=0.01)
    create_bet(match, amount=20)
    assert kelly("odds=2&confidence=90")["suggested_stake"] == 0
    assert kelly("odds=2&confidence=90", at=NOW + timedelta(days=1))["suggested_stake"] == pytest.approx(18.8)


@pytest.mark.case("L12")
def test_kelly_respects_the_persons_own_limits(match: int) -> None:
    """The person's own loss limit, within what the day has used of it."""
    set_bankroll(1000)
    call("PUT", f"{BETS}/limits", {"loss": {"week": 12.5}})
    body = kelly("odds=2&confidence=90")
    assert (body["suggested_stake"], body["remaining"]) == (pytest.approx(12.5, abs=0.01), 12.5)
    create_bet(match, amount=10)
    body = kelly("odds=2&confidence=90")
    assert (body["suggested_stake"], body["remaining"]) == (pytest.approx(2.5, abs=0.01), 2.5)
    assert create_bet(match, amount=2.5).status == 201
    assert kelly("odds=2&confidence=90")["suggested_stake"] == 0


@pytest.mark.case("H4", "H5")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "odds=1",
        "odds=NaN&confidence=5",
        "odds=Infinity&confidence=5",
        "odds=2&confidence=NaN",
        "odds=2&confidence=101",
        "odds=2&confidence=5&fraction=1",
        "odds=2&confidence=5&fraction=0",
    ],
)
def test_invalid_kelly_parameters_are_rejected(database: str, query: str) -> None:
    assert call("GET", f"{BETS}/kelly?{query}").status == 422
