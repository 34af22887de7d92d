-- Factors of a prediction, bounds of its ratings probabilities, and clubs with too few matches.

ALTER TABLE predictions
ADD COLUMN factors jsonb,
ADD COLUMN ratings_bounds double precision [],
ADD COLUMN newcomers integer [] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN predictions.factors IS
'probabilities of two average clubs (start) and the contribution of each factor; they sum to the prediction';
COMMENT ON COLUMN predictions.ratings_bounds IS 'low and high of the three ratings probabilities';
