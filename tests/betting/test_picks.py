"""The day's picks: few, each of positive value, in a deterministic order."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.grid_results import result_probabilities
from shared.betting.licensed_operators import LICENSED_IN_FRANCE
from shared.betting.picks import Candidate, Choice, NoPickReason, choose
from shared.betting.policy import POLICY
from shared.betting.prices import OUTCOMES, Market, Offer, offer_line
from shared.betting.settlement import profit, settle_bet
from shared.betting.stakes import stakes
from shared.betting.value import kelly
from shared.football.match import Score
from shared.forecasting.grid import SIZE, Grid, score_grid

D = Decimal
KICK_OFF = datetime(2026, 10, 24, 14, tzinfo=UTC)
MORNING = KICK_OFF - timedelta(hours=9)
HALF = (D("0.5"), D("0.27"), D("0.23"))


def offer(*prices: str | None, bookmaker: str = "winamax_fr", at: datetime = MORNING) -> Offer:
    listed = tuple(None if price is None else D(price) for price in prices)
    return Offer(1, "the_odds_api", bookmaker, Market.H2H, D(0), listed, at)


def grid_of(home: Decimal, draw: Decimal, away: Decimal) -> Grid:
    """The scores of a match that no side wins by more than one goal."""
    grid = np.zeros((SIZE, SIZE))
    grid[1, 0], grid[0, 0], grid[0, 1] = float(home), float(draw), float(away)
    return grid


def candidate(
    match_id: int, *offers: Offer, competition: str = "PL", probabilities: tuple[Decimal, Decimal, Decimal] = HALF
) -> Candidate:
    return Candidate(match_id, competition, KICK_OFF, MORNING, True, grid_of(*probabilities), offers)


def worth(match_id: int, home_price: str, competition: str = "PL") -> Candidate:
    """A match whose home win is even money, at this price."""
    return candidate(match_id, offer(home_price, "3.40", "4.00"), competition=competition)


def chosen(choice: Choice) -> list[int]:
    return [pick.match_id for pick in choice.picks]


def test_a_pick_holds_its_bet_its_value_and_its_stake():
    best = offer("2.10", "3.30", "4.10", bookmaker="betclic_fr", at=MORNING + timedelta(minutes=5))
    (pick,) = choose([candidate(7, offer("2.06", "3.40", "4.00"), best)]).picks
    assert (pick.match_id, pick.competition, pick.kick_off, pick.published_at) == (7, "PL", KICK_OFF, MORNING)
    assert (pick.market, pick.outcome, pick.line) == (Market.H2H, "home", 0)
    assert (pick.probability, pick.price, pick.bookmaker) == (D("0.5"), D("2.10"), "betclic_fr")
    assert pick.price_taken_at == MORNING + timedelta(minutes=5)
    assert pick.value == D("0.05")
    assert pick.share == D("0.045455")  # 0.05 / 1.1
    assert pick.stake == D("0.011363")  # a quarter, rounded down


@pytest.mark.case("L5")
@pytest.mark.parametrize(
    ("price", "picked", "expected"),
    [
        pytest.param("2.03", 0, 0, id="1.5 % is too little"),
        pytest.param("2.04", 1, 0, id="2 % is enough"),
        pytest.param("2.40", 1, 0, id="20 % is believed"),
        pytest.param("2.41", 0, 1, id="20.5 % goes under review"),
    ],
)
def test_a_price_is_worth_it_between_2_and_20_percent(price: str, picked: int, expected: int):
    choice = choose([worth(1, price)])
    assert (len(choice.picks), len(choice.under_review)) == (picked, expected)


LIKELY = (D("0.70"), D("0.19"), D("0.11"))


def test_a_price_above_ten_is_not_worth_its_risk():
    assert chosen(choose([candidate(1, offer("1.40", "5.00", "10.00"), probabilities=LIKELY)])) == [1]
    assert chosen(choose([candidate(1, offer("1.40", "5.00", "10.01"), probabilities=LIKELY)])) == []


def test_an_outcome_whose_best_price_is_above_ten_is_skipped():
    """A generous price, above the bounds, is no reason to believe the next best."""
    offers = offer("1.40", "5.00", "9.80"), offer("1.40", "5.00", "10.50", bookmaker="betclic_fr")
    assert choose([candidate(1, *offers, probabilities=LIKELY)]).picks == ()


def test_a_price_above_ten_leaves_the_other_outcomes_their_bet():
    (pick,) = choose([candidate(1, offer("1.46", "5.00", "10.50"), probabilities=LIKELY)]).picks
    assert (pick.outcome, pick.price) == ("home", D("1.46"))
    home, draw, away = LIKELY
    (pick,) = choose([candidate(1, offer("10.50", "5.00", "1.46"), probabilities=(away, draw, home))]).picks
    assert (pick.outcome, pick.price) == ("away", D("1.46"))


def test_a_price_that_is_not_taken_does_not_count_against_the_outcome_either():
    offers = offer("1.40", "5.00", "9.80"), offer("1.40", "5.00", "10.50", bookmaker="pinnacle")
    (pick,) = choose([candidate(1, *offers, probabilities=LIKELY)]).picks
    assert (pick.outcome, pick.price, pick.bookmaker) == ("away", D("9.80"), "winamax_fr")


@pytest.mark.case("P9")
def test_a_licensed_operators_price_is_preferred_wherever_one_is_offered():
    named, best = offer("2.06", "3.40", "4.00"), offer("2.20", "3.60", "4.20", bookmaker="market_best")
    (pick,) = choose([candidate(1, best, named)]).picks
    assert (pick.price, pick.bookmaker) == (D("2.06"), "winamax_fr")
    poor = replace(named, prices=(D("1.95"), D("3.30"), D("3.90")))
    assert choose([candidate(1, best, poor)]).picks == (), "a price on paper is no way round a poor one"


@pytest.mark.case("P9")
def test_without_a_licensed_operators_offer_the_price_is_the_markets_best():
    single, best = (
        offer("2.10", "3.40", "4.00", bookmaker="bet365"),
        offer("2.20", "3.60", "4.20", bookmaker="market_best"),
    )
    (pick,) = choose([candidate(1, single, best)]).picks
    assert (pick.price, pick.bookmaker) == (D("2.20"), "market_best")


@pytest.mark.parametrize("bookmaker", ["market_average", "betfair_exchange"])
def test_averages_and_exchange_prices_are_no_prices_to_bet_at(bookmaker: str):
    assert choose([candidate(1, offer("2.20", "3.4", "4.0", bookmaker=bookmaker))]).picks == ()
    assert len(choose([candidate(1, offer("2.20", "3.4", "4.0", bookmaker="market_best"))]).picks) == 1


def test_a_forecast_without_a_model_based_move_yields_no_pick():
    choice = choose([replace(worth(1, "2.20"), anchored=False)])
    assert (choice.picks, choice.under_review, choice.reason) == ((), (), NoPickReason.NO_PRICES)


@pytest.mark.case("G7")
def test_at_most_five_a_day_and_two_a_competition_the_best_first():
    many = [worth(10 * n + m, f"2.{3 - n}{m}", code) for n, code in enumerate(("PL", "PD", "SA")) for m in range(4)]
    choice = choose(many)
    assert chosen(choice) == [3, 2, 13, 12, 23]
    assert choice.reason is None


@pytest.mark.case("G7")
def test_fewer_than_five_is_no_failure_and_has_a_reason():
    choice = choose([worth(1, "2.10"), worth(2, "2.00"), worth(3, "2.12", "PD")])
    assert chosen(choice) == [3, 1]
    assert choice.reason is NoPickReason.NO_VALUE


@pytest.mark.case("G7")
@pytest.mark.parametrize(
    ("candidates", "reason"),
    [
        pytest.param([], NoPickReason.NO_MATCH, id="no match"),
        pytest.param([candidate(1)], NoPickReason.NO_PRICES, id="no prices"),
        pytest.param([worth(1, "2.00"), candidate(2)], NoPickReason.NO_VALUE, id="no value"),
        pytest.param(
            [worth(1, "2.60"), worth(2, "2.00")],
            NoPickReason.UNDER_REVIEW,
            marks=pytest.mark.case("L5"),
            id="only picks under review",
        ),
    ],
)
def test_a_choice_without_picks_has_a_reason(candidates: list[Candidate], reason: NoPickReason):
    choice = choose(candidates)
    assert (choice.picks, choice.reason) == ((), reason)


@pytest.mark.case("L12")
def test_picks_are_staked_on_together():
    choice = choose([worth(1, "2.16"), worth(2, "2.12", "PD"), worth(3, "2.60", "SA")])
    together = stakes([(pick.result_probabilities, pick.price) for pick in choice.picks])
    assert tuple(pick.stake for pick in choice.picks) == together
    assert all(0 < pick.stake < pick.share * POLICY.kelly_fraction for pick in choice.picks)
    assert [pick.stake for pick in choice.under_review] == [0]


GRID = score_grid(1.7, 0.9, -0.07)


def on_line(market: Market, line: str, *prices: str, bookmaker: str = "winamax_fr") -> Offer:
    return replace(offer(*prices, bookmaker=bookmaker), market=market, line=D(line))


def priced(*offers: Offer) -> Candidate:
    return replace(candidate(1, *offers), grid=GRID)


@pytest.mark.case("J14", "L9")
@pytest.mark.parametrize(
    ("market", "line"),
    [(Market.TOTALS, line) for line in ("1.25", "1.5", "1.75", "2", "2.25", "2.5", "2.75", "3")]
    + [(Market.HANDICAP, line) for line in ("-1.5", "-1.25", "-1", "-0.75", "-0.5", "-0.25", "0", "0.25", "0.5")],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_picks_value_is_its_mean_settlement_profit_on_any_line(market: Market, line: str, place: int):
    """Its value is the mean profit over the scores of the match, each settled as bets are; its share is Kelly's."""
    outcome = OUTCOMES[market][place]
    own_line = offer_line(market, outcome, D(line))
    results = result_probabilities(GRID, market, outcome, own_line)
    price = (D("1.06") * (1 + results.losing / results.gaining)).quantize(D("0.001")) + D("0.001")
    prices = ["1.02", "1.02"]
    prices[place] = str(price)
    (pick,) = choose([priced(on_line(market, line, *prices))]).picks
    assert (pick.market, pick.outcome, pick.line, pick.price) == (market, outcome, own_line, price)
    mean = sum(
        GRID[home, away] * float(profit(settle_bet(market, outcome, own_line, Score(home, away)), price))
        for home in range(SIZE)
        for away in range(SIZE)
    )
    assert float(pick.value) == pytest.approx(mean, abs=2e-5)
    assert pick.share == kelly(pick.result_probabilities, price) > 0
    assert pick.stake == stakes([(pick.result_probabilities, price)])[0]
    assert sum(pick.result_probabilities) == 1
    assert float(pick.probability) == pytest.approx(float(results.gaining / results.at_risk), abs=1e-6)


def consensus_offer(market: Market, line: str = "0") -> Offer:
    """The average of all bookmakers: the forecast's fair prices less a margin of 4 %."""
    sides = [result_probabilities(GRID, market, o, offer_line(market, o, D(line))) for o in OUTCOMES[market]]
    prices = (f"{1 / (float(side.break_even) * 1.04):.4f}" for side in sides)
    return on_line(market, line, *prices, bookmaker="market_average")


def test_of_a_match_s_markets_the_best_selection_is_picked_and_no_other():
    """Each price beside what it is worth: home 1.82 is 2.6 % too much, over 2.5 at 2.08 4.1 %, away +0.75 5.6 %."""
    everything = [
        *(consensus_offer(market, line) for market, line in ((Market.H2H, "0"), (Market.TOTALS, "2.5"))),
        consensus_offer(Market.HANDICAP, "-0.75"),
        offer("1.75", "3.50", "4.50"),
        on_line(Market.TOTALS, "2.5", "2.08", "1.80"),
        on_line(Market.HANDICAP, "-0.75", "1.80", "2.20"),
        on_line(Market.HANDICAP, "-0.75", "1.85", "2.15", bookmaker="betclic_fr"),
    ]
    by_market = {}
    for market in Market:
        (pick,) = choose([priced(*everything[:3], *(o for o in everything[3:] if o.market is market))]).picks or (None,)
        by_market[market] = pick
    (pick,) = choose([priced(*everything)]).picks
    assert pick == max((p for p in by_market.values() if p), key=lambda p: p.value)
    assert (pick.market, pick.outcome, pick.line) == (Market.HANDICAP, "away", D("0.75"))
    assert (pick.price, pick.bookmaker) == (D("2.20"), "winamax_fr")


@pytest.mark.case("L11", "J14")
def test_a_line_that_the_whole_market_prices_otherwise_than_the_score_grid_is_no_value():
    """A price 6 % above the forecast's own, but below what all bookmakers on this line think."""
    result, line = consensus_offer(Market.H2H), consensus_offer(Market.HANDICAP, "-0.75")
    home, away = line.prices
    assert home is not None
    assert away is not None
    generous = replace(line, bookmaker="winamax_fr", prices=(home * D("1.10"), D("1.50")))
    assert len(choose([priced(result, line, generous)]).picks) == 1
    elsewhere = replace(line, prices=(home * D("1.12"), away * D("0.89")))
    assert choose([priced(result, elsewhere, generous)]).picks == ()


@pytest.mark.case("P9")
def test_with_a_licensed_price_on_one_market_unlicensed_prices_of_others_are_ignored():
    """A match that can be bet on is bet on at prices that exist."""
    paper = on_line(Market.HANDICAP, "-0.75", "1.80", "2.25", bookmaker="market_best")
    assert len(choose([priced(paper)]).picks) == 1
    assert choose([priced(paper, offer("1.70", "3.40", "4.20"))]).picks == ()


@pytest.mark.case("L9")
def test_lines_are_not_mixed():
    """The best price of one line is none of another: over 1.5 at 1.40 is no price of over 2.5."""
    low, high = on_line(Market.TOTALS, "1.5", "1.30", "3.20"), on_line(Market.TOTALS, "2.5", "2.00", "1.80")
    assert choose([priced(low, high)]).picks == ()


def test_equal_bets_come_by_kick_off_and_then_by_match():
    later = replace(worth(1, "2.10", "SA"), kick_off=KICK_OFF + timedelta(hours=3))
    assert chosen(choose([later, worth(3, "2.10", "PD"), worth(2, "2.10")])) == [2, 3, 1]


def test_of_equal_prices_of_one_bookmaker_the_newest_is_chosen():
    fresh, old = offer("2.10", "3.40", "4.00"), offer("2.10", "3.40", "4.00", at=MORNING - timedelta(days=2))
    for offers in ((fresh, old), (old, fresh)):
        assert choose([candidate(1, *offers)]).picks[0].price_taken_at == MORNING


EDGES = st.none() | st.floats(0.9, 1.3)
"""What a price is worth: the probability times the price."""
PRICED_PICKS = st.tuples(
    st.tuples(EDGES, EDGES, EDGES),
    st.sampled_from(["winamax_fr", "betclic_fr", "market_best", "market_average", "pinnacle"]),
    st.integers(0, 3).map(lambda hours: MORNING - timedelta(hours=hours)),
)


@st.composite
def candidates_of_a_day(draw: st.DrawFn) -> list[Candidate]:
    day: list[Candidate] = []
    for match_id in draw(st.lists(st.integers(1, 40), max_size=12, unique=True)):
        home = draw(st.integers(8, 65))
        probabilities = D(home) / 100, D(27) / 100, D(73 - home) / 100
        offers = [
            offer(
                *(
                    None if edge is None else f"{edge / float(p):.1f}"
                    for edge, p in zip(edges, probabilities, strict=True)
                ),
                bookmaker=bookmaker,
                at=at,
            )
            for edges, bookmaker, at in draw(st.lists(PRICED_PICKS, max_size=2))
        ]
        code = draw(st.sampled_from(["PL", "PD", "SA"]))
        offered = candidate(match_id, *offers, competition=code, probabilities=probabilities)
        kick_off = KICK_OFF + timedelta(hours=draw(st.integers(0, 1)))
        day.append(replace(offered, kick_off=kick_off, anchored=draw(st.integers(0, 9)) > 0))
    return day


CANDIDATES = candidates_of_a_day()


@pytest.mark.case("G7")
@given(CANDIDATES)
def test_every_days_picks_respect_the_policy(candidates: list[Candidate]):
    choice = choose(candidates)
    picks = choice.picks
    assert len(picks) <= 5
    assert all(count <= 2 for count in Counter(pick.competition for pick in picks).values())
    assert len({pick.match_id for pick in (*picks, *choice.under_review)}) == len(picks) + len(choice.under_review)
    assert all(POLICY.min_value <= pick.value <= POLICY.max_value for pick in picks)
    assert all(pick.value > POLICY.max_value for pick in choice.under_review)
    assert all(D(1) < pick.price <= POLICY.max_price and pick.share > 0 for pick in picks)
    assert [pick.share for pick in picks] == sorted((pick.share for pick in picks), reverse=True)
    assert all(0 < pick.stake <= POLICY.max_stake for pick in picks)
    assert sum(pick.stake for pick in picks) <= POLICY.max_daily_stake
    assert (choice.reason is None) == (len(picks) == 5)
    by_id = {c.match_id: c for c in candidates}
    assert all(
        (pick.bookmaker, pick.price) in {(o.bookmaker, p) for o in by_id[pick.match_id].offers for p in o.prices}
        for pick in picks
    )
    assert all(
        pick.bookmaker in LICENSED_IN_FRANCE
        for pick in picks
        if {o.bookmaker for o in by_id[pick.match_id].offers} & set(LICENSED_IN_FRANCE)
    )


@pytest.mark.case("G6")
@given(CANDIDATES.flatmap(lambda candidates: st.tuples(st.just(candidates), st.permutations(candidates))))
def test_the_choice_does_not_depend_on_any_order(orders: tuple[list[Candidate], list[Candidate]]):
    reversed_offers = [replace(c, offers=c.offers[::-1]) for c in orders[1]]
    assert choose(orders[0]) == choose(orders[1]) == choose(reversed_offers)
