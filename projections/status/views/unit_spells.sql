CREATE OR REPLACE VIEW whole.unit_spells AS
SELECT s.person, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by,
       s.unit, u.code AS unit_code, u.name AS unit_name, s.known_from, s.known_from_at,
       coalesce((SELECT h.disputed FROM {history}.fact h WHERE h.fact = s.fact AND h.person = s.person AND h.disputed <> '{}'), '{}') AS disputed
  FROM {status}.spell s
  LEFT JOIN LATERAL (
    SELECT p.code, p.name FROM {organisation}.period p
     WHERE p.unit = s.unit AND (p.effective_from <= s.effective_from OR p.n = 0)
     ORDER BY p.effective_from DESC LIMIT 1
  ) u ON true
 WHERE s.kind = 'unit' AND s.known_to IS NULL;

COMMENT ON VIEW whole.unit_spells IS 'Who was in which unit when, as known now.';
COMMENT ON COLUMN whole.unit_spells.unit_code IS 'Code of the unit on the first day of the spell.';
COMMENT ON COLUMN whole.unit_spells.unit_name IS 'Name of the unit on the first day of the spell.';
COMMENT ON COLUMN whole.unit_spells.disputed IS 'Open disputes about the fact, as known now.';
