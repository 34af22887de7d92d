"""Invalidate the response cache and refill the most requested responses. Cron: 06:00 UTC. Safe to run twice or late."""

from shared.clients.errors import Unavailable
from shared.explanations.translations import Language
from shared.football.competition import available_competitions
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate

PAGES = (
    ("matches", "/api/v1/matches/upcoming"),
    ("predictions", "/api/v1/predictions/daily"),
    ("predictions", "/api/v1/predictions/stats"),
)
STANDINGS = "/api/v1/matches/standings/"


def refresh(run: Run) -> None:
    """Request the most requested pages in both languages as an anonymous reader.

    Responses that depend on the plan are cached for other plans by their first readers.
    """
    if not settings().upstash_redis_rest_url:
        run.report(skipped="UPSTASH_REDIS_REST_URL is not set")
        return
    invalidate(*CacheKind)
    standings = [("matches", STANDINGS + c.code) for c in available_competitions(demo=settings().demo)]
    requests = [(language, *page) for language in Language for page in (*PAGES, *standings)]
    refreshed = 0
    for number, (language, function, path) in enumerate(requests, 1):
        with run.part(Unavailable):
            _request(function, path, language, f"127.0.0.{number}")
            refreshed += 1
    run.report(requested=len(requests), refreshed=refreshed)


def _request(function: str, path: str, language: Language, address: str) -> None:
    """Invoke a function with a function URL event (payload format 2.0), each from its own IP address.

    If functions accept only the CDN, the CDN's headers are added.
    """
    secret = settings().cdn_secret.partition(",")[0].strip()
    cdn_headers = {"x-cdn-secret": secret, "cloudfront-viewer-address": f"{address}:443"} if secret else {}
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": address, "userAgent": "refresh_cache"}
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "refresh-cache", "accept": "application/json", "accept-language": language, **cdn_headers},
        "requestContext": {"http": http, "stage": "$default", "requestId": "refresh_cache"},
        "isBase64Encoded": False,
    }
    status = wiring.lambda_functions().invoke(function, event)["statusCode"]
    if status not in {200, 404}:  # a competition may have no table yet
        raise Unavailable(f"{function} answered {status} to {path}")


handler = job("refresh_cache", refresh)
