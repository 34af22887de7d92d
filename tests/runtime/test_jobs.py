"""The edge of a job: one lock, one transaction, one log line, and no success that is none."""

import json
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from shared.clients.errors import Unavailable, UpstreamError
from shared.runtime import clock
from shared.runtime.jobs import InvalidEvent, JobFailed, Run, job
from shared.runtime.settings import SettingsError
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.database import connect
from shared.stores.errors import DatabaseUnavailable
from shared.stores.operations import jobs, reports
from tests.lambda_api import lambda_api
from tests.running import environment, select
from tests.web.conftest import Upstash

NOW = datetime(2024, 4, 27, 22, 30, tzinfo=UTC)  # half past midnight in Paris
SECRET = "s3cr3t"


@pytest.fixture(autouse=True)
def living(url: str) -> Iterator[None]:
    with environment(DATABASE_URL=url), clock.at(NOW):
        yield


def write(run: Run) -> None:
    reports.add(run.db, "test", [("a", "b")], run.now)


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def written(url: str) -> int:
    return len(select(url, "SELECT about FROM reports"))


def test_a_run_commits_returns_its_report_and_is_recorded(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    def work(run: Run) -> None:
        write(run)
        run.report(matches=3)

    response = job("try", work)({}, None)
    assert response == {"job": "try", "day": "2024-04-28", "status": "done", "matches": 3}
    assert written(url) == 1
    (row,) = select(url, "SELECT job, last_run_at, day, report FROM jobs")
    assert row == ("try", NOW, date(2024, 4, 28), {"matches": 3})
    (line,) = log_lines(capsys)
    assert line["event"] == "job"
    assert response.items() <= line.items()


@pytest.mark.case("I4")
@pytest.mark.parametrize(
    "event", [None, {}, {"source": "aws.scheduler", "time": "2024-04-27T22:30:00Z"}, {"day": None}]
)
def test_an_event_without_a_day_means_today_in_paris(event: object) -> None:
    assert job("try", write)(event, None)["day"] == "2024-04-28"


@pytest.mark.case("I8")
def test_an_event_may_name_a_past_day() -> None:
    days: list[date] = []
    assert job("try", lambda run: days.append(run.day))({"day": "2024-02-29"}, None)["day"] == "2024-02-29"
    assert days == [date(2024, 2, 29)]


@pytest.mark.parametrize(
    "event", [[], "2024-04-27", 7, {"day": "27/04/2024"}, {"day": 20240427}, {"day": "2023-02-29"}]
)
def test_an_invalid_event_raises_an_error_with_a_valid_example(
    url: str, event: object, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidEvent, match="2024-04-27"):
        job("try", write)(event, None)
    assert written(url) == 0
    assert [line["event"] for line in log_lines(capsys)] == ["job failed"]


@pytest.mark.case("G2", "G4")
def test_two_at_once_do_the_work_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with connect(url, "other") as other, other.transaction():
        jobs.lock(other, "try")
        assert job("try", write)({}, None) == {"job": "try", "day": "2024-04-28", "status": "locked"}
        assert written(url) == 0
        assert job("another", write)({}, None)["status"] == "done"
    assert job("try", write)({}, None)["status"] == "done"
    assert [line["status"] for line in log_lines(capsys)] == ["locked", "done", "done"]


def test_a_run_that_fails_leaves_nothing_and_raises(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    def work(run: Run) -> None:
        write(run)
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        job("try", work)({}, None)
    assert (written(url), select(url, "SELECT job FROM jobs")) == (0, [])
    (line,) = log_lines(capsys)
    assert (line["event"], line["level"], line["job"], line["error"]) == (
        "job failed",
        "ERROR",
        "try",
        "LookupError: no such thing",
    )
    assert job("try", write)({}, None)["status"] == "done", "the connection is fit for the next run"


def test_a_part_that_fails_does_not_undo_the_others_and_the_run_still_fails(url: str) -> None:
    def work(run: Run) -> None:
        with run.part(UpstreamError):
            raise Unavailable("it is down")
        with run.part(UpstreamError):
            write(run)

    with pytest.raises(ExceptionGroup, match="try: 1 parts failed, the others are done") as caught:
        job("try", work)({}, None)
    assert [str(error) for error in caught.value.exceptions] == ["it is down"]
    assert written(url) == 1
    assert select(url, "SELECT job FROM jobs") == [], "it has not ended well"


def test_an_unexpected_error_in_a_part_rolls_back_the_run(url: str) -> None:
    def work(run: Run) -> None:
        write(run)
        with run.part(UpstreamError):
            raise KeyError("ours")

    with pytest.raises(KeyError):
        job("try", work)({}, None)
    assert written(url) == 0


@pytest.mark.case("D12")
def test_a_run_invalidates_the_cache_after_its_commit(url: str, redis: Upstash) -> None:
    counts: list[int] = []

    def work(run: Run) -> None:
        write(run)
        counts.append(written(url))

    with environment(DATABASE_URL=url, **redis.settings), clock.at(NOW):
        run = job("try", work, after_commit=partial(invalidate, CacheKind.MATCHES, CacheKind.LIVE))
        run({}, None)
        assert sorted(redis.client.keys("*")) == ["generation:live", "generation:matches", "generation:pages"]
        run({}, None)
        assert redis.client.get("generation:matches") == "2"
    assert counts == [0, 1]


@pytest.mark.case("D12")
def test_a_partially_failed_run_still_invalidates_the_cache(url: str, redis: Upstash) -> None:
    def work(run: Run) -> None:
        with run.part(UpstreamError):
            raise Unavailable("gone")

    with environment(DATABASE_URL=url, **redis.settings), clock.at(NOW):
        with pytest.raises(ExceptionGroup):
            job("try", work, after_commit=partial(invalidate, *CacheKind))({}, None)
        assert len(redis.client.keys("generation:*")) == len(CacheKind)


def test_a_failed_run_invalidates_no_cache(url: str, redis: Upstash) -> None:
    def fail(run: Run) -> None:
        raise KeyError("ours")

    with environment(DATABASE_URL=url, **redis.settings), clock.at(NOW):
        with pytest.raises(KeyError):
            job("try", fail, after_commit=partial(invalidate, *CacheKind))({}, None)
        job("other", write)({}, None)
        assert redis.client.keys("*") == []


@pytest.mark.parametrize(
    "variables", [{}, {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}]
)
def test_a_run_needs_no_redis(url: str, variables: dict[str, str]) -> None:
    with environment(DATABASE_URL=url, **variables), clock.at(NOW):
        assert job("try", write, after_commit=partial(invalidate, *CacheKind))({}, None)["status"] == "done"
    assert written(url) == 1


@pytest.mark.case("G8", "E6")
@pytest.mark.parametrize(
    ("remaining", "left"),
    [(lambda: 240_000, timedelta(seconds=225)), (lambda: 3_000, timedelta(0)), (None, timedelta(minutes=15))],
)
def test_a_run_knows_when_its_time_is_up(remaining: Callable[[], int] | None, left: timedelta) -> None:
    class Context:
        get_remaining_time_in_millis = staticmethod(remaining) if remaining else None

    deadlines: list[datetime] = []
    job("try", lambda run: deadlines.append(run.deadline))({}, Context() if remaining else None)
    assert deadlines == [NOW + left]


def test_without_a_database_a_job_raises_settings_or_database_errors() -> None:
    with environment(), pytest.raises(SettingsError, match="DATABASE_URL is not set"):
        job("try", write)({}, None)
    with environment(DATABASE_URL="postgresql://u@127.0.0.1:9/x"), pytest.raises(DatabaseUnavailable):
        job("try", write)({}, None)


@pytest.mark.parametrize("address", [SECRET, f"postgresql://u:{SECRET}@127.0.0.1:9/x", f"postgresql://u:{SECRET}/@h/x"])
def test_no_secret_reaches_the_log_or_the_error(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with (
        environment(DATABASE_URL=address, GROQ_API_KEY=SECRET),
        pytest.raises((DatabaseUnavailable, JobFailed)) as caught,
    ):
        job("try", write)({}, None)
    output = capsys.readouterr()
    assert SECRET not in output.out + output.err + repr(caught.value) + repr(caught.value.__cause__)
    assert "job failed" in output.out


FAILURES = "SELECT job, failed_at, error FROM job_failures ORDER BY job"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (LookupError("no such thing"), "LookupError: no such thing"),
        (ValueError("a line\nDETAIL: person@example.com"), "ValueError: a line"),
        (ValueError(f"https://x/?key={SECRET}&a={SECRET}"), "ValueError: https://x/?…"),
        (LookupError("no user is alice@example.com"), "LookupError: no user is …"),
        (KeyError(), "KeyError: "),
        (ValueError("x" * 900), "ValueError: " + "x" * 488),
    ],
    ids=lambda message: str(message)[:30],
)
def test_a_runs_error_is_stored_without_secrets(url: str, error: Exception, message: str) -> None:
    def work(run: Run) -> None:
        raise error

    with (
        environment(DATABASE_URL=url, GROQ_API_KEY=SECRET, THE_ODDS_API_KEY=SECRET),
        clock.at(NOW),
        pytest.raises((type(error), JobFailed)) as caught,
    ):
        job("try", work)({}, None)
    assert select(url, FAILURES) == [("try", NOW, message)]
    assert not [private for private in (SECRET, "@example.com") if private in str(caught.value)]
    assert "in work" in "".join(traceback.format_exception(caught.value)), "the traceback names the place"


@pytest.mark.case("P3")
def test_the_exception_raised_to_the_platform_holds_no_row_values(url: str) -> None:
    """Lambda writes all of what is raised into its log and the dead letters; Postgres quotes what was given."""

    def work(run: Run) -> None:
        run.db.execute("CREATE TEMPORARY TABLE people (name text UNIQUE, age integer)")
        run.db.execute("INSERT INTO people VALUES (%(name)s, 1), (%(name)s, 1)", {"name": SECRET})

    with pytest.raises(JobFailed, match=r'^UniqueViolation: duplicate key .+ "people_name_key"$') as caught:
        job("try", work)({}, None)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_each_failed_part_of_a_run_is_recorded(url: str) -> None:
    def work(run: Run) -> None:
        for what in ("one", "two"):
            with run.part(UpstreamError):
                raise Unavailable(f"{what} is down")

    with pytest.raises(ExceptionGroup):
        job("try", work)({}, None)
    assert select(url, FAILURES) == [("try", NOW, "Unavailable: one is down; Unavailable: two is down")]


def test_an_invalid_event_is_recorded_as_a_failure(url: str) -> None:
    with pytest.raises(InvalidEvent):
        job("try", write)({"day": "yesterday"}, None)
    assert [(name, error[:13]) for name, _, error in select(url, FAILURES)] == [("try", "InvalidEvent:")]


def test_a_closed_connection_does_not_hide_the_runs_error(url: str) -> None:
    def work(run: Run) -> None:
        run.db.close()
        raise LookupError("ours")

    with pytest.raises(Exception, match=r"ours|closed"):
        job("try", work)({}, None)
    assert [name for name, _, _ in select(url, FAILURES)] == ["try"]


def test_a_finished_job_starts_the_next_of_the_chain_and_passes_on_the_rest(url: str) -> None:
    with lambda_api() as api, environment(DATABASE_URL=url, JOBS_URL=api.address), clock.at(NOW):
        response = job("try", write)({"day": "2024-04-27", "then": ["two", "three"]}, None)
        assert response["status"] == "done"
        job("two", write)({"then": ["three"]}, None)
        job("three", write)({"then": []}, None)
    assert api.async_calls == [("two", {"then": ["three"]}), ("three", {"then": []})]


def test_a_failed_or_locked_job_starts_no_next_job(url: str) -> None:
    def work(run: Run) -> None:
        raise LookupError

    event = {"then": ["two"]}
    with lambda_api() as api, environment(DATABASE_URL=url, JOBS_URL=api.address), clock.at(NOW):
        with pytest.raises(LookupError):
            job("try", work)(event, None)
        with connect(url, "other") as other, other.transaction():
            jobs.lock(other, "try")
            assert job("try", write)(event, None)["status"] == "locked"
    assert api.calls == []


def test_a_failed_start_of_the_next_job_fails_the_run_but_not_its_commit(url: str) -> None:
    down = "http://127.0.0.1:9"
    with environment(DATABASE_URL=url, JOBS_URL=down), clock.at(NOW), pytest.raises(Unavailable):
        job("try", write)({"then": ["two"]}, None)
    assert written(url) == 1
    assert [name for name, _, _ in select(url, FAILURES)] == ["try"]


@pytest.mark.parametrize("then", ["two", [1], {"job": "two"}, None])
def test_the_then_field_must_be_a_list_of_job_names(url: str, then: object) -> None:
    with pytest.raises(InvalidEvent, match="settle_picks"):
        job("try", write)({"then": then}, None)
    assert written(url) == 0
