"""Requests that nobody thought of, made from the description: they are answered as it says."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.strategies import dates
from schemathesis.config import SchemathesisConfig

from deploy import openapi
from local import http_server
from local.gateway import Gateway
from local.run import ROOT
from shared.runtime import clock, wiring
from tests import stripe_service
from tests.conftest import SATURDAY, Databases
from tests.contract.front import SERVICE, front
from tests.lambda_api import lambda_api
from tests.push_service import VAPID
from tests.running import environment
from tests.tokens import bearer

EXAMPLES = 15
SECONDS = 2.0
"""The longest that an answer may take, on a machine that runs other tests beside this one."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 27,
        "checks": {
            "max_response_time": SECONDS,
            # 400: what is well formed and cannot be all the same, such as a time zone that there is not.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409"]},
            # It takes parameters that nobody knows for wrong input, and they change nothing; what is refused, and how,
            # test_hard_input.py says.
            "negative_data_rejection": {"enabled": False},
        },
    }
)
THROUGH_THE_GATEWAY = ["health_check_health_get", "getCompetitions", "getTeamForm", "search_api_v1_search_get"]

# JSON's own schemas have no words for the first and the last day that can be asked for.
schemathesis.openapi.format("date", dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat))
DESCRIBED = openapi.build()
here = schemathesis.openapi.from_dict(DESCRIBED, config=CONFIG)
here.app = front
outside = schemathesis.openapi.from_dict(DESCRIBED, config=CONFIG).include(operation_id=THROUGH_THE_GATEWAY)
thorough = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))  # type: ignore[arg-type]  # a list of its members


def an_administrator() -> str:
    """The header of a new one: some operations delete whoever asks."""
    return bearer(SATURDAY, sub=str(uuid4()), app_metadata={"role": "admin"}, aal="aal2")


@pytest.fixture(scope="module")
def world(databases: Databases, any_saturday: str) -> Iterator[dict[str, str]]:
    """What functions are told on the real Saturday."""
    with databases.copy(any_saturday) as url, lambda_api() as jobs, stripe_service.serve() as stripe:
        stripe.now = SATURDAY
        told = {"DATABASE_URL": url, "JOBS_URL": jobs.address, "CLOCK": SATURDAY.isoformat()} | stripe.settings | VAPID
        # The stand-in for Stripe lives at an instant of its own.
        with environment(LOG_LEVEL="CRITICAL", **told), clock.at(SATURDAY):
            wiring.functions().start("nothing", {})  # the first call loads what takes longer than any answer may
            yield told


@pytest.fixture(scope="module")
def gateway(world: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the functions in processes of their own, as the platform runs them."""
    logs: Path = tmp_path_factory.mktemp("logs")
    with http_server.serve(Gateway(SERVICE, ROOT, world, logs)) as address:
        yield address


@pytest.mark.case("H1")
@here.parametrize()
@thorough
def test_every_operation_keeps_to_its_description(case: schemathesis.Case, world: dict[str, str]) -> None:
    """No 5xx, statuses and bodies as described, right input taken, in time."""
    case.call_and_validate(headers={"Authorization": an_administrator()})


@pytest.mark.case("H1")
@outside.parametrize()
@thorough
def test_some_keep_to_it_through_the_gateway_too(case: schemathesis.Case, gateway: str) -> None:
    """Over HTTP and the platform's own runtime."""
    case.call_and_validate(base_url=gateway, headers={"Authorization": an_administrator()})
