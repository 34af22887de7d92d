"""What every page keeps: both languages, headers, addresses, what is shown where, and what when stores are down."""

import json
from datetime import datetime
from functools import partial

import pytest

from functions.pages.handler import app
from functions.pages.match import structured_data
from local import fake_upstash
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.prohibited_claims import find_claims
from shared.explanations.translations import Language
from shared.services.cache_policies import CacheKind, invalidate
from shared.web.matches.schemas import MatchResponse, TeamInfo
from tests.functions.pages.conftest import DOMAIN, EVENING, MORNING, World
from tests.html_page import Element, parse
from tests.running import environment, invoke

PATHS = [
    *("/", "/match/{chosen}", "/match/{bare}", "/league/PL", "/league/CL", "/club/{club}", "/record", "/picks"),
    *("/about/method", "/about/glossary", "/about/legal", "/about/developers"),
]
PREFIXES = ["", "/en"]
get = partial(invoke, "pages")


def page(path: str, at: datetime = MORNING, status: int = 200) -> Element:
    """A page, parsed."""
    response = get(path, at=at)
    assert response.status == status, response.body
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return parse(response.body)


def texts(element: Element) -> list[str]:
    """The texts of a page, also those of attributes."""
    attributes = [
        each.attributes.get(name, "") for each in element.all() for name in ("title", "aria-label", "content")
    ]
    return [each.text for each in element.all("p") + element.all("li") + element.all("h2")] + attributes


@pytest.mark.case("P8")
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_in_its_language_with_the_legal_notice(world: World, path: str, prefix: str) -> None:
    path = path.format(chosen=world.chosen, bare=world.bare, club=world.club)
    shown = page(prefix + path)
    assert shown.one("html").attributes["lang"] == ("en" if prefix else "fr")
    assert shown.one("p", class_="warning").text == f"18+ {LEGAL_NOTICE}"
    assert len(shown.all("h1")) == 1
    ids = [each.attributes["id"] for each in shown.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    alternates = {each.attributes["hreflang"]: each.attributes["href"] for each in shown.all("link", rel="alternate")}
    assert alternates == {"fr": f"https://{DOMAIN}{path}", "en": f"https://{DOMAIN}/en{path}"}
    assert shown.one("link", rel="canonical").attributes["href"] == f"https://{DOMAIN}{prefix}{path}"
    assert not [text for text in texts(shown) if LEGAL_NOTICE not in text and find_claims(text)]


@pytest.mark.case("H14")
def test_a_page_runs_and_loads_nothing_but_our_own_files(world: World) -> None:
    response = get(f"/match/{world.chosen}", at=MORNING)
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    } <= set(policy.split("; "))
    shown = parse(response.body)
    assert not [each for each in shown.all() if "style" in each.attributes or each.tag == "style"]
    assert not [name for each in shown.all() for name in each.attributes if name.startswith("on")]
    scripts = shown.all("script")
    assert [each.attributes.get("type", "") for each in scripts] == ["", "application/ld+json"]
    for address in [scripts[0].attributes["src"], *(each.attributes["href"] for each in shown.all("link", rel="icon"))]:
        asset = get(address)
        assert (asset.status, asset.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert get("/assets/style.css?v=old").headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in response.headers


def test_the_service_worker_may_control_every_page_and_fetch_it() -> None:
    worker = get("/assets/service-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["service-worker-allowed"] == "/"
    assert "connect-src 'self'" in worker.headers["content-security-policy"].split("; ")


def test_a_match_is_described_for_programs(world: World) -> None:
    shown = page(f"/en/match/{world.chosen}")
    event = json.loads(shown.one("script", type="application/ld+json").text)
    assert (event["@type"], event["startDate"]) == ("SportsEvent", "2024-04-27T14:00:00+00:00")
    assert (event["homeTeam"]["name"], event["awayTeam"]["name"]) == ("Arsenal", "Chelsea")
    assert event["url"] == f"https://{DOMAIN}/en/match/{world.chosen}"
    title = shown.one("meta", property="og:title").attributes["content"]
    assert title == "Arsenal – Chelsea"
    assert "50%" in shown.one("meta", property="og:description").attributes["content"]


@pytest.mark.case("N8")
def test_a_name_cannot_end_the_element_of_the_description() -> None:
    clubs = [TeamInfo(id=each, name="</script><b>&", short_name="x") for each in (1, 2)]
    match = MatchResponse(
        id=3,
        external_id="PL_3",
        home_team=clubs[0],
        away_team=clubs[1],
        competition="Premier League",
        competition_code="PL",
        match_date=MORNING,
        status="scheduled",
    )
    text = str(structured_data(match, Language.EN))
    assert not {"<", ">", "&"} & set(text)
    assert json.loads(text)["homeTeam"]["name"] == "</script><b>&"


def test_without_a_domain_of_ours_a_page_gives_no_address_that_must_be_absolute(world: World) -> None:
    with environment(DATABASE_URL=world.url, LOG_LEVEL="CRITICAL"):
        shown = page(f"/match/{world.chosen}")
    assert not shown.all("link", rel="canonical") + shown.all("link", rel="alternate")
    assert {"og:url", "og:image"}.isdisjoint(each.attributes.get("property") for each in shown.all("meta"))
    assert not shown.all("meta", name="robots")


@pytest.mark.case("L12", "D6")
def test_a_pick_is_shown_by_its_match_before_kick_off_and_whole_afterwards(world: World) -> None:
    before, after = page("/en/"), page("/en/", at=EVENING)
    assert before.one("h1").text == after.one("h1").text == "One bet today."
    [row] = before.one("ol", class_="picks").all("li")
    assert row.text == "Arsenal – Chelsea Premier League, 16:00"
    assert "free account" in before.one("section", class_="answer").text
    [row] = after.one("ol", class_="picks").all("li")
    assert row.one("p").text == "Draw · odds of 2.10 · probability 50%"
    match = f"/en/match/{world.chosen}"
    assert "Our bet" not in page(match).text
    assert "Draw · odds of 2.10 · probability 50%" in page(match, at=EVENING).text


def test_a_day_without_committed_picks_has_a_notice(world: World) -> None:
    friday, sunday = MORNING.replace(day=26), MORNING.replace(day=28)
    assert page("/en/", at=friday).one("h1").text == "No answer yet today."
    assert "6:45" in page("/en/", at=friday).one("p", class_="reason").text
    assert page("/", at=sunday).one("h1").text == "Pas encore de réponse aujourd'hui."


def test_matches_stand_by_day_with_the_probabilities_of_their_forecasts(world: World) -> None:
    tables = page("/en/").all("table", class_="matches")
    assert [table.one("caption").text for table in tables] == [
        "Matches on Saturday 27 April",
        "Matches on Sunday 28 April",
    ]
    assert [each.text for each in page("/en/").all("h3")] == ["Saturday 27 April", "Sunday 28 April"]
    row = tables[0].all("tr")[-1]
    assert row.one("time").attributes["datetime"] == "2024-04-27T14:00:00+00:00"
    assert row.one("a").attributes["href"] == f"/en/match/{world.chosen}"
    assert [cell.text for cell in row.all("td", class_="p")] == ["50 %", "30 %", "20 %"]
    assert [float(part.attributes["width"]) for part in row.all("rect")] == [50, 30, 20]
    assert tables[1].all("tr")[-1].one("td", class_="p").text == "no forecast"


def test_a_match_shows_its_forecast_its_reasons_and_what_a_visitor_does_not_see(world: World) -> None:
    shown = page(f"/en/match/{world.chosen}")
    assert [each.text for each in shown.all("ul", class_="three")[0].all("li")] == [
        "50% Arsenal",
        "30% Draw",
        "20% Chelsea",
    ]
    rows = [[cell.text for cell in row.all("td")] for row in shown.all("table")[0].all("tr")[1:]]
    assert rows == [["44%", "29%", "27%"], ["+5", "+2", "−7"], ["+1", "−1", "0"]]
    assert "With Premium" in shown.one("section", class_="hidden-parts").text
    assert "multi" not in shown.text
    form = [square.text for square in shown.all("span", class_="form")]
    assert form == ["W win", "L loss"]
    earlier = f"/en/match/{world.earlier}"
    assert [link.attributes["href"] for link in shown.one("section", aria_labelledby="form").all("a")] == [earlier] * 3
    assert page(earlier).one("h1").text == "Chelsea 1–3 Arsenal"
    without = page(f"/en/match/{world.bare}")
    assert "No forecast is published" in without.one("p", class_="notice").text


def test_a_competition_without_table_or_simulation_has_notices(world: World) -> None:
    shown = page("/en/league/PL")
    assert "There is no table" not in shown.text
    assert page("/en/league/CL").text.count("No match is known for the next two weeks.") == 1
    points = shown.one("svg", class_="reliability").all("circle")
    rows = shown.one("section", aria_labelledby="quality").one("tbody").all("tr")
    assert len(points) == len(rows) > 10


def test_the_end_of_a_season_is_a_picture_with_the_same_values_as_a_table(world: World) -> None:
    season = page("/en/league/PL").one("section", aria_labelledby="season")
    assert "10,000 simulations" in season.text
    rows = [[cell.text for cell in row.all("td")] for row in season.all("table")[0].one("tbody").all("tr")]
    assert rows[0][:3] == ["84", "80–88", ">99%"], "what occurred in nearly all runs is not certain"
    matrix = season.one("svg", class_="matrix")
    assert [cell.attributes["fill-opacity"] for cell in matrix.all("rect")] == ["1.00"] * 10
    cells = [[cell.text for cell in row.all("td")] for row in season.all("table")[1].one("tbody").all("tr")]
    assert cells[0] == [">99%", "<1%", *["–"] * 8]


def test_a_club_has_its_next_matches_its_season_and_its_form(world: World) -> None:
    shown = page(f"/en/club/{world.club}")
    assert shown.one("h1").text == "Arsenal"
    assert [row.one("a").text for row in shown.one("table", class_="matches").all("tr")[2:]] == ["Arsenal – Chelsea"]
    assert ">99% Title" in [each.text for each in shown.one("ul", class_="figures").all("li")]
    assert shown.one("section", aria_labelledby="form").one("td", class_="n").text == "1-3"


@pytest.mark.case("H14")
def test_a_forecast_may_be_framed_anywhere_and_carries_the_warning(world: World) -> None:
    response = get(f"/embed/match/{world.chosen}", at=MORNING)
    assert {"frame-ancestors *", "form-action 'none'"} <= set(response.headers["content-security-policy"].split("; "))
    assert "set-cookie" not in response.headers
    shown = parse(response.body)
    assert shown.one("p", class_="warning").text == f"18+ {LEGAL_NOTICE}"
    assert [each.text for each in shown.all("li")] == ["50 % Arsenal", "30 % Match nul", "20 % Chelsea"]
    assert not shown.all("script")


def test_search_engines_find_every_page_in_both_languages(world: World) -> None:
    with environment(DATABASE_URL=world.url, FRONT_DOMAIN=DOMAIN, LOG_LEVEL="CRITICAL"):
        lines = get("/robots.txt").body.splitlines()
        assert {"Sitemap: https://pari.example/sitemap.xml", "Disallow: /*/what-if"} <= set(lines)
        document = get("/sitemap.xml", at=MORNING)
        addresses = [each.text for each in parse(document.body.partition("?>")[2]).all("loc")]
        paths = [address.removeprefix("https://pari.example") for address in addresses]
        assert {f"/match/{world.chosen}", f"/en/match/{world.bare}", "/en/", "/league/FL1"} <= set(paths)
        assert {get(path, at=MORNING).status for path in paths[::9]} == {200}
    with environment(DATABASE_URL=world.url, CDN_SECRET="s" * 32, LOG_LEVEL="CRITICAL"):
        headers = {"x_cdn_secret": "s" * 32, "cloudfront_viewer_address": "1.2.3.4:5"}
        assert get("/sitemap.xml", at=MORNING, **headers).status == 404, "the host of the request is a function's"


@pytest.mark.case("H9")
@pytest.mark.parametrize(
    "path", ["/match/1", "/match/x", "/league/XX", "/club/1", "/about/x", "/en/match/%3Cscript%3E", "/en/x"]
)
def test_a_page_that_is_not_there_is_a_page_that_leads_on(world: World, path: str) -> None:
    shown = page(path, status=404)
    home = "/en/" if path.startswith("/en") else "/"
    assert home in [each.attributes["href"] for each in shown.one("main").all("a")]
    assert shown.one("meta", name="robots").attributes["content"] == "noindex"
    assert not shown.all("link", rel="canonical")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_pages_of_an_empty_database_have_notices(empty: str, prefix: str) -> None:
    with environment(DATABASE_URL=empty, LOG_LEVEL="CRITICAL"):
        assert page(f"{prefix}/").one("section", aria_labelledby="matches").one("p").text == (
            "No match in the next seven days." if prefix else "Aucun match dans les sept prochains jours."
        )
        for path in ("/league/PL", "/record", "/about/method"):
            page(prefix + path)


def test_pages_of_the_demonstration_league_have_a_notice(world: World) -> None:
    with environment(DATABASE_URL=world.url, DEMO="true", LOG_LEVEL="CRITICAL"):
        assert "invented" in page("/en/").one("p", role="note").text
        page("/en/league/PL", status=404)
        assert "This competition is invented" in page("/en/league/DEMO").text


@pytest.mark.case("F1", "Q11")
def test_without_its_stores_a_page_is_the_cached_one_or_an_error_page(world: World) -> None:
    down = "postgresql://nobody@127.0.0.1:1/x"
    with environment(DATABASE_URL=down, LOG_LEVEL="CRITICAL"):
        assert "The fault is ours" in page("/en/", status=503).text
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token, "LOG_LEVEL": "CRITICAL"}
        with environment(DATABASE_URL=world.url, **redis):
            first = get("/", at=MORNING)
        with environment(DATABASE_URL=down, **redis):
            stale = get("/", at=MORNING.replace(hour=12))
            assert (stale.status, stale.body) == (200, first.body)
            assert stale.headers["warning"].startswith("110")
    with environment(DATABASE_URL=world.url, **redis):
        assert get("/", at=MORNING).status == 200, "without Redis it is computed"


@pytest.mark.case("D12")
@pytest.mark.parametrize(
    ("kind", "is_shown"), [(CacheKind.MATCHES, True), (CacheKind.DAILY_PICKS, True), (CacheKind.NEWS, False)]
)
def test_what_a_job_changes_ends_the_pages_that_show_it(world: World, kind: CacheKind, is_shown: bool) -> None:
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=world.url, LOG_LEVEL="CRITICAL", **redis):
            get("/about/legal", at=MORNING)
            invalidate(kind)
            again = get("/about/legal", at=MORNING)
    assert ("fwd=miss" in again.headers["cache-status"]) == is_shown


PUBLISHER = {
    "PUBLISHER_NAME": "Pari <SAS>, RCS Paris 900 000 000",
    "PUBLISHER_ADDRESS": "1 rue du Stade, 75001 Paris",
    "PUBLISHER_CONTACT": "01 00 00 00 00",
    "PUBLICATION_DIRECTOR": "Camille Martin",
    "HOSTING_PROVIDER": "Amazon Web Services, 38 avenue John F. Kennedy, Luxembourg",
}


def test_the_publisher_and_the_host_are_those_of_the_settings(world: World) -> None:
    public = {"APP_ENV": "staging", "DATABASE_URL": world.url, "LOG_LEVEL": "CRITICAL"}
    with environment(**public, **PUBLISHER):
        main = page("/en/about/legal").one("main")
        assert [each.text for each in main.all("dd")] == list(PUBLISHER.values())
        assert not main.all("p", class_="notice")
    with environment(**public, **{**PUBLISHER, "PUBLICATION_DIRECTOR": ""}):
        main = page("/en/about/legal").one("main")
        assert len(main.all("dd")) == len(PUBLISHER) - 1
        assert "not complete here yet" in main.one("p", class_="notice").text
    assert "machine de développement" in page("/about/legal").one("p", class_="notice").text


def test_every_page_is_in_both_languages() -> None:
    paths = {getattr(route, "path", "") for route in app.routes} - {"/assets/{name}", "/robots.txt", "/sitemap.xml"}
    french = {path for path in paths if not path.startswith("/en")}
    assert paths == french | {f"/en{path}" for path in french}
    assert len(Language) == 2
