"""The table of what readers meet while something is cut off; `make gameday` lives it, under load."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields

import pytest

from local import gameday
from local.gameday import HEALTHY, OUTAGES, LoadResult
from shared.runtime.settings import Settings


def met(statuses: Mapping[str, int], *faults: str) -> LoadResult:
    """Each operation was done twice, and answered as on a good day unless the table has another entry."""
    counts = {of: Counter({statuses.get(of, well): 2}) for of, well in HEALTHY.items()}
    return LoadResult(counts, slowest=0.1, faults=[*faults])


@pytest.mark.case("Q11")
def test_everything_that_functions_depend_on_is_cut_off_in_turn() -> None:
    assert {"Redis", "Postgres", "Qdrant", "Groq", "Stripe", "feeds"} <= {outage.name for outage in OUTAGES}
    settings_names = {field.name.upper() for field in fields(Settings)}
    for outage in OUTAGES:
        assert set(outage.cut) <= settings_names
        assert outage.statuses.keys() <= HEALTHY.keys()
        assert set(outage.statuses.values()) <= {503}, "nothing breaks: it is refused for a while"
        assert outage.statuses or outage.job, "an outage without any effect proves nothing"


@pytest.mark.case("Q11")
def test_no_outage_affects_public_reading_routes() -> None:
    for outage in OUTAGES:
        assert not {"matches", "picks", "forecast"} & outage.statuses.keys()


@pytest.mark.case("Q11")
@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name)
def test_a_deviation_from_the_outage_table_is_reported(outage: gameday.Outage) -> None:
    expected = {**HEALTHY, **outage.statuses}
    assert gameday.compare(outage.name, expected, met(outage.statuses)) == []
    [fault] = gameday.compare(outage.name, expected, met({**outage.statuses, "picks": 500}))
    assert fault == f"without {outage.name}, picks answers {{500: 2}} instead of 200"
    [difference] = gameday.compare(outage.name, expected, met(outage.statuses, "the job says no"))
    assert difference == f"without {outage.name}, the job says no"
