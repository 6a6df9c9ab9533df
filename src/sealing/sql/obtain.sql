-- Binds: owners, groups (a name each), ids and wrapped (a key made for each name, in case there is none), master.
-- Gives the live key of each name: the one that was there, else the one given. A name is lacking only when its key was
-- destroyed meanwhile: ask again.
CREATE FUNCTION keys.obtain(owners text[], groups text[], ids uuid[], wrapped bytea[], master text)
RETURNS TABLE (owner text, field_group text, key_id uuid, key bytea, master_id text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  -- In one order everywhere, so that two processes cannot wait for each other. Both statements look up name by name (a
  -- sub-select, not a join): a plan made while the table was young stays good when it is large.
  INSERT INTO keys.keys (id, owner, field_group, master_id, wrapped)
  SELECT u.id, u.owner, u.field_group, master, u.wrapped
    FROM unnest(ids, owners, groups, wrapped) AS u(id, owner, field_group, wrapped)
   WHERE (SELECT k.id FROM keys.keys k
           WHERE k.owner = u.owner AND k.field_group = u.field_group AND k.destroyed_at IS NULL) IS NULL
   ORDER BY u.owner COLLATE "C", u.field_group COLLATE "C"
  ON CONFLICT (owner, field_group) WHERE destroyed_at IS NULL DO NOTHING;
  -- A statement of its own: it sees what another process committed while the one above waited for it.
  RETURN QUERY
  SELECT live.owner, live.field_group, live.id, live.wrapped, live.master_id
    FROM unnest(owners, groups) AS u(owner, field_group),
         LATERAL (SELECT k.* FROM keys.keys k
                   WHERE k.owner = u.owner AND k.field_group = u.field_group AND k.destroyed_at IS NULL
                   LIMIT 1) AS live;
END $$;
COMMENT ON FUNCTION keys.obtain IS 'The live keys of many names, made where they are missing.';
