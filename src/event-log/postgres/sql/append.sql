-- Appends a batch of requests in order, each whole or not at all, each with its own outcome: one bad request does not
-- fail its neighbours. The caller sees to it that no id stands twice in one call.
--
--   streams, expected      one element per request; expected: the stream's last revision, -1 no stream, -2 any
--   sizes, priors          … how many events it has; number of the request before it on the same stream, 0 if none
--   requests, ids …metas   one element per event, in order; requests: number of the event's request, from 1
--   scripted               time to record instead of the clock; only on a log that begins with log_marked_as_demo
--
-- Answers one row per request, in order. kind: a appended, r repeated (already appended), w wrong revision (actual in
-- last_revision, null: no such stream), d content differs (of the event `differing`). What a caller tells wrongly of
-- sizes, priors and requests, advance_head refuses.
CREATE FUNCTION log.append(
  streams  text[],
  expected bigint[],
  sizes    integer[],
  priors   integer[],
  requests integer[],
  ids      uuid[],
  types    text[],
  versions integer[],
  datas    text[],
  metas    text[],
  scripted timestamptz
)
RETURNS TABLE (
  kind           text,
  first_revision bigint,
  last_revision  bigint,
  last_position  bigint,
  recorded       timestamptz(3),
  differing      uuid
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
-- Else every call is planned anew (the planner thinks it pays for short arrays), which takes longer than the append.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  seen      bigint;    -- end of the log before the batch was judged
  tip       bigint;    -- and under the lock
  tip_time  timestamptz;
  stamp     timestamptz(3);
  known     bigint;    -- how many of the batch's ids are in the log
  start     bigint;    -- number of the request's first event
  tail      bigint;    -- the stream's last revision as the request meets it; -1: no such stream
  accepted  bigint;
  -- What the log knows of the request's ids:
  found     bigint;    -- how many
  differs   bigint;    -- the number of the first with other content
  first     bigint;    -- revision of the first, if all stand in its stream, one after the other
  -- By request:
  tails     bigint[];  -- the stream's last revision in the log, later: as the request leaves it
  kinds     text[];
  firsts    bigint[];
  lasts     bigint[];
  differing_ids uuid[];
  shifts    bigint[];  -- place among the inserted minus number of the event; null: inserts nothing
  revisions bigint[];  -- revision minus number of the event
BEGIN
  -- Judged before head is locked, so that the lock is held for the insert alone; judged again under the lock in the
  -- rare case that another process has meanwhile written to one of these streams, or one of these ids.
  LOOP
    -- Probes with LIMIT 1: `id = ANY (…)` gets a sequential scan on a young table and keeps it.
    SELECT h.position,
           (SELECT count(*)
              FROM unnest(ids) AS u (id)
             CROSS JOIN LATERAL (SELECT FROM log.events e WHERE e.id = u.id LIMIT 1) k),
           ARRAY(SELECT (SELECT e.revision FROM log.events e
                          WHERE e.stream_id = q.stream ORDER BY e.revision DESC LIMIT 1)
                   FROM unnest(streams) AS q (stream))
      INTO seen, known, tails
      FROM log.head h;

    accepted := 0;
    start := 1;
    FOR i IN 1..cardinality(streams) LOOP
      IF known > 0 THEN
        SELECT count(k.position),
               min(g) FILTER (WHERE CASE WHEN k.position IS NOT NULL THEN
                 (k.type, k.version, k.data) IS DISTINCT FROM (types[g], versions[g], datas[g]) END),
               CASE WHEN count(k.position) = sizes[i]
                     AND min(k.revision - g) = max(k.revision - g)
                     AND bool_and(k.stream_id = streams[i]) THEN min(k.revision) END
          INTO found, differs, first
          FROM generate_series(start, start + sizes[i] - 1) AS g
          LEFT JOIN LATERAL (SELECT * FROM log.events e WHERE e.id = ids[g] LIMIT 1) k ON true;
      END IF;
      tail := coalesce(tails[CASE priors[i] WHEN 0 THEN i ELSE priors[i] END], -1);
      tails[i] := tail;
      differing_ids[i] := NULL;
      firsts[i] := NULL;
      shifts[i] := NULL;
      revisions[i] := NULL;
      IF differs IS NOT NULL THEN
        kinds[i] := 'd';
        differing_ids[i] := ids[differs];
      ELSIF found > 0 THEN
        IF expected[i] = first - 1 OR (expected[i] = -2 AND first IS NOT NULL) THEN
          kinds[i] := 'r';
          firsts[i] := first;
          lasts[i] := first + sizes[i] - 1;
        ELSE
          kinds[i] := 'w';
          lasts[i] := nullif(tail, -1);
        END IF;
      ELSIF expected[i] = tail OR expected[i] = -2 THEN
        kinds[i] := 'a';
        firsts[i] := tail + 1;
        lasts[i] := tail + sizes[i];
        tails[i] := tail + sizes[i];
        shifts[i] := accepted + 1 - start;
        revisions[i] := tail + 1 - start;
        accepted := accepted + sizes[i];
      ELSE
        kinds[i] := 'w';
        lasts[i] := nullif(tail, -1);
      END IF;
      start := start + sizes[i];
    END LOOP;
    EXIT WHEN accepted = 0;
    SELECT h.position, h.recorded_at INTO tip, tip_time FROM log.head h FOR UPDATE;
    EXIT WHEN tip = seen OR NOT EXISTS (
      SELECT FROM log.events e
       WHERE e.position > seen
         AND (e.stream_id IN (SELECT unnest(streams)) OR e.id IN (SELECT unnest(ids)))
    );
  END LOOP;

  IF accepted > 0 THEN
    IF scripted IS NULL THEN
      stamp := greatest(date_trunc('milliseconds', clock_timestamp()), tip_time);
    ELSE
      -- The number of the first event to insert is 1 minus its request's shift.
      IF coalesce((SELECT e.type FROM log.events e WHERE e.position = 1), types[1 - shifts[array_position(kinds, 'a')]])
           <> 'log_marked_as_demo' THEN
        RAISE EXCEPTION 'only a log whose first event marks it as a demonstration takes a scripted clock'
          USING ERRCODE = 'HOS01';
      END IF;
      IF scripted < tip_time THEN
        RAISE EXCEPTION 'the scripted clock runs backwards: % is before %', scripted, tip_time
          USING ERRCODE = 'HOS01';
      END IF;
      stamp := scripted;
    END IF;
    INSERT INTO log.events (position, stream_id, revision, id, type, version, data, meta, recorded_at)
    SELECT tip + shifts[u.request] + u.n, streams[u.request], revisions[u.request] + u.n,
           u.id, u.type, u.version, u.data, u.meta, stamp
      FROM unnest(requests, ids, types, versions, datas, metas)
           WITH ORDINALITY AS u (request, id, type, version, data, meta, n)
     WHERE shifts[u.request] IS NOT NULL;
  END IF;

  FOR i IN 1..cardinality(streams) LOOP
    kind := kinds[i];
    first_revision := firsts[i];
    last_revision := lasts[i];
    differing := differing_ids[i];
    IF kind = 'a' THEN
      last_position := tip + shifts[i] - revisions[i] + lasts[i];
      recorded := stamp;
    ELSIF kind = 'r' THEN
      SELECT e.position, e.recorded_at INTO last_position, recorded
        FROM log.events e WHERE e.stream_id = streams[i] AND e.revision = lasts[i];
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

COMMENT ON FUNCTION log.append(text[], bigint[], integer[], integer[], integer[], uuid[], text[], integer[], text[], text[], timestamptz) IS
  'Appends a batch of requests, each whole or not at all and each with its own outcome; the only door of the service.';

REVOKE ALL ON FUNCTION
  log.append(text[], bigint[], integer[], integer[], integer[], uuid[], text[], integer[], text[], text[], timestamptz)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  log.append(text[], bigint[], integer[], integer[], integer[], uuid[], text[], integer[], text[], text[], timestamptz)
  TO hoso_log;
