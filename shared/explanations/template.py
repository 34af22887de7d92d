"""A match explained without a model: what our own numbers say, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.explanations.translations import Language, number, percent, points, say
from shared.football.calendar import PARIS

OutcomeValues = tuple[float, float, float]
"""Of home win, draw, away win."""
OUTCOMES = ("home_win", "draw", "away_win")


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that moved a forecast.

    Attributes:
        key: a name that the catalogue has words for, behind `why_`.
        effect: what it adds to the probabilities; sums to 0.
    """

    key: str
    effect: OutcomeValues

    @property
    def size(self) -> float:
        """The most that it adds to a probability or takes from it."""
        return max(abs(added) for added in self.effect)


@dataclass(frozen=True, slots=True)
class ReliabilityRecord:
    """What came of outcomes that such forecasts gave about the same probability in past seasons.

    Attributes:
        low, high: bounds of that probability.
        share: how many of them came.
        count: how many they were.
        first, last: years of the first and the last season.
        league: its name; None for all leagues.
    """

    low: float
    high: float
    share: float
    count: int
    first: int
    last: int
    league: str | None


@dataclass(frozen=True, slots=True)
class ForecastFacts:
    """What is known of a forecast, and of the pick on it where there is one.

    Attributes:
        home, away: the clubs' names.
        probabilities: home win, draw, away win.
        by_ratings: the same by the clubs' past alone; None where no scale spans both.
        basis: `prices` or `ratings`.
        goal_rates: expected goals of the two sides.
        over_25: probability of three goals or more; None where it is not to be told.
        both_score: probability that both score; None where it is not to be told.
        outcome: `home_win`, `draw` or `away_win`: the pick's, else the likeliest.
        price: decimal odds of the pick; None where there is no pick.
        price_taken_at: when the price was asked.
        value: expected value of the pick.
        on_paper: whether nobody who asks the price may be named in France.
        start: the probabilities between two average clubs; None where it is not known what moved them.
        factors: what moved them most, in the order to be told in.
        ratings_bounds: low and high of each of `by_ratings`.
        newcomers: names of the clubs of which too little has been seen.
        past: what came of outcomes as likely as `outcome`; None where nothing tells.
        tells_ratings: whether `by_ratings` is to be told.
    """

    home: str
    away: str
    probabilities: OutcomeValues
    by_ratings: OutcomeValues | None
    basis: str
    goal_rates: tuple[float, float]
    over_25: float | None
    both_score: float | None
    outcome: str
    price: float | None = None
    price_taken_at: datetime | None = None
    value: float | None = None
    unlicensed: bool = False
    start: OutcomeValues | None = None
    factors: tuple[Factor, ...] = ()
    ratings_bounds: tuple[tuple[float, float], ...] | None = None
    newcomers: tuple[str, ...] = ()
    past: ReliabilityRecord | None = None
    shows_ratings: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """A match in words: why, what speaks for it, what against."""

    text: str
    key_factors: tuple[str, ...]
    risk_factors: tuple[str, ...]


def explain(facts: ForecastFacts, language: Language, generated: Explanation | None = None) -> Explanation:
    """The facts in words.

    Where a text was `written` of the forecast, it stands where the forecast alone is spoken of; the past record,
    the pick with its price and what else the reader's plan shows are added to it. Such a text explains the likeliest
    outcome, whatever the pick is, so that it is left out where the pick is another one.
    """
    chance = facts.probabilities[OUTCOMES.index(facts.outcome)]
    if chance < max(facts.probabilities):
        generated = None
    team = facts.home if facts.outcome == "home_win" else facts.away
    outcome = say(facts.outcome, language, team=team)
    text = [*([generated.text] if generated else _forecast(facts, language)), *_past_record(facts.past, language)]
    factors = [*(generated.key_factors if generated else _factor_texts(facts, language)), *_other_factors(facts, language)]
    miss = percent(1 - chance, language)
    risks = [say("risk_miss", language, outcome=outcome, miss=miss), *_uncertainty_risks(facts, language)]
    risks += generated.risk_factors if generated else ()
    if facts.price is not None and facts.value is not None and facts.price_taken_at is not None:
        text.append(
            say(
                "worth_it",
                language,
                price=number(facts.price, language),
                outcome=outcome,
                value=percent(facts.value, language, 1),
            )
        )
        taken_at = facts.price_taken_at.astimezone(PARIS)
        risks.append(say("risk_price", language, day=f"{taken_at:%d/%m/%Y}", time=f"{taken_at:%H:%M}"))
        if facts.unlicensed:
            risks.append(say("risk_paper", language))
    return Explanation(" ".join(text), tuple(factors), tuple(risks))


def _forecast(facts: ForecastFacts, language: Language) -> Iterator[str]:
    names = {"home": facts.home, "away": facts.away}
    basis = "by_ratings" if facts.basis == "ratings" else "by_prices" if facts.by_ratings else "by_prices_alone"
    yield say("forecast", language, **names, **_shares(facts.probabilities, language), **_goals(facts, language))
    yield say(basis, language)


def _past_record(past: ReliabilityRecord | None, language: Language) -> Iterator[str]:
    if past is not None:
        yield say(
            "past",
            language,
            first=past.first,
            last=past.last,
            share=percent(past.share, language),
            low=percent(past.low, language),
            high=percent(past.high, language),
            league=past.league or say("all_leagues", language),
            count=past.count,
        )


def _factor_texts(facts: ForecastFacts, language: Language) -> Iterator[str]:
    """What moved the forecast, and where from."""
    sides = (facts.home, say("side_draw", language), facts.away)
    large = [factor for factor in facts.factors if round(100 * factor.size) > 0]
    yield from (describe_factor(factor, sides, language) for factor in large)
    if large and facts.start is not None:
        yield say("start", language, **_shares(facts.start, language))


def _other_factors(facts: ForecastFacts, language: Language) -> Iterator[str]:
    """What else the numbers say."""
    if facts.shows_ratings and facts.by_ratings is not None and facts.basis == "prices":
        names = {"home": facts.home, "away": facts.away}
        yield say("factor_ratings", language, **names, **_shares(facts.by_ratings, language))
    if facts.over_25 is not None:
        yield say("factor_goals", language, over=percent(facts.over_25, language))
    if facts.both_score is not None:
        yield say("factor_both_score", language, both=percent(facts.both_score, language))


def describe_factor(factor: Factor, sides: tuple[str, str, str], language: Language) -> str:
    """A factor with the outcome that it moves most."""
    place = max(range(3), key=lambda i: abs(factor.effect[i]))
    return say(
        "moved",
        language,
        why=say(f"why_{factor.key}", language),
        points=points(factor.effect[place], language),
        side=sides[place],
    )


def _uncertainty_risks(facts: ForecastFacts, language: Language) -> Iterator[str]:
    newcomer = "risk_newcomer" if facts.basis == "ratings" else "risk_newcomer_priced"
    for team in facts.newcomers:
        yield say(newcomer, language, team=team)
    if facts.ratings_bounds is not None and facts.basis == "ratings":
        ends = {
            f"{side}_{end}": percent(share, language)
            for side, pair in zip(("home", "draw", "away"), facts.ratings_bounds, strict=True)
            for end, share in zip(("low", "high"), pair, strict=True)
        }
        yield say("risk_bounds", language, home=facts.home, away=facts.away, **ends)


def _shares(probabilities: OutcomeValues, language: Language) -> dict[str, str]:
    home, draw, away = probabilities
    return {
        "p_home": percent(home, language),
        "p_draw": percent(draw, language),
        "p_away": percent(away, language),
    }


def _goals(facts: ForecastFacts, language: Language) -> dict[str, str]:
    return {
        "goals_home": number(facts.goal_rates[0], language, 1),
        "goals_away": number(facts.goal_rates[1], language, 1),
    }
