"""Rows of the stores as answers. Pure."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from functions.predictions.past_record import ALL, PastRecord, past_record
from functions.predictions.schemas import (
    Bounds,
    BttsResponse,
    ConfidenceRecord,
    CorrectScoreResponse,
    DoubleChanceResponse,
    DrawNoBet,
    FactorEffect,
    FactorResponse,
    HalfTime,
    HiddenPart,
    HiddenPick,
    LineResponse,
    LLMAdjustments,
    MatchOutcome,
    ModelContributions,
    MultiMarketsResponse,
    OverUnderResponse,
    PickInfo,
    PredictionProbabilities,
    PredictionResponse,
    ProbabilityBounds,
    TeamGoals,
    WinToNil,
)
from shared.accounts.entitlements import View, hidden, plan_for_pick
from shared.betting.licensed_operators import on_paper, shown_name
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.template import Explanation, Factor, Facts, Figures, Past, explain
from shared.explanations.translations import Language, translate
from shared.football.competition import COMPETITIONS
from shared.football.match import Status
from shared.forecasting.intervals import share_interval
from shared.stores.betting.picks import PickRow
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.news.explanations import TextRow
from shared.web.schemas import DataSourceInfo, displayed_date

OUTCOMES: tuple[MatchOutcome, MatchOutcome, MatchOutcome] = ("home_win", "draw", "away_win")
_DIGITS = 4
_MAX_FACTORS = 5
"""How many factors are told at most: those that moved the forecast most."""
_PARTS = ("factors", "markets", "model_details", "sources", "enrichment", "forecast_history")
"""What of a forecast a plan may not show, by the attributes of `View`."""


def prediction(
    match: MatchRow,
    row: PredictionRow,
    pick: PickRow | None,
    view: View,
    language: Language,
    source: DataSourceInfo,
    *,
    with_models: bool,
    text: TextRow | None = None,
) -> PredictionResponse:
    """The published forecast of a match as a view shows it, with the pick on it where there is one to be shown.

    `text` is what was written of that very version of the forecast; without one the template speaks.
    """
    shares = (row.home, row.draw, row.away)
    place = ("home", "draw", "away").index(pick.outcome) if pick else max(range(3), key=lambda i: shares[i])
    confidence = round(shares[place], _DIGITS)
    past = past_record(row.basis, match.competition, confidence)
    start, factors = _factors(row, _MAX_FACTORS if view.factors is None else view.factors)
    newcomers = tuple(
        name
        for team_id, name in ((match.home_team_id, match.home_name), (match.away_team_id, match.away_name))
        if team_id in row.newcomers
    )
    explanation = explain(
        Facts(
            home=match.home_name,
            away=match.away_name,
            probabilities=shares,
            by_ratings=_by_ratings(row),
            basis=row.basis,
            goal_rates=(row.home_rate, row.away_rate),
            over_25=dict(row.markets["over"])[2.5] if view.markets else None,
            both_score=row.markets["both_score"] if view.markets else None,
            outcome=OUTCOMES[place],
            price=float(pick.price) if pick else None,
            price_taken_at=pick.price_taken_at if pick else None,
            value=float(pick.value) if pick else None,
            on_paper=pick is not None and on_paper(pick.bookmaker),
            start=start,
            factors=factors,
            ratings_bounds=tuple((low, high) for low, high in row.ratings_bounds) if row.ratings_bounds else None,
            newcomers=newcomers,
            past=_past_facts(past) if past else None,
            tells_ratings=view.model_details,
        ),
        language,
        _explanation(text, view, language),
    )
    score = match.score if match.status == Status.FINISHED else None
    result = None if score is None else 0 if score.home > score.away else 1 if score.home == score.away else 2
    return PredictionResponse(
        match_id=match.match_id,
        home_team=match.home_name,
        away_team=match.away_name,
        competition=COMPETITIONS[match.competition].name,
        competition_code=match.competition,
        match_date=displayed_date(match.kick_off, hour_known=match.hour_known),
        hour_known=match.hour_known,
        probabilities=_probabilities(shares),
        recommended_bet=OUTCOMES[place],
        confidence=confidence,
        confidence_record=_record(past) if past else None,
        value_score=float(pick.value) if pick else 0.0,
        explanation=explanation.text,
        key_factors=list(explanation.key_factors),
        risk_factors=list(explanation.risk_factors),
        starting_point=_probabilities(start) if start else None,
        factors=[
            FactorResponse(
                key=factor.key, label=translate(f"why_{factor.key}", language), effect=_effect(factor.effect)
            )
            for factor in factors
        ],
        newcomers=list(newcomers),
        ratings_interval=_interval(row.ratings_bounds) if row.ratings_bounds else None,
        model_contributions=_contributions(row) if with_models and view.model_details else None,
        llm_adjustments=_adjustments(text, language) if text and view.sources else None,
        multi_markets=_markets(row) if view.markets else None,
        match_context_summary=(text.words[language]["context"] or None) if text and view.sources else None,
        news_sources=_sources(text) if text and view.sources else None,
        created_at=row.published_at.astimezone(UTC),
        is_daily_pick=pick is not None,
        is_verified=result is not None,
        is_correct=None if result is None else result == place,
        actual_score=None if score is None else str(score),
        basis=row.basis,  # type: ignore[arg-type]  # the table allows no other word
        model=row.model,
        pick=_pick(pick) if pick else None,
        hidden=hidden_parts(view, language, *_PARTS),
        legal_notice=LEGAL_NOTICE if pick else None,
        data_source=source,
    )


def hidden_parts(view: View, language: Language, *parts: str) -> list[HiddenPart]:
    """Which of some parts a view does not show, or not in full."""
    return [
        HiddenPart(what=part.what, plan=part.needs, reason=translate(part.why, language))
        for part in hidden(view)
        if part.what in parts
    ]


def hidden_picks(ranks: Sequence[int], language: Language) -> list[HiddenPart]:
    """What the least plan that shows any of some hidden picks would show."""
    if not ranks:
        return []
    plan = plan_for_pick(min(ranks))
    return [HiddenPart(what="picks", plan=plan, reason=translate(f"{plan}_picks", language))]


def hidden_pick(match: MatchRow, pick: PickRow) -> HiddenPick:
    """What everybody may know of a pick before its match begins."""
    return HiddenPick(
        rank=pick.rank,
        match_id=match.match_id,
        home_team=match.home_name,
        away_team=match.away_name,
        competition=COMPETITIONS[match.competition].name,
        competition_code=match.competition,
        match_date=displayed_date(match.kick_off, hour_known=match.hour_known),
        hour_known=match.hour_known,
    )


def _probabilities(shares: tuple[float, float, float]) -> PredictionProbabilities:
    """Shares in four digits that still sum to 1: the draw takes what rounding leaves."""
    home, away = round(shares[0], _DIGITS), round(shares[2], _DIGITS)
    return PredictionProbabilities(home_win=home, draw=round(1 - home - away, _DIGITS), away_win=away)


def _explanation(text: TextRow | None, view: View, language: Language) -> Explanation | None:
    if text is None:
        return None
    content = text.words[language]
    return Explanation(
        content["explanation"], tuple(content["key_factors"][: view.factors]), tuple(content["risk_factors"])
    )


def _sources(text: TextRow) -> list[dict[str, str]]:
    return [{name: article[name] for name in ("source", "title", "url")} for article in text.sources]


def _adjustments(text: TextRow, language: Language) -> LLMAdjustments | None:
    """What the news would change; the total is what it would add to the home side's log-odds less the away side's."""
    adjustment = text.adjustment
    if adjustment is None:
        return None
    return LLMAdjustments(
        injury_impact_home=round(adjustment["injury_home"], _DIGITS),
        injury_impact_away=round(adjustment["injury_away"], _DIGITS),
        sentiment_home=round(adjustment["sentiment_home"], _DIGITS),
        sentiment_away=round(adjustment["sentiment_away"], _DIGITS),
        tactical_edge=round(adjustment["tactical"], _DIGITS),
        motivation_edge=round(adjustment["motivation"], _DIGITS),
        total_adjustment=round(adjustment["home"] - adjustment["away"], _DIGITS),
        reasoning=translate("adjustments_shown", language),
    )


def _past_facts(record: PastRecord) -> Past:
    bucket, league = record.bucket, None if record.league == ALL else COMPETITIONS[record.league].name
    return Past(
        bucket.low, bucket.high, bucket.occurred / bucket.count, bucket.count, record.first, record.last, league
    )


def _record(past: PastRecord) -> ConfidenceRecord:
    bucket = past.bucket
    _, low, high = share_interval(bucket.occurred, bucket.count) or (0.0, 0.0, 1.0)
    return ConfidenceRecord(
        low=bucket.low,
        high=bucket.high,
        n=bucket.count,
        hits=bucket.occurred,
        hit_rate=round(bucket.occurred / bucket.count, _DIGITS),
        interval=Bounds(low=round(low, _DIGITS), high=round(high, _DIGITS)),
        league=past.league,
        seasons=f"{past.first}-{past.last}",
        basis=past.basis,  # type: ignore[arg-type]  # as below
    )


def _factors(row: PredictionRow, most: int) -> tuple[Figures | None, tuple[Factor, ...]]:
    """Where the forecast starts from, and what moved it most, largest first."""
    if row.factors is None:
        return None, ()
    effects = {key: (home, draw, away) for key, (home, draw, away) in row.factors.items()}
    added = [Factor(key, effect) for key, effect in effects.items() if key != "start"]
    return effects["start"], tuple(sorted(added, key=lambda of: of.size, reverse=True)[:most])


def _effect(effect: Figures) -> FactorEffect:
    """In four digits that still sum to 0: the draw takes what rounding leaves."""
    home, away = (round(added, _DIGITS) + 0.0 for added in (effect[0], effect[2]))  # + 0.0 makes -0.0 plain 0
    return FactorEffect(home_win=home, draw=round(0.0 - home - away, _DIGITS), away_win=away)


def _interval(bounds: list[list[float]]) -> ProbabilityBounds:
    home, draw, away = (Bounds(low=round(low, _DIGITS), high=round(high, _DIGITS)) for low, high in bounds)
    return ProbabilityBounds(home_win=home, draw=draw, away_win=away)


def _by_ratings(row: PredictionRow) -> tuple[float, float, float] | None:
    if row.ratings_home is None or row.ratings_draw is None or row.ratings_away is None:
        return None
    return (row.ratings_home, row.ratings_draw, row.ratings_away)


def _contributions(row: PredictionRow) -> ModelContributions:
    alone = _by_ratings(row)
    return ModelContributions(xgboost=_probabilities(alone) if alone else None)


def _markets(row: PredictionRow) -> MultiMarketsResponse:
    over = dict(row.markets["over"])
    both = round(row.markets["both_score"], _DIGITS)
    shown = _probabilities((row.home, row.draw, row.away))
    chances = {
        "1X": round(shown.home_win + shown.draw, _DIGITS),
        "X2": round(shown.draw + shown.away_win, _DIGITS),
        "12": round(shown.home_win + shown.away_win, _DIGITS),
    }
    scores = {score: round(share, _DIGITS) for score, share in row.markets["scores"]}
    likeliest = next(iter(scores))
    home_or_not = round(row.home / (row.home + row.away), _DIGITS)
    home_to_nil, away_to_nil = row.markets["win_to_nil"]
    return MultiMarketsResponse(
        over_under_15=_over_under(1.5, over[1.5]),
        over_under_25=_over_under(2.5, over[2.5]),
        over_under_35=_over_under(3.5, over[3.5]),
        btts=BttsResponse(yes_prob=both, no_prob=round(1 - both, _DIGITS), recommended="yes" if both > 0.5 else "no"),
        double_chance=DoubleChanceResponse.model_validate(
            {**chances, "recommended": max(chances, key=lambda key: chances[key])}
        ),
        correct_score=CorrectScoreResponse(scores=scores, most_likely=likeliest, most_likely_prob=scores[likeliest]),
        draw_no_bet=DrawNoBet(home_prob=home_or_not, away_prob=round(1 - home_or_not, _DIGITS)),
        goal_lines=[_line(market) for market in row.markets["goal_lines"]],
        asian_handicaps=[_line(told) for told in row.markets["handicaps"]],
        team_goals=[
            TeamGoals(line=line, home_over=round(home, _DIGITS), away_over=round(away, _DIGITS))
            for line, home, away in row.markets["team_goals"]
        ],
        win_to_nil=WinToNil(home=round(home_to_nil, _DIGITS), away=round(away_to_nil, _DIGITS)),
        half_time=_half_time(row.markets),
        expected_home_goals=round(row.home_rate, 2),
        expected_away_goals=round(row.away_rate, 2),
        expected_total_goals=round(row.home_rate + row.away_rate, 2),
    )


def _half_time(markets: dict[str, Any]) -> HalfTime | None:
    """None of the forecasts that were published before half-time was read off the grid."""
    if "half_time" not in markets:
        return None
    shown, over = _probabilities(tuple(markets["half_time"])), dict(markets["half_time_over"])
    return HalfTime(
        home=shown.home_win,
        draw=shown.draw,
        away=shown.away_win,
        over_05=round(over[0.5], _DIGITS),
        over_15=round(over[1.5], _DIGITS),
    )


def _line(market: dict[str, Any]) -> LineResponse:
    won, half_won, push, half_lost, lost = (round(share, _DIGITS) for share in market["shares"])
    fair = [None if price is None else round(price, 2) for price in market["fair"]]
    return LineResponse(
        line=market["line"],
        won=won,
        half_won=half_won,
        push=push,
        half_lost=half_lost,
        lost=lost,
        fair_price=fair[0],
        fair_price_against=fair[1],
    )


def _over_under(line: float, over: float) -> OverUnderResponse:
    shown = round(over, _DIGITS)
    return OverUnderResponse(
        line=line,
        over_prob=shown,
        under_prob=round(1 - shown, _DIGITS),
        recommended="over" if over > 0.5 else "under",
    )


def _pick(pick: PickRow) -> PickInfo:
    return PickInfo(
        day=pick.day.isoformat(),
        market=pick.market,
        outcome=pick.outcome,
        line=float(pick.line),
        probability=float(pick.probability),
        price=float(pick.price),
        bookmaker=shown_name(pick.bookmaker),
        price_on_paper=on_paper(pick.bookmaker),
        price_taken_at=pick.price_taken_at.astimezone(UTC),
        value=float(pick.value),
        stake=float(pick.stake) if pick.stake is not None else None,
        ending=pick.ending,
        profit=float(pick.profit) if pick.profit is not None else None,
        closing_line_value=float(pick.closing_line_value) if pick.closing_line_value is not None else None,
    )
