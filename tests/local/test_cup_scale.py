"""One scale across nations, learned from the matches of a cup, beside the market."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import exp

import numpy as np
import pytest

from local.cup_scale import TO_BEAT, CupMatch, Figure, figures, render, stored_days
from shared.football.match import Status
from shared.football.team import Source
from shared.forecasting.attack_defence import AttackDefence, Level
from shared.forecasting.grid import RHO, outcome_probabilities, score_grid
from shared.forecasting.intervals import Interval
from shared.forecasting.result import Result
from shared.forecasting.strengths import Strengths, learn
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.forecasting import strengths
from tests.factories import insert_matches, match_update, offer

LEVEL = Level(away=0.1, home_advantage=0.25)
AVERAGE = AttackDefence(0.0, 0.0, 0.02)


def cup_days(lead: float, count: int, nations: tuple[str, str] = ("ENG", "POR")) -> Iterator[list[CupMatch]]:
    """Days with a match each of two average clubs, of whose nations the first is stronger by a log lead."""
    chance = np.random.default_rng(5)
    home, away = 0.1 + 0.25 + lead / 2, 0.1 - lead / 2
    fair = outcome_probabilities(score_grid(exp(home), exp(away), RHO))
    for _ in range(count):
        outcome = int(chance.choice(3, p=fair / fair.sum()))
        closing = tuple(fair.tolist())
        yield [CupMatch(nations, (AVERAGE, AVERAGE), LEVEL, closing, home - away, outcome)]


def of(name: str, measured: list[Figure]) -> Figure:
    return next(figure for figure in measured if figure.name == name)


def test_the_difference_of_two_nations_is_learned_from_prices():
    first, later = figures(cup_days(1.2, 10)), figures(cup_days(1.2, 1000))
    before, after = (of("all rated", measured).gap for measured in (first, later))
    assert before is not None
    assert after is not None
    assert abs(after.value) < 0.0005 < abs(before.value), "what is learned stays, and is all there is to know"
    assert of("all rated", later).is_beaten
    assert of("five leagues", later).n == 0


def test_few_matches_beat_nothing_however_good_and_neither_does_a_wide_interval():
    good = Interval(0.001, 0.0005, 0.0015)
    assert Figure("five leagues", 259, good, *TO_BEAT["five leagues"]).is_beaten
    assert not Figure("five leagues", 258, good, *TO_BEAT["five leagues"]).is_beaten
    assert not Figure("five leagues", 259, good._replace(high=0.003), *TO_BEAT["five leagues"]).is_beaten
    assert render([Figure("five leagues", 2, None, *TO_BEAT["five leagues"])])[1].split()[-2:] == ["not", "beaten"]


KICK_OFF = datetime(2025, 11, 4, 20, tzinfo=UTC)


def test_results_and_prices_of_cup_matches_stay_and_are_read_day_by_day(db: Connection) -> None:
    """They are training data for the scale: of clubs rated in two nations, with the prices minutes before kick-off."""
    known = Strengths()
    day = date(2025, 10, 1)
    pairs = (("PL", "Arsenal", "Chelsea"), ("FL1", "Lens", "Lille"))
    ids = {
        name: match_update(name, "Chelsea" if name != "Chelsea" else "Arsenal").home.team_id
        for _, *clubs in pairs
        for name in clubs
    }
    learn(known, [Result(day, league, 2025, ids[home], ids[away], (2, 0)) for league, home, away in pairs])
    strengths.put(
        db,
        strengths.clubs_of(known, day, ids.values()),
        strengths.levels_of(known, day, ["ENG", "FRA"], covariance=True),
        [],
    )
    cup = {"competition": "CL", "stage": "LEAGUE_STAGE", "source": Source.FOOTBALL_DATA_ORG, "score": "3-1"}
    match_ids = insert_matches(
        db,
        match_update("Arsenal", "Lens", **cup, external_id="1", kick_off=KICK_OFF, status=Status.FINISHED),
        match_update("Lille", "Chelsea", **cup, external_id="2", kick_off=KICK_OFF, status=Status.FINISHED),
        match_update("Arsenal", "Chelsea", **cup, external_id="3", kick_off=KICK_OFF, status=Status.FINISHED),
        now=KICK_OFF + timedelta(days=1),
    )
    priced, _, of_one_nation = match_ids
    at = KICK_OFF - timedelta(minutes=10)
    offers.put(
        db,
        [
            offer(match_id, "1.6", "4.2", "5.5", source="the_odds_api", taken_at=at, closing=True)
            for match_id in (priced, of_one_nation)
        ],
    )
    ((match,),) = stored_days(db, KICK_OFF + timedelta(days=1))
    assert (match.nations, match.outcome) == (("ENG", "FRA"), 0)
    assert match.closing[0] == pytest.approx(0.6, abs=0.02)
    assert 0.5 < match.closing_lead < 1.2
