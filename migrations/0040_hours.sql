-- Whether the kick-off time is known. Until now midnight, or 15:00 in London, was the placeholder for an unknown time.

ALTER TABLE matches ADD COLUMN hour text NOT NULL DEFAULT 'known' CHECK (hour IN ('known', 'borrowed', 'unknown'));
COMMENT ON COLUMN matches.hour IS 'known: from its own source; borrowed: from another source for the same day; unknown: kick_off is the last minute of the day in Paris';

ALTER TABLE bets ADD COLUMN hour_known boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN bets.hour_known IS 'false: kick_off was the last minute of the day when the bet was placed';

UPDATE matches
SET hour = 'unknown', kick_off = ((kick_off AT TIME ZONE 'UTC')::date + time '23:59') AT TIME ZONE 'Europe/Paris'
WHERE source = 'football_data_org' AND status IN ('scheduled', 'postponed', 'cancelled', 'suspended', 'awarded')
    AND (kick_off AT TIME ZONE 'UTC')::time = time '00:00'
    AND EXISTS (
        SELECT FROM external_ids o
        JOIN payloads p ON p.source = 'football_data_org/matches' AND p.external_id = o.external_id
        WHERE o.source = 'football_data_org' AND o.match_id = matches.match_id
            AND NOT EXISTS (
                SELECT FROM payloads later
                WHERE later.source = p.source AND later.external_id = p.external_id AND later.known_at > p.known_at
            )
            AND p.content::jsonb ->> 'status' <> 'TIMED'
    );

UPDATE matches
SET hour = 'unknown', kick_off = ((kick_off AT TIME ZONE 'Europe/London')::date + time '23:59') AT TIME ZONE 'Europe/Paris'
WHERE source = 'football_data_uk' AND (kick_off AT TIME ZONE 'Europe/London')::time = time '15:00'
    AND EXISTS (
        SELECT FROM external_ids o
        JOIN payloads p ON p.source IN ('football_data_uk/results', 'football_data_uk/fixtures') AND p.external_id = o.external_id
        WHERE o.source = 'football_data_uk' AND o.match_id = matches.match_id
    )
    AND NOT EXISTS (
        SELECT FROM external_ids o
        JOIN payloads p ON p.source IN ('football_data_uk/results', 'football_data_uk/fixtures') AND p.external_id = o.external_id
        WHERE o.source = 'football_data_uk' AND o.match_id = matches.match_id AND p.content::jsonb ? 'Time'
    );
