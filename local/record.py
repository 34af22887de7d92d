"""The track record of a period: forecasts against the market on the same matches, and results of the picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from local.bets_by_price import BetsByPrice, bets_by_price
from local.bets_by_price import render as bets_by_price_lines
from shared.betting.consensus import Consensus, consensus
from shared.betting.prices import Offer
from shared.football.calendar import paris_bounds
from shared.forecasting.intervals import Interval, mean_interval, share_interval
from shared.forecasting.scoring_rules import log_loss, ranked_probability_score
from shared.stores.betting import offers, picks
from shared.stores.database import Connection
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import SettledRow


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean scores of one forecast, and its gap to the closing line on the same matches (None for the line itself)."""

    name: str
    matches: int
    rps: float
    log_loss: float
    gap: Interval | None


@dataclass(frozen=True, slots=True)
class Record:
    """The track record of a period."""

    forecast: int  # number of finished matches with a forecast
    scores: tuple[Scores, ...]  # of each forecast, on the matches that all of them have
    picks: int
    ended: int
    closing_line_value: Interval | None  # mean, with its interval
    beat_close: Interval | None  # share of picks whose price was better than the close
    profit: Interval | None  # per unit staked, with its interval
    units: Decimal
    by_price: tuple[BetsByPrice, ...]  # what the bets would have been at other prices


def record(db: Connection, first: date, last: date) -> Record:
    """The track record from the first to the last day."""
    start, end = paris_bounds(first)[0], paris_bounds(last)[1]
    settled = predictions.settled(db, start, end)
    ids = [row.match_id for row in settled]
    chosen = picks.between(db, first, last)
    ended = [pick for pick in chosen if pick.profit is not None]
    valued = [float(pick.closing_line_value) for pick in chosen if pick.closing_line_value is not None]
    return Record(
        forecast=len(settled),
        scores=_scores(settled, offers.latest(db, ids, end), offers.closing(db, ids)),
        picks=len(chosen),
        ended=len(ended),
        closing_line_value=mean_interval(valued),
        beat_close=share_interval(sum(value > 0 for value in valued), len(valued)),
        profit=mean_interval([float(pick.profit or 0) for pick in ended]),
        units=sum((pick.profit or Decimal(0) for pick in ended), Decimal(0)),
        by_price=bets_by_price(db, ids),
    )


def render(record: Record) -> list[str]:
    """The track record as lines of text."""
    lines = [f"matches forecast and ended: {record.forecast}"]
    if record.scores:
        lines.append(f"on the {record.scores[0].matches} of them that have opening and closing prices:")
        lines.append(f"  {'':<22}{'RPS':>9}{'log loss':>10}   gap to closing, RPS (95 %)")
        for row in record.scores:
            gap = f"{row.gap.value:+.5f} [{row.gap.low:+.5f}, {row.gap.high:+.5f}]" if row.gap else "0"
            lines.append(f"  {row.name:<22}{row.rps:>9.5f}{row.log_loss:>10.5f}   {gap}")
    lines.append(f"picks: {record.picks}, ended: {record.ended}")
    lines.append(
        f"closing-line value: {_percent(record.closing_line_value)}; beat the close: {_percent(record.beat_close)}"
    )
    lines.append(f"profit: {record.units:+.2f} units, {_percent(record.profit)} of stakes")
    if record.picks < 400:
        lines.append("so few bets say nothing about profit: look at the interval")
    return [*lines, *bets_by_price_lines(record.by_price)]


def _scores(
    settled: Sequence[SettledRow], opening: Mapping[int, Sequence[Offer]], closing: Mapping[int, Sequence[Offer]]
) -> tuple[Scores, ...]:
    common: list[tuple[SettledRow, Consensus, Consensus]] = []
    for row in settled:
        before, last = consensus(opening.get(row.match_id, ())), consensus(closing.get(row.match_id, ()))
        if before is not None and last is not None:
            common.append((row, before, last))
    if not common:
        return ()
    by_name = {
        "published": [row.probabilities for row, _, _ in common],
        "prices of the day": [before.outcome for _, before, _ in common],
        "closing prices": [last.outcome for _, _, last in common],
    }
    outcomes = [row.outcome for row, _, _ in common]
    line = _rps(by_name["closing prices"], outcomes)
    return tuple(
        Scores(
            name=name,
            matches=len(common),
            rps=sum(_rps(forecasts, outcomes)) / len(common),
            log_loss=sum(log_loss(f, o) for f, o in zip(forecasts, outcomes, strict=True)) / len(common),
            gap=None
            if name == "closing prices"
            else mean_interval([a - b for a, b in zip(_rps(forecasts, outcomes), line, strict=True)]),
        )
        for name, forecasts in by_name.items()
    )


def _rps(forecasts: Sequence[tuple[float, float, float]], outcomes: Sequence[int]) -> list[float]:
    return [ranked_probability_score(f, o) for f, o in zip(forecasts, outcomes, strict=True)]


def _percent(interval: Interval | None) -> str:
    if interval is None:
        return "too few"
    return f"{interval.value:+.1%} [{interval.low:+.1%}, {interval.high:+.1%}]"
