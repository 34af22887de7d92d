"""What clubs create, from their chances rating."""

from math import exp

import pytest

from shared.forecasting.attack_defence import AttackDefence, Level
from shared.forecasting.chance_creation import chance_creation
from shared.forecasting.strengths import RATINGS, Club, Strengths, learn
from tests.forecasting.played import played

PLACE = list(RATINGS).index("chances")


def club(attack: float, defence: float) -> Club:
    ratings = [AttackDefence(9.0, 9.0, 0.1) for _ in RATINGS]  # no other rating may be read
    ratings[PLACE] = AttackDefence(attack, defence, 0.1)
    return Club(ratings, elo=1500)


def league() -> Strengths:
    strengths = Strengths()
    strengths.clubs = {1: club(0.3, 0.1), 2: club(0.0, 0.0), 3: club(-0.2, 0.2), 4: club(0.0, -0.3)}
    strengths.levels["ENG"] = [Level(9.0, 9.0) for _ in RATINGS]
    strengths.levels["ENG"][PLACE] = Level(away=0.1, home_advantage=0.2)
    return strengths


def test_a_club_by_hand() -> None:
    """Log rate of the nation 0.1, half of its home advantage 0.1: an average club makes e^0.2 = 1.2214."""
    own = chance_creation(league(), "ENG", 1)
    assert own is not None
    assert (own.created, own.allowed) == (pytest.approx(exp(0.5)), pytest.approx(exp(0.1)))
    assert (own.attack_percentile, own.defence_percentile) == (1.0, pytest.approx(2 / 3))
    average = chance_creation(league(), "ENG", 2)
    assert average is not None
    assert (average.created, average.allowed) == (pytest.approx(1.2214, abs=1e-4), pytest.approx(1.2214, abs=1e-4))
    shares = (average.attack_percentile, average.defence_percentile)
    assert shares == (pytest.approx(1 / 3), pytest.approx(1 / 3)), "an equal is not below"


def test_without_a_rating_a_scale_or_another_club_there_is_no_chance_creation() -> None:
    alone = league()
    alone.clubs = {1: club(0.3, 0.1)}
    assert (
        chance_creation(league(), "ENG", 5)
        is chance_creation(league(), "EUR", 1)
        is chance_creation(alone, "ENG", 1)
        is None
    )


def test_of_a_league_that_was_learned_half_the_clubs_create_more_than_the_others() -> None:
    strengths = Strengths()
    learn(strengths, played())
    created = [chance_creation(strengths, "ENG", team_id) for team_id in strengths.clubs]
    shares = sorted(own.attack_percentile for own in created if own is not None)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(0.2 < own.created < 6 for own in created if own is not None)
