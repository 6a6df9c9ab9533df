-- Binds: ids, owners, groups (whose key each was). Destroys these keys and no others: the bytes go, the row stays with
-- what the key was for. A key that a restored backup lacks is entered as destroyed, so that it is never taken for lost.
-- Safe to repeat. Answers how many it destroyed now.
CREATE FUNCTION keys.destroy(ids uuid[], owners text[], groups text[])
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  destroyed integer;
BEGIN
  INSERT INTO keys.keys AS k (id, owner, field_group, master_id, wrapped, destroyed_at)
  SELECT u.id, u.owner, u.field_group, '', NULL, clock_timestamp()
    FROM unnest(ids, owners, groups) AS u(id, owner, field_group)
   ORDER BY u.id
  ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = clock_timestamp()
   WHERE k.destroyed_at IS NULL AND k.owner = excluded.owner AND k.field_group = excluded.field_group;
  GET DIAGNOSTICS destroyed = ROW_COUNT;
  RETURN destroyed;
END $$;
COMMENT ON FUNCTION keys.destroy IS 'Lawful destruction of keys that an event in the log names.';
REVOKE ALL ON FUNCTION keys.destroy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keys.destroy TO hoso_keys;
