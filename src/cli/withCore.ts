import pg from 'pg';
import { readConfig } from '../config.js';
import { openCore, type Core } from '../core.js';
import { makeLogger } from '../observability/logging.js';
import { openProjections } from '../openProjections.js';
import { foldingThreads } from '../projecting/foldingThreads.js';
import { projectingMigrations } from '../projecting/migrations.js';
import type { Projections } from '../projecting/projections.js';
import { threadOrder } from '../projecting/threadOrder.js';

/** How long a command waits for read models, in milliseconds: without a running service they are read up first. */
const CATCH_UP = 300_000;

/**
 * Joins the running service’s database, or starts it for this command; Ctrl-C stops after the step at hand. The work
 * answers the exit code.
 */
export async function withCore(work: (core: Core, signal: AbortSignal) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  const core = await openCore(readConfig(), {
    mode: 'join-or-start',
    logger: makeLogger('warn'),
    migrations: { projecting: projectingMigrations },
  });
  try {
    if (core.masterKeyWarning !== null) console.error(core.masterKeyWarning);
    process.exitCode = await work(core, stop.signal);
  } finally {
    await core.close();
  }
}

/** The read models over an open core, which nothing runs until they are started. */
export async function withProjections<T>(
  core: Core,
  work: (projections: Projections) => Promise<T>,
): Promise<T> {
  const projections = openProjections(core, {
    threads: foldingThreads(threadOrder(core.config, core.database)),
    logger: makeLogger('warn'),
  });
  try {
    return await work(projections);
  } finally {
    await projections.stop();
  }
}

/** A connection that reads these read models, once they have taken in all that is in the log now. */
export function withReadModels<T>(
  core: Core,
  names: readonly string[],
  work: (db: pg.Pool) => Promise<T>,
): Promise<T> {
  return withProjections(core, async (projections) => {
    projections.start();
    const { position } = await core.log.head();
    for (const name of names) await projections.until(name, position, CATCH_UP);
    const db = new pg.Pool({ ...core.database.projector, max: 1 });
    return work(db).finally(() => db.end());
  });
}
