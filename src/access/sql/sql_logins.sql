CREATE SCHEMA sql_logins;
COMMENT ON SCHEMA sql_logins IS 'What each SQL login for reporting may see, and what it asked: rows are only ever added. No part of the event log.';
REVOKE ALL ON SCHEMA sql_logins FROM PUBLIC;
GRANT USAGE ON SCHEMA sql_logins TO hoso_access, hoso_projector;

CREATE TABLE sql_logins.given (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  login       text COLLATE "C" NOT NULL,
  document    text        NOT NULL CHECK (document <> ''),
  units       uuid[]      NULL,
  groups      text[]      NOT NULL,
  valid_from  date        NOT NULL,
  valid_until date        NOT NULL,
  account     uuid        NOT NULL
);
COMMENT ON TABLE sql_logins.given IS 'Written consents (Điều 7.3) for SQL logins. The newest row of a login counts, on its days; one whose last day lies before the first takes it back.';
COMMENT ON COLUMN sql_logins.given.id IS 'Order of writing.';
COMMENT ON COLUMN sql_logins.given.at IS 'When it was entered.';
COMMENT ON COLUMN sql_logins.given.login IS 'The SQL login.';
COMMENT ON COLUMN sql_logins.given.document IS 'Number of the written consent, or of what takes it back.';
COMMENT ON COLUMN sql_logins.given.units IS 'Units whose records it sees, with those below them today; null: the whole city.';
COMMENT ON COLUMN sql_logins.given.groups IS 'Field groups it sees; the others are masked.';
COMMENT ON COLUMN sql_logins.given.valid_from IS 'First day.';
COMMENT ON COLUMN sql_logins.given.valid_until IS 'Last day.';
COMMENT ON COLUMN sql_logins.given.account IS 'Account that entered it.';
CREATE INDEX given_login ON sql_logins.given (login, id DESC);
COMMENT ON INDEX sql_logins.given_login IS 'Finds what counts for a login.';

-- session_user is whoever logged in, whatever roles they take on; the day is the server's, whatever a session sets.
CREATE VIEW sql_logins.session WITH (security_barrier = true) AS
SELECT NULL::text AS login, NULL::text AS document, NULL::uuid[] AS units,
       '{identity,family,political,health,discipline,pay_tax,history}'::text[] AS groups,
       NULL::date AS valid_from, NULL::date AS valid_until
 WHERE pg_has_role(session_user, 'hoso_projector', 'MEMBER')
UNION ALL
SELECT g.login, g.document, g.units, g.groups, g.valid_from, g.valid_until
  FROM (SELECT * FROM sql_logins.given WHERE login = session_user ORDER BY id DESC LIMIT 1) g
 WHERE NOT pg_has_role(session_user, 'hoso_projector', 'MEMBER')
   AND (statement_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date BETWEEN g.valid_from AND g.valid_until;
COMMENT ON VIEW sql_logins.session IS 'What the session’s own login may see today: one row, or none. Who owns the read models sees everything.';
COMMENT ON COLUMN sql_logins.session.login IS 'The SQL login; null: the owner of the read models.';
COMMENT ON COLUMN sql_logins.session.document IS 'Number of the written consent.';
COMMENT ON COLUMN sql_logins.session.units IS 'Units whose records it sees, with those below them today; null: the whole city.';
COMMENT ON COLUMN sql_logins.session.groups IS 'Field groups it sees.';
COMMENT ON COLUMN sql_logins.session.valid_from IS 'First day.';
COMMENT ON COLUMN sql_logins.session.valid_until IS 'Last day.';

CREATE TABLE sql_logins.asked (
  id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  login        text COLLATE "C" NOT NULL,
  query_id     bigint      NOT NULL,
  statement    text        NOT NULL,
  views        text[]      NOT NULL,
  calls        bigint      NOT NULL,
  rows         bigint      NOT NULL,
  milliseconds double precision NOT NULL,
  calls_so_far bigint      NOT NULL,
  rows_so_far  bigint      NOT NULL,
  milliseconds_so_far double precision NOT NULL
);
COMMENT ON TABLE sql_logins.asked IS 'What SQL logins asked, counted since the count before. Which persons they read is not known.';
COMMENT ON COLUMN sql_logins.asked.id IS 'Order of writing.';
COMMENT ON COLUMN sql_logins.asked.at IS 'When it was counted: asked since the count before, a few seconds earlier.';
COMMENT ON COLUMN sql_logins.asked.login IS 'The SQL login.';
COMMENT ON COLUMN sql_logins.asked.query_id IS 'What PostgreSQL tells equal statements by.';
COMMENT ON COLUMN sql_logins.asked.statement IS 'The statement without its literals.';
COMMENT ON COLUMN sql_logins.asked.views IS 'Reporting views that it names.';
COMMENT ON COLUMN sql_logins.asked.calls IS 'How often it was carried out.';
COMMENT ON COLUMN sql_logins.asked.rows IS 'Rows that it answered.';
COMMENT ON COLUMN sql_logins.asked.milliseconds IS 'Time that it took.';
COMMENT ON COLUMN sql_logins.asked.calls_so_far IS 'PostgreSQL’s own counter of calls at that moment.';
COMMENT ON COLUMN sql_logins.asked.rows_so_far IS 'PostgreSQL’s own counter of rows.';
COMMENT ON COLUMN sql_logins.asked.milliseconds_so_far IS 'PostgreSQL’s own counter of time.';
CREATE INDEX asked_query ON sql_logins.asked (login, query_id, id DESC);
COMMENT ON INDEX sql_logins.asked_query IS 'Finds the count before.';

CREATE FUNCTION sql_logins.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what SQL logins were given and asked is only ever added to';
END $$;
COMMENT ON FUNCTION sql_logins.refuse_change IS 'Refuses to change or remove what was kept.';
REVOKE ALL ON FUNCTION sql_logins.refuse_change FROM PUBLIC;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON sql_logins.given
  FOR EACH STATEMENT EXECUTE FUNCTION sql_logins.refuse_change();
COMMENT ON TRIGGER only_added ON sql_logins.given IS 'Rows are only ever added.';
ALTER TABLE sql_logins.given ENABLE ALWAYS TRIGGER only_added;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON sql_logins.asked
  FOR EACH STATEMENT EXECUTE FUNCTION sql_logins.refuse_change();
COMMENT ON TRIGGER only_added ON sql_logins.asked IS 'Rows are only ever added.';
ALTER TABLE sql_logins.asked ENABLE ALWAYS TRIGGER only_added;

GRANT SELECT, INSERT ON sql_logins.given, sql_logins.asked TO hoso_access;
GRANT SELECT ON sql_logins.session TO hoso_projector;
