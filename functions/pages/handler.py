"""The pages that people read, in French and below `/en` in English. HTTP: GET /, /match/…, /league/…, /en/…

A start imports what `/` needs; the modules of other pages are imported with their first request.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse

from functions.pages import assets
from functions.pages.picks import answer
from functions.pages.publisher import publisher
from functions.pages.rendering import EMBED_POLICY, POLICY, PREFIXES, origin, page
from functions.pages.today import today
from shared.accounts.plans import ANONYMOUS_READER, Reader
from shared.explanations.translations import Language, translate
from shared.forecasting.match_state import FULL, MAX_GOALS, MAX_RED_CARDS
from shared.services.cache_policies import CacheKind
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cache_headers import CDN_MAX_AGE
from shared.web.cached_route import cached
from shared.web.errors import ApiError, NotFound, UnprocessableContent
from shared.web.params import CompetitionName, Day, MatchId, TeamId
from shared.web.predictions import responses
from shared.web.predictions.what_if import RequestedState

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
WHAT_IF = "/what-if"
LIMITS = {"minutes": FULL, "goals": MAX_GOALS, "cards": MAX_RED_CARDS}
"""Of the states of a match that what-if takes."""


def _language(path: str) -> Language:
    english = PREFIXES[Language.EN]
    return Language.EN if path == english or path.startswith(f"{english}/") else Language.FR


def _error_page(request: Request, error: ApiError | RequestValidationError) -> Response:
    """What is wrong, and where to go on; a path that does not validate is the address of no page."""
    shown = _from_validation(request, error) if isinstance(error, RequestValidationError) else error
    path, match_id = request.scope["path"], request.path_params.get("match_id")
    language = _language(path)
    is_state = path.endswith(WHAT_IF) and shown.status != HTTPStatus.NOT_FOUND
    values = {
        "status": int(shown.status),
        "message": translate(shown.code, language, **shown.values),
        "match": f"{PREFIXES[language]}/match/{match_id}" if is_state and match_id else "",
    }
    response = page("error.html", language, "", values, status=shown.status)
    response.headers.update(shown.headers)
    return response


def _from_validation(request: Request, error: RequestValidationError) -> ApiError:
    is_state = request.scope["path"].endswith(WHAT_IF)
    if not is_state or any(fault["loc"][0] == "path" for fault in error.errors()):
        return NotFound("unknown_route")
    return UnprocessableContent("impossible_state", **LIMITS)


app = http_app("pages", respond_to_error=_error_page)


async def _page_language(request: Request) -> Language:
    return _language(request.scope["path"])


async def _visitor(reader: Anyone) -> Reader:
    """Pages show what visitors see, whoever asks for them; to a reader who pauses, no picks."""
    return replace(ANONYMOUS_READER, paused=reader.paused)


About = Literal["method", "glossary", "legal", "developers"]
CRAWLED = {"Cache-Control": "public, max-age=3600"}
PICTURE = {"Cache-Control": f"public, max-age=60, s-maxage={round(CDN_MAX_AGE.total_seconds())}"}
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
    from functions.pages.match import earlier_matches, match_page, match_values  # noqa: PLC0415  # see above
    from functions.pages.open_forecast import FIRST_STATE, forecast_details  # noqa: PLC0415

    shown = match_page(db, reader, language, match_id)
    forecast = shown.forecast
    details = forecast_details(db, language, shown.row, forecast.multi_markets) if forecast else None
    values = match_values(shown, language) | {"earlier": earlier_matches(db, language, shown.row)}
    values |= {"details": details, "state": FIRST_STATE, "limits": LIMITS}
    return page("match.html", language, f"/match/{shown.match.id}", values)


@localized("/match/{match_id}" + WHAT_IF)
@cached(CacheKind.PAGES)
async def read_what_if(
    reader: Visitor, db: Connection, language: PageLanguage, match_id: MatchId, state: RequestedState
) -> Response:
    """A match's forecast from another state of it on, for matches that have begun."""
    from functions.pages.open_forecast import what_if_page  # noqa: PLC0415  # see above

    shown = what_if_page(db, language, match_id, state)
    query = urlencode({name: value for name, value in asdict(state).items() if value is not None})
    path = f"/match/{shown.match.match_id}{WHAT_IF}?{query}"
    return page("what_if.html", language, path, {"it": shown, "state": state, "limits": LIMITS})


@localized("/match/{match_id}/picture.png")
async def read_picture(reader: Visitor, db: Connection, language: PageLanguage, match_id: MatchId) -> Response:
    """The picture of a match, which the CDN caches: one takes far longer than a page."""
    from functions.pages.picture import match_picture  # noqa: PLC0415  # see above

    return Response(match_picture(db, language, match_id), headers=PICTURE, media_type="image/png")


@localized("/embed/match/{match_id}")
@cached(CacheKind.PAGES)
async def read_embedded_match(reader: Visitor, db: Connection, language: PageLanguage, match_id: MatchId) -> Response:
    """A match's forecast alone, which other sites may frame."""
    from functions.pages.match import match_page, match_values  # noqa: PLC0415  # see above

    shown = match_page(db, reader, language, match_id)
    return page("embed.html", language, "", match_values(shown, language), policy=EMBED_POLICY)


@localized("/league/{competition_code}")
@cached(CacheKind.PAGES)
async def read_league(
    reader: Visitor, db: Connection, language: PageLanguage, competition_code: CompetitionName
) -> Response:
    """A competition: table, season, next matches."""
    from functions.pages.league import league_page  # noqa: PLC0415  # see above

    shown = league_page(db, language, competition_code)
    return page("league.html", language, f"/league/{competition_code}", {"it": shown})


@localized("/club/{team_id}")
@cached(CacheKind.PAGES)
async def read_club(reader: Visitor, db: Connection, language: PageLanguage, team_id: TeamId) -> Response:
    """A club: season, form, next matches."""
    from functions.pages.club import club_page  # noqa: PLC0415  # see above

    return page("club.html", language, f"/club/{team_id}", {"it": club_page(db, language, team_id)})


@localized("/record")
@cached(CacheKind.PAGES)
async def read_record(reader: Visitor, db: Connection, language: PageLanguage) -> Response:
    """The record."""
    from functions.pages.record import ENOUGH, record_page  # noqa: PLC0415  # see above

    return page("record.html", language, "/record", {"it": record_page(db, language), "enough": ENOUGH})


@localized("/picks")
@cached(CacheKind.PAGES)
async def read_past_picks(
    reader: Visitor, db: Connection, language: PageLanguage, before: Day | None = None
) -> Response:
    """Settled picks, the newest first."""
    from functions.pages.past_picks import past_picks_page  # noqa: PLC0415  # see above

    path = f"/picks?before={before.isoformat()}" if before else "/picks"
    return page("picks.html", language, path, {"it": past_picks_page(db, reader, language, before)})


@localized("/about/{name}")
@cached(CacheKind.PAGES)
async def read_about(reader: Visitor, language: PageLanguage, name: About) -> Response:
    """The method, the glossary, the legal notice, or what developers need."""
    return page(f"{name}.html", language, f"/about/{name}", {"base": origin(), "publisher": publisher(language)})


@app.get("/robots.txt", include_in_schema=False)
async def read_robots(reader: Anyone, request: Request) -> Response:
    """What may be crawled."""
    from functions.pages.crawlers import robots, site_address  # noqa: PLC0415  # see above

    return Response(robots(site_address(request)), headers=CRAWLED, media_type="text/plain")


@app.get("/sitemap.xml", include_in_schema=False)
async def read_sitemap(reader: Anyone, request: Request, db: Connection) -> Response:
    """The addresses of the pages; there is none while our domain is unknown."""
    from functions.pages.crawlers import site_address, sitemap  # noqa: PLC0415  # see above

    site = site_address(request)
    if site is None:
        raise NotFound("unknown_route")
    return Response(sitemap(db, site), headers=CRAWLED, media_type="application/xml")


@app.get("/assets/{name}", include_in_schema=False)
async def read_asset(reader: Anyone, name: str, v: str = "") -> Response:
    """A stylesheet, script or picture; it never expires at the address of its version."""
    asset = assets.all_assets().get(name)
    if asset is None:
        raise NotFound("unknown_route")
    lifetime = "max-age=31536000, immutable" if v == asset.version else "max-age=60"
    headers = {"Cache-Control": f"public, {lifetime}", "Service-Worker-Allowed": "/"}
    headers["Content-Security-Policy"] = POLICY  # that of its own response concerns what a service worker may fetch
    return Response(asset.content, HTTPStatus.OK, headers, asset.media_type)


handler = lambda_handler(app)
