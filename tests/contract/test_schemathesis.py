"""Requests that nobody thought of, made from the description: right ones are answered as it says, others refused."""

from collections.abc import Iterator
from datetime import date

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.strategies import dates
from schemathesis.config import SchemathesisConfig

from deploy import openapi
from shared.runtime import clock, wiring
from tests import stripe_service
from tests.conftest import SATURDAY, Databases
from tests.contract.front import front
from tests.lambda_api import lambda_api
from tests.running import environment
from tests.tokens import ALICE, BOB, SUPABASE, bearer

EXAMPLES = 15
SECONDS = 2.0
"""The longest that an answer may take, on a machine that runs other tests beside this one."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 27,
        "checks": {
            "max_response_time": SECONDS,
            # 400: what is well formed and cannot be all the same, such as a competition that there is not.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409"],
            },
        },
    }
)
ADMIN = {"app_metadata": {"role": "admin"}, "aal": "aal2"}

# JSON's own schemas have no words for the first and the last day that can be asked for.
schemathesis.openapi.format("date", dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat))
schema = schemathesis.openapi.from_dict(openapi.build(), config=CONFIG)
schema.app = front


@pytest.fixture(scope="module", autouse=True)
def world(databases: Databases, saturday: str) -> Iterator[None]:
    """All functions on the real Saturday."""
    with databases.copy(saturday) as url, lambda_api() as jobs, stripe_service.serve() as stripe:
        told = {"DATABASE_URL": url, "JOBS_URL": jobs.address, "CLOCK": SATURDAY.isoformat(), "LOG_LEVEL": "CRITICAL"}
        with environment(**{**stripe.settings, **told, **SUPABASE}), clock.at(SATURDAY):
            wiring.functions().start("nothing", {})  # the first call loads what takes longer than any answer may
            yield


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_to_its_description(case: schemathesis.Case) -> None:
    """H1: no 5xx, statuses and bodies as described, wrong input refused, right input taken, in time."""
    leaves = case.operation.definition.raw["operationId"] == "deleteMe"
    case.call_and_validate(headers={"Authorization": bearer(SATURDAY, **ADMIN, sub=str(BOB if leaves else ALICE))})
