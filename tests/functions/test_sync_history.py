"""Results and closing prices: a season's files, read again and again while they grow."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.football.match import Hour
from shared.football.team import Source
from shared.runtime.jobs import InvalidEvent
from shared.stores.database import connect
from tests.emf import points
from tests.factories import insert_matches, match_update
from tests.running import environment, rows_of, run, select
from tests.season import Row, Service, row, to_csv

NOW = datetime(2024, 4, 28, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAYED = row("Arsenal", "Chelsea", "27/04/2024 15:00", "5-0", closing=(1.5, 4.5, 6.5))
EARLIER = row("Everton", "Fulham", "20/04/2024 15:00", "1-1")
REPORTS = "SELECT kind, about, what FROM reports ORDER BY kind, about, what"
SCORES = "SELECT status, home_goals, away_goals FROM matches ORDER BY kick_off"


def sync(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("sync_history", now, {"seasons": 1, **event})


def test_results_and_prices_before_and_at_the_close_are_taken(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, EARLIER, PLAYED)
    report = sync()
    assert (report["files"], report["lines"], report["applied"]) == (1, 2, 2)
    assert select(url, SCORES) == [("finished", 1, 1), ("finished", 5, 0)]
    opening = [Decimal("2.000"), Decimal("3.500"), Decimal("4.000")]
    assert select(url, "SELECT prices, closing, taken_at FROM offers ORDER BY taken_at") == [
        (opening, False, datetime(2024, 4, 19, 13, tzinfo=UTC)),  # the Friday before
        (opening, False, datetime(2024, 4, 26, 13, tzinfo=UTC)),
        ([Decimal("1.500"), Decimal("4.500"), Decimal("6.500")], True, datetime(2024, 4, 27, 14, tzinfo=UTC)),
    ]


def test_statistics_are_taken_and_a_correction_too(bundle: Service, url: str) -> None:
    statistics = {"HS": "27", "AS": "7", "HST": "10", "AST": "x", "HC": "9", "AC": ""}
    bundle.results(NOW - HOUR, EARLIER, PLAYED | statistics)
    sync()
    query = """
        SELECT home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_expected_goals,
            home_corners, away_corners
        FROM match_statistics
    """
    assert select(url, query) == [(27, 7, 10, None, None, 9, None)]
    bundle.results(NOW, EARLIER, PLAYED | statistics | {"AST": "1", "HxG": "2.91", "AC": "3"})
    sync(NOW + HOUR)
    assert select(url, query) == [(27, 7, 10, 1, 2.91, 9, 3)]


@pytest.mark.case("G1")
def test_the_same_files_again_add_nothing(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, EARLIER, PLAYED)
    sync()
    before = rows_of(url, "jobs")
    assert sync(NOW + HOUR)["lines"] == 0
    assert rows_of(url, "jobs") == before


def test_a_file_that_grew_is_read_where_it_is_new(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, EARLIER)
    sync()
    bundle.results(NOW, EARLIER, PLAYED)
    assert sync(NOW + HOUR)["lines"] == 1
    assert len(select(url, SCORES)) == 2


@pytest.mark.case("J8")
def test_a_corrected_score_is_applied_with_an_alarm(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, PLAYED)
    sync()
    bundle.results(NOW, {**PLAYED, "FTHG": "4"})
    sync(NOW + HOUR)
    assert select(url, SCORES) == [("finished", 4, 0)]
    assert ("match", "football_data_uk:E0/2324/Arsenal/Chelsea", "score corrected from 5-0 to 4-0") in select(
        url, REPORTS
    )
    assert len(rows_of(url)["payloads"]) == 2, "the first payload is retained"


@pytest.mark.case("E9")
def test_a_row_cut_short_does_not_undo_a_result(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, PLAYED)
    sync()
    bundle.results(NOW, row("Arsenal", "Chelsea", "27/04/2024 15:00"))
    sync(NOW + HOUR)
    assert select(url, SCORES) == [("finished", 5, 0)]


@pytest.mark.case("G9")
@pytest.mark.parametrize("goals", ["-1", "99", "x"])
def test_a_malformed_row_is_reported_and_the_rest_applied(bundle: Service, url: str, goals: str) -> None:
    bundle.results(NOW - HOUR, {**EARLIER, "FTHG": goals}, PLAYED)
    assert sync()["applied"] == 1
    ((kind, about, what),) = select(url, REPORTS)
    assert (kind, about) == ("line", "E0/2324/Everton/Fulham")
    assert "no score" in what


def test_a_row_of_another_division_is_reported(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, {**EARLIER, "Div": "XX"}, PLAYED)
    assert sync()["applied"] == 1
    assert select(url, REPORTS) == [("line", "XX/2324/Everton/Fulham", "division XX is not known")]


@pytest.mark.case("K5")
def test_an_unmatched_club_is_reported_and_teaches_nothing(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, row("Arsenal", "Arsenal Ladies", "20/04/2024 15:00", "1-0"), PLAYED)
    sync()
    assert select(url, REPORTS) == [("unmatched club", "football_data_uk:Arsenal Ladies", "no alias matches")]
    assert run("update_ratings", NOW)["results"] == 1


@pytest.mark.case("E5")
def test_one_file_that_fails_does_not_undo_the_others(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, PLAYED)
    bundle.put("mmz4281/2324/F1.csv", "<html>Maintenance</html>", NOW)
    with pytest.raises(ExceptionGroup, match="1 parts failed, the others are done"):
        sync()
    assert select(url, SCORES) == [("finished", 5, 0)]
    assert rows_of(url)["jobs"] == []


def test_stored_seasons_are_not_fetched_again_except_the_last_two(bundle: Service, url: str) -> None:
    for season, year in (("2122", 2021), ("2223", 2022), ("2324", 2023)):
        bundle.results(NOW - HOUR, row("Arsenal", "Chelsea", f"01/10/{year} 15:00", "1-0"), season=season)
    assert sync(seasons=3)["files"] == 3
    assert sync(NOW + HOUR, seasons=3)["files"] == 2
    assert {season for (season,) in select(url, "SELECT season FROM matches")} == {2021, 2022, 2023}


def test_a_run_for_a_past_day_reads_the_seasons_of_that_day(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, row("Arsenal", "Chelsea", "01/10/2022 15:00", "1-0"), season="2223")
    assert sync(day="2023-01-05")["applied"] == 1


@pytest.mark.parametrize("seasons", [0, 41, "3", 1.5, None])
def test_an_invalid_number_of_seasons_is_rejected(bundle: Service, seasons: object) -> None:
    with pytest.raises(InvalidEvent, match='"seasons" must be a number from 1 to 40'):
        sync(seasons=seasons)


def test_a_result_overdue_from_the_higher_ranked_source_is_applied(bundle: Service, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update(source=Source.FOOTBALL_DATA_ORG, external_id="1"), now=NOW)
    kick_off = datetime(2024, 4, 27, 14, tzinfo=UTC)
    bundle.results(kick_off + 3 * HOUR, PLAYED)
    sync(kick_off + 4 * HOUR)
    assert select(url, SCORES) == [("scheduled", None, None)]
    sync(kick_off + 7 * HOUR)
    assert select(url, SCORES) == [("finished", 5, 0)]


# What a file was, and what it became by the next run.
WHOLE = [EARLIER, row("Wolves", "Luton", "21/04/2024 15:00", "2-1"), PLAYED]


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("content", "report"),
    [
        (to_csv(WHOLE[:2]), ("file", "2324/E0.csv", "3 matches stood in it, now 2")),
        (to_csv(WHOLE).split("\n")[0], ("file", "2324/E0.csv", "3 matches stood in it, now 0")),
        (None, ("file", "2324/E0.csv", "it is gone")),
        (to_csv(WHOLE).replace("AvgA", "AvgX"), ("file", "2324/E0.csv", "columns are gone: AvgA")),
        (to_csv(WHOLE).replace("AvgA", "AvgX"), ("file", "2324/E0.csv", "columns are new: AvgX")),
        (to_csv(WHOLE).replace("Wolves", '"Wolves'), ("line", "mmz4281/2324/E0.csv:3", "its quotes are not balanced")),
        (to_csv(WHOLE).rpartition("Arsenal")[0], ("line", "mmz4281/2324/E0.csv:4", "no division, date or clubs")),
    ],
    ids=["shorter", "empty", "gone", "a column gone", "a column new", "a quote", "cut off"],
)
def test_a_deteriorated_file_is_reported_once_and_no_match_is_lost(
    bundle: Service, url: str, capsys: pytest.CaptureFixture[str], content: str | None, report: tuple[str, str, str]
) -> None:
    bundle.results(NOW - HOUR, *WHOLE)
    sync()
    before = select(url, SCORES)
    file = bundle.directory / "mmz4281/2324/E0.csv"
    if content is None:
        file.unlink()
    else:
        bundle.put("mmz4281/2324/E0.csv", content, NOW)
    capsys.readouterr()
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=bundle.url, APP_ENV="staging"):
        sync(NOW + HOUR)
        sync(NOW + 2 * HOUR)
    assert report in select(url, REPORTS)
    assert select(url, SCORES) == before
    lines = capsys.readouterr().out.splitlines()
    counted = [point.value for line in lines for point in points(line) if point.name == "SourceFaults"]
    assert counted[0] >= 1
    assert counted[1] == 0, "the same again rings no more"


def test_a_file_that_grows_is_no_worse(bundle: Service, url: str) -> None:
    bundle.results(NOW - HOUR, *WHOLE[:2])
    sync()
    bundle.results(NOW, *WHOLE[:2], {**PLAYED, "AvgCH": "", "AvgCD": "", "AvgCA": ""})
    sync(NOW + HOUR)
    worse = [what for kind, _, what in select(url, REPORTS) if kind == "file" and "new" not in what]
    assert worse == []


def test_a_new_seasons_columns_are_compared_with_the_last_ones(bundle: Service, url: str) -> None:
    """As in August 2026, when Pinnacle's columns were gone and two bookmakers' new."""
    pinnacle = {"PSH": "1.5", "PSD": "4.5", "PSA": "6.5"}
    bundle.results(NOW - HOUR, *({**each, **pinnacle} for each in WHOLE))
    sync()
    new = row("Arsenal", "Everton", "17/08/2024 15:00", "1-0", closing=(1.5, 4.5, 6.5), PPH="1.5", SKBH="1.52")
    july, august = datetime(2024, 7, 10, 3, 10, tzinfo=UTC), datetime(2024, 8, 18, 3, 10, tzinfo=UTC)
    sync(july, seasons=2)  # nothing is published yet
    bundle.results(august - HOUR, new, season="2425")
    sync(august, seasons=2)
    assert select(url, REPORTS) == [
        ("file", "2425/E0.csv", "columns are gone: PSA, PSD, PSH"),
        ("file", "2425/E0.csv", "columns are new: PPH, SKBH"),
    ]


# A club that is called otherwise than it ever was.
DEPOR = [
    row("La Coruna", "Sevilla", "13/04/2024 15:00", "1-0", division="SP1"),
    row("Getafe", "Betis", "13/04/2024 15:00", "1-1", division="SP1"),
]


@pytest.mark.case("K5")
def test_a_result_under_a_name_that_is_nearly_a_clubs_waits_for_a_person(bundle: Service, url: str) -> None:
    unknown = row("Depor Coruna", "Getafe", "27/04/2024 15:00", "2-0", division="SP1")
    bundle.results(NOW - HOUR, *DEPOR, unknown, division="SP1")
    sync()
    assert select(url, "SELECT name FROM teams WHERE NOT matched") == []
    assert select(url, "SELECT count(*) FROM matches") == [(2,)]
    assert select(url, REPORTS) == [
        (
            "unmatched club",
            "football_data_uk:Depor Coruna",
            "no alias matches; is it Deportivo La Coruña (202)? Its match waits",
        )
    ]
    bundle.results(NOW, *DEPOR, {**unknown, "HomeTeam": "Dep. A Coruna"}, division="SP1")
    sync(NOW + HOUR)
    assert select(url, "SELECT home_team_id FROM matches WHERE home_goals = 2") == [(202,)]


@pytest.mark.case("J12")
def test_a_result_is_matched_to_its_known_fixture_despite_an_unknown_club_name(bundle: Service, url: str) -> None:
    result = row("Depor Coruna", "Getafe", "27/04/2024 15:00", "2-0", division="SP1", closing=(1.5, 4.5, 6.5), HS="9")
    with connect(url, "test") as db:
        fixture = match_update(
            "La Coruna", "Getafe", competition="PD", external_id="1", source=Source.FOOTBALL_DATA_ORG
        )
        insert_matches(db, fixture, now=NOW - 48 * HOUR)
    bundle.results(NOW - HOUR, result, division="SP1")
    sync()
    assert select(url, SCORES) == [("finished", 2, 0)]
    assert select(url, "SELECT DISTINCT match_id FROM offers WHERE closing") == [(fixture.match_id,)]
    assert select(url, "SELECT match_id FROM match_statistics") == [(fixture.match_id,)]
    assert select(url, "SELECT name FROM teams WHERE NOT matched") == []
    what = "no alias matches; by its match of the day it is Deportivo La Coruña (202)"
    assert select(url, REPORTS) == [("unmatched club", "football_data_uk:Depor Coruna", what)]
    assert sync(NOW + HOUR)["lines"] == 0


@pytest.mark.case("J12")
def test_a_pending_result_is_applied_once_its_fixture_is_known_from_an_unchanged_file(
    bundle: Service, url: str
) -> None:
    bundle.results(
        NOW - HOUR, *DEPOR, row("Depor Coruna", "Getafe", "27/04/2024 15:00", "2-0", division="SP1"), division="SP1"
    )
    sync()
    assert select(url, "SELECT count(*) FROM matches") == [(2,)]
    with connect(url, "test") as db:
        fixture = match_update(
            "La Coruna", "Getafe", competition="PD", external_id="1", source=Source.FOOTBALL_DATA_ORG
        )
        insert_matches(db, fixture, now=NOW)
    sync(NOW + HOUR)
    assert select(url, "SELECT home_goals FROM matches WHERE match_id = %s", fixture.match_id) == [(2,)]


def at_half_time(played: Row, home: str = "1", away: str = "0") -> Row:
    return played | {"HTHG": home, "HTAG": away}


PITCH = at_half_time(row("Union Berlin", "Bochum", "13/04/2024 14:30", "1-1", division="D1"))
JURY = at_half_time(PITCH, "", "") | {"FTHG": "0", "FTAG": "2"}
OTHERS = [
    at_half_time(row("Mainz", "Bayern Munich", "13/04/2024 16:30", "2-1", division="D1")),
    at_half_time(row("Augsburg", "Leverkusen", "13/04/2024 14:30", "0-2", division="D1"), "0", "1"),
]
UNDER_REVIEW = """
    SELECT home_goals, away_goals, home_goals_at_half_time, review IS NOT NULL FROM matches ORDER BY match_id
"""


def load(bundle: Service, now: datetime, *rows: Row) -> None:
    bundle.results(now - HOUR, *rows, division=rows[0]["Div"])
    sync(now)


def test_an_awarded_match_awaits_a_person_and_teaches_nothing(bundle: Service, url: str) -> None:
    load(bundle, NOW, JURY, *OTHERS)
    assert set(select(url, UNDER_REVIEW)) == {(0, 2, 0, False), (0, 2, None, True), (2, 1, 1, False)}
    assert run("update_ratings", NOW + HOUR)["results"] == 2
    assert len(select(url, "SELECT 1 FROM learned_results")) == 2
    reviews = select(url, "SELECT what FROM reports WHERE kind = 'match'")
    assert reviews == [("0-2 without a score at half-time: a jury may have awarded it",)]


def test_an_awarded_score_does_not_replace_the_played_one(bundle: Service, url: str) -> None:
    load(bundle, NOW, PITCH, *OTHERS)
    run("update_ratings", NOW + HOUR)
    learned = select(url, "SELECT match_id, home_goals, away_goals FROM learned_results")
    assert len(learned) == 3
    load(bundle, NOW + 12 * HOUR, JURY, *OTHERS)
    load(bundle, NOW + 13 * HOUR, JURY | {"HS": "12"}, *OTHERS)
    assert sorted(select(url, UNDER_REVIEW)) == [(0, 2, 0, False), (1, 1, 1, True), (2, 1, 1, False)]
    run("update_ratings", NOW + 14 * HOUR)
    assert len(select(url, "SELECT 1 FROM learned_results")) == 2, "a match under review teaches nothing"


def test_a_match_that_is_no_longer_under_review_teaches_again(bundle: Service, url: str) -> None:
    load(bundle, NOW, JURY, *OTHERS)
    run("update_ratings", NOW + HOUR)
    load(bundle, NOW + 12 * HOUR, PITCH, *OTHERS)
    assert run("update_ratings", NOW + 13 * HOUR)["results"] == 3
    assert (1, 1, 1, False) in select(url, UNDER_REVIEW)


def test_a_result_without_a_time_comes_on_its_day(bundle: Service, url: str) -> None:
    today = row("Arsenal", "Chelsea", "28/04/2024", "1-0")
    load(bundle, NOW + 15 * HOUR, today)
    assert select(url, "SELECT hour, home_goals FROM matches") == [("unknown", 1)]


def test_the_hour_of_a_result_counts_where_the_other_source_has_none(bundle: Service, url: str) -> None:
    with connect(url, "test") as db:
        last = datetime(2024, 4, 27, 21, 59, tzinfo=UTC)
        insert_matches(
            db,
            match_update(source=Source.FOOTBALL_DATA_ORG, external_id="1", kick_off=last, hour=Hour.UNKNOWN),
            now=NOW,
        )
    load(bundle, datetime(2024, 4, 27, 19, 59, tzinfo=UTC), PLAYED)  # football-data.org still has time to send it
    kick_off = datetime(2024, 4, 27, 14, tzinfo=UTC)
    state = "SELECT source, hour, kick_off, status, home_goals FROM matches"
    assert select(url, state) == [("football_data_org", "borrowed", kick_off, "scheduled", None)]
    sync(NOW)
    assert select(url, state) == [("football_data_uk", "known", kick_off, "finished", 5)]
