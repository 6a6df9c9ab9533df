CREATE OR REPLACE VIEW whole.proposals AS
SELECT p.proposal, p.person, p.action, p.effective, p.change, p.status, p.agency, u.code AS agency_code, u.name AS agency_name,
       p.made_at, p.changed_at, p.account, p.fact, p.rules, p.judged_at, p.sequence
  FROM {proposals}.proposal p
  LEFT JOIN LATERAL (
    SELECT o.code, o.name FROM {organisation}.period o
     WHERE o.unit = p.agency AND (o.effective_from <= reporting.today() OR o.n = 0)
     ORDER BY o.effective_from DESC LIMIT 1
  ) u ON true;

COMMENT ON VIEW whole.proposals IS
  'Proposals of personnel actions and of changes of the past, and how they stand: proposed, checked, decided, declined, recorded, or failed with the rules that the record refused it by.';
COMMENT ON COLUMN whole.proposals.agency_code IS 'Code of the agency on reporting.today().';
COMMENT ON COLUMN whole.proposals.agency_name IS 'Name of the agency on reporting.today().';
