-- What language models wrote of forecasts, what they were asked for it, and which versions of a prompt are tried.

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
COMMENT ON TABLE explanations IS 'one for a version of a forecast; where there is none, the template speaks';
COMMENT ON COLUMN explanations.content IS 'by language: explanation, context, key_factors, risk_factors; checked before they came here';
COMMENT ON COLUMN explanations.sources IS 'the articles cited: article_id, source, title, url';
COMMENT ON COLUMN explanations.adjustment IS 'what the news would change, in log-odds; shown, never applied';
COMMENT ON COLUMN explanations.cost IS 'US dollars for all calls that led to it';

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
COMMENT ON COLUMN llm_calls.outcome IS 'kept: the text was; refused: it broke a rule of ours; failed: none came';
COMMENT ON COLUMN llm_calls.reason IS 'why it was refused or failed';
CREATE INDEX llm_calls_by_time ON llm_calls (called_at);

CREATE TABLE prompt_weights (
    kind text NOT NULL,
    version text NOT NULL,
    weight double precision NOT NULL CHECK (weight > 0),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (kind, version)
);
COMMENT ON TABLE prompt_weights IS 'which versions are tried beside each other; of a kind without rows the newest is used';
