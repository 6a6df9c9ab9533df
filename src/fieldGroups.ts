/**
 * The seven groups of personal fields of a record (design.md §4). One key per person and group seals them, and the
 * same groups rule what a reader may see.
 */
export const FIELD_GROUPS = [
  'identity',
  'family',
  'political',
  'health',
  'discipline',
  'pay_tax',
  'history',
] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

/** Where a field stands in the stored payload: in the open, or sealed in a group. */
export type Secrecy = 'open' | FieldGroup;
