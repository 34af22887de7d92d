"""Publish forecasts of the coming days. Cron: 03:30 and 15:30 UTC. Safe to run twice, late, or for another day."""

from dataclasses import asdict, replace
from datetime import timedelta

from shared.betting.consensus import Consensus, consensus
from shared.betting.prices import PRICE_POLICY, Refused, sift
from shared.football.calendar import paris_bounds, paris_day
from shared.football.competition import COMPETITIONS, known
from shared.football.match import Status
from shared.forecasting.forecast import MODEL, Forecast, Question, forecast
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.stores import matches, offers, predictions, ratings, reports
from shared.stores.predictions import PredictionRow

AHEAD = timedelta(days=7)


def publish(run: Run) -> None:
    """Forecast the matches of the coming days, and publish what differs from what was last published."""
    codes = [c.code for c in known(demo=settings().demo) if c.forecast]
    start = max(run.now + timedelta(seconds=1), paris_bounds(run.day)[0])
    coming = matches.page(run.db, start, start + AHEAD, codes, [Status.SCHEDULED])
    fixtures = [row for row in coming if row.matched]
    ids = [row.match_id for row in fixtures]
    asked = offers.latest(run.db, ids, run.now)
    prices: dict[int, Consensus] = {}
    refused: list[Refused] = []
    for row in fixtures:
        fit, unfit = sift(asked.get(row.match_id, ()), row.kick_off, run.now, PRICE_POLICY)
        refused += unfit
        if (market := consensus(fit)) is not None:
            prices[row.match_id] = market
    tomorrow = paris_day(run.now) + timedelta(days=1)
    strengths = ratings.before(run.db, tomorrow)
    found = forecast([_question(row, prices.get(row.match_id)) for row in fixtures], strengths)
    learned_on = ratings.latest_day(run.db, tomorrow)
    rows = {row.match_id: row for row in fixtures}
    last = predictions.latest(run.db, ids, run.now)
    fresh: list[PredictionRow] = []
    for said in found:
        row = _row(run, rows[said.match_id], said, prices.get(said.match_id))
        row = replace(row, ratings_day=learned_on)
        before = last.get(said.match_id)
        if before is None or not row.says_the_same(before):
            fresh.append(row)
    predictions.add(run.db, fresh)
    about = [(f"{r.offer.match_id}:{r.offer.bookmaker}:{r.offer.market}", r.reason) for r in refused]
    reports.add(run.db, "refused price", about, run.now)
    run.report(
        matches=len(coming),
        unmatched=len(coming) - len(fixtures),
        forecast=len(found),
        by_prices=len(prices),
        abstained=len(fixtures) - len(found),
        published=len(fresh),
    )


def _question(row: matches.MatchRow, market: Consensus | None) -> Question:
    competition = COMPETITIONS[row.competition]
    return Question(
        match_id=row.match_id,
        nation=competition.nation if competition.division else None,
        tier=competition.tier,
        home_team_id=row.home_team_id,
        away_team_id=row.away_team_id,
        outcome=market.outcome if market else None,
        over_25=market.over_25 if market else None,
    )


def _row(run: Run, match: matches.MatchRow, said: Forecast, market: Consensus | None) -> PredictionRow:
    alone = said.by_ratings or (None, None, None)
    return PredictionRow(
        match_id=match.match_id,
        published_at=run.now,
        kick_off=match.kick_off,
        model=MODEL,
        basis=said.basis,
        home=said.markets.home,
        draw=said.markets.draw,
        away=said.markets.away,
        home_rate=said.home_rate,
        away_rate=said.away_rate,
        rho=said.rho,
        markets=asdict(said.markets),
        ratings_home=alone[0],
        ratings_draw=alone[1],
        ratings_away=alone[2],
        prices_taken_at=market.taken_at if market else None,
        ratings_day=None,
    )


handler = job("publish_predictions", publish)
