-- The log role may not lock head itself, as that takes the right to UPDATE it.
CREATE FUNCTION log.lock_head(OUT "position" bigint, OUT recorded_at timestamptz)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.position, h.recorded_at FROM log.head h FOR UPDATE;
$$;

COMMENT ON FUNCTION log.lock_head() IS
  'Makes this transaction the only writer of the log until it ends, and answers the log''s end. For COPY into log.events.';

REVOKE ALL ON FUNCTION log.lock_head() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.lock_head() TO hoso_log;
