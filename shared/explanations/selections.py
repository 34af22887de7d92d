"""A bet in words: its side and line, and when some of its stake is refunded."""

from dataclasses import dataclass
from datetime import datetime

from shared.explanations.translations import Language, format_percent, translate


@dataclass(frozen=True, slots=True)
class PickFacts:
    """A pick."""

    market: str  # `h2h`, `totals` or `handicap`
    outcome: str  # `home`, `draw`, `away`, `over` or `under`
    line: float  # goals, or the handicap of the selected side; 0 for h2h
    lost: float  # probability that the stake is lost
    refunded: float  # probability that the stake, or half of it, is refunded
    price: float  # decimal odds
    price_taken_at: datetime
    value: float  # expected profit per unit staked
    unlicensed: bool = False  # whether no bookmaker with this price is licensed in France


def describe_selection(pick: PickFacts, home: str, away: str, language: Language) -> str:
    """The selection, such as `PSG -0.75 (Asian handicap)`."""
    if pick.market == "totals":
        return translate(f"selection_{pick.outcome}", language, goals=_format_line(pick.line, language))
    if pick.outcome == "draw":
        return translate("draw", language)
    team = home if pick.outcome == "home" else away
    if pick.market == "h2h":
        return translate("home_win", language, team=team)
    line = _format_line(pick.line, language)
    return translate("selection_handicap", language, team=team, line=f"+{line}" if pick.line > 0 else line)


def describe_refund(pick: PickFacts, home: str, away: str, language: Language) -> str | None:
    """The only result that refunds the stake, or half of it, with its probability; None on half lines and in h2h.

    On a whole line it is the line itself, on a quarter line the nearest whole number: at -0.75 a lead of one.
    """
    if pick.market == "h2h" or abs(pick.line) % 1 == 0.5:
        return None
    if pick.market == "totals":
        goals = round(pick.line)
        beyond = goals - pick.line if pick.outcome == "over" else pick.line - goals
        when = translate("refund_goals", language, goals=goals)
    else:
        lead = round(-pick.line)
        beyond = lead + pick.line
        team = home if pick.outcome == "home" else away
        key = "refund_lead" if lead > 0 else "refund_deficit" if lead < 0 else "refund_draw"
        when = translate(key, language, team=team, goals=abs(lead))
    result = "half_won" if beyond > 0 else "half_lost" if beyond < 0 else "push"
    return translate(f"refund_{result}", language, when=when, chance=format_percent(pick.refunded, language))


def _format_line(line: float, language: Language) -> str:
    text = f"{line:g}"
    return text.replace(".", ",") if language is Language.FR else text
