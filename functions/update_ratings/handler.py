"""Learn clubs' strengths from results. Cron: 03:20 and 15:20 UTC. Safe to run twice, late, or for a past day."""

from datetime import date
from itertools import groupby

from shared.forecasting.ratings import Level, Rating, learn
from shared.runtime.jobs import Run, job
from shared.stores import ratings


def update(run: Run) -> None:
    """Learn from the first day with new or changed results on, or from the event's day on where that is earlier."""
    unlearned = ratings.first_unlearned_day(run.db)
    asked = run.day if "day" in run.event else None
    start = min((day for day in (unlearned, asked) if day is not None), default=None)
    if start is None:
        run.report(days=0, results=0)
        return
    ratings.forget_from(run.db, start)
    strengths = ratings.before(run.db, start)
    results = ratings.results_from(run.db, start)
    clubs: list[tuple[int, date, Rating]] = []
    levels: list[tuple[str, date, Level]] = []
    days = 0
    for day, of_day in groupby(results, key=lambda row: row.day):
        matches = [row.result for row in of_day]
        strengths = learn(strengths, matches)
        played = sorted({team for match in matches for team in (match.home_team_id, match.away_team_id)})
        clubs += [(team, day, strengths.clubs[team]) for team in played]
        levels += [(nation, day, strengths.levels[nation]) for nation in sorted({match.nation for match in matches})]
        days += 1
    ratings.put(run.db, clubs, levels, results)
    run.report(since=start.isoformat(), days=days, results=len(results))


handler = job("update_ratings", update)
