-- Appends a batch in which every id is new and every request meets its stream as it expects: what nearly every batch
-- is. Nothing has then to be said of each request, so that it takes a fifth less time than log.append.
--
--   streams, expected      one element per request, no stream twice; expected: the stream's last revision, -1 no stream
--   requests, revisions,   one element per event, in order; requests: number of the event's request, from 1;
--   ids … metas            revisions: its place in the stream, from expected + 1 on
--
-- Answers the position of the batch's last event and the time of all; nulls: it is another kind of batch, nothing is
-- written, and log.append is to judge it. Whoever wrote to one of these streams, or one of these ids, after that was
-- looked up makes the INSERT fail, by a unique constraint or in advance_head: the same.
CREATE FUNCTION log.append_fresh(
  streams   text[],
  expected  bigint[],
  requests  integer[],
  revisions bigint[],
  ids       uuid[],
  types     text[],
  versions  integer[],
  datas     text[],
  metas     text[],
  OUT last_position bigint,
  OUT recorded      timestamptz(3)
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
  stamp    timestamptz(3);
BEGIN
  -- Before head is locked, so that the lock is held for the insert alone.
  PERFORM FROM (SELECT unnest(ids) AS id) u
    CROSS JOIN LATERAL (SELECT FROM log.events e WHERE e.id = u.id LIMIT 1) k
    LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;
  PERFORM FROM (SELECT unnest(streams) AS stream, unnest(expected) AS expected) q
    WHERE (SELECT e.revision FROM log.events e
            WHERE e.stream_id = q.stream ORDER BY e.revision DESC LIMIT 1) IS DISTINCT FROM nullif(q.expected, -1)
    LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;

  SELECT h.position, h.recorded_at INTO tip, tip_time FROM log.head h FOR UPDATE;
  stamp := greatest(date_trunc('milliseconds', clock_timestamp()), tip_time);
  INSERT INTO log.events (position, stream_id, revision, id, type, version, data, meta, recorded_at)
  SELECT tip + u.n, streams[u.request], u.revision, u.id, u.type, u.version, u.data, u.meta, stamp
    -- In the list of columns, not as a table, which would be kept and read again: a tenth less time.
    FROM (SELECT generate_series(1, cardinality(ids)) AS n, unnest(requests) AS request,
                 unnest(revisions) AS revision, unnest(ids) AS id, unnest(types) AS type,
                 unnest(versions) AS version, unnest(datas) AS data, unnest(metas) AS meta) u;
  last_position := tip + cardinality(ids);
  recorded := stamp;
END $$;

COMMENT ON FUNCTION log.append_fresh(text[], bigint[], integer[], bigint[], uuid[], text[], integer[], text[], text[]) IS
  'Appends a batch of which all is new and as expected, as log.append would; any other is left to that.';

REVOKE ALL ON FUNCTION log.append_fresh(text[], bigint[], integer[], bigint[], uuid[], text[], integer[], text[], text[])
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append_fresh(text[], bigint[], integer[], bigint[], uuid[], text[], integer[], text[], text[])
  TO hoso_log;
