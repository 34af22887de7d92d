from dataclasses import fields, replace
from itertools import pairwise, product

import pytest

from shared.accounts.entitlements import PlanFeatures, features_of, locked_features, plan_for_pick
from shared.accounts.plans import Plan
from shared.explanations.translations import Language, translate
from tests.picks_for_everyone import entitlements_with_picks_for_everyone

NAMES = [field.name for field in fields(PlanFeatures)]


def amount(view: PlanFeatures, name: str) -> float:
    shown = getattr(view, name)
    return float("inf") if shown is None else shown


def test_every_plan_includes_the_features_of_lower_plans() -> None:
    for less, more in pairwise(Plan):
        for name in NAMES:
            assert amount(features_of(less), name) <= amount(features_of(more), name)


def test_each_plan_has_its_features() -> None:
    assert [features_of(plan).picks for plan in Plan] == [0, 3, None, None, None]
    assert [features_of(plan).factors for plan in Plan] == [2, 2, None, None, None]
    for name in ("markets", "model_details", "sources", "enrichment", "news_search"):
        assert [getattr(features_of(plan), name) for plan in Plan] == [False, False, True, True, True]
    for name in ("api_keys", "webhooks"):
        assert [getattr(features_of(plan), name) for plan in Plan] == [False, False, False, True, True]


@pytest.mark.parametrize("plan", Plan)
def test_an_opened_forecast_shows_its_markets_on_every_plan_and_nothing_else(plan: Plan) -> None:
    before, opened = features_of(plan), features_of(plan, opened=True)
    assert opened == replace(before, markets=True)


@pytest.mark.parametrize(("plan", "whole"), [("anonymous", 0), ("free", 3), ("premium", 5), ("elite", 5), ("admin", 5)])
def test_the_first_picks_of_a_day_are_shown_and_each_once_its_match_has_begun(plan: str, whole: int) -> None:
    view = features_of(Plan(plan))
    assert [view.shows_pick(rank, begun=False) for rank in range(1, 6)] == [rank <= whole for rank in range(1, 6)]
    assert all(view.shows_pick(rank, begun=True) for rank in range(1, 6))


def test_the_least_plan_that_shows_a_pick_is_known() -> None:
    assert [plan_for_pick(rank) for rank in range(1, 6)] == [Plan.FREE] * 3 + [Plan.PREMIUM] * 2


def test_locked_features_name_the_lowest_plan_that_shows_more() -> None:
    for plan, name in product(Plan, NAMES):
        locked = {item.name: item for item in locked_features(features_of(plan))}
        more = [other for other in Plan if amount(features_of(other), name) > amount(features_of(plan), name)]
        assert (name in locked) is bool(more)
        if more:
            assert locked[name].required_plan is more[0]
            assert more[0] not in (plan, Plan.ADMIN)


def test_picks_can_be_free_for_everyone_without_changing_other_features() -> None:
    turned = entitlements_with_picks_for_everyone()
    for plan in Plan:
        view = turned.features_of(plan)
        assert all(view.shows_pick(rank, begun=False) for rank in range(1, 6))
        assert "picks" not in {item.name for item in turned.locked_features(view)}
        others = [name for name in NAMES if name != "picks"]
        assert [getattr(view, name) for name in others] == [getattr(features_of(plan), name) for name in others]
    assert turned.plan_for_pick(5) is Plan.ANONYMOUS


@pytest.mark.parametrize("language", Language)
def test_every_hidden_thing_has_its_own_text(language: Language) -> None:
    keys = {item.text_key for plan in Plan for item in locked_features(features_of(plan))}
    assert len({translate(key, language) for key in keys}) == len(keys) == len(NAMES) + 1
    assert locked_features(features_of(Plan.ELITE)) == locked_features(features_of(Plan.ADMIN)) == ()
