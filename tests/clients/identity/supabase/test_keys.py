"""Supabase Auth: signing keys, their cache and rotation."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.clients.errors import Unavailable
from shared.clients.identity.supabase import KEYS_TTL, RETRY_INTERVAL
from tests.clients.conftest import SimulatedTime
from tests.clients.identity.supabase.project import NEXT, SECOND, Project, Responder, by_hand, part, publishing
from tests.tokens import ES256, RS256, claims


def down() -> httpx.Response:
    raise httpx.ConnectError("no route to host")


def test_signing_keys_are_cached_for_their_ttl(project: Project, time: SimulatedTime) -> None:
    token = ES256.sign(claims(time.instant))
    for _ in range(100):
        assert project.believes(token)
    assert project.request_count == 1
    time.instant += KEYS_TTL
    assert project.believes(token)
    assert project.request_count == 2


@pytest.mark.case("A8")
def test_unknown_key_ids_cause_one_request_per_retry_interval(project: Project, time: SimulatedTime) -> None:
    """A thousand tokens with unknown key ids cost one request per interval."""
    assert project.believes(ES256.sign(claims(time.instant)))
    time.instant += RETRY_INTERVAL
    strange = [NEXT.sign(claims(time.instant), kid=f"unknown-{n}") for n in range(1000)]
    assert not any(map(project.believes, strange))
    assert project.request_count == 2
    time.instant += RETRY_INTERVAL
    assert not any(map(project.believes, strange[:100]))
    assert project.request_count == 3


@pytest.mark.case("A9")
def test_cached_keys_verify_while_the_project_is_down(
    project: Project, time: SimulatedTime, caplog: pytest.LogCaptureFixture
) -> None:
    """Cached keys still verify, for as long as it lasts, at one attempt a window."""
    assert project.believes(ES256.sign(claims(time.instant)))
    project.answer = down
    for _ in range(3):
        time.instant += KEYS_TTL
        token = ES256.sign(claims(time.instant))
        assert all(project.believes(token) for _ in range(50))
    assert project.request_count == 4
    assert not project.believes(NEXT.sign(claims(time.instant)))
    assert "cannot be fetched" in caplog.text


@pytest.mark.case("A9", "E20")
@pytest.mark.parametrize(
    "respond",
    [
        down,
        lambda: httpx.Response(500),
        lambda: httpx.Response(404),
        lambda: httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
        lambda: httpx.Response(200, text="<html>"),
        lambda: httpx.Response(200, json=[]),
        lambda: httpx.Response(200, json={"detail": "no"}),
        lambda: httpx.Response(200, text="[" * 100_000),
    ],
)
def test_verify_raises_unavailable_while_the_keys_cannot_be_fetched(
    project: Project, time: SimulatedTime, respond: Responder
) -> None:
    """None cached is our failure (503), not the reader's (401); a redirect is not followed."""
    project.answer = respond
    token = ES256.sign(claims(time.instant))
    for _ in range(10):
        with pytest.raises(Unavailable):
            project.supabase.verify(token)
    assert project.request_count == 1, "a project that is down is not called on every request"
    project.answer = publishing(ES256)
    time.instant += RETRY_INTERVAL
    assert project.believes(token)


@pytest.mark.case("A10")
def test_keys_rotate_and_a_revoked_one_counts_until_the_cache_expires(project: Project, time: SimulatedTime) -> None:
    """The next key verifies at once, both in the overlap, the revoked one until the keys are read again."""
    project.answer = publishing(ES256)
    old = ES256.sign(claims(time.instant, exp=time.instant + timedelta(days=1)))
    assert project.believes(old)
    project.answer = publishing(ES256, NEXT)
    time.instant += timedelta(minutes=1)
    new = NEXT.sign(claims(time.instant))
    assert project.believes(new)
    assert project.believes(old)
    project.answer = publishing(NEXT)
    time.instant += KEYS_TTL - SECOND
    assert project.believes(old)
    time.instant += SECOND
    assert not project.believes(old)
    assert project.believes(new)


def test_a_set_may_hold_keys_that_are_none_of_ours(project: Project, time: SimulatedTime) -> None:
    odd: list[Any] = [
        None,
        "key",
        {},
        {"kty": "oct", "kid": "oct", "k": part("x" * 40), "alg": "HS256"},
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "!", "y": "!"},
        RS256.published(use="enc"),
        NEXT.published(kid=None),
        ES256.published(alg=None),
    ]
    project.answer = lambda: httpx.Response(200, json={"keys": odd})
    assert project.believes(ES256.sign(claims(time.instant))), "its curve determines its algorithm"
    assert not project.believes(RS256.sign(claims(time.instant)))
    assert not project.believes(by_hand({"alg": "HS256", "kid": "oct"}, claims(time.instant), b'"' + b"x" * 40 + b'"'))
    project.answer = lambda: httpx.Response(200, json={"keys": []})
    time.instant += KEYS_TTL
    assert not project.believes(ES256.sign(claims(time.instant)))
