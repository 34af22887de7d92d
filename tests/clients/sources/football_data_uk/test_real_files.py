"""football-data.co.uk: every row of real files."""

import pytest

from shared.clients.sources.football_data_uk import parse_csv
from shared.clients.sources.football_data_uk_parser import parse_row
from shared.football.match import Status
from tests.clients.sources.football_data_uk.files import NOW
from tests.season import real_seasons


@pytest.mark.parametrize("label", ["0506", "1112", "1718", "1920", "2324"])
@pytest.mark.parametrize("division", ["E0", "SP2", "D1", "I2", "F1"])
def test_every_row_of_a_real_file_is_read(label: str, division: str) -> None:
    body = (real_seasons() / f"mmz4281/{label}/{division}.csv").read_bytes()
    lines, broken = parse_csv(body, division)
    read = [parse_row(line, NOW) for line in lines]
    assert broken == ()
    assert len(read) >= 18 * 17 - 30, "all but the matches that a pandemic cancelled"
    assert all(
        r.update.status is Status.FINISHED and r.update.score and r.update.home.team and r.update.away.team
        for r in read
    )
    assert {r.update.season for r in read} == {int(f"20{label[:2]}")}
    assert len({r.update.match_id for r in read}) == len(read)


AWARDED = {
    ("1213", "I1"): ["Cagliari-Roma 0-3"],
    ("1617", "I1"): ["Sassuolo-Pescara 0-3"],
    ("1617", "F1"): ["Bastia-Lyon 0-3"],
    ("1819", "E1"): ["Bolton-Brentford 0-1"],
    ("2324", "E0"): [],
    ("0506", "I2"): [],  # this file has no half-time at all
}


@pytest.mark.parametrize(("season", "division"), AWARDED)
def test_the_awarded_matches_of_real_files(season: str, division: str) -> None:
    body = (real_seasons() / f"mmz4281/{season}/{division}.csv").read_bytes()
    lines, _ = parse_csv(body, f"{division}.csv")
    reviewed = [parse_row(line, NOW).update for line in lines if parse_row(line, NOW).update.review]
    assert [f"{n.home.name}-{n.away.name} {n.score}" for n in reviewed] == AWARDED[season, division]
