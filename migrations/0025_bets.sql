-- Users' bets, bankrolls and gambling limits.

CREATE TABLE bankrolls (
    user_id uuid PRIMARY KEY,
    alert_threshold numeric(5, 2) NOT NULL DEFAULT 20 CHECK (alert_threshold BETWEEN 0 AND 100),
    default_stake_pct numeric(5, 2) NOT NULL DEFAULT 2 CHECK (default_stake_pct BETWEEN 0.1 AND 100)
);
COMMENT ON TABLE bankrolls IS 'lock the row before adding an entry; the balance is the sum of the entries';
COMMENT ON COLUMN bankrolls.alert_threshold IS 'percent of the initial bankroll below which the user is warned';

CREATE TABLE bets (
    bet_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES bankrolls,
    match_id bigint NOT NULL REFERENCES matches,
    kick_off timestamptz NOT NULL,
    market text NOT NULL CHECK (market IN ('h2h', 'totals', 'handicap')),
    outcome text NOT NULL,
    line numeric(4, 2) NOT NULL,
    price numeric(7, 3) NOT NULL CHECK (price BETWEEN 1.01 AND 1000),
    amount numeric(10, 2) NOT NULL CHECK (amount > 0),
    confidence numeric(5, 2) CHECK (confidence BETWEEN 0 AND 100),
    followed boolean NOT NULL,
    placed_at timestamptz NOT NULL,
    day date NOT NULL,
    CHECK (placed_at < kick_off)
);
COMMENT ON COLUMN bets.kick_off IS 'kick-off when the bet was placed';
COMMENT ON COLUMN bets.followed IS 'whether it follows our recommendation at that time';
COMMENT ON COLUMN bets.day IS 'day of placement, in Paris';
CREATE INDEX bets_by_person ON bets (user_id, placed_at DESC);
CREATE INDEX bets_by_match ON bets (match_id);
CREATE INDEX bets_by_kick_off ON bets (kick_off);

CREATE TABLE bankroll_entries (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES bankrolls,
    bet_id bigint REFERENCES bets,
    status text CHECK (
        status IN ('pending', 'won', 'half_won', 'push', 'half_lost', 'lost', 'void', 'deleted')
    ),
    amount numeric(12, 2) NOT NULL,
    reverses bigint UNIQUE REFERENCES bankroll_entries,
    score text,
    source text NOT NULL CHECK (source IN ('person', 'result')),
    created_at timestamptz NOT NULL,
    CHECK ((bet_id IS NULL) = (status IS NULL)),
    CHECK (reverses IS NULL OR status IN ('pending', 'deleted'))
);
COMMENT ON TABLE bankroll_entries IS 'append-only; an entry can be reversed once by another entry';
COMMENT ON COLUMN bankroll_entries.bet_id IS 'null for a change of the initial balance';
COMMENT ON COLUMN bankroll_entries.status IS 'status of the bet after the entry';
CREATE INDEX bankroll_entries_by_person ON bankroll_entries (user_id, entry_id);
CREATE INDEX bankroll_entries_by_bet ON bankroll_entries (bet_id, entry_id);
CREATE UNIQUE INDEX bankroll_entries_one_stake_a_bet ON bankroll_entries (bet_id)
WHERE status = 'pending' AND reverses IS NULL;

-- Rows may be deleted when a user is erased, but never updated.
CREATE TRIGGER bets_reject_updates BEFORE UPDATE OR TRUNCATE ON bets
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();
CREATE TRIGGER bankroll_entries_reject_updates BEFORE UPDATE OR TRUNCATE ON bankroll_entries
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

-- Closing-line values of bets.
CREATE TABLE bet_closings (
    bet_id bigint PRIMARY KEY REFERENCES bets,
    user_id uuid NOT NULL,
    fair_probability numeric(7, 6) NOT NULL,
    closing_line_value numeric(9, 6) NOT NULL,
    source text NOT NULL,
    bookmaker text NOT NULL
);
CREATE INDEX bet_closings_by_person ON bet_closings (user_id);

CREATE TABLE play_limits (
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('stake', 'loss')),
    period text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    amount numeric(10, 2) CHECK (amount >= 0),
    next_amount numeric(10, 2) CHECK (next_amount >= 0),
    next_from timestamptz,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, kind, period)
);
COMMENT ON COLUMN play_limits.next_amount IS 'limit from next_from on; null for no limit';

CREATE TABLE cool_offs (
    user_id uuid PRIMARY KEY,
    begun_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
