"""What models wrote, what it took, and what is tried."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import psycopg
import pytest

from shared.stores.database import Connection, connect
from shared.stores.news import explanations
from shared.stores.news.explanations import CallRow
from tests.factories import BEFORE, explanation, insert_predictions, match_update
from tests.running import select
from tests.waiting import HANG, wait_until

NOW = datetime(2024, 4, 27, 6, tzinfo=UTC)


def call(match_id: int, **changes: Any) -> CallRow:
    values: dict[str, Any] = {
        "called_at": NOW,
        "match_id": match_id,
        "provider": "groq",
        "model": "m",
        "prompt": "explanation_v1",
        "prompt_hash": "a" * 64,
        "repair": False,
        "tokens_in": 1000,
        "tokens_out": 200,
        "cost": Decimal("0.001"),
        "milliseconds": 800,
        "outcome": "accepted",
        "reason": None,
    }
    return CallRow(**{**values, **changes})


def test_a_text_is_found_by_its_version_of_the_forecast_and_never_replaced(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update())
    explanations.add(db, explanation(match_id))
    explanations.add(db, explanation(match_id, provider="anthropic"))
    assert explanations.by_version(db, [(match_id, BEFORE)]) == {match_id: explanation(match_id)}
    assert explanations.by_version(db, [(match_id, BEFORE + timedelta(hours=1))]) == {}
    assert explanations.by_version(db, []) == {}


@pytest.mark.parametrize("changes", [{"published_at": NOW}, {"provider": "template"}, {"prompt_hash": "none"}])
def test_an_explanation_references_an_existing_forecast_and_a_known_provider(
    db: Connection, changes: dict[str, Any]
) -> None:
    (match_id,) = insert_predictions(db, match_update())
    with pytest.raises(psycopg.IntegrityError), db.transaction():
        explanations.add(db, explanation(match_id, **changes))


@pytest.mark.case("N11")
def test_tokens_are_counted_from_an_instant_on(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update())
    assert explanations.tokens_since(db, NOW) == 0
    explanations.add_calls(
        db, [call(match_id), call(match_id, called_at=NOW - timedelta(seconds=1)), call(match_id, outcome="rejected")]
    )
    assert explanations.tokens_since(db, NOW) == 2400


def test_setting_weights_replaces_all_earlier_ones_of_a_kind(db: Connection) -> None:
    explanations.set_weights(db, "explanation", {"a": 1, "b": 2.5}, NOW)
    explanations.set_weights(db, "another", {"c": 1}, NOW)
    explanations.set_weights(db, "explanation", {"b": 1}, NOW)
    assert explanations.weights(db, "explanation") == {"b": 1.0}
    explanations.set_weights(db, "explanation", {}, NOW)
    assert explanations.weights(db, "explanation") == {}
    assert explanations.weights(db, "another") == {"c": 1.0}


WAITING = """
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'second' AND wait_event_type = 'Lock'
"""


def test_concurrent_weight_changes_are_serialized(url: str) -> None:
    def second() -> None:
        with connect(url, "second") as db, db.transaction():
            explanations.set_weights(db, "explanation", {"b": 1}, NOW)

    with connect(url, "first") as db:
        with db.transaction():
            explanations.set_weights(db, "explanation", {"a": 1}, NOW)
            other = Thread(target=second)
            other.start()
            wait_until(lambda: bool(select(url, WAITING)) or not other.is_alive())
        other.join(HANG)
        assert explanations.weights(db, "explanation") == {"b": 1.0}
