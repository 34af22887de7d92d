"""Errors of outside systems.

UpstreamError            the request failed
├── RateLimited          no further request is allowed for a while
├── Refused              it understood us and says no
├── Unavailable          it cannot be reached, is too slow or is broken; another time it may work
└── Unintelligible       it answered with something that is not what it promised; nothing of it is kept
    └── Redirected       it sent us elsewhere
"""


class UpstreamError(Exception):
    """A request to an outside system failed. The message never contains a secret."""


class RateLimited(UpstreamError):
    """The outside system allows no further request for `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Rejected(UpstreamError):
    """The outside system rejected the request with the HTTP `status`."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unavailable(UpstreamError):
    """The outside system is unreachable, too slow or broken; a retry may succeed."""


class InvalidResponse(UpstreamError):
    """The outside system's response does not match its documentation; nothing of it is used."""


class Redirected(InvalidResponse):
    """The outside system redirected to `location`, which was not followed; empty without a Location header."""

    def __init__(self, message: str, location: str) -> None:
        super().__init__(message)
        self.location = location
