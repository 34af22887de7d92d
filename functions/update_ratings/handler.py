"""Update clubs' ratings from results. Cron: 03:20 and 15:20 UTC. Safe to run twice, late or for a past day."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from math import nan

import numpy as np

from shared.betting.consensus import log_goals
from shared.betting.prices import OUTCOMES, Market
from shared.football.competition import COMPETITIONS
from shared.forecasting.strengths import Result, learn, result_from
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
    strengths.delete_from(run.db, start)
    state = strengths.before(run.db, start)
    rows = strengths.results_from(run.db, start)
    results, with_closing = _results(run, rows)
    clubs: list[tuple[object, ...]] = []
    levels: list[tuple[object, ...]] = []
    days = 0
    for day, day_results in groupby(results, key=lambda result: result.day):
        matches = list(day_results)
        learn(state, matches)
        clubs += strengths.clubs_of(state, day, {t for m in matches for t in (m.home_team_id, m.away_team_id)})
        levels += strengths.levels_of(state, day, {COMPETITIONS[m.competition].nation for m in matches})
        days += 1
    strengths.put(run.db, clubs, levels, list(zip(rows, with_closing, strict=True)))
    run.report(since=start.isoformat(), days=days, results=len(rows))


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
            closing=closing[place],
            opening=opening[place],
        )
        for place, row in enumerate(rows)
    ]
    return results, [bool(has_prices) for has_prices in ~np.isnan(closing[:, 0])]


handler = job("update_ratings", update, after_commit=partial(invalidate, CacheKind.MATCHES))
