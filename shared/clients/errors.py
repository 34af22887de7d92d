"""Errors of outside systems.

UpstreamError            the request failed
├── RateLimited          no further request is allowed for a while
├── Rejected             the request was rejected (4xx)
├── Unavailable          unreachable, too slow or broken; a retry may succeed
└── InvalidResponse      the response does not match its documentation
    └── Redirected       a redirect that was not followed
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
