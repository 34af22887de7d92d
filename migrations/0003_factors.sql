-- What moved a forecast, how far from the close it may be, and which of its clubs are too new to be known.

ALTER TABLE predictions
ADD COLUMN factors jsonb,
ADD COLUMN ratings_bounds double precision [],
ADD COLUMN newcomers integer [] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN predictions.factors IS
'home win, draw, away win of two average clubs (start), and what each factor adds to them; together the forecast';
COMMENT ON COLUMN predictions.ratings_bounds IS 'low and high of the three ratings probabilities';
