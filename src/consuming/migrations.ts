import { readFileSync } from 'node:fs';

/** Makes the checkpoints of consumers, run by the owner role; needs the role hoso_projector. Never edit one that has shipped. */
export const consumingMigrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-consumer', sql: readFileSync(new URL('./sql/consumer.sql', import.meta.url), 'utf8') },
];
