"""Addresses that are sent to, and the word that ends that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.push_endpoints import MAX_LENGTH, is_push_endpoint, parse_unsubscribe_token, unsubscribe_token

KEY = "a secret of ours"


@pytest.mark.case("P4")
@pytest.mark.parametrize(
    "url",
    [
        "https://fcm.googleapis.com/fcm/send/dQw4:APA91b-x_y",
        "https://jmt17.google.com/fcm/send/dQw4:APA91b-x_y",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2fb%3d",
        "https://web.push.apple.com/QGuQyavXutnMH9vN",
        "https://fcm.googleapis.com/" + "x" * (MAX_LENGTH - 27),
    ],
)
def test_push_endpoint_of_a_browsers_push_service_is_accepted(url: str) -> None:
    assert is_push_endpoint(url)


@pytest.mark.case("P4")
@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://jmt18.google.com/fcm/send/x",
        "https://google.com/fcm/send/x",
        "https://x.jmt17.google.com/fcm/send/x",
        "https://push.apple.com/x",
        "https://evil.example/https://fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://user:word@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:443/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com/\\@evil.example/x",
        "https://fcm.googleapis.com/x\n",
        "https://fcm.googleapis.com/x#y",
        "https://fcm.googleapis.com/é",
        "https://fcm.googleapis.com/",
        "https://fcm.googleapis.com",
        "https://FCM.googleapis.com/x",
        "https://ｆcm.googleapis.com/x",
        "https://[::1]/x",
        "//fcm.googleapis.com/x",
        "file:///etc/passwd",
        "",
        "https://fcm.googleapis.com/" + "x" * (MAX_LENGTH - 26),
    ],
)
def test_push_endpoint_at_any_other_address_is_rejected(url: str) -> None:
    """Neither addresses of our own network nor ones that only look like a push service's."""
    assert not is_push_endpoint(url)


@pytest.mark.case("P12")
@given(st.integers(1, 10**18 - 1))
def test_unsubscribe_token_names_its_subscription(subscription_id: int) -> None:
    assert parse_unsubscribe_token(unsubscribe_token(subscription_id, KEY), KEY) == subscription_id


def test_unsubscribe_token_format_never_changes() -> None:
    """`printf 'unsubscribe 7' | openssl dgst -sha256 -hmac 'a secret of ours'`, and the first half of its output."""
    token = "7.930944d4a0a336bc8e30dcccb587c502"
    assert unsubscribe_token(7, KEY) == token
    assert parse_unsubscribe_token(token, KEY) == 7
    assert (
        parse_unsubscribe_token(token + "7", KEY)
        is parse_unsubscribe_token(token[:-1], KEY)
        is parse_unsubscribe_token(token.upper(), KEY)
        is None
    )


@pytest.mark.case("P12")
@given(st.integers(1, 10**18 - 1), st.text(max_size=60))
def test_unsubscribe_token_of_another_subscription_or_key_is_rejected(subscription_id: int, token: str) -> None:
    """No one can be unsubscribed by counting."""
    _, _, mac = unsubscribe_token(subscription_id, KEY).partition(".")
    assert parse_unsubscribe_token(token, KEY) is None
    assert parse_unsubscribe_token(f"{subscription_id + 1}.{mac}", KEY) is None
    assert parse_unsubscribe_token(f"{subscription_id}.{mac}", "another secret") is None
    assert parse_unsubscribe_token(f"0{subscription_id}.{mac}", KEY) is None
