"""Progress of long runs: a bar for each stage on standard error, and its duration."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class Stages:
    """The stages of a run, in sequence.

    Attributes:
        seconds: duration of each, by name.
    """

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self.seconds: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def log(self, text: str) -> None:
        """Prints a message above the bars; ignores an empty one."""
        if text:
            self._progress.console.print(text, markup=False, highlight=False)

    @contextmanager
    def stage(self, name: str, parts: int = 1) -> Iterator[Callable[[], None]]:
        """A stage of so many parts; yields a function to call after each of them."""
        task = self._progress.add_task(name, total=parts)
        started = perf_counter()
        yield lambda: self._progress.advance(task)
        self.seconds[name] = perf_counter() - started
        self._progress.update(task, completed=parts)
