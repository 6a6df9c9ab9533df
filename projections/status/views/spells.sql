CREATE OR REPLACE VIEW whole.spells AS
SELECT s.person, s.kind, s.fact, s.effective_from, s.from_text, s.from_last, s.effective_to, s.ended_by, s.status,
       s.unit, s.position, s.grade, s.step, s.coefficient, s.amount, s.per, s.known_from, s.known_from_at, s.known_to,
       s.known_to_at,
       coalesce((SELECT h.disputed FROM {history}.fact h WHERE h.fact = s.fact AND h.person = s.person AND h.disputed <> '{}'), '{}') AS disputed
  FROM {status}.spell s
 WHERE s.kind <> 'seat';

COMMENT ON VIEW whole.spells IS
  'Spells of service, unit, post, grade and pay on both axes. On day E as known at sequence K: effective_from <= E < effective_to and known_from <= K < known_to (null: no end).';
COMMENT ON COLUMN whole.spells.disputed IS 'Open disputes about the fact, as known now.';
