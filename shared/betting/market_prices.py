"""Market prices as model inputs."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import log, nan

from shared.betting.consensus import Consensus, consensus
from shared.betting.prices import Market, Offer
from shared.forecasting.forecast import Prices
from shared.forecasting.implied_goals import implied_log_goals

_UNKNOWN = (nan, nan, nan)
_SINGLE = ("pinnacle", "bet365")


def to_model_prices(offers: Sequence[Sequence[Offer]]) -> list[Prices | None]:
    """Model inputs of each match from its valid offers; None without complete h2h prices."""
    fair = [consensus(match_offers) for match_offers in offers]
    goals = _log_goals(fair)
    totals = [market.over_25 if market else None for market in fair]
    single = {
        name: _log_goals([_bookmaker_consensus(each, name, over) for each, over in zip(offers, totals, strict=True)])
        for name in _SINGLE
    }
    prices: list[Prices | None] = []
    for place, (market, match_prices) in enumerate(zip(fair, offers, strict=True)):
        if market is None:
            prices.append(None)
            continue
        best = _best(match_prices)
        prices.append(
            Prices(
                goals=goals[place],
                pinnacle=single["pinnacle"][place][:2],
                bet365=single["bet365"][place][:2],
                best=_above_fair(best, market.outcome) if best else _UNKNOWN,
                best_overround=log(sum(1 / price for price in best)) if best else nan,
            )
        )
    return prices


def _bookmaker_consensus(offers: Sequence[Offer], bookmaker: str, over: float | None) -> Consensus | None:
    """One bookmaker's h2h probabilities with the market's probability of over 2.5 goals."""
    market = consensus([o for o in offers if o.bookmaker == bookmaker and o.market is Market.H2H])
    return market and replace(market, over_25=over)


def _log_goals(markets: Sequence[Consensus | None]) -> list[tuple[float, float, float]]:
    rows = implied_log_goals(
        [_UNKNOWN if market is None else market.outcome for market in markets],
        [nan if market is None or market.over_25 is None else market.over_25 for market in markets],
    )
    return [(row[0], row[1], row[2]) for row in rows.tolist()]


def _above_fair(prices: tuple[float, float, float], fair: tuple[float, float, float]) -> tuple[float, float, float]:
    return (log(prices[0] * fair[0]), log(prices[1] * fair[1]), log(prices[2] * fair[2]))


def _best(offers: Sequence[Offer]) -> tuple[float, float, float] | None:
    """The best price on each outcome: the source's own aggregate if any, else over all bookmakers."""
    wins = [o for o in offers if o.market is Market.H2H and all(price is not None for price in o.prices)]
    listed = [o for o in wins if o.bookmaker == "market_best"] or [o for o in wins if o.bookmaker != "market_average"]
    if not listed:
        return None
    home, draw, away = (max(float(o.prices[k] or Decimal(0)) for o in listed) for k in range(3))
    return home, draw, away
