CREATE OR REPLACE VIEW whole.facts AS
SELECT person, fact, revision, sequence, recorded_at, action, effective, effective_first, effective_last, ordinal, place,
       delay_days, standing, corrected, record_withdrawn, document_type, document_number, document_signed,
       document_effective, document_unit, document_agency, document_signer, document_signer_position, document_summary,
       document_hash, unit, from_unit, position, grade, step, coefficient, salary_date, amount, per, data, original,
       corrections, rescissions, origin_source, origin_ref, origin_record, origin_event, actor_account, actor_unit, erased, groups, disputed
  FROM {history}.fact;

COMMENT ON VIEW whole.facts IS
  'Every fact ever recorded, with what stands of it now, its origin, both lines of every correction, and its delay.';
