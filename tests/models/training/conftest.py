from pathlib import Path

import pytest

from tests.models.training import mini


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small leagues over four seasons."""
    return mini.make(tmp_path_factory.mktemp("mirror"))
