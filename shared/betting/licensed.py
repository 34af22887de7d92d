"""Who may be named to people in France: operators that the Autorité nationale des jeux has licensed."""

LISTED_ON = "2026-11-22"
"""The day this list was written. It is to be held against the register on anj.fr before any operator is linked to."""

LICENSED_IN_FRANCE = {
    "betclic_fr": "Betclic",
    "betsson_fr": "Betsson",
    "bwin_fr": "Bwin",
    "genybet_fr": "Genybet",
    "netbet_fr": "NetBet",
    "parionssport_fr": "Parions Sport",
    "pmu_fr": "PMU",
    "unibet_fr": "Unibet",
    "vbet_fr": "VBET",
    "winamax_fr": "Winamax",
}


def shown_name(bookmaker: str) -> str | None:
    """The name that may be shown, or None: the price is then told as the market's."""
    return LICENSED_IN_FRANCE.get(bookmaker)


def on_paper(bookmaker: str) -> bool:
    """Whether a price of this bookmaker is one on paper: it may not be had in France."""
    return bookmaker not in LICENSED_IN_FRANCE
