"""The feeds that are read, and on what terms: a feed that is not in this table is not asked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.football.articles import RETENTION


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher's feed of football news.

    Attributes:
        key: ours.
        name: how its articles are attributed.
        language: of its articles.
        feed: address of the feed, https.
        terms: address of what the publisher allows.
        licence: what may be kept and shown of it, in a few words.
        retention: how long that is kept.
        looked_at: when feed and terms were last looked at.
    """

    key: str
    name: str
    language: Literal["fr", "en"]
    feed: str
    terms: str
    licence: str
    reviewed_on: date
    retention: timedelta = RETENTION


_SUMMARY = "its own feed: title, link, short extract, named and linked"
_REVIEWED_ON = date(2026, 9, 19)

OUTLETS = {
    outlet.key: outlet
    for outlet in (
        Outlet(
            "rmc_sport", "RMC Sport", "fr",
            "https://rmcsport.bfmtv.com/rss/football/",
            "https://rmcsport.bfmtv.com/mentions-legales/",
            _SUMMARY, _REVIEWED_ON,
        ),
        Outlet(
            "lequipe", "L'Équipe", "fr",
            "https://dwh.lequipe.fr/api/edito/rss?path=/Football/",
            "https://www.lequipe.fr/static/cgu/",
            _SUMMARY, _REVIEWED_ON,
        ),
        Outlet(
            "bbc_sport", "BBC Sport", "en",
            "https://feeds.bbci.co.uk/sport/football/rss.xml",
            "https://www.bbc.co.uk/usingthebbc/terms/",
            _SUMMARY, _REVIEWED_ON,
        ),
        Outlet(
            "guardian", "The Guardian", "en",
            "https://www.theguardian.com/football/rss",
            "https://www.theguardian.com/help/terms-of-service",
            _SUMMARY, _REVIEWED_ON,
        ),
        Outlet(
            "sky_sports", "Sky Sports", "en",
            "https://www.skysports.com/rss/12040",
            "https://www.skysports.com/terms-conditions",
            _SUMMARY, _REVIEWED_ON,
        ),
    )
}  # fmt: skip
"""By key. Google News is not among them: its feeds are for personal use only."""

HOSTS = frozenset(outlet.feed.split("/")[2] for outlet in OUTLETS.values())
"""Where a feed may send us on to."""


def outlet_name(key: str) -> str:
    """How the articles of an outlet are attributed: by its name, or by its host where a person added one by hand."""
    return OUTLETS[key].name if key in OUTLETS else key
