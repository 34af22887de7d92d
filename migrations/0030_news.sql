-- The news: title, link and a short extract of each article, for ninety days; and how each feed stands.

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
COMMENT ON COLUMN articles.article_id IS 'UUIDv5 of the canonical address; also the id of its point in the vector store';
COMMENT ON COLUMN articles.story_id IS 'the first article that told the same story; its own id where it is the first';
COMMENT ON COLUMN articles.known_at IS 'when we first read it';
COMMENT ON COLUMN articles.embedded_at IS 'when its vector was put into the vector store; null while it has none there';
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
COMMENT ON TABLE feeds IS 'how the reading of each publisher''s feed last went';
COMMENT ON COLUMN feeds.read_at IS 'when it was last read well, changed or not';
COMMENT ON COLUMN feeds.failing_since IS 'when it first failed since then; null where it did not';
