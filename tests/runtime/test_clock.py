from datetime import UTC, datetime, timedelta

import pytest

from shared.runtime import clock
from shared.runtime.settings import SettingsError
from tests.running import environment
from tests.waiting import wait_until

INSTANT = datetime(2024, 4, 27, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "setting", ["2024-04-27T08:00:00Z", "2024-04-27T10:00:00+02:00", " 2024-04-27 08:00:00+00:00 "]
)
def test_a_configured_instant_freezes_the_clock(setting: str) -> None:
    with environment(CLOCK=setting):
        assert clock.now() == clock.now() == INSTANT
        assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(("setting", "seconds"), [("", 0), ("-86400", -86400), ("+60", 60), ("0", 0)])
def test_the_clock_runs_from_now_plus_a_configured_offset(setting: str, seconds: int) -> None:
    with environment(CLOCK=setting):
        before, instant, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= instant - timedelta(seconds=seconds) <= after


@pytest.mark.case("I10")
@pytest.mark.parametrize(
    "setting", ["yesterday", "2024-04-27T08:00:00", "2024-04-27", "+-5", "--5", "9" * 30, "²", "1.5"]
)
def test_an_invalid_clock_setting_raises_settings_error(setting: str) -> None:
    with environment(CLOCK=setting), pytest.raises(SettingsError, match="CLOCK must be an instant such as"):
        clock.now()


def test_clock_at_overrides_the_setting_within_its_block() -> None:
    with environment(CLOCK="2030-01-01T00:00:00Z"):
        with clock.at(INSTANT):
            assert clock.now() == INSTANT
            with clock.at(INSTANT + timedelta(hours=1)):
                assert clock.now() == INSTANT + timedelta(hours=1)
            assert clock.now() == INSTANT
        assert clock.now().year == 2030


@pytest.mark.case("I10")
def test_an_instant_without_a_zone_is_rejected() -> None:
    with pytest.raises(ValueError, match="needs a time zone"), clock.at(datetime(2024, 4, 27)):  # noqa: DTZ001  # the point
        pass


def test_the_stopwatch_ignores_the_configured_clock() -> None:
    with clock.at(INSTANT):
        watch = clock.stopwatch()
        assert 0 <= watch() <= watch()
        wait_until(lambda: watch() > 1)
