CREATE OR REPLACE VIEW whole.grade_spells AS
SELECT s.person, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by,
       s.grade, s.step, s.coefficient, c.name AS grade_name, s.known_from, s.known_from_at,
       coalesce((SELECT h.disputed FROM {history}.fact h WHERE h.fact = s.fact AND h.person = s.person AND h.disputed <> '{}'), '{}') AS disputed
  FROM {status}.spell s
  LEFT JOIN LATERAL (
    SELECT c.name FROM {catalogues}.entry c
     WHERE c.list = 'grade_name' AND c.code = s.grade
     ORDER BY (c.valid_from <= s.effective_from AND (c.valid_until IS NULL OR c.valid_until > s.effective_from)) DESC, c.valid_from DESC LIMIT 1
  ) c ON true
 WHERE s.kind = 'grade' AND s.known_to IS NULL;

COMMENT ON VIEW whole.grade_spells IS 'Who held which grade and step when, as known now.';
COMMENT ON COLUMN whole.grade_spells.grade_name IS 'Name of the grade in its list on the first day of the spell.';
COMMENT ON COLUMN whole.grade_spells.disputed IS 'Open disputes about the fact, as known now.';
