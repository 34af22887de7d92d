-- Betting: offers of bookmakers and the credits to fetch them, picks; bets, bankrolls and gambling limits of users.

CREATE TABLE offers (
    match_id bigint NOT NULL REFERENCES matches,
    source text NOT NULL,
    bookmaker text NOT NULL,
    market text NOT NULL CHECK (market IN ('h2h', 'totals', 'handicap')),
    line numeric(4, 2) NOT NULL,
    closing boolean NOT NULL,
    taken_at timestamptz NOT NULL,
    prices numeric(8, 3) [] NOT NULL,
    PRIMARY KEY (match_id, source, bookmaker, market, line, closing, taken_at)
);
COMMENT ON COLUMN offers.line IS 'goals; for a handicap added to the home side''s goals, for both prices; 0 for h2h';
COMMENT ON COLUMN offers.prices IS 'decimal odds: home, draw, away; over, under; home, away';
-- Every reading is training data for the movement of prices.
CREATE TRIGGER offers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON offers
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

CREATE TABLE odds_credits (
    month date PRIMARY KEY,
    used integer NOT NULL DEFAULT 0 CHECK (used >= 0),
    remaining integer CHECK (remaining >= 0),
    refused_until timestamptz
);
COMMENT ON TABLE odds_credits IS 'credits of The Odds API in a month; remaining is as last reported by the API';

CREATE TABLE odds_calls (
    requested_at timestamptz NOT NULL,
    competition text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('daily', 'closing')),
    credits smallint NOT NULL,
    PRIMARY KEY (requested_at, competition, purpose)
);
COMMENT ON TABLE odds_calls IS 'calls that used the credits';

CREATE TABLE pick_days (
    day date PRIMARY KEY,
    committed_at timestamptz NOT NULL,
    matches integer NOT NULL,
    reason text
);
CREATE INDEX pick_days_committed_at_idx ON pick_days (committed_at);
CREATE TRIGGER pick_days_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pick_days
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

CREATE TABLE picks (
    day date NOT NULL REFERENCES pick_days,
    rank smallint NOT NULL CHECK (rank BETWEEN 1 AND 5),
    match_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    kick_off timestamptz NOT NULL,
    competition text NOT NULL,
    market text NOT NULL,
    outcome text NOT NULL,
    line numeric(4, 2) NOT NULL,
    probability numeric(7, 6) NOT NULL,
    result_probabilities numeric(7, 6) [] NOT NULL CHECK (cardinality(result_probabilities) = 5),
    price numeric(8, 3) NOT NULL,
    bookmaker text NOT NULL,
    price_taken_at timestamptz NOT NULL,
    value numeric(9, 6) NOT NULL,
    share numeric(7, 6) NOT NULL,
    stake numeric(7, 6) CHECK (stake BETWEEN 0 AND 1),
    PRIMARY KEY (day, rank),
    UNIQUE (day, match_id),
    FOREIGN KEY (match_id, published_at) REFERENCES predictions
);
COMMENT ON COLUMN picks.line IS 'goals; for a handicap added to the goals of the selected side; 0 for h2h';
COMMENT ON COLUMN picks.probability IS 'the inverse of the fair price';
COMMENT ON COLUMN picks.result_probabilities IS 'of won, half won, refunded, half lost, lost; they sum to 1';
COMMENT ON COLUMN picks.stake IS
'share of a bankroll under the policy, computed together with the other picks of the day; null for older picks';
CREATE TRIGGER picks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON picks
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

-- Settlements of picks. A correction adds rows: a reversal, then the new result.
CREATE TABLE pick_settlements (
    day date NOT NULL,
    rank smallint NOT NULL,
    entry smallint NOT NULL,
    reverses smallint,
    result text NOT NULL,
    score text,
    profit numeric(9, 4) NOT NULL,
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (day, rank, entry),
    FOREIGN KEY (day, rank) REFERENCES picks,
    FOREIGN KEY (day, rank, reverses) REFERENCES pick_settlements
);
CREATE INDEX pick_settlements_settled_at_idx ON pick_settlements (settled_at);
CREATE TRIGGER pick_settlements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pick_settlements
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

-- Closing-line values of picks.
CREATE TABLE pick_closings (
    day date NOT NULL,
    rank smallint NOT NULL,
    fair_probability numeric(7, 6) NOT NULL,
    at_risk numeric(7, 6) NOT NULL,
    closing_line_value numeric(9, 6) NOT NULL,
    source text NOT NULL,
    bookmaker text NOT NULL,
    PRIMARY KEY (day, rank),
    FOREIGN KEY (day, rank) REFERENCES picks
);
COMMENT ON COLUMN pick_closings.fair_probability IS 'the inverse of the fair closing price on the line of the pick';
COMMENT ON COLUMN pick_closings.at_risk IS 'expected share of the stake that is not refunded: 1 on half lines';
COMMENT ON COLUMN pick_closings.closing_line_value IS '(price * fair_probability - 1) * at_risk';
CREATE TRIGGER pick_closings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pick_closings
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

CREATE TABLE bankrolls (
    user_id uuid PRIMARY KEY,
    alert_threshold numeric(5, 2) NOT NULL DEFAULT 20 CHECK (alert_threshold BETWEEN 0 AND 100),
    default_stake_pct numeric(5, 2) NOT NULL DEFAULT 2 CHECK (default_stake_pct BETWEEN 0.1 AND 100)
);
COMMENT ON TABLE bankrolls IS 'lock the row before adding an entry; the balance is the sum of the entries';
COMMENT ON COLUMN bankrolls.alert_threshold IS 'percent of the initial bankroll below which the user is warned';
CREATE TRIGGER bankrolls_reject_deleted_users BEFORE INSERT ON bankrolls
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

-- Bets and entries are deleted when a user is erased, but never updated.

CREATE TABLE bets (
    bet_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES bankrolls,
    match_id bigint NOT NULL REFERENCES matches,
    kick_off timestamptz NOT NULL,
    hour_known boolean NOT NULL DEFAULT true,
    market text NOT NULL CHECK (market IN ('h2h', 'totals', 'handicap')),
    outcome text NOT NULL,
    line numeric(4, 2) NOT NULL,
    price numeric(7, 3) NOT NULL CHECK (price BETWEEN 1.01 AND 1000),
    amount numeric(10, 2) NOT NULL CHECK (amount > 0),
    confidence numeric(5, 2) CHECK (confidence BETWEEN 0 AND 100),
    followed boolean NOT NULL,
    placed_at timestamptz NOT NULL,
    day date NOT NULL,
    CONSTRAINT bets_before_kick_off_check CHECK (placed_at < kick_off)
);
COMMENT ON COLUMN bets.kick_off IS 'kick-off when the bet was placed';
COMMENT ON COLUMN bets.hour_known IS 'false: kick_off was the last minute of the day when the bet was placed';
COMMENT ON COLUMN bets.line IS 'goals; for a handicap added to the goals of the selected side; 0 for h2h';
COMMENT ON COLUMN bets.followed IS 'whether it follows our recommendation at that time';
COMMENT ON COLUMN bets.day IS 'day of placement, in Paris';
CREATE INDEX bets_user_id_placed_at_idx ON bets (user_id, placed_at DESC);
CREATE INDEX bets_match_id_idx ON bets (match_id);
CREATE INDEX bets_kick_off_idx ON bets (kick_off);
CREATE TRIGGER bets_reject_updates BEFORE UPDATE OR TRUNCATE ON bets
FOR EACH STATEMENT EXECUTE FUNCTION reject_change();

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
    source text NOT NULL CHECK (source IN ('person', 'result', 'administrator')),
    created_at timestamptz NOT NULL,
    CONSTRAINT bankroll_entries_status_of_bet_check CHECK ((bet_id IS NULL) = (status IS NULL)),
    CONSTRAINT bankroll_entries_reversal_check CHECK (reverses IS NULL OR status IN ('pending', 'deleted'))
);
COMMENT ON TABLE bankroll_entries IS 'append-only; an entry can be reversed once by another entry';
COMMENT ON COLUMN bankroll_entries.bet_id IS 'null for a change of the initial balance';
COMMENT ON COLUMN bankroll_entries.status IS 'status of the bet after the entry';
CREATE INDEX bankroll_entries_user_id_entry_id_idx ON bankroll_entries (user_id, entry_id);
CREATE INDEX bankroll_entries_bet_id_entry_id_idx ON bankroll_entries (bet_id, entry_id);
CREATE INDEX bankroll_entries_settlements_created_at_idx ON bankroll_entries (created_at)
WHERE source = 'result' AND reverses IS NULL;
CREATE INDEX bankroll_entries_user_id_created_at_idx ON bankroll_entries (user_id, created_at) WHERE source = 'result';
CREATE UNIQUE INDEX bankroll_entries_one_stake_per_bet_key ON bankroll_entries (bet_id)
WHERE status = 'pending' AND reverses IS NULL;
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
CREATE INDEX bet_closings_user_id_idx ON bet_closings (user_id);

-- Bets that wait for a result or for a closing-line value. No foreign key: deleting a user must not wait for a page of
-- bets that is being settled; a row whose bet is gone is removed when it is due.
CREATE TABLE bets_due (
    bet_id bigint PRIMARY KEY,
    match_id bigint NOT NULL,
    due_at timestamptz
);
COMMENT ON TABLE bets_due IS 'work list of settle_bets: every bet that is open or without a closing-line value';
COMMENT ON COLUMN bets_due.due_at IS 'when to look at the bet; null: when its match changes';
CREATE INDEX bets_due_due_at_bet_id_idx ON bets_due (due_at, bet_id);
CREATE INDEX bets_due_match_id_idx ON bets_due (match_id);

CREATE TABLE matches_to_settle (
    match_id bigint PRIMARY KEY
);
COMMENT ON TABLE matches_to_settle IS 'work list of settle_bets: matches with bets that have changed since it last looked at them';

CREATE FUNCTION add_bets_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bets_due (bet_id, match_id, due_at) SELECT bet_id, match_id, kick_off FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER bets_are_due AFTER INSERT ON bets
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION add_bets_due();

CREATE FUNCTION add_matches_to_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matches_to_settle (match_id)
    SELECT n.match_id
    FROM after_update n
    JOIN before_update o ON o.match_id = n.match_id
    WHERE (n.kick_off, n.hour, n.status, n.home_goals, n.away_goals, n.review)
        IS DISTINCT FROM (o.kick_off, o.hour, o.status, o.home_goals, o.away_goals, o.review)
        AND EXISTS (SELECT FROM bets b WHERE b.match_id = n.match_id)
    ON CONFLICT (match_id) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER matches_are_to_settle AFTER UPDATE ON matches
REFERENCING OLD TABLE AS before_update NEW TABLE AS after_update
FOR EACH STATEMENT EXECUTE FUNCTION add_matches_to_settle();

-- An administrator hands a bet back to the result of its match.
CREATE FUNCTION add_match_of_bet_to_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matches_to_settle (match_id) SELECT match_id FROM bets WHERE bet_id = NEW.bet_id
    ON CONFLICT (match_id) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER bets_handed_back_are_to_settle AFTER INSERT ON bankroll_entries
FOR EACH ROW WHEN (NEW.source = 'administrator' AND NEW.status = 'pending')
EXECUTE FUNCTION add_match_of_bet_to_settle();

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
CREATE TRIGGER play_limits_reject_deleted_users BEFORE INSERT ON play_limits
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();

CREATE TABLE cool_offs (
    user_id uuid PRIMARY KEY,
    begun_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX cool_offs_ends_at_idx ON cool_offs (ends_at);
CREATE TRIGGER cool_offs_reject_deleted_users BEFORE INSERT ON cool_offs
FOR EACH ROW EXECUTE FUNCTION reject_deleted_user();
