import { readFileSync } from 'node:fs';

/** Makes the keyring in the key database, run once by its owner; needs the role hoso_keys. Never edit one that has shipped. */
export const keyringMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  'schema',
  'master',
  'keys',
  'obtain',
  'grants',
  'destroy',
  'obtain_current',
  'rotated',
].map((object, i) => ({
  name: `${String(i + 1).padStart(4, '0')}-${object}`,
  sql: readFileSync(new URL(`./sql/${object}.sql`, import.meta.url), 'utf8'),
}));
