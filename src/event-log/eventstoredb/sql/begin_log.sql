-- Ties the numbering to a log, once; answers the log it is tied to.
CREATE FUNCTION numbering.begin_log(log_id uuid, begun_at bigint) RETURNS uuid
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE numbering.head SET log = log_id, scanned = begun_at WHERE log IS NULL AND scanned = 0;
  SELECT h.log FROM numbering.head h;
$$;

COMMENT ON FUNCTION numbering.begin_log(uuid, bigint) IS
  'Ties an empty numbering to a log, of which nothing stands before the position; answers the log it is tied to.';

REVOKE ALL ON FUNCTION numbering.begin_log(uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION numbering.begin_log(uuid, bigint) TO hoso_log;
