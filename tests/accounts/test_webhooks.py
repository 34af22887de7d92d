"""Which URLs may receive webhooks, and the retry schedule."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.webhooks import EVENT_TTL, MAX_ATTEMPTS, MAX_LENGTH, is_public, is_webhook_address, next_attempt_at

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://hooks.example.org/paris-sportif",
        "https://Hooks.Example.org/a/b?token=1&x=%20",
        "https://xn--caf-dma.example/",
        "https://1.example.org/",
        "https://example.org/" + "a" * (MAX_LENGTH - 20),
    ],
)
def test_webhook_url_with_a_host_name_over_tls_is_accepted(url: str) -> None:
    assert is_webhook_address(url)


@pytest.mark.case("E20")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://example.org:8443/",
        "https://user:secret@example.org/",
        "https://example.org@10.0.0.1/",
        "https://example.org/#there",
        "https://example.org/ ",
        "https://example.org/\r\nX-Header: 1",
        "https://example.org/\x00",
        "https://example.org\\@10.0.0.1/",
        "https://exa_mple.org/",
        "https://-example.org/",
        "https://example..org/",
        "https://.org/",
        "https://example.org./",
        "https://café.example/",
        "https:///etc/passwd",
        "//example.org/",
        "",
        "https://example.org/" + "a" * (MAX_LENGTH - 19),
    ],
)
def test_webhook_url_of_any_other_form_is_rejected(url: str) -> None:
    """No number, no port, no user, nothing that two readers could read differently."""
    assert not is_webhook_address(url)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "1.1.1.1"])
def test_a_public_address_is_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.case("E20")
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104  # it is refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "169.254.100.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::ffff:8.8.8.8",
        "2606:4700:4700::1111",
        "8.8.8",
        "nonsense",
        "",
    ],
)
def test_private_and_reserved_addresses_are_not_public(address: str) -> None:
    """The ranges of RFC 6890, among them the metadata addresses of cloud providers."""
    assert not is_public(address)


def test_webhook_event_is_retried_for_almost_three_days() -> None:
    at, pauses = NOW, list[timedelta]()
    for tries in range(1, MAX_ATTEMPTS):
        again = next_attempt_at(tries, at)
        assert again is not None
        pauses.append(again - at)
        at = again
    assert pauses[0] == timedelta(minutes=15)
    assert at - NOW == timedelta(hours=63, minutes=45)
    assert next_attempt_at(MAX_ATTEMPTS, at) is None
    assert at - NOW < EVENT_TTL, "the last try comes while it is news"


@given(st.integers(1, MAX_ATTEMPTS - 2))
def test_webhook_backoff_doubles(tries: int) -> None:
    first, second = next_attempt_at(tries, NOW), next_attempt_at(tries + 1, NOW)
    assert first is not None
    assert second is not None
    assert second - NOW == 2 * (first - NOW)
