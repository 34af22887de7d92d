"""Publish forecasts of the coming days. Cron: 03:30 and 15:30 UTC. Safe to run twice, late, or for another day."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import partial

from shared.betting.contemporaneous import recent_offers
from shared.betting.market_prices import to_model_prices
from shared.betting.policy import POLICY
from shared.betting.prices import Offer, RejectedOffer, filter_offers
from shared.football.calendar import paris_bounds, paris_day
from shared.football.competition import COMPETITIONS, available_competitions
from shared.football.match import Status
from shared.forecasting.forecast import Forecast, ForecastInput, Prices, forecast
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.outcome_model import outcome_model
from shared.stores.betting import offers
from shared.stores.football import matches
from shared.stores.forecasting import predictions, strengths
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.operations import reports

AHEAD = timedelta(days=7)


def publish(run: Run) -> None:
    """Forecast the matches of the coming days, and publish what differs from what was last published."""
    codes = [c.code for c in available_competitions(demo=settings().demo) if c.forecast]
    start = max(run.now + timedelta(seconds=1), paris_bounds(run.day)[0])
    upcoming = matches.page(run.db, start, start + AHEAD, codes, [Status.SCHEDULED])
    # Without its hour a match may begin at any of its day: what is published on that day might come after its kick-off.
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
    questions = [_question(row, prices[row.match_id]) for row in fixtures]
    # A match is told what was known before its own day, as in training, also when it is forecast on that day.
    forecasts: list[Forecast] = []
    learned_on: dict[int, date | None] = {}
    for day, day_questions in (
        (today, [q for q in questions if q.day <= today]),
        (today + timedelta(days=1), [q for q in questions if q.day > today]),
    ):
        forecasts += forecast(day_questions, strengths.before(run.db, day), model)
        learned_on |= dict.fromkeys((q.match_id for q in day_questions), strengths.latest_day(run.db, day))
    rows = {row.match_id: row for row in fixtures}
    last = predictions.latest(run.db, ids, run.now)
    fresh: list[PredictionRow] = []
    for said in forecasts:
        row = _row(run, rows[said.match_id], said, model.name)
        row = replace(row, ratings_day=learned_on[said.match_id], prices_taken_at=prices_taken_at.get(said.match_id))
        before = last.get(said.match_id)
        if before is None or (before.published_at < run.now and not row.is_unchanged_from(before)):
            fresh.append(row)
    predictions.add(run.db, fresh)
    about = [(f"{r.offer.match_id}:{r.offer.bookmaker}:{r.offer.market}", r.reason) for r in rejected]
    reports.add(run.db, "refused price", about, run.now)
    run.report(
        matches=len(upcoming),
        unmatched=sum(not row.matched for row in upcoming),
        forecast=len(forecasts),
        by_prices=sum(said.basis == "prices" for said in forecasts),
        abstained=len(fixtures) - len(forecasts),
        published=len(fresh),
    )


def _question(row: matches.MatchRow, prices: Prices | None) -> ForecastInput:
    return ForecastInput(
        match_id=row.match_id,
        competition=row.competition,
        season=row.season,
        day=paris_day(row.kick_off),
        home_team_id=row.home_team_id,
        away_team_id=row.away_team_id,
        comparable=COMPETITIONS[row.competition].division is not None,
        prices=prices,
    )


def _row(run: Run, match: matches.MatchRow, forecast: Forecast, model: str) -> PredictionRow:
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
        prices_taken_at=None,
        ratings_day=None,
    )


handler = job(
    "publish_predictions", publish, after_commit=partial(invalidate, CacheKind.PREDICTIONS, CacheKind.STATISTICS)
)
