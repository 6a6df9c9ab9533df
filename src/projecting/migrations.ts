import { readFileSync } from 'node:fs';

/**
 * Makes what read models need before the first of them, run once each by the owner role; needs the roles
 * hoso_projector and hoso_reporting. Never edit one that has shipped.
 */
export const projectingMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  'schemas',
  'model',
  'today',
  'whole',
  'declared',
].map((object, i) => ({
  name: `${String(i + 1).padStart(4, '0')}-${object}`,
  sql: readFileSync(new URL(`./sql/${object}.sql`, import.meta.url), 'utf8'),
}));
