"""A match explained without a model: what our own numbers say, and no more."""

from dataclasses import dataclass
from datetime import datetime

from shared.football.calendar import PARIS
from shared.writing.catalogue import Language, number, percent, say


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a forecast, and of the pick on it where there is one.

    Attributes:
        home, away: the clubs' names.
        probabilities: home win, draw, away win.
        by_ratings: the same by past results alone; None where they do not span both clubs.
        basis: `prices` or `ratings`.
        goal_rates: expected goals of the two sides.
        over_25: probability of three goals or more.
        both_score: probability that both score.
        outcome: `home_win`, `draw` or `away_win`: the pick's, else the likeliest.
        price: decimal odds of the pick; None where there is no pick.
        price_taken_at: when the price was asked.
        value: expected value of the pick.
    """

    home: str
    away: str
    probabilities: tuple[float, float, float]
    by_ratings: tuple[float, float, float] | None
    basis: str
    goal_rates: tuple[float, float]
    over_25: float
    both_score: float
    outcome: str
    price: float | None = None
    price_taken_at: datetime | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A match in words: why, what speaks for it, what against."""

    text: str
    key_factors: tuple[str, ...]
    risk_factors: tuple[str, ...]


def explain(facts: Facts, language: Language) -> Explanation:
    """The facts in words."""
    names = {"home": facts.home, "away": facts.away}
    text = [
        say("forecast", language, **names, **_shares(facts.probabilities, language), **_goals(facts, language)),
        say("by_prices" if facts.basis == "prices" else "by_ratings", language),
    ]
    factors = [
        say("factor_goals", language, over=percent(facts.over_25, language)),
        say("factor_both_score", language, both=percent(facts.both_score, language)),
    ]
    if facts.by_ratings is not None:
        factors.insert(0, say("factor_ratings", language, **names, **_shares(facts.by_ratings, language)))
    chance = facts.probabilities[("home_win", "draw", "away_win").index(facts.outcome)]
    risks = [say("risk_miss", language, miss=percent(1 - chance, language))]
    if facts.price is not None and facts.value is not None and facts.price_taken_at is not None:
        team = facts.home if facts.outcome == "home_win" else facts.away
        text.append(
            say(
                "worth_it",
                language,
                price=number(facts.price, language),
                outcome=say(facts.outcome, language, team=team),
                value=percent(facts.value, language, 1),
            )
        )
        taken = facts.price_taken_at.astimezone(PARIS)
        risks.append(say("risk_price", language, day=f"{taken:%d/%m/%Y}", time=f"{taken:%H:%M}"))
    return Explanation(" ".join(text), tuple(factors), tuple(risks))


def _shares(probabilities: tuple[float, float, float], language: Language) -> dict[str, str]:
    home, draw, away = probabilities
    return {
        "p_home": percent(home, language),
        "p_draw": percent(draw, language),
        "p_away": percent(away, language),
    }


def _goals(facts: Facts, language: Language) -> dict[str, str]:
    return {
        "goals_home": number(facts.goal_rates[0], language, 1),
        "goals_away": number(facts.goal_rates[1], language, 1),
    }
