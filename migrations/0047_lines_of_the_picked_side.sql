-- A handicap is written as bookmakers write it: the line is that of the side that is bet on.

COMMENT ON COLUMN bets.line IS 'goals; of a handicap what is added to the goals of the side that is bet on; 0 for h2h';
COMMENT ON COLUMN picks.line IS 'goals; of a handicap what is added to the goals of the side that is bet on; 0 for h2h';
COMMENT ON COLUMN offers.line IS 'goals; of a handicap what is added to the home side''s goals, for both prices; 0 for h2h';
