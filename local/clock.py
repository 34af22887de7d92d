"""The simulated clock of the bundle, which survives restarts."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.errors import LocalError


@dataclass(frozen=True)
class Clock:
    """The real time plus an offset in seconds."""

    offset: int

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def save(self, directory: Path) -> None:
        """Write the current instant to a file in a directory."""
        (directory / "clock").write_text(self.now().isoformat())


def load(start: datetime | None, directory: Path) -> Clock:
    """A clock that begins at `start`, or at the saved instant if that is later; the real time without a start."""
    if start is None:
        return Clock(0)
    file = directory / "clock"
    if file.exists():
        try:
            start = max(start, datetime.fromisoformat(file.read_text()))
        except (ValueError, TypeError):
            raise LocalError(f"{file} does not hold an instant; remove {directory} to begin afresh.") from None
    return Clock(math.ceil((start - datetime.now(UTC)).total_seconds()))
