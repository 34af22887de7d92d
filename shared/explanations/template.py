"""Explanations from templates: the forecast's own numbers in words, without a language model."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.explanations.selections import PickFacts, describe_refund, describe_selection
from shared.explanations.translations import Language, format_number, format_percent, format_points, translate
from shared.football.calendar import PARIS
from shared.football.outcome import OUTCOMES
from shared.forecasting.basis import Basis

OutcomeValues = tuple[float, float, float]
"""Of home win, draw, away win."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a forecast."""

    key: str  # its translation key, without the prefix `why_`
    effect: OutcomeValues  # change of the three probabilities; sums to 0

    @property
    def size(self) -> float:
        """The largest absolute change of a probability."""
        return max(abs(added) for added in self.effect)


@dataclass(frozen=True, slots=True)
class ReliabilityRecord:
    """How often outcomes of about the same forecast probability occurred in past seasons."""

    low: float
    high: float
    share: float  # share that occurred
    count: int
    # first, last: years of the first and the last season.
    first: int
    last: int
    league: str | None  # name; None for all leagues


@dataclass(frozen=True, slots=True)
class ForecastFacts:
    """A forecast, and the pick on it if there is one."""

    home: str
    away: str
    probabilities: OutcomeValues  # home win, draw, away win
    by_ratings: OutcomeValues | None  # the same from ratings alone; None where they are not on one scale
    basis: Basis
    goal_rates: tuple[float, float]  # expected goals of the two sides
    over_25: float | None  # probability of three goals or more; None if hidden
    both_score: float | None  # probability that both score; None if hidden
    outcome: str  # `home_win`, `draw` or `away_win`: that of a pick on it, else the likeliest
    pick: PickFacts | None = None
    start: OutcomeValues | None = None  # the probabilities of the average match; None without factors
    factors: tuple[Factor, ...] = ()  # the largest factors, in order of display
    ratings_bounds: tuple[tuple[float, float], ...] | None = None  # low and high of each of `by_ratings`
    newcomers: tuple[str, ...] = ()  # names of the clubs with too few matches
    past: ReliabilityRecord | None = None  # the record of outcomes as likely as `outcome`; None if unknown
    shows_ratings: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation, with arguments for and against."""

    text: str
    key_factors: tuple[str, ...]
    risk_factors: tuple[str, ...]


def explain(facts: ForecastFacts, language: Language, generated: Explanation | None = None) -> Explanation:
    """Renders the facts as text.

    A `generated` explanation replaces the template's text about the forecast; past record, pick and price are added.
    It explains the likeliest outcome, and is ignored if the pick is another one.
    """
    chance = facts.probabilities[OUTCOMES.index(facts.outcome)]
    if chance < max(facts.probabilities):  # not `most_likely`: of two equally likely outcomes the text fits either
        generated = None
    team = facts.home if facts.outcome == "home_win" else facts.away
    outcome = translate(facts.outcome, language, team=team)
    text = [*([generated.text] if generated else _forecast(facts, language)), *_past_record(facts.past, language)]
    factors = [
        *(generated.key_factors if generated else _factor_texts(facts, language)),
        *_other_factors(facts, language),
    ]
    miss = format_percent(1 - chance, language)
    risks = [translate("risk_miss", language, outcome=outcome, miss=miss), *_uncertainty_risks(facts, language)]
    risks += generated.risk_factors if generated else ()
    if facts.pick is not None:
        text.append(_worth(facts.pick, facts, language))
        risks += _pick_risks(facts.pick, facts, language)
    return Explanation(" ".join(text), tuple(factors), tuple(risks))


def _worth(pick: PickFacts, facts: ForecastFacts, language: Language) -> str:
    return translate(
        "worth_it",
        language,
        price=format_number(pick.price, language),
        outcome=describe_selection(pick, facts.home, facts.away, language),
        value=format_percent(pick.value, language, 1),
    )


def _pick_risks(pick: PickFacts, facts: ForecastFacts, language: Language) -> Iterator[str]:
    if pick.market != "h2h":
        selection = describe_selection(pick, facts.home, facts.away, language)
        yield translate("risk_lost", language, selection=selection, lost=format_percent(pick.lost, language))
    if refund := describe_refund(pick, facts.home, facts.away, language):
        yield refund
    taken_at = pick.price_taken_at.astimezone(PARIS)
    yield translate("risk_price", language, day=f"{taken_at:%d/%m/%Y}", time=f"{taken_at:%H:%M}")
    if pick.unlicensed:
        yield translate("risk_paper", language)


def _forecast(facts: ForecastFacts, language: Language) -> Iterator[str]:
    names = {"home": facts.home, "away": facts.away}
    yield translate("forecast", language, **names, **_shares(facts.probabilities, language), **_goals(facts, language))
    yield translate(f"by_{facts.basis}", language)


def _past_record(past: ReliabilityRecord | None, language: Language) -> Iterator[str]:
    if past is not None:
        yield translate(
            "past",
            language,
            first=past.first,
            last=past.last,
            share=format_percent(past.share, language),
            low=format_percent(past.low, language),
            high=format_percent(past.high, language),
            league=past.league or translate("all_leagues", language),
            count=past.count,
        )


def _factor_texts(facts: ForecastFacts, language: Language) -> Iterator[str]:
    """The factors, and the average match that they start from."""
    sides = (facts.home, translate("side_draw", language), facts.away)
    large = [factor for factor in facts.factors if round(100 * factor.size) > 0]
    yield from (describe_factor(factor, sides, language) for factor in large)
    if large and facts.start is not None:
        yield translate("start", language, **_shares(facts.start, language))


def _other_factors(facts: ForecastFacts, language: Language) -> Iterator[str]:
    """Ratings, total goals, both sides to score."""
    if facts.shows_ratings and facts.by_ratings is not None and facts.basis == "prices":
        names = {"home": facts.home, "away": facts.away}
        yield translate("factor_ratings", language, **names, **_shares(facts.by_ratings, language))
    if facts.over_25 is not None:
        yield translate("factor_goals", language, over=format_percent(facts.over_25, language))
    if facts.both_score is not None:
        yield translate("factor_both_score", language, both=format_percent(facts.both_score, language))


def describe_factor(factor: Factor, sides: tuple[str, str, str], language: Language) -> str:
    """A factor with the outcome that it changes most."""
    place = max(range(3), key=lambda i: abs(factor.effect[i]))
    return translate(
        "moved",
        language,
        why=translate(f"why_{factor.key}", language),
        points=format_points(factor.effect[place], language),
        side=sides[place],
    )


def _uncertainty_risks(facts: ForecastFacts, language: Language) -> Iterator[str]:
    newcomer = "risk_newcomer" if facts.basis == "ratings" else "risk_newcomer_priced"
    for team in facts.newcomers:
        yield translate(newcomer, language, team=team)
    if facts.ratings_bounds is not None and facts.basis == "ratings":
        ends = {
            f"{side}_{end}": format_percent(share, language)
            for side, pair in zip(("home", "draw", "away"), facts.ratings_bounds, strict=True)
            for end, share in zip(("low", "high"), pair, strict=True)
        }
        yield translate("risk_bounds", language, home=facts.home, away=facts.away, **ends)


def _shares(probabilities: OutcomeValues, language: Language) -> dict[str, str]:
    home, draw, away = probabilities
    return {
        "p_home": format_percent(home, language),
        "p_draw": format_percent(draw, language),
        "p_away": format_percent(away, language),
    }


def _goals(facts: ForecastFacts, language: Language) -> dict[str, str]:
    return {
        "goals_home": format_number(facts.goal_rates[0], language, 1),
        "goals_away": format_number(facts.goal_rates[1], language, 1),
    }
