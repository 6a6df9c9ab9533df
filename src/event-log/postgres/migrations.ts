import { readFileSync } from 'node:fs';

/** The log's schema, one object a file, in the order in which they need each other. Never edit one that has shipped. */
const OBJECTS = [
  'schema',
  'events',
  'head',
  'lock_head',
  'queue_for_head',
  'advance_head',
  'refuse_change',
  'append',
  'sequence_at',
  'append_one',
  'append_fresh',
  'add_at_the_end',
] as const;

/**
 * Makes the log, run once each as the owner role; needs the roles hoso_log and hoso_projector, to whom it grants what
 * they may do: hoso_log reads, inserts and calls the functions; hoso_projector reads.
 */
export const logMigrations: readonly { readonly name: string; readonly sql: string }[] = OBJECTS.map(
  (object, i) => ({
    name: `${String(i + 1).padStart(4, '0')}-${object}`,
    sql: readFileSync(new URL(`sql/${object}.sql`, import.meta.url), 'utf8'),
  }),
);
