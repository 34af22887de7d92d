"""The record page: no figure of few cases, and of many each with its interval."""

from datetime import UTC, datetime

from functions.pages.record import bets_needed
from shared.web.predictions.record_schemas import PickFigures, PickResults
from shared.web.predictions.schemas import Bounds
from tests.functions.pages.conftest import NOW, World
from tests.html_page import Element, parse
from tests.running import invoke


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
