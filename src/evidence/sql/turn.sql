-- What became of a log as a whole. The last row of a log tells whether checkpoints may be signed of it.
CREATE TABLE evidence.turn (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  log     text COLLATE "C" NOT NULL,
  kind    text COLLATE "C" NOT NULL CHECK (kind IN ('restoring', 'restored', 'resumed', 'opened')),
  origin  text COLLATE "C" NOT NULL,
  size    bigint           NOT NULL CHECK (size >= 0),
  root    bytea            NOT NULL CHECK (octet_length(root) = 32),
  note    text COLLATE "C" NOT NULL,
  made_at timestamptz      NOT NULL DEFAULT now()
);

COMMENT ON TABLE evidence.turn IS 'Restores of a log, and what the operator said after them.';
COMMENT ON COLUMN evidence.turn.id IS 'Order.';
COMMENT ON COLUMN evidence.turn.log IS 'Which log: events, or reads.';
COMMENT ON COLUMN evidence.turn.kind IS 'restoring: not whole yet; restored: signing waits; resumed: the same origin goes on; opened: a new origin follows.';
COMMENT ON COLUMN evidence.turn.origin IS 'Origin under which checkpoints are signed from here.';
COMMENT ON COLUMN evidence.turn.size IS 'Size of the checkpoint that the turn rests on.';
COMMENT ON COLUMN evidence.turn.root IS 'Root of that checkpoint.';
COMMENT ON COLUMN evidence.turn.note IS 'That checkpoint, as signed: of the archive restored, or of the last one published.';
COMMENT ON COLUMN evidence.turn.made_at IS 'When, by the clock of the database; proves nothing.';

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.turn
  FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
ALTER TABLE evidence.turn ENABLE ALWAYS TRIGGER refuse_change;
COMMENT ON TRIGGER refuse_change ON evidence.turn IS 'What was done with a log is never taken back.';

REVOKE ALL ON evidence.turn FROM PUBLIC;
GRANT SELECT, INSERT ON evidence.turn TO hoso_projector;
