"""Learn clubs' strengths from results. Cron: 03:20 and 15:20 UTC. Safe to run twice, late, or for a past day."""

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
    """Learn from the first day with new or changed results on, or from the event's day on where that is earlier."""
    unlearned = strengths.first_unlearned_day(run.db)
    asked = run.day if "day" in run.event else None
    start = min((day for day in (unlearned, asked) if day is not None), default=None)
    if start is None:
        run.report(days=0, results=0)
        return
    strengths.forget_from(run.db, start)
    known = strengths.before(run.db, start)
    rows = strengths.results_from(run.db, start)
    told, with_closing = _results(run, rows)
    clubs: list[tuple[object, ...]] = []
    levels: list[tuple[object, ...]] = []
    days = 0
    for day, of_day in groupby(told, key=lambda result: result.day):
        matches = list(of_day)
        learn(known, matches)
        clubs += strengths.clubs_of(known, day, {t for m in matches for t in (m.home_team_id, m.away_team_id)})
        levels += strengths.levels_of(known, day, {COMPETITIONS[m.competition].nation for m in matches})
        days += 1
    strengths.put(run.db, clubs, levels, list(zip(rows, with_closing, strict=True)))
    run.report(since=start.isoformat(), days=days, results=len(rows))


def _results(run: Run, rows: Sequence[ResultRow]) -> tuple[list[Result], list[bool]]:
    """The matches as the strengths read them, with the goals that prices implied; whether each has closing prices."""
    lines = offers.lines(run.db, [row.match_id for row in rows])

    def asked(market: Market, *, closing: bool) -> list[list[float]]:
        nobody = [nan] * len(OUTCOMES[market])
        return [lines.get((row.match_id, closing, market), nobody) for row in rows]

    opening = log_goals(asked(Market.H2H, closing=False), asked(Market.TOTALS, closing=False))
    totals = np.array(asked(Market.TOTALS, closing=True))
    totals = np.where(np.isnan(totals), asked(Market.TOTALS, closing=False), totals)
    closing = log_goals(asked(Market.H2H, closing=True), totals)
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
    return results, [bool(known) for known in ~np.isnan(closing[:, 0])]


handler = job("update_ratings", update, after_commit=partial(invalidate, CacheKind.MATCHES))
