-- The search_terms of each article, without case and accents, for a search by search_terms: to find them anew at each search takes seconds.

ALTER TABLE articles ADD COLUMN search_terms text [] NOT NULL GENERATED ALWAYS AS (
    tsvector_to_array(to_tsvector(
        'simple', regexp_replace(normalize(title || ' ' || extract, NFKD), '[\u0300-\u036f]', '', 'g')
    ))
) STORED;
COMMENT ON COLUMN articles.search_terms IS 'the search_terms of title and extract, each once, without case and accents';
CREATE INDEX articles_by_search_term ON articles USING gin (search_terms);
