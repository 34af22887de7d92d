from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from deploy import service
from shared.runtime.schedule import AFTERNOON, MAX_INTERVALS, NIGHT, ROUNDS

SEASON = datetime(2026, 8, 1, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC)
PRECISION = timedelta(seconds=59)  # the scheduler promises the minute, not the second
WAIT = timedelta(minutes=1)  # Lambda's pause between the first and the second try of a run
PARIS = ZoneInfo("Europe/Paris")

Run = tuple[datetime, datetime, str]


@cache
def starts(schedule: service.Schedule) -> list[datetime]:
    """Every time of the season at which a schedule fires, in UTC."""
    minute, hour, day, month, weekday, year = schedule.cron.split()
    if year != "*" or any(c.isdigit() for c in weekday):
        raise ValueError(f"{schedule.cron}: write week days as MON and years as *")
    fields = " ".join("*" if field == "?" else field for field in (minute, hour, day, month, weekday))
    fires = CronSim(fields, SEASON[0].astimezone(ZoneInfo(schedule.timezone)))
    instants = []
    while (fire := next(fires).astimezone(UTC)) < SEASON[1]:
        instants.append(fire)
    return instants


def runs(functions: list[service.Function]) -> list[Run]:
    """Every run of the season from its start to the latest end, all tries included, in order."""
    return sorted(
        (start, start + PRECISION + job.attempts * timedelta(seconds=job.timeout) + (job.attempts - 1) * WAIT, job.name)
        for job in functions
        for schedule in job.schedules
        for start in starts(schedule)
    )


def overlaps(functions: list[service.Function]) -> list[tuple[Run, Run]]:
    """Pairs of neighbouring runs of which the second may start before the first has ended."""
    return [(one, two) for one, two in pairwise(runs(functions)) if two[0] < one[1]]


JOBS = [function for function in service.read().functions.values() if function.schedules]
BESIDE = {
    "snapshot_closing",  # it adds closing prices, which the round reads days later: docs/operate/odds-credits.md
    "send_notifications",  # it records deliveries, which no other job reads: docs/understand/notices.md
    "send_webhooks",  # it records deliveries, which no other job reads: docs/use/webhooks.md
}
ROUND = [job for job in JOBS if job.name not in BESIDE]


def test_no_two_jobs_overlap_in_a_season_even_when_each_uses_its_time_and_its_second_try():
    assert len(runs(ROUND)) >= 365 * len(ROUND)
    assert overlaps(ROUND) == []


def test_a_snapshot_never_waits_for_the_credits_that_the_sync_holds_nor_for_the_snapshot_before():
    assert overlaps([job for job in JOBS if job.name in {"sync_odds", "snapshot_closing"}]) == []


def test_notices_are_sent_by_one_run_at_a_time():
    assert overlaps([job for job in JOBS if job.name == "send_notifications"]) == []
    assert overlaps([job for job in JOBS if job.name == "send_webhooks"]) == []


def test_a_job_a_minute_slower_would_overlap():
    assert overlaps([replace(job, timeout=job.timeout + 60) for job in ROUND])


def test_two_zones_that_meet_only_in_winter_are_found():
    utc, paris = (
        replace(JOBS[0], name=zone, schedules=(service.Schedule(zone, f"0 {hour} * * ? *", zone),))
        for zone, hour in (("UTC", 6), ("Europe/Paris", 7))
    )
    met = [one[0].date() for one, _ in overlaps([utc, paris])]
    assert (met[0].isoformat(), met[-1].isoformat()) == ("2026-10-25", "2027-03-27")


def test_the_days_picks_are_chosen_at_0645_in_paris_in_both_seasons_and_ready_before_0600_utc():
    mine = runs([job for job in JOBS if job.name == "choose_picks"])
    assert {start.astimezone(PARIS).time() for start, _, _ in mine} == {time(6, 45)}
    assert {start.time() for start, _, _ in mine} == {time(4, 45), time(5, 45)}
    assert all(end.time() <= time(6) for _, end, _ in mine)


def test_fixtures_are_synchronised_every_twelve_hours():
    (sync,) = [job for job in JOBS if job.name == "sync_fixtures"]
    assert {start.time() for start, _, _ in runs([sync])} == {time(3), time(15)}


@pytest.mark.case("D12")
def test_the_refresh_at_0600_utc_meets_no_other_job_of_the_round_on_any_day():
    [refresh] = [job for job in JOBS if job.name == "refresh_cache"]
    mine = runs([refresh])
    assert {start.time() for start, _, _ in mine} == {time(6)}
    assert len(mine) == 365
    others = runs([job for job in ROUND if job.name != "refresh_cache"])
    assert all(end <= mine_start or start >= mine_end for mine_start, mine_end, _ in mine for start, end, _ in others)


def test_the_longest_pauses_of_jobs_are_those_of_their_schedules():
    starts_by_job = {job.name: sorted(at for each in job.schedules for at in starts(each)) for job in JOBS}
    longest = {name: max(two - one for one, two in pairwise(times)) for name, times in starts_by_job.items()}
    assert longest == MAX_INTERVALS, "mend shared/runtime/schedule.py"


def test_the_jobs_of_a_round_follow_each_other_in_the_order_of_the_data():
    begins, ends = SEASON[0] + timedelta(hours=2, minutes=30), SEASON[0] + timedelta(hours=4)
    first_day = [name for start, _, name in runs(ROUND) if begins <= start < ends]
    assert first_day[:3] == ["sync_odds", "sync_fixtures", "sync_history"]
    assert first_day[3:] == ["update_ratings", "publish_predictions", "settle_picks", "settle_bets"]


CHAINS = [[job.name, *each.event["then"]] for job in JOBS for each in job.schedules if "then" in each.event]


def test_each_job_of_a_round_may_start_the_next_one():
    invokes = service.read().config["custom"]["invokes"]
    assert len(CHAINS) == 4
    assert [pair for chain in CHAINS for pair in pairwise(chain) if pair[1] not in invokes[pair[0]]] == []


def test_the_rounds_are_those_that_the_jobs_know():
    """A job that is started in a round has a schedule of its own for rounds that broke off, after the round began."""
    for beginning in (NIGHT, AFTERNOON):
        [chain] = [
            [job.name, *each.event["then"]]
            for job in JOBS
            for each in job.schedules
            if each.cron.startswith(f"{beginning.minute} {beginning.hour} ")
        ]
        members = {name for name in chain if name in ROUNDS}
        assert members == {name for name, rounds in ROUNDS.items() if beginning in rounds} - {"refresh_cache"}
        assert chain[-2:] == ["send_notifications", "send_webhooks"]
        assert set(chain) - members == {"sync_odds", "send_notifications", "send_webhooks"}


def test_a_schedule_has_a_job_work_only_where_it_is_due_or_begins_a_round():
    for job in JOBS:
        for each in job.schedules:
            heads = job.name in {"back_up_database", "sync_odds", "choose_picks"} or "then" in each.event
            assert (each.event.get("if_due") is True) is not heads, job.name


def test_in_a_round_jobs_follow_each_other_in_the_order_of_the_data():
    """Each after those whose rows it reads."""
    order = ["sync_odds", "sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "settle_picks"]
    for chain in (chain for chain in CHAINS if chain[0] == "sync_odds"):
        assert chain[:7] == [*order, "settle_bets"]
        assert chain.index("ingest_news") < chain.index("write_explanations")


@pytest.mark.parametrize("cron", ["0 3 ? * 2 *", "0 3 * * ? 2027"])
def test_ambiguous_cron_expressions_are_rejected(cron: str):
    with pytest.raises(ValueError, match="write week days"):
        starts(service.Schedule("job", cron))
