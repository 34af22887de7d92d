"""The watch over the forecasts: what it finds, what that stops, and when it lets go again."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, permutations
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from shared.betting.prices import Offer
from shared.runtime.jobs import InvalidEvent
from shared.stores.betting import offers, picks
from shared.stores.database import connect
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import PredictionRow
from tests.factories import choice, fair_close, forecast, insert_matches, match_update, offer, pick
from tests.running import rows_of, run, select
from tests.runtime.test_error_reports import collector
from tests.season import Service, row

CLUBS = (
    *("Arsenal", "Aston Villa", "Bournemouth", "Brentford", "Brighton", "Burnley", "Chelsea", "Crystal Palace"),
    *("Everton", "Fulham", "Liverpool", "Luton", "Man City", "Man United", "Newcastle", "Nott'm Forest"),
)
PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2024, 4, 27, 4, tzinfo=UTC)
MORNING = datetime(2024, 4, 27, 4, 45, tzinfo=UTC)
FRIDAY = datetime(2024, 4, 26, 13, tzinfo=UTC)
GENEROUS = row("Arsenal", "Wolves", "27/04/2024 15:00", prices=(2.05, 3.4, 3.8)) | {
    "MaxH": "2.30",
    "MaxD": "3.50",
    "MaxA": "4.00",
}
FIGURES = "SELECT basis, figure, last_matches, n, value, alarm FROM quality WHERE day = %s ORDER BY 1, 2, 3"
Shares = tuple[float, float, float]
Forecaster = Callable[[Shares, int], Shares]


def kick_off(number: int) -> datetime:
    """A match a day."""
    return datetime(2023, 8, 1, 14, tzinfo=UTC) + timedelta(days=number)


def truth(number: int) -> Shares:
    """Of home win, draw and away win in a match of a number, in the prices of its close without a margin."""
    home = 0.25 + 0.45 * ((number * 7) % 11) / 10
    return home, 0.24, 0.76 - home


def accurate(shares: Shares, number: int) -> Shares:
    """A forecast near the truth."""
    off = 0.01 * (-1) ** number
    return shares[0] + off, shares[1], shares[2] - off


def swapped(shares: Shares, number: int) -> Shares:
    """Home and away have changed places."""
    return shares[2], shares[1], shares[0]


def play(
    url: str,
    n: int,
    forecaster: Forecaster = accurate,
    start: int = 0,
    value: str | None = None,
    basis: str = "prices",
    *,
    own_close: bool = False,
) -> None:
    """So many matches, one a day, each with its forecast and its close, and a pick of about that value, if given."""
    chance = np.random.default_rng(start)
    updates = [
        match_update(home, away, ("2-0", "1-1", "0-2")[chance.choice(3, p=truth(number))], kick_off=kick_off(number))
        for number, (home, away) in islice(enumerate(permutations(CLUBS, 2)), start, start + n)
    ]
    with connect(url, "test") as db, db.transaction():
        ids = insert_matches(db, *updates, now=NOW)
        predictions.add(
            db, [_forecast(match_id, number, forecaster, basis) for number, match_id in enumerate(ids, start)]
        )
        offers.put(db, [_close(match_id, number, own=own_close) for number, match_id in enumerate(ids, start)])
        if value is None:
            return
        for number, match_id in enumerate(ids, start):
            begins, before = kick_off(number), kick_off(number) - timedelta(hours=9)
            day = begins.date()
            picks.commit(db, day, before, 1, choice(pick(match_id, kick_off=begins, published_at=before)))
            closed = Decimal(value) + Decimal(number % 7 - 3) / 100
            picks.add_closing_value(db, picks.between(db, day, day)[0], fair_close(), closed)


def _forecast(match_id: int, number: int, forecaster: Forecaster, basis: str) -> PredictionRow:
    begins, before = kick_off(number), kick_off(number) - timedelta(hours=9)
    (home, draw, away), rated = forecaster(truth(number), number), truth(number)
    shares = {"basis": basis, "home": home, "draw": draw, "away": away}
    by_ratings = dict(zip(("ratings_home", "ratings_draw", "ratings_away"), rated, strict=True))
    return forecast(match_id, kick_off=begins, published_at=before, **shares, **by_ratings)


def _close(match_id: int, number: int, *, own: bool) -> Offer:
    prices = [f"{1 / share:.3f}" for share in truth(number)]
    if own:
        before = kick_off(number) - timedelta(minutes=5)
        return offer(match_id, *prices, closing=True, taken_at=before, source="the_odds_api")
    return offer(match_id, *prices, closing=True, taken_at=kick_off(number))


def watch(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("watch_quality", now, event)


def figures(url: str, day: str = "2024-04-27") -> dict[tuple[str, str, int], tuple[int, float | None, bool]]:
    return {(basis, name, window): tuple(rest) for basis, name, window, *rest in select(url, FIGURES, day)}  # type: ignore[misc]


def test_good_forecasts_raise_no_alarm(bundle: Service, url: str) -> None:
    play(url, 200, value="0.03")
    report = watch()
    assert (report["matches"], report["alarms"]) == (200, [])
    computed = figures(url)
    assert len(computed) == 2 * 5
    assert not any(alarm for _, _, alarm in computed.values())
    assert {n for n, _, _ in computed.values()} == {200}


def test_the_figures_are_those_that_anyone_can_work_out(bundle: Service, url: str) -> None:
    play(url, 150, value="0.03")
    watch()
    rows = select(
        url,
        """
        SELECT p.home, p.draw, o.prices, m.home_goals, m.away_goals
        FROM matches m JOIN predictions p USING (match_id) JOIN offers o USING (match_id)
        """,
    )
    gaps = []
    for home, draw, prices, scored, conceded in rows:
        inverse = [1 / float(price) for price in prices]  # no margin is left in them
        shares = [share / sum(inverse) for share in inverse]
        gaps.append(rps(home, draw, scored, conceded) - rps(shares[0], shares[1], scored, conceded))
    values = [float(value) for (value,) in select(url, "SELECT closing_line_value FROM pick_closings")]
    computed = figures(url)
    assert computed["prices", "gap", 250] == (150, pytest.approx(fmean(gaps), abs=1e-5), False)
    assert computed["prices", "closing_line_value", 1000] == (150, pytest.approx(fmean(values)), False)
    assert computed["ratings", "gap", 1000][1] == pytest.approx(0, abs=1e-5), "they equal the closing line"


def rps(home: float, draw: float, scored: int, conceded: int) -> float:
    return ((home - (scored > conceded)) ** 2 + (home + draw - (scored >= conceded)) ** 2) / 2


@pytest.mark.case("M8")
def test_an_alarm_suspends_the_picks_until_a_run_finds_none(
    bundle: Service, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day is committed without picks, and the response has the reason."""
    play(url, 120, swapped)
    bundle.fixtures(FRIDAY, GENEROUS)
    run("sync_fixtures", MORNING)
    run("publish_predictions", MORNING)
    capsys.readouterr()
    report = watch()
    assert report["status"] == "done", "a finding is no failure"
    assert any("gap by prices" in alarm and "of 120, may be -0.0005 to +0.0015" in alarm for alarm in report["alarms"])
    (line,) = [
        entry for text in capsys.readouterr().out.splitlines() if (entry := json.loads(text))["level"] == "ERROR"
    ]
    assert (line["event"], line["alarms"]) == ("quality alarm", report["alarms"])
    assert figures(url)["prices", "gap", 250][2] is True
    assert figures(url)["ratings", "gap", 250][2] is False
    assert run("choose_picks", MORNING)["reason"] == "suspended"
    assert select(url, "SELECT day::text, reason FROM pick_days") == [("2024-04-27", "suspended")]
    assert select(url, "SELECT 1 FROM picks") == []
    tomorrow = timedelta(days=1)
    bundle.fixtures(FRIDAY, GENEROUS | {"Date": "28/04/2024"})
    run("sync_fixtures", MORNING + tomorrow)
    run("publish_predictions", MORNING + tomorrow)
    assert watch(NOW + tomorrow, since="2024-04-01")["alarms"] == [], "the fault was mended in April"
    assert run("choose_picks", MORNING + tomorrow)["picks"] == 1


def test_an_alarm_lasts_until_the_next_evaluation(bundle: Service, url: str) -> None:
    play(url, 120, swapped)
    watch(NOW - timedelta(days=3))
    bundle.fixtures(FRIDAY, GENEROUS)
    run("sync_fixtures", MORNING)
    run("publish_predictions", MORNING)
    assert run("choose_picks", MORNING)["reason"] == "suspended"


def test_a_day_without_a_match_is_no_suspended_day(bundle: Service, url: str) -> None:
    play(url, 120, swapped)
    watch()
    assert run("choose_picks", MORNING)["reason"] == "no_match"


@pytest.mark.parametrize(("value", "alarm"), [("-0.02", True), ("0.03", False), ("0.09", True)])
def test_picks_that_lose_to_the_close_or_beat_it_incredibly_alarm(
    bundle: Service, url: str, value: str, alarm: bool
) -> None:
    play(url, 110, value=value)
    assert bool(watch()["alarms"]) is alarm
    assert figures(url)["prices", "closing_line_value", 250][2] is alarm


def test_a_forecast_that_did_not_start_from_prices_is_not_judged_as_one(bundle: Service, url: str) -> None:
    play(url, 100, swapped, basis="ratings")
    assert watch()["alarms"] == []
    computed = figures(url)
    assert (computed["prices", "gap", 250][0], computed["ratings", "gap", 250][0]) == (0, 100)


def test_below_the_minimum_sample_no_quality_alarm_is_raised(bundle: Service, url: str) -> None:
    play(url, 99, swapped, value="-0.5")
    assert watch()["alarms"] == []
    assert {(n, value) for n, value, _ in figures(url).values()} == {(99, None)}
    play(url, 1, swapped, start=99, value="-0.5")
    assert watch()["alarms"] != []


@pytest.mark.case("G1")
def test_repeated_or_past_evaluations_give_the_same_rows(bundle: Service, url: str) -> None:
    """Later data is ignored, so that a past day is evaluated as it was."""
    play(url, 120)
    day = kick_off(119).date() + timedelta(days=1)
    watch(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    before = rows_of(url, "jobs")["quality"]
    play(url, 100, swapped, start=120)
    assert watch(day=day.isoformat())["matches"] == 120
    assert rows_of(url, "jobs")["quality"] == before
    watch()
    watch()
    assert len(rows_of(url)["quality"]) == 2 * len(before)


def test_a_close_of_our_own_counts_only_where_no_better_one_is_awaited(bundle: Service, url: str) -> None:
    play(url, 120, own_close=True)
    begun = kick_off(119) + timedelta(hours=16)
    assert watch(begun)["matches"] == 120
    assert figures(url, begun.date().isoformat())["prices", "gap", 250][0] == 110, "ten days' matches wait"


def test_quality_is_evaluated_over_a_year_at_most(bundle: Service, url: str) -> None:
    play(url, 120)
    day = kick_off(20).date() + timedelta(days=365)
    assert watch(day=day.isoformat())["matches"] == 100


@pytest.mark.parametrize("value", ["01/04/2024", 20240401, "2023-02-29"])
def test_a_day_to_start_at_that_is_none_is_named(bundle: Service, value: object) -> None:
    with pytest.raises(InvalidEvent, match=r'"since" must be a date such as 2026-10-01'):
        watch(since=value)


def test_a_quality_alarm_is_reported_to_sentry_and_the_run_succeeds(url: str) -> None:
    play(url, 100, swapped)
    code = "from functions.watch_quality.handler import handler; handler({}, None)"
    with collector() as (dsn, sent):
        environment = {"DATABASE_URL": url, "SENTRY_DSN": dsn, "CLOCK": NOW.isoformat()}
        process = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
    assert (process.returncode, process.stderr) == (0, "")
    assert "QualityAlarm" in sent[0]
    assert "by prices" in sent[0]
