-- A checkpoint is inserted here before anybody sees it: who comes second with the same size meets the first one's root.
CREATE TABLE evidence.checkpoint (
  origin  text COLLATE "C" NOT NULL,
  size    bigint           NOT NULL CHECK (size >= 0),
  root    bytea            NOT NULL CHECK (octet_length(root) = 32),
  note    text COLLATE "C" NOT NULL,
  made_at timestamptz      NOT NULL DEFAULT now(),
  CONSTRAINT checkpoint_one_root PRIMARY KEY (origin, size)
);

COMMENT ON TABLE evidence.checkpoint IS 'Every checkpoint that was published, one for each size of a log.';
COMMENT ON COLUMN evidence.checkpoint.origin IS 'Which log, by the name that its checkpoints carry.';
COMMENT ON COLUMN evidence.checkpoint.size IS 'How many events it covers: the sequence of the last.';
COMMENT ON COLUMN evidence.checkpoint.root IS 'Root of the Merkle tree (RFC 6962) of that size.';
COMMENT ON COLUMN evidence.checkpoint.note IS 'The signed note (C2SP tlog-checkpoint) as published.';
COMMENT ON COLUMN evidence.checkpoint.made_at IS 'When it was made, by the clock of the database; proves nothing.';

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
ALTER TABLE evidence.checkpoint ENABLE ALWAYS TRIGGER refuse_change;
COMMENT ON TRIGGER refuse_change ON evidence.checkpoint IS 'A published checkpoint is never taken back.';

REVOKE ALL ON evidence.checkpoint FROM PUBLIC;
GRANT SELECT, INSERT ON evidence.checkpoint TO hoso_projector;
