"""Bets placed, ended, corrected, called off and taken back in any order: the bankroll is always what it must be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from functions.bets.corrections import correct, overrule, withdraw
from functions.bets.limits import current_limits, set_limits
from functions.bets.placement import place
from functions.bets.requests import BetCreate, LimitsUpdate
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.accounts.responsible_gambling import Limit, LimitKind, Period, apply_change
from shared.betting.bets import BetStatus, payout, possible_statuses
from shared.betting.settlement import BetResult, settle_bet
from shared.football.match import MatchUpdate, Score
from shared.stores.betting import bankrolls, play_limits
from shared.stores.database import Connection, connect
from shared.stores.people import gdpr, users
from shared.web.errors import BadRequest, NotFound
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.functions.bets.api import BETS, NOW, call
from tests.running import rows_of, run

D = Decimal
DAY = timedelta(days=1)
BETS_ON: list[dict[str, Any]] = [
    {"prediction": "home_win"},
    {"prediction": "draw"},
    {"prediction": "over", "market": "totals", "line": 2.25},
    {"prediction": "under", "market": "totals", "line": 3},
    {"prediction": "away_win", "market": "handicap", "line": -0.75},
]
BetInput = tuple[int, dict[str, Any], Decimal, Decimal]
"""How many days ahead the match is, the bet on it, odds, amount."""
BET_INPUTS: st.SearchStrategy[BetInput] = st.tuples(
    st.integers(-1, 2),
    st.sampled_from(BETS_ON),
    st.decimals(D("1.01"), 9, places=3),
    st.decimals(D("0.01"), D(30), places=2),
)
FUNDS = st.just(D(0)) | st.decimals(50, 200, places=2)
SET = "UPDATE matches SET status = %s, home_goals = %s, away_goals = %s WHERE match_id = %s"
SCORE = "SELECT status, home_goals, away_goals FROM matches WHERE match_id = %s"
SUM = "SELECT coalesce(sum(amount), 0) FROM bankroll_entries WHERE user_id = %s"
ROWS = "SELECT entry_id, bet_id, status, amount, reverses, score, source FROM bankroll_entries ORDER BY entry_id"
CLUBS = ("Arsenal", "Chelsea", "Everton", "Fulham", "Burnley", "Brentford", "Liverpool", "Wolves")
DAYS = len(CLUBS) - 1
GOALS = st.integers(0, 4)
TO = st.sampled_from([standing for standing in BetStatus if standing is not BetStatus.DELETED])
MATCHES = st.integers(0, DAYS - 1)


def match_of_day(day: int) -> MatchUpdate:
    """The match that is played on a day, in the afternoon."""
    home, away = CLUBS[day : day + 2]
    return match_update(home, away, external_id=home, kick_off=KICK_OFF + day * DAY)


@dataclass
class TrackedBet:
    """What must be true of a bet."""

    match: int
    request: BetCreate
    day: int
    standing: BetStatus = BetStatus.PENDING
    by_result: bool = True

    @property
    def counts(self) -> dict[LimitKind, Decimal]:
        """What it takes of each kind of limit."""
        void = self.standing in {BetStatus.VOID, BetStatus.DELETED}
        return {LimitKind.STAKE: D(0) if void else self.request.amount, LimitKind.LOSS: -self.brings}

    @property
    def brings(self) -> Decimal:
        """What it adds to the bankroll."""
        if self.standing is BetStatus.DELETED:
            return D(0)
        back = payout(self.request.amount, self.request.odds, BetResult(self.standing)) if self.standing.ended else D(0)
        return back - self.request.amount


class History(RuleBasedStateMachine):
    """One person's bets on a match a day, beside a plain account of what they and the limits must come to."""

    placed = Bundle("placed")
    url: str
    db: Connection

    @initialize(target=placed, amount=FUNDS, bets=st.lists(BET_INPUTS, min_size=3, max_size=6))
    def begin(self, amount: Decimal, bets: list[BetInput]) -> Any:
        """A person of age on the morning of the first match, who notes some bets."""
        self.user, self.day, self.initial = uuid4(), 0, D(0)
        self.limits = {(kind, period): Limit() for kind in LimitKind for period in Period}
        self.bets: dict[int, TrackedBet] = {}
        self.lowered = False
        with self.db.transaction():
            users.get_or_create(self.db, self.user, self.now)
            users.declare_adult(self.db, self.user, self.now)
        self.matches = insert_matches(self.db, *(match_of_day(day) for day in range(DAYS)), now=NOW)
        for match_id in self.matches:
            self.db.execute(SET, ["scheduled", None, None, match_id])
        self.set_bankroll(amount)
        for bet in bets:
            self.place_bet(bet)
        return multiple(*self.bets)

    @property
    def now(self) -> datetime:
        """The morning of the day."""
        return NOW + self.day * DAY

    @property
    def balance(self) -> Decimal:
        """What the bankroll must hold."""
        return self.initial + sum((bet.brings for bet in self.bets.values()), D(0))

    def used(self, kind: LimitKind, period: Period) -> Decimal:
        """What the bets noted within a period take of a limit."""
        today = self.now.date()
        days = {bet: (NOW + tracked.day * DAY).date() for bet, tracked in self.bets.items()}
        first = {
            Period.DAY: today,
            Period.WEEK: today - timedelta(days=today.weekday()),
            Period.MONTH: today.replace(day=1),
        }[period]
        return sum((self.bets[bet].counts[kind] for bet, day in days.items() if day >= first), D(0))

    @rule(amount=FUNDS)
    def set_bankroll(self, amount: Decimal) -> None:
        """Set the bankroll; refused where it would be below 0."""
        below = amount > 0 and self.balance - self.initial + amount < 0
        body = {"initial_bankroll": float(amount)}
        response = call("PUT", f"{BETS}/bankroll", body, user=self.user, at=self.now)
        assert response.status == (400 if below else 200)
        self.initial = self.initial if below else amount

    @rule(
        kind=st.sampled_from(LimitKind),
        period=st.sampled_from(Period),
        amount=st.none() | st.decimals(0, 100, places=2),
    )
    def set_limit(self, kind: LimitKind, period: Period, amount: Decimal | None) -> None:
        """Request a limit."""
        with self.db.transaction():
            limits = LimitsUpdate.model_validate({kind: {period: amount}})
            set_limits(self.db, self.user, limits, self.now)
        self.limits[kind, period] = apply_change(self.limits[kind, period], amount, self.now)

    @rule(target=placed, bet_input=BET_INPUTS)
    def place_bet(self, bet_input: BetInput) -> Any:
        """Note a bet; refused for the reasons that there are and no other."""
        ahead, bet, odds, amount = bet_input
        match = min(max(0, self.day + ahead), DAYS - 1)
        request = BetCreate.model_validate({**bet, "match_id": self.matches[match], "odds": odds, "amount": amount})
        remaining = [
            most - self.used(kind, period)
            for (kind, period), limit in self.limits.items()
            if (most := limit.at(self.now).amount) is not None
        ]
        reasons = {
            "match_begun": self.score(match)[0] != "scheduled" or self.day > match,
            "bankroll_short": self.initial > 0 and amount > self.balance,
            "limit_reached": any(amount > room for room in remaining),
        }
        try:
            with self.db.transaction():
                row = place(self.db, self.user, features_of(Plan.FREE), request, self.now)
        except BadRequest as refused:
            assert reasons[refused.code]
            return multiple()
        assert not any(reasons.values())
        self.bets[row.bet_id] = TrackedBet(match, request, self.day)
        return row.bet_id

    @rule(bet=placed, to=TO)
    def translate(self, bet: int, to: BetStatus) -> None:
        """Its person calls a bet off, or tries more than that; refused for the reasons that there are and no other."""
        tracked = self.bets[bet]
        reasons = {
            "unknown_bet": tracked.standing is BetStatus.DELETED,
            "bet_locked": self.day > tracked.match or tracked.standing not in {BetStatus.PENDING, BetStatus.VOID},
            "bet_stays_void": tracked.standing is BetStatus.VOID,
            "match_not_begun": to not in {BetStatus.PENDING, BetStatus.VOID},
        }
        self.move(bet, to, reasons, lambda: correct(self.db, self.user, bet, to, self.now))

    @rule(bet=placed, to=TO)
    def overrule(self, bet: int, to: BetStatus) -> None:
        """An administrator corrects a bet's result; rejected for the documented reasons and no other."""
        tracked = self.bets[bet]
        reasons = {
            "unknown_bet": tracked.standing is BetStatus.DELETED,
            "match_not_begun": self.day <= tracked.match and to is not BetStatus.VOID,
            "bet_cannot_end_so": to.ended
            and to not in possible_statuses(tracked.request.market, tracked.request.outcome, tracked.request.line),
        }
        before = self.balance
        self.move(bet, to, reasons, lambda: overrule(self.db, bet, to, self.now))
        self.lowered |= self.balance < before

    def move(self, bet: int, to: BetStatus, reasons: dict[str, bool], move: Callable[[], object]) -> None:
        """Move a bet; to where it stands already, nothing happens."""
        tracked = self.bets[bet]
        if to is tracked.standing and to is not BetStatus.DELETED:
            reasons = {}
        try:
            with self.db.transaction():
                move()
        except (NotFound, BadRequest) as refused:
            assert reasons[refused.code]
            return
        assert not any(reasons.values())
        if to is not tracked.standing:
            self.bets[bet] = replace(tracked, standing=to, by_result=False)

    @rule(bet=placed)
    def delete(self, bet: int) -> None:
        """Take a bet back: only while it is open and its match has not begun."""
        tracked = self.bets[bet]
        reasons = {
            "unknown_bet": tracked.standing is BetStatus.DELETED,
            "bet_not_pending": tracked.standing not in {BetStatus.DELETED, BetStatus.PENDING},
            "bet_locked": tracked.standing is BetStatus.PENDING and self.day > tracked.match,
        }
        self.move(bet, BetStatus.DELETED, reasons, lambda: withdraw(self.db, self.user, bet, self.now))

    @rule(home=GOALS, away=GOALS)
    def play(self, home: int, away: int) -> None:
        """The match of the day ends, and the job runs the next morning."""
        if self.day < DAYS:
            self.db.execute(SET, ["finished", home, away, self.matches[self.day]])
            self.day += 1
        self.settle()

    @rule(ago=st.integers(1, 3), home=GOALS, away=GOALS)
    def correct_score(self, ago: int, home: int, away: int) -> None:
        """A played match gets a corrected score."""
        if self.day >= ago:
            self.db.execute(SET, ["finished", home, away, self.matches[self.day - ago]])

    @rule(match=MATCHES)
    def call_off(self, match: int) -> None:
        """A match is cancelled."""
        self.db.execute(SET, ["cancelled", None, None, self.matches[match]])

    @rule()
    def settle(self) -> None:
        """The job runs, twice: the second time it finds nothing to do."""
        before = self.balance
        run("settle_bets", self.now)
        rows = self.db.execute(ROWS).fetchall()
        assert run("settle_bets", self.now)["ended"] == 0
        assert self.db.execute(ROWS).fetchall() == rows
        for bet, tracked in self.bets.items():
            by_person = tracked.standing.ended and not tracked.by_result
            end = None if by_person or tracked.standing is BetStatus.DELETED else self.result(tracked)
            if end is not None:
                self.bets[bet] = replace(tracked, standing=BetStatus(end), by_result=True)
        self.lowered |= self.balance < before

    @invariant()
    def adds_up(self) -> None:
        """The sum of the entries is the bankroll, and nothing but a result brings it below 0."""
        [(total,)] = self.db.execute(SUM, [self.user]).fetchall()
        assert total == self.balance == bankrolls.get(self.db, self.user).current
        history = bankrolls.history(self.db, self.user, 200, 0)
        assert not history or history[0].balance == total
        assert all(entry.balance == then.balance + entry.amount for entry, then in pairwise(history))
        assert self.initial == 0 or total >= 0 or self.lowered

    @invariant()
    def limits_add_up(self) -> None:
        """What is used of each limit is what the placed bets take of it, whoever changed them since."""
        with self.db.transaction():
            limits = current_limits(self.db, self.user, self.now)
        for kind, by_period in ((LimitKind.STAKE, limits.stake), (LimitKind.LOSS, limits.loss)):
            for period in Period:
                usage, limit = getattr(by_period, period), self.limits[kind, period].at(self.now).amount
                used = self.used(kind, period)
                assert usage.used == float(used)
                assert usage.left == (None if limit is None else float(max(D(0), limit - used)))

    def teardown(self) -> None:
        """Forget the person, so that the next history's job finds its own bets only."""
        with self.db.transaction():
            gdpr.erase(self.db, self.user, (bankrolls, play_limits, users))
        assert not any(self.user in row for rows in rows_of(self.url).values() for row in rows)

    def score(self, match: int) -> tuple[str, int, int]:
        """Status and score of a match."""
        [found] = self.db.execute(SCORE, [self.matches[match]]).fetchall()
        return found

    def result(self, known: TrackedBet) -> BetResult | None:
        """How a match ends a bet; None while it does not."""
        status, home, away = self.score(known.match)
        if status == "finished":
            return settle_bet(known.request.market, known.request.outcome, known.request.line, Score(home, away))
        overdue = status == "scheduled" and self.day - known.match > 2
        return BetResult.VOID if status == "cancelled" or overdue else None


@pytest.mark.case("J8", "F10", "L12", "G1")
def test_every_history_adds_up(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(database, "test") as db:
        monkeypatch.setattr(History, "url", database, raising=False)
        monkeypatch.setattr(History, "db", db, raising=False)
        run_state_machine_as_test(History, settings=settings(max_examples=15, stateful_step_count=40))
