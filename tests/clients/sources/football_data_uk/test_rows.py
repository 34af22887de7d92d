"""football-data.co.uk: rows as parsed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.betting.prices import Market, Offer
from shared.clients.errors import InvalidResponse
from shared.clients.sources.football_data_uk import parse_csv
from shared.clients.sources.football_data_uk_parser import CsvRow, ParsedRow, last_publication, parse_row
from shared.football.match import Hour, MatchStatistics, MatchUpdate, Score, Status
from tests.clients.sources.football_data_uk.files import COMING, KEYS_2026, NOW, ROWS_2026, UPDATED_AT, season_file
from tests.season import real_seasons, row, to_csv

pytestmark = pytest.mark.usefixtures("machine_zone")
PLAYED = row("Arsenal", "Chelsea", "23/04/2024 20:00", "5-0", closing=(1.5, 4.5, 6.5), HTHG="1", HTAG="0")


def readings(*rows: dict[str, str]) -> list[ParsedRow]:
    lines, broken = parse_csv(to_csv(rows).encode(), "fixtures.csv")
    assert broken == ()
    return [parse_row(line, UPDATED_AT) for line in lines]


def reading(**changes: str) -> ParsedRow:
    (read,) = readings({**COMING, **changes})
    return read


def test_a_real_row_is_read_as_a_person_would() -> None:
    lines, _ = parse_csv((real_seasons() / "mmz4281/2324/E0.csv").read_bytes(), "E0.csv")
    read = parse_row(lines[0], NOW)  # 11/08/2023,20:00,Burnley,Man City,0,3
    update = read.update
    assert (update.external_id, update.competition, update.season, update.stage) == (
        "E0/2324/Burnley/Man City",
        "PL",
        2023,
        "REGULAR_SEASON",
    )
    assert (update.home.team and update.home.team.name, update.away.team and update.away.team.name) == (
        "Burnley",
        "Manchester City",
    )
    assert (update.kick_off, update.score, update.half_time) == (
        datetime(2023, 8, 11, 19, tzinfo=UTC),
        Score(0, 3),
        Score(0, 2),
    )
    closing = {(o.bookmaker, o.market): o.prices for o in read.offers if o.closing}
    assert closing["market_average", Market.H2H] == (Decimal("9.27"), Decimal("5.45"), Decimal("1.33"))
    assert closing["pinnacle", Market.TOTALS] == (Decimal("1.65"), Decimal("2.35"))
    opening = {(o.bookmaker, o.market): o.prices for o in read.offers if not o.closing}
    assert opening["market_average", Market.H2H] == (Decimal("9.02"), Decimal("5.35"), Decimal("1.35"))
    published = datetime(2023, 8, 11, 13, tzinfo=UTC)  # the same Friday
    assert {(o.closing, o.taken_at) for o in read.offers} == {(True, update.kick_off), (False, published)}
    assert read.statistics == MatchStatistics(update.match_id, 6, 17, 1, 8, None, None, 6, 5)


def test_two_clubs_that_meet_again_in_the_play_offs_play_two_matches() -> None:
    """In Belgium's files of 2023-26; with one id the second result would overwrite the first."""
    header = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG"
    matches = "B1,03/12/2023,Anderlecht,Genk,1,0\nB1,19/05/2024,Anderlecht,Genk,2,3"
    lines, faults = parse_csv(f"{header}\n{matches}\n".encode(), "B1.csv")
    assert [line.external_id for line in lines] == ["B1/2324/Anderlecht/Genk", "B1/2324/Anderlecht/Genk/PLAYOFFS"]
    regular, again = (parse_row(line, NOW).update for line in lines)
    assert (regular.stage, again.stage, faults) == ("REGULAR_SEASON", "PLAYOFFS", ())
    assert again.match_id - regular.match_id == 50 * 10**10, "the same clubs in another stage"


@pytest.mark.parametrize(
    ("columns", "statistics"),
    [
        ({"HxG": "1.72", "AxG": "0.4"}, (None, None, None, None, 1.72, 0.4, None, None)),
        ({"HC": "11", "AC": "0"}, (None, None, None, None, None, None, 11, 0)),
        ({"HS": "12", "AS": "", "HST": "x", "AST": "-1"}, (12, None, None, None, None, None, None, None)),
        ({"HS": "100", "AS": "nan", "HST": "inf"}, None),
        ({}, None),
    ],
)
def test_impossible_statistics_are_dropped(
    columns: dict[str, str], statistics: tuple[float | None, ...] | None
) -> None:
    (read,) = readings({**COMING, "FTHG": "2", "FTAG": "1", **columns})
    assert read.statistics == (statistics and MatchStatistics(read.update.match_id, *statistics))


@pytest.mark.parametrize(
    ("instant", "published"),
    [
        ("2024-04-26T13:00:00Z", "2024-04-26T13:00:00Z"),  # a Friday, at the hour
        ("2024-04-26T12:59:59Z", "2024-04-23T13:00:00Z"),
        ("2024-04-27T05:00:00Z", "2024-04-26T13:00:00Z"),
        ("2024-04-30T12:00:00Z", "2024-04-26T13:00:00Z"),  # a Tuesday, before the hour
        ("2024-04-30T13:00:01Z", "2024-04-30T13:00:00Z"),
        ("2024-04-30T14:30:00+02:00", "2024-04-26T13:00:00Z"),
    ],
)
def test_coming_matches_are_renewed_on_tuesdays_and_fridays(instant: str, published: str) -> None:
    assert last_publication(datetime.fromisoformat(instant)) == datetime.fromisoformat(published)


@pytest.mark.parametrize(
    ("time", "day"),
    [("14:59", 23), ("15:00", 26), ("20:00", 26)],  # London is an hour ahead: 15:00 is an hour after the renewal
)
def test_the_opening_prices_of_a_played_match_are_those_of_the_file_that_it_stood_in(time: str, day: int) -> None:
    (read,) = readings(row("Arsenal", "Chelsea", f"26/04/2024 {time}", "1-0"))
    assert [(o.closing, o.taken_at) for o in read.offers] == [(False, datetime(2024, 4, day, 13, tzinfo=UTC))]


HANDICAP = {"AHh": "-0.75", "MaxAHH": "2.02", "MaxAHA": "1.95", "PAHH": "1.98", "PAHA": "1.93"}


@pytest.mark.case("J14")
def test_the_prices_of_a_handicap_are_on_the_home_side_s_line() -> None:
    """Pinnacle's columns of lines begin with P; before the match only the line of then counts."""
    (read,) = readings({**COMING, **HANDICAP, "AHCh": "-1", "PCAHH": "2.2", "PCAHA": "1.7"})
    lines = [(o.bookmaker, o.line, o.prices) for o in read.offers if o.market is Market.HANDICAP]
    assert lines == [
        ("pinnacle", Decimal("-0.75"), (Decimal("1.98"), Decimal("1.93"))),
        ("market_best", Decimal("-0.75"), (Decimal("2.02"), Decimal("1.95"))),
    ]


@pytest.mark.case("L11", "J14")
def test_a_handicap_closes_on_the_line_to_which_it_has_moved() -> None:
    average = {"AvgAHH": "2.00", "AvgAHA": "1.90", "AvgCAHH": "1.88", "AvgCAHA": "2.02", "AHCh": "-1"}
    offers = [o for o in reading(FTHG="2", FTAG="1", **HANDICAP, **average).offers if o.market is Market.HANDICAP]
    assert {(o.bookmaker, o.closing, o.line) for o in offers} == {
        ("pinnacle", False, Decimal("-0.75")),
        ("market_average", False, Decimal("-0.75")),
        ("market_average", True, Decimal(-1)),
    }


@pytest.mark.parametrize("line", ["", "-0.7", "n/a", "NaN", "40"])
def test_a_line_that_is_none_has_no_prices(line: str) -> None:
    (read,) = readings({**COMING, **HANDICAP, "AHh": line})
    assert not [o for o in read.offers if o.market is Market.HANDICAP]


def test_a_coming_match_has_the_prices_of_the_publication() -> None:
    (read,) = readings({**COMING, "B365H": "2.1", "B365D": "3.4", "B365A": "3.9", "Avg>2.5": "1.8", "Avg<2.5": "2.0"})
    assert (read.update.status, read.update.score, read.update.source_updated_at) == (
        Status.SCHEDULED,
        None,
        UPDATED_AT,
    )
    assert [(o.bookmaker, o.market, o.line) for o in read.offers] == [
        ("bet365", Market.H2H, Decimal(0)),
        ("market_average", Market.H2H, Decimal(0)),
        ("market_average", Market.TOTALS, Decimal("2.5")),
    ]
    assert all((o.taken_at, o.closing, o.match_id) == (UPDATED_AT, False, read.update.match_id) for o in read.offers)


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (ROWS_2026[0].replace("M Oliver", '"Oliver, M'), ["its quotes are not balanced", "its values do not stand"]),
        (ROWS_2026[0].replace("M Oliver", "Oliver, M"), ["its values do not stand"]),  # an unquoted comma
        (ROWS_2026[0] + "," + ROWS_2026[1], ["its values do not stand"]),  # a line end that got lost
    ],
)
def test_values_that_may_stand_under_other_columns_are_not_taken(row: str, fault: list[str]) -> None:
    lines, faults = parse_csv(season_file(row, *ROWS_2026[1:]), "E0.csv")
    assert [line.external_id for line in lines] == KEYS_2026[1:]
    assert [(where, what[: len(reason)]) for (where, what), reason in zip(faults, fault, strict=True)] == [
        ("E0.csv:2", reason) for reason in fault
    ]


@pytest.mark.parametrize("text", ["1.0", "1.00", " 1.0 ", "1"])
def test_goals_written_as_a_spreadsheet_writes_numbers_are_whole_ones(text: str) -> None:
    played = row("Arsenal", "Chelsea", "23/04/2024 20:00", HTHG=text, HTAG="0.0", FTHG="10.0", FTAG=text)
    (read,) = readings(played)
    assert (read.update.score, read.update.half_time) == (Score(10, 1), Score(1, 0))
    assert '"FTHG":"10"' in read.update.payload, "so that a file that changes its form alone changes no row"


def test_prices_preserve_their_trailing_digits() -> None:
    (read,) = readings({**COMING, "AvgH": "2.0"})
    assert [str(o.prices[0]) for o in read.offers] == ["2.0"]


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    "line", ["E0,27/04/2024,15:00,Arsenal", "E0,,15:00,Arsenal,Chelsea", "E0,2024-04-27,15:00,Arsenal,Chelsea", "E0"]
)
def test_a_row_cut_short_is_named_and_the_others_are_read(line: str) -> None:
    text = f"Div,Date,Time,HomeTeam,AwayTeam\n{line}\nE0,28/04/2024,16:30,Tottenham,Arsenal\n"
    lines, broken = parse_csv(text.encode(), "fixtures.csv")
    assert [line.external_id for line in lines] == ["E0/2324/Tottenham/Arsenal"]
    assert broken == (("fixtures.csv:2", "no division, date or clubs"),)


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Div": "XX"}, "division XX is not known"),
        ({"FTHG": "-1", "FTAG": "0"}, "-1-0 is no score"),
        ({"FTHG": "99", "FTAG": "0"}, "99-0 is no score"),
        ({"FTHG": "2"}, "FTHG and FTAG are no score"),
        ({"FTHG": "two", "FTAG": "1"}, "FTHG and FTAG are no score"),
        ({"FTHG": "1.5", "FTAG": "1"}, "FTHG and FTAG are no score"),
        ({"Time": "25:00"}, "'25:00' is no time of day"),
        ({"Time": "noon"}, "'noon' is no time of day"),
        ({"AwayTeam": "Arsenal"}, "a club plays itself"),
    ],
)
def test_a_malformed_row_raises_an_error_with_its_reason(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidResponse, match=f"^{reason}$"):
        reading(**changes)


@pytest.mark.parametrize("bad", ["0", "1", "-2.5", "1.01x", "NaN", "Infinity", "1e9", "10000", "n/a"])
def test_a_price_that_is_none_is_missing_not_guessed(bad: str) -> None:
    offer = next(o for o in reading(AvgH=bad).offers if o.market is Market.H2H)
    assert offer.prices == (None, Decimal("3.5"), Decimal("4.0"))


def test_the_bookmakers_that_joined_in_2026_are_read_by_their_own_names() -> None:
    columns = {"PPH": "1.44", "PPD": "4.5", "PPA": "7", "SKB>2.5": "1.6", "SKB<2.5": "2.25"}
    assert [(o.bookmaker, o.market, o.prices) for o in reading(AvgH="", AvgD="", AvgA="", **columns).offers] == [
        ("paddypower", Market.H2H, (Decimal("1.44"), Decimal("4.5"), Decimal(7))),
        ("skybet", Market.TOTALS, (Decimal("1.6"), Decimal("2.25"))),
    ]


def test_a_bookmaker_without_any_price_makes_no_offer() -> None:
    assert reading(AvgH="", AvgD="", AvgA="0").offers == ()


@pytest.mark.case("F10")
def test_a_price_is_the_decimal_that_was_written() -> None:
    (offer,) = reading(AvgH="2.10").offers
    assert all(type(price) is Decimal for price in offer.prices)
    assert str(offer.prices[0]) == "2.10"


@pytest.mark.parametrize(
    ("date", "time", "kick_off"),
    [
        ("27/04/2024", "15:00", "2024-04-27T14:00:00+00:00"),  # summer time
        ("27/01/2024", "15:00", "2024-01-27T15:00:00+00:00"),
        ("31/03/2024", "14:00", "2024-03-31T13:00:00+00:00"),  # the day the clocks go forward
        pytest.param("29/02/2024", "20:00", "2024-02-29T20:00:00+00:00", marks=pytest.mark.case("I8")),
        ("27/04/24", "15:00", "2024-04-27T14:00:00+00:00"),
        ("27/04/2024", "00:30", "2024-04-26T23:30:00+00:00"),
    ],
)
def test_a_kick_off_in_london_time_is_converted_to_utc(date: str, time: str, kick_off: str) -> None:
    read = reading(Date=date, Time=time)
    assert read.update.kick_off == datetime.fromisoformat(kick_off)
    assert read.update.kick_off.tzinfo is UTC


@pytest.mark.case("I7")
def test_the_late_end_of_2020_belongs_to_the_season_before() -> None:
    body = (real_seasons() / "mmz4281/1920/I1.csv").read_bytes()
    lines, _ = parse_csv(body, "I1.csv")
    last = [parse_row(line, NOW).update for line in lines if line.fields["Date"] == "02/08/2020"]
    assert last
    assert {(update.season, update.external_id.split("/")[1]) for update in last} == {(2019, "1920")}


@pytest.mark.case("K5")
def test_an_unknown_club_has_no_team_but_its_name_and_a_provisional_id() -> None:
    (read,) = readings(row("Arsenal", "Arsenal Ladies", "27/04/2024 15:00"))
    assert (read.update.away.team, read.update.away.name) == (None, "Arsenal Ladies")
    assert read.update.away.team_id >= 10_000


def test_a_csv_row_is_serialised_without_escaping_non_ascii() -> None:
    line = CsvRow("x", {"Div": "E0", "HomeTeam": "Nott'm Forest", "Referee": "É"})
    assert line.content == '{"Div":"E0","HomeTeam":"Nott\'m Forest","Referee":"É"}'


@pytest.mark.parametrize(
    ("date", "time", "last_minute"),
    [
        ("19/08/05", "", "2005-08-19T21:59:00+00:00"),  # before 2019-20 the files have no time
        ("01/01/24", "", "2024-01-01T22:59:00+00:00"),
        ("27/04/2024", "00:00", "2024-04-27T21:59:00+00:00"),
        ("27/10/2024", "", "2024-10-27T22:59:00+00:00"),  # the day the clocks go back
    ],
)
def test_a_row_without_a_time_is_of_its_day_and_of_no_hour(date: str, time: str, last_minute: str) -> None:
    read = reading(Date=date, Time=time)
    assert (read.update.hour, read.update.kick_off) == (Hour.UNKNOWN, datetime.fromisoformat(last_minute))
    assert reading(Date=date, Time="00:15").update.hour is Hour.KNOWN


def results(*halves: tuple[str, str]) -> list[MatchUpdate]:
    """A file of results that has the columns of half-time, with these in them."""
    clubs = ("Arsenal", "Chelsea", "Everton", "Fulham")
    pairs = [(home, away) for home in clubs for away in clubs if home != away]
    rows = [
        row(home, away, "13/04/2024 15:00", "2-1", HTHG=half[0], HTAG=half[1])
        for (home, away), half in zip(pairs, halves, strict=False)
    ]
    return [read.update for read in readings(*rows)]


@pytest.mark.parametrize(
    ("halves", "reviewed"),
    [
        ([("1", "0"), ("", ""), ("0", "0")], [False, True, False]),
        ([("1", "0"), ("", "")], [False, True]),
        ([("", "0"), ("1", ""), ("0", "0")], [False, False, False]),  # half of one: it was played
        ([("", ""), ("", ""), ("", "")], [False, False, False]),  # a file with the columns, all empty
        ([("1", "0"), ("", ""), ("", ""), ("", "")], [False] * 4),  # nor one with mostly empty columns
    ],
)
def test_a_score_without_a_half_time_score_needs_review(halves: list[tuple[str, str]], reviewed: list[bool]) -> None:
    updates = results(*halves)
    assert [update.review is not None for update in updates] == reviewed
    assert {str(update.score) for update in updates} == {"2-1"}


def test_upcoming_matches_and_files_without_card_columns_need_no_review() -> None:
    played = row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1", HTHG="1", HTAG="0")
    assert [read.update.review for read in readings(played, COMING)] == [None, None]
    assert [read.update.review for read in readings(row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1"))] == [None]


@pytest.mark.parametrize(("home", "away"), [("1", ""), ("", "1"), ("x", "1"), ("-1", "0")])
def test_half_of_a_score_at_half_time_costs_no_match(home: str, away: str) -> None:
    (update,) = results((home, away))
    assert (update.score, update.half_time, update.review) == (Score(2, 1), None, None)


def test_an_incomplete_half_time_score_is_dropped() -> None:
    body = (
        b"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,HTR\r\n"
        b"I2,14/09/02,Ascoli,Bari,1,0,H,1,0,H\r\n"
        b"I2,15/09/02,Sampdoria,Siena,2,0,H,0,,\r\n"
    )
    lines, broken = parse_csv(body, "I2.csv")
    updates = [parse_row(line, UPDATED_AT).update for line in lines]
    assert broken == ()
    assert [(update.score, update.half_time, update.review) for update in updates] == [
        (Score(1, 0), Score(1, 0), None),
        (Score(2, 0), None, None),
    ]


def test_the_same_row_makes_the_same_offers_again() -> None:
    assert parse_row(*_line()) == parse_row(*_line())
    offers: tuple[Offer, ...] = parse_row(*_line()).offers
    assert {o.match_id for o in offers} == {parse_row(*_line()).update.match_id}


def _line() -> tuple[CsvRow, datetime]:
    (line,), _ = parse_csv(to_csv([PLAYED]).encode(), "E0.csv")
    return line, UPDATED_AT + timedelta(days=1)
