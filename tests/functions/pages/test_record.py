"""The record page: no figure of few cases, and of many each with its interval."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from functions.pages.record import ENOUGH, bets_needed
from shared.betting.settlement import BetResult
from shared.stores.betting import picks
from shared.stores.database import connect
from shared.stores.forecasting import predictions
from shared.web.predictions.record_schemas import PickFigures, PickResults
from shared.web.predictions.schemas import Bounds
from tests.conftest import Databases
from tests.factories import choice, fair_close, forecast, insert_matches, match_update, pick
from tests.functions.pages.conftest import World
from tests.html_page import Element, parse
from tests.running import environment, invoke

CLUBS = ("Arsenal", "Chelsea", "Everton", "Fulham", "Burnley", "Brentford", "Liverpool", "Wolves", "Man City", "Leeds")
NOW = datetime(2024, 4, 30, 8, tzinfo=UTC)
PER_DAY, DAYS = 4, ENOUGH // 4


@pytest.fixture(scope="module")
def year(databases: Databases, empty: str) -> Iterator[None]:
    """Just enough picks, of which two in five are won."""
    pairs = permutations(CLUBS[:10], 2)
    pairs = [*pairs, *((home, "Luton") for home in CLUBS)]
    url = databases.make(empty)
    with connect(url, "test") as db, db.transaction():
        for number in range(DAYS):
            kick_off = datetime(2024, 4, 1, 14, tzinfo=UTC) + timedelta(days=number)
            published = kick_off - timedelta(hours=9)
            of_day = pairs[PER_DAY * number : PER_DAY * (number + 1)]
            updates = [
                match_update(home, away, "2-0" if (number + place) % 5 < 2 else "0-1", kick_off=kick_off)
                for place, (home, away) in enumerate(of_day)
            ]
            ids = insert_matches(db, *updates, now=NOW)
            predictions.add(db, [forecast(id_, kick_off=kick_off, published_at=published) for id_ in ids])
            chosen = [pick(id_, kick_off=kick_off, published_at=published) for id_ in ids]
            day = kick_off.date()
            assert picks.commit(db, day, published, PER_DAY, choice(*chosen))
            for place, row in enumerate(picks.between(db, day, day)):
                won = (number + place) % 5 < 2
                result, profit = (BetResult.WON, "1.1") if won else (BetResult.LOST, "-1")
                picks.add_settlement(db, row, result, "2-0" if won else "0-1", Decimal(profit), NOW)
                picks.add_closing_value(db, row, fair_close(), Decimal("0.05") if place else Decimal("0.01"))
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL"):
        yield


def record(path: str = "/en/record", at: datetime = NOW) -> Element:
    response = invoke("pages", path, at=at)
    assert response.status == 200, response.body
    return parse(response.body)


def figures(shown: Element, section: str) -> list[str]:
    return [each.text for each in shown.one("section", aria_labelledby=section).one("ul", class_="figures").all("li")]


def test_closing_line_value_comes_first_and_each_figure_has_its_interval(year: None) -> None:
    shown = record()
    assert [each.attributes["id"] for each in shown.all("h2")] == ["clv", "calibration", "score", "proof", "profit"]
    value, beaten, bets = figures(shown, "clv")
    assert value == "+4.0% closing-line value, on average [+3.7% ; +4.3%]"
    assert beaten == "100% of bets at better odds than the closing line"
    assert bets == "100 bets"
    profit, settled, won = figures(shown, "profit")
    assert profit == "−16.0% for each unit staked [−36.3% ; +4.3%]"
    assert (settled, won) == ("100 bets settled", "40 won, wholly or by half")


def test_calibration_is_drawn_and_tabled_with_its_counts(year: None) -> None:
    section = record().one("section", aria_labelledby="calibration")
    own, past = section.all("svg", class_="reliability")
    assert len(own.all("circle")) == 1
    assert len(past.all("circle")) > 10
    [row] = section.all("table")[0].one("tbody").all("tr")
    assert [cell.text for cell in row.all("td")] == ["50.0%", "40.0%", "30.9% – 49.8%", "100"]


def test_scores_stand_beside_the_markets(year: None) -> None:
    section = record("/record").one("section", aria_labelledby="score")
    rows = section.one("tbody").all("tr")
    assert rows[0].one("th").text == "Premier League"
    assert "[" in rows[0].one("td", class_="gap").text
    assert "100 matchs" in section.text


def test_forty_bets_give_no_figure(year: None) -> None:
    shown = record(at=datetime(2024, 4, 11, 8, tzinfo=UTC))
    assert not shown.all("ul", class_="figures")
    assert "Not enough settled bets for a figure: 40, and 100 are needed." in shown.text


def test_too_few_cases_give_no_figure(world: World) -> None:
    shown = record()
    assert not shown.all("ul", class_="figures")
    assert shown.text.count("Not enough settled bets for a figure: 0, and 100 are needed.") == 2
    assert shown.text.count("Not enough matches forecast and played for a figure: 0, and 100 are needed.") == 2
    assert len(shown.all("svg", class_="reliability")) == 1


def test_the_bets_that_it_would_take_follow_from_the_spread_of_one() -> None:
    """A spread of 1.2 and a value of 4 %: (1.96 × 1.2 / 0.04)²."""
    half = 1.96 * 1.2 / 10
    picks_of_year = PickFigures(
        total=100,
        settled=100,
        results=PickResults(),
        profit_units=0,
        roi=0.0,
        roi_interval=Bounds(low=-half, high=half),
        closing_line_value=0.04,
        closing_line_value_interval=None,
        beat_close=None,
        beat_close_interval=None,
    )
    assert bets_needed(picks_of_year) == 3458
    assert bets_needed(picks_of_year.model_copy(update={"closing_line_value": -0.01})) is None
    assert bets_needed(picks_of_year.model_copy(update={"roi_interval": None})) is None
