"""The report of a backtest as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.training import market_bets, result_scores
from models.training.report import ALL, NAMES
from shared.football.competition import COMPETITIONS


def render(evidence: Mapping[str, Any]) -> str:
    """Renders a report in 100 columns; of figures that could not be computed, which."""
    parts = _against_closing(evidence) if "rows" in evidence else []
    if "without_closing" in evidence:
        parts.append(result_scores.render(evidence["without_closing"]))
    if unscored := evidence.get("unscored"):
        names = ", ".join(COMPETITIONS[code].name for code in unscored)
        parts.append(f"not scored, as the files have no opening prices of these seasons: {names}")
    goals = [*evidence.get("goals", []), *evidence.get("speed", {}).get("goals", [])]
    return "\n\n".join([*parts, _goal_lines(goals)])


def _against_closing(evidence: Mapping[str, Any]) -> list[str]:
    rows = {(row["season"], row["league"], row["forecast"]): row for row in evidence["rows"]}
    seasons = list(dict.fromkeys(season for season, _, _ in rows))
    leagues = list(dict.fromkeys(league for _, league, _ in rows))
    return [
        _table([rows[ALL, ALL, name] for name in NAMES]),
        _matrix("RPS above closing, by season", seasons, [[rows.get((s, ALL, n)) for s in seasons] for n in NAMES]),
        _matrix("RPS above closing, by league", leagues, [[rows.get((ALL, c, n)) for c in leagues] for n in NAMES]),
        _betting(evidence),
    ]


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    first = (
        f"{rows[0]['n']} matches, all forecast by every one; RPS above closing and distance to closing,"
        "\nin hundred-thousandths, with their 95 % intervals"
    )
    head = f"{'forecast':<24}{'RPS':>8}{'log loss':>10}{'Brier':>9}{'ECE':>8}   {'above closing':<18}distance"
    lines = [
        f"{row['forecast']:<24}{row['rps']:8.5f}{row['log_loss']:10.5f}{row['brier']:9.5f}{row['ece']:8.4f}   "
        + f"{_hundred_thousandths(row['gap_rps'], row['gap_low'], row['gap_high']):<18}"
        + _hundred_thousandths(row["distance"], row["distance_low"], row["distance_high"], ".1f")
        for row in rows
    ]
    return "\n".join([first, head, *lines])


def _hundred_thousandths(value: float, low: float, high: float, form: str = ".0f") -> str:
    return f"{value * 1e5:{form}} [{low * 1e5:{form}}, {high * 1e5:{form}}]"


def _matrix(title: str, columns: Sequence[str], table: Sequence[Sequence[Mapping[str, Any] | None]]) -> str:
    width = max(6, min(10, 76 // len(columns)))
    head = f"{title:<24}" if len(title) < 24 else f"{title}\n{'':<24}"
    lines = [head + "".join(f"{column:>{width}}" for column in columns)]
    for name, row in zip(NAMES, table, strict=True):
        # In ten-thousandths, so that ten seasons fit into a line.
        lines.append(
            f"{name:<24}" + "".join(f"{cell['gap_rps'] * 1e4:{width}.1f}" if cell else " " * width for cell in row)
        )
    return "\n".join(lines) + "\n(in ten-thousandths)"


def _betting(evidence: Mapping[str, Any]) -> str:
    totals, floor = evidence["totals"], evidence["ece_noise_floor"]
    lines = [
        f"over/under 2.5, log loss (n = {totals['n']}):",
        "  " + ", ".join(f"{name} {value:.4f}" for name, value in totals["log_loss"].items()),
        f"calibration error of the closing line by luck alone: mean {floor['mean']:.4f}, 95 % {floor['95%']:.4f}",
        "one forecast less another, in hundred-thousandths:",
        *(
            f"  {name.replace('_minus_', ' − '):<32}"
            + ", ".join(
                f"{label} {_hundred_thousandths(pair[key]['value'], pair[key]['low'], pair[key]['high'], '+.1f')}"
                for key, label in (("rps", "RPS"), ("distance", "distance"))
            )
            for name, pair in evidence["paired"].items()
        ),
        "one unit at the best price (a price on paper: limits and stale quotes are not in it):",
    ]
    for name, bets in evidence["picks"].items():
        if not bets["n"]:
            lines.append(f"  {name:<10} no bet")
            continue
        clv, profit = bets["clv"], bets["profit"]
        lines.append(
            f"  {name:<10}{bets['n']:>6} bets, price {bets['mean_price']:.2f}, closing-line value {clv['mean']:+.1%}"
            f" [{clv['low']:+.1%}, {clv['high']:+.1%}],\n{'':<18}{bets['beat_close']:.0%} beat the close,"
            f" profit {profit['mean']:+.1%} [{profit['low']:+.1%}, {profit['high']:+.1%}]"
        )
    lines += market_bets.render(evidence["picks_by_price"])
    if growth := (bankroll := evidence["bankroll"])["log_growth_a_day"]:
        lines.append(
            f"a bankroll staked by the policy on anchored's picks of 1X2 alone, {bankroll['picks']} on"
            f" {bankroll['days']} days: {bankroll['times']:.2f} times,\n  growth a day {growth['mean']:+.3%}"
            f" [{growth['low']:+.3%}, {growth['high']:+.3%}] (also on paper)"
        )
    return "\n".join(lines)


def _goal_lines(goals: Sequence[Mapping[str, Any]]) -> str:
    lines = ["goals"]
    for goal in goals:
        limit = f"≤ {goal['at_most']:.4g}" if "at_most" in goal else f"≥ {goal['at_least']:.4g}"
        value = "unknown" if goal["value"] is None else f"{goal['value']:.4g}"
        verdict = "suspicious" if goal["suspicious"] else "reached" if goal["reached"] else "not reached"
        lines.append(f"  {goal['goal']:<10}{goal['figure']:<50}{value:>11} {limit:<11} {verdict}")
    return "\n".join(lines)
