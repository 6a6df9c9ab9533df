import { readConfig } from '../config.js';
import { openCore, type Core } from '../core.js';
import { makeLogger } from '../observability/logging.js';
import { openProjections } from '../openProjections.js';
import { foldingThreads } from '../projecting/foldingThreads.js';
import { projectingMigrations } from '../projecting/migrations.js';
import type { Projections } from '../projecting/projections.js';
import { threadOrder } from '../projecting/threadOrder.js';

/** The work of a command on an open core; answers the exit code. */
export type Work = (core: Core, signal: AbortSignal) => Promise<number>;
export type WithCore = (work: Work) => Promise<void>;

/** Joins the running service’s database, or starts it for this command; Ctrl-C stops after the step at hand. */
export async function withCore(work: Work): Promise<void> {
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
