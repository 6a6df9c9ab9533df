-- What the entities of a generation declare, so that a start need not ask what statements they make.
ALTER TABLE projecting.model ADD COLUMN declared text NOT NULL DEFAULT '';

COMMENT ON COLUMN projecting.model.declared IS
  'SHA-256 of what the entities declare that made its tables; empty: not known, the definition is compared.';
