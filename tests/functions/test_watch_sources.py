"""Each source is compared with its fact sheet, by free requests, and no failing source hides another."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.watch_sources.checks import MAX_AGE, Finding, changed_columns
from local import fake_upstash
from shared.clients import fact_sheets
from shared.clients.fact_sheets import CSV_RESULTS_REQUIRED, MODEL_PRICES, ODDS_BOOKMAKERS, ODDS_SPORTS, SHEETS
from shared.clients.sources.football_data_uk import parse_csv
from shared.football.competition import COMPETITIONS
from shared.football.outlets import OUTLETS
from shared.runtime import invocation_metrics
from shared.runtime.settings import Settings
from shared.stores.betting import offers
from shared.stores.database import connect
from tests import http_service
from tests.factories import insert_matches, match_update, offer
from tests.feed_service import Item, rss
from tests.http_service import RawResponse
from tests.met_service import forecast
from tests.running import environment, run, select
from tests.runtime.test_error_reports import collector

NOW = datetime(2026, 11, 30, 7, tzinfo=UTC)
DAY = timedelta(days=1)
COVERED = [c.code for c in COMPETITIONS.values() if c.fixtures_api]
SENT_HEADER = (
    "Div Date Time HomeTeam AwayTeam FTHG FTAG FTR HTHG HTAG HTR Referee HxG AxG HS AS HST AST HF AF HC AC HY AY HR AR "
    "B365H B365D B365A BFDH BFDD BFDA BVH BVD BVA BWH BWD BWA PPH PPD PPA SKBH SKBD SKBA MaxH MaxD MaxA AvgH AvgD AvgA "
    "BFEH BFED BFEA B365>2.5 B365<2.5 Max>2.5 Max<2.5 Avg>2.5 Avg<2.5 BFE>2.5 BFE<2.5 AHh B365AHH B365AHA MaxAHH "
    "MaxAHA AvgAHH AvgAHA BFEAHH BFEAHA B365CH B365CD B365CA BFDCH BFDCD BFDCA BVCH BVCD BVCA BWCH BWCD BWCA PPCH PPCD "
    "PPCA "
    "SKBCH SKBCD SKBCA MaxCH MaxCD MaxCA AvgCH AvgCD AvgCA BFECH BFECD BFECA B365C>2.5 B365C<2.5 MaxC>2.5 MaxC<2.5 "
    "AvgC>2.5 AvgC<2.5 BFEC>2.5 BFEC<2.5 AHCh B365CAHH B365CAHA MaxCAHH MaxCAHA AvgCAHH AvgCAHA BFECAHH BFECAHA"
)
"""Of the season 2026-27, as the service sends it, with blanks for commas."""
HEADER: list[str] = [*SENT_HEADER.split()]
RESULTS_ONLY = {"FTHG", "FTAG", "FTR", "HTHG", "HTAG", "HTR"}
FINDINGS = "SELECT about, what FROM reports WHERE kind = 'source' ORDER BY 1, 2"
KEY = "0123456789abcdef0123456789abcdef"


def csv_file(*pairs: tuple[str, str], header: list[str] = HEADER, division: str = "E0", played: bool = True) -> bytes:
    """A file of matches between these clubs, with every column filled; of coming ones those that are known before."""
    rows: list[str] = []
    for home, away in pairs:
        fixed = {"Div": division, "Date": "21/11/2026", "Time": "15:00", "HomeTeam": home, "AwayTeam": away}
        columns = {name: fixed.get(name, "D" if name in {"FTR", "HTR"} else "1") for name in header}
        rows.append(",".join(columns[name] if played or name not in RESULTS_ONLY else "" for name in header))
    return ("\ufeff" + "\r\n".join([",".join(header), *rows, ""])).encode()


@dataclass
class World:
    """All external sources at one address, with valid responses by default.

    Attributes:
        database: its address.
        overrides: responses that replace the usual ones, by path.
        requests: paths with their queries.
    """

    database: str
    overrides: dict[str, RawResponse] = field(default_factory=dict[str, RawResponse])
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])

    def respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        path, query = urlsplit(target).path, {k: v[0] for k, v in parse_qs(urlsplit(target).query).items()}
        self.requests.append((path, query))
        return self.overrides.get(path) or self.usual_response(path)

    def usual_response(self, path: str) -> RawResponse:
        _, where, *_, last = path.split("/")
        if where == "csv":
            bodies = {
                "E0.csv": csv_file(("Arsenal", "Chelsea"), ("Everton", "Fulham")),
                "fixtures.csv": csv_file(("Liverpool", "Brighton"), played=False),
            }.get(last)
            return (200, {}, bodies) if bodies else (404, {}, b"")
        if where == "org":
            return json_response({"resultSet": {"competitions": ",".join(COVERED)}, "matches": []})
        if where == "odds":
            free = {"x-requests-used": "12", "x-requests-remaining": "488", "x-requests-last": "0"}
            return json_response([{"key": key, "active": True} for key in ODDS_SPORTS.values()], headers=free)
        if where == "met":
            return json_response(
                forecast(NOW - timedelta(hours=1)), headers={"Expires": "Mon, 30 Nov 2026 07:30:00 GMT"}
            )
        if where in {"groq", "anthropic"}:
            return json_response({"data": [{"id": name} for name in MODEL_PRICES]})
        return 200, {}, rss(Item("Saka is fit", "https://bbc.example/saka", NOW - DAY))

    def watch(self, at: datetime = NOW) -> dict[str, Any]:
        return run("watch_sources", at)


def json_response(body: object, status: int = 200, headers: dict[str, str] | None = None) -> RawResponse:
    return status, headers or {}, json.dumps(body).encode()


def source_findings(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The log lines about changed sources since the last call."""
    log_lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [line for line in log_lines if line["event"] == "sources have changed"]


@pytest.fixture
def world(url: str) -> Iterator[World]:
    world = World(url)
    with (
        http_service.serve(world.respond) as address,
        fake_upstash.serve() as (redis, token),
        environment(
            DATABASE_URL=url,
            UPSTASH_REDIS_REST_URL=redis,
            UPSTASH_REDIS_REST_TOKEN=token,
            FOOTBALL_DATA_UK_URL=f"{address}/csv",
            FOOTBALL_DATA_URL=f"{address}/org",
            FOOTBALL_DATA_API_KEY="s3cr3t",
            THE_ODDS_API_URL=f"{address}/odds",
            THE_ODDS_API_KEY=KEY,
            MET_NORWAY_URL=f"{address}/met",
            GROQ_URL=f"{address}/groq",
            GROQ_API_KEY="gsk_x",
            ANTHROPIC_URL=f"{address}/anthropic",
            ANTHROPIC_API_KEY="sk-ant-x",
            NEWS_FEEDS_URL=f"{address}/feeds",
            LOG_LEVEL="WARNING",
        ),
    ):
        yield world


def test_sources_that_match_their_fact_sheets_cause_no_findings(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    report = world.watch()
    assert (report["status"], report["findings"], report["alarms"]) == ("done", [], [])
    assert report["checked"] == 1 + 13 + 1 + 5 + len(OUTLETS), "an address, leagues, fixtures, services, feeds"
    assert report["rows"] == {"2627/E0.csv": 2}
    assert (select(world.database, FINDINGS), source_findings(capsys)) == ([], [])


def test_watching_sources_costs_no_credits_or_tokens(world: World) -> None:
    """No credit of The Odds API; one call of football-data.org's ten a minute; no token of an LLM."""
    world.watch()
    paths = [path for path, _ in world.requests]
    assert [path for path in paths if path.startswith("/odds")] == ["/odds/sports"]
    assert [path for path in paths if path.startswith("/org")] == ["/org/matches"]
    assert [path for path in paths if path.startswith(("/groq", "/anthropic"))] == [
        "/groq/models",
        "/anthropic/v1/models",
    ]


CASES: list[tuple[str, RawResponse, tuple[str, str], bool]] = [
    (
        "/csv/fixtures.csv",
        (302, {"Location": "http://127.0.0.1:9/fixtures.csv"}, b""),
        ("football-data.co.uk", "its address redirects to http://127.0.0.1:9/fixtures.csv"),
        True,
    ),
    (
        "/csv/mmz4281/2627/E0.csv",
        (200, {}, csv_file(("Arsenal", "Chelsea"), header=[*HEADER, "ZZH"])),
        ("football-data.co.uk", "E0.csv has a new column ZZH"),
        False,
    ),
    (
        "/csv/mmz4281/2627/E0.csv",
        (200, {}, csv_file(("Arsenal", "Chelsea"), header=[name for name in HEADER if name != "AvgCH"])),
        ("football-data.co.uk", "E0.csv has no column AvgCH"),
        True,
    ),
    (
        "/csv/fixtures.csv",
        (200, {}, csv_file(("Arsenal", "Chelsea"), header=[n for n in HEADER if n != "MaxD"], played=False)),
        ("football-data.co.uk", "fixtures.csv has no column MaxD"),
        True,
    ),
    (
        "/csv/mmz4281/2627/E0.csv",
        (200, {}, csv_file(("Arsenal", "FC Nobody"))),
        ("football-data.co.uk", "FC Nobody of E0 is no club we know"),
        True,
    ),
    (
        "/csv/mmz4281/2627/SP1.csv",
        (403, {}, b"no"),
        ("football-data.co.uk", "football-data.co.uk answered 403 for mmz4281/2627/SP1.csv"),
        True,
    ),
    ("/csv/fixtures.csv", (404, {}, b""), ("football-data.co.uk", "there is no fixtures.csv"), True),
    (
        "/org/matches",
        json_response({"message": "The resource you are looking for is restricted.", "errorCode": 403}, 403),
        ("football-data.org", "CL may not be read with our plan"),
        True,
    ),
    (
        "/org/matches",
        (301, {"Location": "https://api.football-data.org/v5/matches"}, b""),
        ("football-data.org", "its address redirects to https://api.football-data.org/v5/matches"),
        True,
    ),
    (
        "/odds/sports",
        json_response([{"key": key} for key in ODDS_SPORTS.values() if key != "soccer_epl"]),
        ("The Odds API", "it knows no sport soccer_epl"),
        True,
    ),
    (
        "/odds/sports",
        json_response(
            [{"key": key} for key in ODDS_SPORTS.values()],
            headers={"x-requests-used": "13", "x-requests-remaining": "487", "x-requests-last": "1"},
        ),
        ("The Odds API", "its list of sports is no longer free"),
        True,
    ),
    (
        "/odds/sports",
        json_response({"message": "gone", "error_code": "DEACTIVATED_KEY"}, 401),
        ("The Odds API", "The Odds API answered 401 DEACTIVATED_KEY to /sports"),
        True,
    ),
    (
        "/met/complete",
        json_response(forecast(NOW - timedelta(hours=1)), 203),
        ("MET Norway", "this version of its forecasts will end"),
        False,
    ),
    (
        "/groq/models",
        json_response({"data": [{"id": "openai/gpt-oss-20b"}]}),
        ("Groq", "it has no model openai/gpt-oss-120b"),
        False,
    ),
    ("/anthropic/v1/models", json_response({"data": []}), ("Anthropic", "it has no model claude-haiku-5-5"), False),
    ("/anthropic/v1/models", json_response({}, 401), ("Anthropic", "its list of models answered 401"), False),
    ("/anthropic/v1/models", (200, {}, b"<html>"), ("Anthropic", "its list of models is none"), False),
    ("/feeds/lequipe", (404, {}, b""), ("L'Équipe", "L'Équipe answered 404"), False),
    ("/feeds/bbc_sport", (200, {}, rss()), ("BBC Sport", "its feed is empty"), False),
    ("/feeds/guardian", (503, {}, b""), ("The Guardian", "it could not be reached"), False),
]


@pytest.mark.parametrize(("path", "instead", "finding", "alarms"), CASES, ids=[case[2][1] for case in CASES])
def test_each_change_of_a_source_is_a_finding_and_critical_ones_raise_an_alarm(
    world: World,
    capsys: pytest.CaptureFixture[str],
    path: str,
    instead: RawResponse,
    finding: tuple[str, str],
    alarms: bool,
) -> None:
    world.overrides[path] = instead
    report = world.watch()
    assert finding in select(world.database, FINDINGS)
    assert ": ".join(finding) in report["findings"]
    assert (": ".join(finding) in report["alarms"]) is alarms
    [line] = source_findings(capsys)
    assert line["level"] == ("ERROR" if alarms else "WARNING")
    assert bool(invocation_metrics.current().source_faults) is alarms, "the metric of the alarm"
    assert report["status"] == "done"


def test_the_failure_of_one_source_hides_no_other(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even one in the middle of a source's files."""
    world.overrides = {
        "/csv/mmz4281/2627/E0.csv": (200, {}, b"<html>"),
        "/csv/fixtures.csv": (200, {}, csv_file(("Arsenal", "FC Nobody"), played=False)),
        "/org/matches": (200, {}, b"<html>"),
        "/odds/sports": json_response({}),
        "/met/complete": (404, {}, b""),
        "/groq/models": (200, {}, b"\xff"),
        "/feeds/rmc_sport": (200, {}, b"<html>"),
        "/anthropic/v1/models": json_response({"data": []}),
    }
    world.watch()
    about = [about for about, _ in select(world.database, FINDINGS)]
    assert about.count("football-data.co.uk") == 2
    assert {"football-data.org", "The Odds API", "MET Norway", "Groq", "Anthropic", "RMC Sport"} < set(about)
    [line] = source_findings(capsys)
    assert (line["level"], len(line["alarms"]), len(line["others"])) == ("ERROR", 4, 4)


def test_an_unexpected_error_for_one_source_hides_no_other(world: World) -> None:
    """A key that no header can hold raises what no source ever does."""
    with environment(
        DATABASE_URL=world.database,
        FOOTBALL_DATA_UK_URL="http://127.0.0.1:9",
        GROQ_URL="http://127.0.0.1:9",
        GROQ_API_KEY="gsk_é",
        ANTHROPIC_URL="http://127.0.0.1:9",
        ANTHROPIC_API_KEY="sk-ant-x",
        LOG_LEVEL="CRITICAL",
    ):
        report = world.watch()
    assert report["findings"] == [
        "Anthropic: it could not be reached",
        "Groq: looking at it failed: UnicodeEncodeError",
        "football-data.co.uk: it could not be reached",
    ]


@pytest.mark.case("G1")
def test_a_second_run_on_a_day_reports_nothing_again_and_the_next_day_does(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.overrides["/csv/mmz4281/2627/E0.csv"] = (200, {}, csv_file(("Arsenal", "FC Nobody")))
    assert len(world.watch()["alarms"]) == 1
    again = world.watch(NOW + timedelta(hours=2))
    assert (again["alarms"], len(again["findings"]), len(source_findings(capsys))) == ([], 1, 1)
    world.overrides["/odds/sports"] = json_response([])
    worse = world.watch(NOW + timedelta(hours=3))
    assert (len(worse["alarms"]), len(source_findings(capsys))) == (len(ODDS_SPORTS), 1), "new findings are reported"
    assert len(world.watch(NOW + DAY)["alarms"]) == 1 + len(ODDS_SPORTS)
    assert len(select(world.database, FINDINGS)) == 1 + len(ODDS_SPORTS), "and stays one row each"


def test_a_shrinking_results_file_raises_an_alarm_except_in_a_new_season(world: World) -> None:
    world.watch()
    world.overrides["/csv/mmz4281/2627/E0.csv"] = (200, {}, csv_file(("Arsenal", "Chelsea")))
    report = world.watch(NOW + DAY)
    assert report["alarms"] == ["football-data.co.uk: 2627/E0.csv has 1 rows and had 2"]
    assert world.watch(NOW + 2 * DAY)["alarms"] == []
    assert world.watch(datetime(2027, 8, 1, 7, tzinfo=UTC))["alarms"] == [], "nothing is published yet"


def test_a_bookmaker_without_prices_is_reported_once_others_have_some(world: World) -> None:
    """Its key may have changed; fetching the list of keys would cost a credit."""
    assert world.watch()["findings"] == []
    with connect(world.database, "test") as db, db.transaction():
        insert_matches(db, match_update(kick_off=NOW + DAY))
        [match_id] = [row[0] for row in db.execute("SELECT match_id FROM matches").fetchall()]
        priced = [key for key in ODDS_BOOKMAKERS if key != "pmu_fr"]
        offers.put(
            db,
            [
                offer(match_id, bookmaker=key, source="the_odds_api", taken_at=NOW - timedelta(hours=5))
                for key in priced
            ],
        )
    report = world.watch(NOW + timedelta(hours=1))
    assert (report["findings"], report["alarms"]) == (["The Odds API: it tells no price of pmu_fr"], [])


def test_fact_sheets_not_reviewed_for_long_are_reported(world: World) -> None:
    oldest = min(sheet.checked_on for sheet in SHEETS)
    late = datetime.combine(oldest + MAX_AGE + DAY, NOW.timetz())
    report = world.watch(late)
    assert any(f"its facts are of {oldest.isoformat()}: read " in finding for finding in report["findings"])
    assert report["alarms"] == []


def test_source_alarms_are_reported_to_sentry_and_the_run_succeeds(url: str) -> None:
    world = World(url, {"/csv/mmz4281/2627/E0.csv": (200, {}, csv_file(("Arsenal", "FC Nobody")))})
    code = "from functions.watch_sources.handler import handler; handler({}, None)"
    with http_service.serve(world.respond) as address, collector() as (dsn, sent):
        variables = {
            "DATABASE_URL": url,
            "FOOTBALL_DATA_UK_URL": f"{address}/csv",
            "SENTRY_DSN": dsn,
            "CLOCK": NOW.isoformat(),
        }
        process = subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).resolve().parents[2],
            env={**variables, "CLOCK": NOW.isoformat()},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (process.returncode, process.stderr) == (0, "")
    assert [text for text in sent if "SourceAlarm" in text and "FC Nobody" in text]


def test_a_source_without_a_key_is_not_requested(url: str) -> None:
    world = World(url)
    with (
        http_service.serve(world.respond) as address,
        environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=f"{address}/csv", LOG_LEVEL="CRITICAL"),
    ):
        assert world.watch()["checked"] == 15
    assert {path.split("/")[1] for path, _ in world.requests} == {"csv"}


def test_the_fact_sheet_lists_every_column_of_the_files() -> None:
    """Every column that the service sends is known, and every one that we need is sent."""
    assert set(HEADER) <= fact_sheets.CSV_COLUMNS
    assert set(HEADER) >= CSV_RESULTS_REQUIRED
    lines, _ = parse_csv(csv_file(("Arsenal", "Chelsea")), "E0.csv")
    assert changed_columns("x", "E0.csv", lines, CSV_RESULTS_REQUIRED) == []
    empty, _ = parse_csv(csv_file(), "E0.csv")
    assert changed_columns("x", "E0.csv", empty, CSV_RESULTS_REQUIRED) == [], "a file without a match has no findings"


def test_addresses_and_models_are_those_of_the_sheets() -> None:
    defaults = Settings
    assert defaults.football_data_url == fact_sheets.FOOTBALL_DATA_ORG.address
    assert defaults.the_odds_api_url == fact_sheets.THE_ODDS_API.address
    assert (defaults.groq_url, defaults.groq_model) == (fact_sheets.GROQ.address, fact_sheets.GROQ_MODEL)
    assert (defaults.anthropic_url, defaults.anthropic_model) == (
        fact_sheets.ANTHROPIC.address,
        fact_sheets.ANTHROPIC_MODEL,
    )
    assert defaults.stripe_api_url == fact_sheets.STRIPE.address
    assert {fact_sheets.GROQ_MODEL, fact_sheets.ANTHROPIC_MODEL} <= set(MODEL_PRICES)
    assert all(sheet.address.startswith("https://") and sheet.reference for sheet in SHEETS)


def test_a_findings_text_names_its_source() -> None:
    assert str(Finding("Groq", "it has no model x", is_critical=False)) == "Groq: it has no model x"
