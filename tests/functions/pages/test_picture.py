"""The picture of a match: of Open Graph's size, of the same forecast as its page, whatever the clubs are called."""

import struct
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from functions.pages.lines import MatchLine
from functions.pages.picture import HEIGHT, WIDTH, draw, svg
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import Language
from tests.functions.pages.conftest import DOMAIN, MORNING, World
from tests.html_page import parse
from tests.running import invoke

get = partial(invoke, "pages", at=MORNING)
LINE = MatchLine(
    match_id=1,
    day=MORNING.date(),
    kick_off=datetime(2024, 4, 27, 14, tzinfo=UTC),
    hour_known=True,
    status="scheduled",
    is_stale=False,
    competition_code="FL1",
    competition="Ligue 1",
    home_id=1,
    home="Saint-Étienne",
    away_id=2,
    away="Brest",
    score=None,
    shares=(0.5, 0.3, 0.2),
)


def texts(picture: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  ours


def size(picture: bytes) -> tuple[int, int]:
    """Width and height by the header of a PNG."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_of_a_match_names_its_picture_at_an_absolute_address(world: World, prefix: str) -> None:
    shown = parse(get(f"{prefix}/match/{world.chosen}").body)
    meta = {each.attributes.get("property", ""): each.attributes.get("content", "") for each in shown.all("meta")}
    assert meta["og:image"].startswith(f"https://{DOMAIN}{prefix}/match/{world.chosen}/picture.png?v=")
    assert (meta["og:image:width"], meta["og:image:height"]) == (str(WIDTH), str(HEIGHT))
    assert meta["og:image:alt"] == meta["og:description"]
    assert "Arsenal" in meta["og:image:alt"]
    response = get(urlsplit(meta["og:image"]).path)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"] == "public, max-age=60, s-maxage=600"
    assert size(b64decode(response.body)) == (WIDTH, HEIGHT)


def test_the_picture_of_a_match_that_is_not_there_is_missing(world: World) -> None:
    assert get("/match/1/picture.png").status == 404


def test_the_picture_shows_the_forecast_in_the_words_of_its_language_with_the_legal_notice() -> None:
    shown = texts(svg(LINE, Language.FR))
    assert shown[:4] == ["Ligue 1 · samedi 27 avril 2024, 16:00", "Paris Sportif", "Saint-Étienne", "Brest"]
    assert shown[4:10] == ["50 %", "30 %", "20 %", "Saint-Étienne", "Match nul", "Brest"]
    assert " ".join(shown[10:]) == f"18+ {LEGAL_NOTICE}"
    played = texts(svg(replace(LINE, score=(2, 0), status="finished", hour_known=False), Language.EN))
    assert played[:6] == ["Ligue 1 · Saturday 27 April 2024", "Paris Sportif", "Saint-Étienne", "2", "Brest", "0"]
    assert "No forecast" in texts(svg(replace(LINE, shares=None), Language.EN))


@pytest.mark.case("N8")
def test_a_name_from_outside_stays_text_and_inside_the_picture() -> None:
    hostile = replace(LINE, home='</text><image href="file:///etc/passwd"/>&\x01\ufffe', away="W" * 200)
    picture = svg(hostile, Language.FR)
    assert '</text><image href="file:///etc/passwd"/>&' in texts(picture)
    assert "image" not in {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(picture).iter()}  # noqa: S314  ours
    assert size(draw(picture)) == (WIDTH, HEIGHT)
