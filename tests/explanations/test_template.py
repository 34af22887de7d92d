"""An explanation gives the numbers that it was given, all of them and no other."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.prices import Market
from shared.betting.settlement import BetResult, settle_bet
from shared.explanations.prohibited_claims import find_claims
from shared.explanations.selections import PickFacts, describe_refund, describe_selection
from shared.explanations.template import Explanation, Factor, ForecastFacts, ReliabilityRecord, explain
from shared.explanations.translations import Language
from shared.football.match import Score
from shared.forecasting.basis import Basis

pytestmark = pytest.mark.usefixtures("machine_zone")

FR, EN = Language.FR, Language.EN
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

FORECAST = ForecastFacts(
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
HOME_WIN = PickFacts(
    market="h2h",
    outcome="home",
    line=0.0,
    lost=0.54,
    refunded=0.0,
    price=2.31,
    price_taken_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    value=0.0626,
)
PICK = replace(FORECAST, pick=HOME_WIN)
PAPER = replace(FORECAST, pick=replace(HOME_WIN, unlicensed=True))


def whole(explanation: Explanation) -> str:
    return " ".join([explanation.text, *explanation.key_factors, *explanation.risk_factors])


def test_a_pick_in_french():
    assert explain(PICK, FR) == Explanation(
        text=(
            "Lens – Lille : Lens 46 %, nul 27 %, Lille 27 %. Buts attendus : Lens 1,6, Lille 1,1. "
            "Ces probabilités partent des cotes du match, marge des bookmakers retirée. "
            "À la cote de 2,31, « Lens vainqueur » a une espérance de 6,3 % par euro misé, avant tout aléa."
        ),
        key_factors=(
            "Sans les cotes du match : Lens 44 %, nul 26 %, Lille 30 %",
            "Plus de 2,5 buts : 53 %",
            "Les deux équipes marquent : 57 %",
        ),
        risk_factors=(
            "« Lens vainqueur » n'arrive pas dans 54 % des cas.",
            "La cote a été relevée le 25/10/2026 à 02:30 (heure de Paris) ; elle a pu changer depuis.",
        ),
    )


def test_a_forecast_without_prices_in_english():
    explanation = explain(replace(FORECAST, basis="ratings", by_ratings=None, outcome="away_win"), EN)
    assert explanation == Explanation(
        text=(
            "Lens v Lille: Lens 46%, draw 27%, Lille 27%. Expected goals: Lens 1.6, Lille 1.1. "
            "No price being known, these probabilities come from the two clubs' past alone: they are less certain."
        ),
        key_factors=("More than 2.5 goals: 53%", "Both teams score: 57%"),
        risk_factors=('"Lille to win" fails to happen in 73% of cases.',),
    )


@pytest.mark.parametrize(
    ("outcome", "named", "miss"),
    [("home_win", '"Lens to win"', "54%"), ("draw", '"draw"', "73%"), ("away_win", '"Lille to win"', "73%")],
)
def test_the_outcome_that_was_picked_is_the_one_that_may_fail(outcome: str, named: str, miss: str):
    pick = replace(HOME_WIN, outcome=outcome.removesuffix("_win"))
    explanation = explain(replace(PICK, outcome=outcome, pick=pick), EN)
    assert named in explanation.text
    assert explanation.risk_factors[0] == f"{named} fails to happen in {miss} of cases."


@pytest.mark.case("I3")
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_time_of_a_price_is_that_of_paris(zone: str, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        explanation = explain(PICK, FR)
    time.tzset()
    assert "25/10/2026 à 02:30 (heure de Paris)" in explanation.risk_factors[1]


@pytest.mark.case("P9")
def test_an_unlicensed_operators_price_carries_a_warning():
    named, paper = explain(PICK, FR), explain(PAPER, FR)
    assert paper.risk_factors == (
        *named.risk_factors,
        "Cette cote est la meilleure du marché, relevée chez un opérateur que nous ne pouvons pas nommer en France : "
        "elle peut ne pas y être proposée.",
    )
    assert explain(PAPER, EN).risk_factors[-1] == (
        "This price is the market's best, from an operator that we cannot name in France: it may not be available."
    )


def test_a_probability_comes_with_its_past_record():
    past = ReliabilityRecord(
        low=0.55, high=0.6, share=0.5869, count=426, first=2012, last=2023, league="Premier League"
    )
    before, _, after = explain(PICK, FR).text.partition(" À la cote")
    assert explain(replace(PICK, past=past), FR).text == (
        f"{before} En rejouant les saisons 2012 à 2023 avec ce que l'on savait avant chaque match, 59 % des issues "
        "auxquelles nos prévisions donnaient de 55 % à 60 % sont arrivées (Premier League, n = 426)."
        f" À la cote{after}"
    )
    assert explain(replace(FORECAST, past=replace(past, league=None)), EN).text.endswith(
        "Replaying the seasons 2012 to 2023 with what was known before each match, 59% of the outcomes that our "
        "forecasts gave 55% to 60% happened (all leagues, n = 426)."
    )


MOVED = replace(
    FORECAST,
    start=(0.44, 0.28, 0.28),
    factors=(
        Factor("goals", (0.064, -0.024, -0.04)),
        Factor("prices", (-0.02, -0.01, 0.03)),
        Factor("stakes", (0.004, -0.011, 0.007)),
        Factor("rest", (-0.004, 0.004, 0.0)),
    ),
)


def test_key_factors_list_the_largest_effects_with_their_outcome():
    """Effects below half a point are left out."""
    assert explain(MOVED, FR).key_factors[:5] == (
        "Les buts marqués et encaissés : +6 points pour Lens",
        "Ce que les cotes du match disent de plus : +3 points pour Lille",
        "Le classement et ce qu'il reste à jouer : −1 point pour le nul",
        "Ces écarts partent de deux clubs moyens : domicile 44 %, nul 28 %, extérieur 28 %",
        "Sans les cotes du match : Lens 44 %, nul 26 %, Lille 30 %",
    )
    assert explain(MOVED, EN).key_factors[:4] == (
        "Goals scored and conceded: +6 points for Lens",
        "What the match's prices say beyond that: +3 points for Lille",
        "The table and what is left to play for: −1 point for the draw",
        "These changes start from two average clubs: home 44%, draw 28%, away 28%",
    )


@pytest.mark.case("M5")
def test_the_consensus_of_the_bookmakers_is_called_so_and_no_forecast_of_ours():
    explanation = explain(replace(FORECAST, basis="consensus", by_ratings=None), FR)
    assert "le consensus des bookmakers, marge retirée, et non une prévision de notre modèle" in explanation.text
    assert "no forecast of our model" in explain(replace(FORECAST, basis="consensus", by_ratings=None), EN).text
    assert explanation.key_factors == ("Plus de 2,5 buts : 53 %", "Les deux équipes marquent : 57 %")


@pytest.mark.case("K4")
@pytest.mark.parametrize(
    ("basis", "language", "sentences"),
    [
        (
            "prices",
            FR,
            ("Lille est presque inconnu de nos données : la prévision ne tient guère qu'aux cotes du match.",),
        ),
        (
            "ratings",
            FR,
            (
                "Lille est presque inconnu de nos données et compte comme un club moyen de sa division : la prévision "
                "est nettement moins sûre.",
                "Sans cotes, la marge est large : 95 fois sur 100, le marché placerait Lens entre 30 % et 58 %, "
                "le nul entre 21 % et 31 %, Lille entre 18 % et 42 %.",
            ),
        ),
        (
            "ratings",
            EN,
            (
                "Lille is almost unknown to our data and counts as an average club of its division: the forecast is "
                "much less certain.",
                "Without prices the margin is wide: 95 times in 100 the market would put Lens between 30% and 58%, the "
                "draw between 21% and 31%, Lille between 18% and 42%.",
            ),
        ),
    ],
)
def test_a_newcomer_is_named_among_the_risks(basis: str, language: Language, sentences: tuple[str, ...]):
    bounds = ((0.30, 0.58), (0.21, 0.31), (0.18, 0.42))
    explanation = explain(replace(FORECAST, basis=basis, newcomers=("Lille",), ratings_bounds=bounds), language)
    assert explanation.risk_factors[1:] == sentences


def on_line(market: str, outcome: str, line: float, lost: float, refunded: float) -> ForecastFacts:
    pick = replace(HOME_WIN, market=market, outcome=outcome, line=line, lost=lost, refunded=refunded)
    return replace(FORECAST, pick=pick)


@pytest.mark.case("J14")
def test_a_handicap_pick_explains_the_split_of_the_stake():
    """Lens -0.75 is half on -0.5 and half on -1: a lead of one wins the one and refunds the other."""
    french, english = (explain(on_line("handicap", "home", -0.75, 0.54, 0.22), language) for language in (FR, EN))
    assert french.text.endswith(
        "À la cote de 2,31, « Lens -0,75 (handicap asiatique) » a une espérance de 6,3 % par euro misé, "
        "avant tout aléa."
    )
    assert french.risk_factors == (
        "« Lens vainqueur » n'arrive pas dans 54 % des cas.",
        "« Lens -0,75 (handicap asiatique) » est perdu dans 54 % des cas.",
        "Moitié de la mise gagnée, moitié remboursée si Lens gagne avec 1 d'écart (22 % des cas).",
        "La cote a été relevée le 25/10/2026 à 02:30 (heure de Paris) ; elle a pu changer depuis.",
    )
    assert english.risk_factors[1:3] == (
        '"Lens -0.75 (Asian handicap)" is lost in 54% of cases.',
        "Half of the stake wins and half is refunded if Lens win by exactly 1 (22% of cases).",
    )


PUSH = "The stake is refunded"
HALF_WON = "Half of the stake wins and half is refunded"
HALF_LOST = "Half of the stake is refunded and half is lost"


@pytest.mark.case("J14")
@pytest.mark.parametrize(
    ("market", "outcome", "line", "selection", "refund"),
    [
        ("totals", "over", 2.5, "over 2.5 goals", None),
        ("totals", "under", 3.0, "under 3 goals", f"{PUSH} if the total of goals is 3"),
        ("totals", "over", 2.25, "over 2.25 goals", f"{HALF_LOST} if the total of goals is 2"),
        ("totals", "under", 2.25, "under 2.25 goals", f"{HALF_WON} if the total of goals is 2"),
        ("totals", "over", 2.75, "over 2.75 goals", f"{HALF_WON} if the total of goals is 3"),
        ("handicap", "away", 0.5, "Lille +0.5 (Asian handicap)", None),
        ("handicap", "away", 0.0, "Lille 0 (Asian handicap)", f"{PUSH} if it is a draw"),
        ("handicap", "home", -2.0, "Lens -2 (Asian handicap)", f"{PUSH} if Lens win by exactly 2"),
        ("handicap", "away", 1.0, "Lille +1 (Asian handicap)", f"{PUSH} if Lille lose by exactly 1"),
        ("handicap", "home", -0.25, "Lens -0.25 (Asian handicap)", f"{HALF_LOST} if it is a draw"),
        ("handicap", "away", 0.25, "Lille +0.25 (Asian handicap)", f"{HALF_WON} if it is a draw"),
        ("handicap", "away", 0.75, "Lille +0.75 (Asian handicap)", f"{HALF_LOST} if Lille lose by exactly 1"),
    ],
)
def test_every_line_is_described_as_it_is_settled(
    market: str, outcome: str, line: float, selection: str, refund: str | None
):
    facts = on_line(market, outcome, line, 0.5, 0.2)
    assert facts.pick is not None
    assert describe_selection(facts.pick, "Lens", "Lille", EN) == selection
    if market == "totals":
        assert describe_selection(facts.pick, "Lens", "Lille", FR).endswith(f" {line:g} buts".replace(".", ","))
    assert describe_refund(facts.pick, "Lens", "Lille", EN) == (refund and f"{refund} (20% of cases).")
    assert refund is None or f"{refund} (20% of cases)." in explain(facts, EN).risk_factors
    by_result = {
        settle_bet(Market(market), outcome, Decimal(str(line)), Score(*score)): score
        for score in product(range(5), repeat=2)
    }
    partial = by_result.keys() - {BetResult.WON, BetResult.LOST}
    kinds = {PUSH: BetResult.PUSH, HALF_WON: BetResult.HALF_WON, HALF_LOST: BetResult.HALF_LOST}
    assert partial == {result for words, result in kinds.items() if refund and refund.startswith(words)}
    if refund:
        home, away = by_result[partial.pop()]
        lead = home - away if outcome == "home" else away - home
        assert refund.endswith((f"is {home + away}", f"by exactly {abs(lead)}", "a draw" if lead == 0 else "no draw"))


SHARES = st.floats(0, 1)
THREE = st.tuples(SHARES, SHARES, SHARES)
CHANGES = st.floats(-1, 1)
PAIRS = st.tuples(SHARES, SHARES)
NAMES = st.text("abcdéè{}-'", min_size=1, max_size=10)
FACTS = st.builds(
    ForecastFacts,
    home=NAMES,
    away=NAMES,
    probabilities=THREE,
    by_ratings=st.none() | THREE,
    basis=st.sampled_from(get_args(Basis)),
    goal_rates=st.tuples(st.floats(0.05, 8), st.floats(0.05, 8)),
    over_25=SHARES,
    both_score=SHARES,
    outcome=st.sampled_from(["home_win", "draw", "away_win"]),
    pick=st.none()
    | st.builds(
        PickFacts,
        market=st.just("h2h"),
        outcome=st.sampled_from(["home", "draw", "away"]),
        line=st.just(0.0),
        lost=SHARES,
        refunded=st.just(0.0),
        price=st.floats(1.01, 10),
        price_taken_at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
        value=st.floats(0, 0.2),
        unlicensed=st.booleans(),
    )
    | st.builds(
        PickFacts,
        market=st.just("handicap"),
        outcome=st.sampled_from(["home", "away"]),
        line=st.just(-1.25),
        lost=SHARES,
        refunded=SHARES,
        price=st.floats(1.01, 10),
        price_taken_at=st.just(HOME_WIN.price_taken_at),
        value=st.floats(0, 0.2),
    ),
    start=st.none() | THREE,
    factors=st.lists(
        st.builds(Factor, st.sampled_from(["lines", "rest", "move"]), st.tuples(CHANGES, CHANGES, CHANGES)), max_size=5
    ).map(tuple),
    ratings_bounds=st.none() | st.tuples(PAIRS, PAIRS, PAIRS),
    past=st.none()
    | st.builds(
        ReliabilityRecord,
        low=SHARES,
        high=SHARES,
        share=SHARES,
        count=st.integers(1, 20_000),
        first=st.just(2012),
        last=st.just(2023),
        league=st.none() | NAMES,
    ),
)


@pytest.mark.case("N4")
@given(FACTS, st.sampled_from(Language))
def test_an_explanation_holds_every_number_of_the_facts_and_no_other(facts: ForecastFacts, language: Language):
    chance = facts.probabilities[("home_win", "draw", "away_win").index(facts.outcome)]
    shares = [*facts.probabilities, facts.over_25, facts.both_score, 1 - chance]
    large = [factor.size for factor in facts.factors if round(factor.size * 100) > 0]
    if large:
        shares += facts.start or ()
    if facts.basis == "prices":
        shares += facts.by_ratings or ()
    expected = [f"{rate:.1f}" for rate in facts.goal_rates] + ["2.5"]
    if facts.basis == "ratings" and facts.ratings_bounds is not None:
        shares += [share for pair in facts.ratings_bounds for share in pair]
        expected += ["95", "100"]
    expected += [f"{share * 100:.0f}" for share in shares]
    expected += [f"{size * 100:.0f}" for size in large]
    if facts.past is not None:
        past = facts.past
        expected += [
            *(f"{share * 100:.0f}" for share in (past.share, past.low, past.high)),
            "2012",
            "2023",
            str(past.count),
        ]
    explanation = whole(explain(facts, language))
    if facts.pick is not None:
        expected += [f"{facts.pick.price:.2f}", f"{facts.pick.value * 100:.1f}"]
        if facts.pick.market == "handicap":  # the line in two sentences, what is lost, and a lead of one that refunds
            expected += ["1.25", "1.25", f"{facts.pick.lost * 100:.0f}", "1", f"{facts.pick.refunded * 100:.0f}"]
        explanation, moment = re.subn(r"\d\d/\d\d/\d{4} (à|at) \d\d:\d\d", "", explanation)
        assert moment == 1
    assert sorted(number.replace(",", ".") for number in NUMBER.findall(explanation)) == sorted(expected)
    assert facts.home in explanation
    assert facts.away in explanation


@pytest.mark.case("N6")
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("basis", get_args(Basis))
def test_no_explanation_makes_a_claim(language: Language, basis: str):
    past = ReliabilityRecord(0.4, 0.5, 0.44, 1234, 2018, 2024, None)
    bounds = ((0.3, 0.5), (0.2, 0.3), (0.2, 0.4))
    factors = (Factor("goals", (0.05, -0.02, -0.03)), Factor("form", (-0.01, 0.0, 0.01)))
    for facts in (FORECAST, PICK, PAPER, on_line("totals", "under", 2.25, 0.4, 0.2)):
        whole_facts = replace(
            facts, basis=basis, past=past, ratings_bounds=bounds, newcomers=("Lille",), factors=factors
        )
        assert find_claims(whole(explain(whole_facts, language))) == ()


@pytest.mark.parametrize(
    ("outcome", "miss"),
    [("draw", '"draw" fails to happen in 73%'), ("away_win", '"Lille to win" fails to happen in 73%')],
)
@pytest.mark.parametrize("language", Language)
def test_a_text_that_explains_another_outcome_than_the_pick_is_left_out(
    outcome: str, miss: str, language: Language
) -> None:
    written = Explanation("Lens is ahead.", ("The form of Lens",), ("The draw keeps its chance",))
    other = replace(PICK, outcome=outcome, pick=replace(HOME_WIN, outcome=outcome.removesuffix("_win")))
    assert explain(other, language, written) == explain(other, language)
    assert explain(other, EN, written).risk_factors[0].startswith(miss)


def test_a_text_that_was_written_stays_where_nothing_is_likelier_than_the_pick() -> None:
    written = Explanation("Both are as likely.", ("The form of Lens",), ("The draw",))
    level = replace(PICK, probabilities=(0.36, 0.28, 0.36), outcome="away_win")
    assert explain(level, EN, written).text.startswith("Both are as likely. ")


def test_a_text_that_was_written_stands_for_the_forecast_and_the_rest_is_added():
    written = Explanation("Lens is ahead.", ("The form of Lens",), ("The draw",))
    explanation, alone = explain(PICK, EN, written), explain(PICK, EN)
    assert explanation.text == "Lens is ahead. " + alone.text.partition("taken out. ")[2]
    assert explanation.key_factors == ("The form of Lens", *alone.key_factors)
    assert explanation.risk_factors == (alone.risk_factors[0], "The draw", *alone.risk_factors[1:])
