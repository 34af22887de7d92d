"""What the month's credits go to, first by hand, then over months of real kick-offs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.odds_budget import Call, days_after, month_of, plan_closing, plan_day, renewed_at
from shared.betting.prices import Market
from shared.clients.sources.football_data_uk_mirror import read_rows
from tests.season import real_seasons

LEAGUES = ("PL", "PD", "BL1", "SA", "FL1", "CL")
BOTH, WINNER = (Market.H2H, Market.TOTALS), (Market.H2H,)
KickOffs = Iterable[tuple[str, datetime]]


def spent(calls: Iterable[Call]) -> int:
    return sum(call.cost for call in calls)


def live(month: date, kick_offs: KickOffs, credits: int = 500) -> dict[str, int]:
    """A month as the two jobs live it: credits by purpose, and calls that were given up."""
    kick_offs = list(kick_offs)
    left, usage = credits, Counter[str]()
    day = datetime.combine(month, time(), UTC)
    while month_of(day) == month:
        sync = day.replace(hour=2, minute=40)
        upcoming = Counter(code for code, kick_off in kick_offs if sync < kick_off <= sync + timedelta(hours=48))
        calls = plan_day(left, days_after(sync), len(LEAGUES), upcoming)
        usage += {"daily": spent(calls), "days given up": len(upcoming) - len(calls)}
        usage["totals given up"] += sum(call.markets == WINNER for call in calls)
        left -= spent(calls)
        today = sorted({(kick_off, code) for code, kick_off in kick_offs if kick_off.date() == day.date()})
        slots: Mapping[datetime, Counter[str]] = defaultdict(Counter)
        for kick_off, code in today:
            slots[kick_off][code] += 1
        for slot in slots.values():
            calls = plan_closing(left, days_after(sync), len(LEAGUES), slot)
            usage += {"closing": spent(calls), "closing given up": len(slot) - len(calls)}
            left -= spent(calls)
            assert left >= 0
        day += timedelta(days=1)
    return {**usage, "used": credits - left}


def busiest(month: date) -> KickOffs:
    """Every league plays twenty times on every day, and on the first of the next month too."""
    for day in range(32):
        for code in LEAGUES:
            for hour in range(20):
                yield code, datetime.combine(month + timedelta(days=day), time(hour + 3), UTC)


def week_of_ten(month: date) -> KickOffs:
    """Ten match-days a week: the leagues on Saturdays and Sundays at four times, and Europe on two evenings instead."""
    for day in (month + timedelta(days=n) for n in range(-1, 34)):
        for place, code in enumerate(LEAGUES):
            if day.weekday() in ({1, 2} if code == "CL" else {5, 6} if place else {5}):
                for hour in (17, 20) if code == "CL" else (12, 14, 16, 19):
                    yield code, datetime.combine(day, time(hour, 15 * (place % 4)), UTC)


@pytest.mark.case("L13")
@pytest.mark.parametrize("month", [date(2026, m, 1) for m in (2, 8, 10, 11, 12)])
def test_a_month_of_ten_match_days_a_week_costs_at_most_500_and_gives_nothing_up(month: date) -> None:
    spent = live(month, week_of_ten(month))
    assert spent["used"] <= 500
    assert spent["closing"] > 0
    assert not any(spent.get(what) for what in ("days given up", "totals given up", "closing given up"))


@pytest.mark.case("L13")
def test_the_busiest_month_there_could_be_gives_up_snapshots_alone() -> None:
    """31 days of six leagues at two credits are 372; the other 128 are for snapshots."""
    spent = live(date(2026, 10, 1), busiest(date(2026, 10, 1)))
    assert (spent["daily"], spent["closing"], spent["used"]) == (372, 128, 500)
    assert not spent.get("days given up")
    assert not spent.get("totals given up")
    assert spent["closing given up"] > 0


def real_kick_offs() -> list[tuple[str, datetime]]:
    """Five leagues of real seasons, and six evenings of Europe a month for the sixth."""
    kick_offs = [
        (code, kick_off)
        for code, division in {"PL": "E0", "PD": "SP1", "BL1": "D1", "SA": "I1", "FL1": "F1"}.items()
        for season in ("2021", "2122", "2223", "2324")
        for kick_off, _ in read_rows(real_seasons() / f"mmz4281/{season}/{division}.csv")
    ]
    days = sorted({kick_off.date() for _, kick_off in kick_offs})
    for day in (days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days)):
        if day.weekday() in {1, 2} and day.day <= 21:
            kick_offs += [("CL", datetime.combine(day, time(*at), UTC)) for at in ((16, 45), (19, 0))]
    return kick_offs


@pytest.mark.case("L13")
def test_no_real_month_gives_anything_up() -> None:
    """The months from September 2020 on, the busiest of which has 82 days of a league's matches."""
    kick_offs = real_kick_offs()
    months = sorted({month_of(kick_off) for _, kick_off in kick_offs})[1:]
    margin = timedelta(days=35)  # of a month and of what its last days look ahead to
    begin = {month: datetime.combine(month, time(), UTC) for month in months}
    spent = {
        month: live(month, [k for k in kick_offs if begin[month] <= k[1] < begin[month] + margin]) for month in months
    }
    assert len(spent) > 40
    assert max(usage["used"] for usage in spent.values()) <= 500
    assert sum(usage.get("closing given up", 0) for usage in spent.values()) == 0
    assert sum(usage.get("totals given up", 0) for usage in spent.values()) == 0


@pytest.mark.case("L13")
@given(st.integers(0, 600), st.integers(0, 2**32), st.sampled_from([date(2026, 2, 1), date(2026, 12, 1)]))
def test_no_month_exceeds_its_credits(credits: int, seed: int, month: date) -> None:
    chance = Random(seed)
    kick_offs = [
        (code, datetime.combine(month, time(), UTC) + timedelta(minutes=15 * chance.randrange(32 * 96)))
        for code in LEAGUES
        for _ in range(chance.choice((0, 5, 60, 300)))
    ]
    assert live(month, kick_offs, credits)["used"] <= credits


def test_the_markets_of_picks_are_closed_where_every_league_s_result_is_paid_for() -> None:
    upcoming, picked = {"PL": 3, "PD": 5}, {"PL": {Market.HANDICAP, Market.TOTALS}, "PD": {Market.H2H}}
    lines = (Market.H2H, Market.HANDICAP, Market.TOTALS)
    assert plan_closing(124, 10, 6, upcoming, picked) == (Call("PD", WINNER), Call("PL", lines))
    assert plan_closing(123, 10, 6, upcoming, picked) == (Call("PD", WINNER), Call("PL", lines[:2]))
    assert plan_closing(122, 10, 6, upcoming, picked) == (Call("PD", WINNER), Call("PL", WINNER))
    assert plan_closing(121, 10, 6, upcoming, picked) == (Call("PD", WINNER),)


def test_the_least_valuable_calls_are_dropped_first() -> None:
    upcoming = {"PL": 3, "PD": 5, "SA": 3}
    assert plan_closing(500, 10, 6, upcoming) == (Call("PD", WINNER), Call("PL", WINNER), Call("SA", WINNER))
    assert plan_closing(121, 10, 6, upcoming) == (Call("PD", WINNER),), "120 are reserved for ten days of both markets"
    assert plan_closing(120, 10, 6, upcoming) == ()
    assert plan_day(120, 10, 6, upcoming) == (Call("PD", BOTH), Call("PL", BOTH), Call("SA", BOTH))
    assert plan_day(65, 10, 6, upcoming)[:2] == (Call("PD", BOTH), Call("PL", BOTH)), "60 for ten days of the winners"
    assert plan_day(65, 10, 6, upcoming)[2:] == (Call("SA", WINNER),)
    assert plan_day(60, 10, 6, upcoming) == (Call("PD", WINNER), Call("PL", WINNER), Call("SA", WINNER))
    assert plan_day(22, 10, 6, upcoming) == (Call("PD", WINNER), Call("PL", WINNER)), "two a day for eleven days"
    assert plan_day(10, 10, 6, upcoming) == plan_day(0, 10, 6, upcoming) == plan_day(-3, 10, 6, upcoming) == ()


def test_on_the_last_day_of_a_month_everything_that_is_left_may_be_spent() -> None:
    assert plan_day(3, 0, 6, {"PL": 1, "SA": 2}) == (Call("SA", BOTH), Call("PL", WINNER))
    assert plan_closing(1, 0, 6, {"PL": 1, "SA": 2}) == (Call("SA", WINNER),)


def test_a_league_without_a_match_costs_no_request() -> None:
    assert plan_day(500, 10, 6, {}) == plan_day(500, 10, 6, {"PL": 0}) == plan_closing(500, 10, 6, {"PL": 0}) == ()


@pytest.mark.case("E10", "I8")
@pytest.mark.parametrize(
    ("now", "days", "renewed"),
    [
        ("2026-12-31T23:59:59+00:00", 0, "2027-01-01"),
        ("2027-01-01T00:30:00+01:00", 0, "2027-01-01"),
        ("2027-01-01T00:00:00+00:00", 30, "2027-01-02"),
        ("2027-02-02T12:00:00+00:00", 26, "2027-03-01"),
        ("2028-02-28T12:00:00+00:00", 1, "2028-03-01"),
    ],
)
def test_months_are_those_of_utc_and_a_refusal_on_the_1st_lasts_a_day(now: str, days: int, renewed: str) -> None:
    """The hour of the 1st at which credits are renewed is undocumented."""
    instant = datetime.fromisoformat(now)
    assert days_after(instant) == days
    assert renewed_at(instant) == datetime.combine(date.fromisoformat(renewed), time(), UTC)
