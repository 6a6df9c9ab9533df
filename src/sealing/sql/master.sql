CREATE TABLE keys.master (
  id         uuid        PRIMARY KEY,
  kind       text        NOT NULL CHECK (kind IN ('check', 'index')),
  master_id  text        NOT NULL,
  wrapped    bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_of_a_kind UNIQUE (kind)
);
COMMENT ON TABLE keys.master IS 'What the whole deployment has once: a known value that tells the right master key from a wrong one, and the index key.';
COMMENT ON COLUMN keys.master.id IS 'Bound into the wrapping, with the kind.';
COMMENT ON COLUMN keys.master.kind IS 'check: a known value; index: the key of ids and look-ups derived from external ids.';
COMMENT ON COLUMN keys.master.master_id IS 'Names the master key that wraps it.';
COMMENT ON COLUMN keys.master.wrapped IS 'AES-256-GCM under the master key.';
COMMENT ON COLUMN keys.master.created_at IS 'When it was made.';
COMMENT ON CONSTRAINT one_of_a_kind ON keys.master IS 'Of two processes that start at once on an empty keyring the values of one stand, for both.';
