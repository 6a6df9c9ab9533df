-- Text, not jsonb: jsonb reorders keys, drops duplicates and refuses \u0000, and so destroys the bytes that are hashed.
CREATE TABLE log.events (
  position    bigint           NOT NULL,
  stream_id   text COLLATE "C" NOT NULL,
  revision    bigint           NOT NULL,
  id          uuid             NOT NULL,
  type        text COLLATE "C" NOT NULL,
  version     integer          NOT NULL,
  data        text COLLATE "C" NOT NULL,
  meta        text COLLATE "C" NOT NULL,
  recorded_at timestamptz(3)   NOT NULL,
  CONSTRAINT events_position PRIMARY KEY (position),
  CONSTRAINT events_revision UNIQUE (stream_id, revision),
  CONSTRAINT events_id       UNIQUE (id),
  CONSTRAINT events_version_from_one CHECK (version >= 1)
);

COMMENT ON TABLE log.events IS
  'One row per event, never changed and never deleted; a trigger refuses both. The stream''s last revision is its highest row.';
COMMENT ON COLUMN log.events.position IS
  'Place in the log, dense from 1: the order in which events were recorded, and the sequence that citations use.';
COMMENT ON COLUMN log.events.stream_id IS
  'The history the event belongs to, <category>-<id>, for instance person-<uuid>. Never holds a personal value.';
COMMENT ON COLUMN log.events.revision IS 'Place in the stream, dense from 0.';
COMMENT ON COLUMN log.events.id IS 'Made by the caller; the same id is recorded once, so that a retry is safe.';
COMMENT ON COLUMN log.events.type IS 'Stable name of what happened, in the past tense.';
COMMENT ON COLUMN log.events.version IS 'Version of the type''s schema, from 1.';
COMMENT ON COLUMN log.events.data IS
  'Canonical JSON (RFC 8785) as given, byte for byte; personal values in it are sealed (encrypted).';
COMMENT ON COLUMN log.events.meta IS
  'Canonical JSON as given: who acted for which unit, with what client, by what reference data.';
COMMENT ON COLUMN log.events.recorded_at IS
  'When it was recorded, in whole milliseconds; never falls from one position to the next.';

REVOKE ALL ON log.events FROM PUBLIC;
GRANT SELECT, INSERT ON log.events TO hoso_log;
GRANT SELECT ON log.events TO hoso_projector;
