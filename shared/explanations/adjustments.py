"""What the news would change of a forecast, bounded; it is shown beside the forecast and never applied to it.

The parts and their bounds are the former product's, so that its clients' fields keep their meaning. All of it together
moves the log-odds of home and away by at most `MOST` in sum: docs/decisions/adjustments-are-shown-not-applied.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

from shared.explanations.output_validation import Signal

INJURY, SENTIMENT, TACTICAL, MOTIVATION = 0.3, 0.1, 0.05, 0.15
"""The most that each kind may do to a side."""
PER_SIGNAL = 0.2
"""What one absence at full strength costs a side."""
MIN_CONFIDENCE = 0.4
SIDES = ("home", "away")
MAX_PER_SIDE, MAX_TOTAL = 0.375, 0.5
DRAW_SHARE = 0.3
"""The draw loses this share of the distance that grows between the sides."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What the news says, in log-odds.

    Attributes:
        injury_home, injury_away: at most 0 each.
        sentiment_home, sentiment_away: how the mood moves each side.
        tactical, motivation: above 0 for the home side.
        home, away: what all of it together would add to the log-odds of each.
        sources: ids of the articles, as the model knew them.
    """

    injury_home: float
    injury_away: float
    sentiment_home: float
    sentiment_away: float
    tactical: float
    motivation: float
    home: float
    away: float
    sources: tuple[str, ...]


def compute_adjustment(signals: Iterable[Signal]) -> Adjustment | None:
    """What signals add up to; None without any that counts."""
    counted = [signal for signal in signals if signal.confidence >= MIN_CONFIDENCE and signal.strength > 0]
    if not counted:
        return None

    def total(kind: str, side: str) -> float:
        return sum(
            (-1 if of.worse else 1) * of.strength * of.confidence
            for of in counted
            if (of.kind, of.side) == (kind, side)
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
        injury_home, injury_away, sentiment_home, sentiment_away, tactical, motivation, home * scale, away * scale, sources
    )


def apply_adjustment(probabilities: tuple[float, float, float], adjustment: Adjustment) -> tuple[float, float, float]:
    """What home win, draw and away win would be if it were applied; each lies above 0, below 1."""
    shifts = (adjustment.home, -DRAW_SHARE * abs(adjustment.home - adjustment.away), adjustment.away)
    moved = [1 / (1 + exp(-(log(p / (1 - p)) + shift))) for p, shift in zip(probabilities, shifts, strict=True)]
    home, draw, away = (share / sum(moved) for share in moved)
    return home, draw, away


def _clip(value: float, bound: float) -> float:
    return min(max(value, -bound), bound)
