import numpy as np

from shared.forecasting.features import COLUMNS as OUTCOME_COLUMNS
from shared.forecasting.features import DECIMALS
from shared.forecasting.line_movement_features import COLUMNS, Lines, line_features

MATCHES = 6
PLACE = {name: place for place, name in enumerate(COLUMNS)}
CHANCE = np.random.default_rng(3)
LINES = Lines(
    goals=CHANCE.normal(0.2, 0.3, (MATCHES, 3)),
    pinnacle=CHANCE.normal(0.2, 0.3, (MATCHES, 2)),
    bet365=CHANCE.normal(0.2, 0.3, (MATCHES, 2)),
    best=CHANCE.normal(0, 0.03, (MATCHES, 3)),
    best_overround=CHANCE.normal(0, 0.01, MATCHES),
)
EXPECTED = CHANCE.normal(0.2, 0.3, (MATCHES, 2))
OUTCOME_ROWS = CHANCE.normal(0, 1, (MATCHES, 2, len(OUTCOME_COLUMNS)))
WEEKDAY = np.arange(MATCHES, dtype=float)
ROWS = line_features(LINES, EXPECTED, OUTCOME_ROWS, WEEKDAY)


def test_a_row_has_every_column_once():
    assert ROWS.shape == (MATCHES, 2, len(COLUMNS))
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert np.isfinite(ROWS).all()


def test_the_home_side_s_row_by_name():
    row = {name: ROWS[:, 0, place] for name, place in PLACE.items()}
    line = LINES.goals
    for name, values in {
        "line_for": line[:, 0],
        "line_against": line[:, 1],
        "expected_for": EXPECTED[:, 0] - line[:, 0],
        "expected_against": EXPECTED[:, 1] - line[:, 1],
        "pinnacle_for": LINES.pinnacle[:, 0] - line[:, 0],
        "bet365_against": LINES.bet365[:, 1] - line[:, 1],
        "best_price_for": LINES.best[:, 0],
        "best_price_draw": LINES.best[:, 1],
        "best_price_against": LINES.best[:, 2],
        "best_overround": LINES.best_overround,
        "rho": line[:, 2],
        "weekday": WEEKDAY,
    }.items():
        assert (row[name] == values.round(DECIMALS)).all(), name
    for name in {*COLUMNS} & {*OUTCOME_COLUMNS}:
        assert (row[name] == OUTCOME_ROWS[:, 0, OUTCOME_COLUMNS.index(name)].round(DECIMALS)).all(), name
    assert {"at_home", "market_variance", "days_rested_for", "off_title_against", "drift_for"} <= set(COLUMNS)


def test_the_away_side_sees_the_same_match_turned_round():
    turned = Lines(
        goals=LINES.goals[:, [1, 0, 2]],
        pinnacle=LINES.pinnacle[:, ::-1],
        bet365=LINES.bet365[:, ::-1],
        best=LINES.best[:, ::-1],
        best_overround=LINES.best_overround,
    )
    other = line_features(turned, EXPECTED[:, ::-1], OUTCOME_ROWS[:, ::-1], WEEKDAY)
    assert (other == ROWS[:, ::-1]).all()
    assert (other != ROWS).any()


def test_a_bookmaker_without_prices_counts_as_agreeing_with_the_market():
    silent = LINES._replace(pinnacle=np.full((MATCHES, 2), np.nan))
    agreeing = LINES._replace(pinnacle=LINES.goals[:, :2])
    rows = line_features(silent, EXPECTED, OUTCOME_ROWS, WEEKDAY)
    assert (rows == line_features(agreeing, EXPECTED, OUTCOME_ROWS, WEEKDAY)).all()
    assert (rows[:, :, [PLACE["pinnacle_for"], PLACE["pinnacle_against"]]] == 0).all()
    assert (rows != ROWS).any()
