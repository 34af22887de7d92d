"""The trainer's way to its data: by a key of its own, page by page, as the files that it would read otherwise."""

import io
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import httpx
import numpy as np
import pytest

from models.training import dataset, fetch
from models.training.download import DIVISIONS, download
from shared.clients.sources.football_data_uk import FootballDataUk
from shared.runtime import clock
from shared.runtime.settings import SettingsError, parse
from tests.conftest import Databases
from tests.models.training import mini
from tests.running import HttpResponse, environment, invoke, run
from tests.tokens import NOW, SUPABASE, bearer

DATA = "/api/v1/ml/training-data"
KEY, NEXT = "k" * 64, "n" * 64
SHORT = "s" * 31
HASHES = {key: sha256(key.encode()).hexdigest() for key in (KEY, NEXT, SHORT)}
SUMMER = datetime.fromisoformat("2023-06-30T03:10:00Z")


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mini.make(tmp_path_factory.mktemp("mirror"))


@pytest.fixture(scope="module")
def database(databases: Databases, empty: str, mirror: Path) -> Iterator[str]:
    """One that has read the mirror; nothing here writes to it."""
    with databases.copy(empty) as url:
        with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(mirror), LOG_LEVEL="ERROR"):
            run("sync_history", SUMMER, {"seasons": 4})
        yield url


@pytest.fixture
def api(database: str) -> Iterator[httpx.Client]:
    """The function on that database, as a client on the way meets it."""
    hashes = f"{HASHES[KEY]}, {HASHES[NEXT].upper()}"
    with environment(DATABASE_URL=database, LOG_LEVEL="ERROR", TRAINING_API_KEY_HASHES=hashes, **SUPABASE):

        def answer(request: httpx.Request) -> httpx.Response:
            response = invoke("models_api", request.url.raw_path.decode(), x_api_key=request.headers["x-api-key"])
            return httpx.Response(response.status, text=response.body)

        with httpx.Client(base_url="https://api.test", transport=httpx.MockTransport(answer)) as http:
            yield http


def get_data(query: str = "", key: str = KEY) -> HttpResponse:
    return invoke("models_api", DATA + query, x_api_key=key)


def test_fetched_training_data_equals_the_original_files(api: httpx.Client, mirror: Path, tmp_path: Path) -> None:
    """The arrays that models are trained on are equal, number by number."""
    written = fetch.fetch(tmp_path / "fetched", api, KEY)
    assert written == {f"mmz4281/{s}/{d}.csv": 56 for d in mini.CLUBS for s in ("1920", "2021", "2122", "2223")}
    ours, theirs = (dataset.read(folder, mini.SEASONS) for folder in (tmp_path / "fetched", mirror))
    for name in ("day", "season", "competition", "home", "away"):
        assert (getattr(ours, name) == getattr(theirs, name)).all()
    assert ours.numbers.keys() == theirs.numbers.keys()
    for name, numbers in ours.numbers.items():
        np.testing.assert_array_equal(numbers, theirs.numbers[name], name)
    assert len(ours) == 448


def test_the_trainer_downloads_only_files_missing_from_the_api(api: httpx.Client, tmp_path: Path) -> None:
    fetch.fetch(tmp_path, api, KEY)
    missing: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        missing.append(request.url.path)
        return httpx.Response(404)

    with httpx.Client(transport=httpx.MockTransport(service)) as http:
        download(tmp_path, [2018, 2019], FootballDataUk("https://service.test", http, clock.now), pause=lambda _: None)
    assert len(missing) == 2 * len(DIVISIONS) - len(mini.CLUBS)
    assert "/mmz4281/1920/E0.csv" not in missing


@pytest.mark.parametrize("limit", [1, 7, 448, 1000])
def test_pages_hold_every_match_once_in_order(api: httpx.Client, limit: int) -> None:
    """And never more than the limit."""
    after, ids = "", []
    for _ in range(10):
        page = get_data(f"?limit={limit}&after={after}").json
        assert page["count"] == len(page["matches"]) <= limit
        ids += [match["id"] for match in page["matches"]]
        if page["next"] is None:
            break
        assert page["next"] == ids[-1]
        after = page["next"].replace(" ", "%20")
    assert ids == sorted(set(ids))
    assert len(ids) == (448 if limit >= 448 else limit * 10)


@pytest.mark.parametrize("query", ["?limit=0", "?limit=1001", "?limit=x", "?after=" + "a" * 201])
def test_a_page_has_bounds(api: httpx.Client, query: str) -> None:
    assert get_data(query).status == 422


def test_either_key_opens_while_one_takes_the_others_place(api: httpx.Client) -> None:
    assert [get_data("?limit=1", key).status for key in (KEY, NEXT)] == [200, 200]


@pytest.mark.parametrize("key", ["", "x" * 64, KEY[:-1], KEY.upper(), HASHES[KEY], "é" * 64])
def test_any_other_key_is_401(api: httpx.Client, key: str) -> None:
    response = get_data(key=key)
    assert (response.status, list(response.json)) == (401, ["code", "detail"])


def test_an_administrators_token_is_401(api: httpx.Client) -> None:
    token = bearer(NOW, app_metadata={"role": "admin"}, aal="aal2")
    assert invoke("models_api", DATA, authorization=token, at=NOW).status == 401


def test_a_too_short_training_key_is_rejected_even_if_its_hash_is_configured(url: str) -> None:
    with environment(DATABASE_URL=url, TRAINING_API_KEY_HASHES=HASHES[SHORT]):
        assert get_data(key=SHORT).status == 401


def test_without_a_key_that_would_open_it_is_out_of_service(url: str) -> None:
    with environment(DATABASE_URL=url):
        response = get_data()
        assert (response.status, response.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize("value", ["secret", HASHES[KEY][:-1], f"{HASHES[KEY]},", "g" * 64])
def test_an_invalid_key_hash_is_rejected_without_repeating_it(value: str) -> None:
    """A key configured in its hash's place is never logged."""
    with pytest.raises(SettingsError, match="TRAINING_API_KEY_HASHES must be a SHA-256") as refused:
        parse({"training_api_key_hashes": value})
    assert value not in str(refused.value)


def test_a_failed_fetch_exits_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    with pytest.raises(SystemExit, match="No training data: "):
        fetch.main(["--from", "http://127.0.0.1:1", "--downloads", str(tmp_path)])


@pytest.mark.parametrize(
    ("matches", "next_", "fault"),
    [
        ([], None, "holds no match"),
        ([{"id": "../../etc/passwd/x", "row": {}}], None, "is no match of a division"),
        ([{"id": "E0/../x", "row": {}}], None, "is no match of a division"),
        ([{"id": "E0/2324/A/B", "row": {}}], "", "circles"),
    ],
)
def test_an_invalid_page_of_training_data_writes_no_file(
    tmp_path: Path, matches: list[object], next_: str | None, fault: str
) -> None:
    page = {"matches": matches, "count": len(matches), "next": next_}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=page))
    with httpx.Client(base_url="https://api.test", transport=transport) as http, pytest.raises(ValueError, match=fault):
        fetch.fetch(tmp_path, http, KEY)
    assert list(tmp_path.iterdir()) == []
