"""Past picks, page by page: what the route of a day shows a visitor of each, and nothing before its kick-off."""

import json
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.stores.betting import play_limits
from shared.stores.database import connect
from tests.functions.pages.conftest import DAYS, DOMAIN, NOW, PER_DAY
from tests.html_page import Element, parse
from tests.running import invoke
from tests.tokens import ALICE, bearer

get = partial(invoke, "pages", at=NOW)


def page(path: str, **options: Any) -> Element:
    response = get(path, **options)
    assert response.status == 200, response.body
    return parse(response.body)


def lines(shown: Element) -> list[str]:
    return [each.text for each in shown.all("li") if "value" in each.attributes]


def walk() -> list[tuple[date, list[str]]]:
    """The days of every page with their picks, from page to page by the link to older ones."""
    days: list[tuple[date, list[str]]] = []
    path = "/en/picks"
    while path:
        shown = page(path)
        assert shown.one("p", class_="warning").text == f"18+ {LEGAL_NOTICE}"
        for section in shown.all("section"):
            day = section.one("h2").attributes["id"].removeprefix("day-")
            days.append((date.fromisoformat(day), lines(section)))
        path = next((each.attributes["href"] for each in shown.all("a", rel="next")), "")
    return days


def daily_picks(day: date) -> list[str]:
    """The settled picks of a day as their route shows them to a visitor, in the words of the page."""
    body = json.loads(invoke("predictions", f"/api/v1/predictions/daily?date={day}", at=NOW).body)
    words = []
    for prediction in (each["prediction"] for each in body["picks"]):
        pick = prediction["pick"]
        assert (pick["market"], pick["outcome"], pick["bookmaker"]) == ("h2h", "home", None)
        assert (pick["price"], pick["closing_price"]) == (2.1, 2.0)
        outcome, profit = {"won": ("Bet won", "+1.10"), "lost": ("Bet lost", "−1.00")}[pick["result"]]
        assert pick["profit"] == float(profit.replace("−", "-"))
        words.append(
            f"{prediction['home_team']} – {prediction['away_team']} {prediction['competition']} "
            f"{prediction['home_team']} to win · odds of {pick['price']:.2f}, the market's best "
            f"· fair closing odds {pick['closing_price']:.2f} · closing-line value +{pick['closing_line_value']:.1%} "
            f"{outcome} · profit {profit} × the stake"
        )
    return words


def test_every_settled_pick_is_on_one_page_as_its_own_day_shows_it(year: None) -> None:
    days = walk()
    assert [day for day, _ in days] == sorted({day for day, _ in days}, reverse=True)
    assert [len(shown) for _, shown in days] == [PER_DAY] * DAYS
    for day, shown in days[::6]:
        assert shown == daily_picks(day)


@pytest.mark.case("D6")
def test_a_pick_is_not_listed_before_its_match_begins(year: None) -> None:
    """Its result is stored already here: as of a match that was abandoned, and has a new date."""
    newest = page("/picks", at=datetime(2024, 4, 11, 8, tzinfo=UTC)).all("section")[0]
    assert newest.one("h2").text == "Mercredi 10 avril 2024"
    assert page("/picks", at=datetime(2024, 4, 11, 15, tzinfo=UTC)).all("section")[0].one("h2").text.startswith("Jeudi")


def test_a_day_leads_to_its_entry_of_the_record_once_that_is_published(year: None) -> None:
    entries = {
        section.one("h2").text: [each.text for each in section.all("a") if "/record/" in each.attributes["href"]]
        for section in page("/en/picks").all("section")
    }
    assert entries["Wednesday 24 April 2024"] == ["Record, entry 0"]
    assert entries["Thursday 25 April 2024"] == []
    [link] = [a for a in page("/picks").all("a") if "/record/" in a.attributes["href"]]
    body = json.loads(invoke("predictions", link.attributes["href"], at=NOW).body)
    assert [each["index"] for each in body["entries"]] == [0]


def test_each_page_is_at_an_address_of_its_own_and_older_ones_end(year: None) -> None:
    shown = page("/picks?before=2024-04-05")
    alternate = shown.one("link", hreflang="en", rel="alternate").attributes["href"]
    assert alternate == f"https://{DOMAIN}/en/picks?before=2024-04-05"
    assert not shown.all("a", rel="next")
    assert "/picks" in [each.attributes["href"] for each in shown.one("main").all("a")]
    assert "Aucun pari plus ancien" in page("/picks?before=2024-04-01").one("main").text
    for malformed in ("2024-04", "1900-01-01", "x"):
        assert get(f"/picks?before={malformed}").status == 404


@pytest.mark.case("P7")
def test_a_reader_who_pauses_is_shown_none(year: None, filled_year: str) -> None:
    with connect(filled_year, "test") as db:
        play_limits.pause(db, ALICE, NOW.replace(year=2025), NOW)
    shown = page("/picks", authorization=bearer(NOW))
    assert lines(shown) == []
    assert "Vous avez demandé une pause" in shown.one("p", class_="notice").text
    assert lines(page("/picks"))


def test_the_record_leads_to_its_picks(year: None) -> None:
    assert "/en/picks" in [each.attributes["href"] for each in page("/en/record").one("main").all("a")]
