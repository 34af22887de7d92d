"""Matches as candidates for picks."""

from collections.abc import Sequence
from datetime import datetime

from shared.betting.contemporaneous import recent_offers
from shared.betting.picks import Candidate
from shared.betting.policy import POLICY
from shared.betting.prices import Offer, filter_offers
from shared.forecasting.grid import score_grid
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting.predictions import PredictionRow


def pick_candidate(match: MatchRow, forecast: PredictionRow, quoted: Sequence[Offer], now: datetime) -> Candidate:
    """A match with its forecast and those of its offers that are plausible, and recent as of `now`."""
    valid, _ = filter_offers(quoted, match.kick_off, now, POLICY)
    return Candidate(
        match_id=match.match_id,
        competition=match.competition,
        kick_off=match.kick_off,
        published_at=forecast.published_at,
        anchored=forecast.basis == "prices",
        grid=score_grid(forecast.home_rate, forecast.away_rate, forecast.rho),
        offers=recent_offers(valid),
    )
