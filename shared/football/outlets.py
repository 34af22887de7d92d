"""The news feeds that are fetched, and their terms of use."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.football.articles import RETENTION


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher's feed of football news."""

    key: str
    name: str  # attribution of its articles
    language: Literal["fr", "en"]
    feed: str  # URL of the feed, https
    terms: str  # URL of the terms of use
    licence: str  # what may be stored and shown, in short
    reviewed_on: date  # when feed and terms were last reviewed
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
"""By key. Google News is excluded, as its feeds are for personal use only."""

HOSTS = frozenset(outlet.feed.split("/")[2] for outlet in OUTLETS.values())
"""Hosts that a feed may redirect to."""


def outlet_name(key: str) -> str:
    """The attribution of an outlet's articles: its name, or the key itself (a host) for manually added articles."""
    return OUTLETS[key].name if key in OUTLETS else key
