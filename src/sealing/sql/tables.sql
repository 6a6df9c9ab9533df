CREATE SCHEMA keys;
COMMENT ON SCHEMA keys IS 'The keyring: what sealed values are opened with. Back it up apart from the log, with a retention of its own.';

CREATE TABLE keys.master (
  id         uuid        PRIMARY KEY,
  kind       text        NOT NULL CHECK (kind IN ('check', 'index')),
  master_id  text        NOT NULL,
  wrapped    bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (kind)
);
COMMENT ON TABLE keys.master IS 'What the whole deployment has once: a known value that tells the right master key from a wrong one, and the index key.';
COMMENT ON COLUMN keys.master.id IS 'Bound into the wrapping.';
COMMENT ON COLUMN keys.master.kind IS 'check: a known value; index: the key of ids and look-ups derived from external ids.';
COMMENT ON COLUMN keys.master.master_id IS 'Names the master key that wraps it.';
COMMENT ON COLUMN keys.master.wrapped IS 'AES-256-GCM under the master key.';
COMMENT ON COLUMN keys.master.created_at IS 'When it was made.';

CREATE TABLE keys.keys (
  id           uuid        PRIMARY KEY,
  owner        text        NOT NULL COLLATE "C",
  field_group  text        NOT NULL,
  master_id    text        NOT NULL,
  wrapped      bytea       NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz NULL,
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
COMMENT ON TABLE keys.keys IS 'One key for each person (or account) and field group. A destroyed key keeps its row without its bytes.';
COMMENT ON COLUMN keys.keys.id IS 'Named by every ciphertext made with the key.';
COMMENT ON COLUMN keys.keys.owner IS 'The stream whose person the values concern.';
COMMENT ON COLUMN keys.keys.field_group IS 'One of the seven field groups.';
COMMENT ON COLUMN keys.keys.master_id IS 'Names the master key that wraps it.';
COMMENT ON COLUMN keys.keys.wrapped IS 'The key, AES-256-GCM under the master key; null once destroyed.';
COMMENT ON COLUMN keys.keys.created_at IS 'When it was made.';
COMMENT ON COLUMN keys.keys.destroyed_at IS 'When it was lawfully destroyed.';
CREATE UNIQUE INDEX one_live_key ON keys.keys (owner, field_group) WHERE destroyed_at IS NULL;
COMMENT ON INDEX keys.one_live_key IS 'Two processes that make a key for one person and group end with the same one.';
