"""Monitor the quality of forecasts and picks; an alarm suspends the picks. Cron: 04:20 UTC. Safe to run twice or late.

A day's figures cover matches that began before it, in Paris, in leagues that may have picks. Once the cause of an alarm
is fixed, earlier matches can be excluded by `{"since": "2026-10-01"}`, as the `input` of the schedule.
"""

import logging
from datetime import date, timedelta

from shared.betting.closing_reference import closing_reference
from shared.betting.consensus import consensus
from shared.football.calendar import paris_bounds
from shared.football.competition import available_competitions
from shared.forecasting.quality import WINDOWS, Probabilities, QualityMetric, ScoredMatch, evaluate
from shared.runtime import error_reports, logs
from shared.runtime.jobs import InvalidEvent, Run, job
from shared.services.league_accuracy import may_have_picks
from shared.stores.betting import offers, picks
from shared.stores.forecasting import quality
from shared.stores.forecasting.quality import PlayedRow, QualityRow

LOOK_BACK = timedelta(days=365)


class QualityAlarm(Exception):
    """Quality figures are out of bounds; the message lists them. A finding, not a failure."""


def watch(run: Run) -> None:
    """Evaluate the last matches, store the figures, and report those out of bounds."""
    codes = [c.code for c in available_competitions(demo=False) if c.division and may_have_picks(c.code)]
    first = max(run.day - LOOK_BACK, _since(run))
    rows = quality.played(run.db, codes, paris_bounds(first)[0], paris_bounds(run.day)[0], max(WINDOWS))
    by_window = evaluate(_judged_matches(run, rows, first))
    quality.put(run.db, [_row(run, window, figure) for window, figures in by_window.items() for figure in figures])
    alarms = [f"last {window}: {figure}" for window, figures in by_window.items() for figure in figures if figure.alarm]
    if alarms:
        logs.write(logging.ERROR, "quality alarm", job="watch_quality", day=run.day, alarms=alarms)
        error_reports.capture(QualityAlarm("; ".join(alarms)), job="watch_quality")
    run.report(matches=len(rows), alarms=alarms)


def _judged_matches(run: Run, rows: list[PlayedRow], first: date) -> list[ScoredMatch]:
    """The matches with closing probabilities and closing-line values; those without closing prices are excluded."""
    closing_offers = offers.closing(run.db, [row.match_id for row in rows])
    closing = {
        row.match_id: consensus(
            closing_reference(closing_offers.get(row.match_id, ()), row.competition, row.kick_off, run.now)
        )
        for row in rows
    }
    values: dict[int, list[float]] = {}
    for pick in picks.between(run.db, first, run.day):
        if pick.closing_line_value is not None:
            values.setdefault(pick.match_id, []).append(float(pick.closing_line_value))
    return [
        ScoredMatch(_forecasts(row), fair.outcome, row.outcome, tuple(values.get(row.match_id, ())))
        for row in rows
        if (fair := closing[row.match_id]) is not None
    ]


def _forecasts(row: PlayedRow) -> dict[str, Probabilities]:
    """The forecasts of a match by basis: the published one if it is price-based, and the ratings' own."""
    forecasts: dict[str, Probabilities] = {}
    if row.basis == "prices":
        forecasts["prices"] = (row.home, row.draw, row.away)
    if row.ratings_home is not None and row.ratings_draw is not None and row.ratings_away is not None:
        forecasts["ratings"] = (row.ratings_home, row.ratings_draw, row.ratings_away)
    return forecasts


def _row(run: Run, window: int, figure: QualityMetric) -> QualityRow:
    value, low, high = figure.estimate or (None, None, None)
    return QualityRow(
        day=run.day,
        basis=figure.basis,
        figure=figure.name,
        last_matches=window,
        n=figure.n,
        value=value,
        low=low,
        high=high,
        at_least=figure.at_least,
        at_most=figure.at_most,
        alarm=figure.alarm,
    )


def _since(run: Run) -> date:
    since = run.event.get("since")
    if since is None:
        return run.day - LOOK_BACK
    try:
        return date.fromisoformat(since)
    except (TypeError, ValueError):
        raise InvalidEvent(f'"since" must be a date such as 2026-10-01, not {since!r}') from None


handler = job("watch_quality", watch)
