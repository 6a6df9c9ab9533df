-- Views of all persons and all fields, from which those of `reporting` are made: each session's own part of them.
CREATE SCHEMA whole;
COMMENT ON SCHEMA whole IS 'What the views of reporting are made of, without regard to who asks: nobody reads them but their owner.';
REVOKE ALL ON SCHEMA whole FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA whole TO hoso_projector;

CREATE VIEW reporting.session WITH (security_barrier = true) AS
SELECT login, document, units, groups,
       ARRAY(SELECT unnest('{identity,family,political,health,discipline,pay_tax,history}'::text[])
             EXCEPT ALL SELECT unnest(groups)) AS withheld,
       valid_from, valid_until
  FROM sql_logins.session;
COMMENT ON VIEW reporting.session IS 'What this session may see, and what is withheld from it (null in the other views). No row: nothing, for want of a written consent in force today.';
COMMENT ON COLUMN reporting.session.login IS 'The SQL login.';
COMMENT ON COLUMN reporting.session.document IS 'Number of the written consent.';
COMMENT ON COLUMN reporting.session.units IS 'Units whose records it sees, with those below them today; null: the whole city.';
COMMENT ON COLUMN reporting.session.groups IS 'Field groups it sees.';
COMMENT ON COLUMN reporting.session.withheld IS 'Field groups whose values are null for it.';
COMMENT ON COLUMN reporting.session.valid_from IS 'First day.';
COMMENT ON COLUMN reporting.session.valid_until IS 'Last day.';
GRANT SELECT ON reporting.session TO hoso_reporting;
