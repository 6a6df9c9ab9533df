-- As obtain.sql, but no key is made under a master key that is no longer in force: a process that still holds the old
-- one after a rotation is stopped here, before it seals what nobody could open any more.
CREATE OR REPLACE FUNCTION keys.obtain(owners text[], groups text[], ids uuid[], wrapped bytea[], master text)
RETURNS TABLE (owner text, field_group text, key_id uuid, key bytea, master_id text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO keys.keys (id, owner, field_group, master_id, wrapped)
  SELECT u.id, u.owner, u.field_group, master, u.wrapped
    FROM unnest(ids, owners, groups, wrapped) AS u(id, owner, field_group, wrapped)
   WHERE (SELECT k.id FROM keys.keys k
           WHERE k.owner = u.owner AND k.field_group = u.field_group AND k.destroyed_at IS NULL) IS NULL
   ORDER BY u.owner COLLATE "C", u.field_group COLLATE "C"
  ON CONFLICT (owner, field_group) WHERE destroyed_at IS NULL DO NOTHING;
  -- After the INSERT, which waits for a rotation at work: this statement then sees what the rotation committed.
  IF EXISTS (SELECT FROM keys.master m WHERE m.kind = 'check' AND m.master_id <> master) THEN
    RAISE EXCEPTION 'the master key % is no longer in force', master USING ERRCODE = 'HK001';
  END IF;
  RETURN QUERY
  SELECT live.owner, live.field_group, live.id, live.wrapped, live.master_id
    FROM unnest(owners, groups) AS u(owner, field_group),
         LATERAL (SELECT k.* FROM keys.keys k
                   WHERE k.owner = u.owner AND k.field_group = u.field_group AND k.destroyed_at IS NULL
                   LIMIT 1) AS live;
END $$;
