"""Publish forecasts of the coming days. Cron: 03:30 and 15:30 UTC. Safe to run twice, late or for another day."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial

from shared.betting.contemporaneous import recent_offers
from shared.betting.market_prices import to_model_prices
from shared.betting.policy import POLICY
from shared.betting.prices import Offer, RejectedOffer, filter_offers
from shared.football.calendar import paris_bounds, paris_day
from shared.football.competition import available_competitions
from shared.football.match import Status
from shared.forecasting.forecast import Forecast, ForecastInput, Prices, forecast
from shared.forecasting.rating_scale import rating_league
from shared.forecasting.strengths import Strengths
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.outcome_model import outcome_model
from shared.services.record_forecasts import AbstentionReason, add_forecasts
from shared.stores.betting import offers
from shared.stores.football import matches
from shared.stores.forecasting import predictions, strengths
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.operations import reports

AHEAD = timedelta(days=7)


def publish(run: Run) -> None:
    """Forecast the matches of the coming days, and publish each forecast that differs from its last version."""
    codes = [c.code for c in available_competitions(demo=settings().demo)]
    start = max(run.now + timedelta(seconds=1), paris_bounds(run.day)[0])
    upcoming = matches.page(run.db, start, start + AHEAD, codes, [Status.SCHEDULED])
    # Without a known hour a match may begin at any time of its day: a forecast on that day might follow its kick-off.
    eligible = [row for row in upcoming if row.hour_known or paris_day(row.kick_off) > paris_day(run.now)]
    fixtures = [row for row in eligible if row.matched]
    ids = [row.match_id for row in fixtures]
    offered = offers.latest(run.db, ids, run.now)
    usable: list[tuple[Offer, ...]] = []
    rejected: list[RejectedOffer] = []
    for row in fixtures:
        valid, invalid = filter_offers(offered.get(row.match_id, ()), row.kick_off, run.now, POLICY)
        usable.append(recent_offers(valid))
        rejected += invalid
    prices = dict(zip(ids, to_model_prices(usable), strict=True))
    prices_taken_at = {
        row.match_id: max(o.taken_at for o in fit)
        for row, fit in zip(fixtures, usable, strict=True)
        if prices[row.match_id] is not None
    }
    model, today = outcome_model(), paris_day(run.now)
    # Features use only what was known before the match's own day, as in training, even when it is forecast on that day.
    forecasts: list[Forecast] = []
    learned_on: dict[int, date | None] = {}
    for day, day_fixtures in (
        (today, [row for row in fixtures if paris_day(row.kick_off) <= today]),
        (today + timedelta(days=1), [row for row in fixtures if paris_day(row.kick_off) > today]),
    ):
        known = strengths.before(run.db, day)
        forecasts += forecast([_question(row, known, prices[row.match_id]) for row in day_fixtures], known, model)
        learned_on |= dict.fromkeys((row.match_id for row in day_fixtures), strengths.latest_day(run.db, day))
    rows = {row.match_id: row for row in fixtures}
    last = predictions.latest(run.db, ids, run.now)
    fresh: list[PredictionRow] = []
    for item in forecasts:
        taken_at, ratings_day = prices_taken_at.get(item.match_id), learned_on[item.match_id]
        row = _row(run, rows[item.match_id], item, model.name, taken_at, ratings_day)
        before = last.get(item.match_id)
        if before is None or (before.published_at < run.now and not row.is_unchanged_from(before)):
            fresh.append(row)
    predictions.add(run.db, fresh)
    forecast_ids = {item.match_id for item in forecasts}
    abstained = {
        row.match_id: _abstention_reason(row, eligible=row in eligible)
        for row in upcoming
        if row.match_id not in forecast_ids and row.match_id not in last
    }
    recorded = add_forecasts(run.db, upcoming, start + AHEAD, fresh, model.sha256, abstained)
    about = [(f"{r.offer.match_id}:{r.offer.bookmaker}:{r.offer.market}", r.reason) for r in rejected]
    reports.add(run.db, "refused price", about, run.now)
    run.report(
        matches=len(upcoming),
        unmatched=sum(not row.matched for row in upcoming),
        forecast=len(forecasts),
        by_prices=sum(item.basis == "prices" for item in forecasts),
        by_consensus=sum(item.basis == "consensus" for item in forecasts),
        abstained=len(fixtures) - len(forecasts),
        published=len(fresh),
        recorded=recorded,
    )


def _abstention_reason(row: matches.MatchRow, *, eligible: bool) -> AbstentionReason:
    if not row.matched:
        return AbstentionReason.CLUB_UNKNOWN
    return AbstentionReason.NOT_RATED if eligible else AbstentionReason.HOUR_UNKNOWN


def _question(row: matches.MatchRow, known: Strengths, prices: Prices | None) -> ForecastInput:
    return ForecastInput(
        match_id=row.match_id,
        competition=row.competition,
        season=row.season,
        day=paris_day(row.kick_off),
        home_team_id=row.home_team_id,
        away_team_id=row.away_team_id,
        rated_in=rating_league(known, row.competition, row.stage, row.home_team_id, row.away_team_id),
        prices=prices,
    )


def _row(
    run: Run,
    match: matches.MatchRow,
    forecast: Forecast,
    model: str,
    prices_taken_at: datetime | None,
    ratings_day: date | None,
) -> PredictionRow:
    alone = forecast.by_ratings or (None, None, None)
    return PredictionRow(
        match_id=match.match_id,
        published_at=run.now,
        kick_off=match.kick_off,
        model=model,
        basis=forecast.basis,
        home=forecast.markets.home,
        draw=forecast.markets.draw,
        away=forecast.markets.away,
        home_rate=forecast.home_rate,
        away_rate=forecast.away_rate,
        rho=forecast.rho,
        markets=asdict(forecast.markets),
        ratings_home=alone[0],
        ratings_draw=alone[1],
        ratings_away=alone[2],
        ratings_bounds=None if forecast.ratings_bounds is None else [list(pair) for pair in forecast.ratings_bounds],
        factors=None if forecast.factors is None else {key: list(effect) for key, effect in forecast.factors.items()},
        newcomers=list(forecast.newcomers),
        prices_taken_at=prices_taken_at,
        ratings_day=ratings_day,
    )


handler = job(
    "publish_predictions", publish, after_commit=partial(invalidate, CacheKind.PREDICTIONS, CacheKind.STATISTICS)
)
