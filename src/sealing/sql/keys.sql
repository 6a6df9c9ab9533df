CREATE TABLE keys.keys (
  id           uuid        PRIMARY KEY,
  owner        text        NOT NULL COLLATE "C",
  field_group  text        NOT NULL COLLATE "C",
  master_id    text        NOT NULL,
  wrapped      bytea       NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz NULL,
  CONSTRAINT bytes_go_with_destruction CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
COMMENT ON TABLE keys.keys IS 'One live key for each person (or account) and field group. A destroyed key keeps its row without its bytes.';
COMMENT ON COLUMN keys.keys.id IS 'Named by every ciphertext made with the key.';
COMMENT ON COLUMN keys.keys.owner IS 'The stream whose person the values concern.';
COMMENT ON COLUMN keys.keys.field_group IS 'One of the seven field groups.';
COMMENT ON COLUMN keys.keys.master_id IS 'Names the master key that wraps it.';
COMMENT ON COLUMN keys.keys.wrapped IS 'The key, AES-256-GCM under the master key, bound to id, owner and group; null once destroyed.';
COMMENT ON COLUMN keys.keys.created_at IS 'When it was made.';
COMMENT ON COLUMN keys.keys.destroyed_at IS 'When it was lawfully destroyed.';
COMMENT ON CONSTRAINT bytes_go_with_destruction ON keys.keys IS 'What is called destroyed is gone; what is gone was called destroyed.';
CREATE UNIQUE INDEX one_live_key ON keys.keys (owner, field_group) WHERE destroyed_at IS NULL;
COMMENT ON INDEX keys.one_live_key IS 'Two processes that make a key for one person and group end with the same one.';
