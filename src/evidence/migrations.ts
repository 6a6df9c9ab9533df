import { readFileSync } from 'node:fs';

/** Makes the tables of checkpoints, run once each by the owner; needs the role hoso_projector. Never edit one that has shipped. */
export const evidenceMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  'schema',
  'checkpoint',
  'signer',
  'turn',
].map((object, i) => ({
  name: `${String(i + 1).padStart(4, '0')}-${object}`,
  sql: readFileSync(new URL(`./sql/${object}.sql`, import.meta.url), 'utf8'),
}));
