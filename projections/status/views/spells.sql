CREATE OR REPLACE VIEW whole.spells AS
SELECT person, kind, fact, effective_from, from_text, from_last, effective_to, ended_by, status, unit, position,
       grade, step, coefficient, amount, per, known_from, known_from_at, known_to, known_to_at
  FROM {status}.spell
 WHERE kind <> 'seat';

COMMENT ON VIEW whole.spells IS
  'Spells of service, unit, post, grade and pay on both axes. On day E as known at sequence K: effective_from <= E < effective_to and known_from <= K < known_to (null: no end).';
