/**
 * A process that opens an embedded cluster, for tests of what happens between processes. Told by its argument what to
 * do, it prints one JSON line per event; `close` on standard input, or SIGINT, makes it leave in order.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { openDatabase } from '../../src/postgres/database.js';
import { quietLogger } from '../support/logger.js';

const { dataDir, mode } = JSON.parse(process.argv[2] ?? '{}') as {
  dataDir: string;
  mode: 'service' | 'join-or-start';
};
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

try {
  const database = await openDatabase(
    { dataDir },
    {
      mode,
      logger: quietLogger,
      onRestart: () => {
        say({ event: 'restart' });
      },
      onLost: (error) => {
        say({ event: 'lost', message: error.message });
      },
    },
  );
  const pool = new pg.Pool({ ...database.owner, max: 2 });
  pool.on('error', () => undefined);
  const postmaster = Number(readFileSync(`${dataDir}/postgresql/data/postmaster.pid`, 'utf8').split('\n')[0]);

  const close = async (): Promise<void> => {
    await pool.end();
    await database.close();
    say({ event: 'closed' });
    process.exit(0);
  };
  process.once('SIGINT', () => {
    pool
      .query('SELECT pg_sleep(0.3)')
      .then(() => {
        say({ event: 'finished' });
      })
      .then(close, (error: unknown) => {
        say({ event: 'error', message: String(error) });
      });
  });
  say({ event: 'ready', postmaster, host: database.owner.host, port: database.owner.port });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'close') await close();
    try {
      const { rows } = await pool.query<Record<string, unknown>>(line);
      say({ event: 'rows', rows });
    } catch (error) {
      say({ event: 'error', message: (error as Error).message });
    }
  }
} catch (error) {
  say({ event: 'refused', name: (error as Error).name, message: (error as Error).message });
  process.exit(1);
}
