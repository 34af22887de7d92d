"""At six the cache is invalidated, and its most requested responses are computed ahead."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from deploy import service
from functions.refresh_cache.handler import PAGES, STANDINGS
from local import fake_upstash
from shared.football.competition import COMPETITIONS
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.services.cache_policies import CacheKind
from shared.web.cached_route import cache_kind
from tests.conftest import SATURDAY
from tests.lambda_api import LambdaApi
from tests.running import environment, rows_of, run, select

RESPONSE = {"statusCode": 200, "headers": {}, "body": "{}"}


@pytest.fixture
def database(url: str, api: LambdaApi) -> Iterator[str]:
    api.payload = RESPONSE
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=url, JOBS_URL=api.address, **redis):
            yield url


def requested_paths(api: LambdaApi) -> list[tuple[str, str, str]]:
    return [(call.event["headers"]["accept-language"], call.function, call.event["rawPath"]) for call in api.calls]


def test_the_most_requested_pages_are_refreshed_in_both_languages(database: str, api: LambdaApi) -> None:
    report = run("refresh_cache", SATURDAY)
    assert (report["status"], report["requested"], report["refreshed"]) == ("done", 34, 34)
    french = [page[1:] for page in requested_paths(api) if page[0] == "fr"]
    assert french == [page[1:] for page in requested_paths(api) if page[0] == "en"]
    assert french == [*PAGES, *(("matches", STANDINGS + code) for code in COMPETITIONS if code != "DEMO")]
    assert {call.invocation_type for call in api.calls} == {"RequestResponse"}


def test_behind_a_cdn_requests_carry_the_cdns_headers(
    database: str, api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDN_SECRET", "one, other")
    settings.cache_clear()
    run("refresh_cache", SATURDAY)
    header_list = [call.event["headers"] for call in api.calls]
    assert {headers["x-cdn-secret"] for headers in header_list} == {"one"}
    assert len({headers["cloudfront-viewer-address"] for headers in header_list}) == len(header_list)


def test_each_refreshed_page_is_cached_by_the_function_that_serves_it(database: str, api: LambdaApi) -> None:
    run("refresh_cache", SATURDAY)
    described = service.read()
    for _, name, path in requested_paths(api):
        function = described.function_for(path)
        assert function is not None
        assert function.name == name
        app = import_module(f"functions.{name}.handler").app
        route = next(route for route in app.routes if route.path_regex.match(path))
        assert cache_kind(route.endpoint), f"{path} is not cached"
    allowed = described.config["custom"]["invokes"]
    follows = "publish_record"  # in the morning's round
    assert set(allowed["refresh_cache"]) == {name for _, name, _ in requested_paths(api)} | {follows}


def test_a_refresh_increments_every_cache_generation(database: str) -> None:
    generations = redis_backed.response_cache().stats(CacheKind)
    run("refresh_cache", SATURDAY)
    assert generations is not None
    assert redis_backed.response_cache().stats(CacheKind) == (
        {kind: number + 1 for kind, number in generations[0].items()},
        0,
    )


@pytest.mark.case("D12")
@pytest.mark.parametrize(
    ("job", "kinds"),
    [
        ("sync_fixtures", set(CacheKind)),
        ("sync_history", set(CacheKind)),
        ("update_ratings", {CacheKind.MATCHES, CacheKind.PAGES}),
        ("publish_predictions", {CacheKind.PREDICTIONS, CacheKind.STATISTICS, CacheKind.PAGES}),
        ("choose_picks", {CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS, CacheKind.STATISTICS, CacheKind.PAGES}),
        ("settle_picks", {CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS, CacheKind.STATISTICS, CacheKind.PAGES}),
    ],
)
def test_a_job_invalidates_the_cache_kinds_that_depend_on_its_writes(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str, kinds: set[CacheKind]
) -> None:
    monkeypatch.setenv("FOOTBALL_DATA_UK_URL", str(tmp_path))
    settings.cache_clear()
    run(job, SATURDAY)
    stats = redis_backed.response_cache().stats(CacheKind)
    assert stats is not None
    assert {kind for kind, generation in stats[0].items() if generation} == kinds


@pytest.mark.parametrize("status", [200, 404])
def test_a_404_counts_as_refreshed(database: str, api: LambdaApi, status: int) -> None:
    api.payload = {**RESPONSE, "statusCode": status}
    assert run("refresh_cache", SATURDAY)["refreshed"] == 34


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_failing_pages_fail_the_run_after_all_were_requested(database: str, api: LambdaApi, status: int) -> None:
    api.payload = {**RESPONSE, "statusCode": status}
    with pytest.raises(ExceptionGroup) as caught:
        run("refresh_cache", SATURDAY)
    assert len(caught.value.exceptions) == len(api.calls) == 34
    assert str(caught.value.exceptions[0]) == f"matches answered {status} to /api/v1/matches/upcoming"


def test_without_redis_there_is_nothing_to_refresh(url: str, api: LambdaApi) -> None:
    with environment(DATABASE_URL=url, JOBS_URL=api.address):
        assert run("refresh_cache", SATURDAY)["skipped"] == "UPSTASH_REDIS_REST_URL is not set"
    assert api.calls == []


@pytest.mark.case("G1")
def test_a_refresh_writes_only_its_job_row(database: str) -> None:
    before = rows_of(database, "jobs")
    for _ in range(2):
        run("refresh_cache", SATURDAY)
    assert rows_of(database, "jobs") == before
    assert select(database, "SELECT job FROM jobs") == [("refresh_cache",)]
