"""What the jobs write into the record: everything that they publish, once, before kick-off, and complete."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.settle_picks import handler as settle_picks
from shared.betting.settlement import MAX_POSTPONEMENT
from shared.ledger.commitment import opens
from shared.ledger.completeness import omissions
from shared.ledger.entries import instant
from shared.runtime import clock
from shared.services import record_results
from shared.services.record_forecasts import add_forecasts
from shared.services.record_picks import add_picks
from shared.services.record_results import add_results
from shared.stores.database import Connection, connect
from shared.stores.record import log
from tests.factories import BEFORE, choice, forecast, insert_matches, match_update, pick
from tests.running import run, run_all, select
from tests.season import Service, row

MORNING = datetime(2024, 4, 27, 4, 45, tzinfo=UTC)
KICK_OFF = datetime(2024, 4, 27, 14, tzinfo=UTC)
EVENING = datetime(2024, 4, 28, 3, 40, tzinfo=UTC)
RESULT = row("Arsenal", "Chelsea", "20/04/2024 15:00", "2-1", closing=(1.9, 3.5, 4.2))


def everton(date: str) -> dict[str, str]:
    """A coming match with a price worth a bet."""
    prices = {"MaxH": "2.3", "MaxD": "3.5", "MaxA": "4"}
    return row("Everton", "Chelsea", date, prices=(2.05, 3.4, 3.8)) | prices


def put_fixtures(service: Service, *rows: dict[str, str], at: datetime = MORNING) -> None:
    service.results(at, RESULT)
    service.fixtures(at, *rows, row("Arsenal", "Nobody Rovers", "27/04/2024 15:00"))


def publish(at: datetime) -> None:
    run_all(at, "sync_fixtures", "sync_history", "update_ratings", "publish_predictions")


def written(url: str) -> list[dict[str, Any]]:
    with connect(url, "test") as db:
        return [json.loads(entry) for entry in log.between(db, 0, log.size(db))]


def types(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["type"] for entry in entries]


def test_a_weekend_is_recorded_from_the_announced_matches_to_the_profit(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    run("choose_picks", MORNING)
    bundle.results(EVENING, RESULT, row("Everton", "Chelsea", "27/04/2024 15:00", "2-0", closing=(1.9, 3.5, 4.2)))
    run_all(EVENING, "sync_fixtures", "sync_history", "settle_picks")
    entries = written(url)
    assert types(entries) == ["universe", "forecast", "abstention", "picks", "result", "settlement", "closing"]
    universe, forecast, abstention, picks, result, settlement, closing = entries
    assert universe["day"] == "2024-04-27"
    assert universe["source"] == "football_data_uk"
    assert {each["home"] for each in universe["matches"]} == {"Everton", "Arsenal"}
    assert {each["kick_off"] for each in universe["matches"]} == {instant(KICK_OFF)}
    assert forecast["match"] == result["match"]
    assert (abstention["match"], abstention["reason"]) == (
        next(each["match"] for each in universe["matches"] if each["home"] == "Arsenal"),
        "club_unknown",
    )
    assert picks["passed"] == [{"match": abstention["match"], "reason": "no_prices"}]
    assert len(picks["commitments"]) == 1
    assert result["goals"] == [2, 0]
    assert (settlement["of"], settlement["rank"], settlement["result"]) == (3, 1, "won")
    assert (closing["of"], closing["rank"], closing["bookmaker"], closing["at_risk"]) == (3, 1, "market", "1.000000")


@pytest.mark.case("O6")
def test_what_plans_hide_is_committed_with_a_secret_salt(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    run("choose_picks", MORNING)
    rows = select(url, "SELECT entry_index, commitment, salt, content FROM ledger_commitments ORDER BY entry_index")
    entries = written(url)
    forecast, picks = (json.loads(content) for *_, content in rows)
    assert forecast["markets"]["over"][1][0] == "2.500000"
    assert (picks["market"], picks["outcome"], picks["price"], picks["bookmaker"]) == ("h2h", "home", "2.300", None)
    for index, committed, salt, content in rows:
        listed = entries[index].get("commitments", [entries[index].get("commitment")])
        assert committed in listed
        assert opens(committed, salt, json.loads(content))
        assert salt.hex() not in str(entries)
    assert len({salt for _, _, salt, _ in rows}) == 2
    assert "home_rate" not in str(entries)
    assert "2.300" not in str(entries)


@pytest.mark.case("O6")
def test_every_commitment_has_a_salt_of_its_own(db: Connection) -> None:
    one, other = insert_matches(db, match_update(), match_update("Everton", "Fulham"))
    with clock.at(BEFORE):
        add_forecasts(db, [], BEFORE, [forecast(one), forecast(other)], "0" * 64, {})
        for day in (date(2024, 4, 27), date(2024, 4, 28)):
            add_picks(db, day, choice(pick(one)), {})
    salts = {salt for (salt,) in db.execute("SELECT salt FROM ledger_commitments")}
    assert len(salts) == 4


def test_nothing_changed_writes_nothing(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    run("choose_picks", MORNING)
    before = written(url)
    publish(MORNING + timedelta(minutes=1))
    run("choose_picks", MORNING + timedelta(minutes=1))
    assert written(url) == before


def test_a_postponed_match_is_committed_again_and_both_stay(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    later = MORNING + timedelta(hours=1)
    put_fixtures(bundle, everton("28/04/2024 15:00"), at=later)
    publish(later)
    entries = written(url)
    kick_offs = [entry["kick_off"] for entry in entries if entry["type"] == "forecast"]
    assert kick_offs == [instant(KICK_OFF), instant(KICK_OFF + timedelta(days=1))]
    assert [entry["day"] for entry in entries if entry["type"] == "universe"] == ["2024-04-27", "2024-04-28"]
    assert select(url, "SELECT count(*) FROM ledger_commitments") == [(2,)]


def test_a_new_match_of_an_announced_day_is_announced_too(bundle: Service, url: str) -> None:
    put_fixtures(bundle)
    publish(MORNING)
    later = MORNING + timedelta(hours=1)
    put_fixtures(bundle, everton("27/04/2024 15:00"), at=later)
    publish(later)
    first, second = (entry for entry in written(url) if entry["type"] == "universe")
    assert [len(entry["matches"]) for entry in (first, second)] == [1, 2]


@pytest.mark.case("O5")
def test_every_announced_match_has_a_forecast_or_an_abstention(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"), row("Fulham", "Burnley", "27/04/2024"))
    publish(MORNING)
    with connect(url, "test") as db:
        entries = log.between(db, 0, log.size(db))
    until = instant(MORNING + timedelta(days=7))
    assert omissions(entries, until) == []
    without_abstentions = [entry for entry in entries if b'"type":"abstention"' not in entry]
    assert len(omissions(without_abstentions, until)) == 2
    assert {entry["reason"] for entry in written(url) if entry["type"] == "abstention"} == {
        "club_unknown",
        "hour_unknown",
    }


@pytest.mark.case("J5")
@pytest.mark.parametrize("status", ["awarded", "suspended"])
def test_a_match_that_was_not_played_to_its_end_has_no_score_in_the_record(
    bundle: Service, url: str, status: str
) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    with connect(url, "test") as db:
        change = (
            "UPDATE matches SET status = %s, home_goals = 3, away_goals = 0, review = 'unclear' WHERE kick_off = %s"
        )
        db.execute(change, (status, KICK_OFF))
        assert add_results(db, EVENING) == 2
        assert add_results(db, EVENING) == 0
    results = [entry for entry in written(url) if entry["type"] == "result"]
    assert {(each["status"], each["goals"]) for each in results} == {(status, None)}


def test_a_result_of_another_kick_off_corrects_the_earlier_one(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    with connect(url, "test") as db:
        db.execute("UPDATE matches SET status = 'finished', home_goals = 3, away_goals = 0")
        first = add_results(db, EVENING)
        db.execute("UPDATE matches SET kick_off = kick_off - interval '1 day'")
        assert (first, add_results(db, EVENING)) == (2, 2)
    assert types(written(url))[-4:] == ["correction", "result", "correction", "result"]


def test_every_result_that_is_corrected_settles_its_pick_again() -> None:
    assert record_results.LOOK_BACK + MAX_POSTPONEMENT + timedelta(days=1) <= settle_picks.LOOK_BACK


def test_a_changed_result_corrects_the_earlier_one(bundle: Service, url: str) -> None:
    put_fixtures(bundle, everton("27/04/2024 15:00"))
    publish(MORNING)
    run("choose_picks", MORNING)
    for number, score in enumerate(("2-0", "1-1")):
        at = EVENING + timedelta(hours=number)
        bundle.results(at, RESULT, row("Everton", "Chelsea", "27/04/2024 15:00", score))
        run_all(at, "sync_fixtures", "sync_history", "settle_picks")
    entries = written(url)
    corrections = [entry for entry in entries if entry["type"] == "correction"]
    assert [(entries[each["of"]]["type"], each["reason"]) for each in corrections] == [
        ("result", "result_changed"),
        ("settlement", "settlement_changed"),
    ]
