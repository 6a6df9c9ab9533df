-- Appends one event alone, as log.append would: no batch to take apart, so that it takes two thirds of the time.
--
--   expected               the stream's last revision, -1 no stream, -2 any
--
-- Answers as log.append, and kind k: the id is in the log already; what that means is for log.append to say.
CREATE FUNCTION log.append_one(
  stream   text,
  expected bigint,
  id       uuid,
  type     text,
  version  integer,
  data     text,
  meta     text,
  OUT kind           text,
  OUT first_revision bigint,
  OUT last_revision  bigint,
  OUT last_position  bigint,
  OUT recorded       timestamptz(3),
  OUT differing      uuid
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  tip      bigint;
  tip_time timestamptz;
  tail     bigint;
BEGIN
  -- Every statement after the lock sees all that was committed before it.
  SELECT h.position, h.recorded_at INTO tip, tip_time FROM log.head h FOR UPDATE;
  PERFORM FROM log.events e WHERE e.id = append_one.id;
  IF FOUND THEN
    kind := 'k';
    RETURN;
  END IF;
  SELECT e.revision INTO tail FROM log.events e
   WHERE e.stream_id = append_one.stream ORDER BY e.revision DESC LIMIT 1;
  IF expected <> coalesce(tail, -1) AND expected <> -2 THEN
    kind := 'w';
    last_revision := tail;
    RETURN;
  END IF;
  kind := 'a';
  first_revision := coalesce(tail, -1) + 1;
  last_revision := first_revision;
  last_position := tip + 1;
  recorded := greatest(date_trunc('milliseconds', clock_timestamp()), tip_time);
  INSERT INTO log.events (position, stream_id, revision, id, type, version, data, meta, recorded_at)
  VALUES (last_position, append_one.stream, first_revision, append_one.id, append_one.type, append_one.version,
          append_one.data, append_one.meta, recorded);
END $$;

COMMENT ON FUNCTION log.append_one(text, bigint, uuid, text, integer, text, text) IS
  'Appends one event alone, as log.append would; an id that is in the log already is left to that.';

REVOKE ALL ON FUNCTION log.append_one(text, bigint, uuid, text, integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append_one(text, bigint, uuid, text, integer, text, text) TO hoso_log;
