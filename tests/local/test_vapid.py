from pathlib import Path

from local import vapid
from shared.runtime import wiring
from tests.running import environment


def test_a_machine_keeps_its_key_and_gives_two_halves_of_it(tmp_path: Path) -> None:
    variables = vapid.settings(tmp_path)
    assert vapid.settings(tmp_path) == variables
    (tmp_path / "other").mkdir()
    assert vapid.settings(tmp_path / "other") != variables
    assert (tmp_path / "vapid_key").stat().st_mode & 0o077 == 0
    with environment(**variables):
        assert wiring.web_push() is not None
