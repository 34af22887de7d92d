"""Quality gate: a model is only written if its held-out forecasts meet the bounds."""

from collections.abc import Mapping

from shared.forecasting import quality
from shared.forecasting.metrics import Floats, Ints
from shared.forecasting.quality import QualityMetric

BASES = {"prices": "anchored", "ratings": "past_lines"}
"""The published forecast of a walk-forward run, by basis."""
SEASONS = 3
"""Number of the newest forecast seasons that are checked, some 5,000 matches."""
CERTAINTY = 0.95


class GateFailed(ValueError):
    """Metrics are out of bounds; the message names each of them."""


def check(forecasts: Mapping[str, Floats], closing: Floats, outcome: Ints) -> list[QualityMetric]:
    """Returns the metrics of held-out forecasts.

    Args:
        forecasts: probabilities by forecast name: (n, 3).
        closing: fair closing probabilities of the same matches: (n, 3).
        outcome: 0, 1 or 2: (n,).

    Raises:
        GateFailed: a metric is out of bounds, too bad or suspiciously good, or there are too few matches.
    """
    metrics = [
        metric
        for basis, name in BASES.items()
        for metric in quality.forecast_metrics(basis, forecasts[name], closing, outcome, CERTAINTY)
    ]
    if failures := [str(metric) for metric in metrics if metric.alarm or metric.estimate is None]:
        raise GateFailed("; ".join(failures))
    return metrics
