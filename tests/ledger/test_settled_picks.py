"""verify.py and verify.js settle each pick again, from its own content and the result of its match."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType

from shared.ledger import entries
from shared.ledger.commitment import commitment
from tests.ledger.damages import Reading
from tests.ledger.log_folder import publish
from tests.ledger.verifiers import by_javascript, by_python

MORNING = datetime(2024, 4, 1, 3, tzinfo=UTC)
KICK_OFF = datetime(2024, 4, 1, 12, tzinfo=UTC)
EVENING = KICK_OFF + timedelta(hours=6)
SALT = bytes(32)
H2H = {"market": "h2h", "outcome": "home", "line": "0.00"}
BETS = """
home -0.25: won 1-0, half_lost 1-1, lost 0-1
away -0.25: won 0-1, half_lost 1-1, lost 1-0
home +0.25: won 1-0, half_won 1-1, lost 0-1
home -0.75: won 2-0, half_won 1-0, lost 1-1, lost 0-1
away +0.75: won 0-1, won 1-1, half_lost 1-0, lost 2-0
home -1.00: won 2-0, push 1-0, lost 1-1
away +2.00: won 1-0, push 2-0, lost 3-0
home +1.50: won 0-1, lost 0-2
over +2.25: won 2-1, half_lost 1-1, lost 1-0
under +2.25: won 1-0, half_won 1-1, lost 2-1
over +2.75: won 2-2, half_won 2-1, lost 1-1
under +2.75: won 1-1, half_lost 2-1, lost 2-2
under +5.25: half_won 3-2, lost 3-3
home: won 2-1, lost 1-1, lost 0-1
draw: won 0-0, lost 2-1, lost 1-2
away: won 0-3, lost 2-2, lost 1-0
"""
"""How a bet ends at a score, by what bookmakers publish: quarter lines as in the tables of VPTOP's "Football prediction
guide", +2 and +1.5 as in Unibet's "Asian handicap lines", -1 and under 5.25 as in Pinnacle's "What is the explanation
for Asian handicap and double totals", all read in November 2026."""
PROFITS = {"won": "0.9100", "half_won": "0.4550", "push": "0.0000", "half_lost": "-0.5000", "lost": "-1.0000"}
"""For a stake of 1 at 1.91."""
WRONG = "settles its pick otherwise than its match ended"
NEVER = "a pick of entry 2 was never settled"


def bets() -> Iterator[tuple[dict[str, str], str, str]]:
    """The content of a pick, its result and the score."""
    for line in BETS.strip().splitlines():
        bet, _, ends = line.partition(": ")
        outcome, _, handicap = bet.partition(" ")
        market = "totals" if outcome in {"over", "under"} else "handicap" if handicap else "h2h"
        for end in ends.split(", "):
            result, score = end.split(" ")
            yield {"market": market, "outcome": outcome, "line": handicap.removeprefix("+") or "0.00"}, result, score


def reading(folder: Path, content: Mapping[str, str], *after: bytes) -> Reading:
    """A log with one opened pick, entry 2, at 1.91; and what is written afterwards."""
    pick = {"rank": 1, "match": 0, "kick_off": entries.instant(KICK_OFF), "price": "1.910", **content}
    committed, fixture = commitment(SALT, pick), entries.Fixture(0, "PL", "Home", "Away", KICK_OFF, hour_known=True)
    before = [
        entries.universe(MORNING, KICK_OFF.date(), "football-data.org", [fixture]),
        entries.abstention(MORNING, 0, KICK_OFF, "club_unknown"),
        entries.picks(MORNING, KICK_OFF.date(), [committed], {}, None),
        entries.opening(KICK_OFF, 2, committed, SALT, pick),
    ]
    publish(folder, [(EVENING, [*before, *after])])
    return Reading(folder, "")


def ended(score: str | None, days: int = 0) -> bytes:
    """The result of the match, which was played so many days after the kick-off that its pick was for."""
    goals = None if score is None else (int(score[0]), int(score[2]))
    status = "finished" if score else "postponed"
    return entries.result(EVENING, 0, KICK_OFF + timedelta(days=days), status, goals)


def settled(result: str, score: str | None, profit: str) -> bytes:
    return entries.settlement(EVENING, 2, 1, result, score, Decimal(profit))


def closing(value: str, at_risk: str = "1", fair: str = "0.5") -> bytes:
    terms = {"fair_probability": Decimal(fair), "at_risk": Decimal(at_risk), "value": Decimal(value)}
    return entries.closing(EVENING, 2, 1, bookmaker="market", **terms)


def check(program: ModuleType, cases: Mapping[str, tuple[Reading, str]]) -> None:
    """Both verifiers end with this fault, or, if it is none, print this last line."""
    known = [case for case, _ in cases.values()]
    for (label, (each, expected)), theirs in zip(cases.items(), by_javascript(known), strict=True):
        ours = by_python(program.main, each)
        found = ours["wrong"] if "wrong" in ours else ours["lines"][-1]
        assert str(found).endswith(expected), label
        assert (ours.get("wrong"), ours.get("lines")) == (theirs.get("wrong"), theirs.get("lines")), label


def test_picks_end_as_in_the_tables_of_bookmakers(tmp_path: Path, program: ModuleType) -> None:
    cases: dict[str, tuple[Reading, str]] = {}
    for number, (content, result, score) in enumerate(bets()):
        for stated in {result, "won" if result != "won" else "half_won"}:
            log = reading(
                tmp_path / f"{number} {stated}", content, ended(score), settled(stated, score, PROFITS[stated])
            )
            share = f"{100 * Decimal(PROFITS[stated]):+.1f} %)"
            cases[f"{content} {score} {stated}"] = log, share if stated == result else WRONG
    check(program, cases)


def test_a_settlement_is_compared_with_the_last_result_once_three_days_have_passed(
    tmp_path: Path, program: ModuleType
) -> None:
    won, void, lost = settled("won", "2-0", "0.91"), settled("void", None, "0"), settled("lost", "0-2", "-1")
    later = [entries.picks(EVENING, KICK_OFF.date(), [], {}, "no_match") for _ in range(3)]
    stakes = "1 of 1 picks settled: profit {} %)".format
    gain, refund, loss = stakes("+0.91 stakes (+91.0"), stakes("+0.00 stakes (+0.0"), stakes("-1.00 stakes (-100.0")
    cases: dict[str, tuple[list[bytes], str]] = {
        "right": ([ended("2-0"), won, *later], gain),
        "another profit": ([ended("2-0"), settled("won", "2-0", "0.92")], WRONG),
        "another score": ([ended("2-0"), settled("won", "3-0", "0.91")], WRONG),
        "a gain without a score": ([ended("2-0"), settled("won", None, "0.91")], WRONG),
        "a gain without a result": ([won], WRONG),
        "a void that was played": ([ended("2-0"), void], WRONG),
        "not settled yet": ([ended("0-2")], "nothing to score yet"),
        "never settled": ([ended("0-2"), *later], NEVER),
        "void without a result": ([void, *later], refund),
        "postponed and void": ([ended(None), void, *later], refund),
        "postponed and not void yet": ([ended(None), *later], "nothing to score yet"),
        "played after it was void": ([ended(None), void, ended("0-2")], refund),
        "played long after it was void": ([ended(None), void, ended("0-2"), *later], WRONG),
        "corrected just now": ([ended("2-0"), won, ended("0-2")], gain),
        "corrected less than three days ago": ([ended("2-0"), won, ended("0-2"), *later[:2]], gain),
        "corrected and not settled again": ([ended("2-0"), won, ended("0-2"), *later], WRONG),
        "corrected and settled again": ([ended("2-0"), won, ended("0-2"), lost, *later], loss),
        "played two days later": ([ended("2-0", 2), won], gain),
        "void though played two days later": ([ended("2-0", 2), void], WRONG),
        "void since played four days earlier": ([ended("2-0", -4), void], refund),
        "won though played four days later": ([ended("2-0", 4), won], WRONG),
    }
    check(program, {label: (reading(tmp_path / label, H2H, *after), end) for label, (after, end) in cases.items()})


def test_a_closing_line_value_is_computed_again_and_the_first_one_counts(tmp_path: Path, program: ModuleType) -> None:
    """A price of 2.10 where the fair closing price is 2.00 is worth 5 % of what is at risk."""
    fault = "entry 4 states another closing-line value than its prices give"
    cases: dict[str, tuple[list[bytes], str]] = {
        "right": ([closing("0.05")], "value +5.00 %"),
        "another value": ([closing("0.050001")], fault),
        "rounded to six decimals": ([closing("0.000001", fair="0.476191")], "value +0.00 %"),
        "half at risk": ([closing("0.025", "0.5")], "value +2.50 %"),
        "two": ([closing("0.05"), closing("0.025", "0.5")], "value +5.00 %"),
    }
    bet = H2H | {"price": "2.100"}
    check(program, {label: (reading(tmp_path / label, bet, *after), end) for label, (after, end) in cases.items()})
