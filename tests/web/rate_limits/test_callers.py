"""By whom requests are counted."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi import Request

from shared.accounts.api_keys import fingerprint
from shared.accounts.plans import Plan
from shared.stores.database import connect
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web import rate_limits
from tests.running import Handler, environment, invoke
from tests.tokens import ALICE, NOW, bearer
from tests.web.conftest import Upstash
from tests.web.rate_limits.app import built, left, signed_in, statuses

KEY = "ps_live_" + "k" * 43
CDN = "a secret that our CDN sends along"


def with_header(handler: Handler, name: str, value: str) -> Handler:
    """Sets a header that the local gateway would overwrite."""
    return lambda event, context: handler({**event, "headers": event["headers"] | {name: value}}, context)


@pytest.mark.case("C6")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-forwarded-for", "203.0.113.{}"),
        ("x-forwarded-for", "203.0.113.{}, 10.0.0.1"),
        ("forwarded", "for=203.0.113.{}"),
        ("x-real-ip", "203.0.113.{}"),
        ("true-client-ip", "203.0.113.{}"),
        ("cloudfront-viewer-address", "203.0.113.{}:443"),
    ],
)
def test_client_supplied_address_headers_are_ignored(handler: Handler, name: str, value: str) -> None:
    responses = [invoke(with_header(handler, name, value.format(number)), "/number") for number in range(11)]
    assert [response.status for response in responses] == [200] * 10 + [429]


@pytest.mark.parametrize(
    "shown",
    [{}, {"x_cdn_secret": ""}, {"x_cdn_secret": "guessed"}, {"x_cdn_secret": f"{CDN},{CDN} anew"}],
)
@pytest.mark.parametrize("path", ["/number", "/health", "/mine", "/nowhere"])
def test_requests_that_bypass_the_cdn_are_a_403(variables: dict[str, str], shown: dict[str, str], path: str) -> None:
    with environment(**variables, CDN_SECRET=f"{CDN},{CDN} anew, "):
        headers: dict[str, Any] = {"cloudfront_viewer_address": "203.0.113.1:443", **shown}
        assert invoke(built(), path, **headers).status == 403


@pytest.mark.case("Q4")
@pytest.mark.parametrize("secret", [CDN, f"{CDN} anew"])
def test_both_cdn_secrets_are_accepted_during_rotation(variables: dict[str, str], secret: str) -> None:
    with environment(**variables, CDN_SECRET=f"{CDN}, {CDN} anew"):
        assert (
            invoke(built(), "/number", x_cdn_secret=secret, cloudfront_viewer_address="203.0.113.1:443").status == 200
        )


@pytest.mark.case("C6")
def test_without_a_cdn_secret_the_viewer_address_header_is_ignored(handler: Handler) -> None:
    responses = [
        invoke(handler, "/number", x_cdn_secret="", cloudfront_viewer_address=f"203.0.113.{i}:1") for i in range(11)
    ]
    assert responses[-1].status == 429


@pytest.mark.case("C6")
@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9:443", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6:51234", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_the_viewer_address_of_our_cdn_is_used(
    redis: Upstash, variables: dict[str, str], address: str, counted: str
) -> None:
    """And no other address header beside it."""
    with environment(**variables, CDN_SECRET=CDN):
        handler = with_header(built(), "x-forwarded-for", "1.1.1.1")
        invoke(handler, "/number", x_cdn_secret=CDN, cloudfront_viewer_address=address)
    assert redis.client.keys("*") == [f"calls:/:{counted}"]


@pytest.mark.parametrize("sent", [{}, {"x_cdn_secret": CDN}])
def test_callers_without_an_address_share_one_counter(sent: dict[str, str]) -> None:
    """Behind our CDN where it forgets the header, else where the server knows no peer (a Unix socket)."""
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    with environment(CDN_SECRET=CDN):
        assert rate_limits.client_address(Request({"type": "http", "headers": headers, "client": None})) == "unknown"


@pytest.mark.case("C7")
@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
    ],
)
def test_ipv6_callers_are_counted_by_their_64_prefix(
    handler: Handler, redis: Upstash, client: str, counted: str
) -> None:
    invoke(handler, "/number", client=client)
    assert redis.client.keys("*") == [f"calls:/:{counted}"]


@pytest.mark.case("A2", "C1")
@pytest.mark.parametrize(
    "token",
    ["forged", "eyJhbGciOltdfQ..", "e30..", "W10..", "eyJhbGciOnt9fQ.e30.AAAA", "W1tb" * 1000 + ".e30.AAAA"],
    ids=["no JSON", "a list as algorithm", "an empty header", "a list as header", "an object as algorithm", "nested"],
)
def test_a_caller_with_an_invalid_token_is_counted_by_address(handler: Handler, token: str) -> None:
    forged: dict[str, Any] = {"authorization": f"Bearer {token}"}
    assert statuses(handler, 11, "/number", **forged) == [401] * 10 + [429]
    assert statuses(handler, 1) == [429]
    assert statuses(handler, 1, "/mine", **signed_in(Plan.FREE)) == [200], "an authenticated person is another caller"


def test_a_call_is_counted_even_if_identifying_its_caller_fails_unexpectedly(variables: dict[str, str]) -> None:
    with environment(**{**variables, "SUPABASE_URL": ""}):
        handler = built()
        assert statuses(handler, 11, "/mine", **signed_in(Plan.FREE)) == [500] * 10 + [429]


def test_an_account_that_names_no_person_is_counted_by_address(handler: Handler, redis: Upstash) -> None:
    visitor: dict[str, Any] = {"authorization": bearer(NOW, is_anonymous=True, email=None)}
    assert left(invoke(handler, "/number", **visitor))[0] == "10"
    assert redis.client.keys("calls:*") == ["calls:/:127.0.0.1"]


@pytest.mark.case("F1")
def test_without_a_database_callers_are_still_counted_and_get_a_503(variables: dict[str, str]) -> None:
    with environment(**{**variables, "DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}):
        handler = built()
        by_token, by_key = invoke(handler, "/mine", **signed_in(Plan.FREE)), invoke(handler, "/number", x_api_key=KEY)
    assert (by_token.status, left(by_token)[0]) == (503, "100"), "the token identifies the user, though not the plan"
    assert (by_key.status, left(by_key)[0]) == (503, "10")


def test_a_valid_key_without_the_scope_does_not_count_as_invalid(variables: dict[str, str], url: str) -> None:
    handler = built()
    with connect(url, "test") as db:
        accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
        api_keys.add(db, ALICE, fingerprint(KEY), ApiKeyRow(uuid4(), "reader", ["read"], NOW))
    assert set(statuses(handler, 10, "/number", method="POST", x_api_key=KEY)) == {403}
    assert statuses(handler, 1, "/number", x_api_key=KEY) == [200]
