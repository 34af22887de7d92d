"""Bounded adjustments that the news suggests; they are displayed with the forecast and never applied to it.

Parts and bounds are those of the former product, so that the API fields keep their meaning. Together they move the
log-odds of home and away by at most `MAX_TOTAL` in sum: docs/decisions/adjustments-are-shown-not-applied.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

from shared.explanations.output_validation import Signal

INJURY, SENTIMENT, TACTICAL, MOTIVATION = 0.3, 0.1, 0.05, 0.15
"""Maximum effect of each kind on a side."""
PER_SIGNAL = 0.2
"""Effect of one absence at full strength."""
MIN_CONFIDENCE = 0.4
SIDES = ("home", "away")
MAX_PER_SIDE, MAX_TOTAL = 0.375, 0.5
DRAW_SHARE = 0.3
"""The draw loses this share of the difference between the sides' adjustments."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Adjustments in log-odds."""

    # injury_home, injury_away: at most 0 each.
    injury_home: float
    injury_away: float
    sentiment_home: float
    sentiment_away: float
    # tactical, motivation: positive in favour of the home side.
    tactical: float
    motivation: float
    # home, away: total effect on the log-odds of each side.
    home: float
    away: float
    sources: tuple[str, ...]  # ids of the articles, as given to the model


def compute_adjustment(signals: Iterable[Signal]) -> Adjustment | None:
    """Sums signals into an adjustment; None without a signal of enough confidence."""
    counted = [signal for signal in signals if signal.confidence >= MIN_CONFIDENCE and signal.strength > 0]
    if not counted:
        return None

    def total(kind: str, side: str) -> float:
        return sum(
            (-1 if signal.worse else 1) * signal.strength * signal.confidence
            for signal in counted
            if (signal.kind, signal.side) == (kind, side)
        )

    injury_home, injury_away = (_clip(PER_SIGNAL * min(total("injury", side), 0), INJURY) for side in SIDES)
    sentiment_home, sentiment_away = (_clip(SENTIMENT * total("sentiment", side), SENTIMENT) for side in SIDES)
    tactical = _clip(TACTICAL * (total("tactical", "home") - total("tactical", "away")), TACTICAL)
    motivation = _clip(MOTIVATION * (total("motivation", "home") - total("motivation", "away")), MOTIVATION)
    home = _clip(injury_home - injury_away + sentiment_home + tactical + motivation, MAX_PER_SIDE)
    away = _clip(injury_away - injury_home + sentiment_away - tactical - motivation, MAX_PER_SIDE)
    scale = min(1.0, MAX_TOTAL / (abs(home) + abs(away))) if home or away else 1.0
    sources = tuple(sorted({signal.source for signal in counted}))
    return Adjustment(
        injury_home,
        injury_away,
        sentiment_home,
        sentiment_away,
        tactical,
        motivation,
        home * scale,
        away * scale,
        sources,
    )


def apply_adjustment(probabilities: tuple[float, float, float], adjustment: Adjustment) -> tuple[float, float, float]:
    """Probabilities of home win, draw and away win after an adjustment; each lies strictly between 0 and 1."""
    shifts = (adjustment.home, -DRAW_SHARE * abs(adjustment.home - adjustment.away), adjustment.away)
    moved = [1 / (1 + exp(-(log(p / (1 - p)) + shift))) for p, shift in zip(probabilities, shifts, strict=True)]
    home, draw, away = (share / sum(moved) for share in moved)
    return home, draw, away


def _clip(value: float, bound: float) -> float:
    return min(max(value, -bound), bound)
