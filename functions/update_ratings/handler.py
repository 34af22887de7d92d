"""Update clubs' ratings from results. Cron: 03:20 and 15:20 UTC. Safe to run twice, late or for a past day."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import groupby
from math import nan

import numpy as np

from shared.betting.consensus import log_goals
from shared.betting.prices import OUTCOMES, Market
from shared.football.competition import COMPETITIONS
from shared.forecasting.result import Result, result_from
from shared.forecasting.strengths import learn
from shared.runtime.jobs import Run, job
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.betting import offers
from shared.stores.forecasting import strengths
from shared.stores.forecasting.strengths import ResultRow


def update(run: Run) -> None:
    """Recompute ratings from the first day with new or changed results, or from the event's day if earlier."""
    unlearned = strengths.first_unlearned_day(run.db)
    requested = run.day if "day" in run.event else None
    start = min((day for day in (unlearned, requested) if day is not None), default=None)
    if start is None:
        run.report(days=0, results=0)
        return
    newest = strengths.latest_day(run.db, date.max)
    if newest is not None and start < strengths.covariances_since(newest):
        start = strengths.season_start(start)
    strengths.delete_from(run.db, start)
    state = strengths.before(run.db, start)
    rows = strengths.results_from(run.db, start)
    results, with_closing = _results(run, rows)
    stored = _days_with_covariance(results)
    clubs: list[tuple[object, ...]] = []
    levels: list[tuple[object, ...]] = []
    days = 0
    for day, day_results in groupby(results, key=lambda result: result.day):
        matches = list(day_results)
        learn(state, matches)
        clubs += strengths.clubs_of(state, day, {t for m in matches for t in (m.home_team_id, m.away_team_id)})
        for nation in {COMPETITIONS[m.competition].nation for m in matches}:
            levels += strengths.levels_of(state, day, [nation], covariance=(nation, day) in stored)
        days += 1
    strengths.put(run.db, clubs, levels, list(zip(rows, with_closing, strict=True)))
    if results:
        strengths.delete_old_covariances(run.db, results[-1].day)
    run.report(since=start.isoformat(), days=days, results=len(rows))


def _days_with_covariance(results: Sequence[Result]) -> set[tuple[str, date]]:
    """The nations and days of which the joint filters' covariance is stored: of all days it would be gigabytes."""
    if not results:
        return set()
    days = {(COMPETITIONS[result.competition].nation, result.day) for result in results}
    last = {(nation, strengths.season_start(day)): day for nation, day in sorted(days)}
    recent = strengths.covariances_since(results[-1].day)
    return {(nation, day) for nation, day in days if day >= recent or last[nation, strengths.season_start(day)] == day}


def _results(run: Run, rows: Sequence[ResultRow]) -> tuple[list[Result], list[bool]]:
    """The results as rating inputs with price-implied goals, and whether each has closing prices."""
    lines = offers.lines(run.db, [row.match_id for row in rows])

    def prices(market: Market, *, closing: bool) -> list[list[float]]:
        missing = [nan] * len(OUTCOMES[market])
        return [lines.get((row.match_id, closing, market), missing) for row in rows]

    opening = log_goals(prices(Market.H2H, closing=False), prices(Market.TOTALS, closing=False))
    totals = np.array(prices(Market.TOTALS, closing=True))
    totals = np.where(np.isnan(totals), prices(Market.TOTALS, closing=False), totals)
    closing = log_goals(prices(Market.H2H, closing=True), totals)
    results = [
        result_from(
            day=row.day,
            competition=row.competition,
            season=row.season,
            clubs=(row.home_team_id, row.away_team_id),
            goals=(row.home_goals, row.away_goals),
            shots=(row.home_shots, row.away_shots),
            shots_on_target=(row.home_shots_on_target, row.away_shots_on_target),
            expected_goals=(row.home_expected_goals, row.away_expected_goals),
            corners=(row.home_corners, row.away_corners),
            closing=closing[place],
            opening=opening[place],
        )
        for place, row in enumerate(rows)
    ]
    return results, [bool(has_prices) for has_prices in ~np.isnan(closing[:, 0])]


handler = job("update_ratings", update, after_commit=partial(invalidate, CacheKind.MATCHES))
