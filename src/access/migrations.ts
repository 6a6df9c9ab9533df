import { readFileSync } from 'node:fs';

/**
 * Makes schema `accounts` (secrets, sessions), the audit of reads and what SQL logins may see, run once each by the
 * owner role; needs the roles hoso_access and hoso_projector. Never edit one that has shipped.
 */
export const accessMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  'schema',
  'secrets',
  'reads',
  'reads_in_order',
  'sql_logins',
].map((object, i) => ({
  name: `${String(i + 1).padStart(4, '0')}-${object}`,
  sql: readFileSync(new URL(`./sql/${object}.sql`, import.meta.url), 'utf8'),
}));
