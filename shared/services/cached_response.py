"""An answer that may be given again, and what a look for one finds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP.

    Attributes:
        status: its status.
        headers: its headers, names in lower case.
        body: its body.
        made_at: when it was made.
        fresh_until: until when it counts, unless its kind's data change.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    made_at: datetime
    fresh_until: datetime

    def will_do(self, now: datetime, beyond: timedelta) -> bool:
        """Whether it may still be given, marked as old: for so long, and never to say that something is not there."""
        return self.status == HTTPStatus.OK and now < self.fresh_until + beyond


@dataclass(frozen=True, slots=True)
class Look:
    """What a look for an answer found. It is given where it is fresh or will do; otherwise another is to be made.

    Attributes:
        answer: the one that is kept, if any.
        is_fresh: whether it counts.
        will_do: whether an old one will do, because another is being made or cannot be made just now.
        generation: of the kind, while it was looked for; None where Redis was not asked.
    """

    answer: Answer | None
    is_fresh: bool = False
    will_do: bool = False
    generation: str | None = None
