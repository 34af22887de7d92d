"""What the news would change: the former product's bounds, and half a unit of log-odds in all."""

from itertools import product
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.explanations.adjustments import MAX_PER_SIDE, MAX_TOTAL, Adjustment, apply_adjustment, compute_adjustment
from shared.explanations.output_validation import Signal

KINDS = ("injury", "sentiment", "tactical", "motivation")
SIGNALS = st.lists(
    st.builds(
        Signal,
        source=st.sampled_from(["n1", "n2"]),
        side=st.sampled_from(["home", "away"]),
        kind=st.sampled_from(KINDS),
        worse=st.booleans(),
        strength=st.floats(0, 1),
        confidence=st.floats(0, 1),
    ),
    max_size=12,
)


def signal(
    kind: str, side: str = "home", *, worse: bool = True, strength: float = 1.0, confidence: float = 1.0
) -> Signal:
    return Signal("n1", side, kind, worse, strength, confidence)


def test_without_a_signal_that_counts_there_is_none() -> None:
    assert compute_adjustment([]) is None
    assert compute_adjustment([signal("injury", confidence=0.39)]) is None
    assert compute_adjustment([signal("injury", strength=0)]) is None


def test_an_absence_costs_its_side_a_fifth_and_three_cost_no_more_than_0_3() -> None:
    """former-system 6.4: max(-0.3, -0.2 times the sum of impact and confidence)."""
    one = compute_adjustment([signal("injury", strength=0.8, confidence=0.5)])
    many = compute_adjustment([signal("injury")] * 3)
    assert one is not None
    assert many is not None
    assert (one.injury_home, one.injury_away) == (pytest.approx(-0.08), 0)
    assert (one.home, one.away) == (pytest.approx(-0.08), pytest.approx(0.08))
    assert many.injury_home == -0.3
    assert (many.home, many.away) == (pytest.approx(-0.25), pytest.approx(0.25)), "half a unit in all"


def test_returning_players_add_nothing() -> None:
    adjustment = compute_adjustment([signal("injury", worse=False)])
    assert adjustment is not None
    assert adjustment.injury_home == 0


@pytest.mark.parametrize(("kind", "bound"), [("sentiment", 0.1), ("tactical", 0.05), ("motivation", 0.15)])
def test_each_signal_kind_is_capped_at_its_bound(kind: str, bound: float) -> None:
    for side, worse in product(("home", "away"), (True, False)):
        adjustment = compute_adjustment([signal(kind, side, worse=worse)] * 5)
        assert adjustment is not None
        parts = [adjustment.sentiment_home, adjustment.sentiment_away, adjustment.tactical, adjustment.motivation]
        assert max(abs(part) for part in parts) == pytest.approx(bound)


@pytest.mark.parametrize(
    ("kind", "side", "worse", "part", "expected_part", "expected_home", "expected_away"),
    [
        ("injury", "home", True, "injury_home", -0.2, -0.2, 0.2),
        ("injury", "away", True, "injury_away", -0.2, 0.2, -0.2),
        ("injury", "away", False, "injury_away", 0, 0, 0),
        ("sentiment", "home", True, "sentiment_home", -0.1, -0.1, 0),
        ("sentiment", "home", False, "sentiment_home", 0.1, 0.1, 0),
        ("sentiment", "away", True, "sentiment_away", -0.1, 0, -0.1),
        ("sentiment", "away", False, "sentiment_away", 0.1, 0, 0.1),
        ("tactical", "home", True, "tactical", -0.05, -0.05, 0.05),
        ("tactical", "home", False, "tactical", 0.05, 0.05, -0.05),
        ("tactical", "away", True, "tactical", 0.05, 0.05, -0.05),
        ("tactical", "away", False, "tactical", -0.05, -0.05, 0.05),
        ("motivation", "home", True, "motivation", -0.15, -0.15, 0.15),
        ("motivation", "home", False, "motivation", 0.15, 0.15, -0.15),
        ("motivation", "away", True, "motivation", 0.15, 0.15, -0.15),
        ("motivation", "away", False, "motivation", -0.15, -0.15, 0.15),
    ],
)
def test_each_signal_moves_each_side_its_own_way(
    kind: str, side: str, worse: bool, part: str, expected_part: float, expected_home: float, expected_away: float
) -> None:
    """What is good for the away side is bad for the home side, but for the mood, which is each side's own."""
    adjustment = compute_adjustment([signal(kind, side, worse=worse)])
    assert adjustment is not None
    names = ("injury_home", "injury_away", "sentiment_home", "sentiment_away", "tactical", "motivation")
    assert {name: getattr(adjustment, name) for name in names} == pytest.approx(
        dict.fromkeys(names, 0) | {part: expected_part}
    )
    assert (adjustment.home, adjustment.away) == pytest.approx((expected_home, expected_away))


def test_signals_of_several_kinds_add_up_by_hand() -> None:
    """Home: -0.2 for its absence, 0.1 × 0.5 for its mood; 0.15 × 0.4 for what the away side plays for."""
    adjustment = compute_adjustment(
        [
            signal("injury", "home", strength=0.5),
            signal("sentiment", "home", worse=False, confidence=0.5),
            signal("motivation", "away", worse=False, strength=0.4),
        ]
    )
    assert adjustment is not None
    assert (adjustment.injury_home, adjustment.sentiment_home, adjustment.motivation) == pytest.approx(
        (-0.1, 0.05, -0.06)
    )
    assert (adjustment.home, adjustment.away) == pytest.approx((-0.1 + 0.05 - 0.06, 0.1 + 0.06))


def test_each_side_is_capped_at_three_eighths_before_the_total_is_scaled_to_half_a_unit() -> None:
    """Home 0.3 + 0.1 + 0.05 + 0.15 = 0.6, away -0.5: both capped at 0.375, then two thirds of that."""
    adjustment = compute_adjustment(
        [signal("injury", "away")] * 2
        + [signal(kind, worse=False) for kind in ("sentiment", "tactical", "motivation")]
        + [signal("motivation", "away", worse=False, strength=1e-9)]
    )
    assert adjustment is not None
    assert (adjustment.home, adjustment.away) == pytest.approx((0.25, -0.25))
    one = compute_adjustment(
        [signal("injury", "away")] + [signal(kind, worse=False) for kind in ("sentiment", "motivation")]
    )
    assert one is not None  # 0.2 + 0.1 + 0.15 = 0.45, capped at 0.375; away -0.35
    assert (one.home, one.away) == pytest.approx((0.375 * 0.5 / 0.725, -0.35 * 0.5 / 0.725))


def test_signals_count_from_a_confidence_of_0_4() -> None:
    adjustment = compute_adjustment([signal("injury", confidence=0.4)])
    assert adjustment is not None
    assert adjustment.injury_home == pytest.approx(-0.08)


@given(SIGNALS)
def test_the_sum_of_adjustments_is_bounded(signals: list[Signal]) -> None:
    adjustment = compute_adjustment(signals)
    if adjustment is not None:
        assert abs(adjustment.home) + abs(adjustment.away) <= MAX_TOTAL + 1e-9
        assert max(abs(adjustment.home), abs(adjustment.away)) <= MAX_PER_SIDE
        assert adjustment.sources == tuple(
            sorted({each.source for each in signals if each.confidence >= 0.4 and each.strength})
        )


@given(SIGNALS, st.floats(0.02, 0.9), st.floats(0.02, 0.9))
def test_no_probability_moves_by_more_than_half_a_unit_of_log_odds(
    signals: list[Signal], one: float, two: float
) -> None:
    total = one + two + 0.2
    before = (one / total, 0.2 / total, two / total)
    adjustment = compute_adjustment(signals)
    if adjustment is not None:
        after = apply_adjustment(before, adjustment)
        assert sum(after) == pytest.approx(1)
        for p, q in zip(before, after, strict=True):
            assert abs(log(q / (1 - q)) - log(p / (1 - p))) <= MAX_TOTAL + 1e-9


def test_it_is_worked_out_as_the_former_product_did() -> None:
    """former-system 5.7, by hand: logits 0.3, -0.09 and -0.0 beside each other."""
    adjustment = Adjustment(-0.1, 0, 0, 0, 0, 0, -0.1, 0.1, ("n1",))

    def moved(p: float, by: float) -> float:
        return 1 / (1 + exp(-(log(p / (1 - p)) + by)))

    parts = [moved(0.5, -0.1), moved(0.3, -0.06), moved(0.2, 0.1)]
    assert apply_adjustment((0.5, 0.3, 0.2), adjustment) == pytest.approx([part / sum(parts) for part in parts])
