"""Seasons and Paris days, whatever zone the machine is in."""

import csv
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.calendar import paris_bounds, paris_day, season_from_label, season_label, season_of
from shared.football.competition import by_division
from tests.season import real_seasons

pytestmark = pytest.mark.usefixtures("machine_zone")

DAYS = st.dates(date(1993, 7, 1), date(2092, 6, 30))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.case("I3")
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(
            "2026-10-24T21:59:59",
            date(2026, 10, 24),
            marks=pytest.mark.case("I1"),
            id="the last second before the long day",
        ),
        pytest.param("2026-10-24T22:30", date(2026, 10, 25), marks=pytest.mark.case("I1"), id="00:30 summer time"),
        pytest.param("2026-10-25T00:30", date(2026, 10, 25), marks=pytest.mark.case("I1"), id="02:30 the first time"),
        pytest.param("2026-10-25T01:30", date(2026, 10, 25), marks=pytest.mark.case("I1"), id="02:30 the second time"),
        pytest.param(
            "2026-10-25T22:59:59", date(2026, 10, 25), marks=pytest.mark.case("I1"), id="the last second of 25 hours"
        ),
        pytest.param("2026-10-25T23:00", date(2026, 10, 26), marks=pytest.mark.case("I1"), id="the day after"),
        pytest.param("2027-03-27T23:00", date(2027, 3, 28), marks=pytest.mark.case("I2"), id="the short day begins"),
        pytest.param(
            "2027-03-28T01:00", date(2027, 3, 28), marks=pytest.mark.case("I2"), id="two o'clock is three o'clock"
        ),
        pytest.param("2027-03-28T22:00", date(2027, 3, 29), marks=pytest.mark.case("I2"), id="after 23 hours"),
        pytest.param("2026-02-14T23:30", date(2026, 2, 15), marks=pytest.mark.case("I4"), id="winter"),
        pytest.param("2026-08-14T23:30", date(2026, 8, 15), marks=pytest.mark.case("I4"), id="summer"),
        pytest.param("2028-02-28T23:30", date(2028, 2, 29), marks=pytest.mark.case("I8"), id="leap day"),
        pytest.param("2028-02-29T23:30", date(2028, 3, 1), marks=pytest.mark.case("I8"), id="after the leap day"),
    ],
)
def test_the_betting_day_is_the_day_in_paris(instant: str, day: date):
    assert paris_day(utc(instant)) == day
    assert paris_day(utc(instant).astimezone(timezone(timedelta(hours=12)))) == day


@pytest.mark.case("I3")
@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        pytest.param(
            date(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T23:00", marks=pytest.mark.case("I1"), id="25 hours"
        ),
        pytest.param(
            date(2027, 3, 28), "2027-03-27T23:00", "2027-03-28T22:00", marks=pytest.mark.case("I2"), id="23 hours"
        ),
        pytest.param(
            date(2028, 2, 29), "2028-02-28T23:00", "2028-02-29T23:00", marks=pytest.mark.case("I8"), id="leap day"
        ),
        pytest.param(date(2026, 7, 14), "2026-07-13T22:00", "2026-07-14T22:00", id="an ordinary day"),
    ],
)
def test_a_betting_day_starts_and_ends_at_midnight_in_paris(day: date, start: str, end: str):
    assert paris_bounds(day) == (utc(start), utc(end))
    assert all(bound.tzinfo is UTC for bound in paris_bounds(day))


@given(DAYS)
def test_days_follow_each_other_without_gap_or_overlap(day: date):
    start, end = paris_bounds(day)
    assert end == paris_bounds(day + timedelta(days=1))[0]
    assert paris_day(start) == day == paris_day(end - timedelta(microseconds=1))
    assert paris_day(start - timedelta(microseconds=1)) == day - timedelta(days=1)


@pytest.mark.case("I10")
def test_a_naive_instant_is_rejected():
    with pytest.raises(ValueError, match="time zone"):
        paris_day(datetime(2026, 10, 25, 1, 30))  # noqa: DTZ001 - the naive instant is the point


@pytest.mark.parametrize(
    ("day", "season"),
    [
        pytest.param(date(2024, 6, 30), 2023, marks=pytest.mark.case("I7"), id="last day"),
        pytest.param(date(2024, 7, 1), 2024, marks=pytest.mark.case("I7"), id="first day"),
        pytest.param(date(2024, 12, 31), 2024, marks=pytest.mark.case("I7"), id="old year"),
        pytest.param(date(2025, 1, 1), 2024, marks=pytest.mark.case("I7"), id="new year"),
        pytest.param(
            date(2020, 7, 26), 2019, marks=pytest.mark.case("I7"), id="the Premier League's last day of 2019-20"
        ),
        pytest.param(date(2020, 8, 2), 2019, marks=pytest.mark.case("I7"), id="Serie A's last day of 2019-20"),
        pytest.param(date(2020, 8, 21), 2020, marks=pytest.mark.case("I7"), id="Ligue 1's first day of 2020-21"),
        pytest.param(date(2028, 2, 29), 2027, marks=pytest.mark.case("I8"), id="leap day"),
    ],
)
def test_the_season_of_a_day(day: date, season: int):
    assert season_of(day) == season


@pytest.mark.case("I7")
def test_every_match_ever_played_falls_in_the_season_of_its_file():
    played: set[tuple[str, date]] = set()
    for path in real_seasons().glob("mmz4281/*/*.csv"):
        if path.stem in by_division():
            with path.open(encoding="latin-1", newline="") as file:
                days = {row["Date"] for row in csv.DictReader(file) if row["Date"]}
            for day in days:
                form = "%d/%m/%Y" if len(day) == 10 else "%d/%m/%y"
                played.add((path.parent.name, datetime.strptime(day, form).replace(tzinfo=UTC).date()))
    assert len(played) > 4_000
    assert [(label, day) for label, day in played if season_label(season_of(day)) != label] == []


@given(st.integers(1993, 2092))
def test_a_seasons_label_parses_back_to_the_season(season: int):
    assert season_from_label(season_label(season)) == season


@pytest.mark.parametrize(("season", "label"), [(2023, "2324"), (1999, "9900"), (2005, "0506"), (1993, "9394")])
def test_labels_are_those_of_the_files(season: int, label: str):
    assert season_label(season) == label


@pytest.mark.parametrize("label", ["", "2023", "2325", "2423", "23/24", "2023-24", " 2324", "23a4", "٢٣٢٤", "²³²⁴"])
def test_an_invalid_season_label_is_rejected_with_an_example(label: str):
    with pytest.raises(ValueError, match="write 2324 for 2023-24"):
        season_from_label(label)
