"""The markets of a score grid as tables of words and numbers. Pure."""

from dataclasses import dataclass

from shared.explanations.translations import Language, format_number, format_percent, translate
from shared.web.predictions.market_schemas import LineResponse, MultiMarketsResponse

Row = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column is what each row is about."""

    title: str
    columns: list[str]
    rows: list[Row]


def short_tables(markets: MultiMarketsResponse, home: str, away: str, language: Language) -> list[Table]:
    """Markets that are one probability each."""

    def table(title: str, *rows: tuple[str, float]) -> Table:
        cells = [(label, [_percent(share, language)]) for label, share in rows]
        return Table(title, [translate("page_term_probability", language)], cells)

    draw = translate("page_draw_word", language)
    double, again = markets.double_chance, markets.draw_no_bet
    refunded = [(home, again.home_prob), (away, again.away_prob)] if again else []
    half = markets.half_time
    tables = [
        table(
            translate("page_double_chance", language),
            (translate("page_club_or_draw", language, club=home), double.home_or_draw),
            (translate("page_club_or_draw", language, club=away), double.away_or_draw),
            (translate("page_club_or_club", language, home=home, away=away), double.home_or_away),
            *((translate("page_draw_no_bet", language, club=club), share) for club, share in refunded),
        ),
        table(
            translate("page_both_score", language),
            (translate("page_yes", language), markets.btts.yes_prob),
            (translate("page_no", language), markets.btts.no_prob),
            (translate("page_win_to_nil", language, club=home), markets.win_to_nil.home),
            (translate("page_win_to_nil", language, club=away), markets.win_to_nil.away),
        ),
        table(
            translate("page_total_goals", language),
            *(
                (translate("page_more_than", language, line=format_number(each.line, language, 1)), each.over_prob)
                for each in (markets.over_under_15, markets.over_under_25, markets.over_under_35)
            ),
        ),
        Table(
            translate("page_team_goals", language),
            [home, away],
            [
                (
                    translate("page_more_than", language, line=format_number(each.line, language, 1)),
                    [_percent(share, language) for share in (each.home_over, each.away_over)],
                )
                for each in markets.team_goals
            ],
        ),
    ]
    if half:
        more = [(0.5, half.over_05), (1.5, half.over_15)]
        tables.append(
            table(
                translate("page_half_time", language),
                *((home, half.home), (draw, half.draw), (away, half.away)),
                *(
                    (translate("page_more_goals", language, line=format_number(line, language, 1)), share)
                    for line, share in more
                ),
            )
        )
    return tables


def line_tables(markets: MultiMarketsResponse, home: str, away: str, language: Language) -> list[Table]:
    """Bets on lines: the probability of each result of the first side's bet, and the fair odds of both sides."""
    over, under = translate("page_over", language), translate("page_under", language)
    goals = [(format_number(each.line, language), each) for each in markets.goal_lines]
    handicaps = [(_signed(each.line, language), each) for each in markets.asian_handicaps]
    return [
        _lines(translate("page_goal_lines", language), goals, (over, under), language),
        _lines(translate("page_handicaps", language, club=home), handicaps, (home, away), language),
    ]


def _lines(title: str, lines: list[tuple[str, LineResponse]], sides: tuple[str, str], language: Language) -> Table:
    return Table(
        title,
        [
            translate("page_line_won", language),
            translate("page_line_half_won", language),
            translate("page_line_push", language),
            translate("page_line_half_lost", language),
            translate("page_line_lost", language),
            *(translate("page_fair_odds", language, side=side) for side in sides),
        ],
        [
            (
                label,
                [
                    *(
                        _percent(share, language)
                        for share in (line.won, line.half_won, line.push, line.half_lost, line.lost)
                    ),
                    *(
                        "–" if price is None else format_number(price, language)
                        for price in (line.fair_price, line.fair_price_against)
                    ),
                ],
            )
            for label, line in lines
        ],
    )


def _percent(share: float, language: Language) -> str:
    """A probability: – for none, below a tenth of a percent as such."""
    if not share:
        return "–"
    return format_percent(share, language, 1) if share >= 0.0005 else f"<{format_percent(0.001, language, 1)}"


def _signed(line: float, language: Language) -> str:
    sign = "+" if line > 0 else "−" if line < 0 else ""
    return f"{sign}{format_number(abs(line), language)}"
