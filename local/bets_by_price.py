"""Bets of a period at other prices than the picks': the best of all, those of stand-ins, an exchange's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.betting.consensus import fair_probability
from shared.betting.picks import choose
from shared.betting.policy import POLICY
from shared.betting.prices import Market, Offer
from shared.betting.settlement import profit, settle_bet
from shared.betting.value import closing_line_value
from shared.forecasting.intervals import Interval, mean_interval, share_interval
from shared.services.pick_candidates import pick_candidate
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import PredictionRow

MIN_BETS = 100
"""Fewer bets give no estimate."""
COMMISSION = Decimal("0.05")
"""Share of its winnings that the exchange keeps."""
PRICES: Mapping[str, frozenset[str] | None] = {
    "best of all": None,
    "bet365 or bwin": frozenset({"bet365", "bwin"}),
    "exchange less 5 %": frozenset({"betfair_exchange"}),
}
"""Bookmakers by kind of price; None for all. bet365 and bwin stand in for operators that are licensed in France."""


@dataclass(frozen=True, slots=True)
class BetsByPrice:
    """Bets at one kind of price on one market, at most one a match; with fewer than `MIN_BETS` their number alone."""

    price: str
    market: str  # a `Market`, or `all`
    bets: int
    closing_line_value: Interval | None
    beat_close: Interval | None
    profit: Interval | None


@dataclass(frozen=True, slots=True)
class _Bet:
    market: Market
    closing_line_value: float | None  # None where its line has no closing prices
    profit: float


def bets_by_price(db: Connection, match_ids: Sequence[int]) -> tuple[BetsByPrice, ...]:
    """Bets on finished matches by their last forecast and the last prices before the close, without daily limits."""
    played = [row for row in matches.by_ids(db, match_ids).values() if row.score is not None]
    if not played:
        return ()
    ids, end = [row.match_id for row in played], max(row.kick_off for row in played)
    forecasts, quoted, closing = predictions.latest(db, ids, end), offers.latest(db, ids, end), offers.closing(db, ids)
    rows: list[BetsByPrice] = []
    for price, bookmakers in PRICES.items():
        bets = [
            bet
            for row in played
            if row.match_id in forecasts
            for bet in _bets(
                row,
                forecasts[row.match_id],
                _at(bookmakers, quoted.get(row.match_id, ())),
                closing.get(row.match_id, ()),
            )
        ]
        rows += [_row(price, market, [b for b in bets if market in {b.market, "all"}]) for market in (*Market, "all")]
    return tuple(rows)


def render(rows: Sequence[BetsByPrice]) -> list[str]:
    """A line for each kind of price and market that has bets."""
    lines = [f"bets by price and market without daily limits; fewer than {MIN_BETS} give no estimate:"]
    for row in rows:
        figures = "too few"
        if row.closing_line_value and row.beat_close and row.profit:
            values = (row.closing_line_value, row.beat_close, row.profit)
            clv, beat, won = (f"{i.value:+.1%} [{i.low:+.1%}, {i.high:+.1%}]" for i in values)
            figures = f"closing-line value {clv}, beat the close {beat}, profit {won}"
        if row.bets:
            lines.append(f"  {row.price:<18}{row.market:<9}{row.bets:>5} {figures}")
    return lines


def _at(bookmakers: frozenset[str] | None, quoted: Sequence[Offer]) -> list[Offer]:
    """The offers of some bookmakers, beside the average that no bet takes; an exchange's less its commission."""
    if bookmakers is None:
        return list(quoted)
    return [_net(offer) for offer in quoted if offer.bookmaker in bookmakers | {"market_average"}]


def _net(offer: Offer) -> Offer:
    if offer.bookmaker != "betfair_exchange":
        return offer
    prices = tuple(None if price is None else 1 + (price - 1) * (1 - COMMISSION) for price in offer.prices)
    return replace(offer, bookmaker="exchange_less_commission", prices=prices)


def _bets(
    match: MatchRow, forecast: PredictionRow, quoted: Sequence[Offer], closing: Sequence[Offer]
) -> Iterator[_Bet]:
    """The bet that the policy chooses on a match, if any."""
    candidate = pick_candidate(match, forecast, quoted, match.kick_off)
    for pick in choose([candidate], POLICY).picks:
        fair = fair_probability(closing, pick.market, pick.line, pick.outcome)
        value = None if fair is None else float(closing_line_value(pick.price, fair.probability, fair.at_risk))
        if match.score is not None:
            result = settle_bet(pick.market, pick.outcome, pick.line, match.score)
            yield _Bet(pick.market, value, float(profit(result, pick.price)))


def _row(price: str, market: str, bets: Sequence[_Bet]) -> BetsByPrice:
    values = [bet.closing_line_value for bet in bets if bet.closing_line_value is not None]
    enough = len(values) >= MIN_BETS
    return BetsByPrice(
        price=price,
        market=market,
        bets=len(bets),
        closing_line_value=mean_interval(values) if enough else None,
        beat_close=share_interval(sum(value > 0 for value in values), len(values)) if enough else None,
        profit=mean_interval([bet.profit for bet in bets]) if enough else None,
    )
