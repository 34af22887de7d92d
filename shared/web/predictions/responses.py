"""The day's picks, a forecast, the track record and the calibration, as their routes and the pages return them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from shared.accounts.entitlements import PlanFeatures, features_of
from shared.accounts.plans import Reader
from shared.betting.contemporaneous import recent_offers
from shared.betting.policy import POLICY
from shared.betting.prices import Offer, filter_offers
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import Language, translate
from shared.football.calendar import paris_day
from shared.football.match import Status
from shared.runtime import clock
from shared.stores.betting import offers, picks
from shared.stores.betting.picks import PickRow
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.news import explanations
from shared.web.errors import NotFound
from shared.web.match_conditions import fatigue_info, weather_info
from shared.web.predictions import pick_info, present, track_record
from shared.web.predictions.record_schemas import CalibrationResponse, PredictionStatsResponse
from shared.web.predictions.schemas import DailyPickResponse, DailyPicksResponse, PickInfo, PredictionResponse
from shared.web.schemas import data_source


def daily_picks(db: Connection, reader: Reader, language: Language, day: date | None = None) -> DailyPicksResponse:
    """The picks of a day in Paris, today by default; they are committed once and never changed."""
    today = paris_day(clock.now())
    picks_day = day or today
    committed, source = picks.day(db, picks_day), data_source(language)
    chosen = [] if reader.paused else picks.between(db, picks_day, picks_day)
    ids = [pick.match_id for pick in chosen]
    played, published = (
        matches.by_ids(db, ids),
        predictions.by_version(db, [(p.match_id, p.published_at) for p in chosen]),
    )
    texts = explanations.by_version(db, [(pick.match_id, pick.published_at) for pick in chosen])
    not_chosen = "not_chosen_yet" if picks_day >= today else "never_chosen"
    reason = "cool_off" if reader.paused else not_chosen if committed is None else committed.reason
    features, now = features_of(reader.plan), clock.now()
    shown = _shown(features, chosen, played, now)
    hidden = [pick for pick in chosen if pick not in shown]
    opened = {match_id for match_id, row in published.items() if row.is_opened(played[match_id].kick_off, now)}
    return DailyPicksResponse(
        date=picks_day.isoformat(),
        picks=[
            DailyPickResponse(
                rank=pick.rank,
                prediction=present.prediction(
                    played[pick.match_id],
                    published[pick.match_id],
                    pick,
                    features_of(reader.plan, opened=pick.match_id in opened),
                    language,
                    source,
                    with_models=False,
                    text=texts.get(pick.match_id),
                ),
                pick_score=float(pick.share),
            )
            for pick in shown
        ],
        hidden_picks=[pick_info.hidden_pick(played[pick.match_id], pick) for pick in hidden],
        hidden=pick_info.hidden_picks([pick.rank for pick in hidden], language),
        total_matches_analyzed=committed.matches if committed else 0,
        committed_at=committed.committed_at if committed else None,
        reason=translate(reason, language) if reason else None,
        reason_code=reason,
        legal_notice=LEGAL_NOTICE,
        data_source=source,
    )


def past_picks(db: Connection, reader: Reader, before: date, days: int) -> list[tuple[MatchRow, PickInfo]]:
    """Settled picks as `daily_picks` shows them, with their matches; none to a reader who pauses.

    Args:
        db: the connection.
        reader: who reads them.
        before: a day in Paris, which is excluded.
        days: how many days with settled picks, the newest first.
    """
    chosen = [] if reader.paused else picks.settled_before(db, before, days)
    played = matches.by_ids(db, {pick.match_id for pick in chosen})
    shown = _shown(features_of(reader.plan), chosen, played, clock.now())
    return [(played[pick.match_id], pick_info.pick_info(pick)) for pick in shown]


def _shown(
    features: PlanFeatures, chosen: Sequence[PickRow], played: Mapping[int, MatchRow], now: datetime
) -> list[PickRow]:
    return [pick for pick in chosen if features.shows_pick(pick.rank, begun=played[pick.match_id].kick_off <= now)]


def stats(db: Connection, language: Language, days: int) -> PredictionStatsResponse:
    """The track record of the forecasts and picks of the last `days` days."""
    now = clock.now()
    start, today = now - timedelta(days=days), paris_day(now)
    chosen = picks.between(db, today - timedelta(days=days), today)
    played = matches.by_ids(db, {pick.match_id for pick in chosen})
    return track_record.stats(
        predictions.count(db, start, now),
        predictions.settled(db, start, now),
        # Picks before kick-off are excluded: whose price they are at may be hidden from this reader.
        [pick for pick in chosen if played[pick.match_id].kick_off <= now],
        now,
        data_source(language),
    )


def calibration(db: Connection, language: Language, days: int) -> CalibrationResponse:
    """The calibration of the forecasts of the last `days` days."""
    now = clock.now()
    settled = predictions.settled(db, now - timedelta(days=days), now)
    return track_record.calibration(settled, f"Last {days} days", now, data_source(language))


def forecast(
    db: Connection, reader: Reader, language: Language, match: MatchRow, *, with_models: bool = False
) -> PredictionResponse:
    """The newest published forecast of a match.

    Raises:
        NotFound: none is published.
    """
    now = clock.now()
    prediction, opened = published_forecast(db, match)
    features = features_of(reader.plan, opened=opened)
    pick = picks.of_match(db, match.match_id)
    hides_pick = pick is not None and not features.shows_pick(pick.rank, begun=match.kick_off <= now)
    # Prices with their values would give a hidden pick away, and are no more for a reader who pauses than picks are.
    hides_prices = reader.paused or hides_pick or not features.markets
    if reader.paused or hides_pick:
        pick = None
    response = present.prediction(
        match,
        prediction,
        pick,
        features,
        language,
        data_source(language),
        with_models=with_models,
        text=explanations.by_version(db, [(prediction.match_id, prediction.published_at)]).get(prediction.match_id),
        offers=() if hides_prices else _usable_offers(db, match, now),
    )
    if features.enrichment:
        response.weather, response.fatigue_info = weather_info(db, match, language), fatigue_info(db, match)
    return response


def published_forecast(db: Connection, match: MatchRow) -> tuple[PredictionRow, bool]:
    """The newest published forecast of a match, and whether the record opens all of it to everyone.

    Raises:
        NotFound: none is published.
    """
    now = clock.now()
    prediction = predictions.latest(db, [match.match_id], now).get(match.match_id)
    if prediction is None:
        raise NotFound("no_prediction")
    return prediction, prediction.is_opened(match.kick_off, now)


def _usable_offers(db: Connection, match: MatchRow, now: datetime) -> Sequence[Offer]:
    """The prices that a pick could use now; none once the match may have begun."""
    if match.status != Status.SCHEDULED or match.earliest <= now:
        return ()
    latest = offers.latest(db, [match.match_id], now).get(match.match_id, ())
    valid, _ = filter_offers(latest, match.kick_off, now, POLICY)
    return recent_offers(valid)
