"""football-data.co.uk: files as a whole, their encoding, and failures of the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx
import pytest

from shared.clients.errors import InvalidResponse, Redirected, Rejected, Unavailable
from shared.clients.sources.football_data_uk import FootballDataUk, parse_csv
from shared.clients.sources.football_data_uk_parser import USED_COLUMNS, parse_row
from shared.football.competition import COMPETITIONS
from shared.football.match import Score
from tests.clients.sources.football_data_uk.files import (
    COMING,
    HEADER_2026,
    KEYS_2026,
    NOW,
    ROWS_2026,
    UPDATED_AT,
    season_file,
)
from tests.season import row, to_csv

pytestmark = pytest.mark.usefixtures("machine_zone")


@contextmanager
def service(response: httpx.Response | httpx.HTTPError) -> Iterator[FootballDataUk]:
    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(response, httpx.HTTPError):
            raise response
        return response

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        yield FootballDataUk("https://football-data.co.uk/", http, lambda: NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_file_is_parsed_in_utf_8_and_latin_1(encoding: str) -> None:
    text = to_csv([row("Alavés", "Atlético", "27/04/2024 15:00", division="SP1")])
    lines, _ = parse_csv(text.encode(encoding), "fixtures.csv")
    assert [(line.fields["HomeTeam"], line.external_id) for line in lines] == [("Alavés", "SP1/2324/Alavés/Atlético")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_empty_lines_empty_columns_and_any_line_end_do_no_harm(end: str) -> None:
    body = end.join(["Div,Date,Time,HomeTeam,AwayTeam,,", "E0,27/04/2024,15:00,Arsenal,Chelsea,,", ",,,,,,", "", ""])
    lines, broken = parse_csv(body.encode(), "fixtures.csv")
    assert ([dict(line.fields) for line in lines], broken) == (
        [{"Div": "E0", "Date": "27/04/2024", "Time": "15:00", "HomeTeam": "Arsenal", "AwayTeam": "Chelsea"}],
        (),
    )


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02",
        b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>",
        b'<html class="' + b"a" * 200_000 + b'">',
        b"Date,HomeTeam,AwayTeam\n27/04/2024,Arsenal,Chelsea\n",
        b'{"message": "no"}',
    ],
)
def test_an_invalid_csv_file_raises_invalid_response(body: bytes) -> None:
    with pytest.raises(InvalidResponse, match=r"fixtures\.csv of football-data\.co\.uk"):
        parse_csv(body, "fixtures.csv")


@pytest.mark.case("E5")
def test_a_page_too_long_for_a_field_of_csv_is_unintelligible_too() -> None:
    body = b"Div,Date,HomeTeam,AwayTeam\n" + b"x" * 200_000
    with pytest.raises(InvalidResponse, match=r"fixtures\.csv of football-data\.co\.uk"):
        parse_csv(body, "fixtures.csv")


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("M Oliver", '"M Oliver'),  # swallowed every row after it
        ("Arsenal,", '"Arsenal,'),
        ("M Oliver", '"M" Oliver'),
        ("4,1.9,3.6,4.1", '4,1.9,3.6,"4.1'),  # the last value
    ],
)
def test_an_unbalanced_quote_loses_no_row_and_is_reported(before: str, after: str) -> None:
    first, *others = ROWS_2026
    lines, faults = parse_csv(season_file(first.replace(before, after, 1), *others), "E0.csv")
    assert [line.external_id for line in lines] == KEYS_2026
    assert faults == (("E0.csv:2", "its quotes are not balanced"),)
    assert [parse_row(line, NOW).update.score for line in lines] == [Score(2, 1), Score(0, 0), Score(3, 1)]


def test_balanced_quotes_are_none_of_a_value() -> None:
    row = ROWS_2026[0].replace("M Oliver", '"Oliver, ""M"""').replace("Arsenal", '"Arsenal"')
    lines, faults = parse_csv(season_file(row), "E0.csv")
    assert faults == ()
    assert (lines[0].fields["HomeTeam"], lines[0].fields["Referee"]) == ("Arsenal", 'Oliver, "M"')


@pytest.mark.parametrize(
    ("bad", "read_as"),
    [
        (b"Nott\x92m Forest", "Nott’m Forest"),  # Windows' apostrophe
        (b"Legan\xe9s", "Leganés"),
        (b"M\xfcnchen", "München"),
        (b"A\x81B", "A\ufffdB"),  # a byte that stands for nothing
    ],
)
def test_one_byte_of_another_encoding_costs_neither_the_file_nor_the_accents_of_others(
    bad: bytes, read_as: str
) -> None:
    body = b"\xef\xbb\xbfDiv,Date,Time,HomeTeam,AwayTeam\r\n"
    body += b"SP1,27/04/2024,15:00," + bad + b",Getafe\r\n" + "SP1,27/04/2024,15:00,Alavés,Cádiz\r\n".encode()
    lines, faults = parse_csv(body, "fixtures.csv")
    assert [(line.fields["HomeTeam"], line.fields["AwayTeam"]) for line in lines] == [
        (read_as, "Getafe"),
        ("Alavés", "Cádiz"),
    ]
    assert faults == ()


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\x0b", "\x0c", "\x1e"])
def test_a_character_that_only_python_takes_for_a_line_end_ends_no_row(character: str) -> None:
    lines, _ = parse_csv(season_file(ROWS_2026[0].replace("M Oliver", f"M{character}Oliver")), "E0.csv")
    assert [line.external_id for line in lines] == KEYS_2026[:1]
    assert parse_row(lines[0], NOW).offers


def test_a_nought_byte_is_left_out() -> None:
    lines, _ = parse_csv(season_file(ROWS_2026[0].replace("Arsenal", "Arse\0nal")), "E0.csv")
    assert [line.external_id for line in lines] == KEYS_2026[:1]


def test_a_sheet_names_its_columns_in_order() -> None:
    with service(httpx.Response(200, content=b"\xef\xbb\xbf" + season_file(ROWS_2026[0], header=HEADER_2026))) as uk:
        sheet = uk.fetch_fixtures()
    assert sheet is not None
    assert ",".join(sheet.columns) == HEADER_2026


def test_used_columns_are_listed_in_one_place() -> None:
    read = {"PPH", "SKBCA", "B365>2.5", "PC<2.5", "AvgC>2.5", "AHh", "AHCh", "PCAHH", "HxG", "Time", "FTHG"}
    assert read <= USED_COLUMNS
    assert USED_COLUMNS.isdisjoint({"Referee", "HY", "IWH", "PSC>2.5", "PSAHH", ""})


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(404),
        httpx.Response(300, text="<html><head><title>300 Multiple Choices</title></head></html>"),
        httpx.Response(300, headers={"Location": "https://football-data.co.uk/mmz4281/2425/E1.csv"}),
    ],
    ids=["404", "300 with a page", "300 that prefers another season's file"],
)
def test_a_season_that_is_not_there_yet_is_none(response: httpx.Response) -> None:
    with service(response) as uk:
        assert uk.fetch_season(COMPETITIONS["PL"], 2024) is None
        assert uk.fetch_fixtures() is None


def test_a_service_that_moved_within_its_domain_is_followed() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.host == "football-data.co.uk":
            return httpx.Response(301, headers={"Location": f"https://www.football-data.co.uk{request.url.path}"})
        return httpx.Response(200, text=to_csv([COMING]))

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        sheet = FootballDataUk("https://football-data.co.uk", http, lambda: NOW).fetch_fixtures()
    assert sheet is not None
    assert [line.external_id for line in sheet.rows] == ["E0/2324/Arsenal/Chelsea"]


@pytest.mark.parametrize(
    ("last_modified", "expected"),
    [
        ("Fri, 26 Apr 2024 13:00:00 GMT", UPDATED_AT),
        ("Sun, 28 Apr 2024 13:00:00 GMT", NOW),  # the service's clock is ahead
        (None, NOW),
    ],
)
def test_a_sheets_modified_at_comes_from_last_modified_and_never_the_future(
    last_modified: str | None, expected: datetime
) -> None:
    headers = {"Last-Modified": last_modified} if last_modified else {}
    with service(httpx.Response(200, text=to_csv([COMING]), headers=headers)) as uk:
        sheet = uk.fetch_fixtures()
    assert sheet is not None
    assert sheet.modified_at == expected


def test_an_invalid_last_modified_is_ignored() -> None:
    with service(httpx.Response(200, text=to_csv([COMING]), headers={"Last-Modified": "yesterday"})) as uk:
        sheet = uk.fetch_fixtures()
    assert sheet is not None
    assert sheet.modified_at == NOW


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(403), Rejected),
        (httpx.Response(429), Rejected),
        (httpx.Response(500), Unavailable),
        pytest.param(
            httpx.Response(301, headers={"Location": "http://169.254.169.254/"}),
            InvalidResponse,
            marks=pytest.mark.case("E20"),
        ),
        pytest.param(
            httpx.Response(302, headers={"Location": "http://127.0.0.1"}), Redirected, marks=pytest.mark.case("E20")
        ),
        (httpx.Response(200, text="<html>"), InvalidResponse),
        (httpx.ConnectTimeout("slow"), Unavailable),
    ],
)
def test_a_failing_service_raises_the_matching_error(
    response: httpx.Response | httpx.HTTPError, error: type[Exception]
) -> None:
    with service(response) as uk, pytest.raises(error):
        uk.fetch_fixtures()
