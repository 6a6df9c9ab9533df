-- Whose signatures count: a key that was lost, or exchanged behind our back, is told from a new one.
CREATE TABLE evidence.signer (
  verifier text COLLATE "C" PRIMARY KEY,
  since    timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE evidence.signer IS 'The public keys under which checkpoints were and are signed.';
COMMENT ON COLUMN evidence.signer.verifier IS 'Public key as C2SP signed-note writes it: <name>+<id>+<base64>.';
COMMENT ON COLUMN evidence.signer.since IS 'When it was first used here.';

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.signer
  FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
ALTER TABLE evidence.signer ENABLE ALWAYS TRIGGER refuse_change;
COMMENT ON TRIGGER refuse_change ON evidence.signer IS 'A key that has signed is never forgotten.';

REVOKE ALL ON evidence.signer FROM PUBLIC;
GRANT SELECT, INSERT ON evidence.signer TO hoso_projector;
