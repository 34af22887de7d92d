"""An explanation gives the numbers that it was given, all of them and no other (assurance N4, I3)."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.writing.catalogue import Language
from shared.writing.template import Explanation, Facts, explain

FR, EN = Language.FR, Language.EN
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

FORECAST = Facts(
    home="Lens",
    away="Lille",
    probabilities=(0.46, 0.27, 0.27),
    by_ratings=(0.44, 0.26, 0.30),
    basis="prices",
    goal_rates=(1.62, 1.14),
    over_25=0.53,
    both_score=0.57,
    outcome="home_win",
)
PICK = replace(FORECAST, price=2.31, price_taken_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC), value=0.0626)


def whole(said: Explanation) -> str:
    return " ".join([said.text, *said.key_factors, *said.risk_factors])


def test_a_pick_in_french():
    assert explain(PICK, FR) == Explanation(
        text=(
            "Lens – Lille : Lens 46 %, nul 27 %, Lille 27 %. Buts attendus : Lens 1,6, Lille 1,1. "
            "Ces probabilités partent des cotes du match, marge des bookmakers retirée. "
            "À la cote de 2,31, « victoire de Lens » a une espérance de 6,3 % par euro misé, avant tout aléa."
        ),
        key_factors=(
            "D'après les seuls résultats passés : Lens 44 %, nul 26 %, Lille 30 %",
            "Plus de 2,5 buts : 53 %",
            "Les deux équipes marquent : 57 %",
        ),
        risk_factors=(
            "Cette issue n'arrive pas dans 54 % des cas.",
            "La cote a été relevée le 25/10/2026 à 02:30 (heure de Paris) ; elle a pu changer depuis.",
        ),
    )


def test_a_forecast_without_prices_in_english():
    said = explain(replace(FORECAST, basis="ratings", by_ratings=None, outcome="away_win"), EN)
    assert said == Explanation(
        text=(
            "Lens v Lille: Lens 46%, draw 27%, Lille 27%. Expected goals: Lens 1.6, Lille 1.1. "
            "No price being known, these probabilities come from past results alone: they are less certain."
        ),
        key_factors=("More than 2.5 goals: 53%", "Both teams score: 57%"),
        risk_factors=("This outcome fails to happen in 73% of cases.",),
    )


@pytest.mark.parametrize(
    ("outcome", "named", "miss"),
    [("home_win", '"Lens to win"', "54%"), ("draw", '"draw"', "73%"), ("away_win", '"Lille to win"', "73%")],
)
def test_the_outcome_that_was_picked_is_the_one_that_may_fail(outcome: str, named: str, miss: str):
    said = explain(replace(PICK, outcome=outcome), EN)
    assert named in said.text
    assert f"in {miss} of cases" in said.risk_factors[0]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_i3_the_time_of_a_price_is_that_of_paris(zone: str, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        said = explain(PICK, FR)
    time.tzset()
    assert "25/10/2026 à 02:30 (heure de Paris)" in said.risk_factors[1]


@pytest.mark.parametrize("missing", ["price", "price_taken_at", "value"])
def test_a_price_of_which_something_is_unknown_is_not_spoken_of(missing: str):
    assert explain(replace(PICK, **{missing: None}), FR) == explain(FORECAST, FR)


SHARES = st.floats(0, 1)
THREE = st.tuples(SHARES, SHARES, SHARES)
NAMES = st.text("abcdéè{}-'", min_size=1, max_size=10)
FACTS = st.builds(
    Facts,
    home=NAMES,
    away=NAMES,
    probabilities=THREE,
    by_ratings=st.none() | THREE,
    basis=st.sampled_from(["prices", "ratings"]),
    goal_rates=st.tuples(st.floats(0.05, 8), st.floats(0.05, 8)),
    over_25=SHARES,
    both_score=SHARES,
    outcome=st.sampled_from(["home_win", "draw", "away_win"]),
    price=st.none() | st.floats(1.01, 10),
    price_taken_at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    value=st.floats(0, 0.2),
)


@given(FACTS, st.sampled_from(Language))
def test_n4_every_number_of_the_facts_is_told_and_no_other(facts: Facts, language: Language):
    chance = facts.probabilities[("home_win", "draw", "away_win").index(facts.outcome)]
    shares = [*facts.probabilities, *(facts.by_ratings or ()), facts.over_25, facts.both_score, 1 - chance]
    given_numbers = [f"{share * 100:.0f}" for share in shares] + [f"{rate:.1f}" for rate in facts.goal_rates] + ["2.5"]
    said = whole(explain(facts, language))
    if facts.price is not None and facts.value is not None:
        given_numbers += [f"{facts.price:.2f}", f"{facts.value * 100:.1f}"]
        said, moment = re.subn(r"\d\d/\d\d/\d{4} (à|at) \d\d:\d\d", "", said)
        assert moment == 1
    assert sorted(found.replace(",", ".") for found in NUMBER.findall(said)) == sorted(given_numbers)
    assert facts.home in said
    assert facts.away in said
