"""Price comparison of a match: licensed operators by name, and the market average for all others. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from functions.enrichment.schemas import (
    BestPrice,
    BookmakerPrices,
    OddsData,
    OutcomeShares,
    PriceMove,
    PriceMovement,
)
from shared.betting.best_prices import bettable_offers
from shared.betting.contemporaneous import recent_offers
from shared.betting.licensed_operators import display_name, is_unlicensed
from shared.betting.policy import POLICY
from shared.betting.prices import SHARPEST_BOOKMAKERS, Market, Offer, filter_offers, overround
from shared.betting.shin_scalar import fair_probabilities
from shared.explanations.translations import Language, translate
from shared.football.outcome import OUTCOMES

AVERAGE, BEST = "market_average", "market_best"


def compare_offers(
    offers: Sequence[Offer], history: Iterable[Offer], kick_off: datetime, now: datetime, language: Language
) -> OddsData:
    """Compares the prices of a match.

    Args:
        offers: each operator's newest at `now`.
        history: all offers read until then.
        kick_off: later offers are ignored.
        now: the time at which prices must be fresh: kick-off, once that is past.
    """
    valid, _ = filter_offers(offers, kick_off, now, POLICY)
    h2h = sorted(recent_offers([o for o in valid if o.market is Market.H2H]), key=lambda o: o.bookmaker)
    best = _best(h2h)
    if not best:
        return OddsData(reason="no_prices")
    prices = {price.outcome: price.price for price in best}
    named = [offer for offer in h2h if not is_unlicensed(offer.bookmaker)]
    average = _average(h2h)
    return OddsData(
        home_win=prices["home_win"],
        draw=prices["draw"],
        away_win=prices["away_win"],
        bookmakers=[_label(offer.bookmaker, language) for offer in named],
        available=True,
        best=best,
        comparison=[_bookmaker_prices(offer, language) for offer in [*named, *([average] if average else [])]],
        fair=_fair(h2h),
        movement=_movement(history, language),
    )


def _prices(offer: Offer) -> tuple[Decimal, ...]:
    """The prices of a complete offer."""
    return tuple(price for price in offer.prices if price is not None)


def _best(offers: Sequence[Offer]) -> list[BestPrice]:
    """The best price of each outcome among those a pick may take, falling back to the average."""
    best: list[BestPrice] = []
    for place, outcome in enumerate(OUTCOMES):
        offer = max(bettable_offers(offers) or offers, key=lambda o: (_prices(o)[place], o.taken_at), default=None)
        if offer is None:
            return []
        best.append(
            BestPrice(
                outcome=outcome,
                price=float(_prices(offer)[place]),
                bookmaker=display_name(offer.bookmaker),
                price_on_paper=is_unlicensed(offer.bookmaker),
                taken_at=offer.taken_at,
            )
        )
    return best


def _average(offers: Sequence[Offer]) -> Offer | None:
    """The average of the operators that may not be named: as published by a source, else computed."""
    others = [offer for offer in offers if is_unlicensed(offer.bookmaker)]
    published = [offer for offer in others if offer.bookmaker == AVERAGE]
    averaged = published or [offer for offer in others if offer.bookmaker != BEST]
    if not averaged:
        return None
    means = [sum(column, Decimal(0)) / len(averaged) for column in zip(*map(_prices, averaged), strict=True)]
    newest = max(averaged, key=lambda offer: offer.taken_at)
    return Offer(
        match_id=newest.match_id,
        source=newest.source,
        bookmaker=AVERAGE,
        market=Market.H2H,
        line=newest.line,
        prices=tuple(means),
        taken_at=newest.taken_at,
    )


def _bookmaker_prices(offer: Offer, language: Language) -> BookmakerPrices:
    home, draw, away = (round(float(price), 2) for price in _prices(offer))
    return BookmakerPrices(
        bookmaker=display_name(offer.bookmaker),
        label=_label(offer.bookmaker, language),
        home_win=home,
        draw=draw,
        away_win=away,
        margin=round(float(overround(_prices(offer))) - 1, 4),
        taken_at=offer.taken_at,
    )


def _fair(offers: Sequence[Offer]) -> OutcomeShares | None:
    """Fair probabilities of the sharpest offer, as used by the forecasts, falling back to the mean of all offers."""
    candidates = [offer for offer in offers if offer.bookmaker != BEST]
    sharp = [offer for name in SHARPEST_BOOKMAKERS for offer in candidates if offer.bookmaker == name]
    shares = [fair_probabilities(_prices(offer)) for offer in sharp[:1] or candidates]
    if not shares:
        return None
    home, _, away = (round(sum(column) / len(shares), 4) for column in zip(*shares, strict=True))
    return OutcomeShares(home_win=home, draw=round(1 - home - away, 4), away_win=away)


def _movement(history: Iterable[Offer], language: Language) -> PriceMovement | None:
    """The price movement of the sharpest offer that was read at least twice; None without one."""
    series: dict[tuple[str, str], list[Offer]] = defaultdict(list)
    for offer in sorted(history, key=lambda o: o.taken_at):
        complete = len(_prices(offer)) == len(OUTCOMES)
        if offer.market is Market.H2H and complete and not offer.closing:
            series[offer.source, offer.bookmaker].append(offer)
    moved = {key: prices for key, prices in series.items() if len(prices) > 1 and key[1] != BEST}
    if not moved:
        return None
    ranks = {name: rank for rank, name in enumerate(SHARPEST_BOOKMAKERS)}
    chosen = min(moved, key=lambda key: (ranks.get(key[1], len(ranks)), -len(moved[key]), key))
    first, last = moved[chosen][0], moved[chosen][-1]
    return PriceMovement(
        bookmaker=display_name(chosen[1]),
        label=_label(chosen[1], language),
        opening_at=first.taken_at,
        latest_at=last.taken_at,
        outcomes=[
            PriceMove(outcome=outcome, opening=float(old), latest=float(new), change=round(float(new / old) - 1, 4))
            for outcome, old, new in zip(OUTCOMES, _prices(first), _prices(last), strict=True)
        ],
    )


def _label(bookmaker: str, language: Language) -> str:
    return display_name(bookmaker) or translate("market", language)
