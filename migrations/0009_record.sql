-- The record: a log of entries that anybody can verify, its tree of hashes, and what is published of it
-- (docs/understand/record.md).

CREATE TABLE ledger_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL CHECK (size >= 0),
    at timestamptz NOT NULL,
    published_size bigint NOT NULL CHECK (published_size >= 0),
    CONSTRAINT ledger_head_published_size_within_size_check CHECK (published_size <= size)
);
COMMENT ON TABLE ledger_head IS 'one row; whoever appends locks it until the end of their transaction, so that indices have no gap';
COMMENT ON COLUMN ledger_head.at IS 'time of the last entry';
COMMENT ON COLUMN ledger_head.published_size IS 'entries of which all files are in the public bucket';
INSERT INTO ledger_head (size, at, published_size) VALUES (0, 'epoch', 0);

CREATE TABLE ledger_entries (
    index bigint PRIMARY KEY CHECK (index >= 0),
    type text NOT NULL,
    match_id bigint,
    day date,
    entry text NOT NULL CHECK (octet_length(entry) <= 65535)
);
COMMENT ON COLUMN ledger_entries.entry IS 'canonical JSON; its UTF-8 bytes are hashed';
COMMENT ON COLUMN ledger_entries.match_id IS 'its match; null for entries of several or none';
COMMENT ON COLUMN ledger_entries.day IS 'the day in Paris of a universe or of picks';
CREATE INDEX ledger_entries_match_id_index_idx ON ledger_entries (match_id, index) WHERE match_id IS NOT NULL;
CREATE INDEX ledger_entries_day_index_idx ON ledger_entries (day, index) WHERE day IS NOT NULL;
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

CREATE TABLE ledger_tiles (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192),
    PRIMARY KEY (level, index)
);
COMMENT ON TABLE ledger_tiles IS 'hashes of consecutive subtrees, up to 256 a tile; the last tile of a level grows';

-- Commitments that are not opened yet. An opening deletes its row in the transaction that appends its entry.
CREATE TABLE ledger_commitments (
    entry_index bigint NOT NULL REFERENCES ledger_entries,
    place smallint NOT NULL,
    match_id bigint NOT NULL,
    kick_off timestamptz NOT NULL,
    commitment text NOT NULL,
    salt bytea NOT NULL CHECK (octet_length(salt) = 32),
    content text NOT NULL,
    PRIMARY KEY (entry_index, place)
);
COMMENT ON COLUMN ledger_commitments.place IS 'among the commitments of its entry, from 1';
COMMENT ON COLUMN ledger_commitments.salt IS 'secret until kick-off: without it the few possible contents could be tried';
CREATE INDEX ledger_commitments_kick_off_idx ON ledger_commitments (kick_off, entry_index);

CREATE TABLE ledger_checkpoints (
    size bigint PRIMARY KEY,
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);
COMMENT ON COLUMN ledger_checkpoints.note IS 'with the log''s own signature alone';
CREATE TRIGGER ledger_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

CREATE TABLE ledger_cosignatures (
    size bigint NOT NULL REFERENCES ledger_checkpoints,
    witness text NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (size, witness)
);
COMMENT ON TABLE ledger_cosignatures IS 'verified signatures of witnesses; the largest size of a witness is what it has seen';

CREATE TABLE ledger_anchors (
    size bigint NOT NULL REFERENCES ledger_checkpoints,
    calendar text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    proof bytea,
    PRIMARY KEY (size, calendar)
);
COMMENT ON TABLE ledger_anchors IS 'checkpoints for OpenTimestamps calendars; those without a proof are queued';
CREATE INDEX ledger_anchors_queued_idx ON ledger_anchors (size) WHERE proof IS NULL;
