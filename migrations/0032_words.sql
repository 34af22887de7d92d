-- Generated explanations, LLM calls, and weights of prompt versions.

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
COMMENT ON COLUMN explanations.adjustment IS 'suggested adjustment from the news in log-odds; displayed, never applied';
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
CREATE INDEX llm_calls_by_time ON llm_calls (called_at);

CREATE TABLE prompt_weights (
    kind text NOT NULL,
    version text NOT NULL,
    weight double precision NOT NULL CHECK (weight > 0),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (kind, version)
);
COMMENT ON TABLE prompt_weights IS 'A/B test of prompt versions; without rows the latest version is used';
