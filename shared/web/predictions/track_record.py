"""Track record and calibration of forecasts and picks, with confidence intervals. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import fmean

from shared.betting.licensed_operators import is_unlicensed
from shared.betting.prices import Market
from shared.football.outcome import OUTCOMES, MatchOutcome, most_likely
from shared.forecasting.calibration import Bucket, buckets
from shared.forecasting.intervals import Interval, mean_interval, share_interval
from shared.forecasting.scoring_rules import log_loss, ranked_probability_score
from shared.stores.betting.picks import PickRow
from shared.stores.forecasting.predictions import SettledRow
from shared.web.predictions.record_schemas import (
    AccuracyStats,
    CalibrationBucket,
    CalibrationByBet,
    CalibrationResponse,
    CompetitionCalibration,
    PickFigures,
    PickResults,
    PicksByMarket,
    PickStats,
    PredictionStatsResponse,
)
from shared.web.predictions.schemas import Bounds
from shared.web.schemas import DataSourceInfo

_Case = tuple[float, bool]
"""The probability of the favoured outcome, and whether it occurred."""


def stats(
    forecast: int, settled: Sequence[SettledRow], picks: Sequence[PickRow], now: datetime, source: DataSourceInfo
) -> PredictionStatsResponse:
    """The track record of forecasts and picks."""
    cases, by_competition, by_bet = _grouped(settled)
    correct = sum(hit for _, hit in cases)
    shares = [(row.probabilities, row.outcome) for row in settled]
    profits = _profits(picks)
    return PredictionStatsResponse(
        total_predictions=forecast,
        verified_predictions=len(cases),
        correct_predictions=correct,
        accuracy=_accuracy(cases),
        accuracy_interval=_bounds(share_interval(correct, len(cases))),
        roi_simulated=round(100 * fmean(profits), 1) if profits else 0.0,
        rps=round(fmean(ranked_probability_score(p, o) for p, o in shares), 5) if shares else None,
        log_loss=round(fmean(log_loss(p, o) for p, o in shares), 5) if shares else None,
        by_competition={code: _accuracy_stats(group) for code, group in by_competition.items()},
        by_bet_type={outcome: _accuracy_stats(group) for outcome, group in by_bet.items()},
        picks=PickStats(
            **dict(_figures(picks)),
            at_licensed_prices=_figures([pick for pick in picks if not is_unlicensed(pick.bookmaker)]),
            at_paper_prices=_figures([pick for pick in picks if is_unlicensed(pick.bookmaker)]),
            by_market=PicksByMarket(
                **{market: _figures([pick for pick in picks if pick.market is market]) for market in Market}
            ),
        ),
        last_updated=now,
        data_source=source,
    )


def calibration(
    settled: Sequence[SettledRow], period: str, now: datetime, source: DataSourceInfo
) -> CalibrationResponse:
    """Calibration by confidence, outcome and competition."""
    cases, by_competition, by_bet = _grouped(settled)
    all_buckets = buckets(cases)
    error = sum(b.count * abs(b.forecast - b.occurred / b.count) for b in all_buckets) / len(cases) if cases else 0.0
    return CalibrationResponse(
        total_verified=len(cases),
        overall_accuracy=_accuracy(cases),
        overall_calibration_error=round(error, 4),
        by_bet_type=[
            CalibrationByBet(
                bet_type=outcome,
                total_predictions=len(group),
                correct=sum(hit for _, hit in group),
                accuracy=_accuracy(group),
                avg_confidence=_mean_confidence(group),
                buckets=[_bucket(bucket) for bucket in buckets(group)],
            )
            for outcome, group in by_bet.items()
        ],
        by_confidence=[_bucket(bucket) for bucket in all_buckets],
        by_competition={
            code: CompetitionCalibration(**dict(_accuracy_stats(group)), avg_confidence=_mean_confidence(group))
            for code, group in by_competition.items()
        },
        period=period,
        generated_at=now,
        data_source=source,
    )


def _grouped(
    settled: Sequence[SettledRow],
) -> tuple[list[_Case], dict[str, list[_Case]], dict[MatchOutcome, list[_Case]]]:
    """All cases; the same by competition, sorted by code; and by favoured outcome, in the order of `OUTCOMES`."""
    cases: list[_Case] = []
    by_competition: dict[str, list[_Case]] = defaultdict(list)
    by_outcome: dict[MatchOutcome, list[_Case]] = {outcome: [] for outcome in OUTCOMES}
    for row in settled:
        favourite = most_likely(row.probabilities)
        case = row.probabilities[favourite], favourite == row.outcome
        for group in (cases, by_competition[row.competition], by_outcome[OUTCOMES[favourite]]):
            group.append(case)
    return cases, dict(sorted(by_competition.items())), {key: group for key, group in by_outcome.items() if group}


def _figures(picks: Sequence[PickRow]) -> PickFigures:
    ended = _profits(picks)
    values = [float(pick.closing_line_value) for pick in picks if pick.closing_line_value is not None]
    beaten = sum(value > 0 for value in values)
    return PickFigures(
        total=len(picks),
        settled=len(ended),
        results=PickResults(**Counter(str(pick.result) for pick in picks if pick.profit is not None)),
        profit_units=round(sum(ended), 2),
        roi=round(fmean(ended), 4) if ended else None,
        roi_interval=_bounds(mean_interval(ended)),
        closing_line_value=round(fmean(values), 4) if values else None,
        closing_line_value_interval=_bounds(mean_interval(values)),
        beat_close=round(beaten / len(values), 4) if values else None,
        beat_close_interval=_bounds(share_interval(beaten, len(values))),
    )


def _profits(picks: Sequence[PickRow]) -> list[float]:
    return [float(pick.profit) for pick in picks if pick.profit is not None]


def _bucket(bucket: Bucket) -> CalibrationBucket:
    rate = bucket.occurred / bucket.count
    return CalibrationBucket(
        confidence_range=f"{bucket.low:.0%}-{bucket.high:.0%}",
        predicted_confidence=round(bucket.forecast, 4),
        actual_win_rate=round(rate, 4),
        count=bucket.count,
        overconfidence=round(bucket.forecast - rate, 4),
        interval=_bounds(share_interval(bucket.occurred, bucket.count)),
    )


def _accuracy_stats(cases: Sequence[_Case]) -> AccuracyStats:
    return AccuracyStats(total=len(cases), correct=sum(hit for _, hit in cases), accuracy=_accuracy(cases))


def _accuracy(cases: Sequence[_Case]) -> float:
    return round(fmean(hit for _, hit in cases), 4) if cases else 0.0


def _mean_confidence(cases: Sequence[_Case]) -> float:
    return round(fmean(p for p, _ in cases), 4) if cases else 0.0


def _bounds(interval: Interval | None) -> Bounds | None:
    if interval is None:
        return None
    return Bounds(low=round(interval.low, 4), high=round(interval.high, 4))
