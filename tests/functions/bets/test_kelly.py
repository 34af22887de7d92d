"""What to stake at most."""

from datetime import timedelta
from typing import Any

import pytest

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.runtime import wiring
from tests.functions.bets.asking import BETS, NOW, call, fund, get, note
from tests.making import KICK_OFF, hold, news


def kelly(query: str, **options: Any) -> Any:
    return get(f"{BETS}/kelly?{query}", **options)


@pytest.mark.case("L12")
def test_kelly_stakes_a_quarter_by_the_confidence_that_is_sent(database: str) -> None:
    """Kelly's share of p = 0.52 at 2.00 is 0.04 (Kelly 1956); a quarter of it is 1 % of the bankroll."""
    fund(1000)
    told = kelly("odds=2&confidence=52")
    assert told["kelly_fraction"] == pytest.approx(0.04)
    assert told["edge"] == pytest.approx(0.04)
    assert told["suggested_stake_pct"] == pytest.approx(1, abs=1e-3)
    assert told["suggested_stake"] == pytest.approx(10, abs=0.02)
    assert (told["probability"], told["fraction"], told["bankroll"]) == (0.52, 0.25, 1000)
    assert (told["confidence_adjusted"], told["remaining"], told["legal_notice"]) == (False, None, LEGAL_NOTICE)
    assert kelly("odds=2&confidence=52&fraction=0.5")["suggested_stake_pct"] == pytest.approx(2, abs=1e-3)


def test_kelly_uses_our_probability_where_there_is_one(match: int) -> None:
    fund(1000)
    told = kelly(f"odds=2.1&confidence=98&match_id={match}&prediction=home_win")
    assert (told["probability"], told["confidence_adjusted"], told["edge"]) == (0.5, True, 0.05)
    assert kelly(f"odds=2.1&match_id={match}&prediction=away_win")["suggested_stake"] == 0
    refused = call("GET", f"{BETS}/kelly?odds=2.1&match_id={match}&prediction=home_win", at=KICK_OFF)
    assert refused.status == 400
    [unknown] = hold(wiring.database(), news("Lens", "Lille", outside_id="F1/2324/Lens/Lille"))
    assert kelly(f"odds=2&confidence=60&match_id={unknown}&prediction=home_win")["probability"] == 0.6
    for query in (f"match_id={unknown}&prediction=home_win", f"match_id={match}", "prediction=draw", ""):
        assert call("GET", f"{BETS}/kelly?odds=2&{query}").status == 400


@pytest.mark.case("L12")
def test_kelly_stakes_nothing_without_an_edge_or_a_bankroll(match: int) -> None:
    """Edge <= 0 gives 0."""
    assert kelly("odds=2&confidence=60")["suggested_stake"] == 0
    fund(1000)
    for confidence in (0, 49, 50):
        assert kelly(f"odds=2&confidence={confidence}")["suggested_stake"] == 0
    assert kelly("odds=2&confidence=100")["suggested_stake"] == 20


@pytest.mark.case("L12")
def test_kelly_leaves_room_for_what_is_staked_that_day(match: int) -> None:
    """The stakes of a day are 5 % of the bankroll at most, one of them 2 %."""
    fund(1000)
    assert kelly("odds=2&confidence=90")["suggested_stake"] == 20
    note(match, amount=40)
    assert kelly("odds=2&confidence=90")["suggested_stake"] == pytest.approx(0.05 * 960 - 40, abs=0.01)
    note(match, amount=20)
    assert kelly("odds=2&confidence=90")["suggested_stake"] == 0
    assert kelly("odds=2&confidence=90", at=NOW + timedelta(days=1))["suggested_stake"] == pytest.approx(18.8)


@pytest.mark.case("L12")
def test_kelly_respects_the_persons_own_limits(match: int) -> None:
    """The person's own loss limit, within what the day has used of it."""
    fund(1000)
    call("PUT", f"{BETS}/limits", {"loss": {"week": 12.5}})
    told = kelly("odds=2&confidence=90")
    assert (told["suggested_stake"], told["remaining"]) == (pytest.approx(12.5, abs=0.01), 12.5)
    note(match, amount=10)
    told = kelly("odds=2&confidence=90")
    assert (told["suggested_stake"], told["remaining"]) == (pytest.approx(2.5, abs=0.01), 2.5)
    assert note(match, amount=2.5).status == 201
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
def test_kelly_of_nonsense_is_refused(database: str, query: str) -> None:
    assert call("GET", f"{BETS}/kelly?{query}").status == 422
