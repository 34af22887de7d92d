"""Webhooks: a message to a person's program, signed as Standard Webhooks says (standardwebhooks.com).

The library signs. Sending is ours: to public addresses only, the one that was looked at and no other, within a time,
without following anybody elsewhere, and to several at once, so that a slow receiver takes nobody else's time.
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
"""For the whole of one message, from the name to the answer's status."""

Resolve = Callable[[str], Awaitable[Sequence[str]]]


class WebhookOutcome(StrEnum):
    """What became of a message."""

    DELIVERED = "taken"
    FAILED = "failed"
    GONE = "gone"
    """The receiver wants no more of them (410)."""


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """What is sent where.

    Attributes:
        message_id: the same each time that it is sent; no full stop is in it.
        url: where to; `is_webhook_address` holds.
        secret: begins with `whsec_`.
        body: JSON.
    """

    message_id: str
    url: str
    secret: str = field(repr=False)
    body: str


@dataclass(frozen=True, slots=True)
class WebhookResult:
    """What became of a message, how the receiver said so, and for how long it wants to be left alone.

    Of its answer nothing is read but the status and `Retry-After`.
    """

    outcome: WebhookOutcome
    response: str
    retry_after: timedelta = NO_WAIT


async def resolve(host: str) -> Sequence[str]:
    """The IPv4 addresses of a name.

    Raises:
        OSError: it has none.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(host, 443, family=socket.AF_INET, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in addresses]


class Webhooks:
    """What sends messages to people's programs.

    Args:
        transport: makes what carries a message. Each has its own: receivers are called by their addresses, of which
            names share some, and nobody shall be sent another's cookies or come by another's connection.
        user_agent: who we say that we are.
        now: the clock.
        resolve: finds the addresses of a name.
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
        """Send messages, all at once; what became of each, in their order."""
        # Not asyncio.run, which waits for names that nobody answers for, and takes away the loop that handlers want.
        with closing(asyncio.new_event_loop()) as loop:
            loop.set_default_executor(ThreadPoolExecutor(max(len(messages), 1)))  # each finds its name in its own
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
        host = url.raw_host.decode()  # as it is written: `host` would read xn-- as letters that no header takes
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
            extensions={"sni_hostname": host},  # the certificate must be the name's
        ) as response:  # its body is not read: all that counts is in the head
            if response.is_success:
                return WebhookResult(WebhookOutcome.DELIVERED, str(response.status_code))
            if response.status_code == httpx.codes.GONE:
                return WebhookResult(WebhookOutcome.GONE, str(response.status_code))
            wait = parse_retry_after(response.headers.get("retry-after", ""), self._now())
            return WebhookResult(WebhookOutcome.FAILED, str(response.status_code), wait or NO_WAIT)
