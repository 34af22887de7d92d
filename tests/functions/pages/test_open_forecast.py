"""The match page from kick-off on: the score grid, every market, what if; and how the forecast moved, at any time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.pages.movement import Point, movement
from local import fake_upstash
from shared.forecasting.in_play import final_scores
from shared.forecasting.match_state import MatchState
from shared.stores.betting import offers
from shared.stores.database import connect
from shared.stores.forecasting import predictions
from tests.conftest import Databases
from tests.factories import BEFORE, KICK_OFF, forecast, insert_matches, match_update, offer
from tests.forecasting.by_hand import Scores, at_half_time, chance, line_bet, scores
from tests.functions.pages.conftest import World
from tests.functions.test_every_market import away_win, draw, forecast_of, home_win
from tests.html_page import Element, parse
from tests.running import environment, invoke
from tests.tokens import SUPABASE, bearer

RATES = (1.7, 0.9, -0.07)
FIRST = BEFORE - timedelta(days=1)
JUST_BEFORE, EVENING = KICK_OFF - timedelta(seconds=1), KICK_OFF + timedelta(hours=4)
OPENS = "open to everyone at kick-off"


@dataclass(frozen=True)
class Matches:
    """The database, and ids of a match that begins at `KICK_OFF`, of one that is over, and of one moved to later."""

    url: str
    coming: int
    over: int
    moved: int


@pytest.fixture(scope="module")
def matches(databases: Databases, empty: str) -> Iterator[Matches]:
    """Forecasts in two versions, with averages of prices whose margin is 0 beside other prices."""
    url = databases.make(empty)
    with connect(url, "test") as db, db.transaction():
        earlier = KICK_OFF - timedelta(days=7)
        updates = [
            match_update(),
            match_update("Chelsea", "Arsenal", "1-3", kick_off=earlier),
            match_update("Everton", "Fulham", kick_off=KICK_OFF + timedelta(days=3)),
        ]
        ids = Matches(url, *insert_matches(db, *updates, now=BEFORE))
        own = forecast_of(RATES)
        first = forecast(ids.coming, published_at=FIRST, home=0.4, draw=0.35, away=0.25, home_rate=1.1)
        over = forecast(ids.over, published_at=earlier - timedelta(hours=9), kick_off=earlier, **own)
        predictions.add(db, [first, forecast(ids.coming, **own), over, forecast(ids.moved, **own)])
        hours = [KICK_OFF - timedelta(hours=each) for each in (40, 20, -1)]
        averages = [("2", "4", "4"), ("1.6", "4", "8"), ("9", "9", "9")]
        offers.put(
            db,
            [
                *(offer(ids.coming, *prices, taken_at=at) for at, prices in zip(hours, averages, strict=True)),
                offer(ids.coming, "7", "7", "7", bookmaker="unibet_fr", taken_at=hours[0]),
                offer(ids.coming, "6", "6", "6", closing=True, taken_at=hours[1]),
            ],
        )
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **SUPABASE):
        yield ids


def page(path: str, at: datetime = EVENING, status: int = 200, **headers: str) -> Element:
    response = invoke("pages", path, at=at, **headers)
    assert response.status == status, response.body
    return parse(response.body)


def cells(table: Element) -> list[list[str]]:
    return [[cell.text for cell in row.all("td")] for row in table.one("tbody").all("tr")]


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def is_same(shown: list[list[str]], shares: list[list[float]]) -> bool:
    """Whether percentages are those of probabilities; the API has rounded them to four digits before."""
    return [[float(text.rstrip("%").replace("–", "0")) for text in row] for row in shown] == [
        pytest.approx([100 * share for share in row], abs=0.056) for row in shares
    ]


def heat_map(grid: Scores, home: int = 0, away: int = 0) -> list[list[str]]:
    """Seven rows and columns of probabilities in percent; the last ones take what lies beyond."""
    table = [[0.0] * 7 for _ in range(7)]
    for (i, j), share in grid.items():
        if i >= home and j >= away:
            table[min(i - home, 6)][min(j - away, 6)] += 100 * share
    return [["–" if not share else f"{share:.1f}" if share >= 0.05 else "<0.1" for share in row] for row in table]


@pytest.mark.case("D6")
def test_grid_markets_and_what_if_open_at_kick_off(matches: Matches) -> None:
    path = f"/en/match/{matches.coming}"
    closed, opened = page(path, JUST_BEFORE), page(path, KICK_OFF)
    assert OPENS in closed.one("section", aria_labelledby="grid").text
    assert (
        not closed.all("table", class_="heat-map")
        + closed.all("form")
        + closed.all("section", aria_labelledby="markets")
    )
    assert "goals, handicaps and scores" in closed.one("section", class_="hidden-parts").text
    assert OPENS not in opened.text
    assert opened.one("form").attributes["action"] == f"{path}/what-if"
    assert "goals, handicaps and scores" not in opened.one("section", class_="hidden-parts").text
    state = f"{path}/what-if?minute=60&home=1&away=0"
    page(state, KICK_OFF)
    refused = page(state, JUST_BEFORE, status=403).one("main")
    assert "This opens to everyone at kick-off" in refused.text
    assert path in [each.attributes["href"] for each in refused.all("a")]


@pytest.mark.case("D6")
def test_a_match_that_was_moved_opens_when_it_begins_as_in_the_record(matches: Matches) -> None:
    path = f"/en/match/{matches.moved}"
    assert OPENS in page(path).text
    page(f"{path}/what-if?minute=60&home=1&away=0", status=403)
    assert "Fulham" in page(path, KICK_OFF + timedelta(days=3)).one("table", class_="heat-map").text
    brought_forward = forecast(1, kick_off=KICK_OFF + timedelta(days=1))
    assert not brought_forward.is_opened(KICK_OFF, EVENING), "the commitment opens at the kick-off that it names"


@pytest.mark.case("M1")
def test_the_heat_map_has_the_probability_of_each_score(matches: Matches) -> None:
    shown = page(f"/en/match/{matches.coming}")
    table = shown.one("table", class_="heat-map")
    assert cells(table) == heat_map(scores(*RATES))
    assert [each.text for each in table.all("tr")[1].all("th")] == ["0", "1", "2", "3", "4", "5", "6+"]
    one_nil = max(scores(*RATES).values())
    for row, values in zip(table.one("tbody").all("tr"), heat_map(scores(*RATES)), strict=True):
        for cell, value in zip(row.all("td"), values, strict=True):
            level = int(cell.attributes["class"].split()[0].removeprefix("heat-"))
            assert level == pytest.approx(10 * float(value.strip("<")) / (100 * one_nil), abs=0.6)
    assert "likeliest: 1‑1 (12%), 1‑0 (12%), 2‑0 (11%)" in shown.one("section", aria_labelledby="grid").text
    assert not shown.all("td", class_="occurred")
    over = page(f"/en/match/{matches.over}").one("td", class_="occurred")
    assert over.text == f"{100 * scores(*RATES)[1, 3]:.1f} (final score)"


@pytest.mark.case("M1")
def test_every_market_is_the_sum_of_its_scores(matches: Matches) -> None:
    shown = page(f"/en/match/{matches.coming}").one("section", aria_labelledby="markets")
    grid = scores(*RATES)
    before = at_half_time(grid)
    home, level, away = (chance(grid, wins) for wins in (home_win, draw, away_win))
    both = chance(grid, lambda i, j: i > 0 and j > 0)
    assert "Expected goals: Arsenal 1.70, Chelsea 0.90." in shown.text
    rows: dict[str, list[list[str]]] = {table.one("caption").text: cells(table) for table in shown.all("table")}
    expected: dict[str, list[list[float]]] = {
        "Two results of three": [
            *([share] for share in (home + level, level + away, home + away)),
            *([share] for share in (home / (1 - level), away / (1 - level))),
        ],
        "Both teams score": [
            [both],
            [1 - both],
            [chance(grid, lambda i, j: i > 0 and j == 0)],
            [chance(grid, lambda i, j: j > 0 and i == 0)],
        ],
        "Number of goals": [[chance(grid, lambda i, j, line=line: i + j > line)] for line in (1.5, 2.5, 3.5)],
        "Goals of each team": [
            [chance(grid, lambda i, _, line=line: i > line), chance(grid, lambda _, j, line=line: j > line)]
            for line in (0.5, 1.5, 2.5)
        ],
        "At half-time": [
            *([chance(before, wins)] for wins in (home_win, draw, away_win)),
            *([chance(before, lambda i, j, line=line: i + j > line)] for line in (0.5, 1.5)),
        ],
    }
    for title, values in expected.items():
        assert is_same(rows.pop(title), values), title
    lines = {
        "Over or under, line by line": [(1.5 + step / 4, 1.5 + step / 4) for step in range(11)],
        "Asian handicaps: Arsenal": [(-2 + step / 4, 2 - step / 4) for step in range(17)],
    }
    for title, (shown_lines) in lines.items():
        margin = (lambda i, j: i + j) if "Over" in title else (lambda i, j: i - j)
        bets = [line_bet(grid, beyond, margin) for _, beyond in shown_lines]
        results = ("won", "half_won", "push", "half_lost", "lost")
        assert rows.pop(title) == [
            [
                *(percent(share) if (share := float(bet[name] or 0)) > 1e-9 else "–" for name in results),
                *(f"{bet[name]:.2f}" for name in ("fair_price", "fair_price_against")),
            ]
            for bet in bets
        ]
        labels = [
            row.one("th").text for row in shown.all("table")[-1 if "Asian" in title else -2].one("tbody").all("tr")
        ]
        assert [float(label.replace("−", "-")) for label in labels] == [line for line, _ in shown_lines]
    assert not rows


def test_the_movement_is_that_of_our_versions_and_of_the_average_before_kick_off(matches: Matches) -> None:
    for at in (JUST_BEFORE, EVENING):
        section = page(f"/en/match/{matches.coming}", at).one("section", aria_labelledby="movement")
        home, level, away = (percent(chance(scores(*RATES), wins)) for wins in (home_win, draw, away_win))
        rows = section.one("tbody").all("tr")
        assert [[cell.text for cell in [row.one("th"), *row.all("td")]] for row in rows] == [
            ["26 April, 00:00", "Market", "50.0%", "25.0%", "25.0%"],
            ["26 April, 07:00", "Ours", "40.0%", "35.0%", "25.0%"],
            ["26 April, 20:00", "Market", "62.5%", "25.0%", "12.5%"],
            ["27 April, 07:00", "Ours", home, level, away],
        ]
        charts = section.all("svg")
        assert (
            charts[0]
            .attributes["aria-label"]
            .startswith(f"Arsenal: forecast 40.0% at the beginning, {home} at the end.")
        )
        for outcome, chart in enumerate(charts):
            top, bottom = (int(each.text) for each in chart.all("text")[:2])
            ours = values(chart.one("polyline", class_="line-ours"), bottom, top)
            assert ours == pytest.approx([[40, 35, 25][outcome], float([home, level, away][outcome][:-1])], abs=0.2)
            market = values(chart.one("polyline", class_="line-market"), bottom, top)
            assert market == pytest.approx([[50, 62.5], [25, 25], [25, 12.5]][outcome], abs=0.2)
            assert top - bottom == 23, "all have the span of the home side: 40 to 62.5 %"


def values(line: Element, bottom: int, top: int) -> list[float]:
    """The percentages at the beginning and the end of a line of steps between 104 (bottom) and 10 (top)."""
    heights = [float(point.split(",")[1]) for point in line.attributes["points"].split()]
    return [bottom + (top - bottom) * (104 - y) / 94 for y in (heights[0], heights[-1])]


def test_steps_stand_at_their_times() -> None:
    """Of ten hours the second value comes after five, half-way between 30 and 236; the line ends at the present."""
    start = datetime(2024, 4, 27, tzinfo=UTC)
    ours = [Point(start, (0.5, 0.3, 0.2)), Point(start + timedelta(hours=5), (0.52, 0.3, 0.18))]
    moved = movement(ours, [], start + timedelta(hours=10))
    assert moved.charts[0].ours == "30.0,72.7 133.0,72.7 133.0,41.3 236.0,41.3"
    assert (moved.charts[0].low, moved.charts[0].high, moved.charts[0].market) == (48, 54, "")
    assert movement(ours[:1], [], start + timedelta(hours=10)).charts == []
    certain = movement([Point(start, (0.0, 0.0, 1.0)), Point(ours[1].at, (0.01, 0.0, 0.99))], [], ours[1].at)
    assert [(chart.low, chart.high) for chart in certain.charts] == [(0, 6), (0, 6), (94, 100)]


def test_one_version_has_not_moved(matches: Matches) -> None:
    section = page(f"/en/match/{matches.over}").one("section", aria_labelledby="movement")
    assert section.one("p").text == "One version is published: nothing has moved yet."


@pytest.mark.parametrize("state", [MatchState(60, 1, 0, away_red=1), MatchState(30, 2, 8), MatchState(90, 1, 1)])
def test_what_if_is_the_forecast_from_that_state_on(matches: Matches, state: MatchState) -> None:
    query = f"minute={state.minute}&home={state.home}&away={state.away}&away_red={state.away_red}"
    shown = page(f"/en/match/{matches.coming}/what-if?{query}")
    final = final_scores(*RATES, state)
    grid: Scores = {(i, j): float(final[i, j]) for i in range(16) for j in range(16)}
    home, away = (round(100 * chance(grid, wins)) for wins in (home_win, away_win))
    three = [each.text for each in shown.one("ul", class_="three").all("li")]
    assert three == [f"{home}% Arsenal", f"{100 - home - away}% Draw", f"{away}% Chelsea"]
    assert cells(shown.one("table", class_="heat-map")) == heat_map(grid, state.home, state.away)
    inputs = {each.attributes["name"]: each.attributes["value"] for each in shown.one("form").all("input")}
    assert inputs == {
        "minute": str(state.minute),
        "home": str(state.home),
        "away": str(state.away),
        "home_red": "0",
        "away_red": str(state.away_red),
    }
    rows = {table.one("caption").text: cells(table) for table in shown.all("table")}
    assert is_same(rows["Number of goals"][1:2], [[chance(grid, lambda i, j: i + j > 2.5)]])
    assert ("At half-time" in rows) == (state.minute <= 45)
    french = shown.one("a", hreflang="fr").attributes["href"]
    assert page(french).one("html").attributes["lang"] == "fr"
    assert shown.one("meta", name="robots").attributes["content"] == "noindex"
    assert "Before the match: Arsenal 55%, draw 26%, Chelsea 19%." in shown.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("minute=91&home=0&away=0", 422),
        ("minute=60&home=11&away=0", 422),
        ("minute=60&home=1&away=0&home_red=5", 422),
        ("minute=060&home=1&away=0", 422),
        ("minute=%3Cscript%3E&home=1&away=0", 422),
        ("minute=60&home=1", 422),
        ("", 422),
        ("minute=60&home=1&away=0&added=3", 400),
    ],
)
def test_an_impossible_state_is_an_error_page_that_names_the_bounds(matches: Matches, query: str, status: int) -> None:
    main = page(f"/en/match/{matches.coming}/what-if?{query}", status=status).one("main")
    expected = "minute from 0 to 90, and for each team 10 goals and 4 red cards" if status == 422 else "minute 45 or 90"
    assert expected in main.one("h1").text
    assert f"/en/match/{matches.coming}" in [each.attributes["href"] for each in main.all("a")]


@pytest.mark.case("D12")
def test_only_the_state_is_in_the_cache_key(matches: Matches) -> None:
    path, state = f"/match/{matches.coming}/what-if?", "minute=60&home=1&away=0"
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token, "LOG_LEVEL": "CRITICAL"}
        with environment(DATABASE_URL=matches.url, **redis):
            first = invoke("pages", f"{path}{state}", at=EVENING)
            same = invoke("pages", f"{path}utm_source=x&{state}", at=EVENING)
            other = invoke("pages", f"{path}{state}&away_red=1", at=EVENING)
    assert "fwd=miss" in first.headers["cache-status"]
    assert ("hit" in same.headers["cache-status"], same.body) == (True, first.body)
    assert "utm_source" not in same.body
    assert ("fwd=miss" in other.headers["cache-status"], other.body == first.body) == (True, False)


@pytest.mark.case("D6")
def test_the_api_opens_the_same_to_everyone(matches: Matches) -> None:
    def get(path: str, at: datetime, plan: str | None = None) -> Any:
        headers = {"authorization": bearer(at, app_metadata={"role": plan})} if plan else {}
        return invoke("predictions", f"/api/v1/predictions/{matches.coming}{path}", at=at, **headers)

    state = "/what-if?minute=60&home=1&away=0"
    for plan, refusal in ((None, 401), ("free", 403)):
        assert (get(state, JUST_BEFORE, plan).status, get(state, KICK_OFF, plan).status) == (refusal, 200)
        before, after, all_of_it = get("", JUST_BEFORE, plan), get("", KICK_OFF, plan), get("", KICK_OFF, "premium")
        assert before.json["multi_markets"] is None
        assert after.json["multi_markets"] == all_of_it.json["multi_markets"]
        assert [part["what"] for part in before.json["hidden"]][1] == "markets"
        assert "markets" not in [part["what"] for part in after.json["hidden"]]
        assert after.json["multi_markets"]["match_result"]["home_odds"] is None, "no price, as before"
        assert get(state, KICK_OFF, plan).json == get(state, KICK_OFF, "premium").json


@pytest.mark.case("D6")
def test_the_markets_of_the_days_pick_open_at_kick_off(world: World) -> None:
    for at, plan in ((JUST_BEFORE, "free"), (KICK_OFF, "free"), (JUST_BEFORE, "premium")):
        token = bearer(at, app_metadata={"role": plan})
        [pick] = invoke("predictions", "/api/v1/predictions/daily", at=at, authorization=token).json["picks"]
        assert (pick["prediction"]["multi_markets"] is None) == ((at, plan) == (JUST_BEFORE, "free"))
