from dataclasses import replace

from shared.football.match import MatchStatistics
from shared.stores.database import Connection
from shared.stores.football import statistics
from tests.factories import insert_matches, match_update

READ = "SELECT * FROM match_statistics ORDER BY match_id"


def test_the_last_statistics_of_a_match_replace_earlier_ones(db: Connection) -> None:
    one, other = insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"), match_update("Everton", "Fulham", "1-1"))
    first = MatchStatistics(one, 12, 7, 5, 3, None, None, 6, 4)
    statistics.put(db, [first, MatchStatistics(other, None, None, None, None, 1.25, 1 / 3, None, None)])
    corrected = replace(first, home_shots=13, away_shots_on_target=None, home_expected_goals=0.1 + 0.2, home_corners=8)
    statistics.put(db, [corrected])
    assert db.execute(READ).fetchall() == sorted(
        [(one, 13, 7, 5, None, 0.1 + 0.2, None, 8, 4), (other, None, None, None, None, 1.25, 1 / 3, None, None)]
    )


def test_empty_statistics_store_nothing(db: Connection) -> None:
    statistics.put(db, [])
    assert db.execute(READ).fetchall() == []
