"""Converts rows to response models. Pure."""

from collections.abc import Sequence

from shared.accounts.entitlements import PlanFeatures, locked_features
from shared.betting.licensed_operators import is_unlicensed
from shared.betting.prices import OUTCOMES as PICK_OUTCOMES
from shared.betting.prices import Market, Offer
from shared.betting.result_probabilities import ResultProbabilities
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.selections import PickFacts
from shared.explanations.template import Explanation, Factor, ForecastFacts, OutcomeValues, ReliabilityRecord, explain
from shared.explanations.translations import Language, translate
from shared.football.competition import COMPETITIONS
from shared.football.match import Status
from shared.football.outcome import OUTCOMES, most_likely, outcome_of
from shared.forecasting.intervals import share_interval
from shared.services.league_accuracy import league_accuracy
from shared.stores.betting.picks import PickRow
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.news.explanations import ExplanationRow
from shared.web.predictions import schemas
from shared.web.predictions.accuracy import league_accuracy_info
from shared.web.predictions.markets import DIGITS, markets, probabilities
from shared.web.predictions.past_record import ALL, PastRecord, past_record
from shared.web.predictions.pick_info import pick_info
from shared.web.schemas import DataSourceInfo, displayed_date

_MAX_FACTORS = 5
"""The most factors listed: those that moved the forecast most."""
_PARTS = ("factors", "markets", "model_details", "sources", "enrichment")
"""The parts of a forecast that a plan may hide, by the attributes of its features."""


def prediction(
    match: MatchRow,
    row: PredictionRow,
    pick: PickRow | None,
    features: PlanFeatures,
    language: Language,
    source: DataSourceInfo,
    *,
    with_models: bool,
    text: ExplanationRow | None = None,
    offers: Sequence[Offer] = (),
) -> schemas.PredictionResponse:
    """The published forecast of a match as a plan shows it, with its pick if that may be shown.

    Args:
        match: the match.
        row: its forecast.
        pick: the pick on it, if that may be shown.
        features: what the plan shows.
        language: of the texts.
        source: of the data.
        with_models: whether to list the components' forecasts.
        text: the text written for this version of the forecast; without one the template is used.
        offers: the prices that may be shown, with their values.
    """
    shares = row.probabilities
    on_result = pick is not None and pick.market is Market.H2H
    place = PICK_OUTCOMES[Market.H2H].index(pick.outcome) if pick and on_result else most_likely(shares)
    confidence = round(shares[place], DIGITS)
    past = past_record(row.basis, match.competition, confidence)
    start, factors = _factors(row, _MAX_FACTORS if features.factors is None else features.factors)
    newcomers = tuple(
        name
        for team_id, name in ((match.home_team_id, match.home_name), (match.away_team_id, match.away_name))
        if team_id in row.newcomers
    )
    explanation = explain(
        ForecastFacts(
            home=match.home_name,
            away=match.away_name,
            probabilities=shares,
            by_ratings=_by_ratings(row),
            basis=row.basis,
            goal_rates=(row.home_rate, row.away_rate),
            over_25=dict(row.markets["over"])[2.5] if features.markets else None,
            both_score=row.markets["both_score"] if features.markets else None,
            outcome=OUTCOMES[place],
            pick=_pick_facts(pick) if pick else None,
            start=start,
            factors=factors,
            ratings_bounds=tuple((low, high) for low, high in row.ratings_bounds) if row.ratings_bounds else None,
            newcomers=newcomers,
            past=_past_facts(past) if past else None,
            shows_ratings=features.model_details,
        ),
        language,
        _explanation(text, features, language),
    )
    score = match.score if match.status == Status.FINISHED else None
    result = None if score is None else outcome_of(score.home, score.away)
    return schemas.PredictionResponse(
        match_id=match.match_id,
        home_team=match.home_name,
        away_team=match.away_name,
        competition=COMPETITIONS[match.competition].name,
        competition_code=match.competition,
        match_date=displayed_date(match.kick_off, hour_known=match.hour_known),
        hour_known=match.hour_known,
        probabilities=probabilities(shares),
        recommended_bet=OUTCOMES[place],
        confidence=confidence,
        confidence_record=_record(past) if past else None,
        league_accuracy=league_accuracy_info(
            COMPETITIONS[match.competition].name, league_accuracy(match.competition, row.basis), language
        ),
        value_score=float(pick.value) if pick else 0.0,
        explanation=explanation.text,
        key_factors=list(explanation.key_factors),
        risk_factors=list(explanation.risk_factors),
        starting_point=probabilities(start) if start else None,
        factors=[
            schemas.FactorResponse(
                key=factor.key, label=translate(f"why_{factor.key}", language), effect=_effect(factor.effect)
            )
            for factor in factors
        ],
        newcomers=list(newcomers),
        ratings_interval=_interval(row.ratings_bounds) if row.ratings_bounds else None,
        model_contributions=_contributions(row) if with_models and features.model_details else None,
        llm_adjustments=_adjustments(text, language) if text and features.sources else None,
        multi_markets=(
            markets(
                shares,
                (row.home_rate, row.away_rate),
                row.markets,
                rates=(row.home_rate, row.away_rate, row.rho),
                offers=offers,
            )
            if features.markets
            else None
        ),
        match_context_summary=(text.content[language]["context"] or None) if text and features.sources else None,
        news_sources=_sources(text) if text and features.sources else None,
        created_at=row.published_at,
        is_daily_pick=pick is not None,
        is_verified=result is not None,
        is_correct=None if result is None else result == place,
        actual_score=None if score is None else str(score),
        basis=row.basis,
        model=row.model,
        pick=pick_info(pick) if pick else None,
        hidden=hidden_parts(features, language, *_PARTS),
        legal_notice=LEGAL_NOTICE if pick else None,
        data_source=source,
    )


def hidden_parts(features: PlanFeatures, language: Language, *parts: str) -> list[schemas.HiddenPart]:
    """The given parts that a plan hides, in full or in part."""
    return [
        schemas.HiddenPart(what=part.name, plan=part.required_plan, reason=translate(part.text_key, language))
        for part in locked_features(features)
        if part.name in parts
    ]


def _explanation(text: ExplanationRow | None, features: PlanFeatures, language: Language) -> Explanation | None:
    if text is None:
        return None
    content = text.content[language]
    return Explanation(
        content["explanation"], tuple(content["key_factors"][: features.factors]), tuple(content["risk_factors"])
    )


def _sources(text: ExplanationRow) -> list[dict[str, str]]:
    return [{name: article[name] for name in ("source", "title", "url")} for article in text.sources]


def _adjustments(text: ExplanationRow, language: Language) -> schemas.LLMAdjustments | None:
    """Adjustments suggested by the news; the total is the home side's change in log-odds minus the away side's."""
    adjustment = text.adjustment
    if adjustment is None:
        return None
    return schemas.LLMAdjustments(
        injury_impact_home=round(adjustment["injury_home"], DIGITS),
        injury_impact_away=round(adjustment["injury_away"], DIGITS),
        sentiment_home=round(adjustment["sentiment_home"], DIGITS),
        sentiment_away=round(adjustment["sentiment_away"], DIGITS),
        tactical_edge=round(adjustment["tactical"], DIGITS),
        motivation_edge=round(adjustment["motivation"], DIGITS),
        total_adjustment=round(adjustment["home"] - adjustment["away"], DIGITS),
        reasoning=translate("adjustments_shown", language),
    )


def _past_facts(record: PastRecord) -> ReliabilityRecord:
    bucket, league = record.bucket, None if record.league == ALL else COMPETITIONS[record.league].name
    return ReliabilityRecord(
        bucket.low, bucket.high, bucket.occurred / bucket.count, bucket.count, record.first, record.last, league
    )


def _record(past: PastRecord) -> schemas.ConfidenceRecord:
    bucket = past.bucket
    _, low, high = share_interval(bucket.occurred, bucket.count) or (0.0, 0.0, 1.0)
    return schemas.ConfidenceRecord(
        low=bucket.low,
        high=bucket.high,
        n=bucket.count,
        hits=bucket.occurred,
        hit_rate=round(bucket.occurred / bucket.count, DIGITS),
        interval=schemas.Bounds(low=round(low, DIGITS), high=round(high, DIGITS)),
        league=past.league,
        seasons=f"{past.first}-{past.last}",
        basis=past.basis,
    )


def _factors(row: PredictionRow, most: int) -> tuple[OutcomeValues | None, tuple[Factor, ...]]:
    """The starting point of the forecast, and its largest factors, largest first."""
    if row.factors is None:
        return None, ()
    effects = {key: (home, draw, away) for key, (home, draw, away) in row.factors.items()}
    added = [Factor(key, effect) for key, effect in effects.items() if key != "start"]
    return effects["start"], tuple(sorted(added, key=lambda of: of.size, reverse=True)[:most])


def _effect(effect: OutcomeValues) -> schemas.FactorEffect:
    """Rounded to four digits that sum to 0: the draw absorbs the rounding."""
    home, away = (round(added, DIGITS) + 0.0 for added in (effect[0], effect[2]))  # + 0.0 makes -0.0 plain 0
    return schemas.FactorEffect(home_win=home, draw=round(0.0 - home - away, DIGITS), away_win=away)


def _interval(bounds: list[list[float]]) -> schemas.ProbabilityBounds:
    home, draw, away = (schemas.Bounds(low=round(low, DIGITS), high=round(high, DIGITS)) for low, high in bounds)
    return schemas.ProbabilityBounds(home_win=home, draw=draw, away_win=away)


def _by_ratings(row: PredictionRow) -> tuple[float, float, float] | None:
    if row.ratings_home is None or row.ratings_draw is None or row.ratings_away is None:
        return None
    return (row.ratings_home, row.ratings_draw, row.ratings_away)


def _contributions(row: PredictionRow) -> schemas.ModelContributions:
    alone = _by_ratings(row)
    return schemas.ModelContributions(xgboost=probabilities(alone) if alone else None)


def _pick_facts(pick: PickRow) -> PickFacts:
    results = ResultProbabilities(*pick.result_probabilities)
    return PickFacts(
        market=pick.market,
        outcome=pick.outcome,
        line=float(pick.line),
        lost=float(results.lost),
        refunded=float(results.half_won + results.push + results.half_lost),
        price=float(pick.price),
        price_taken_at=pick.price_taken_at,
        value=float(pick.value),
        unlicensed=is_unlicensed(pick.bookmaker),
    )
