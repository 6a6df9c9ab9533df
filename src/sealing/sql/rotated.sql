-- Keys destroyed since still open with a backup of the keys and the master key of that time.
ALTER TABLE keys.master ADD COLUMN rotated_at timestamptz NULL;
COMMENT ON COLUMN keys.master.rotated_at IS 'When the master key that wraps it came into force; null: with the keyring.';
