-- The end of the log, and the one row that every writer locks first: order of commit = order of position, no gaps.
-- fillfactor leaves room on the page for HOT updates: each append replaces the row.
CREATE TABLE log.head (
  singleton   boolean        NOT NULL DEFAULT true,
  position    bigint         NOT NULL,
  recorded_at timestamptz(3),
  CONSTRAINT head_one_row PRIMARY KEY (singleton),
  CONSTRAINT head_only_true CHECK (singleton)
) WITH (fillfactor = 10);

COMMENT ON TABLE log.head IS 'The end of the log: always exactly one row. Locked first by whoever appends.';
COMMENT ON COLUMN log.head.singleton IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN log.head.position IS 'Position of the last event; 0 when the log is empty.';
COMMENT ON COLUMN log.head.recorded_at IS 'When the last event was recorded; null when the log is empty.';

INSERT INTO log.head (position) VALUES (0);

REVOKE ALL ON log.head FROM PUBLIC;
GRANT SELECT ON log.head TO hoso_log, hoso_projector;
