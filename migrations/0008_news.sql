-- News: articles and their feeds; explanations of predictions by LLMs, which cite them.

-- Title, link and a short extract, retained for ninety days.
CREATE TABLE articles (
    article_id uuid PRIMARY KEY,
    url text NOT NULL UNIQUE CHECK (url LIKE 'https://%' AND length(url) <= 2000),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    extract text NOT NULL CHECK (length(extract) <= 300),
    outlet text NOT NULL,
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    published_at timestamptz NOT NULL,
    team_ids integer [] NOT NULL,
    kind text NOT NULL CHECK (kind IN ('injury', 'suspension', 'transfer', 'form', 'preview', 'other')),
    story_id uuid NOT NULL,
    known_at timestamptz NOT NULL,
    embedded_at timestamptz,
    search_terms text [] NOT NULL GENERATED ALWAYS AS (
        tsvector_to_array(to_tsvector(
            'simple', regexp_replace(normalize(title || ' ' || extract, NFKD), '[\u0300-\u036f]', '', 'g')
        ))
    ) STORED
);
COMMENT ON COLUMN articles.article_id IS
'UUIDv5 of the canonical URL; also the id of its point in the vector store';
COMMENT ON COLUMN articles.story_id IS 'first article of the same story, possibly itself';
COMMENT ON COLUMN articles.known_at IS 'when it was first read';
COMMENT ON COLUMN articles.embedded_at IS 'when its vector was stored in the vector store; null without one';
COMMENT ON COLUMN articles.search_terms IS
'distinct words of title and extract without case and accents, for full-text search; stored, as computing them in a query takes seconds';
CREATE INDEX articles_team_ids_idx ON articles USING gin (team_ids);
CREATE INDEX articles_search_terms_idx ON articles USING gin (search_terms);
CREATE INDEX articles_published_at_idx ON articles (published_at DESC);
CREATE INDEX articles_not_embedded_published_at_idx ON articles (published_at) WHERE embedded_at IS NULL;

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

CREATE TABLE explanations (
    match_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    provider text NOT NULL CHECK (provider IN ('groq', 'anthropic')),
    model text NOT NULL,
    prompt text NOT NULL,
    prompt_hash text NOT NULL CHECK (prompt_hash ~ '^[0-9a-f]{64}$'),
    content jsonb NOT NULL,
    sources jsonb NOT NULL,
    adjustment jsonb,
    tokens_in integer NOT NULL CHECK (tokens_in >= 0),
    tokens_out integer NOT NULL CHECK (tokens_out >= 0),
    cost numeric(10, 6) NOT NULL CHECK (cost >= 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (match_id, published_at),
    FOREIGN KEY (match_id, published_at) REFERENCES predictions
);
COMMENT ON TABLE explanations IS 'one per prediction version; the template is the fallback';
COMMENT ON COLUMN explanations.content IS 'validated, by language: explanation, context, key_factors, risk_factors';
COMMENT ON COLUMN explanations.sources IS 'cited articles: article_id, source, title, url';
COMMENT ON COLUMN explanations.adjustment IS
'suggested adjustment from the news in log-odds; displayed, never applied';
COMMENT ON COLUMN explanations.cost IS 'US dollars for all calls';

CREATE TABLE llm_calls (
    call_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    called_at timestamptz NOT NULL,
    match_id bigint REFERENCES matches,
    provider text NOT NULL,
    model text NOT NULL,
    prompt text NOT NULL,
    prompt_hash text NOT NULL,
    repair boolean NOT NULL,
    tokens_in integer NOT NULL,
    tokens_out integer NOT NULL,
    cost numeric(10, 6) NOT NULL,
    milliseconds integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'rejected', 'failed')),
    reason text
);
COMMENT ON COLUMN llm_calls.outcome IS 'accepted, rejected by validation, or failed without a completion';
COMMENT ON COLUMN llm_calls.reason IS 'why it was rejected or failed';
CREATE INDEX llm_calls_called_at_idx ON llm_calls (called_at);

CREATE TABLE prompt_weights (
    kind text NOT NULL,
    version text NOT NULL,
    weight double precision NOT NULL CHECK (weight > 0),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (kind, version)
);
COMMENT ON TABLE prompt_weights IS 'A/B test of prompt versions; without rows the latest version is used';

-- Replays of prompt versions on predictions that have been explained already, for comparison by administrators.
CREATE TABLE prompt_replays (
    match_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    prompt text NOT NULL,
    prompt_hash text NOT NULL CHECK (prompt_hash ~ '^[0-9a-f]{64}$'),
    provider text NOT NULL,
    model text NOT NULL,
    content jsonb,
    reason text,
    tokens_in integer NOT NULL CHECK (tokens_in >= 0),
    tokens_out integer NOT NULL CHECK (tokens_out >= 0),
    cost numeric(10, 6) NOT NULL CHECK (cost >= 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (match_id, published_at, prompt_hash),
    FOREIGN KEY (match_id, published_at) REFERENCES explanations,
    CONSTRAINT prompt_replays_content_or_reason_check CHECK ((content IS NULL) = (reason IS NOT NULL))
);
COMMENT ON COLUMN prompt_replays.content IS 'as explanations.content; null if nothing was accepted';
COMMENT ON COLUMN prompt_replays.reason IS 'why nothing was accepted';
