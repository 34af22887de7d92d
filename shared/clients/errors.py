"""What can go wrong with an outside system.

UpstreamError            it did not give us what we asked for
├── RateLimited          it may not be asked again for a while
├── Refused              it understood us and says no
├── Unavailable          it cannot be reached, is too slow or is broken; another time it may work
└── Unintelligible       it answered with something that is not what it promised; nothing of it is kept
    └── Redirected       it sent us elsewhere
"""


class UpstreamError(Exception):
    """An outside system did not give us what we asked for. The message never holds a secret."""


class RateLimited(UpstreamError):
    """The outside system may not be asked again before `retry_after` seconds have passed."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Rejected(UpstreamError):
    """The outside system says no, with the HTTP `status` that it said it with."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unavailable(UpstreamError):
    """The outside system cannot be reached, is too slow or is broken."""


class InvalidResponse(UpstreamError):
    """The outside system's answer is not what it promised."""


class Redirected(InvalidResponse):
    """The outside system sent us on to `location`, which was not followed; empty where it did not say where."""

    def __init__(self, message: str, location: str) -> None:
        super().__init__(message)
        self.location = location
