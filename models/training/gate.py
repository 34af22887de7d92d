"""The gate before a model is written: what it said of seasons that it had not seen must be as good as it should be."""

from collections.abc import Mapping

from shared.forecasting import quality
from shared.forecasting.metrics import Floats, Ints
from shared.forecasting.quality import QualityMetric

BASES = {"prices": "anchored", "ratings": "past_lines"}
"""The forecast of a walk that is published, by what it starts from."""
SEASONS = 3
"""How many seasons are judged: the newest that were forecast, some 5,000 matches."""
CERTAINTY = 0.95


class GateFailed(ValueError):
    """A model's forecasts are not what they should be; the message names each figure and its bounds."""


def check(forecasts: Mapping[str, Floats], closing: Floats, outcome: Ints) -> list[QualityMetric]:
    """The figures of held-out forecasts.

    Args:
        forecasts: probabilities by the names of a walk: (n, 3).
        closing: fair closing probabilities of the same matches: (n, 3).
        outcome: 0, 1 or 2: (n,).

    Raises:
        Spoilt: a figure is beyond its bounds, be it too bad or too good to be true, or too few matches tell any.
    """
    metrics = [
        metric
        for basis, name in BASES.items()
        for metric in quality.forecast_metrics(basis, forecasts[name], closing, outcome, CERTAINTY)
    ]
    if failures := [str(metric) for metric in metrics if metric.alarm or metric.estimate is None]:
        raise GateFailed("; ".join(failures))
    return metrics
