-- The ordinals of a log that EventStoreDB keeps. Derived: whoever empties it and counts again gets the same rows.
CREATE SCHEMA numbering;

COMMENT ON SCHEMA numbering IS
  'The sequence of each event of a log kept in EventStoreDB, given by the first consumer. Empty while PostgreSQL keeps the log.';

REVOKE ALL ON SCHEMA numbering FROM PUBLIC;
GRANT USAGE ON SCHEMA numbering TO hoso_log, hoso_projector;
