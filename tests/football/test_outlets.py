"""The licence table: no feed is read that is not in it, and the documentation shows it whole."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.football.outlets import HOSTS, OUTLETS, Outlet, outlet_name

DOCS = Path(__file__).resolve().parents[2] / "docs/understand/data.md"


@pytest.mark.parametrize("outlet", OUTLETS.values(), ids=lambda outlet: outlet.key)
def test_a_feed_stands_in_the_documentation_with_its_terms(outlet: Outlet) -> None:
    facts = [outlet.name, outlet.feed, outlet.terms, str(outlet.reviewed_on), outlet.licence]
    assert f"| {' | '.join([*facts, f'{outlet.retention.days} days'])} |" in DOCS.read_text()


@pytest.mark.parametrize("outlet", OUTLETS.values(), ids=lambda outlet: outlet.key)
def test_a_feed_has_https_urls_reviewed_terms_and_a_retention(outlet: Outlet) -> None:
    assert outlet.feed.startswith("https://")
    assert outlet.terms.startswith("https://")
    assert outlet.reviewed_on >= date(2026, 9, 19)
    assert timedelta(0) < outlet.retention <= timedelta(days=90)


def test_the_documentation_shows_no_other_and_google_news_is_none() -> None:
    section = DOCS.read_text().partition("## News")[2].partition("\n## ")[0]
    assert section.count("| https://") == 2 * len(OUTLETS)
    assert not any("google" in host for host in HOSTS)


def test_an_article_is_attributed_by_name_or_by_its_host() -> None:
    assert outlet_name("lequipe") == "L'Équipe"
    assert outlet_name("x.example") == "x.example"
