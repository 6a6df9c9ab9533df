-- Processes that follow the log and append to it: one row each, its checkpoint moved by compare-and-set.
CREATE SCHEMA consuming;

CREATE TABLE consuming.consumer (
  name          text COLLATE "C" PRIMARY KEY,
  position      bigint      NOT NULL DEFAULT 0,
  sequence      bigint      NOT NULL DEFAULT 0,
  beat_at       timestamptz NOT NULL DEFAULT now(),
  stopped_at    timestamptz,
  stopped_error text
);

COMMENT ON SCHEMA consuming IS 'How far the processes that act on the log have read it.';
COMMENT ON TABLE consuming.consumer IS 'One row for each process that follows the log and acts on it, in whatever service it runs.';
COMMENT ON COLUMN consuming.consumer.name IS 'Its name.';
COMMENT ON COLUMN consuming.consumer.position IS 'Checkpoint: everything up to here has been acted on.';
COMMENT ON COLUMN consuming.consumer.sequence IS 'Sequence of the checkpoint.';
COMMENT ON COLUMN consuming.consumer.beat_at IS 'When it last did something, with events or idle.';
COMMENT ON COLUMN consuming.consumer.stopped_at IS 'When something stopped it after the checkpoint; null: nothing has.';
COMMENT ON COLUMN consuming.consumer.stopped_error IS 'What went wrong, without personal values.';

REVOKE ALL ON SCHEMA consuming FROM PUBLIC;
GRANT USAGE ON SCHEMA consuming TO hoso_projector;
GRANT SELECT, INSERT, UPDATE ON consuming.consumer TO hoso_projector;
