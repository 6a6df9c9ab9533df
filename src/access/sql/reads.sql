CREATE SCHEMA audit;
COMMENT ON SCHEMA audit IS 'Who read what: rows are only ever added. No part of the event log.';
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO hoso_access;

CREATE TABLE audit.reads (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at        timestamptz NOT NULL,
  request   text        NOT NULL,
  account   uuid        NOT NULL,
  unit      uuid        NOT NULL,
  client    text        NOT NULL,
  route     text        NOT NULL,
  person    uuid        NULL,
  ground    text        NULL,
  consents  text[]      NOT NULL,
  groups    text[]      NOT NULL,
  as_of     date        NULL,
  known_at  bigint      NULL,
  filter    text        NULL,
  count     integer     NULL,
  status    integer     NOT NULL
);
COMMENT ON TABLE audit.reads IS 'One row for each question about persons, answered or refused.';
COMMENT ON COLUMN audit.reads.id IS 'Order of writing.';
COMMENT ON COLUMN audit.reads.at IS 'When it was asked, by the service’s clock.';
COMMENT ON COLUMN audit.reads.request IS 'Id of the request, as in the service’s log.';
COMMENT ON COLUMN audit.reads.account IS 'Account that asked.';
COMMENT ON COLUMN audit.reads.unit IS 'Unit it acted for; zeros: none.';
COMMENT ON COLUMN audit.reads.client IS 'Login or system through which it asked.';
COMMENT ON COLUMN audit.reads.route IS 'Method and path template.';
COMMENT ON COLUMN audit.reads.person IS 'Whom it was about; null: a list.';
COMMENT ON COLUMN audit.reads.ground IS 'On what the right rested; null: refused, or a list.';
COMMENT ON COLUMN audit.reads.consents IS 'Numbers of the written consents used.';
COMMENT ON COLUMN audit.reads.groups IS 'Field groups shown.';
COMMENT ON COLUMN audit.reads.as_of IS 'E: the day asked for.';
COMMENT ON COLUMN audit.reads.known_at IS 'K: the sequence asked for; null: now.';
COMMENT ON COLUMN audit.reads.filter IS 'Filter of a list, sealed: it can hold a name.';
COMMENT ON COLUMN audit.reads.count IS 'Rows of a list.';
COMMENT ON COLUMN audit.reads.status IS 'HTTP status of the answer.';
CREATE INDEX reads_person ON audit.reads (person, id DESC);
COMMENT ON INDEX audit.reads_person IS 'Answers: who has read this file?';

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit of reads is only ever added to';
END $$;
COMMENT ON FUNCTION audit.refuse_change IS 'Refuses to change or remove what was audited.';
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.reads
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
COMMENT ON TRIGGER only_added ON audit.reads IS 'Rows are only ever added.';
ALTER TABLE audit.reads ENABLE ALWAYS TRIGGER only_added;
GRANT SELECT, INSERT ON audit.reads TO hoso_access;
