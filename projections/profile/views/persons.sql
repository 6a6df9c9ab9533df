CREATE OR REPLACE VIEW whole.persons AS
SELECT person, external_source, external_id, opened_on, withdrawn, merged_into, revision, sequence,
       first_recorded_at, last_recorded_at
  FROM {profile}.person;

COMMENT ON VIEW whole.persons IS
  'One row for each record, the withdrawn ones among them: external id, revision, and where a duplicate was merged to.';
