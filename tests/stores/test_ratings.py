from datetime import UTC, date, datetime, timedelta

from shared.football.match import Status
from shared.forecasting.ratings import Level, Rating
from shared.stores import ratings
from shared.stores.database import Connection
from tests.making import AFTER, hold, news

DAY, NEXT = date(2024, 4, 27), date(2024, 4, 28)
STRONG, WEAK = Rating(0.3, 0.2, 1600.0, 10), Rating(0.1 + 0.2, -1 / 3, 1400.123456789, 3)


def learned(db: Connection) -> None:
    """Keep what the results held teach, whatever the strengths."""
    rows = ratings.results_from(db, date(2000, 1, 1))
    ratings.put(db, [], [], rows)


def test_strengths_come_back_bit_by_bit_as_they_were_before_a_day(db: Connection) -> None:
    ratings.put(db, [(1, DAY, WEAK), (1, NEXT, STRONG), (2, DAY, STRONG)], [("ENG", DAY, Level(0.1, 0.25))], [])
    assert ratings.before(db, DAY).clubs == {}
    before = ratings.before(db, NEXT)
    assert (before.clubs, before.levels) == ({1: WEAK, 2: STRONG}, {"ENG": Level(0.1, 0.25)})
    assert ratings.before(db, NEXT + timedelta(days=1)).clubs[1] == STRONG
    assert ratings.elo(db, [1, 2, 3]) == {1: 1600.0, 2: 1600.0}
    assert (ratings.latest_day(db, NEXT), ratings.latest_day(db, DAY)) == (DAY, None)


def test_forgetting_leaves_what_was_learned_before(db: Connection) -> None:
    ratings.put(db, [(1, DAY, WEAK), (1, NEXT, STRONG)], [("ENG", DAY, Level()), ("ENG", NEXT, Level(0.2, 0.3))], [])
    ratings.forget_from(db, NEXT)
    after = ratings.before(db, date(2030, 1, 1))
    assert (after.clubs, after.levels) == ({1: WEAK}, {"ENG": Level()})


def test_results_are_those_of_known_clubs_in_leagues_in_order_of_their_day_in_paris(db: Connection) -> None:
    late = datetime(2024, 4, 26, 22, 30, tzinfo=UTC)  # half past midnight in Paris  # I4
    hold(
        db,
        news("Everton", "Fulham", "1-1", kick_off=datetime(2024, 4, 27, 20, tzinfo=UTC)),
        news("Arsenal", "Chelsea", "5-0", kick_off=late),
        news("Wolves", "Nobody Rovers", "2-0"),
        news("Lens", "Lille", "1-1", competition="CL", stage="LEAGUE_STAGE"),
        news("Luton", "Brighton", "3-0", status=Status.AWARDED),
        news("Burnley", "Brentford", kick_off=late - timedelta(days=1)),
    )
    rows = ratings.results_from(db, DAY)
    assert [(row.day, row.home_goals, row.away_goals) for row in rows] == [(DAY, 5, 0), (DAY, 1, 1)]
    assert (rows[0].result.nation, rows[0].result.tier) == ("ENG", 1)
    assert ratings.results_from(db, NEXT) == []


def test_the_first_unlearned_day_notices_what_came_changed_moved_and_went(db: Connection) -> None:
    assert ratings.first_unlearned_day(db) is None
    first = datetime(2024, 4, 20, 14, tzinfo=UTC)
    one, two = news("Arsenal", "Chelsea", "5-0", kick_off=first), news("Everton", "Fulham", "1-1")
    hold(db, one, two)
    assert ratings.first_unlearned_day(db) == first.date(), "it came"
    learned(db)
    assert ratings.first_unlearned_day(db) is None
    hold(db, news("Everton", "Fulham", "2-1"))
    assert ratings.first_unlearned_day(db) == DAY, "it changed"
    hold(db, two, news("Arsenal", "Chelsea", "5-0", kick_off=first + timedelta(days=1)))
    assert ratings.first_unlearned_day(db) == first.date(), "it moved: the day that it left, too"
    hold(db, one, news("Everton", "Fulham", status=Status.CANCELLED))
    assert ratings.first_unlearned_day(db) == DAY, "it went"
    assert ratings.results_from(db, NEXT) == []
    assert AFTER.date() == NEXT
