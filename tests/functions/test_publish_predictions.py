"""Forecasts: published before kick-off, added when they change, and none where nothing is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from shared.betting.devig import shin
from shared.betting.market_prices import to_model_prices
from shared.betting.prices import Market
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.football.team import Source
from shared.forecasting.factors import GROUPS
from shared.forecasting.forecast import ForecastInput, forecast
from shared.forecasting.strengths import Strengths
from shared.services.outcome_model import outcome_model
from shared.stores.betting import offers
from shared.stores.database import connect
from tests.factories import club, insert_matches, match_update, offer
from tests.running import rows_of, run, run_all, select
from tests.season import Service, row

FRIDAY = datetime(2024, 4, 26, 13, tzinfo=UTC)
NOW = datetime(2024, 4, 27, 3, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMING = row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=(1.6, 4.2, 5.5))
COMING |= {"Avg>2.5": "1.75", "Avg<2.5": "2.1"}
ORG = Source.FOOTBALL_DATA_ORG
IN_EUROPE = {"source": ORG, "competition": "CL", "stage": "LEAGUE_STAGE"}
FORECASTS = "SELECT basis, home, draw, away, published_at FROM predictions ORDER BY published_at"


def publish(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("publish_predictions", now, event)


def load(bundle: Service, *rows: dict[str, str], at: datetime = FRIDAY, now: datetime = NOW) -> None:
    bundle.fixtures(at, *rows)
    run("sync_fixtures", now)


@pytest.mark.case("L10", "M1")
def test_a_forecast_starts_from_the_market_without_its_margin(bundle: Service, url: str) -> None:
    """And equals the served model's output for prices and clubs, here of two unknown clubs."""
    load(bundle, COMING)
    assert publish()["published"] == 1
    ((basis, *shares, at),) = select(url, FORECASTS)
    assert (basis, at) == ("prices", NOW)
    assert shares == pytest.approx(shin([[1.6, 4.2, 5.5]])[0], abs=0.06)
    ((markets, match_id, *clubs, model),) = select(
        url,
        "SELECT markets, match_id, home_team_id, away_team_id, model FROM predictions JOIN matches USING (match_id)",
    )
    totals = offer(1, "1.75", "2.1", market=Market.TOTALS, line=Decimal("2.5"))
    (prices,) = to_model_prices([[offer(1, "1.6", "4.2", "5.5"), totals]])
    question = ForecastInput(match_id, "PL", 2023, date(2024, 4, 27), *clubs, rated_in="PL", prices=prices)
    (expected,) = forecast([question], Strengths(), outcome_model())
    assert shares == [expected.markets.home, expected.markets.draw, expected.markets.away]
    assert dict(markets["over"]) == dict(expected.markets.over)
    assert model == outcome_model().name
    assert select(url, "SELECT ratings_home, ratings_draw, ratings_away FROM predictions") == [expected.by_ratings]


@pytest.mark.case("J1", "J4")
@pytest.mark.parametrize("status", [Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED])
def test_a_postponed_suspended_or_cancelled_match_is_not_forecast(bundle: Service, url: str, status: Status) -> None:
    load(bundle, COMING)
    with connect(url, "test") as db:
        insert_matches(db, match_update(status=status, source_updated_at=NOW), now=NOW)
    assert publish()["matches"] == 0
    assert select(url, FORECASTS) == []


def test_a_forecasts_factors_are_stored_with_it_and_sum_to_it(bundle: Service, url: str) -> None:
    load(bundle, COMING)
    publish()
    ((factors, *shares),) = select(url, "SELECT factors, home, draw, away FROM predictions")
    assert set(factors) == {"start", *GROUPS, "prices", "move"}
    assert [sum(effect[place] for effect in factors.values()) for place in range(3)] == pytest.approx(shares, abs=1e-9)


@pytest.mark.case("K4")
def test_a_newcomer_is_named_and_makes_the_bounds_wider(bundle: Service, url: str) -> None:
    """Two clubs that were seen twice, two that never were, and one of each."""
    pairs = [("Chelsea", "Arsenal", 6), ("Arsenal", "Brentford", 13), ("Chelsea", "Burnley", 13)]
    before = [row(home, away, f"{day:02}/04/2024 15:00", "1-1", closing=(2.1, 3.4, 3.6)) for home, away, day in pairs]
    bundle.results(FRIDAY, *before)
    load(
        bundle,
        row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=None),
        row("Everton", "Fulham", "27/04/2024 16:00"),
        row("Wolves", "Chelsea", "30/04/2024 18:00", prices=None),
    )
    run_all(NOW, "sync_history", "update_ratings")
    publish()
    rows = select(
        url,
        """
        SELECT p.newcomers, p.ratings_bounds, m.home_team_id, m.away_team_id
        FROM predictions p JOIN matches m USING (match_id)
        ORDER BY m.kick_off
        """,
    )
    assert [newcomers for newcomers, *_ in rows] == [[], list(rows[1][2:]), [rows[2][2]]]
    widths = [bounds[0][1] - bounds[0][0] for _, bounds, *_ in rows]
    assert widths[0] < widths[2] < widths[1]


def test_new_results_of_a_club_change_its_forecast(bundle: Service, url: str) -> None:
    load(bundle, COMING)
    publish()
    bundle.results(FRIDAY, row("Arsenal", "Everton", "20/04/2024 15:00", "0-4", closing=(4.0, 3.6, 1.9)))
    run_all(NOW + HOUR, "sync_history", "update_ratings")
    assert publish(NOW + HOUR)["published"] == 1
    (before, after) = select(url, "SELECT home, ratings_home FROM predictions ORDER BY published_at")
    assert after[0] != before[0]
    assert after[1] < before[1]


@pytest.mark.case("G1", "G4")
def test_a_second_run_publishes_nothing(bundle: Service, url: str) -> None:
    load(bundle, COMING)
    publish()
    before = rows_of(url, "jobs")
    assert publish()["published"] == 0
    assert publish(NOW + HOUR)["published"] == 0
    assert rows_of(url, "jobs") == before


@pytest.mark.case("G4", "C9")
def test_a_second_run_at_the_same_instant_adds_no_second_version(bundle: Service, url: str) -> None:
    """A clock that stands still, or was put back: what came meanwhile waits for the next instant."""
    load(bundle, COMING)
    publish()
    load(bundle, {**COMING, "AvgH": "1.5"}, at=FRIDAY + HOUR)
    assert publish()["published"] == 0
    assert publish(NOW + HOUR)["published"] == 1
    assert [at for *_, at in select(url, FORECASTS)] == [NOW, NOW + HOUR]


def test_new_prices_or_a_new_kick_off_make_a_new_version_beside_the_old(bundle: Service, url: str) -> None:
    load(bundle, COMING)
    publish()
    load(bundle, {**COMING, "AvgH": "1.5"}, at=FRIDAY + HOUR, now=NOW + HOUR)
    assert publish(NOW + HOUR)["published"] == 1
    load(bundle, {**COMING, "AvgH": "1.5", "Time": "17:30"}, at=FRIDAY + 2 * HOUR, now=NOW + 2 * HOUR)
    assert publish(NOW + 2 * HOUR)["published"] == 1
    versions = select(url, FORECASTS)
    assert [at for *_, at in versions] == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert versions[0][1] < versions[1][1]


def test_nothing_is_published_once_a_match_has_begun(bundle: Service, url: str) -> None:
    load(bundle, COMING)
    assert publish(datetime(2024, 4, 27, 14, tzinfo=UTC))["matches"] == 0
    assert publish(datetime(2024, 4, 27, 13, 59, 59, tzinfo=UTC))["published"] == 1
    assert all(at < datetime(2024, 4, 27, 14, tzinfo=UTC) for *_, at in select(url, FORECASTS))


def test_only_the_coming_week_is_forecast(bundle: Service, url: str) -> None:
    load(bundle, COMING, row("Everton", "Fulham", "04/05/2024 15:00"), row("Wolves", "Luton", "03/05/2024 15:00"))
    assert publish()["published"] == 2


@pytest.mark.parametrize("day", ["2024-04-20", "2024-04-27"])
def test_a_past_day_never_publishes_behind_the_clock(bundle: Service, url: str, day: str) -> None:
    load(bundle, COMING)
    assert publish(day=day)["published"] == 1
    assert select(url, FORECASTS)[0][-1] == NOW


@pytest.mark.case("M5")
def test_without_prices_the_forecast_is_that_of_the_ratings(bundle: Service, url: str) -> None:
    bundle.results(FRIDAY, row("Arsenal", "Chelsea", "20/04/2024 15:00", "6-0", closing=(1.2, 7.0, 13.0)))
    load(bundle, row("Chelsea", "Arsenal", "27/04/2024 15:00", prices=None))
    run_all(NOW, "sync_history", "update_ratings")
    assert publish()["by_prices"] == 0
    ((basis, home, _, away, _),) = select(url, FORECASTS)
    assert basis == "ratings"
    assert away > home
    (row_,) = select(url, "SELECT ratings_home, ratings_away, ratings_day, prices_taken_at FROM predictions")
    assert (row_[0], row_[1], row_[2].isoformat(), row_[3]) == (home, away, "2024-04-20", None)


def insert_european_match(url: str, home: str, away: str, *, priced: bool) -> int:
    """Hold a match of the Champions League, with the market's prices on it or without."""
    sides = {"home": club(home, ORG), "away": club(away, ORG)}
    update = replace(match_update(), **IN_EUROPE, **sides, external_id=f"{home}/{away}")
    with connect(url, "test") as db, db.transaction():
        (match_id,) = insert_matches(db, update, now=NOW)
        if priced:
            offers.put(db, [offer(match_id, "1.6", "4.2", "5.5", taken_at=FRIDAY)])
    return match_id


@pytest.mark.case("M5")
@pytest.mark.parametrize(
    "clubs",
    [
        pytest.param(("Arsenal FC", "Racing Club de Lens"), id="of two leagues"),
        pytest.param(("Arsenal FC", "Qarabağ Ağdam FK"), id="of a country without rated clubs"),
        pytest.param(("FK Bodø/Glimt", "Qarabağ Ağdam FK"), id="two of those"),
    ],
)
def test_in_europe_clubs_of_two_nations_have_the_bookmakers_consensus_and_no_forecast_of_ours(
    bundle: Service, url: str, clubs: tuple[str, str]
) -> None:
    bundle.results(FRIDAY, row("Arsenal", "Chelsea", "20/04/2024 15:00", "6-0", closing=(1.2, 7.0, 13.0)))
    bundle.results(FRIDAY, row("Lens", "Lille", "20/04/2024 15:00", "0-5", division="F1"), division="F1")
    run_all(NOW, "sync_history", "update_ratings")
    insert_european_match(url, *clubs, priced=False)
    without = publish()
    assert (without["matches"], without["forecast"], without["abstained"]) == (1, 0, 1)
    assert select(url, FORECASTS) == []
    insert_european_match(url, *clubs, priced=True)
    priced = publish()
    assert (priced["by_prices"], priced["by_consensus"], priced["abstained"], priced["published"]) == (0, 1, 0, 1)
    ((basis, *shares, _),) = select(url, FORECASTS)
    assert basis == "consensus"
    assert shares == pytest.approx(shin([[1.6, 4.2, 5.5]])[0], abs=0.02)
    assert select(url, "SELECT ratings_home, ratings_draw, ratings_away FROM predictions") == [(None, None, None)]


def test_in_europe_two_clubs_of_one_nation_have_the_ratings_of_their_league(bundle: Service, url: str) -> None:
    bundle.results(FRIDAY, row("Arsenal", "Chelsea", "20/04/2024 15:00", "6-0", closing=(1.2, 7.0, 13.0)))
    run_all(NOW, "sync_history", "update_ratings")
    match_id = insert_european_match(url, "Arsenal FC", "Chelsea FC", priced=False)
    assert publish()["forecast"] == 1
    ((basis, home, _, away, _),) = select(url, FORECASTS)
    assert (basis, home > away) == ("ratings", True), "the winner of the league's match is at home"
    with connect(url, "test") as db, db.transaction():
        offers.put(db, [offer(match_id, "1.6", "4.2", "5.5", taken_at=FRIDAY)])
    assert publish(NOW + timedelta(hours=1))["by_prices"] == 1
    assert select(url, "SELECT count(*) FROM predictions WHERE ratings_home IS NULL") == [(0,)]


@pytest.mark.case("K5")
@pytest.mark.parametrize("name", ["Arsenal Tula", "Real Madryt", "Sporting", "Manchester"])
def test_an_unmatched_club_in_europe_has_no_forecast_and_no_substitute(bundle: Service, url: str, name: str) -> None:
    """However like a club we know it is called, and although there are prices."""
    insert_european_match(url, "Chelsea FC", name, priced=True)
    report = publish()
    assert (report["matches"], report["unmatched"], report["forecast"], report["published"]) == (1, 1, 0, 0)
    assert select(url, FORECASTS) == []
    assert select(url, "SELECT name, matched FROM teams ORDER BY matched") == [(name, False), ("Chelsea", True)]


def test_totals_alone_are_no_prices_of_the_forecast(bundle: Service, url: str) -> None:
    totals = {"Avg>2.5": "1.75", "Avg<2.5": "2.1"}
    load(bundle, row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=None) | totals)
    publish()
    assert select(url, "SELECT basis, prices_taken_at FROM predictions") == [("ratings", None)]


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        pytest.param((1.01, 15.0, 40.0), "a placeholder price", marks=pytest.mark.case("L1")),
        pytest.param((1.5, 3.0, 3.5), "its overround is out of bounds", marks=pytest.mark.case("L3")),
        ((3.5, 4.0, 4.5), "its overround is out of bounds"),
    ],
)
def test_implausible_prices_are_rejected_with_their_reason(
    bundle: Service, url: str, prices: tuple[float, float, float], reason: str
) -> None:
    load(bundle, row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=prices))
    assert publish()["by_prices"] == 0
    ((about, what),) = select(url, "SELECT about, what FROM reports WHERE kind = 'refused price'")
    assert about.endswith(":market_average:h2h")
    assert what == reason


@pytest.mark.case("L4")
def test_prices_older_than_four_days_are_not_used(bundle: Service, url: str) -> None:
    load(bundle, row("Arsenal", "Chelsea", "30/04/2024 15:00"))
    late = FRIDAY + 96 * HOUR
    assert publish(late)["by_prices"] == 1
    assert publish(late + timedelta(seconds=1))["by_prices"] == 0


@pytest.mark.case("J1", "K5")
def test_a_postponed_or_unmatched_match_is_not_forecast(bundle: Service, url: str) -> None:
    load(bundle, COMING, row("Arsenal", "Arsenal Ladies", "28/04/2024 15:00"))
    with_postponed = publish()
    assert (with_postponed["matches"], with_postponed["unmatched"], with_postponed["published"]) == (2, 1, 1)


@pytest.mark.case("M1")
def test_a_forecast_adds_up(bundle: Service, url: str) -> None:
    rng = np.random.default_rng(1)
    clubs = [("Arsenal", "Chelsea"), ("Everton", "Fulham"), ("Wolves", "Luton"), ("Brentford", "Brighton")]
    load(
        bundle,
        *(
            row(*pair, "27/04/2024 15:00", prices=tuple(np.round(0.94 / share, 2)))  # type: ignore[arg-type]
            for pair, share in zip(clubs, rng.dirichlet((4, 3, 3), size=4), strict=True)
        ),
    )
    publish()
    for _, home, draw, away, _ in select(url, FORECASTS):
        assert home + draw + away == pytest.approx(1, abs=1e-12)
        assert min(home, draw, away) > 0
    assert all(isinstance(price, Decimal) for (prices,) in select(url, "SELECT prices FROM offers") for price in prices)


@pytest.mark.parametrize(("now", "published"), [("2024-04-26T15:30Z", 1), ("2024-04-27T03:30Z", 0)])
def test_a_match_without_an_hour_is_forecast_before_its_day_alone(
    bundle: Service, url: str, now: str, published: int
) -> None:
    """With the day alone it could not be shown that the forecast came before the kick-off."""
    with connect(url, "test") as db, db.transaction():
        [match_id] = insert_matches(db, match_update(kick_off=last_minute(date(2024, 4, 27)), hour=Hour.UNKNOWN))
        offers.put(db, [offer(match_id, taken_at=datetime(2024, 4, 26, 13, tzinfo=UTC))])
    assert run("publish_predictions", datetime.fromisoformat(now))["published"] == published
