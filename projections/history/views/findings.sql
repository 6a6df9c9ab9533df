CREATE OR REPLACE VIEW reporting.findings WITH (security_barrier = true) AS
SELECT f.person, f.rule, f.kind, f.fact, f.others, f.field, f.params, f.effective_first, f.unit, s.record_unit,
       f.settled, f.settled_by, f.settled_at, f.settled_reason
  FROM {history}.finding f
  LEFT JOIN {profile}.segment s
         ON s.person = f.person AND s.effective_from <= reporting.today()
        AND (s.effective_to IS NULL OR s.effective_to > reporting.today());

COMMENT ON VIEW reporting.findings IS 'Rules that facts break, open and settled, with the unit that keeps the record on reporting.today().';
COMMENT ON COLUMN reporting.findings.record_unit IS 'Unit that keeps the record on reporting.today().';
