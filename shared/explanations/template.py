"""A match explained without a model: what our own numbers say, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.explanations.translations import Language, format_number, format_percent, format_points, translate
from shared.football.calendar import PARIS

Figures = tuple[float, float, float]
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
    effect: Figures

    @property
    def size(self) -> float:
        """The most that it adds to a probability or takes from it."""
        return max(abs(added) for added in self.effect)


@dataclass(frozen=True, slots=True)
class Past:
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
class Facts:
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
    probabilities: Figures
    by_ratings: Figures | None
    basis: str
    goal_rates: tuple[float, float]
    over_25: float | None
    both_score: float | None
    outcome: str
    price: float | None = None
    price_taken_at: datetime | None = None
    value: float | None = None
    on_paper: bool = False
    start: Figures | None = None
    factors: tuple[Factor, ...] = ()
    ratings_bounds: tuple[tuple[float, float], ...] | None = None
    newcomers: tuple[str, ...] = ()
    past: Past | None = None
    tells_ratings: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """A match in words: why, what speaks for it, what against."""

    text: str
    key_factors: tuple[str, ...]
    risk_factors: tuple[str, ...]


def explain(facts: Facts, language: Language, written: Explanation | None = None) -> Explanation:
    """The facts in words.

    Where a text was `written` of the forecast, it stands where the forecast alone is spoken of; the past record,
    the pick with its price and what else the reader's plan shows are added to it. Such a text explains the likeliest
    outcome, whatever the pick is, so that it is left out where the pick is another one.
    """
    chance = facts.probabilities[OUTCOMES.index(facts.outcome)]
    if chance < max(facts.probabilities):
        written = None
    team = facts.home if facts.outcome == "home_win" else facts.away
    outcome = translate(facts.outcome, language, team=team)
    text = [*([written.text] if written else _forecast(facts, language)), *_past(facts.past, language)]
    factors = [*(written.key_factors if written else _movers(facts, language)), *_beyond(facts, language)]
    miss = format_percent(1 - chance, language)
    risks = [translate("risk_miss", language, outcome=outcome, miss=miss), *_unsure(facts, language)]
    risks += written.risk_factors if written else ()
    if facts.price is not None and facts.value is not None and facts.price_taken_at is not None:
        text.append(
            translate(
                "worth_it",
                language,
                price=format_number(facts.price, language),
                outcome=outcome,
                value=format_percent(facts.value, language, 1),
            )
        )
        taken = facts.price_taken_at.astimezone(PARIS)
        risks.append(translate("risk_price", language, day=f"{taken:%d/%m/%Y}", time=f"{taken:%H:%M}"))
        if facts.on_paper:
            risks.append(translate("risk_paper", language))
    return Explanation(" ".join(text), tuple(factors), tuple(risks))


def _forecast(facts: Facts, language: Language) -> Iterator[str]:
    names = {"home": facts.home, "away": facts.away}
    basis = "by_ratings" if facts.basis == "ratings" else "by_prices" if facts.by_ratings else "by_prices_alone"
    yield translate("forecast", language, **names, **_shares(facts.probabilities, language), **_goals(facts, language))
    yield translate(basis, language)


def _past(past: Past | None, language: Language) -> Iterator[str]:
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


def _movers(facts: Facts, language: Language) -> Iterator[str]:
    """What moved the forecast, and where from."""
    sides = (facts.home, translate("side_draw", language), facts.away)
    large = [factor for factor in facts.factors if round(100 * factor.size) > 0]
    yield from (moved(factor, sides, language) for factor in large)
    if large and facts.start is not None:
        yield translate("start", language, **_shares(facts.start, language))


def _beyond(facts: Facts, language: Language) -> Iterator[str]:
    """What else the numbers say."""
    if facts.tells_ratings and facts.by_ratings is not None and facts.basis == "prices":
        names = {"home": facts.home, "away": facts.away}
        yield translate("factor_ratings", language, **names, **_shares(facts.by_ratings, language))
    if facts.over_25 is not None:
        yield translate("factor_goals", language, over=format_percent(facts.over_25, language))
    if facts.both_score is not None:
        yield translate("factor_both_score", language, both=format_percent(facts.both_score, language))


def moved(factor: Factor, sides: tuple[str, str, str], language: Language) -> str:
    """A factor with the outcome that it moves most."""
    place = max(range(3), key=lambda of: abs(factor.effect[of]))
    return translate(
        "moved",
        language,
        why=translate(f"why_{factor.key}", language),
        points=format_points(factor.effect[place], language),
        side=sides[place],
    )


def _unsure(facts: Facts, language: Language) -> Iterator[str]:
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


def _shares(probabilities: Figures, language: Language) -> dict[str, str]:
    home, draw, away = probabilities
    return {
        "p_home": format_percent(home, language),
        "p_draw": format_percent(draw, language),
        "p_away": format_percent(away, language),
    }


def _goals(facts: Facts, language: Language) -> dict[str, str]:
    return {
        "goals_home": format_number(facts.goal_rates[0], language, 1),
        "goals_away": format_number(facts.goal_rates[1], language, 1),
    }
