"""The pages that people read, in French and below `/en` in English. HTTP: GET /, /match/…, /league/…, /en/…"""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse

from functions.pages import assets
from functions.pages.league import league_page
from functions.pages.match import match_page, structured_data
from functions.pages.picks import answer
from functions.pages.rendering import PREFIXES, page
from functions.pages.today import today
from shared.accounts.plans import ANONYMOUS_READER, Reader
from shared.explanations.translations import Language, translate
from shared.football.calendar import paris_day
from shared.services.cache_policies import CacheKind
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cached_route import cached
from shared.web.errors import ApiError, NotFound
from shared.web.params import CompetitionName, MatchId
from shared.web.predictions import responses

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def _language(path: str) -> Language:
    english = PREFIXES[Language.EN]
    return Language.EN if path == english or path.startswith(f"{english}/") else Language.FR


def _error_page(request: Request, error: ApiError | RequestValidationError) -> Response:
    """What is wrong, and where to go on; a path that does not validate is the address of no page."""
    shown = NotFound("unknown_route") if isinstance(error, RequestValidationError) else error
    language = _language(request.scope["path"])
    message = translate(shown.code, language, **shown.values)
    response = page("error.html", language, "", {"status": int(shown.status), "message": message}, status=shown.status)
    response.headers.update(shown.headers)
    return response


app = http_app("pages", respond_to_error=_error_page)


async def _page_language(request: Request) -> Language:
    return _language(request.scope["path"])


async def _visitor(reader: Anyone) -> Reader:
    """Pages show what visitors see, whoever asks for them; to a reader who pauses, no picks."""
    return replace(ANONYMOUS_READER, paused=reader.paused)


PageLanguage = Annotated[Language, Depends(_page_language)]
Visitor = Annotated[Reader, Depends(_visitor)]


def localized(path: str) -> Callable[[Endpoint], Endpoint]:
    """Serve a page at a path in French, and below `/en` in English."""

    def register(endpoint: Endpoint) -> Endpoint:
        for prefix in PREFIXES.values():
            app.get(prefix + path, response_class=HTMLResponse, include_in_schema=False)(endpoint)
        return endpoint

    return register


@localized("/")
@cached(CacheKind.PAGES)
async def read_today(reader: Visitor, db: Connection, language: PageLanguage) -> Response:
    """The day's picks, and the matches of the next days."""
    day = responses.daily_picks(db, reader, language)
    return page("today.html", language, "/", {"today": today(db), "answer": answer(day, language)})


@localized("/match/{match_id}")
@cached(CacheKind.PAGES)
async def read_match(reader: Visitor, db: Connection, language: PageLanguage, match_id: MatchId) -> Response:
    """A match with its forecast."""
    shown = match_page(db, reader, language, match_id)
    values = {
        "it": shown,
        "structured_data": structured_data(shown.match, language),
        "paris_day": paris_day(shown.match.match_date),
        "forecast_day": paris_day(shown.forecast.created_at) if shown.forecast else None,
    }
    return page("match.html", language, f"/match/{shown.match.id}", values)


@localized("/league/{code}")
@cached(CacheKind.PAGES)
async def read_league(reader: Visitor, db: Connection, language: PageLanguage, code: CompetitionName) -> Response:
    """A competition: table, season, next matches."""
    shown = league_page(db, language, code)
    return page("league.html", language, f"/league/{code}", {"it": shown})


@app.get("/assets/{name}", include_in_schema=False)
async def read_asset(reader: Anyone, name: str, v: str = "") -> Response:
    """A stylesheet, script or picture; it never expires at the address of its version."""
    asset = assets.all_assets().get(name)
    if asset is None:
        raise NotFound("unknown_route")
    lifetime = "max-age=31536000, immutable" if v == asset.version else "max-age=60"
    headers = {"Cache-Control": f"public, {lifetime}", "Service-Worker-Allowed": "/"}
    return Response(asset.content, HTTPStatus.OK, headers, asset.media_type)


handler = lambda_handler(app)
