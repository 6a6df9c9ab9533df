import { readFileSync } from 'node:fs';

/**
 * Makes schema `accounts` (secrets, sessions) and the audit of reads, run once each by the owner role; needs the role
 * hoso_access. Never edit one that has shipped.
 */
export const accessMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  'schema',
  'secrets',
  'reads',
  'reads_in_order',
].map((object, i) => ({
  name: `${String(i + 1).padStart(4, '0')}-${object}`,
  sql: readFileSync(new URL(`./sql/${object}.sql`, import.meta.url), 'utf8'),
}));
