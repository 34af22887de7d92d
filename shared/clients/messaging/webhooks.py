"""Webhooks to people's own servers, signed by the library as Standard Webhooks specifies (standardwebhooks.com).

Messages are sent to public IP addresses only, to the very address that was checked, with a timeout, without following
redirects, and concurrently, so that a slow receiver does not delay others.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import httpx
from standardwebhooks import Webhook

from shared.accounts.webhooks import is_public
from shared.clients.retry_after import NO_WAIT, parse_retry_after

TIMEOUT = timedelta(seconds=10)
"""Of one message, from name resolution to the response status."""

Resolve = Callable[[str], Awaitable[Sequence[str]]]


class WebhookOutcome(StrEnum):
    """The delivery status of a message."""

    DELIVERED = "taken"
    FAILED = "failed"
    GONE = "gone"
    """The receiver unsubscribed (410)."""


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message and its receiver."""

    message_id: str  # the same for every retry; without a full stop
    url: str  # the receiver; valid by `is_webhook_address`
    secret: str = field(repr=False)  # the signing secret, beginning with `whsec_`
    body: str


@dataclass(frozen=True, slots=True)
class WebhookResult:
    """The result of a delivery: status code or error of the response, and the receiver's `Retry-After`."""

    outcome: WebhookOutcome
    response: str
    retry_after: timedelta = NO_WAIT


async def resolve(host: str) -> Sequence[str]:
    """Resolve a host name to its IPv4 addresses.

    Raises:
        OSError: it has none.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(host, 443, family=socket.AF_INET, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in addresses]


class Webhooks:
    """Sends webhooks.

    Args:
        transport: creates an HTTP transport. Each message has its own: requests use IP addresses, which hosts may
            share, so cookies and connections must not be reused.
    """

    def __init__(
        self,
        transport: Callable[[], httpx.AsyncBaseTransport],
        user_agent: str,
        now: Callable[[], datetime],
        resolve: Resolve = resolve,
    ) -> None:
        self._transport, self._user_agent, self._now, self._resolve = transport, user_agent, now, resolve

    def send(self, messages: Sequence[WebhookMessage]) -> list[WebhookResult]:
        """Send messages concurrently; returns the results in order."""
        # Not asyncio.run, which waits for pending name resolutions and unsets the handlers' event loop.
        with closing(asyncio.new_event_loop()) as loop:
            loop.set_default_executor(ThreadPoolExecutor(max(len(messages), 1)))  # one thread per name resolution
            return loop.run_until_complete(self._send_all(messages))

    async def _send_all(self, messages: Sequence[WebhookMessage]) -> list[WebhookResult]:
        return await asyncio.gather(*map(self._send_one, messages))

    async def _send_one(self, message: WebhookMessage) -> WebhookResult:
        try:
            async with (
                asyncio.timeout(TIMEOUT.total_seconds()),
                httpx.AsyncClient(transport=self._transport(), trust_env=False) as http,
            ):
                return await self._post(http, message)
        except (TimeoutError, httpx.TimeoutException):
            return WebhookResult(WebhookOutcome.FAILED, "no answer in time")
        except socket.gaierror:
            return WebhookResult(WebhookOutcome.FAILED, "unknown name")
        except (OSError, httpx.TransportError, UnicodeError) as error:
            return WebhookResult(WebhookOutcome.FAILED, type(error).__name__)

    async def _post(self, http: httpx.AsyncClient, message: WebhookMessage) -> WebhookResult:
        url, now = httpx.URL(message.url), self._now()
        host = url.raw_host.decode()  # punycode: `host` would decode it
        addresses = await self._resolve(host)
        if not addresses or not all(is_public(address) for address in addresses):
            return WebhookResult(WebhookOutcome.FAILED, "no public address")
        headers = {
            "Host": host,
            "User-Agent": self._user_agent,
            "Content-Type": "application/json",
            "webhook-id": message.message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(message.secret).sign(message.message_id, now, message.body),
        }
        async with http.stream(
            "POST",
            url.copy_with(host=addresses[0]),
            content=message.body.encode(),
            headers=headers,
            timeout=TIMEOUT.total_seconds(),
            follow_redirects=False,
            extensions={"sni_hostname": host},  # the certificate must match the host name
        ) as response:  # the body is not read
            if response.is_success:
                return WebhookResult(WebhookOutcome.DELIVERED, str(response.status_code))
            if response.status_code == httpx.codes.GONE:
                return WebhookResult(WebhookOutcome.GONE, str(response.status_code))
            wait = parse_retry_after(response.headers.get("retry-after", ""), self._now())
            return WebhookResult(WebhookOutcome.FAILED, str(response.status_code), wait or NO_WAIT)
