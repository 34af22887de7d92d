import pytest
from upstash_redis import Redis

from shared.services.plan_cache import INVALIDATED_SECONDS, TTL_SECONDS, PlanCache
from tests.tokens import ALICE, BOB


def test_a_plan_is_cached_for_its_ttl(redis: Redis) -> None:
    plans = PlanCache(redis)
    assert plans.get(ALICE) is None
    plans.put(ALICE, "premium")
    assert (plans.get(ALICE), plans.get(BOB)) == ("premium", None)
    assert 0 < redis.ttl(f"plan:{ALICE}") <= TTL_SECONDS


@pytest.mark.case("A12")
def test_a_stale_read_cannot_overwrite_an_invalidated_plan(redis: Redis) -> None:
    """The request read `elite`, then the account was changed, then the request caches its stale value."""
    plans = PlanCache(redis)
    plans.put(ALICE, "elite")
    plans.invalidate(ALICE)
    plans.put(ALICE, "elite")
    assert plans.get(ALICE) is None
    assert 0 < redis.ttl(f"plan:{ALICE}") <= INVALIDATED_SECONDS
    redis.delete(f"plan:{ALICE}")  # as when the mark has expired
    plans.put(ALICE, "free")
    assert plans.get(ALICE) == "free"


def test_without_redis_the_plan_cache_does_nothing_but_log(redis_down: Redis, caplog: pytest.LogCaptureFixture) -> None:
    plans = PlanCache(redis_down)
    plans.put(ALICE, "elite")
    assert plans.get(ALICE) is None
    plans.invalidate(ALICE)
    assert len(caplog.records) == 3
