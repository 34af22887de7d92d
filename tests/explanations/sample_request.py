"""A sample prompt request about one match."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.explanations.prompt import PROMPT_KIND, ExplanationRequest, MatchFacts, Prompt, Side, build_request
from shared.explanations.template import Factor
from shared.football.articles import Article, ArticleKind

KICK_OFF = datetime(2026, 11, 28, 15, tzinfo=UTC)
CANARY = "c4n4ry5e7b90"
ROOT = Path(__file__).resolve().parents[2]
PROMPT = Prompt(PROMPT_KIND, "explanation_v1", (ROOT / "shared/explanations/prompts/explanation_v1.txt").read_text())
SUBJECT = MatchFacts(
    competition="Premier League",
    kick_off=KICK_OFF,
    home=Side("Arsenal", "WWDLW", 9, 4, 2, 7),
    away=Side("Brighton", "LDWLL", 4, 8, 11, 3),
    probabilities=(0.57, 0.25, 0.18),
    goal_rates=(1.7, 0.9),
    basis="prices",
    factors=(Factor("goals", (0.06, -0.02, -0.04)), Factor("rest", (0.01, 0.0, -0.01))),
)


def article(title: str, extract: str = "", **changes: Any) -> Article:
    """An article published the day before kick-off."""
    url = f"https://news.example/{uuid5(NAMESPACE_URL, title + extract)}"
    fields: dict[str, Any] = {
        "article_id": uuid5(NAMESPACE_URL, url),
        "url": url,
        "title": title,
        "extract": extract,
        "outlet": "bbc",
        "language": "en",
        "published_at": datetime(2026, 11, 27, 9, tzinfo=UTC),
        "team_ids": (1, 2),
        "kind": ArticleKind.INJURY,
        "story_id": uuid5(NAMESPACE_URL, url),
    }
    return Article(**{**fields, **changes})


def build_sample(*articles: Article, canary: str = CANARY) -> ExplanationRequest:
    """The prompt request for the match."""
    return build_request(PROMPT, SUBJECT, articles, canary)
