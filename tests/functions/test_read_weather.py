"""The weather at kick-offs: rate of requests, storage, and what becomes of it when the source fails."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy import service
from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable
from shared.clients.sources.met_norway import ADDRESS
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.stores.database import connect
from tests import met_service
from tests.factories import insert_matches, match_update
from tests.met_service import MetService, forecast, step
from tests.running import environment, rows_of, run, select

NOW = datetime(2026, 11, 22, 5, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 11, 28, 15, tzinfo=UTC)
WEATHER = "SELECT match_id, at, temperature, hours, symbol, expires_at FROM weather ORDER BY at"
ARSENAL, EVERTON = ("51.5550", "-0.1080"), ("53.4250", "-3.0030")


def insert_match(url: str, home: str = "Arsenal", kick_off: datetime = SATURDAY, **changes: Any) -> int:
    away = "Brighton" if changes.get("competition", "PL") == "PL" else "Lyon"
    changes = {"season": 2026, "external_id": f"{home}{kick_off}", "kick_off": kick_off, **changes}
    with connect(url, "test") as db:
        return insert_matches(db, match_update(home, away, **changes), now=NOW - DAY)[0]


@pytest.fixture
def met(url: str) -> Iterator[MetService]:
    """The service, on a Sunday morning, and one match of the coming Saturday."""
    insert_match(url)
    with met_service.serve(NOW) as met, environment(DATABASE_URL=url, MET_NORWAY_URL=met.url, LOG_LEVEL="ERROR"):
        yield met


def read_weather(met: MetService, now: datetime = NOW) -> dict[str, Any]:
    met.now = now
    return run("read_weather", now)


def places(met: MetService) -> list[tuple[str, str]]:
    return [(latitude, longitude) for latitude, longitude, _ in met.requests]


def test_without_an_address_the_weather_job_is_skipped(url: str) -> None:
    insert_match(url)
    with environment(DATABASE_URL=url):
        assert run("read_weather", NOW)["skipped"] == "MET_NORWAY_URL is not set"


def test_deployed_stages_and_local_runs_use_the_same_weather_url() -> None:
    assert service.read().config["custom"]["secrets"]["weather"] == {"MET_NORWAY_URL": ADDRESS}


def test_the_weather_at_kick_off_is_stored_verbatim_and_as_a_row(met: MetService, url: str) -> None:
    report = read_weather(met)
    assert {name: report[name] for name in ("matches", "grounds", "read")} == {"matches": 1, "grounds": 1, "read": 1}
    (row,) = select(url, WEATHER)
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert row[1:] == (noon, 11.5, 6, "lightrain", NOW + HOUR / 2), "six days ahead a step is six hours long"
    ((source, external_id, content),) = select(url, "SELECT source, external_id, content FROM payloads")
    assert (source, external_id, json.loads(content)) == ("met_norway/steps", str(row[0]), step(noon, hours=6))


@pytest.mark.case("E18")
def test_requests_follow_met_norways_terms(met: MetService) -> None:
    """A user agent with contact, four decimals at most."""
    read_weather(met)
    assert met.requests == [(*ARSENAL, None)]
    (agent,) = met.user_agents
    assert agent.startswith("paris-sportif/")
    assert "https://" in agent, "a site where we can be reached"


def test_the_nearer_the_match_the_finer_the_hour(met: MetService, url: str) -> None:
    read_weather(met)
    later = SATURDAY - DAY
    met.made_at = later - HOUR
    read_weather(met, later)
    assert [row[1:4] for row in select(url, WEATHER)] == [(SATURDAY, 11.5, 1)]
    assert len(select(url, "SELECT 1 FROM payloads")) == 2, "both are stored verbatim"


@pytest.mark.case("G1", "G4")
def test_no_request_is_repeated_before_expires(met: MetService, url: str) -> None:
    """A retry or a second run sends no request."""
    read_weather(met)
    before = rows_of(url, "jobs")
    assert read_weather(met, NOW + 29 * HOUR / 60)["too_soon"] == 1
    assert (len(met.requests), rows_of(url, "jobs")) == (1, before)


@pytest.mark.case("E18", "G4")
@pytest.mark.parametrize(("seconds", "requests"), [(0, 1), (1, 1), (1799, 1), (1800, 2), (1801, 2)])
def test_a_place_is_requested_again_from_expires_on_and_never_before(
    met: MetService, seconds: int, requests: int
) -> None:
    read_weather(met)
    read_weather(met, NOW + timedelta(seconds=seconds))
    assert len(met.requests) == requests


@pytest.mark.case("E18", "J2")
@pytest.mark.parametrize("kick_off", [SATURDAY - 3 * DAY, SATURDAY + 12 * HOUR])
def test_a_new_or_rescheduled_match_causes_no_request_before_expires(
    met: MetService, url: str, kick_off: datetime
) -> None:
    """The terms refer to the place. Another match there, or the same at another hour, waits for the next run."""
    read_weather(met)
    changes = {} if kick_off > SATURDAY else {"stage": "LEAGUE_STAGE", "competition": "CL"}
    insert_match(url, kick_off=kick_off, **changes)
    assert read_weather(met, NOW + 29 * HOUR / 60)["too_soon"] == 1
    assert len(met.requests) == 1
    assert read_weather(met, NOW + HOUR / 2)["read"] == 1
    assert len(met.requests) == 2


@pytest.mark.case("E18")
def test_after_a_304_the_new_expires_counts(met: MetService) -> None:
    read_weather(met)
    met.max_age = 3 * HOUR
    assert read_weather(met, NOW + HOUR)["unchanged"] == 1
    met.max_age = HOUR / 2
    assert read_weather(met, NOW + 3.9 * HOUR)["too_soon"] == 1
    assert read_weather(met, NOW + 4 * HOUR)["unchanged"] == 1
    assert len(met.requests) == 3


@pytest.mark.case("E18")
def test_the_expires_of_an_older_forecast_is_respected_too(met: MetService) -> None:
    """Its weather replaces nothing; its request counts all the same."""
    read_weather(met)
    met.made_at = NOW - 2 * HOUR
    read_weather(met, NOW + HOUR)
    assert read_weather(met, NOW + HOUR + 29 * HOUR / 60)["too_soon"] == 1
    assert len(met.requests) == 2


def test_an_unchanged_resource_is_revalidated_by_a_304(met: MetService, url: str) -> None:
    """304, and the forecast counts for longer."""
    read_weather(met)
    ((_, *before, _),) = select(url, WEATHER)
    assert read_weather(met, NOW + 12 * HOUR)["unchanged"] == 1
    assert met.requests[1] == (*ARSENAL, "Sun, 22 Nov 2026 04:20:00 GMT")
    ((_, *after, expires_at),) = select(url, WEATHER)
    assert (after, expires_at) == (before, NOW + 12.5 * HOUR)


def test_one_request_serves_all_matches_at_a_ground(met: MetService, url: str) -> None:
    insert_match(url, kick_off=SATURDAY - 3 * DAY, stage="LEAGUE_STAGE", competition="CL")
    insert_match(url, "Milan", competition="SA")
    insert_match(url, "Inter", SATURDAY - DAY, competition="SA")
    report = read_weather(met)
    assert (report["matches"], report["grounds"], len(met.requests), len(select(url, WEATHER))) == (4, 2, 2, 4)


@pytest.mark.case("J2")
def test_a_match_that_is_new_or_moved_is_read_though_nothing_else_changed(met: MetService, url: str) -> None:
    read_weather(met)
    insert_match(url, kick_off=SATURDAY - 3 * DAY, stage="LEAGUE_STAGE", competition="CL")
    read_weather(met, NOW + HOUR)
    assert [since for *_, since in met.requests] == [None, None]
    assert len(select(url, WEATHER)) == 2
    insert_match(url, kick_off=SATURDAY - 12 * HOUR)
    read_weather(met, NOW + 2 * HOUR)
    assert len(met.requests) == 3
    assert {row[1] for row in select(url, WEATHER)} == {SATURDAY - 3 * DAY - 3 * HOUR, SATURDAY - 15 * HOUR}


@pytest.mark.parametrize(
    ("home", "changes"),
    [
        ("Everton", {"kick_off": NOW + 7 * DAY}),
        ("Everton", {"kick_off": NOW - HOUR}),
        ("Everton", {"status": Status.POSTPONED}),
        ("Burton", {}),
        ("Nobody Rovers", {}),
        ("Everton", {"competition": "CL", "stage": "FINAL"}),
        ("Norwich", {"competition": "DEMO"}),
    ],
)
def test_weather_is_requested_only_for_the_coming_weeks_matches_at_known_grounds(
    met: MetService, url: str, home: str, changes: dict[str, Any]
) -> None:
    insert_match(url, home, **changes)
    read_weather(met)
    assert places(met) == [ARSENAL]


@pytest.mark.case("E18", "G3", "G8")
@pytest.mark.parametrize(("status", "error"), [(403, Rejected), (429, RateLimited), (503, Unavailable)])
def test_a_rejected_request_ends_the_run_and_earlier_rows_stay(
    met: MetService, url: str, status: int, error: type[Exception]
) -> None:
    """The next run goes on from there."""
    insert_match(url, "Everton")
    insert_match(url, "Man City")
    read_weather(met)
    met.requests.clear()
    met.made_at = NOW + 11 * HOUR
    met.failures = [status]
    with pytest.raises(ExceptionGroup) as caught:
        read_weather(met, NOW + 12 * HOUR)
    assert isinstance(caught.value.exceptions[0], error)
    assert len(met.requests) == 1, "a rejection is not retried"
    assert len(select(url, WEATHER)) == 3
    assert read_weather(met, NOW + 12 * HOUR + HOUR / 60)["read"] == 3


def test_a_run_that_was_cut_short_goes_on_where_it_stopped(met: MetService, url: str) -> None:
    insert_match(url, "Everton")
    met.bodies, met.failures = [], []
    respond, count = met.respond, iter(range(9))
    met.respond = lambda *given: (503, {}, b"") if next(count) == 1 else respond(*given)  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup):
        read_weather(met)
    assert len(select(url, WEATHER)) == 1
    report = read_weather(met, NOW + HOUR / 60)
    assert (report["too_soon"], report["read"]) == (1, 1)


@pytest.mark.case("E5", "G9")
def test_a_ground_whose_answer_makes_no_sense_stops_no_other(met: MetService, url: str) -> None:
    insert_match(url, "Everton")
    met.bodies = [b"<html>"]
    with pytest.raises(ExceptionGroup) as caught:
        read_weather(met)
    assert [type(error) for error in caught.value.exceptions] == [InvalidResponse]
    assert places(met) == [ARSENAL, EVERTON]
    assert len(select(url, WEATHER)) == 1


def test_a_kick_off_beyond_the_forecast_has_no_weather(met: MetService, url: str) -> None:
    met.steps = [step(NOW), step(NOW + 5 * DAY)]
    assert read_weather(met)["read"] == 1
    assert select(url, WEATHER) == []


def test_an_older_forecast_replaces_nothing(met: MetService, url: str) -> None:
    read_weather(met)
    before = select(url, WEATHER)
    met.made_at = NOW - 2 * HOUR
    met.steps = forecast(NOW, step(SATURDAY, temperature=-9.0))["properties"]["timeseries"]
    read_weather(met, NOW + 12 * HOUR)
    ((*after, expires_at),) = select(url, WEATHER)
    assert (after, expires_at) == ([*before[0][:-1]], NOW + 12.5 * HOUR)


def test_no_weather_is_read_for_an_hour_that_is_not_known(met: MetService, url: str) -> None:
    last = last_minute(SATURDAY.date())
    insert_match(url, kick_off=last, hour=Hour.UNKNOWN, source_updated_at=NOW - HOUR)
    assert read_weather(met)["matches"] == 0
    assert (met.requests, select(url, WEATHER)) == ([], [])
    insert_match(url, kick_off=SATURDAY, source_updated_at=NOW)
    assert read_weather(met)["matches"] == 1
    assert len(met.requests) == 1
