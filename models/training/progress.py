"""What takes long, told while it runs: a bar for each stage on standard error, and its seconds afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class Stages:
    """The stages of a run, one after the other.

    Attributes:
        seconds: what each took, by name.
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
        """Something to know, above the bars; nothing where there is nothing to say."""
        if text:
            self._progress.console.print(text, markup=False, highlight=False)

    @contextmanager
    def stage(self, name: str, parts: int = 1) -> Iterator[Callable[[], None]]:
        """A stage of so many parts; what it gives is called after each of them."""
        task = self._progress.add_task(name, total=parts)
        started = perf_counter()
        yield lambda: self._progress.advance(task)
        self.seconds[name] = perf_counter() - started
        self._progress.update(task, completed=parts)
