"""What each plan sees, in one place; docs/decisions/what-each-plan-sees.md says why.

For everybody, and therefore in no view: fixtures, standings, scores, who wins each match and with what probability, and
the record, which a pick is part of once its match has begun.
"""

from dataclasses import dataclass, fields, replace
from math import inf

from shared.accounts.plans import Plan


@dataclass(frozen=True, slots=True)
class View:
    """What somebody sees.

    Attributes:
        picks: how many of a day's picks before their matches begin, by rank; None for all. Of the others only the
            match, its kick-off and the rank are shown.
        factors: how many reasons of a forecast; None for all.
        markets: what else the score grid says: goals, handicaps, scores.
        model_details: what each source of a forecast says by itself.
        sources: the news that an explanation rests on.
        enrichment: weather, rest and the other circumstances of a match.
        news_search: the search in the news.
        forecast_history: the earlier versions of a forecast.
        api_keys: keys for programs.
        webhooks: being told by us without asking.
    """

    picks: int | None
    factors: int | None
    markets: bool
    model_details: bool
    sources: bool
    enrichment: bool
    news_search: bool
    forecast_history: bool
    api_keys: bool
    webhooks: bool

    def shows_pick(self, rank: int, *, begun: bool) -> bool:
        """Whether a pick is shown whole: bet, price and probability. `begun`: its match has kicked off."""
        return begun or self.picks is None or rank <= self.picks


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a view does not show.

    Attributes:
        what: the attribute of the view.
        needs: the least plan that shows it, or more of it.
        why: key of the text that says so.
    """

    what: str
    needs: Plan
    why: str


PICKS: dict[Plan, int | None] = dict(zip(Plan, (0, 3, None, None, None), strict=True))
"""How many of a day's picks each plan shows, from the least plan to the most; None for all.

`dict.fromkeys(Plan)` in its place shows all to everyone: the switch of docs/deployment.md, "Before you open".
"""

_ANONYMOUS = View(
    picks=PICKS[Plan.ANONYMOUS],
    factors=2,
    markets=False,
    model_details=False,
    sources=False,
    enrichment=False,
    news_search=False,
    forecast_history=False,
    api_keys=False,
    webhooks=False,
)
_PREMIUM = replace(
    _ANONYMOUS,
    factors=None,
    markets=True,
    model_details=True,
    sources=True,
    enrichment=True,
    news_search=True,
    forecast_history=True,
)
_ELITE = replace(_PREMIUM, api_keys=True, webhooks=True)
_VIEWS = {
    plan: replace(view, picks=PICKS[plan])
    for plan, view in {
        Plan.ANONYMOUS: _ANONYMOUS,
        Plan.FREE: _ANONYMOUS,
        Plan.PREMIUM: _PREMIUM,
        Plan.ELITE: _ELITE,
        Plan.ADMIN: _ELITE,
    }.items()
}


def view_of(plan: Plan) -> View:
    """What a plan sees."""
    return _VIEWS[plan]


def plan_for_pick(rank: int) -> Plan:
    """The least plan that shows a pick whole before its match begins."""
    return next(plan for plan, view in _VIEWS.items() if view.shows_pick(rank, begun=False))


def hidden(view: View) -> tuple[Hidden, ...]:
    """What a view does not show, in the order of its attributes."""
    found: list[Hidden] = []
    for name in (field.name for field in fields(View)):
        shown = _amount(getattr(view, name))
        needs = next((plan for plan, other in _VIEWS.items() if _amount(getattr(other, name)) > shown), None)
        if needs is not None:
            found.append(Hidden(name, needs, f"{needs}_{name}"))
    return tuple(found)


def _amount(shown: int | None) -> float:
    return inf if shown is None else shown
