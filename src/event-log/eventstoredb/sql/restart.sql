-- For the owner alone (hoso renumber, hoso move): the rows are derived, and counted again from the log.
CREATE FUNCTION numbering.restart() RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  TRUNCATE numbering.events;
  UPDATE numbering.head
     SET log = NULL, scanned = 0, position = 0, sequence = 0, recorded_at = NULL, past_times = NULL;
$$;

COMMENT ON FUNCTION numbering.restart() IS 'Forgets the numbering, which is then made again from the log.';

REVOKE ALL ON FUNCTION numbering.restart() FROM PUBLIC;
