"""Operators licensed for sports betting in France by the Autorité nationale des jeux; only these may be named."""

LIST_DATE = "2026-10-02"
"""Date of the list on anj.fr. Check it again before the launch (docs/operate/deployment.md)."""

OPERATORS = frozenset({
    "bet365", "Betclic", "Betsson", "Bwin", "Circus", "DAZN Bet", "Feelingbet", "Genybet", "NetBet", "Olybet", "PMU",
    "PokerStars Sports", "Unibet", "VBET", "Winamax", "YesOrNo",
})  # fmt: skip
"""All licensed operators. Parions Sport became part of Unibet on 24 March 2026; YesOrNo only offers pool betting."""

LICENSED_IN_FRANCE = {
    "betclic_fr": "Betclic",
    "netbet_fr": "NetBet",
    "pmu_fr": "PMU",
    "unibet_fr": "Unibet",
    "winamax_fr": "Winamax",
}
"""French operators by their key at The Odds API (region `fr`).

The keys `bet365` and `unibet` stand for operators of other countries with other prices and are not named.
"""


def display_name(bookmaker: str) -> str | None:
    """The name to show, or None: the price is then shown as a market price.

    >>> display_name("winamax_fr")
    'Winamax'
    """
    return LICENSED_IN_FRANCE.get(bookmaker)


def is_unlicensed(bookmaker: str) -> bool:
    """Whether a bookmaker is unlicensed in France, so that its prices are not available there."""
    return bookmaker not in LICENSED_IN_FRANCE
