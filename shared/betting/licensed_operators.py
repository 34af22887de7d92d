"""Who may be named to people in France: operators that the Autorité nationale des jeux has licensed for sports bets."""

LISTED_ON = "2026-10-02"
"""The day on which the list on anj.fr was read. Before opening it is read again (docs/deployment.md)."""

OPERATORS = frozenset({
    "bet365", "Betclic", "Betsson", "Bwin", "Circus", "DAZN Bet", "Feelingbet", "Genybet", "NetBet", "Olybet", "PMU",
    "PokerStars Sports", "Unibet", "VBET", "Winamax", "YesOrNo",
})  # fmt: skip
"""All that are licensed. Parions Sport became part of Unibet on 24 March 2026; YesOrNo takes pool bets alone."""

LICENSED_IN_FRANCE = {
    "betclic_fr": "Betclic",
    "netbet_fr": "NetBet",
    "pmu_fr": "PMU",
    "unibet_fr": "Unibet",
    "winamax_fr": "Winamax",
}
"""Those whose French house has a key at a source of ours: The Odds API's region `fr`.

A source's `bet365` or `unibet` is a house in another country, with other prices: it is not named.
"""


def shown_name(bookmaker: str) -> str | None:
    """The name that may be shown, or None: the price is then told as the market's."""
    return LICENSED_IN_FRANCE.get(bookmaker)


def on_paper(bookmaker: str) -> bool:
    """Whether a price of this bookmaker is one on paper: it may not be had in France."""
    return bookmaker not in LICENSED_IN_FRANCE
