"""The features of each plan; the reasons are in docs/decisions/what-each-plan-sees.md.

Public on every plan, hence not listed: fixtures, standings, scores, the outcome probabilities of each match in every
version, and the record of picks whose match has started.
"""

from dataclasses import dataclass, fields, replace
from math import inf

from shared.accounts.plans import Plan


@dataclass(frozen=True, slots=True)
class PlanFeatures:
    """The features of a plan."""

    # How many of a day's picks are shown before kick-off, by rank; None for all. Of the others only match, kick-off and
    # rank are shown.
    picks: int | None
    factors: int | None  # how many factors of a prediction; None for all
    markets: bool  # further markets from the score grid: goals, handicaps, scores
    model_details: bool  # the prediction of each component
    sources: bool  # the news articles that an explanation cites
    enrichment: bool  # weather, rest days and other match conditions
    news_search: bool
    api_keys: bool
    webhooks: bool

    def shows_pick(self, rank: int, *, begun: bool) -> bool:
        """Whether bet, price and probability of a pick are shown. `begun`: its match has kicked off."""
        return begun or self.picks is None or rank <= self.picks


@dataclass(frozen=True, slots=True)
class LockedFeature:
    """A feature that a plan lacks."""

    name: str  # attribute of `PlanFeatures`
    required_plan: Plan  # the lowest plan that has the feature, or more of it
    text_key: str  # key of the translated explanation


PICKS: dict[Plan, int | None] = dict(zip(Plan, (0, 3, None, None, None), strict=True))
"""How many of a day's picks each plan shows; None for all.

`dict.fromkeys(Plan)` instead shows all of them on every plan (docs/operate/deployment.md, "Before you open").
"""

_ANONYMOUS = PlanFeatures(
    picks=PICKS[Plan.ANONYMOUS],
    factors=2,
    markets=False,
    model_details=False,
    sources=False,
    enrichment=False,
    news_search=False,
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
)
_ELITE = replace(_PREMIUM, api_keys=True, webhooks=True)
_FEATURES = {
    plan: replace(view, picks=PICKS[plan])
    for plan, view in {
        Plan.ANONYMOUS: _ANONYMOUS,
        Plan.FREE: _ANONYMOUS,
        Plan.PREMIUM: _PREMIUM,
        Plan.ELITE: _ELITE,
        Plan.ADMIN: _ELITE,
    }.items()
}


def features_of(plan: Plan, *, opened: bool = False) -> PlanFeatures:
    """The features of a plan.

    Args:
        plan: the plan.
        opened: whether they are about a forecast that the record has opened to everyone, with all of its markets.
    """
    features = _FEATURES[plan]
    return replace(features, markets=True) if opened else features


def plan_for_pick(rank: int) -> Plan:
    """The lowest plan that shows the pick of a rank before kick-off.

    >>> plan_for_pick(1), plan_for_pick(4)
    (<Plan.FREE: 'free'>, <Plan.PREMIUM: 'premium'>)
    """
    return next(plan for plan, view in _FEATURES.items() if view.shows_pick(rank, begun=False))


def locked_features(features: PlanFeatures) -> tuple[LockedFeature, ...]:
    """The features that a plan lacks, in the order of the attributes."""
    locked: list[LockedFeature] = []
    for name in (field.name for field in fields(PlanFeatures)):
        shown = _amount(getattr(features, name))
        needs = next((plan for plan, other in _FEATURES.items() if _amount(getattr(other, name)) > shown), None)
        if needs is not None:
            locked.append(LockedFeature(name, needs, f"{needs}_{name}"))
    return tuple(locked)


def _amount(shown: int | None) -> float:
    return inf if shown is None else shown
