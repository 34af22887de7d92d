from pathlib import Path

from local import vapid
from shared.runtime import wiring
from tests.running import environment


def test_the_vapid_key_is_stored_and_both_halves_are_returned(tmp_path: Path) -> None:
    variables = vapid.settings(tmp_path)
    assert vapid.settings(tmp_path) == variables
    (tmp_path / "other").mkdir()
    assert vapid.settings(tmp_path / "other") != variables
    assert (tmp_path / "vapid_key").stat().st_mode & 0o077 == 0
    with environment(**variables):
        assert wiring.web_push() is not None
