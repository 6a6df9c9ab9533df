import { readFileSync } from 'node:fs';

/** The numbering's schema, one object a file, in the order in which they need each other. */
const OBJECTS = ['schema', 'events', 'head', 'begin_log', 'extend', 'restart', 'sequence_at'] as const;

/** Makes the tables that number a log kept in EventStoreDB, run once each as the owner role. */
export const numberingMigrations: readonly { readonly name: string; readonly sql: string }[] = OBJECTS.map(
  (object, i) => ({
    name: `${String(i + 1).padStart(4, '0')}-${object}`,
    sql: readFileSync(new URL(`sql/${object}.sql`, import.meta.url), 'utf8'),
  }),
);
