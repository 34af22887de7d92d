from datetime import date, timedelta
from decimal import Decimal

from shared.accounts.plans import Plan
from shared.betting.settlement import BetResult
from shared.football.standings import TableRow
from shared.stores.betting import offers, picks
from shared.stores.database import Connection
from shared.stores.football import standings
from shared.stores.forecasting import predictions
from shared.stores.operations import reports, row_counts
from shared.stores.people import accounts
from tests.making import AFTER, BEFORE, UPDATED_AT, choice, forecast, hold, news, offer, pick, published
from tests.tokens import ALICE, BOB

DAY = date(2024, 4, 27)


def test_of_nothing_there_is_nothing(db: Connection) -> None:
    held = row_counts.count_rows(db)
    assert {name: getattr(held, name) for name in held.__slots__ if getattr(held, name)} == {}
    assert (held.matches, held.newest_match, held.newest_table) == (0, None, None)


def test_everything_is_counted_once(db: Connection) -> None:
    one, two = published(db, news(), news("Everton", "Fulham"))
    predictions.add(db, [forecast(one, published_at=BEFORE + timedelta(hours=1))])
    hold(db, news("Luton", "Nobody Rovers", "1-0"))
    offers.put(db, [offer(one), offer(one, bookmaker="market_best")])
    picks.commit(db, DAY, BEFORE, 3, choice(pick(one), pick(two)))
    chosen = picks.between(db, DAY, DAY)
    for end in (BetResult.WON, BetResult.LOST):  # a correction: two rows, one pick
        picks.add_settlement(db, picks.between(db, DAY, DAY)[0], end, "1-0", Decimal(1), AFTER)
    assert len(chosen) == 2
    (team,) = db.execute("SELECT min(team_id) FROM teams").fetchone() or (0,)
    for competition, told_at in (("PL", BEFORE), ("FL1", AFTER)):
        standings.put(db, competition, 2023, [TableRow(1, team, 1, 1, 0, 0, 2, 1, 3)], told_at)
    reports.add(db, "line", [("a", "b"), ("a", "c")], BEFORE)
    held = row_counts.count_rows(db)
    assert (held.teams, held.unmatched_teams) == (6, 1)
    assert (held.matches, held.finished, held.scheduled, held.newest_match) == (3, 1, 2, UPDATED_AT)
    assert (held.predictions, held.predicted_matches, held.newest_prediction) == (3, 2, BEFORE + timedelta(hours=1))
    assert (held.offers, held.newest_offer) == (2, UPDATED_AT)
    assert (held.standings, held.competitions_with_standings, held.newest_table) == (2, 2, AFTER)
    assert (held.picks, held.settled_picks, held.reports) == (2, 1, 2)


def test_whoever_pays_is_counted_and_whoever_is_gone_is_not(db: Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.FREE, BEFORE)
    accounts.set_plan(db, BOB, Plan.ELITE, BEFORE)
    assert row_counts.count_rows(db).paying == 1
    db.execute("UPDATE accounts SET is_admin = true WHERE user_id = %s", [BOB])
    assert row_counts.count_rows(db).paying == 0
    accounts.set_plan(db, ALICE, Plan.PREMIUM, BEFORE)
    assert row_counts.count_rows(db).paying == 1
    db.execute("UPDATE accounts SET deleted_at = updated_at WHERE user_id = %s", [ALICE])
    assert row_counts.count_rows(db).paying == 0
