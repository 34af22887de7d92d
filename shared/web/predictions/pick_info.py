"""Converts picks to response models: shown whole, or hidden but for their match. Pure."""

from collections.abc import Sequence

from shared.accounts.entitlements import plan_for_pick
from shared.betting.licensed_operators import display_name, is_unlicensed
from shared.betting.result_probabilities import ResultProbabilities
from shared.explanations.translations import Language, translate
from shared.football.competition import COMPETITIONS
from shared.stores.betting.picks import PickRow
from shared.stores.football.matches import MatchRow
from shared.web.predictions import schemas
from shared.web.schemas import displayed_date


def pick_info(pick: PickRow) -> schemas.PickInfo:
    """A pick that may be shown."""
    results = ResultProbabilities(*pick.result_probabilities)
    return schemas.PickInfo(
        day=pick.day.isoformat(),
        market=pick.market,
        outcome=pick.outcome,
        line=float(pick.line),
        probability=float(pick.probability),
        results=schemas.ResultChances(**{name: float(share) for name, share in results._asdict().items()}),
        price=float(pick.price),
        bookmaker=display_name(pick.bookmaker),
        price_on_paper=is_unlicensed(pick.bookmaker),
        price_taken_at=pick.price_taken_at,
        value=float(pick.value),
        stake=float(pick.stake) if pick.stake is not None else None,
        result=pick.result,
        profit=float(pick.profit) if pick.profit is not None else None,
        closing_price=round(float(1 / pick.closing_probability), 3) if pick.closing_probability is not None else None,
        closing_line_value=float(pick.closing_line_value) if pick.closing_line_value is not None else None,
    )


def hidden_picks(ranks: Sequence[int], language: Language) -> list[schemas.HiddenPart]:
    """The lowest plan that shows any of the hidden picks, as a hidden part."""
    if not ranks:
        return []
    plan = plan_for_pick(min(ranks))
    return [schemas.HiddenPart(what="picks", plan=plan, reason=translate(f"{plan}_picks", language))]


def hidden_pick(match: MatchRow, pick: PickRow) -> schemas.HiddenPick:
    """What is public of a hidden pick before its match begins."""
    return schemas.HiddenPick(
        rank=pick.rank,
        match_id=match.match_id,
        home_team=match.home_name,
        away_team=match.away_name,
        competition=COMPETITIONS[match.competition].name,
        competition_code=match.competition,
        match_date=displayed_date(match.kick_off, hour_known=match.hour_known),
        hour_known=match.hour_known,
    )
