"""Stakes on several bets at once: Kelly's, and never above any limit."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from math import log, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from shared.betting.policy import POLICY
from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.stakes import Bet, simultaneous_kelly, stakes
from shared.betting.value import kelly

D = Decimal
STEP = D("0.000001")
LOOSE = replace(POLICY, kelly_fraction=D("0.5"), max_stake=D("0.09"), max_daily_stake=D("0.3"))


def bet(probability: str, price: str) -> Bet:
    return ResultProbabilities.win_or_lose(D(probability)), D(price)


def growth(bets: list[Bet], shares: list[float]) -> float:
    """Expected logarithm of a bankroll of 1, over all ways in which the bets can end."""
    returns = [
        [(float(p), share * unit) for p, unit in zip(results, units(float(price)), strict=True) if p > 0]
        for (results, price), share in zip(bets, shares, strict=True)
    ]
    return sum(prod(p for p, _ in ending) * log(1 + sum(unit for _, unit in ending)) for ending in product(*returns))


def units(price: float) -> tuple[float, ...]:
    """What one unit brings: won, half won, refunded, half lost, lost."""
    return price - 1, (price - 1) / 2, 0.0, -0.5, -1.0


@st.composite
def bets_of_a_day(draw: st.DrawFn, least: float = -0.3, most: float = 0.4) -> list[Bet]:
    """Bets that win or lose, and some on lines with refunds or half results."""
    bets: list[Bet] = []
    for _ in range(draw(st.integers(1, POLICY.picks_per_day))):
        price = draw(st.decimals("1.05", 12, places=2))
        probability = min(D("0.97"), D(1 + draw(st.floats(least, most))) / price)
        partial = draw(st.sampled_from(["half_won", "push", "half_lost", *[None] * 9]))
        won = probability if partial is None else probability * D("0.8")
        shares = {"won": won, "lost": 1 - probability, **({partial: probability - won} if partial else {})}
        bets.append(
            (ResultProbabilities.rounded([float(shares.get(name, 0)) for name in ResultProbabilities._fields]), price)
        )
    return bets


BETS = bets_of_a_day()


@pytest.mark.case("L12")
def test_two_even_bets_at_sixty_percent():
    """By hand: 0.36 log(1 + 2f) + 0.16 log(1 - 2f) is steepest no more at f = 0.2 / 1.04; alone it would be 0.2."""
    assert simultaneous_kelly([bet("0.6", "2")] * 2, D("0.4")) == (D("0.192308"),) * 2


@pytest.mark.case("L12")
def test_three_and_more_bets_as_scipy_finds_them():
    day = [
        bet("0.35", "3.10"),
        (ResultProbabilities(*map(D, ("0.42", "0.16", "0", "0", "0.42"))), D("2.15")),
        bet("0.12", "9.00"),
        (ResultProbabilities(*map(D, ("0.55", "0", "0.25", "0", "0.2"))), D("1.60")),
    ]
    for n in (3, 4):
        bets, most = day[:n], D("0.24")
        theirs = minimize(
            lambda shares, bets=bets: -growth(bets, list(shares)),
            [0.01] * n,
            method="SLSQP",
            bounds=[(0, float(most))] * n,
            options={"ftol": 1e-15},
        ).x
        assert [float(share) for share in simultaneous_kelly(bets, most)] == pytest.approx(list(theirs), abs=2e-6)


@pytest.mark.case("L12")
@given(st.decimals(0, 1, places=6), st.decimals("1.01", 50, places=2), BETS)
def test_one_bet_alone_is_kelly_s(probability: Decimal, price: Decimal, bets: list[Bet]):
    for bet in ((ResultProbabilities.win_or_lose(probability), price), *bets):
        (share,) = simultaneous_kelly([bet], D("0.9"))
        assert abs(share - min(kelly(*bet), D("0.9"))) <= STEP


@pytest.mark.case("L12")
@given(BETS, st.data())
def test_no_other_shares_make_the_bankroll_grow_faster(bets: list[Bet], data: st.DataObject):
    most = D("0.15")
    best = [float(share) for share in simultaneous_kelly(bets, most)]
    moves = data.draw(st.lists(st.floats(-0.15, 0.15), min_size=len(bets), max_size=len(bets)))
    other = [min(max(share + move, 0.0), float(most)) for share, move in zip(best, moves, strict=True)]
    assert growth(bets, best) >= growth(bets, other) - 1e-10


@pytest.mark.case("L12")
@given(BETS)
def test_without_an_edge_nothing_is_staked_and_with_one_something(bets: list[Bet]):
    for (results, price), share in zip(bets, simultaneous_kelly(bets, D("0.15")), strict=True):
        edge = results.gaining * (price - 1) - results.losing
        assert share == 0 if edge <= 0 else share > 0 or edge < D("0.0001")


def test_a_bet_beside_others_is_worth_a_little_less_than_alone():
    alone = simultaneous_kelly([bet("0.55", "2.10")], D("0.18"))[0]
    beside = simultaneous_kelly([bet("0.55", "2.10")] * 5, D("0.18"))
    assert alone * D("0.9") < beside[0] < alone
    assert len(set(beside)) == 1


@pytest.mark.case("L12")
@given(BETS, st.decimals(0, "0.4", places=4), st.decimals(0, "0.4", places=4))
def test_no_limit_is_ever_passed(bets: list[Bet], limit: Decimal, staked: Decimal):
    """The sum of simultaneous stakes respects the policy's cap and the reader's own limit."""
    for policy in (POLICY, LOOSE):
        result = stakes(bets, policy, limit=limit, staked=staked)
        assert all(isinstance(share, Decimal) and 0 <= share <= policy.max_stake for share in result)
        assert sum(result) <= max(D(0), min(limit, policy.max_daily_stake) - staked)


@pytest.mark.case("L12")
@given(BETS, st.decimals(0, "0.1", places=4))
def test_stakes_are_scaled_down_alike_and_never_up(bets: list[Bet], limit: Decimal):
    free, limited = stakes(bets, LOOSE), stakes(bets, LOOSE, limit=limit)
    assert all(less <= more for less, more in zip(limited, free, strict=True))
    if (total := sum(free)) > 0:
        scale = min(D(1), limit / total)
        assert all(abs(less - more * scale) <= 2 * STEP for less, more in zip(limited, free, strict=True))


@pytest.mark.case("L12")
@given(BETS, st.integers(0, 4), st.decimals(0, "0.2", places=3))
def test_a_likelier_bet_is_not_staked_on_less(bets: list[Bet], place: int, more: Decimal):
    place %= len(bets)
    results, price = bets[place]
    shifted = min(results.lost, more)
    better = results._replace(won=results.won + shifted, lost=results.lost - shifted)
    likelier = [*bets[:place], (better, price), *bets[place + 1 :]]
    assert simultaneous_kelly(likelier, D("0.15"))[place] >= simultaneous_kelly(bets, D("0.15"))[place] - STEP


@pytest.mark.case("L12")
@given(BETS.flatmap(lambda bets: st.tuples(st.just(bets), st.permutations(range(len(bets))))))
def test_stakes_do_not_depend_on_the_order(drawn: tuple[list[Bet], list[int]]):
    bets, order = drawn
    result, turned = stakes(bets, LOOSE), stakes([bets[place] for place in order], LOOSE)
    assert all(abs(turned[at] - result[place]) <= 2 * STEP for at, place in enumerate(order))


def test_stakes_are_the_policy_s_fraction_and_at_most_its_limit():
    small, large = bet("0.26", "4.00"), bet("0.70", "1.70")
    assert stakes([small]) == (D("0.003333"),)  # a quarter of 0.04 / 3
    assert stakes([large]) == (POLICY.max_stake,)
    assert stakes([large] * 5) == (POLICY.max_daily_stake / 5,) * 5
    assert stakes([large], staked=POLICY.max_daily_stake) == (0,)
    assert stakes([]) == ()


def test_invalid_bets_and_limits_raise_value_error():
    for probability in ("1.1", "-0.1"):
        with pytest.raises(ValueError, match="between 0 and 1"):
            bet(probability, "2")
    with pytest.raises(ValueError, match="above 1"):
        stakes([bet("0.5", "1")])
    with pytest.raises(ValueError, match="at most 5 bets"):
        stakes([bet("0.5", "2.1")] * 6)
    for limit, staked in ((D("-0.01"), D(0)), (D(1), D("-0.01"))):
        with pytest.raises(ValueError, match="0 or more"):
            stakes([bet("0.5", "2.1")], limit=limit, staked=staked)
    with pytest.raises(ValueError, match="whole bankroll"):
        simultaneous_kelly([bet("0.5", "2.1")] * 2, D("0.5"))
