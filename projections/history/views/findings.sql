CREATE OR REPLACE VIEW whole.findings AS
SELECT f.person, f.rule, f.kind, f.fact, f.others, f.field, f.params, f.effective_first, f.unit, s.record_unit,
       f.settled, f.settled_by, f.settled_at, f.settled_reason
  FROM (
    SELECT person, rule, kind, fact, others, field, params, effective_first, unit,
           settled, settled_by, settled_at, settled_reason
      FROM {history}.finding
    UNION ALL
    SELECT e.person, 'quota_exhausted', 'irregular', e.fact, '{}'::uuid[], NULL,
           jsonb_build_object('agency', e.agency, 'year', e.year::text, 'quota', e.quota::text, 'place', (e.n + 1)::text),
           h.effective_first, e.agency, false, NULL, NULL, NULL
      FROM {early_raises}.place e
      JOIN {history}.fact h ON h.fact = e.fact AND h.person = e.person
     WHERE e.over AND e.holder = 'fact'
  ) f
  LEFT JOIN {profile}.segment s
         ON s.person = f.person AND s.effective_from <= reporting.today()
        AND (s.effective_to IS NULL OR s.effective_to > reporting.today());

COMMENT ON VIEW whole.findings IS
  'Rules that facts break, open and settled, with the unit that keeps the record on reporting.today(); quota_exhausted: an early raise that was recorded over its agency’s 10 %, until a place is freed.';
COMMENT ON COLUMN whole.findings.record_unit IS 'Unit that keeps the record on reporting.today().';
