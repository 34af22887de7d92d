-- News articles (title, link and a short extract), retained for ninety days; and the status of each feed.

CREATE TABLE articles (
    article_id uuid PRIMARY KEY,
    url text NOT NULL UNIQUE CHECK (url LIKE 'https://%' AND length(url) <= 2000),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    extract text NOT NULL CHECK (length(extract) <= 300),
    outlet text NOT NULL,
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    published_at timestamptz NOT NULL,
    team_ids integer[] NOT NULL,
    kind text NOT NULL CHECK (kind IN ('injury', 'suspension', 'transfer', 'form', 'preview', 'other')),
    story_id uuid NOT NULL,
    known_at timestamptz NOT NULL,
    embedded_at timestamptz
);
COMMENT ON COLUMN articles.article_id IS 'UUIDv5 of the canonical URL; also the id of its point in the vector store';
COMMENT ON COLUMN articles.story_id IS 'first article of the same story, possibly itself';
COMMENT ON COLUMN articles.known_at IS 'when it was first read';
COMMENT ON COLUMN articles.embedded_at IS 'when its vector was stored in the vector store; null without one';
CREATE INDEX ON articles USING gin (team_ids);
CREATE INDEX ON articles (published_at DESC);
CREATE INDEX ON articles (published_at) WHERE embedded_at IS NULL;

CREATE TABLE feeds (
    outlet text PRIMARY KEY,
    etag text NOT NULL,
    last_modified text NOT NULL,
    read_at timestamptz,
    failing_since timestamptz,
    error text
);
COMMENT ON TABLE feeds IS 'status of each feed';
COMMENT ON COLUMN feeds.read_at IS 'last successful read, changed or not';
COMMENT ON COLUMN feeds.failing_since IS 'first failure since then, or null';
