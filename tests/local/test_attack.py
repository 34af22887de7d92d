"""`make attack` recognises faults; a short campaign is in `test_journey`, beside whose bundle it runs."""

from random import Random

import pytest

from deploy import service as serverless
from local.attack import values
from local.attack.__main__ import CONCURRENT_BLOCKS, refused_share, report
from local.attack.races import WIDTH
from local.attack.world import Caller, Response, World
from local.run import ROOT
from local.token import Project
from shared.web import strict_json
from shared.web.errors import BadRequest

ALICE = Caller("127.0.0.1", {}, "a11ce000-0000-4000-8000-000000000001", "mark" + "a" * 24)
BOB = Caller("127.0.0.1", {}, "b0b00000-0000-4000-8000-000000000002", "mark" + "b" * 24)


@pytest.fixture
def world() -> World:
    """A world in which Alice and Bob live, and nothing runs."""
    world = World("http://127.0.0.1:9", Project(9, "s" * 32), {"STRIPE_SECRET_KEY": "sk_hidden"})
    for caller in (ALICE, BOB):
        world.register(caller)
    return world


def build_response(status: int, body: str = '{"code": "x", "detail": "y"}', **headers: str) -> Response:
    return Response(status, headers, body.encode())


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (build_response(200, "[]"), ""),
        (build_response(204, ""), ""),
        (build_response(404), ""),
        (build_response(200, ALICE.mark), ""),
        (build_response(503, **{"retry-after": "3"}), ""),
        (build_response(0, "timed out"), "no answer"),
        (build_response(500), "a server error"),
        (build_response(504, "Internal Server Error"), "a server error"),
        (build_response(503), "a server error"),
        (build_response(400, '{"detail": "y"}'), "an error without a code"),
        (build_response(422, "no JSON"), "an error without a code"),
        (build_response(200, '{"detail": "Traceback (most recent call last)"}'), "what is inside is shown"),
        (build_response(200, '{"detail": "sk_hidden"}'), "a secret is shown"),
        (build_response(200, "[]", x_header="sk_hidden"), "a secret is shown"),
        (build_response(200, f'{{"name": "the {BOB.mark}"}}'), "another person's data are shown"),
        (build_response(404, f'{{"code": "x", "detail": "{BOB.person}"}}'), "another person's data are shown"),
    ],
    ids=lambda response: str(response)[:60],
)
def test_a_fault_is_known(world: World, response: Response, fault: str) -> None:
    assert world.find_faults(ALICE, "GET", response) == ([fault] if fault else [])


def test_no_function_gets_more_concurrent_calls_than_it_may_have_runs() -> None:
    """Above its reserved concurrency Lambda answers 429 without a code of ours."""
    assert (serverless.read(ROOT).functions["bets"].concurrency or 0) >= CONCURRENT_BLOCKS * WIDTH


def test_an_administrator_may_see_people(world: World) -> None:
    administrator = Caller("127.0.0.1", is_administrator=True)
    assert world.find_faults(administrator, "GET", build_response(200, BOB.person)) == []


def test_a_campaign_with_a_fault_fails_and_names_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.statuses["tokens"][200] += 1
    assert report(world, 7) == 0
    world.fault("tokens", "a forged token was believed")
    assert report(world, 7) == 1
    assert "attack: tokens: a forged token was believed" in capsys.readouterr().err


@pytest.mark.parametrize(("well", "refusals", "status"), [(10, 10, 0), (10, 11, 1), (0, 0, 0)])
def test_a_campaign_rejected_mostly_by_authentication_or_limits_fails(
    world: World, well: int, refusals: int, status: int
) -> None:
    world.statuses["bodies"].update({200: well, 401: refusals // 2})
    world.statuses["headers"][429] = refusals - refusals // 2
    world.statuses["flood"][429] = 1000
    assert report(world, 7) == status
    assert refused_share(world) == refusals / max(1, well + refusals)


def test_the_same_seed_makes_the_same_requests() -> None:
    example = {"match_id": 7, "odds": 2.1, "note": "x"}
    made = [[values.body(random, example) for _ in range(50)] for random in (Random(7), Random(7), Random(8))]
    assert made[0] == made[1] != made[2]


def test_bodies_expected_to_be_rejected_are_rejected_by_our_validation() -> None:
    """So that a campaign requires nothing beyond our own rules."""
    random, kinds = Random(7), set[str]()
    for _ in range(2_000):
        way, body = values.body(random, {"match_id": 7})
        if way in {"deep", "wide", "twice"}:
            kinds.add(way)
            with pytest.raises(BadRequest):
                strict_json.validate_body("application/json", body)
    assert kinds == {"deep", "wide", "twice"}


@pytest.mark.parametrize("number", ["23", "7"])
def test_other_spellings_of_a_number_differ_from_the_canonical_one(number: str) -> None:
    for spelling in values.other_spellings(number):
        assert spelling != number
        assert int(spelling) >= 0
