"""The templates that would be deployed, made once: each takes seconds."""

from typing import Any

import pytest

from deploy import package
from tests.deploy.project import staged
from tests.once import compute_once


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The template of each stage, to read; a test that changes one changes a copy."""

    def make() -> dict[str, dict[str, Any]]:
        project = staged(tmp_path_factory.mktemp("project"))
        return {stage: package.template(stage, project) for stage in ("staging", "production")}

    return compute_once(tmp_path_factory, "templates", make)
