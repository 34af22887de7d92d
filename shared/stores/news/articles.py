"""News articles: title, link and a short extract."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from shared.football.articles import Article, ArticleKind
from shared.stores.database import Connection, fetch_dicts, fetch_value, fetch_values

MONTH = timedelta(days=30)
COLUMNS = """
    SELECT article_id, url, title, extract, outlet, language, published_at, team_ids, kind, story_id
    FROM articles
"""

ADD = """
    INSERT INTO articles (
        article_id, url, title, extract, outlet, language, published_at, team_ids, kind, story_id, known_at
    )
    VALUES (
        %(article_id)s, %(url)s, %(title)s, %(extract)s, %(outlet)s, %(language)s, %(published_at)s, %(team_ids)s,
        %(kind)s, %(story_id)s, %(known_at)s
    )
    ON CONFLICT (article_id) DO UPDATE SET
        title = EXCLUDED.title,
        extract = EXCLUDED.extract,
        team_ids = EXCLUDED.team_ids,
        kind = EXCLUDED.kind,
        embedded_at = NULL
    WHERE (articles.title, articles.extract) IS DISTINCT FROM (EXCLUDED.title, EXCLUDED.extract)
    RETURNING article_id
"""


def add(db: Connection, articles: Iterable[Article], known_at: datetime) -> set[UUID]:
    """Insert articles, or update title and extract of existing ones; returns the ids of new and changed articles.

    The story and publication time of an existing article are unchanged.
    """
    changed: set[UUID] = set()
    for article in articles:
        params = asdict(article) | {"team_ids": list(article.team_ids), "known_at": known_at}
        changed.update(fetch_values(db, ADD, params))
    return changed


BETWEEN = f"""{COLUMNS}
    WHERE published_at BETWEEN %(since)s AND %(until)s
    ORDER BY published_at, article_id
"""


def between(db: Connection, since: datetime, until: datetime) -> list[Article]:
    """Articles published in a time range, oldest first."""
    return _read(db, BETWEEN, {"since": since, "until": until})


BY_IDS = f"""{COLUMNS}
    WHERE article_id = ANY(%(article_ids)s)
"""


def by_ids(db: Connection, article_ids: Iterable[UUID]) -> dict[UUID, Article]:
    """Articles by id."""
    return {article.article_id: article for article in _read(db, BY_IDS, {"article_ids": list(article_ids)})}


OF_TEAMS = f"""{COLUMNS}
    WHERE team_ids && %(team_ids)s::integer[] AND published_at BETWEEN %(since)s AND %(until)s
    ORDER BY published_at DESC, article_id
    LIMIT %(limit)s
"""


def of_teams(db: Connection, team_ids: Sequence[int], since: datetime, until: datetime, limit: int) -> list[Article]:
    """Articles that mention any of some clubs, newest first."""
    return _read(db, OF_TEAMS, {"team_ids": list(team_ids), "since": since, "until": until, "limit": limit})


LATEST = """
    SELECT article_id, url, title, extract, outlet, language, published_at, team_ids, kind, story_id
    FROM (
        SELECT DISTINCT ON (story_id)
            article_id, url, title, extract, outlet, language, published_at, team_ids, kind, story_id
        FROM articles
        WHERE published_at BETWEEN %(since)s AND %(until)s
            AND (%(team_ids)s::integer[] IS NULL OR team_ids && %(team_ids)s::integer[])
            AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
        ORDER BY story_id, published_at, article_id
    ) AS first_of_story
    ORDER BY published_at DESC, article_id
    LIMIT %(limit)s
"""


def latest(
    db: Connection,
    since: datetime,
    until: datetime,
    limit: int,
    team_ids: Sequence[int] | None = None,
    kinds: Sequence[ArticleKind] | None = None,
) -> list[Article]:
    """The first article of each story in a time range, newest first.

    Args:
        team_ids: clubs of which an article must mention one; None for no filter.
        kinds: allowed topics; None for no filter.
    """
    params: dict[str, object] = {
        "since": since,
        "until": until,
        "limit": limit,
        "team_ids": None if team_ids is None else list(team_ids),
        "kinds": None if kinds is None else [str(kind) for kind in kinds],
    }
    return _read(db, LATEST, params)


TEXT_SEARCH = """
    WITH query AS (
        SELECT
            word,
            CASE WHEN '{}' IN (ts_lexize('french_stem', word), ts_lexize('english_stem', word)) THEN 0.01 ELSE 1.0 END
                AS weight
        FROM unnest(tsvector_to_array(to_tsvector(
            'simple', regexp_replace(normalize(%(text)s, NFKD), '[\\u0300-\\u036f]', '', 'g')
        ))) AS word
    )
    SELECT article_id, CAST(sum(weight) / (SELECT sum(weight) FROM query) AS double precision) AS share
    FROM articles JOIN query ON word = ANY(search_terms)
    WHERE search_terms && ARRAY(SELECT word FROM query)
        AND published_at BETWEEN %(since)s AND %(until)s
        AND (%(team_ids)s::integer[] IS NULL OR team_ids && %(team_ids)s::integer[])
        AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
    GROUP BY article_id
    ORDER BY share DESC, published_at DESC, article_id
    LIMIT %(limit)s
"""


def text_search(
    db: Connection,
    text: str,
    since: datetime,
    until: datetime,
    limit: int,
    team_ids: Sequence[int] | None = None,
    kinds: Sequence[ArticleKind] | None = None,
) -> dict[UUID, float]:
    """Full-text search: the weighted share of query words in each matching article, by id, highest first.

    Case and accents are ignored. Postgres's stop words for French and English (`le`, `the`) have a weight of 0.01
    instead of 0, as they may be names (Son). Other arguments as for `latest`.
    """
    params = {
        "text": text,
        "since": since,
        "until": until,
        "limit": limit,
        "team_ids": None if team_ids is None else list(team_ids),
        "kinds": None if kinds is None else [str(kind) for kind in kinds],
    }
    return dict(db.execute(TEXT_SEARCH, params).fetchall())


TEAM_IDS_OF = """
    SELECT DISTINCT unnest(ARRAY[home_team_id, away_team_id]) AS team_id
    FROM matches
    WHERE competition = %(competition)s
        AND season = (SELECT max(season) FROM matches WHERE competition = %(competition)s AND kick_off <= %(soon)s)
    ORDER BY team_id
"""


def team_ids_of(db: Connection, competition: str, now: datetime) -> list[int]:
    """Clubs of the season of a competition that has started or starts within a month."""
    return fetch_values(db, TEAM_IDS_OF, {"competition": competition, "soon": now + MONTH})


WITHOUT_VECTOR = f"""{COLUMNS}
    WHERE embedded_at IS NULL
    ORDER BY published_at DESC, article_id
    LIMIT %(limit)s
"""


def without_vector(db: Connection, limit: int) -> list[Article]:
    """Articles without a vector in the vector store, newest first."""
    return _read(db, WITHOUT_VECTOR, {"limit": limit})


MARK_EMBEDDED = "UPDATE articles SET embedded_at = %(now)s WHERE article_id = ANY(%(article_ids)s)"


def mark_embedded(db: Connection, article_ids: Iterable[UUID], now: datetime) -> None:
    """Mark articles as present in the vector store."""
    db.execute(MARK_EMBEDDED, {"article_ids": list(article_ids), "now": now})


WITH_VECTOR = """
    SELECT article_id
    FROM articles
    WHERE embedded_at IS NOT NULL AND article_id > %(after)s
    ORDER BY article_id
    LIMIT %(limit)s
"""


def with_vector(db: Connection, after: UUID, limit: int) -> list[UUID]:
    """A page of ids, after a given one, of articles marked as present in the vector store."""
    return fetch_values(db, WITH_VECTOR, {"after": after, "limit": limit})


CLEAR_EMBEDDED = "UPDATE articles SET embedded_at = NULL WHERE article_id = ANY(%(article_ids)s)"


def clear_embedded(db: Connection, article_ids: Iterable[UUID]) -> None:
    """Mark articles as missing from the vector store."""
    db.execute(CLEAR_EMBEDDED, {"article_ids": list(article_ids)})


def delete_older(db: Connection, before: datetime) -> int:
    """Delete articles published before an instant; returns their number."""
    return db.execute("DELETE FROM articles WHERE published_at < %(before)s", {"before": before}).rowcount


def count(db: Connection) -> int:
    """The number of articles."""
    return fetch_value(db, "SELECT count(*) FROM articles")


def _read(db: Connection, statement: LiteralString, params: dict[str, object]) -> list[Article]:
    rows = fetch_dicts(db, statement, params)
    for row in rows:
        row |= {"team_ids": tuple(row["team_ids"]), "kind": ArticleKind(row["kind"])}
    return [Article(**row) for row in rows]
