/** Reads the whole log of a data directory and hashes the bytes of each event: what no verification can do without. */
import { readConfig } from '../../src/config.js';
import { openCore } from '../../src/core.js';
import { quietLogger } from '../support/logger.js';
import { hashLog } from './hashing.js';

const core = await openCore(readConfig(process.env), { mode: 'join-or-start', logger: quietLogger });
const hashed = await hashLog(core.log);
await core.close();
console.log(JSON.stringify(hashed));
