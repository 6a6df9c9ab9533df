CREATE TABLE numbering.events (
  sequence    bigint           NOT NULL,
  position    bigint           NOT NULL,
  id          uuid             NOT NULL,
  stream_id   text COLLATE "C" NOT NULL,
  revision    bigint           NOT NULL,
  recorded_at timestamptz(3)   NOT NULL,
  CONSTRAINT events_sequence PRIMARY KEY (sequence),
  CONSTRAINT events_position UNIQUE (position),
  CONSTRAINT events_revision UNIQUE (stream_id, revision)
);
-- Not unique: the port refuses an id that stands in another stream, but what is in the log is in the log.
CREATE INDEX events_id ON numbering.events (id);

COMMENT ON TABLE numbering.events IS 'One row per event of the log in EventStoreDB, in log order; written by numbering.extend alone.';
COMMENT ON COLUMN numbering.events.sequence IS 'Ordinal among all our events, dense from 1: what answers, cursors and citations use.';
COMMENT ON COLUMN numbering.events.position IS 'EventStoreDB''s place of it in $all: grows, not dense.';
COMMENT ON COLUMN numbering.events.id IS 'The event''s id.';
COMMENT ON COLUMN numbering.events.stream_id IS 'Its stream, without the deployment''s prefix.';
COMMENT ON COLUMN numbering.events.revision IS 'Place in the stream, dense from 0.';
COMMENT ON COLUMN numbering.events.recorded_at IS
  'When it was recorded, in whole milliseconds; never falls from one sequence to the next.';

REVOKE ALL ON numbering.events FROM PUBLIC;
GRANT SELECT ON numbering.events TO hoso_log, hoso_projector;
