from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

import numpy as np
import pytest

from shared.football.competition import COMPETITIONS
from shared.football.match import MatchStatistics, Status
from shared.forecasting.result import Result
from shared.forecasting.strengths import Strengths, learn
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.football import statistics
from shared.stores.forecasting import elo, strengths
from tests.factories import AFTER, KICK_OFF, insert_matches, match_update, offer
from tests.forecasting.played import SECOND_START, START, played

DAY, NEXT = date(2024, 4, 27), date(2024, 4, 28)
PLAYED = played()
LONG_AFTER = date(2030, 1, 1)


def save(db: Connection, learned: Strengths, results: Sequence[Result]) -> None:
    """Learn results day by day, and store the clubs' and countries' strengths after each."""
    for day, results_of_day in groupby(results, key=lambda r: r.day):
        matches = list(results_of_day)
        learn(learned, matches)
        clubs = {t for r in matches for t in (r.home_team_id, r.away_team_id)}
        nations = {COMPETITIONS[r.competition].nation for r in matches}
        levels = strengths.levels_of(learned, day, nations, covariance=True)
        strengths.put(db, strengths.clubs_of(learned, day, clubs), levels, results=[])


def learned(db: Connection, *, with_closing: bool = False) -> None:
    """Mark the stored results as learned, whatever the strengths."""
    strengths.delete_from(db, date(2000, 1, 1))
    rows = strengths.results_from(db, date(2000, 1, 1))
    strengths.put(db, [], [], [(row, with_closing) for row in rows])


@pytest.mark.case("G5", "M4")
@pytest.mark.parametrize("cut", [START, START + timedelta(days=35), SECOND_START, LONG_AFTER])
def test_learning_in_two_goes_through_the_store_is_learning_at_once_bit_by_bit(db: Connection, cut: date) -> None:
    """With a winter's break of the process between two goes, too."""
    at_once = Strengths()
    learn(at_once, PLAYED)
    save(db, Strengths(), [r for r in PLAYED if r.day < cut])
    read = strengths.before(db, cut)
    save(db, read, [r for r in PLAYED if r.day >= cut])
    for restored in (read, strengths.before(db, LONG_AFTER)):
        assert repr(sorted(restored.clubs.items())) == repr(sorted(at_once.clubs.items()))
        assert (restored.levels, restored.joint) == (at_once.levels, at_once.joint)
        for division in (("PL", 2022), ("ELC", 2022), ("PL", 2023)):
            assert restored.table(*division) == at_once.table(*division)


def test_strengths_before_a_day_include_only_earlier_results(db: Connection) -> None:
    save(db, Strengths(), PLAYED)
    for day in (START, SECOND_START, PLAYED[-1].day):
        then = Strengths()
        learn(then, [r for r in PLAYED if r.day < day])
        read = strengths.before(db, day)
        assert (read.clubs, read.levels, read.joint) == (then.clubs, then.levels, then.joint)
    assert strengths.latest_day(db, START) is None
    assert strengths.latest_day(db, START + timedelta(days=1)) == START
    assert strengths.latest_day(db, SECOND_START) == START + timedelta(days=13 * 7)


@pytest.mark.case("M4")
def test_a_leagues_strengths_hold_its_clubs_and_its_countrys_levels(db: Connection) -> None:
    """Nothing of the day itself or later."""
    insert_matches(db, match_update("Arsenal", "Chelsea"))
    arsenal, chelsea = match_update().home.team_id, match_update().away.team_id
    learned = Strengths()
    home = {"competition": "PL", "season": 2023, "home_team_id": arsenal, "away_team_id": chelsea}
    results = [replace(PLAYED[0], day=DAY + timedelta(days=back), goals=(2, 1), **home) for back in (-14, -7, 0)]
    save(db, learned, [*results, replace(PLAYED[1], day=DAY - timedelta(days=14), competition="PD")])
    then = Strengths()
    learn(then, results[:2])
    read = strengths.league_before(db, "PL", 2023, DAY)
    assert (read.clubs, read.levels) == ({arsenal: then.clubs[arsenal]}, then.levels), "Chelsea has no home match"
    assert strengths.league_before(db, "PL", 2022, DAY) == Strengths(levels=then.levels)
    assert strengths.league_before(db, "FL1", 2023, DAY) == Strengths()


def test_the_joint_state_of_a_nation_before_a_day_is_that_of_earlier_results(db: Connection) -> None:
    """It needs its covariance."""
    save(db, Strengths(), PLAYED)
    for day in (SECOND_START, PLAYED[-1].day):
        then = Strengths()
        learn(then, [r for r in PLAYED if r.day < day])
        assert strengths.joint_before(db, "ENG", day) == then.joint["ENG"]
    assert strengths.joint_before(db, "ENG", START) is None
    assert strengths.joint_before(db, "FRA", LONG_AFTER) is None
    db.execute("UPDATE level_strengths SET joint_covariance = NULL WHERE day = %s", [PLAYED[-1].day])
    assert strengths.joint_before(db, "ENG", LONG_AFTER) is None
    assert strengths.joint_before(db, "ENG", PLAYED[-1].day) is not None


def test_the_newest_elo_of_clubs_that_have_one(db: Connection) -> None:
    learned = Strengths()
    save(db, learned, PLAYED)
    assert elo.latest(db, [1, 9, 99]) == {1: learned.clubs[1].elo, 9: learned.clubs[9].elo}
    assert elo.latest(db, []) == {}


def test_of_older_days_only_the_last_covariance_before_july_is_retained(db: Connection) -> None:
    """Of all days they would be gigabytes; from what is retained, everything can be learned again."""
    save(db, Strengths(), PLAYED)
    newest = PLAYED[-1].day
    strengths.delete_old_covariances(db, newest)
    stored = {
        day for (day,) in db.execute("SELECT day FROM level_strengths WHERE joint_covariance IS NOT NULL").fetchall()
    }
    days = sorted({result.day for result in PLAYED})
    last_of_season = max(day for day in days if day < date(2022, 7, 1))
    assert strengths.covariances_since(newest) == date(2022, 10, 1)
    assert stored == {last_of_season, *(day for day in days if day >= date(2022, 10, 1))}
    read, learned = strengths.before(db, days[3]), Strengths()
    learn(learned, [result for result in PLAYED if result.day < days[3]])
    assert np.array_equal(read.joint["ENG"].mean, learned.joint["ENG"].mean), "forecasts need the means alone"


@pytest.mark.parametrize(
    ("day", "start"),
    [(date(2024, 6, 30), date(2023, 7, 1)), (date(2024, 7, 1), date(2024, 7, 1)), (date(2024, 1, 1), date(2023, 7, 1))],
)
def test_a_season_starts_in_july(day: date, start: date) -> None:
    assert strengths.season_start(day) == start


def test_deleting_from_a_day_leaves_earlier_strengths(db: Connection) -> None:
    learned = Strengths()
    save(db, learned, [r for r in PLAYED if r.day < SECOND_START])
    then = deepcopy(learned)
    save(db, learned, [r for r in PLAYED if r.day >= SECOND_START])
    strengths.delete_from(db, SECOND_START)
    after = strengths.before(db, LONG_AFTER)
    assert (after.clubs, after.levels) == (then.clubs, then.levels)
    strengths.delete_from(db, START)
    assert strengths.before(db, LONG_AFTER) == Strengths()


@pytest.mark.case("I4")
def test_results_are_those_of_known_clubs_in_leagues_in_order_of_their_day_in_paris(db: Connection) -> None:
    late = datetime(2024, 4, 26, 22, 30, tzinfo=UTC)  # half past midnight in Paris
    insert_matches(
        db,
        match_update("Everton", "Fulham", "1-1", kick_off=datetime(2024, 4, 27, 20, tzinfo=UTC)),
        match_update("Arsenal", "Chelsea", "5-0", kick_off=late),
        match_update("Wolves", "Nobody Rovers", "2-0"),
        match_update("Lens", "Lille", "1-1", competition="CL", stage="LEAGUE_STAGE"),
        match_update("Luton", "Brighton", "3-0", status=Status.AWARDED),
        match_update("Burnley", "Brentford", kick_off=late - timedelta(days=1)),
    )
    rows = strengths.results_from(db, DAY)
    assert {(row.day, row.home_goals, row.away_goals) for row in rows} == {(DAY, 5, 0), (DAY, 1, 1)}
    assert [row.match_id for row in rows] == sorted(row.match_id for row in rows)
    assert {(row.competition, row.season, row.statistics) for row in rows} == {("PL", 2023, (None,) * 8)}
    assert strengths.results_from(db, NEXT) == []


def test_a_result_comes_with_its_statistics(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"))
    statistics.put(db, [MatchStatistics(match_id, 27, 7, 10, 1, 2.9, None, 9, 2)])
    (row,) = strengths.results_from(db, DAY)
    assert (row.home_shots, row.away_shots, row.home_shots_on_target, row.away_shots_on_target) == (27, 7, 10, 1)
    assert (row.home_expected_goals, row.away_expected_goals) == (2.9, None)
    assert (row.home_corners, row.away_corners) == (9, 2)
    assert row.statistics == (27, 7, 10, 1, 2.9, None, 9, 2)


def test_the_first_unlearned_day_reflects_added_changed_moved_and_cancelled_results(db: Connection) -> None:
    assert strengths.first_unlearned_day(db) is None
    first = datetime(2024, 4, 20, 14, tzinfo=UTC)
    one, two = match_update("Arsenal", "Chelsea", "5-0", kick_off=first), match_update("Everton", "Fulham", "1-1")
    insert_matches(db, one, two)
    assert strengths.first_unlearned_day(db) == first.date(), "it came"
    learned(db)
    assert strengths.first_unlearned_day(db) is None
    insert_matches(db, match_update("Everton", "Fulham", "2-1"))
    assert strengths.first_unlearned_day(db) == DAY, "it changed"
    insert_matches(db, two, match_update("Arsenal", "Chelsea", "5-0", kick_off=first + timedelta(days=1)))
    assert strengths.first_unlearned_day(db) == first.date(), "it moved: the day that it left, too"
    insert_matches(db, one, match_update("Everton", "Fulham", status=Status.CANCELLED))
    assert strengths.first_unlearned_day(db) == DAY, "it went"
    assert strengths.results_from(db, NEXT) == []
    assert AFTER.date() == NEXT


def test_the_first_unlearned_day_notices_statistics_and_closing_prices_that_came_late(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"))
    learned(db)
    assert strengths.first_unlearned_day(db) is None
    statistics.put(db, [MatchStatistics(match_id, 27, 7, 10, 1, None, None, None, None)])
    assert strengths.first_unlearned_day(db) == DAY
    learned(db)
    assert strengths.first_unlearned_day(db) is None
    offers.put(db, [offer(match_id, taken_at=KICK_OFF, closing=True)])
    assert strengths.first_unlearned_day(db) == DAY
    learned(db, with_closing=True)
    assert strengths.first_unlearned_day(db) is None


@pytest.mark.parametrize("column", range(8))
@pytest.mark.parametrize("value", [0.1 + 0.2, None])
def test_the_first_unlearned_day_notices_each_statistic_that_is_corrected(
    db: Connection, column: int, value: float | None
) -> None:
    (match_id,) = insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"))
    figures = (27, 7, 10, 1, 2.9, 0.4, 9, 2)
    statistics.put(db, [MatchStatistics(match_id, *figures)])
    learned(db)
    statistics.put(db, [MatchStatistics(match_id, *figures)])
    assert strengths.first_unlearned_day(db) is None, "marked again, the same"
    corrected = [*figures[:column], value, *figures[column + 1 :]]
    statistics.put(db, [MatchStatistics(match_id, *corrected)])
    assert strengths.first_unlearned_day(db) == DAY
    learned(db)
    assert strengths.first_unlearned_day(db) is None


def test_a_result_that_was_learned_without_its_statistics_is_learned_again(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"))
    db.execute(
        "INSERT INTO learned_results (match_id, day, home_goals, away_goals, with_closing)"
        " VALUES (%(match_id)s, %(day)s, 5, 0, false)",
        {"match_id": match_id, "day": DAY},
    )
    assert strengths.first_unlearned_day(db) == DAY
    learned(db)
    assert strengths.first_unlearned_day(db) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"bookmaker": "bwin"},
        {"bookmaker": "market_best"},
        {"prices": (Decimal(2), None, Decimal(4))},
        {"closing": False},
    ],
)
def test_prices_that_strengths_do_not_learn_from_are_no_reason_to_learn_again(db: Connection, changes: dict) -> None:
    (match_id,) = insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"))
    learned(db)
    offers.put(db, [offer(match_id, **{"taken_at": KICK_OFF, "closing": True, **changes})])
    assert strengths.first_unlearned_day(db) is None
    assert (match_id, True, "h2h") not in offers.lines(db, [match_id])
