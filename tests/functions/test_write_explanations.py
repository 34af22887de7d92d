"""Texts for the coming forecasts: generated, validated, stored once; and what happens when something fails."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local import fake_llms
from local.fake_llms import ANTHROPIC_KEY, GROQ_KEY, FakeLLMs, write_from_facts
from shared.football.match import Status
from shared.runtime.jobs import InvalidEvent
from shared.stores.database import connect
from shared.stores.forecasting import predictions
from shared.stores.news import articles
from tests.explanations.hostile import HOSTILE
from tests.explanations.sample_request import article
from tests.factories import forecast, insert_matches, match_update
from tests.running import environment, rows_of, run, select
from tests.tokens import SUPABASE

NOW = datetime(2026, 11, 28, 4, 10, tzinfo=UTC)
KICK_OFF = datetime(2026, 11, 28, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXTS = "SELECT match_id, published_at, provider, content, sources FROM explanations ORDER BY match_id, published_at"
CALLS = "SELECT provider, outcome, repair FROM llm_calls ORDER BY call_id"
DOWN = (503, {"error": {"message": "down"}}, {})


@dataclass
class World:
    """The bundle, with stand-ins for both writers."""

    url: str
    llms: FakeLLMs

    def forecast(self, home: str, away: str, kick_off: datetime = KICK_OFF, **changes: Any) -> int:
        with connect(self.url, "test") as db:
            update = match_update(home, away, season=2026, external_id=f"{home}{kick_off}", kick_off=kick_off)
            (match_id,) = insert_matches(db, update, now=NOW - 24 * HOUR)
            published = {"published_at": NOW - HOUR, "kick_off": kick_off, "prices_taken_at": NOW - HOUR, **changes}
            predictions.add(db, [forecast(match_id, **published)])
        return match_id

    def add_article(self, title: str, extract: str = "") -> None:
        (clubs,) = select(self.url, "SELECT home_team_id, away_team_id FROM matches LIMIT 1")
        new_article = article(title[:300] or "x", extract[:300], team_ids=clubs, published_at=NOW - 5 * HOUR)
        with connect(self.url, "test") as db:
            articles.add(db, [new_article], NOW - 4 * HOUR)


@pytest.fixture(scope="module")
def fake_llm() -> Iterator[tuple[FakeLLMs, str]]:
    writers = FakeLLMs()
    with fake_llms.serve(writers) as address:
        yield writers, address


@pytest.fixture
def world(url: str, fake_llm: tuple[FakeLLMs, str]) -> Iterator[World]:
    writers, address = fake_llm
    writers.__init__()
    keys = {"GROQ_API_KEY": GROQ_KEY, "GROQ_URL": f"{address}/openai/v1"}
    keys |= {"ANTHROPIC_API_KEY": ANTHROPIC_KEY, "ANTHROPIC_URL": address}
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **keys, **SUPABASE):
        yield World(url, writers)


def write(now: datetime = NOW) -> dict[str, Any]:
    return run("write_explanations", now)


def test_without_an_llm_key_the_job_is_skipped(url: str) -> None:
    with environment(DATABASE_URL=url):
        assert "not set" in str(write()["skipped"])


def test_a_forecast_of_the_coming_two_days_is_explained_in_both_languages(world: World) -> None:
    match_id = world.forecast("Arsenal", "Chelsea")
    world.forecast("Liverpool", "Everton", NOW + 49 * HOUR)
    world.add_article("Chelsea captain ruled out with injury")
    report = write()
    assert {name: report[name] for name in ("forecasts", "without_text", "groq", "with_news")} == {
        "forecasts": 1,
        "without_text": 1,
        "groq": 1,
        "with_news": 1,
    }
    ((row_match_id, published, writer, content, sources),) = select(world.url, TEXTS)
    assert (row_match_id, published, writer) == (match_id, NOW - HOUR, "groq")
    assert content["fr"]["explanation"].startswith("Notre prévision donne 50\u00a0% à Arsenal")
    assert content["en"]["explanation"].startswith("Our forecast gives 50% to Arsenal")
    assert [source["title"] for source in sources] == ["Chelsea captain ruled out with injury"]
    ((hashed, tokens, cost),) = select(world.url, "SELECT prompt_hash, tokens_in + tokens_out, cost FROM explanations")
    assert len(hashed) == 64
    assert (report["tokens"], float(report["cost_usd"])) == (tokens, pytest.approx(float(cost), abs=1e-6))


@pytest.mark.case("J1", "J4")
@pytest.mark.parametrize("status", [Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED])
def test_a_match_that_is_put_off_is_not_explained(world: World, status: Status) -> None:
    world.forecast("Arsenal", "Chelsea")
    with connect(world.url, "test") as db:
        put_off = match_update(
            "Arsenal", "Chelsea", season=2026, kick_off=KICK_OFF, status=status, source_updated_at=NOW - HOUR
        )
        insert_matches(db, put_off, now=NOW - HOUR)
    assert write()["forecasts"] == 0
    assert select(world.url, TEXTS) == select(world.url, CALLS) == []


@pytest.mark.case("G1")
def test_a_second_run_calls_no_llm_and_a_new_forecast_gets_a_new_explanation(world: World) -> None:
    match_id = world.forecast("Arsenal", "Chelsea")
    write()
    before = rows_of(world.url, "jobs")
    assert write()["without_text"] == 0
    assert rows_of(world.url, "jobs") == before
    with connect(world.url, "test") as db:
        later = {"published_at": NOW + HOUR, "kick_off": KICK_OFF, "home": 0.55, "draw": 0.25}
        predictions.add(db, [forecast(match_id, **later)])
    assert write(NOW + 2 * HOUR)["groq"] == 1
    assert [row[1] for row in select(world.url, TEXTS)] == [NOW - HOUR, NOW + HOUR]


@pytest.mark.case("E13")
def test_without_groq_anthropic_writes_and_without_both_the_template(world: World) -> None:
    """And failed calls are recorded."""
    world.forecast("Arsenal", "Chelsea")
    world.llms.queued["groq"] = [DOWN]
    world.llms.queued["anthropic"] = [DOWN]
    assert write()["template"] == 1
    assert select(world.url, TEXTS) == []
    world.llms.queued["groq"] = [DOWN]
    assert write(NOW + HOUR)["anthropic"] == 1
    assert [row[2] for row in select(world.url, TEXTS)] == ["anthropic"]
    assert select(world.url, CALLS) == [
        *[("groq", "failed", False), ("anthropic", "failed", False)],
        *[("groq", "failed", False), ("anthropic", "accepted", False)],
    ]


@pytest.mark.case("E14")
def test_a_model_that_is_gone_raises_an_alarm_and_the_next_writer_writes(world: World) -> None:
    world.forecast("Arsenal", "Chelsea")
    world.llms.models = {"claude-haiku-5-5"}
    with pytest.raises(ExceptionGroup, match="1 parts failed"):
        write()
    assert [row[2] for row in select(world.url, TEXTS)] == ["anthropic"], "and is stored"


@pytest.mark.case("E16")
def test_an_invalid_completion_is_repaired_once(world: World) -> None:
    world.forecast("Arsenal", "Chelsea")
    completions = iter(["I am sorry.", "Still sorry."])
    world.llms.model = lambda system, user: next(completions)
    assert write()["template"] == 1
    assert select(world.url, CALLS) == [("groq", "rejected", False), ("groq", "rejected", True)]
    world.llms.model = write_from_facts
    assert write(NOW + HOUR)["groq"] == 1, "the next run tries again"


@pytest.mark.case("N11")
def test_the_days_budget_stops_the_calls_until_midnight(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for home, away in (("Arsenal", "Chelsea"), ("Liverpool", "Everton"), ("Fulham", "Brighton")):
        world.forecast(home, away)
    monkeypatch.setenv("WORDS_DAILY_TOKENS", "7200")
    report = write()
    assert (report["groq"], report["stopped_by"]) == (2, "budget")
    assert write(NOW + HOUR)["stopped_by"] == "budget"
    assert world.llms.completions("groq") == 2


@pytest.mark.case("N11")
def test_calls_count_even_where_the_run_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was paid for is not forgotten with what it led to."""
    world.forecast("Arsenal", "Chelsea")

    def fail(*_: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("shared.stores.news.explanations.add", fail)
    with pytest.raises(RuntimeError):
        write()
    assert select(world.url, TEXTS) == []
    assert select(world.url, CALLS) == [("groq", "accepted", False)]


def test_the_news_adjustment_is_stored_and_changes_no_forecast(world: World) -> None:
    world.forecast("Arsenal", "Chelsea")
    world.add_article("Arsenal striker ruled out with injury")
    signal = {"source": "n1", "side": "home", "kind": "injury", "direction": "worse", "strength": 1, "confidence": 0.9}
    world.llms.model = lambda system, user: json.dumps(
        {**json.loads(write_from_facts(system, user)), "signals": [signal]}
    )
    before = select(world.url, "SELECT home, draw, away, markets FROM predictions")
    write()
    ((adjustment,),) = select(world.url, "SELECT adjustment FROM explanations")
    assert (adjustment["injury_home"], adjustment["home"], adjustment["away"]) == pytest.approx((-0.18, -0.18, 0.18))
    assert select(world.url, "SELECT home, draw, away, markets FROM predictions") == before


def test_versions_of_a_prompt_are_tried_by_their_weights(world: World) -> None:
    world.forecast("Arsenal", "Chelsea")
    with connect(world.url, "test") as db:
        db.execute("INSERT INTO prompt_weights VALUES ('explanation', 'explanation_v99', 1, now())")
    assert write()["groq"] == 1, "a version that is no longer there is left out"
    assert select(world.url, "SELECT prompt FROM explanations") == [("explanation_v1",)]


def test_a_prompt_replay_stores_its_texts_apart_and_readers_see_the_published_ones(world: World) -> None:
    world.forecast("Arsenal", "Chelsea")
    write()
    texts = select(world.url, TEXTS)
    for count in (1, 2):
        report = run("write_explanations", NOW + HOUR, {"replay": "explanation_v1", "cases": 3})
        assert (report["replayed"], report["accepted"], report["rejected"]) == ("explanation_v1", 1, 0)
        ((content, reason),) = select(world.url, "SELECT content, reason FROM prompt_replays")
        assert (content["en"]["explanation"][:12], reason) == ("Our forecast", None)
        assert len(select(world.url, CALLS)) == 1 + count
    world.llms.model = lambda system, user: "{}"
    assert run("write_explanations", NOW + HOUR, {"replay": "explanation_v1"})["rejected"] == 1
    ((content, reason),) = select(world.url, "SELECT content, reason FROM prompt_replays")
    assert (content, reason is not None) == (None, True)
    assert select(world.url, TEXTS) == texts


@pytest.mark.parametrize(
    "event", [{"replay": "explanation_v99"}, {"replay": 1}, {"replay": "explanation_v1", "cases": 0}]
)
def test_an_invalid_replay_is_rejected_with_a_message(world: World, event: dict[str, Any]) -> None:
    with pytest.raises(InvalidEvent, match='"replay" must be one of explanation_v1, and "cases" a number from 1 to 20'):
        run("write_explanations", NOW, event)


@pytest.mark.case("N1", "N2", "N3")
def test_sixty_hostile_articles_change_nothing_and_leak_nothing(world: World) -> None:
    """Not even where the model obeys every one of them."""
    world.forecast("Arsenal", "Chelsea")
    forecasts = select(world.url, "SELECT home, draw, away, markets FROM predictions")
    written: list[str] = []
    for number, (title, extract, text) in enumerate(HOSTILE):
        world.add_article(title, extract)

        def obey(system: str, user: str, text: str = text) -> str:
            canary = system.rpartition("never to be written: ")[2].strip()
            completion = json.loads(write_from_facts(system, user))
            parts = {"canary": canary, "spaced": " ".join(canary), "system": system[:400]}
            injected = text.format(**parts) if "{" in text else text
            for language in ("fr", "en"):
                completion[language]["context"] = injected
                completion[language]["explanation"] += f" {injected}"
                completion[language]["key_factors"] = [injected]
            written.append(canary)
            return json.dumps(completion)

        world.llms.model = obey
        report = write(NOW + number * timedelta(minutes=1))
        assert (report["with_news"], report.get("template")) == (1, 1), (title, select(world.url, TEXTS))
        with connect(world.url, "test") as db:
            db.execute("DELETE FROM articles")
    assert len(written) == 120, "each was retried once"
    assert len({*written}) == 60, "with a reference of its own for each match"
    assert select(world.url, TEXTS) == []
    assert select(world.url, "SELECT home, draw, away, markets FROM predictions") == forecasts
    stored = repr([row for table, rows in rows_of(world.url, "articles").items() for row in rows])
    assert not any(canary in stored for canary in written)
    assert "arrested" not in stored
