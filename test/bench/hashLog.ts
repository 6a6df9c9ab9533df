/** Reads the whole log of a data directory and hashes the bytes of each event: what no verification can do without. */
import { createHash } from 'node:crypto';
import { readConfig } from '../../src/config.js';
import { openCore } from '../../src/core.js';
import { BEGINNING } from '../../src/event-log/port.js';
import { quietLogger } from '../support/logger.js';

const core = await openCore(readConfig(process.env), { mode: 'join-or-start', logger: quietLogger });
let [after, count] = [BEGINNING, 0];
const all = createHash('sha256');
for (;;) {
  const page = await core.log.readAll(after, 5_000);
  for (const { data, meta } of page) all.update(createHash('sha256').update(data).update(meta).digest());
  count += page.length;
  const last = page.at(-1);
  if (last === undefined) break;
  after = last.position;
}
await core.close();
console.log(JSON.stringify({ count, digest: all.digest('hex') }));
