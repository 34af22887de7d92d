"""Generated requests from the OpenAPI description: responses conform to it."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from uuid import uuid4

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import dates, one_of
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.schemas import APIOperation, BaseSchema

from local import http_server
from local.gateway import Gateway
from local.run import ROOT
from shared.runtime import clock, wiring
from shared.stores.people import users
from tests import stripe_service
from tests.api_description import description
from tests.conftest import IN_CI, SATURDAY, Databases
from tests.contract.front import SERVICE, front
from tests.lambda_api import lambda_api
from tests.push_service import VAPID
from tests.running import environment
from tests.tokens import bearer

EXAMPLES = 5
"""Requests that each seed makes of an operation, beside those that cover its description systematically."""
SEEDS = [27, 28 if IN_CI else None]
"""None: another one in each run, which a failure names."""
REFUSALS = (401, 403, 429)
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": SEEDS[0],
        # Tokens are ours: one that Schemathesis leaves out would be put right, and count as wrong input that was taken.
        "generation": {"mode": "all", "with-security-parameters": False},
        "phases": {"fuzzing": {"enabled": False}},  # with each seed
        "checks": {
            # 400: what is well formed and cannot be all the same, such as a time zone that there is not.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409"]},
        },
    }
)
GATEWAY_OPERATIONS = ["health_check_health_get", "getCompetitions", "getTeamForm", "search_api_v1_search_get"]

# JSON Schema cannot express the first and the last day that can be requested.
schemathesis.openapi.format("date", dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat))
here = schemathesis.openapi.from_dict(description(), config=CONFIG)
here.app = front
outside = schemathesis.openapi.from_dict(description(), config=CONFIG).include(operation_id=GATEWAY_OPERATIONS)


def operations_of(schema: BaseSchema) -> list[APIOperation]:
    """The operations of a description."""
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


operations = operations_of(here)
thorough = settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))  # type: ignore[arg-type]  # a list of its members


def create_administrator() -> str:
    """The header of a new one who declared to be of age: some operations delete their caller, others reject minors."""
    user_id = uuid4()
    users.get_or_create(wiring.database(), user_id, SATURDAY)
    users.declare_adult(wiring.database(), user_id, SATURDAY)
    return bearer(SATURDAY, sub=str(user_id), app_metadata={"role": "admin"}, aal="aal2")


@pytest.fixture(scope="module")
def world(databases: Databases, any_saturday: str) -> Iterator[dict[str, str]]:
    """The environment variables of the functions on the real Saturday."""
    with databases.copy(any_saturday) as url, lambda_api() as jobs, stripe_service.serve() as stripe:
        stripe.now = SATURDAY
        variables = (
            {"DATABASE_URL": url, "JOBS_URL": jobs.address, "CLOCK": SATURDAY.isoformat()} | stripe.settings | VAPID
        )
        # The stand-in for Stripe lives at an instant of its own.
        with environment(LOG_LEVEL="CRITICAL", **variables), clock.at(SATURDAY):
            wiring.lambda_functions().start("nothing", {})  # the first call loads what takes longer than any answer may
            yield variables


@pytest.fixture(scope="module")
def gateway(world: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the functions in processes of their own, as the platform runs them."""
    logs: Path = tmp_path_factory.mktemp("logs")
    with http_server.serve(Gateway(SERVICE, ROOT, world, logs)) as address:
        yield address


def not_mostly_refused(statuses: Counter[int]) -> None:
    refused = sum(statuses[status] for status in REFUSALS)
    assert 2 * refused <= statuses.total(), f"most requests were refused: {statuses}"


def cover(operation: APIOperation, base_url: str | None = None) -> None:
    """Send an operation the requests that cover its description systematically, at an address or in this process.

    `parametrize` would create them when tests are collected, in every worker, although one of them runs this module.

    Raises:
        FailureGroup: as `explore`.
        AssertionError: most requests were refused.
    """
    statuses = Counter[int]()

    @thorough
    def answered(case: schemathesis.Case) -> None:
        response = case.call_and_validate(base_url=base_url, headers={"Authorization": create_administrator()})
        statuses[response.status_code] += 1

    load_all_checks()
    build_operation_test(
        config=operation.schema.config,
        operation=operation,
        test_func=answered,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(operation.schema)),
    )()
    not_mostly_refused(statuses)


def explore(operation: APIOperation, seed: int, authorization: Callable[[], str] = create_administrator) -> None:
    """Send an operation valid and invalid requests.

    Raises:
        FailureGroup: an answer is not as described, invalid input was taken or valid input was not.
        AssertionError: most requests were refused.
    """
    statuses = Counter[int]()

    @hypothesis.seed(seed)
    @thorough
    @given(one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode]))
    def answered(case: schemathesis.Case) -> None:
        statuses[case.call_and_validate(headers={"Authorization": authorization()}).status_code] += 1

    answered()
    not_mostly_refused(statuses)


@pytest.mark.case("H1")
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)
def test_every_operation_conforms_to_its_schema(operation: APIOperation) -> None:
    """No 5xx, statuses and bodies as described, right input taken and wrong input refused."""
    cover(operation)


@pytest.mark.case("H1")
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)
def test_every_operation_conforms_to_its_schema_for_random_input(operation: APIOperation, seed: int | None) -> None:
    seed = Random().getrandbits(32) if seed is None else seed
    try:
        explore(operation, seed)
    except BaseException as failure:
        failure.add_note(f"The seed was {seed}.")
        raise


@pytest.mark.usefixtures("world")
def test_a_run_whose_token_opens_nothing_fails() -> None:
    bankroll = next(operation for operation in operations if operation.label == "GET /api/v1/bets/bankroll")
    explore(bankroll, 27)
    with pytest.raises(AssertionError, match="most requests were refused"):
        explore(bankroll, 27, authorization=lambda: "Bearer nonsense")


@pytest.mark.case("H1")
@pytest.mark.parametrize("operation", operations_of(outside), ids=lambda operation: operation.label)
def test_some_operations_conform_through_the_gateway_too(operation: APIOperation, gateway: str) -> None:
    """Over HTTP and the platform's own runtime."""
    cover(operation, gateway)
