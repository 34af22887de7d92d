"""What several modules of the contract's tests need."""

from collections.abc import Iterator

import pytest

from tests.conftest import SATURDAY, Databases
from tests.lambda_api import lambda_api
from tests.running import environment
from tests.tokens import SUPABASE


@pytest.fixture(scope="module")
def saturday_functions(databases: Databases, any_saturday: str) -> Iterator[None]:
    """All functions on the real Saturday."""
    with databases.copy(any_saturday) as url, lambda_api() as jobs:
        variables = {
            "DATABASE_URL": url,
            "JOBS_URL": jobs.address,
            "CLOCK": SATURDAY.isoformat(),
            "LOG_LEVEL": "CRITICAL",
        }
        with environment(**variables, **SUPABASE):
            yield
