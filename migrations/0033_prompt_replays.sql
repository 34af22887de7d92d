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
    CHECK ((content IS NULL) = (reason IS NOT NULL))
);
COMMENT ON COLUMN prompt_replays.content IS 'as explanations.content; null if nothing was accepted';
COMMENT ON COLUMN prompt_replays.reason IS 'why nothing was accepted';
