"""The model card: description, training data, accuracy and limits of the served model.

Mitchell, M. et al. (2019), Model Cards for Model Reporting, FAT* 2019, 220-229.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from models.training.market_bets import MIN_BETS, markdown
from models.training.report import ALL
from shared.football.competition import COMPETITIONS

_TEXT = """\
# {name}

Two sets of gradient-boosted trees that together say how many goals each side of a football match is to be expected to
score. Every probability that is shown (home, draw, away, totals, both score, exact scores) follows from those two rates
through one score grid (Dixon and Coles 1997).

| file | what it says | trained on |
|---|---|---|
| `past_lines.onnx` | log goal rates of either side before the match's day; no price of it | {rows_past_lines:,} rows |
| `line_move.onnx` | how far the rates that today's prices imply will have moved by kick-off | {rows_line_move:,} rows |

A forecast of a match with prices starts from those prices and adds the expected move (`anchored`); without prices it is
`past_lines` alone, which is the mean of two forecasts: trees on every column, and one column, the joint rating of all
clubs of a nation by closing prices, plus trees on what it lacks. Both are corrected for calibration by what earlier
seasons showed: {tempers}.

## Data

- Matches of the first divisions of England, Spain, Germany, Italy and France, seasons {first} to {last},
  {matches:,} in all; with the second divisions and earlier seasons the ratings saw {seen:,}. Nothing after {last_day}
  was seen.
- Results, shots and bookmakers' prices: [football-data.co.uk](https://football-data.co.uk), free of charge with
  attribution; no formal licence is stated, and the files themselves are not passed on here.
- Targets are the goal rates that *closing* prices implied (margin removed by Shin's model), not the goals that fell:
  less noise, the same meaning. A match's own closing price is never an input.
- Kept out: line-ups, injuries, weather, news; anything about persons.

## How it was trained

XGBoost regression on squared error, seed {seed}, one thread, inputs rounded to five decimals: the same bytes each time,
with these versions on any x86-64 machine; ONNX opset {opset}.
ONNX and XGBoost differ by at most so much on any training row: {parity}. Settings were chosen on seasons up to
2022-23; ratings, trees and corrections of a season were always made from earlier seasons only. Versions: {versions}.

## How good it was

Each season forecast by models trained before it. RPS is halved as in the Soccer Prediction Challenges; smaller is
better. "Above closing" is what it has beyond that of the closing line of the same matches (the market's average, before
2019-20 Pinnacle's): a season's own RPS says more of the season than of the model. "Distance" is what it would have
beyond it if the closing line were correct; it does not depend on results. Seasons after 2022-23, where there are any,
were scored once and nothing was chosen by them.

### By season, the five leagues that the trees were trained on

{by_season}

### By league, all these seasons

Every league is forecast by the same trees, from ratings of its own nation. A league has picks only if
`anchored` is at most {max_gap_prices:.4f} above closing; forecasts from ratings alone are marked if `past_lines` is
more than {max_gap_ratings:.4f} above it. Where the files have no closing prices, figures are above opening prices,
which says less: such a league counts as not measured, its forecasts say so, and it has no picks.

{by_league}

Matches of the Champions League between clubs of two nations are not forecast: they show the bookmakers' consensus, are
labelled so, and make no pick. Two clubs of one nation are forecast as in its league, which is not measured yet either.

### Bets by price and market, {bets_first} to {bets_last}

One unit on the selection of highest value of each match (2 to 20 %, odds up to 10), in one market or in all together.
The closing-line value is measured against the closing prices of that market without their margin; brackets are 95 %
intervals. Fewer than {min_bets} bets give no estimate.

{bets}

The best price of many bookmakers is a price on paper. No file has the prices of an operator that is licensed in France:
bet365 and bwin stand in for one. So few of their prices are worth it that nothing can be said of profit.

Calibration errors (ECE, ten bins of equal mass over the three outcomes) of one season cannot fall below about 0.014
other than by luck.

## What it is for

Telling readers how likely each result of a match is, as exactly as the data allow, and publishing how that went
afterwards. The closing line is the ceiling to be measured against, not a rival to be beaten.

## What it must not be used for

- As a promise of gain. In France a claim that a product raises anyone's chance of winning at games of chance is
  deemed misleading (code de la consommation, article L121-4, 15°). No probability made here does, and no text made from
  these figures may say so.
- To bet against the market: without a match's own prices the model finds "value" where the price knows more.
- For other competitions, friendly matches, youth or women's football: none was seen.
- For persons under 18, or to choose whom to offer a bet.

## Limits

- Clubs that come up from below the second division start at an average with a wide spread.
- The prices of the days before are Friday's or Tuesday's afternoon; the best one of many is a price on paper.
- Squads that change in January or lose players to injury are seen only through prices and results, too late.
"""


def card(metadata: Mapping[str, Any]) -> str:
    """Renders the card of a model from its metadata."""
    scores, picks = metadata["scores"], metadata["picks_by_price"]
    by_season = [row for row in scores if row["league"] == ALL]
    return _TEXT.format(
        name=metadata["name"],
        rows_past_lines=metadata["rows"]["past_lines"],
        rows_line_move=metadata["rows"]["line_move"],
        tempers="; ".join(
            f"`{name}` spread × {temper['stretch']:.2f}, rho {temper['rho_shift']:+.2f}"
            for name, temper in metadata["tempers"].items()
        ),
        first=_season_name(metadata["seasons"][0]),
        last=_season_name(metadata["seasons"][-1]),
        matches=metadata["matches"],
        seen=metadata["matches_seen_by_ratings"],
        last_day=metadata["last_day"],
        seed=metadata["seed"],
        opset=metadata["opset"],
        parity=", ".join(f"{name} {value:.1e}" for name, value in metadata["parity"].items()),
        versions=", ".join(f"{package} {scores}" for package, scores in metadata["versions"].items()),
        bets_first=_season_name(picks["seasons"][0]),
        bets_last=_season_name(picks["seasons"][-1]),
        min_bets=MIN_BETS,
        bets=markdown(picks["bets"]),
        by_season=_table("season", [{**row, "label": _season_name(row["season"])} for row in by_season]),
        by_league=_leagues(metadata["leagues"], metadata["gap_bounds"]),
        max_gap_prices=metadata["gap_bounds"]["prices"],
        max_gap_ratings=metadata["gap_bounds"]["ratings"],
    )


def _leagues(leagues: Mapping[str, Mapping[str, Any]], bounds: Mapping[str, float]) -> str:
    """A table of all leagues, in the order of the competitions."""
    lines = [
        "| league | matches | above | its RPS | past_lines [95 %] | distance | anchored [95 %] | distance | picks |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for code in (code for code in COMPETITIONS if code in leagues):
        row = leagues[code]
        figures = [
            f"{of['gap']:+.5f} [{of['low']:+.5f}, {of['high']:+.5f}] | {of['distance']:.5f}"
            for of in (row["ratings"], row["prices"])
        ]
        picks = row["reference"] == "closing" and row["prices"]["gap"] <= bounds["prices"]
        cells = [COMPETITIONS[code].name, str(row["n"]), row["reference"], f"{row['rps']:.5f}", *figures]
        lines.append(f"| {' | '.join(cells)} | {'yes' if picks else 'no'} |")
    return "\n".join(lines)


def _table(head: str, rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"| {head} | matches | closing RPS | past_lines RPS | above closing | distance |"
        " anchored RPS | above closing | distance |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for label in dict.fromkeys(row["label"] for row in rows):
        by_forecast = {row["forecast"]: row for row in rows if row["label"] == label}
        closing = by_forecast["closing"]["rps"]
        cells = [
            f"{row['rps']:.5f} | {row['rps'] - closing:+.5f} | {row['distance']:.5f}"
            for row in (by_forecast["past_lines"], by_forecast["anchored"])
        ]
        lines.append(f"| {label} | {by_forecast['closing']['n']} | {closing:.5f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _season_name(label: str) -> str:
    century = 19 if label >= "9300" else 20
    return f"{century}{label[:2]}-{label[2:]}"
