CREATE TABLE numbering.head (
  singleton   boolean        NOT NULL DEFAULT true,
  log         uuid,
  scanned     bigint         NOT NULL DEFAULT 0,
  position    bigint         NOT NULL DEFAULT 0,
  sequence    bigint         NOT NULL DEFAULT 0,
  recorded_at timestamptz(3),
  past_times  text COLLATE "C",
  CONSTRAINT head_one_row PRIMARY KEY (singleton),
  CONSTRAINT head_only_true CHECK (singleton),
  CONSTRAINT head_scanned_beyond CHECK (scanned >= position)
) WITH (fillfactor = 10);

COMMENT ON TABLE numbering.head IS 'How far the log has been numbered: always exactly one row, moved by compare-and-set.';
COMMENT ON COLUMN numbering.head.singleton IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN numbering.head.log IS 'Which log is numbered: id of the event that began it. Null: none yet.';
COMMENT ON COLUMN numbering.head.scanned IS 'Position up to which $all has been looked through; the checkpoint. Never falls.';
COMMENT ON COLUMN numbering.head.position IS 'Position of the last event numbered; 0: none.';
COMMENT ON COLUMN numbering.head.sequence IS 'Its sequence; 0: none.';
COMMENT ON COLUMN numbering.head.recorded_at IS 'Its time; null: none.';
COMMENT ON COLUMN numbering.head.past_times IS
  'Why events that follow may carry a time of their own (demo, move), as the control stream says; null: they may not.';

INSERT INTO numbering.head DEFAULT VALUES;

REVOKE ALL ON numbering.head FROM PUBLIC;
GRANT SELECT ON numbering.head TO hoso_log, hoso_projector;
