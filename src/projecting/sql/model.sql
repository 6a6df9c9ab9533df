-- One row per generation of a read model: its checkpoint, moved by compare-and-set together with its rows.
CREATE TABLE projecting.model (
  schema_name     text COLLATE "C" PRIMARY KEY,
  projection      text COLLATE "C" NOT NULL,
  version         integer          NOT NULL CHECK (version >= 1),
  generation      integer          NOT NULL CHECK (generation >= 1),
  definition      text             NOT NULL,
  views           text             NOT NULL DEFAULT '',
  state           text COLLATE "C" NOT NULL CHECK (state IN ('building', 'serving', 'retired')),
  indexed         boolean          NOT NULL DEFAULT false,
  target          bigint           NOT NULL,
  target_sequence bigint           NOT NULL,
  position        bigint           NOT NULL,
  sequence        bigint           NOT NULL,
  made_at         timestamptz      NOT NULL DEFAULT now(),
  beat_at         timestamptz      NOT NULL DEFAULT now(),
  stopped_at      timestamptz,
  stopped_position bigint,
  stopped_sequence bigint,
  stopped_event   uuid,
  stopped_type    text,
  stopped_error   text,
  CONSTRAINT model_generation UNIQUE (projection, version, generation)
);
CREATE UNIQUE INDEX model_serving ON projecting.model (projection) WHERE state = 'serving';

COMMENT ON TABLE projecting.model IS
  'Generations of read models. At most one of a projection serves; others are being built beside it, or are retired and wait to be dropped.';
COMMENT ON COLUMN projecting.model.schema_name IS 'Schema that holds its tables.';
COMMENT ON COLUMN projecting.model.projection IS 'Name of the projection.';
COMMENT ON COLUMN projecting.model.version IS 'Version declared beside the fold.';
COMMENT ON COLUMN projecting.model.generation IS 'Raised by each rebuild of the version.';
COMMENT ON COLUMN projecting.model.definition IS 'SHA-256 of the statements that made its tables.';
COMMENT ON COLUMN projecting.model.views IS 'SHA-256 of the views that were made on it.';
COMMENT ON COLUMN projecting.model.state IS 'building, serving or retired.';
COMMENT ON COLUMN projecting.model.indexed IS 'Whether its indexes are made: after the fold of everything up to the target.';
COMMENT ON COLUMN projecting.model.target IS 'End of the log when the build began: up to here whole streams are folded once.';
COMMENT ON COLUMN projecting.model.target_sequence IS 'Sequence of the target.';
COMMENT ON COLUMN projecting.model.position IS 'Checkpoint: the log has been read up to here. Before the target, only the streams begun up to here are in.';
COMMENT ON COLUMN projecting.model.sequence IS 'Sequence of the checkpoint.';
COMMENT ON COLUMN projecting.model.made_at IS 'When it was begun.';
COMMENT ON COLUMN projecting.model.beat_at IS 'When its runner last did something, with events or idle.';
COMMENT ON COLUMN projecting.model.stopped_at IS 'When an event stopped it; null: none has.';
COMMENT ON COLUMN projecting.model.stopped_position IS 'Position of that event.';
COMMENT ON COLUMN projecting.model.stopped_sequence IS 'Its sequence.';
COMMENT ON COLUMN projecting.model.stopped_event IS 'Its id.';
COMMENT ON COLUMN projecting.model.stopped_type IS 'Its type.';
COMMENT ON COLUMN projecting.model.stopped_error IS 'What went wrong, without personal values.';

REVOKE ALL ON projecting.model FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON projecting.model TO hoso_projector;
