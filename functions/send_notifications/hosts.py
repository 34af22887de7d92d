"""Push service hosts: how many messages may be in flight to each, and which are paused."""

from collections import defaultdict
from urllib.parse import urlsplit

from shared.clients.messaging.web_push import PushOutcome
from shared.stores.messaging.push_subscriptions import Device

MAX_FAILING_DEVICES = 3
"""Failing devices without a success between them after which a host is paused for the run; fewer may themselves be at
fault, and so may those that have failed before."""
MAX_IN_FLIGHT = 32
"""Messages to one host. The outcome of those in flight is unknown after a crash."""


def host_of(device: Device) -> str:
    """The host of a device's push service."""
    return urlsplit(device.endpoint).hostname or ""


class Hosts:
    """Outcomes of this run by push service host.

    As with TCP's slow start, the number of messages in flight to a host begins small, so that one that is down costs
    few, and doubles with each round in which it accepts one.
    """

    def __init__(self) -> None:
        self._window: defaultdict[str, int] = defaultdict(lambda: MAX_FAILING_DEVICES)
        self._failing: defaultdict[str, set[int]] = defaultdict(set)
        """Devices that failed since the host's last proper response."""
        self._failed: set[int] = set()
        self._denied: defaultdict[str, set[int]] = defaultdict(set)
        self._accepting: set[str] = set()

    def window(self, host: str) -> int:
        """How many messages may be in flight to a host; 0 if it is paused."""
        return 0 if len(self._failing[host]) >= MAX_FAILING_DEVICES else self._window[host]

    def has_failed(self, device: Device) -> bool:
        """Whether a device failed in this run, and so gets no more messages in it."""
        return device.subscription_id in self._failed

    def add(self, host: str, outcomes: list[tuple[Device, PushOutcome]]) -> None:
        """Record the outcomes of a round of messages to a host."""
        failed = [device for device, outcome in outcomes if outcome in {PushOutcome.RETRY, PushOutcome.UNKNOWN}]
        self._failed |= {device.subscription_id for device in failed}
        if len(failed) < len(outcomes):
            self._failing[host].clear()
        else:
            self._failing[host] |= {device.subscription_id for device in failed if not device.has_failed}
        self._denied[host] |= {device.subscription_id for device, outcome in outcomes if outcome is PushOutcome.DENIED}
        if any(outcome is PushOutcome.SENT for _, outcome in outcomes):
            self._accepting.add(host)
            self._window[host] = min(2 * self._window[host], MAX_IN_FLIGHT)

    def denied_devices(self) -> set[int]:
        """Devices denied by hosts that accepted messages for others, so that our key is not at fault."""
        return {subscription_id for host in self._accepting for subscription_id in self._denied[host]}
