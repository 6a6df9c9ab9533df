import { createHash } from 'node:crypto';
import { BEGINNING, type EventLog } from '../../src/event-log/port.js';

/** Reads the whole log with a SHA-256 of each event’s bytes; how many events, and a digest over all of them. */
export async function hashLog(log: EventLog): Promise<{ readonly count: number; readonly digest: string }> {
  let [after, count] = [BEGINNING, 0];
  const all = createHash('sha256');
  for (;;) {
    const page = await log.readAll(after, 5_000);
    for (const { data, meta } of page) all.update(createHash('sha256').update(data).update(meta).digest());
    count += page.length;
    const last = page.at(-1);
    if (last === undefined) return { count, digest: all.digest('hex') };
    after = last.position;
  }
}
