"""Facts about each outside source, with the date on which they were last checked against its documentation or files.

The clients use these lists, and `watch_sources` compares them with the sources daily. When changing a fact, check the
source again and update `checked_on`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.betting.licensed_operators import LIST_DATE
from shared.football.competition import COMPETITIONS


@dataclass(frozen=True, slots=True)
class FactSheet:
    """An outside source and when its facts were last checked."""

    source: str
    address: str  # URL of its API, files or page
    checked_on: date
    reference: str  # the documents or files that were checked
    is_critical: bool  # whether forecasts, picks or settlement depend on it


FOOTBALL_DATA_UK = FactSheet(
    "football-data.co.uk",
    "https://football-data.co.uk",  # without www, which redirects, at times to nowhere
    date(2026, 11, 29),
    "the header of mmz4281/2627/E0.csv, and notes.txt",
    is_critical=True,
)
CSV_BOOKMAKERS = {
    "B365": "bet365",
    "BFD": "betfred",
    "BFE": "betfair_exchange",
    "BMGM": "betmgm",
    "BV": "betvictor",
    "BW": "bwin",
    "CL": "coral",
    "LB": "ladbrokes",
    "PP": "paddypower",
    "PS": "pinnacle",
    "SKB": "skybet",
    "Max": "market_best",
    "Avg": "market_average",
}
"""Bookmakers by column prefix, in the files of all seasons."""
CSV_DISCONTINUED = {"BMGM", "CL", "LB", "PS"}
"""Prefixes no longer in the files; Pinnacle's (PS) ended in January 2026."""
CSV_PREFIXES = tuple(prefix for prefix in CSV_BOOKMAKERS if prefix not in CSV_DISCONTINUED)
"""Prefixes of price columns in the files of 2026-27."""
CSV_REQUIRED = frozenset(
    {"Div", "Date", "Time", "HomeTeam", "AwayTeam", "MaxH", "MaxD", "MaxA", "AvgH", "AvgD", "AvgA"}
)
"""Columns that forecasts need, in season files and in the fixtures file."""
CSV_RESULTS_REQUIRED = CSV_REQUIRED | {"FTHG", "FTAG", "HTHG", "HTAG", "AvgCH", "AvgCD", "AvgCA"}
"""Columns of season files that settlement and closing-line value need."""
CSV_COLUMNS = (
    CSV_RESULTS_REQUIRED
    | {"FTR", "HTR", "Referee", "HxG", "AxG", "AHh", "AHCh"}
    | {f"{side}{what}" for side in "HA" for what in ("S", "ST", "F", "C", "Y", "R")}
    | {
        f"{prefix}{closing}{outcome}"
        for prefix in CSV_PREFIXES
        for closing in ("", "C")
        for outcome in ("H", "D", "A", ">2.5", "<2.5", "AHH", "AHA")
    }
)
"""All columns of the files of 2026-27."""

FOOTBALL_DATA_ORG = FactSheet(
    "football-data.org",
    "https://api.football-data.org/v4",
    date(2026, 11, 22),
    "docs.football-data.org/general/v4",
    is_critical=True,
)

THE_ODDS_API = FactSheet(
    "The Odds API",
    "https://api.the-odds-api.com/v4",
    date(2026, 11, 29),
    "the-odds-api.com/liveapi/guides/v4 and /sports-odds-data/bookmaker-apis.html",
    is_critical=True,
)
ODDS_SPORTS = {c.code: c.odds_sport for c in COMPETITIONS.values() if c.odds_sport}
"""Its sport keys by our competition codes: those that credits are spent on."""
ODDS_BOOKMAKERS = (
    *("betclic_fr", "netbet_fr", "pmu_fr", "unibet_fr", "winamax_fr"),  # the whole of its region fr
    *("pinnacle", "betfair_ex_eu", "marathonbet", "williamhill", "betsson"),
)
"""Bookmakers whose prices are fetched: those licensed in France, the two sharpest, and others for comparison."""

MET_NORWAY = FactSheet(
    "MET Norway",
    "https://api.met.no/weatherapi/locationforecast/2.0",
    date(2026, 11, 22),
    "api.met.no/doc/TermsOfService and /doc/ForecastJSON",
    is_critical=False,
)

GROQ = FactSheet(
    "Groq", "https://api.groq.com/openai/v1", date(2026, 11, 29), "console.groq.com/docs/models", is_critical=False
)
GROQ_MODEL = "openai/gpt-oss-120b"
ANTHROPIC = FactSheet(
    "Anthropic",
    "https://api.anthropic.com",
    date(2026, 11, 29),
    "platform.claude.com/docs/en/models/haiku-5-5/overview and /docs/en/about-claude/pricing",
    is_critical=False,
)
ANTHROPIC_MODEL = "claude-haiku-5-5"
MODEL_PRICES = {
    GROQ_MODEL: (Decimal("0.15"), Decimal("0.60")),
    "openai/gpt-oss-20b": (Decimal("0.075"), Decimal("0.30")),
    ANTHROPIC_MODEL: (Decimal("0.10"), Decimal("0.50")),
    "claude-haiku-4-5": (Decimal(1), Decimal(5)),
    "claude-sonnet-5-5": (Decimal(2), Decimal(10)),
    "claude-sonnet-5": (Decimal(2), Decimal(10)),
    "claude-opus-5-5": (Decimal(4), Decimal(20)),
}
"""US dollars per million input and output tokens, for prompts up to 100,000 tokens."""

STRIPE = FactSheet(
    "Stripe",
    "https://api.stripe.com",
    date(2026, 11, 29),
    "docs.stripe.com/changelog, stripe 16.1.0",
    is_critical=False,
)
STRIPE_VERSION = "2026-10-28.endive"

ANJ = FactSheet(
    "Autorité nationale des jeux",
    "https://anj.fr",
    date.fromisoformat(LIST_DATE),
    "its list of licensed operators (shared/betting/licensed_operators.py)",
    is_critical=False,
)

SHEETS = (FOOTBALL_DATA_UK, FOOTBALL_DATA_ORG, THE_ODDS_API, MET_NORWAY, GROQ, ANTHROPIC, STRIPE, ANJ)
"""All sources except the news feeds, which are in shared/football/outlets.py."""
