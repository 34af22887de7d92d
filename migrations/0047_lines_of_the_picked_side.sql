-- A handicap line is that of the selected side, as bookmakers write it.

COMMENT ON COLUMN bets.line IS 'goals; for a handicap added to the goals of the selected side; 0 for h2h';
COMMENT ON COLUMN picks.line IS 'goals; for a handicap added to the goals of the selected side; 0 for h2h';
COMMENT ON COLUMN offers.line IS 'goals; for a handicap added to the home side''s goals, for both prices; 0 for h2h';
