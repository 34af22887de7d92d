-- Stake of each pick, computed together with the other picks of its day.

ALTER TABLE picks ADD COLUMN stake numeric(7, 6) CHECK (stake BETWEEN 0 AND 1);
COMMENT ON COLUMN picks.stake IS 'share of a bankroll under the policy; null for older picks';
