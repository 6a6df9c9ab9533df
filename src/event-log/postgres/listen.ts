import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Bell } from '../../bell.js';
import { connect, discard } from './connecting.js';
import { backOff } from './trouble.js';

/** The channel on which log.advance_head tells the new end of the log. */
const CHANNEL = 'hoso_log_head';

/** Rings for what other processes append, heard on a connection of its own; reconnects for ever, until the signal. */
export async function listen(
  config: pg.ClientConfig,
  bell: Bell,
  signal: AbortSignal,
  onTrouble: (error: unknown) => void,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    let ended: (() => void) | undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    signal.addEventListener('abort', () => ended?.(), { once: true });
    let client: pg.Client | undefined;
    try {
      client = await connect(config, ended);
      client.on('notification', () => {
        bell.ring();
      });
      await client.query(`LISTEN ${CHANNEL}`);
      attempt = 0;
      bell.ring(); // for what was said while nobody listened
      await end;
    } catch (error) {
      onTrouble(error);
    }
    if (client !== undefined) discard(client);
    await sleep(backOff(attempt), undefined, { signal }).catch(() => undefined);
  }
}
