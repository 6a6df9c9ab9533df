CREATE OR REPLACE VIEW whole.catalogue_entries AS
SELECT list, code, name, name_en, valid_from, valid_until, source, confirmed, attributes, entry
  FROM {catalogues}.entry;

COMMENT ON VIEW whole.catalogue_entries IS 'Entries of all catalogue lists with their days of validity.';
