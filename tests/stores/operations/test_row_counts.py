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
from tests.factories import (
    AFTER,
    BEFORE,
    UPDATED_AT,
    choice,
    forecast,
    insert_matches,
    insert_predictions,
    match_update,
    offer,
    pick,
)
from tests.tokens import ALICE, BOB

DAY = date(2024, 4, 27)


def test_an_empty_database_has_zero_row_counts(db: Connection) -> None:
    counts = row_counts.count_rows(db)
    assert {name: getattr(counts, name) for name in counts.__slots__ if getattr(counts, name)} == {}
    assert (counts.matches, counts.newest_match, counts.newest_table) == (0, None, None)


def test_row_counts_count_each_row_once(db: Connection) -> None:
    one, two = insert_predictions(db, match_update(), match_update("Everton", "Fulham"))
    predictions.add(db, [forecast(one, published_at=BEFORE + timedelta(hours=1))])
    insert_matches(db, match_update("Luton", "Nobody Rovers", "1-0"))
    offers.put(db, [offer(one), offer(one, bookmaker="market_best")])
    picks.commit(db, DAY, BEFORE, 3, choice(pick(one), pick(two)))
    chosen = picks.between(db, DAY, DAY)
    for end in (BetResult.WON, BetResult.LOST):  # a correction: two rows, one pick
        picks.add_settlement(db, picks.between(db, DAY, DAY)[0], end, "1-0", Decimal(1), AFTER)
    assert len(chosen) == 2
    (team,) = db.execute("SELECT min(team_id) FROM teams").fetchone() or (0,)
    for competition, updated_at in (("PL", BEFORE), ("FL1", AFTER)):
        standings.put(db, competition, 2023, [TableRow(1, team, 1, 1, 0, 0, 2, 1, 3)], updated_at)
    reports.add(db, "line", [("a", "b"), ("a", "c")], BEFORE)
    counts = row_counts.count_rows(db)
    assert (counts.teams, counts.unmatched_teams) == (6, 1)
    assert (counts.matches, counts.finished, counts.scheduled, counts.newest_match) == (3, 1, 2, UPDATED_AT)
    assert (counts.predictions, counts.predicted_matches, counts.newest_prediction) == (
        3,
        2,
        BEFORE + timedelta(hours=1),
    )
    assert (counts.offers, counts.newest_offer) == (2, UPDATED_AT)
    assert (counts.standings, counts.competitions_with_standings, counts.newest_table) == (2, 2, AFTER)
    assert (counts.picks, counts.settled_picks, counts.reports) == (2, 1, 2)


def test_paying_accounts_are_counted_without_administrators_and_deleted_ones(db: Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.FREE, BEFORE)
    accounts.set_plan(db, BOB, Plan.ELITE, BEFORE)
    assert row_counts.count_rows(db).paying == 1
    db.execute("UPDATE accounts SET is_admin = true WHERE user_id = %s", [BOB])
    assert row_counts.count_rows(db).paying == 0
    accounts.set_plan(db, ALICE, Plan.PREMIUM, BEFORE)
    assert row_counts.count_rows(db).paying == 1
    db.execute("UPDATE accounts SET deleted_at = updated_at WHERE user_id = %s", [ALICE])
    assert row_counts.count_rows(db).paying == 0
