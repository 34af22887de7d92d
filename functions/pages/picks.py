"""The day's answer in words: its headline, its picks and what a visitor does not see of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.explanations.selections import PickFacts, describe_selection
from shared.explanations.translations import Language, translate
from shared.web.predictions.schemas import DailyPicksResponse, PickInfo


@dataclass(frozen=True, slots=True)
class PickLine:
    """One of the day's picks; the bet, its price and probability are None while the visitor may not see them."""

    rank: int
    match_id: int
    home: str
    away: str
    competition: str
    kick_off: datetime
    hour_known: bool
    selection: str | None = None
    price: float | None = None
    probability: float | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The day's answer."""

    headline: str
    reason: str | None
    picks: Sequence[PickLine]
    hidden: Sequence[str]  # what is hidden, and who sees it
    matches: int
    committed_at: datetime | None


def answer(day: DailyPicksResponse, language: Language) -> Answer:
    """The day's picks as their route returns them, in words."""
    shown = [
        PickLine(
            rank=each.rank,
            match_id=each.prediction.match_id,
            home=each.prediction.home_team,
            away=each.prediction.away_team,
            competition=each.prediction.competition,
            kick_off=each.prediction.match_date,
            hour_known=each.prediction.hour_known,
            selection=selection(each.prediction.pick, each.prediction.home_team, each.prediction.away_team, language),
            price=each.prediction.pick.price,
            probability=each.prediction.pick.probability,
            result=result(each.prediction.pick, language),
        )
        for each in day.picks
        if each.prediction.pick
    ]
    hidden = [
        PickLine(
            each.rank,
            each.match_id,
            *(each.home_team, each.away_team),
            each.competition,
            each.match_date,
            each.hour_known,
        )
        for each in day.hidden_picks
    ]
    lines = sorted([*shown, *hidden], key=lambda line: line.rank)
    return Answer(
        headline=_headline(day.reason_code, len(lines), language),
        reason=day.reason,
        picks=lines,
        hidden=[part.reason for part in day.hidden],
        matches=day.total_matches_analyzed,
        committed_at=day.committed_at,
    )


def selection(pick: PickInfo, home: str, away: str, language: Language) -> str:
    """The bet in words."""
    refunded = pick.results.half_won + pick.results.push + pick.results.half_lost
    facts = PickFacts(
        pick.market, pick.outcome, pick.line, pick.results.lost, refunded, pick.price, pick.price_taken_at, pick.value
    )
    return describe_selection(facts, home, away, language)


def result(pick: PickInfo, language: Language) -> str | None:
    """How a pick ended; None before that."""
    return translate(f"standing_{pick.result}", language) if pick.result else None


def _headline(reason_code: str | None, count: int, language: Language) -> str:
    if count:
        return (
            translate("page_picks_one", language)
            if count == 1
            else translate("page_picks_other", language, count=count)
        )
    if reason_code == "cool_off":
        return translate("page_picks_paused", language)
    waits = reason_code == "not_chosen_yet"
    return translate("page_picks_waiting" if waits else "page_picks_none", language)
