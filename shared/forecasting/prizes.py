"""Probabilities of what final places give, from the runs that end at each place."""

from collections.abc import Sequence

from shared.football.league_rules import LeagueRules, Prize


def prize_probability(places: Sequence[int], rules: LeagueRules, prize: Prize) -> float:
    """Probability of a prize, given the runs at each place, from the first on; relegation includes a lost play-off."""
    prizes = rules.prizes(len(places))
    share = _share(places, prizes.get(prize, ()))
    if prize is Prize.RELEGATION and rules.play_off_survival is not None:
        share += _share(places, prizes[Prize.RELEGATION_PLAY_OFF]) * (1 - rules.play_off_survival)
    return share


def _share(places: Sequence[int], wanted: Sequence[int]) -> float:
    return sum(places[place - 1] for place in wanted) / sum(places)
