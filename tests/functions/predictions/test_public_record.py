"""The record in the API: what is published, and proofs that entries are in it."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.ledger.checkpoint import is_signed, parse_checkpoint
from shared.ledger.entries import abstention, universe
from shared.ledger.merkle_tree import leaf_hash, verify_inclusion
from shared.runtime import wiring
from shared.services.signing_keys import format_signing_key
from shared.stores.betting import play_limits
from shared.stores.database import connect
from shared.stores.people import users
from shared.stores.record import log
from shared.stores.record.log import NewEntry
from tests.conftest import SATURDAY, Databases
from tests.ledger.keys import KEY, verify
from tests.running import environment, invoke, run, select
from tests.tokens import ALICE, SUPABASE, bearer

RECORD = "/api/v1/record"
DAY = f"{RECORD}/days/{SATURDAY.date()}"


@pytest.fixture
def database(databases: Databases, saturday: str, tmp_path: Path) -> Iterator[str]:
    """A morning whose forecasts and picks are recorded, and not yet published."""
    with databases.copy(saturday) as url:
        key = format_signing_key(KEY.name, bytes(range(32)))
        calendars = {"RECORD_CALENDARS": "http://127.0.0.1:9"}
        with environment(
            DATABASE_URL=url, RECORD_BUCKET=str(tmp_path), RECORD_SIGNING_KEY=key, **calendars, **SUPABASE
        ):
            yield url


def get(target: str, **headers: str) -> Any:
    response = invoke("predictions", target, at=SATURDAY, **headers)
    assert response.status == 200, response.body
    return response.json


def types(body: dict[str, Any]) -> list[str]:
    return [json.loads(each["body"])["type"] for each in body["entries"]]


def test_entries_are_proven_to_be_in_the_published_record(database: str) -> None:
    run("publish_record", SATURDAY)
    [(match,)] = select(database, "SELECT match_id FROM ledger_entries WHERE type = 'forecast' ORDER BY index LIMIT 1")
    record, of_match, of_day = get(RECORD), get(f"{RECORD}/matches/{match}"), get(DAY)
    checkpoint, _ = parse_checkpoint(record["checkpoint"])
    assert is_signed(record["checkpoint"], KEY, verify)
    assert (record["size"], record["files"], record["unpublished"]) == (checkpoint.size, "/record/", 0)
    assert types(of_match) == ["forecast"]
    assert types(of_day) == ["universe", "picks"]
    assert (of_match["match_id"], of_day["date"]) == (match, SATURDAY.date().isoformat())
    for body in (of_match, of_day):
        assert body["checkpoint"] == record["checkpoint"]
        for each in body["entries"]:
            leaf, proof = leaf_hash(each["body"].encode()), [b64decode(step) for step in each["proof"]]
            assert verify_inclusion(leaf, each["index"], checkpoint.size, proof, checkpoint.root)


def test_what_is_not_published_is_counted_and_not_shown(database: str) -> None:
    [(written,)] = select(database, "SELECT size FROM ledger_head")
    record = get(RECORD)
    assert (record["size"], record["checkpoint"], record["unpublished"]) == (0, None, written)
    assert (get(DAY)["entries"], get(DAY)["checkpoint"]) == ([], None)


def test_entries_after_the_checkpoint_are_not_shown(database: str) -> None:
    run("publish_record", SATURDAY)
    [(match,)] = select(database, "SELECT match_id FROM ledger_entries WHERE type = 'forecast' ORDER BY index LIMIT 1")
    before = get(f"{RECORD}/matches/{match}"), get(DAY)
    with connect(database, "test") as db, db.transaction():
        head, day = log.lock(db, SATURDAY), SATURDAY.date()
        later = abstention(head.at, match, SATURDAY + timedelta(days=9), "club_unknown")
        log.append(db, head, [NewEntry(later, match), NewEntry(universe(head.at, day, "source", []), day=day)])
    assert (get(f"{RECORD}/matches/{match}"), get(DAY)) == before
    assert get(RECORD)["unpublished"] == 2


@pytest.mark.case("O10")
def test_checkpoints_that_wait_for_a_calendar_are_shown(database: str) -> None:
    assert (get(RECORD)["unanchored"], get(RECORD)["unanchored_since"]) == (0, None)
    run("publish_record", SATURDAY)
    record = get(RECORD)
    assert (record["unanchored"], record["unanchored_since"]) == (1, SATURDAY.isoformat().replace("+00:00", "Z"))


def test_a_pause_hides_the_picks_of_today(database: str) -> None:
    run("publish_record", SATURDAY)
    users.get_or_create(wiring.database(), ALICE, SATURDAY)
    play_limits.pause(wiring.database(), ALICE, SATURDAY + timedelta(days=1), SATURDAY)
    assert types(get(DAY, authorization=bearer(SATURDAY))) == ["universe"]
    assert types(get(DAY)) == ["universe", "picks"]


def test_an_unknown_match_is_not_found(database: str) -> None:
    assert invoke("predictions", f"{RECORD}/matches/1", at=SATURDAY).status == 404
