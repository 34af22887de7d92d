"""Requests that nobody thought of, made from the description: right ones are answered as it says, wrong ones refused."""

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from deploy import openapi
from tests.conftest import SATURDAY, Databases
from tests.contract import front
from tests.lambda_api import lambda_api
from tests.running import environment
from tests.tokens import SUPABASE, bearer

EXAMPLES = 15
SECONDS = 1.0
"""The longest that a warm function may take, on a machine that runs other tests beside it."""
CONFIG = SchemathesisConfig.from_dict({"seed": 27, "checks": {"max_response_time": SECONDS}})
ADMIN = {"app_metadata": {"role": "admin"}, "aal": "aal2"}


@pytest.fixture(scope="module")
def client(databases: Databases, saturday: str) -> Iterator[requests.Session]:
    """An administrator's client of all functions, on the real Saturday."""
    with databases.copy(saturday) as url, lambda_api() as jobs:
        told = {"DATABASE_URL": url, "JOBS_URL": jobs.address, "CLOCK": SATURDAY.isoformat(), "LOG_LEVEL": "CRITICAL"}
        with environment(**told, **SUPABASE), front.session() as client:
            yield client


schema = schemathesis.openapi.from_dict(openapi.build(), config=CONFIG)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_to_its_description(case: schemathesis.Case, client: requests.Session) -> None:
    """H1: no 5xx, statuses and bodies as described, wrong input refused, right input taken, in time."""
    authorization = {"Authorization": bearer(SATURDAY, **ADMIN)}
    case.call_and_validate(base_url=front.HOST, session=client, headers=authorization)
